"""Hair: strands, styles and brows."""

import cv2
import numpy as np

from s2f_utils.synthetic.canvas import PAINTING, blob, curve, fill, grid, noise
from s2f_utils.synthetic.people import Person
from s2f_utils.synthetic.shape import outward

CROWN = 1.17  # height of the head over the eyes
_ENDS = {"long": 2.5, "bob": 1.2}  # how far down it hangs


def strands(rng: np.random.Generator, *, curly: bool) -> np.ndarray:
    """Brightness of hair around 1 (S, S): strands that radiate from the crown, or curls. Notebook 01."""
    x, y = grid()
    if curly:
        return np.clip(1 + 0.12 * noise(rng, 9) + 0.1 * noise(rng, 4), 0.5, 1.6)
    angle = np.arctan2(x, 1.2 + y * 0.35) + 0.012 * noise(rng, 40)
    table = cv2.GaussianBlur(rng.standard_normal((1, 1024)).astype(np.float32), (0, 0), 1.2)
    fine = np.interp(angle, np.linspace(-3.2, 3.2, 1024), table[0] / table.std())
    sheen = 0.2 * np.exp(-(((np.hypot(x, y + 0.3) - 0.8) / 0.14) ** 2))
    return np.clip(1 + 0.11 * fine + 0.04 * noise(rng, 2) + sheen, 0.5, 1.6).astype(np.float32)


def behind(person: Person) -> np.ndarray:
    """Mask (S, S) of the hair behind neck and head. Explained in notebook 01."""
    width = person.face[16, 0]
    end = _ENDS.get(person.style)
    if person.style == "bun":
        return blob(0, -CROWN - 0.12, 0.27, 0.2, power=8)
    if end is None:
        return np.zeros((PAINTING, PAINTING), np.float32)
    wide = width + 0.1 * person.volume
    side = [(wide, -0.5), (wide + 0.07, 0.2), (wide + 0.1, 0.9), (wide + 0.02, end), (0.2, end + 0.05)]
    outline = [*side, *((-x, y) for x, y in side[::-1]), (-0.6, -1.05), (0, -CROWN - 0.1), (0.6, -1.05)]
    return fill(curve(np.array(outline), 200, closed=True), blur=2)


def in_front(person: Person, rng: np.random.Generator) -> np.ndarray:
    """Mask (S, S) of the hair on the head down to the hairline. Explained in notebook 01."""
    x, y = grid()
    width, style = person.face[16, 0], person.style
    hanging = style in _ENDS
    thick = person.volume * {"bald": 0.0, "short": 0.08, "curly": 0.2, "bun": 0.06}.get(style, 0.12)
    cap = fill(_hood(width + thick * 0.6, CROWN + thick), blur=3.0 if style == "curly" else 1.5)
    ends = cv2.resize(rng.standard_normal((1, 120)).astype(np.float32), (PAINTING, 1))
    line = _hairline(x / width, style, person.hairline - 0.8) + 0.015 * ends + 0.01 * noise(rng, 5)
    # Towards the ears the hairline comes down steeply, but not as if cut with a ruler.
    profile = width * np.clip(1 - (np.maximum(-y, 0) / CROWN) ** 2.44, 0.02, 1) ** 0.41
    aside = 1 / (1 + np.exp(np.minimum((0.9 - np.abs(x) / profile) / 0.025, 50)))
    line = line * (1 - aside) + (0.5 if hanging else 0.02) * aside
    mask = cap / (1 + np.exp((y - line) / (0.04 if style == "curly" else 0.02)))
    if style == "bald":
        mask = 0.5 * mask * aside / (1 + np.exp((-0.35 - y) / 0.06))
    if style == "curly":
        mask = np.clip(mask * (1.7 + 0.25 * noise(rng, 8)), 0, 1)
    if hanging:
        edge = width * 0.93 + 0.03 * np.sin(3 * y)
        fall = fill(
            _hood(width + 0.1 * person.volume, CROWN + 0.1, low=min(_ENDS[style] - 0.04, 1.6)), blur=3
        )
        fall = fall / (1 + np.exp((y - 1.3) / 0.06)) / (1 + np.exp((edge - np.abs(x)) / 0.02))
        mask = np.maximum(mask, fall * (y > -0.7))
    return mask.astype(np.float32)


def brows(person: Person, rng: np.random.Generator) -> np.ndarray:
    """Mask (S, S) of the brows, whose middle lines are landmarks 17–26. Explained in notebook 01."""
    mask = np.zeros((PAINTING, PAINTING), np.float32)
    for rows in (slice(17, 22), slice(22, 27)):
        path = curve(person.face[rows, :2] + outward()[rows], 40)
        taper = np.linspace(0.4, 1, 40) if rows.start == 17 else np.linspace(1, 0.4, 40)
        half = 0.034 * person.brow * taper[:, None] * [0, 1]
        mask += fill(np.concatenate([path - half, (path + half)[::-1]]), blur=1.8)
    return np.clip(mask * (0.88 + 0.1 * noise(rng, 1.5)), 0, 0.92)


def skull(half_width: float, height: float) -> np.ndarray:
    """Outline (38, 2) of the top of a head, right to left: fuller than an ellipse. Notebook 01."""
    angles = np.linspace(0, np.pi, 40)[1:-1]
    x, y = (np.sign(part) * np.abs(part) ** 0.82 for part in (np.cos(angles), np.sin(angles)))
    return np.stack([half_width * x, -height * y], axis=1)


def _hood(half_width: float, height: float, *, low: float = 0.1) -> np.ndarray:
    return np.concatenate([[(half_width, low)], skull(half_width, height), [(-half_width, low)]])


def _hairline(across: np.ndarray, style: str, height: float) -> np.ndarray:
    """Height of the hairline over the face from the left (−1) to the right (1)."""
    side = np.abs(across) ** 3
    if style == "fringe":
        return height + 0.34 - 0.05 * side
    if style == "parted":
        return height - 0.1 + 0.36 * np.abs(across - 0.35) ** 1.5
    if style == "bald":
        return np.full_like(across, 0.0)
    if style == "short":  # it recedes at the temples
        return height - 0.02 - 0.06 * np.exp(-(((np.abs(across) - 0.5) / 0.2) ** 2)) + 0.3 * side**2
    return height - 0.06 + 0.35 * side
