"""The scene: a still picture of a person, painted once in colour and relief, lit anew in every clip."""

from functools import cache

import numpy as np

from s2f_utils.synthetic import hair, skin
from s2f_utils.synthetic.canvas import PAINTING, Still, blob, curve, fill, grid, noise, normals, over
from s2f_utils.synthetic.people import Person, person_of
from s2f_utils.synthetic.shape import outward


@cache
def paint_speaker(speaker: int) -> Still:
    """`paint` for a speaker of the corpus, remembered. Explained in notebook 01."""
    return paint(person_of(speaker))


def light(still: Still, rng: np.random.Generator) -> np.ndarray:
    """Light a painted person before a backdrop, both drawn by ``rng``: (S, S, 3) float32 0…1 RGB.

    Explained in notebook 01.
    """
    direction = np.array([rng.uniform(-0.55, 0.55), rng.uniform(-0.6, -0.2), 1.0])
    direction /= np.linalg.norm(direction)
    warmth = rng.normal(0, 0.03)
    lamp = np.array([1 + warmth, 1, 1 - warmth]) * rng.uniform(0.9, 1.06)
    facing = still.normals @ direction.astype(np.float32)
    half = direction + [0, 0, 1]
    half = (half / np.linalg.norm(half)).astype(np.float32)
    shine = np.clip(still.normals @ half, 0, 1) ** 22 * still.gloss
    shade = 0.34 + 0.72 * np.clip(0.12 + 0.88 * facing, 0, 1.2)
    person = (still.colour * shade[..., None] + shine[..., None]) * lamp.astype(np.float32)
    alpha = still.alpha[..., None]
    return np.clip(person * alpha + _backdrop(rng) * (1 - alpha), 0, 1).astype(np.float32)


def paint(person: Person) -> Still:
    """Paint a person from back to front: hair behind, neck, shirt, ears, head, hair, brows.

    Explained in notebook 01.
    """
    rng = np.random.default_rng([31, person.seed])
    width = person.face[16, 0]
    blank = Still(*(np.zeros((PAINTING, PAINTING, n), np.float32).squeeze() for n in (3, 3, 1, 1)))
    locks = hair.strands(rng, curly=person.style == "curly")
    lock_colour = person.hair * locks[..., None]
    lock_normals = normals(_dome(width + 0.22, 1.75) + 0.014 * locks)
    relief = skin.relief(person) + 0.0002 * (2 + np.clip(person.look["pores"], -1, 2)) * noise(rng, 1.5)
    painting = over(blank, hair.behind(person), lock_colour * 0.6, lock_normals, 0.0)
    painting = _body(painting, person, rng)
    painting = over(painting, _head(person), skin.complexion(person, rng), normals(relief), 0.08)
    painting = over(painting, hair.in_front(person, rng), lock_colour, lock_normals, 0.08)
    return over(painting, hair.brows(person, rng), person.brow_colour, normals(relief), 0.0)


def _body(painting: Still, person: Person, rng: np.random.Generator) -> Still:
    """Neck in the shadow of the chin, shirt, ears."""
    width, chin = person.face[16, 0], person.face[8, 1]
    half = width * (0.72 if person.male else 0.63)
    outline = [(-half, 0.8), (half, 0.8), (half, 1.6), (1.3, 2.5), (-1.3, 2.5), (-half, 1.6)]
    shadow = person.skin * (1 - 0.45 * blob(0, chin + 0.1, 0.62, 0.2))[..., None] * [1, 0.96, 0.94]
    painting = over(painting, fill(np.array(outline), blur=2), shadow, normals(_cylinder(width * 0.75)), 0.02)
    shoulder = curve(np.array([(-2.3, 1.95), (-1.5, 1.74), (-0.95, 1.62), (-half - 0.03, 1.46)]))
    collar = curve(np.array([(-half - 0.03, 1.46), (-half * 0.7, 1.7), (0, 1.82)]))
    edge = np.concatenate([shoulder, collar])
    outline = np.concatenate([edge, edge[::-1] * [-1, 1], [(2.3, 3), (-2.3, 3)]])
    shirt = fill(outline, blur=1.5)
    cloth = person.shirt * (1 + 0.03 * noise(rng, 2)[..., None])
    painting = over(painting, shirt, cloth, normals(0.6 * _cylinder(2.2)), 0.0)
    if person.style in ("long", "bob"):
        return painting
    for side in (-1, 1):
        ear = blob(side * (width + 0.015), 0.15, 0.075, 0.17, power=10)
        inner = 1 - 0.3 * blob(side * (width + 0.03), 0.15, 0.035, 0.09)
        colour = person.skin * [0.95, 0.84, 0.82] * inner[..., None]
        painting = over(painting, ear, colour, normals(_dome(width * 1.1, 1.5)), 0.02)
    return painting


def _head(person: Person) -> np.ndarray:
    jaw = person.face[:17, :2] + outward()[:17]
    top = hair.skull(person.face[16, 0], hair.CROWN)[1:-1:2]
    return fill(curve(np.concatenate([jaw, top]), 200, closed=True))


def _dome(half_width: float, half_height: float) -> np.ndarray:
    x, y = grid()
    inside = 1 - (x / (half_width * 1.06)) ** 2 - (np.minimum(y - 0.25, 0) / half_height) ** 2
    return 0.8 * np.sqrt(np.maximum(inside, 0.03))


def _cylinder(half_width: float) -> np.ndarray:
    x, _ = grid()
    return half_width * np.sqrt(np.maximum(1 - (x / half_width) ** 2, 0.05))


def _backdrop(rng: np.random.Generator) -> np.ndarray:
    x, y = grid()
    tone = rng.uniform(0.45, 0.88) + rng.normal(0, 0.03, 3)
    fall = 1 - 0.08 * (x * rng.uniform(-1, 1) + y * rng.uniform(0, 1)) - 0.04 * (x**2 + y**2)
    return (fall[..., None] * tone).astype(np.float32)
