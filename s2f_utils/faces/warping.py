"""Bend one picture of a face until its landmarks lie where they are asked to: no learning."""

from collections.abc import Iterator

import cv2
import numpy as np
from scipy.spatial import Delaunay

_SHIFT = 4  # fractional bits of OpenCV's coordinates
_LIP_GAP = 0.04  # closed lips are opened by this share of the picture before triangles are laid
_LAST = list(range(60, 68))  # triangles between the lips are painted last


def warp(picture: np.ndarray, landmarks: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Bend a picture piecewise affinely, triangle by triangle, so that its landmarks move to the asked ones.

    Parameters
    ----------
    picture
        (size, size, 3) uint8 aligned crop.
    landmarks
        (68, 2) where the picture's landmarks are, in its pixels.
    asked
        (T, 68, 2) where they shall be in each picture of a film.

    Returns
    -------
    (T, size, size, 3) uint8 pictures. The frame of the picture stays where it is. What the picture does not
    show, such as teeth behind closed lips, cannot appear.

    See notebook 06_dcgan_generation.
    """
    warped = np.empty((len(asked), *picture.shape), np.uint8)
    for index, bent in enumerate(bend(picture, landmarks, asked)):
        warped[index] = bent
    return warped


def bend(picture: np.ndarray, points: np.ndarray, asked: np.ndarray) -> Iterator[np.ndarray]:
    """Bend a picture as `warp` does, one frame at a time, by more points than the face's.

    Takes (height, width, 3) uint8, (N, 2) points of which the first 68 are landmarks, and (T, N, 2) where
    they shall be. Pixels between points that stay are the picture's own. See notebook 07_speech_to_face.
    """
    shape = picture.shape[:2]
    triangles = _triangles(points, shape)
    source = _with_frame(points, shape)
    for moved in asked:
        x, y = _source_of_pixels(source, _with_frame(moved, shape), triangles, shape)
        yield cv2.remap(picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _with_frame(points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Add twelve points on the picture's frame, which never move."""
    height, width = shape
    across, down = np.linspace(0, width - 1, 4), np.linspace(0, height - 1, 4)
    low, right, bottom = np.zeros(3), np.full(3, width - 1.0), np.full(3, height - 1.0)
    sides = [(across[:3], low), (right, down[:3]), (across[:0:-1], bottom), (low, down[:0:-1])]
    frame = np.concatenate([np.stack(side, axis=-1) for side in sides])
    inside = np.clip(points, 0.5, np.array([width, height]) - 1.5)
    return np.concatenate([inside, frame]).astype(np.float64)


def _triangles(landmarks: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Lay triangles over a face whose lips are held a little apart: closed lips leave no room for any."""
    size = shape[0]
    points = _with_frame(landmarks, shape)
    for upper, lower in ((61, 67), (62, 66), (63, 65)):
        middle = (points[upper, 1] + points[lower, 1]) / 2
        points[upper, 1] = min(points[upper, 1], middle - _LIP_GAP * size / 2)
        points[lower, 1] = max(points[lower, 1], middle + _LIP_GAP * size / 2)
    triangles = Delaunay(points).simplices
    between_lips = np.isin(triangles, _LAST).all(axis=1)
    return triangles[np.argsort(between_lips, kind="stable")]


def _source_of_pixels(
    source: np.ndarray, target: np.ndarray, triangles: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Say for each pixel of the bent picture where it comes from: two float32 maps of its ``shape``."""
    corners = target[triangles]  # (n, 3, 2)
    sides = corners[:, 1:] - corners[:, :1]
    area = sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0]
    visible = np.flatnonzero(np.abs(area) > 1e-3)  # a triangle that closed to a line shows nothing
    owner = np.zeros(shape, np.int32)
    polygons = np.round(corners * 2**_SHIFT).astype(np.int32)
    for index in visible:
        cv2.fillConvexPoly(owner, polygons[index], int(index) + 1, cv2.LINE_8, _SHIFT)
    maps = np.tile(np.eye(3, 2), (len(triangles) + 1, 1, 1))  # number 0, nobody's pixels, stay in place
    ones = np.ones((len(visible), 3, 1))
    basis = np.linalg.inv(np.concatenate([corners[visible], ones], axis=2))
    maps[visible + 1] = basis @ source[triangles[visible]]
    rows, columns = np.arange(shape[0], dtype=np.float32)[:, None], np.arange(shape[1], dtype=np.float32)
    terms = maps.astype(np.float32).reshape(-1, 6).T[:, owner]  # of x and y by column, by row, and alone
    return tuple(terms[axis] * columns + terms[2 + axis] * rows + terms[4 + axis] for axis in (0, 1))
