"""Hair: strands, styles and brows."""

import cv2
import numpy as np

from s2f_utils.synthetic.canvas import PAINTING, blob, curve, fill, grid, noise
from s2f_utils.synthetic.people import Person
from s2f_utils.synthetic.shape import outward


def strands(rng: np.random.Generator, *, curly: bool) -> np.ndarray:
    """Brightness of hair around 1 (S, S): strands that radiate from the crown, or curls. Notebook 01."""
    x, y = grid()
    if curly:
        return np.clip(1 + 0.22 * noise(rng, 7) + 0.15 * noise(rng, 3), 0.4, 1.8)
    angle = np.arctan2(x, 0.9 + y * 0.35) + 0.015 * noise(rng, 40)
    table = cv2.GaussianBlur(rng.standard_normal((1, 1024)).astype(np.float32), (0, 0), 1.2)
    fine = np.interp(angle, np.linspace(-3.2, 3.2, 1024), table[0] / table.std())
    sheen = 0.25 * np.exp(-(((np.hypot(x, y + 0.3) - 0.72) / 0.12) ** 2))
    return np.clip(1 + 0.18 * fine + 0.06 * noise(rng, 2) + sheen, 0.4, 1.9).astype(np.float32)


def behind(person: Person) -> np.ndarray:
    """Mask (S, S) of the hair behind neck and head. Explained in notebook 01."""
    width = person.face[16, 0]
    end = {"long": 2.6, "bob": 1.15}.get(person.style)
    if person.style == "bun":
        return blob(0, -1.28, 0.27, 0.24, power=8)
    if end is None:
        return np.zeros((PAINTING, PAINTING), np.float32)
    side = [
        (width + 0.10, -0.5),
        (width + 0.17, 0.2),
        (width + 0.2, 0.9),
        (width + 0.12, end),
        (0.2, end + 0.05),
    ]
    outline = [*side, *((-x, y) for x, y in side[::-1]), (-0.6, -1.05), (0, -1.2), (0.6, -1.05)]
    return fill(curve(np.array(outline), 200, closed=True), blur=2)


def in_front(person: Person, rng: np.random.Generator) -> np.ndarray:
    """Mask (S, S) of the hair on the head down to the hairline. Explained in notebook 01."""
    x, y = grid()
    width, style = person.face[16, 0], person.style
    thick = {"bald": 0.0, "short": 0.10, "curly": 0.2, "bun": 0.06}.get(style, 0.13)
    cap = fill(_skull(width + thick * 0.6, 1.0 + thick), blur=3.0 if style == "curly" else 1.5)
    line = _hairline(x / width, style, -0.62 + person.hairline) + 0.012 * noise(rng, 5)
    temples = np.where(np.abs(x) > width * 0.9, 0.05 if style not in ("long", "bob") else 0.5, line)
    soft = 0.02 if style != "curly" else 0.04
    mask = cap / (1 + np.exp((y - temples) / soft))
    if style == "bald":
        mask = 0.55 * mask * (np.abs(x) > width * 0.8)
    if style == "curly":
        mask = np.clip(mask * (1 + 0.25 * noise(rng, 8)), 0, 1)
    if style in ("long", "bob"):
        edge = width * (0.92 if style == "long" else 0.95) + 0.03 * np.sin(3 * y)
        curtain = (
            1 / (1 + np.exp((edge - np.abs(x)) / 0.02)) * fill(_skull(width + 0.12, 1.1, low=1.3), blur=3)
        )
        mask = np.maximum(mask, curtain * (y > -0.7))
    return mask.astype(np.float32)


def brows(person: Person, rng: np.random.Generator) -> np.ndarray:
    """Mask (S, S) of the brows, whose middle lines are landmarks 17–26. Explained in notebook 01."""
    mask = np.zeros((PAINTING, PAINTING), np.float32)
    for rows in (slice(17, 22), slice(22, 27)):
        path = curve(person.face[rows, :2] + outward()[rows], 40)
        taper = np.linspace(0.4, 1, 40) if rows.start == 17 else np.linspace(1, 0.4, 40)
        half = 0.034 * person.brow * taper[:, None] * [0, 1]
        mask += fill(np.concatenate([path - half, (path + half)[::-1]]), blur=1.8)
    return np.clip(mask * (0.85 + 0.2 * noise(rng, 1.5)), 0, 0.95)


def brow_colour(person: Person) -> np.ndarray:
    """Brows are darker than hair and never lighter than the skin. Explained in notebook 01."""
    return np.minimum(person.hair * 0.7, person.skin * 0.5)


def _skull(half_width: float, height: float, *, low: float = 0.1) -> np.ndarray:
    angles = np.linspace(0, np.pi, 40)
    arc = np.stack([half_width * np.cos(angles), -0.05 - height * np.sin(angles)], axis=1)
    return np.concatenate([[(half_width, low)], arc, [(-half_width, low)]])


def _hairline(across: np.ndarray, style: str, height: float) -> np.ndarray:
    """Height of the hairline over the face from the left (−1) to the right (1)."""
    side = np.abs(across) ** 3
    if style == "fringe":
        return height + 0.26 - 0.05 * side
    if style == "parted":
        return height - 0.12 + 0.42 * np.abs(across - 0.35) ** 1.5
    if style == "bald":
        return np.full_like(across, 0.0)
    return height - 0.06 + 0.35 * side
