"""The canvas on which people are painted: coordinates, soft spots, noise, curves, masks and layers."""

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from scipy import interpolate

SIZE = 256  # pixels of the film's pictures
SCALE = 0.285 * SIZE  # pixels per inter-ocular distance, before the head turns
CENTRE = (0.5 * SIZE, 0.45 * SIZE)  # of the point between the eyes
FINE = 2  # a still is painted this much finer than the film
PAINTING = FINE * SIZE


class Still(NamedTuple):
    """A painted person: colour (S, S, 3), surface normals (S, S, 3), alpha (S, S), gloss (S, S); float32."""

    colour: np.ndarray
    normals: np.ndarray
    alpha: np.ndarray
    gloss: np.ndarray


def to_film(points: np.ndarray) -> np.ndarray:
    """Inter-ocular coordinates (…, 2+) to pixels of the film (…, 2), head level. Explained in notebook 01."""
    return points[..., :2] * SCALE + np.array(CENTRE)


def curve(points: np.ndarray, samples: int = 60, *, closed: bool = False) -> np.ndarray:
    """A smooth curve through points (N, 2): cubic splines over their distances. Explained in notebook 01."""
    points = np.concatenate([points, points[:1]]) if closed else points
    knots = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    spline = interpolate.CubicSpline(knots, points, bc_type="periodic" if closed else "natural")
    return spline(np.linspace(0, knots[-1], samples))


@cache
def grid() -> tuple[np.ndarray, np.ndarray]:
    """Inter-ocular coordinates x, y of all pixels, (S, S) each. Explained in notebook 01."""
    rows, columns = np.mgrid[:PAINTING, :PAINTING].astype(np.float32)
    return (columns / FINE - CENTRE[0]) / SCALE, (rows / FINE - CENTRE[1]) / SCALE


def blob(x0: float, y0: float, sx: float, sy: float, *, power: float = 2) -> np.ndarray:
    """A soft spot of height 1; a high power makes it a disc."""
    x, y = grid()
    across, down = ((x[:1] - x0) / sx) ** 2, ((y[:, :1] - y0) / sy) ** 2
    if power == 2:  # separable, a hundred times faster
        return np.exp(-0.5 * down) * np.exp(-0.5 * across)
    return np.exp(-0.5 * (across + down) ** (power / 2))


def pair(x0: float, y0: float, sx: float, sy: float) -> np.ndarray:
    """Two soft spots, left and right of the middle. Explained in notebook 01."""
    return blob(x0, y0, sx, sy) + blob(-x0, y0, sx, sy)


def noise(rng: np.random.Generator, sigma: float) -> np.ndarray:
    """Smooth noise with unit standard deviation and a correlation length of ``sigma`` pixels."""
    small = rng.standard_normal((max(4, int(PAINTING / sigma)),) * 2).astype(np.float32)
    noise = cv2.resize(small, (PAINTING, PAINTING), interpolation=cv2.INTER_CUBIC)
    return noise / noise.std()


def normals(height: np.ndarray) -> np.ndarray:
    """Unit normals (S, S, 3) of a height field (S, S). Explained in notebook 01."""
    down, right = np.gradient(height.astype(np.float32), 1 / (FINE * SCALE))
    length = np.sqrt(right**2 + down**2 + 1)
    return np.stack([-right / length, -down / length, 1 / length], axis=-1)


def fill(points: np.ndarray, *, blur: float = 0.8) -> np.ndarray:
    """Mask of a polygon in inter-ocular coordinates, with soft edges."""
    mask = np.zeros((PAINTING, PAINTING), np.uint8)
    cv2.fillPoly(mask, [np.round(FINE * to_film(points) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), blur)


def over(below: Still, alpha: np.ndarray, colour: np.ndarray, normals: np.ndarray, gloss: float) -> Still:
    """Lay a layer over what is painted already."""
    a = alpha.astype(np.float32)[..., None]
    return Still(
        (below.colour * (1 - a) + colour * a).astype(np.float32),
        (below.normals * (1 - a) + normals * a).astype(np.float32),
        np.maximum(below.alpha, alpha).astype(np.float32),
        (below.gloss * (1 - alpha) + gloss * alpha).astype(np.float32),
    )
