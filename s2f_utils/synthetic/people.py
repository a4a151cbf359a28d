"""People: what each of the 24 speakers looks like, drawn once from a number of their own."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from s2f_utils.synthetic.shape import TRAITS, neutral_face

# One number per speaker; chosen so that the 24 faces lie far apart in dlib's face embedding.
_SEEDS = (
    450, 2317, 2000, 669, 2508, 1947, 68, 2137, 1884, 1565, 2550, 111,
    1624, 1963, 1758, 1731, 1040, 1631, 2288, 143, 2474, 1465, 1490, 1209,
)  # fmt: skip

_SKINS = (
    (242, 210, 188), (238, 200, 172), (232, 190, 160), (226, 184, 148), (208, 160, 122), (190, 138, 100),
    (160, 110, 78), (138, 92, 64), (118, 80, 58), (104, 70, 52),
)  # fmt: skip
_LIGHT_SKINS = 5  # of them, the first; the others go with dark hair and brown eyes
_HAIRS = (
    (26, 22, 22),
    (52, 36, 26),
    (86, 58, 38),
    (124, 86, 52),
    (178, 142, 96),
    (132, 66, 36),
    (170, 168, 166),
)
_EYES = ((70, 44, 26), (48, 32, 24), (96, 66, 36), (82, 98, 60), (78, 112, 140), (98, 118, 128))
_SHIRTS = ((38, 40, 46), (60, 72, 98), (108, 48, 50), (70, 88, 74), (150, 146, 140), (92, 70, 104))
_LIPSTICKS = ((1, 1, 1), (1.04, 0.98, 1), (1.02, 0.66, 0.72), (0.8, 0.55, 0.72), (1.08, 1.05, 1.1))
_RIMS = ((24, 22, 22), (24, 22, 22), (70, 42, 26), (150, 124, 70), (130, 132, 138), (34, 44, 84))
BEARDS = ("none", "stubble", "moustache", "goatee", "curtain", "full")
# Traits that only the painting shows, in standard deviations like those of the shape.
_LOOKS = (
    "bridge hump tip brow_bone cheekbones cheeks chin_bone blush bridge_shade lid crease sockets bags pores"
).split()
_MALE = {
    "jaw_width": 0.5, "chin": 0.4, "squareness": 0.6, "brow_height": 0.5, "upper_lip": -0.4, "blush": -0.4,
    "lower_lip": -0.3, "eye_height": -0.4, "brow_arch": -0.4, "brow_bone": 0.5, "pores": 0.6,
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A speaker's looks; colours are RGB 0…1, ``face`` is (68, 3) in inter-ocular distances.

    ``look`` holds the traits behind face and painting in standard deviations. Explained in notebook 01.
    """

    male: bool
    face: np.ndarray
    look: dict[str, float]
    skin: np.ndarray
    hair: np.ndarray
    eyes: np.ndarray
    lips: np.ndarray
    shirt: np.ndarray
    style: str
    beard: str
    beard_colour: np.ndarray
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
    brow_colour: np.ndarray
    hairline: float
    volume: float
    energy: float
    seed: int


@cache
def person_of(speaker: int) -> Person:
    """The looks of a speaker; odd numbers are men. Explained in notebook 01."""
    seed = _SEEDS[speaker - 1] if speaker <= len(_SEEDS) else 10_000 + speaker
    return draw_person(seed, male=speaker % 2 == 1)


def draw_person(seed: int, *, male: bool) -> Person:
    """Draw a person at random. Explained in notebook 01."""
    rng = np.random.default_rng([23, seed])
    names = [*TRAITS, *_LOOKS]
    traits = dict(zip(names, np.clip(rng.normal(0, 1.3, len(names)), -2.2, 2.2), strict=True))
    for name, value in _MALE.items():
        traits[name] += value if male else -value
    age = rng.uniform() ** 1.3
    colours = _draw_colours(rng, male=male, age=age)
    return Person(
        male=male,
        face=neutral_face(traits),
        look=traits,
        **colours,
        shirt=np.array(_SHIRTS[rng.integers(len(_SHIRTS))]) / 255,
        style=str(rng.choice(["bald", "short", "short", "fringe", "parted", "curly"] if male
                             else ["long", "long", "bob", "bun", "fringe", "curly"])),
        beard=str(rng.choice(["none", "none", *BEARDS[1:]])) if male else "none",
        glasses=bool(rng.uniform() < 0.33),
        rim=np.array(_RIMS[rng.integers(len(_RIMS))]) / 255,
        rim_width=int(rng.integers(1, 4)),
        rim_size=float(rng.uniform(0.85, 1.15)),
        rim_shape=float(rng.uniform(0.45, 1.0)),
        makeup=0.0 if male else float(max(0, rng.uniform(-0.6, 1))),
        depth=float(rng.uniform(0.3, 2.0)),
        age=float(age),
        freckles=float(max(0, rng.uniform(-1.5, 1))),
        brow=float(rng.uniform(0.6, 2.5) if male else rng.uniform(0.35, 1.8)),
        hairline=float(np.clip(rng.normal(0, 0.06), -0.06, 0.12) - (0.06 if male and age > 0.6 else 0)),
        volume=float(rng.uniform(0.6, 1.6)),
        energy=float(rng.uniform(0.7, 1.0)),
        seed=seed,
    )  # fmt: skip


def _draw_colours(rng: np.random.Generator, *, male: bool, age: float) -> dict[str, np.ndarray]:
    tone = rng.integers(len(_SKINS))
    dark = tone >= _LIGHT_SKINS
    skin = np.clip(np.array(_SKINS[tone]) / 255 * rng.uniform(0.94, 1.03), 0, 1)
    young = np.array(_HAIRS[rng.integers(2 if dark else 6)]) / 255
    grey = np.array(_HAIRS[6]) / 255
    redness = np.array([0.84, 0.60, 0.58] if male else [0.90, 0.50, 0.53]) + (
        [-0.18, -0.1, -0.08] if dark else 0
    )
    lips = skin * redness * rng.uniform(0.82, 1.08)
    lips = lips if male else lips * np.array(_LIPSTICKS[rng.integers(len(_LIPSTICKS))])
    brow = young * rng.uniform(0.5, 1.1) if age < 0.8 else (young + grey) * 0.4
    return {
        "skin": skin,
        "hair": grey if age > 0.8 else young,
        "eyes": np.array(_EYES[rng.integers(2 if dark else 6)]) / 255,
        "lips": np.clip(lips, 0, 1),
        "brow_colour": np.minimum(brow, skin * rng.uniform(0.45, 0.75)),
        "beard_colour": 0.8 * (grey if age + rng.normal(0, 0.15) > 0.75 else young),
    }
