"""The film: a painted person's picture bent by the landmarks of every frame, with eyes and mouth drawn on top."""

from collections.abc import Iterator
from functools import cache

import cv2
import numpy as np
from scipy.interpolate import CubicSpline

from s2f_utils.synthetic import canvas
from s2f_utils.synthetic.people import Person
from s2f_utils.synthetic.shape import project

SIZE = 256  # pixels of the film's pictures
SCALE = canvas.SCALE * SIZE / canvas.SIZE  # pixels per inter-ocular distance, before the head turns
CENTRE = (canvas.CENTRE[0] * SIZE / canvas.SIZE, canvas.CENTRE[1] * SIZE / canvas.SIZE)
_CELL = 4  # the bending is computed on every fourth pixel and interpolated
_BENDING = [*range(17, 60), *range(17)]  # inner lips overlap when closed, so they do not bend the skin
# Around the 68 points: ears, skull and hair that turn with the head; neck and frame that stay.
_SKULL = np.array([
    (-0.95, -0.4, -0.6), (0.95, -0.4, -0.6), (-0.7, -0.95, -0.4), (0.7, -0.95, -0.4), (0, -1.15, -0.3),
    (-0.95, 0.2, -0.7), (0.95, 0.2, -0.7), (0, -0.6, 0.05), (-0.45, -0.6, 0), (0.45, -0.6, 0), (-1.05, 0.8, -0.8),
    (1.05, 0.8, -0.8),
])  # fmt: skip
_STILL = np.array(
    [(x, y) for x in np.linspace(0, SIZE, 7) for y in (0, SIZE)]
    + [(x, y) for x in (0, SIZE) for y in np.linspace(0, SIZE, 7)[1:-1]]
    + [(x, SIZE * 0.88) for x in np.linspace(0, SIZE, 7)]
)


def film(
    still: np.ndarray, person: Person, moved: np.ndarray, pose: np.ndarray, landmarks: np.ndarray
) -> Iterator[np.ndarray]:
    """Draw a clip.

    Parameters
    ----------
    still
        (S, S, 3) lit painting of the person (`scene.light`), mouth and eyes not yet drawn.
    person
        Whose it is.
    moved, pose, landmarks
        (T, 68, 3) face before the head turns, (T, 5) head pose, (T, 68, 2) the same in pixels of the film.

    Yields
    ------
    (256, 256, 3) uint8 RGB picture per frame. Explained in notebook 01.
    """
    skull = project(np.repeat(_SKULL[None], len(pose), 0), pose, scale=SCALE, centre=CENTRE)
    rest = np.concatenate([to_film(person.face)[_BENDING], to_film(_SKULL), _STILL])
    now = np.concatenate([landmarks[:, _BENDING], skull, np.repeat(_STILL[None], len(pose), 0)], axis=1)
    weights = _bending_weights(rest)
    source = (cv2.GaussianBlur(still, (0, 0), 0.6) * 255).astype(np.uint8)
    mouth, eyes = _Mouth(person, moved, pose, landmarks, still), _Eyes(person, landmarks, still)
    rims = _glasses(person, pose)
    for frame in range(len(landmarks)):
        picture = _bend(source, weights, (now[frame] - rest).astype(np.float32))
        eyes.draw(picture, frame)
        mouth.draw(picture, frame)
        for rim in rims:
            _stroke(picture, rim[frame], person.shirt * 90, 2)
        yield picture


def to_film(points: np.ndarray) -> np.ndarray:
    """Inter-ocular coordinates (…, 2+) to pixels of the film, head level. Explained in notebook 01."""
    return points[..., :2] * SCALE + np.array(CENTRE)


def _bending_weights(rest: np.ndarray) -> np.ndarray:
    """How the shift of each control point moves each grid point: thin-plate splines, solved once per clip."""

    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        square = ((a[:, None] - b[None]) ** 2).sum(-1) / SIZE**2
        return 0.5 * square * np.log(square + 1e-12)

    affine = np.c_[np.ones(len(rest)), rest / SIZE]
    system = np.block([[kernel(rest, rest) + 1e-5 * np.eye(len(rest)), affine], [affine.T, np.zeros((3, 3))]])
    ticks = (np.arange(SIZE // _CELL) + 0.5) * _CELL
    nodes = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    basis = np.c_[kernel(nodes, rest), np.ones(len(nodes)), nodes / SIZE]
    return np.linalg.solve(system.T, basis.T).T[:, : len(rest)].astype(np.float32)


def _bend(source: np.ndarray, weights: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Look up, for every pixel, where it comes from: the inverse of the shift field, by fixed-point steps."""
    cells = SIZE // _CELL
    forward = (weights @ shifts).reshape(cells, cells, 2)
    own, pixels, ratio = *_lattice(), source.shape[0] / SIZE
    field = forward
    for _ in range(4):
        field = cv2.remap(
            forward, own - field / _CELL, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    field = cv2.resize(field, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    return cv2.remap(
        source, (pixels - field) * ratio, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


@cache
def _lattice() -> tuple[np.ndarray, np.ndarray]:
    def grid(n: int) -> np.ndarray:
        return np.stack(np.meshgrid(np.arange(n), np.arange(n)), axis=-1).astype(np.float32)

    return grid(SIZE // _CELL), grid(SIZE)


def _spline(points: np.ndarray, samples: int) -> np.ndarray:
    """Smooth curves through landmarks (T, N, 2) of all frames at once: (T, samples, 2)."""
    gaps = np.linalg.norm(np.diff(points.mean(0), axis=0), axis=1)
    knots = np.r_[0, np.cumsum(gaps)] / gaps.sum()
    return CubicSpline(knots, points, axis=1, bc_type="natural")(np.linspace(0, 1, samples))


def _fill(picture: np.ndarray, outline: np.ndarray, colour: np.ndarray) -> None:
    cv2.fillPoly(picture, [np.round(outline * 16).astype(np.int32)], colour.tolist(), cv2.LINE_AA, 4)


def _stroke(picture: np.ndarray, line: np.ndarray, colour: np.ndarray, width: int = 1) -> None:
    cv2.polylines(
        picture, [np.round(line * 16).astype(np.int32)], False, colour.tolist(), width, cv2.LINE_AA, 4
    )


def _brightness(still: np.ndarray, point: np.ndarray, skin: np.ndarray) -> np.ndarray:
    """How much light (3,) falls on the skin around a point (pixels of the film)."""
    ratio = still.shape[0] / SIZE
    column, row = np.round(point * ratio).astype(int)
    patch = still[row - 8 : row + 8, column - 14 : column + 14].reshape(-1, 3).mean(0)
    return np.clip(patch / np.maximum(skin, 0.1), 0.45, 1.15)


class _Mouth:
    """Lips in bands of shade, the dark behind them, teeth that belong to skull and jaw, a tongue."""

    def __init__(
        self, person: Person, moved: np.ndarray, pose: np.ndarray, landmarks: np.ndarray, still: np.ndarray
    ) -> None:
        light = _brightness(still, to_film(person.face)[[48, 54]].mean(0), person.skin)
        self.lips = person.lips * light * 255
        self.light = light * 255
        points = landmarks - 0.0
        self.outer_up, self.outer_low = (
            _spline(points[:, 48:55], 25),
            _spline(points[:, [48, *range(59, 53, -1)]], 25),
        )
        self.inner_up, self.inner_low = (
            _spline(points[:, 60:65], 25),
            _spline(points[:, [60, 67, 66, 65, 64]], 25),
        )
        self.inner_low = np.maximum(self.inner_low, self.inner_up + [0, 0.0])
        down = moved[:, 8, 1] - person.face[8, 1]
        seam = person.face[62, 1]
        self.upper_teeth = self._level(seam + 0.012 + 0 * down, pose)
        self.lower_teeth = self._level(seam + 0.05 + 0.95 * down, pose)
        self.tongue = self._level(seam + 0.05 + 0.7 * down, pose)

    @staticmethod
    def _level(height: np.ndarray, pose: np.ndarray) -> np.ndarray:
        points = np.stack([0 * height, height, 0 * height + 0.2], axis=-1)[:, None]
        return project(points, pose, scale=SCALE, centre=CENTRE)[:, 0, 1]

    def draw(self, picture: np.ndarray, frame: int) -> None:
        top, bottom = self.inner_up[frame], self.inner_low[frame]
        if (bottom - top)[:, 1].max() > 0.4:
            self._draw_inside(picture, frame, top, bottom)
        bands = ((0, 0.80), (0.25, 0.74), (0.6, 0.66)), ((0, 0.86), (0.22, 1.0), (0.45, 1.1), (0.75, 0.98))
        for outer, inner, steps in (
            (self.outer_up[frame], top, bands[0]),
            (self.outer_low[frame], bottom, bands[1]),
        ):
            for depth, shade in steps:
                edge = outer + (inner - outer) * depth
                _fill(picture, np.concatenate([edge, inner[::-1]]), np.clip(self.lips * shade, 0, 255))
        if (bottom - top)[:, 1].max() < 2.5:
            _stroke(picture, (top + bottom) / 2, self.lips * 0.42)
        for end, step in ((0, 1), (-1, -1)):
            corner = np.stack([self.outer_up[frame][end], top[end], (top + bottom)[end + 2 * step] / 2])
            _stroke(picture, corner, self.lips * 0.45)
        left, right = self.outer_up[frame][[0, -1]]
        low, high = min(left[0], right[0]) - 6, max(left[0], right[0]) + 6
        x0, x1 = int(low), int(high)
        y0, y1 = int(self.outer_up[frame][:, 1].min()) - 4, int(self.outer_low[frame][:, 1].max()) + 5
        region = picture[max(y0, 0) : y1, max(x0, 0) : x1]
        region[:] = cv2.GaussianBlur(region, (0, 0), 0.6)

    def _draw_inside(self, picture: np.ndarray, frame: int, top: np.ndarray, bottom: np.ndarray) -> None:
        def between(low: np.ndarray, high: np.ndarray, colour: np.ndarray) -> None:
            if np.any(high[:, 1] - low[:, 1] > 0.3):
                _fill(picture, np.concatenate([low, np.maximum(high, low)[::-1]]), colour * self.light)

        def level(y: float) -> np.ndarray:
            centred = np.abs(np.linspace(-1, 1, len(top)))
            return np.stack([top[:, 0], np.clip(y - 1.5 * centred**2, top[:, 1], bottom[:, 1])], axis=1)

        between(top, bottom, np.array([0.20, 0.07, 0.07]))
        between(level(self.tongue[frame]), bottom, np.array([0.48, 0.2, 0.2]))
        between(level(self.lower_teeth[frame]), bottom, np.array([0.5, 0.46, 0.42]))
        between(top, level(self.upper_teeth[frame]), np.array([0.74, 0.71, 0.66]))
        _stroke(picture, top + [0, 0.5], np.array([0.28, 0.12, 0.12]) * self.light)


class _Eyes:
    """Eyeballs behind lids: a painted ball per person, seen through the outline of the lids, with lashes."""

    def __init__(self, person: Person, landmarks: np.ndarray, still: np.ndarray) -> None:
        female = person.beard == "none" and person.brow < 1.0
        self.lash = 2 if female else 1
        self.eyes = []
        for first, mirrored in ((36, False), (42, True)):
            rest = to_film(person.face[first : first + 6])
            light = _brightness(still, rest.mean(0) + [0, 12], person.skin)
            upper = _spline(landmarks[:, first : first + 4], 15)
            lower = _spline(landmarks[:, [first, first + 5, first + 4, first + 3]], 15)
            corners = landmarks[:, [first, first + 3]].mean(1)
            self.eyes.append((_eyeball(person) * light, upper, lower, corners, person.lips * 0.3 * light * 255,
                              person.skin * light * 0.62 * 255))  # fmt: skip

    def draw(self, picture: np.ndarray, frame: int) -> None:
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
            _stroke(picture, low, rim)
            _stroke(picture, up - [0, 0.4], lash, self.lash)


def _glasses(person: Person, pose: np.ndarray) -> list[np.ndarray]:
    """Two rims, a bridge and two arms, stiff on the turning head: (T, N, 2) pixels each; nothing without glasses."""
    if not person.glasses:
        return []
    angles, side = np.linspace(0, 2 * np.pi, 33), person.face[16, 0]
    superellipse = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** 0.7, np.sin(angles)
    lines = [[(-0.1, 0.0, 0.22), (0, -0.025, 0.25), (0.1, 0.0, 0.22)]]
    for sign in (-1, 1):
        x, y = 0.355 * sign + 0.255 * superellipse[0], 0.03 + 0.185 * superellipse[1]
        lines += [np.stack([x, y, 0.2 - 0.3 * np.abs(x) ** 2], axis=1)]
        lines += [[(sign * 0.61, -0.01, 0.08), (sign * (side + 0.01), -0.03, -0.35)]]
    repeated = (np.repeat(np.array(line)[None], len(pose), 0) for line in lines)
    return [project(line, pose, scale=SCALE, centre=CENTRE) for line in repeated]


@cache
def _eyeball_grid() -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[:40, :40].astype(np.float32)
    return columns - 20, rows - 20


def _eyeball(person: Person) -> np.ndarray:
    """(40, 40, 3) white, iris with a dark rim, pupil and a highlight, shaded under the upper lid."""
    x, y = _eyeball_grid()
    radius = np.hypot(x, y)
    size = 0.088 * SCALE

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
