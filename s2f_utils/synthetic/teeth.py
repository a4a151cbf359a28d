"""What an open mouth shows: the dark, a tongue, and teeth, each drawn on its own, shaded by the lips."""

import cv2
import numpy as np

from s2f_utils.synthetic.canvas import CENTRE, SCALE
from s2f_utils.synthetic.people import Person
from s2f_utils.synthetic.shape import project

# Widths of teeth from the middle to the side, as seen from the front, in inter-ocular distances.
_UPPER = np.array([0.094, 0.074, 0.074, 0.062, 0.056])
_LOWER = np.array([0.056, 0.060, 0.062, 0.052, 0.046])
_SHORTER = np.array([0.0, 0.007, -0.001, 0.004, 0.008])  # how much higher the edge of an upper tooth lies
_HEIGHT = 0.115  # of an upper tooth, up to the gum
_NEAR, _ROUND = 0.2, 0.9  # depth of the first teeth, and how the arch bends back
_GUM, _TONGUE = np.array([0.60, 0.33, 0.32]), np.array([0.50, 0.25, 0.24])
_DARK = np.array([0.20, 0.07, 0.07])
_FINE = 3  # a mouth is painted so much finer than the film: gaps between teeth are thinner than its pixels


class Inside:
    """A person's teeth and tongue in every frame: those above belong to the skull, those below to the jaw.

    Takes the person, (T, 68, 3) faces before the head turns, (T, 5) poses and the light (3,) on the mouth.
    """

    def __init__(self, person: Person, moved: np.ndarray, pose: np.ndarray, light: np.ndarray) -> None:
        random = np.random.default_rng([29, person.seed])
        ivory = np.array([0.86, 0.83, 0.77]) - random.uniform(0, 1) * np.array([0.02, 0.05, 0.11])
        self._light = light
        self._enamel = ivory * random.uniform(0.92, 1.06)
        self._gap = random.uniform(0.72, 0.93)  # how bright it is between two teeth
        self._sides = random.uniform(0.15, 0.4)  # of the light that is lost on the way to the corners
        size, uneven = random.uniform(0.9, 1.08), random.normal(0, 0.004, 10)
        seam = person.face[62, 1]
        down = moved[:, 8, 1] - person.face[8, 1]
        edges = seam + 0.018 - np.r_[_SHORTER[::-1], _SHORTER] + uneven
        self._upper = self._row(_UPPER * size, edges[None] + 0 * down[:, None], pose)
        self._gums = self._row(_UPPER * size, edges[None] - _HEIGHT * size + 0 * down[:, None], pose)
        self._lower = self._row(_LOWER * size, seam + 0.045 + 0.88 * down[:, None] + uneven[::-1], pose)
        self._tongue = self._row(_UPPER * size, seam + 0.04 + 0.55 * down[:, None] + 0 * edges, pose)

    @staticmethod
    def _row(widths: np.ndarray, edges: np.ndarray, pose: np.ndarray) -> np.ndarray:
        """Place the two ends of every tooth's edge: (T, 10, 2, 2) pixels, from (T, 10) heights."""
        across = np.r_[0, np.cumsum(widths)]
        ends = np.r_[-across[::-1], across[1:]]
        x = np.stack([ends[:-1], ends[1:]], axis=-1)
        points = np.empty((*edges.shape, 2, 3))
        points[..., 0], points[..., 1], points[..., 2] = x, edges[..., None], _NEAR - _ROUND * x**2
        flat = project(points.reshape(len(edges), -1, 3), pose, scale=SCALE, centre=CENTRE)
        return flat.reshape(*edges.shape, 2, 2)

    def draw(self, picture: np.ndarray, frame: int, top: np.ndarray, bottom: np.ndarray) -> None:
        """Paint what is seen between the inner edges of the lips, (n, 2) pixels each, in place."""
        outline = np.concatenate([top, bottom[::-1]])
        low = np.floor(outline.min(axis=0)).astype(int) - 2
        high = np.ceil(outline.max(axis=0)).astype(int) + 3
        region = picture[low[1] : high[1], low[0] : high[0]]
        fine = self._painted(frame, region.shape[:2], low, outline)
        mask = np.zeros(fine.shape[:2], np.uint8)
        cv2.fillPoly(mask, [_pixels(outline, low)], 255, cv2.LINE_AA, 4)
        size = region.shape[1::-1]
        shown = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)[..., None] / np.float32(255)
        region[:] = np.clip(np.round(region * (1 - alpha) + shown * alpha), 0, 255).astype(np.uint8)

    def _painted(self, frame: int, shape: tuple, low: np.ndarray, outline: np.ndarray) -> np.ndarray:
        """Paint tongue and teeth over the dark, finely: (3h, 3w, 3) float32."""
        fine = np.tile((_DARK * self._light).astype(np.uint8), (shape[0] * _FINE, shape[1] * _FINE, 1))
        (left, _), (right, floor) = outline.min(axis=0), outline.max(axis=0) + 3
        tongue = np.concatenate([self._tongue[frame, 1:-1, 0], [[right, floor], [left, floor]]])
        _paint(fine, tongue, low, _TONGUE * self._light)
        for edges, end, shade in ((self._lower[frame], floor, 0.8), (self._upper[frame], None, 1.0)):
            for number, edge in enumerate(edges):
                root = self._gums[frame, number] if end is None else [[x, end] for x in edge[:, 0]]
                self._tooth(fine, edge, np.asarray(root), low, self._enamel * shade)
        for edge in self._gums[frame]:
            above = np.concatenate([edge, edge[::-1] - [0, 2 * SCALE * _HEIGHT]])
            _paint(fine, above, low, _GUM * self._light)
        return cv2.GaussianBlur(fine, (0, 0), 0.4 * _FINE) * self._shade(fine.shape, low, outline)

    def _tooth(
        self, fine: np.ndarray, edge: np.ndarray, root: np.ndarray, low: np.ndarray, enamel: np.ndarray
    ) -> None:
        """Paint one tooth with rounded corners at its edge, darker towards its neighbours."""
        for share, bright in ((1.0, self._gap), (0.86, 1.0)):
            middle = edge.mean(axis=0)
            left, right = middle + share * (edge - middle)
            up, aside = 0.12 * (root.mean(axis=0) - middle), 0.18 * (right - left)
            outline = np.concatenate([[left + up, left + aside, right - aside, right + up], root[::-1]])
            _paint(fine, outline, low, enamel * bright * self._light)

    def _shade(self, shape: tuple, low: np.ndarray, outline: np.ndarray) -> np.ndarray:
        """How much light reaches each place: less under the upper lip and in the corners of the mouth."""
        (x0, y0), x1 = outline.min(axis=0), outline[:, 0].max()
        x = low[0] + (np.arange(shape[1]) + 0.5) / _FINE
        y = low[1] + (np.arange(shape[0]) + 0.5) / _FINE
        aside = np.clip(np.abs(2 * (x - x0) / max(x1 - x0, 1) - 1), 0, 1) ** 2
        under = np.clip((y - y0) / (0.06 * SCALE), 0, 1)
        light = np.outer(0.9 + 0.1 * under, 1 - self._sides * aside)
        return light[..., None].astype(np.float32)


def _pixels(points: np.ndarray, low: np.ndarray) -> np.ndarray:
    """Bring (n, 2) pixels of the film to those of a fine painting that begins at ``low``, in sixteenths."""
    return np.round(((points - low + 0.5) * _FINE - 0.5) * 16).astype(np.int32)


def _paint(fine: np.ndarray, outline: np.ndarray, low: np.ndarray, colour: np.ndarray) -> None:
    cv2.fillPoly(fine, [_pixels(outline, low)], colour.tolist(), cv2.LINE_8, 4)
