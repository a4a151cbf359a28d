"""People: what each of the 24 speakers looks like, drawn once from a number of their own."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from s2f_utils.synthetic.shape import TRAITS, neutral_face

# One number per speaker; chosen so that the 24 faces lie far apart in dlib's face embedding.
_SEEDS = (
    279, 225, 209, 259, 274, 263, 260, 246, 269, 253, 252, 268, 254, 214, 249, 227, 207, 264, 264, 272,
    230, 260, 247, 271,
)  # fmt: skip

_SKINS = (
    (244, 212, 190), (232, 190, 160), (222, 178, 145), (205, 155, 118),
    (178, 126, 90), (146, 98, 68), (124, 82, 58), (238, 200, 180),
)  # fmt: skip
_HAIRS = (
    (30, 24, 22),
    (58, 38, 26),
    (92, 60, 36),
    (140, 96, 52),
    (196, 160, 104),
    (150, 72, 36),
    (168, 166, 164),
)
_EYES = ((70, 44, 26), (96, 66, 36), (82, 98, 60), (78, 112, 140), (98, 118, 128), (48, 32, 24))
_SHIRTS = ((38, 40, 46), (60, 72, 98), (108, 48, 50), (70, 88, 74), (120, 116, 110), (92, 70, 104))
_LIPSTICKS = ((1, 1, 1), (1, 1, 1), (1.02, 0.7, 0.75), (0.82, 0.62, 0.78), (1.05, 1.0, 1.08))
_RIMS = ((24, 22, 22), (70, 42, 26), (150, 124, 70), (130, 132, 138), (110, 28, 32), (34, 44, 84))
HAIRSTYLES = ("bald", "short", "fringe", "parted", "curly", "long", "bob", "bun")
BEARDS = ("none", "stubble", "moustache", "goatee", "full")


@dataclass(frozen=True)
class Person:
    """A speaker's looks; colours are RGB 0…1, ``face`` is (68, 3) in inter-ocular distances."""

    male: bool
    face: np.ndarray
    skin: np.ndarray
    hair: np.ndarray
    eyes: np.ndarray
    lips: np.ndarray
    shirt: np.ndarray
    style: str
    beard: str
    glasses: bool
    rim: np.ndarray
    rim_width: int
    rim_size: float
    rim_shape: float
    makeup: float
    depth: float
    age: float
    freckles: float
    brow: float
    hairline: float
    energy: float
    seed: int


@cache
def person_of(speaker: int) -> Person:
    """The looks of a speaker 1…24; odd numbers are men. Explained in notebook 01."""
    return draw_person(_SEEDS[speaker - 1], male=speaker % 2 == 1)


def draw_person(seed: int, *, male: bool) -> Person:
    """Draw a person at random. Explained in notebook 01."""
    rng = np.random.default_rng([23, seed])
    traits = dict(zip(TRAITS, np.clip(rng.normal(0, 1.3, len(TRAITS)), -2.3, 2.3), strict=True))
    bias = {"jaw_width": 0.5, "chin": 0.4, "squareness": 0.6, "brow_height": 0.5, "upper_lip": -0.4}
    for name, value in {**bias, "lower_lip": -0.3, "eye_height": -0.4, "brow_arch": -0.4}.items():
        traits[name] += value if male else -value
    tone = rng.integers(len(_SKINS))
    skin = np.clip(np.array(_SKINS[tone]) / 255 * rng.uniform(0.94, 1.05), 0, 1)
    dark = tone in (4, 5, 6)
    age = rng.uniform() ** 1.3
    hair = _HAIRS[rng.integers(2)] if dark else _HAIRS[rng.integers(6)]
    hair = np.array(_HAIRS[6] if age > 0.82 else hair) / 255
    redness = np.array([0.84, 0.60, 0.58] if male else [0.90, 0.50, 0.53]) + ([0, 0.06, 0.06] if dark else 0)
    lips = skin * redness * rng.uniform(0.85, 1.05)
    lips = lips if male else lips * np.array(_LIPSTICKS[rng.integers(len(_LIPSTICKS))])
    return Person(
        male=male,
        face=neutral_face(traits),
        skin=skin,
        hair=hair,
        eyes=np.array(_EYES[rng.integers(2)] if dark else _EYES[rng.integers(6)]) / 255,
        lips=np.clip(lips, 0, 1),
        shirt=np.array(_SHIRTS[rng.integers(len(_SHIRTS))]) / 255,
        style=str(rng.choice(["bald", "short", "short", "fringe", "parted", "curly"] if male
                             else ["long", "long", "bob", "bun", "fringe", "curly"])),
        beard=str(rng.choice(["none", "none", "stubble", "moustache", "goatee", "full"])) if male else "none",
        glasses=bool(rng.uniform() < 0.33),
        rim=np.array(_RIMS[rng.integers(len(_RIMS))]) / 255,
        rim_width=int(rng.integers(1, 4)),
        rim_size=float(rng.uniform(0.85, 1.12)),
        rim_shape=float(rng.uniform(0.45, 1.0)),
        makeup=0.0 if male else float(max(0, rng.uniform(-0.6, 1))),
        depth=float(rng.uniform(0.4, 1.8)),
        age=float(age),
        freckles=float(max(0, rng.uniform(-1, 1))),
        brow=float(rng.uniform(0.5, 2.2) if male else rng.uniform(0.35, 1.7)),
        hairline=float(rng.normal(0, 0.05) - (0.08 if male and age > 0.6 else 0)),
        energy=float(rng.uniform(0.85, 1.15)),
        seed=seed,
    )  # fmt: skip
