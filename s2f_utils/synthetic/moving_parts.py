"""Features that move on their own: a mouth, eyes with lids, and stiff glasses."""

import cv2
import numpy as np
from scipy.interpolate import CubicSpline

from s2f_utils.synthetic import teeth
from s2f_utils.synthetic.canvas import CENTRE, SCALE, SIZE, to_film
from s2f_utils.synthetic.people import Person
from s2f_utils.synthetic.shape import outward, project

# How deep into a lip a band begins, from its outer edge, and how bright it is.
_UPPER_BANDS = ((0, 0.80), (0.25, 0.74), (0.6, 0.66))
_LOWER_BANDS = ((0, 0.86), (0.22, 1.0), (0.45, 1.1), (0.75, 0.98))


def _spline(points: np.ndarray, samples: int) -> np.ndarray:
    """Smooth curves through landmarks (T, N, 2) of all frames at once: (T, samples, 2)."""
    gaps = np.linalg.norm(np.diff(points.mean(0), axis=0), axis=1)
    knots = np.r_[0, np.cumsum(gaps)] / gaps.sum()
    return CubicSpline(knots, points, axis=1, bc_type="natural")(np.linspace(0, 1, samples))


def _fill(picture: np.ndarray, outline: np.ndarray, colour: np.ndarray) -> None:
    cv2.fillPoly(picture, [np.round(outline * 16).astype(np.int32)], colour.tolist(), cv2.LINE_AA, 4)


def stroke(picture: np.ndarray, line: np.ndarray, colour: np.ndarray, width: int = 1) -> None:
    """Draw a smooth line (N, 2) into a picture, in place. Explained in notebook 01."""
    points = np.round(line * 16).astype(np.int32)
    cv2.polylines(picture, [points], False, colour.tolist(), width, cv2.LINE_AA, 4)


def _brightness(still: np.ndarray, point: np.ndarray, skin: np.ndarray) -> np.ndarray:
    """How much light (3,) falls on the skin around a point (pixels of the film)."""
    ratio = still.shape[0] / SIZE
    column, row = np.round(point * ratio).astype(int)
    patch = still[row - 8 : row + 8, column - 14 : column + 14].reshape(-1, 3).mean(0)
    return np.clip(patch / np.maximum(skin, 0.1), 0.45, 1.15)


def _corners(face: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """How much further than its landmarks a mouth's corners are drawn: (T, 68, 2) inter-ocular distances.

    Trackers follow a corner three quarters of its way, and set it inside of an open mouth (seen with dlib).
    """
    further = np.zeros((len(moved), 68, 2))
    opening = moved[:, 66, 1] - moved[:, 62, 1]
    for corner, side in ((48, -1), (60, -1), (54, 1), (64, 1)):
        further[:, corner, 0] = 0.3 * (moved[:, corner, 0] - face[corner, 0]) + 0.05 * side * opening
    return further


class Mouth:
    """Lips in bands of shade, and what is seen between them."""

    def __init__(
        self, person: Person, moved: np.ndarray, pose: np.ndarray, landmarks: np.ndarray, still: np.ndarray
    ) -> None:
        light = _brightness(still, to_film(person.face)[[48, 54]].mean(0), person.skin)
        self.lips = person.lips * light * 255
        self.light = light * 255
        points = landmarks + (outward() + _corners(person.face, moved)) * SCALE
        self.outer_up, self.inner_up = _spline(points[:, 48:55], 25), _spline(points[:, 60:65], 25)
        self.outer_low = _spline(points[:, [48, *range(59, 53, -1)]], 25)
        self.inner_low = np.maximum(_spline(points[:, [60, 67, 66, 65, 64]], 25), self.inner_up)
        self.inside = teeth.Inside(person, moved, pose, self.light)

    def draw(self, picture: np.ndarray, frame: int) -> None:
        """Draw the mouth of one frame, in place."""
        top, bottom = self.inner_up[frame], self.inner_low[frame]
        if (bottom - top)[:, 1].max() > 0.4:
            self.inside.draw(picture, frame, top, bottom)
            stroke(picture, top + [0, 0.5], np.array([0.28, 0.12, 0.12]) * self.light)
        self._draw_lip(picture, self.outer_up[frame], top, _UPPER_BANDS)
        self._draw_lip(picture, self.outer_low[frame], bottom, _LOWER_BANDS)
        if (bottom - top)[:, 1].max() < 2.5:
            stroke(picture, (top + bottom) / 2, self.lips * 0.42)
        for end, step in ((0, 1), (-1, -1)):
            corner = np.stack([self.outer_up[frame][end], top[end], (top + bottom)[end + 2 * step] / 2])
            stroke(picture, corner, self.lips * 0.45)
        around = np.concatenate([self.outer_up[frame], self.outer_low[frame]])
        (x0, y0), (x1, y1) = around.min(0).astype(int) - 5, around.max(0).astype(int) + 6
        region = picture[y0:y1, x0:x1]
        region[:] = cv2.GaussianBlur(region, (0, 0), 0.6)

    def _draw_lip(self, picture: np.ndarray, outer: np.ndarray, inner: np.ndarray, bands: tuple) -> None:
        for depth, shade in bands:
            edge = outer + (inner - outer) * depth
            _fill(picture, np.concatenate([edge, inner[::-1]]), np.clip(self.lips * shade, 0, 255))


class Eyes:
    """Eyeballs behind lids: a painted ball per person, seen through the outline of the lids, with lashes."""

    def __init__(self, person: Person, landmarks: np.ndarray, still: np.ndarray) -> None:
        self.lash = 2 if person.makeup > 0.6 else 1
        self.eyes = []
        edges = landmarks + outward() * SCALE
        for first in (36, 42):
            rest = to_film(person.face[first : first + 6])
            light = _brightness(still, rest.mean(0) + [0, 12], person.skin)
            upper = _spline(edges[:, first : first + 4], 15)
            lower = _spline(edges[:, [first, first + 5, first + 4, first + 3]], 15)
            corners = landmarks[:, [first, first + 3]].mean(1)
            lash, rim = person.lips * 0.3 * light * 255, person.skin * light * 0.62 * 255
            self.eyes.append((_eyeball(person) * light, upper, lower, corners, lash, rim))

    def draw(self, picture: np.ndarray, frame: int) -> None:
        """Draw both eyes of one frame, in place."""
        for ball, upper, lower, centres, lash, rim in self.eyes:
            up, low, centre = upper[frame], lower[frame], centres[frame]
            x0, y0 = np.floor(centre).astype(int) - 20
            region = picture[y0 : y0 + 40, x0 : x0 + 40]
            shift = np.array([[1, 0, centre[0] - x0 - 20], [0, 1, centre[1] - y0 - 21.0]])
            moved = cv2.warpAffine(ball.astype(np.float32), shift, (40, 40), borderMode=cv2.BORDER_REPLICATE)
            mask = np.zeros((40, 40), np.uint8)
            _fill(mask, np.concatenate([up, np.maximum(low, up)[::-1]]) - [x0, y0], np.array([255]))
            alpha = cv2.GaussianBlur(mask, (0, 0), 0.5)[..., None].astype(np.float32) / 255
            region[:] = (region * (1 - alpha) + moved * (255 * alpha)).astype(np.uint8)
            stroke(picture, low + [0, 0.4], rim)
            stroke(picture, up - [0, 0.4], lash, self.lash)


def glasses(person: Person, pose: np.ndarray) -> list[np.ndarray]:
    """Two rims, a bridge and two arms, stiff on the turning head: (T, N, 2) pixels each, if any."""
    if not person.glasses:
        return []
    angles, side = np.linspace(0, 2 * np.pi, 33), person.face[16, 0]
    superellipse = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** person.rim_shape, np.sin(angles)
    lines = [[(-0.1, 0.0, 0.22), (0, -0.025, 0.25), (0.1, 0.0, 0.22)]]
    pupil = person.face[42:48, 0].mean()
    for sign in (-1, 1):
        x = (pupil + 0.005) * sign + 0.255 * person.rim_size * superellipse[0]
        y = 0.03 + 0.185 * person.rim_size * superellipse[1]
        lines += [np.stack([x, y, 0.2 - 0.3 * np.abs(x) ** 2], axis=1)]
        lines += [[(sign * 0.61, -0.01, 0.08), (sign * (side + 0.01), -0.03, -0.35)]]
    repeated = (np.repeat(np.array(line)[None], len(pose), 0) for line in lines)
    return [project(line, pose, scale=SCALE, centre=CENTRE) for line in repeated]


def _eyeball(person: Person) -> np.ndarray:
    """(40, 40, 3) white, iris with a dark rim, pupil and a highlight, shaded under the upper lid."""
    y, x = np.mgrid[-20:20, -20:20].astype(np.float32)
    radius = np.hypot(x, y)
    size = 0.085 * SCALE * (1 + 0.05 * person.look["eye_size"])

    def disc(r: float, soft: float = 0.35) -> np.ndarray:
        return (1 / (1 + np.exp((radius - r) / soft)))[..., None]

    ball = np.array([0.90, 0.87, 0.85]) * (1 - 0.004 * x**2)[..., None]
    iris = person.eyes * (0.75 + 0.5 * np.clip(radius / size, 0, 1) + 0.05 * y / size)[..., None]
    ball = ball * (1 - disc(size)) + iris * 0.55 * disc(size)
    ball = ball * (1 - disc(size * 0.86)) + iris * disc(size * 0.86)
    ball = ball * (1 - disc(size * 0.42)) + 0.04 * disc(size * 0.42)
    glint = np.exp(-((x + 1.8) ** 2 + (y + 2.0) ** 2) / 1.2)[..., None]
    shadow = np.clip(0.68 + 0.32 * (y + 5) / 5, 0.6, 1)[..., None]
    return np.clip(ball * shadow + 0.9 * glint, 0, 1.3)
