"""How a whole photograph talks: whether it obeys, stays the person it was, and shows no seam."""

from collections.abc import Iterable

import cv2
import numpy as np

from s2f_utils.faces import tracking
from s2f_utils.judging import picture_metrics

_EDGE = 0.02  # inter-ocular distances to both sides of the inner lips that count as the edge of the mouth


def judge(
    film: Iterable[np.ndarray],
    bent: Iterable[np.ndarray],
    asked: np.ndarray,
    picture: np.ndarray,
    landmarks: np.ndarray,
) -> dict[str, float]:
    """Measure a film of a photograph that talks.

    Parameters
    ----------
    film, bent
        T pictures (height, width, 3) uint8: the film, and the same with nothing painted into it.
    asked
        (T, 68, 2) landmarks in pixels of the picture.
    picture, landmarks
        The photograph and its (68, 2) landmarks in pixels.

    Returns
    -------
    dict
        ``detection_rate``, ``landmark_nme`` and ``mouth_correlation`` as in ``picture_metrics.look``, here of
        the whole picture; ``identity_distance`` of dlib's descriptions from the photograph's; ``seam_ratio``,
        how steep the picture is around the painted mouth's edge, in that of the photograph's own pixels bent
        there; ``flicker``, grey levels by which the upper face changes from one picture to the next.

    See notebook 07_speech_to_face.
    """
    known = tracking.embedding(picture, landmarks)
    found, apart, steep, own, changes, previous = [], [], [], [], [], None
    for shown, plain, points in zip(film, bent, asked, strict=True):
        found.append(tracking.find(shown))
        apart.append(np.linalg.norm(tracking.embedding(shown, points) - known))
        edge = _edge(points, shown.shape[:2])
        steep.append(_steepness(shown, edge))
        own.append(_steepness(plain, edge))
        if previous is not None:
            changes.append(_change(previous, shown, points))
        previous = shown
    return picture_metrics.obedience(np.stack(found), asked) | {
        "identity_distance": float(np.mean(apart)),
        "seam_ratio": float(np.mean(steep) / np.mean(own)),
        "flicker": float(np.mean(changes)),
    }


def _edge(points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Mark the surroundings of the inner lips' outline: (height, width) bool."""
    width = max(1, round(2 * _EDGE * float(np.linalg.norm(points[36] - points[45]))))
    line = np.zeros(shape, np.uint8)
    cv2.polylines(line, [np.round(points[60:68]).astype(np.int32)], True, 1, width)
    return line > 0


def _steepness(picture: np.ndarray, where: np.ndarray) -> float:
    """Mean length of the gradient in grey levels a pixel."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    across, down = (cv2.Sobel(gray, cv2.CV_32F, *axis, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    return float(np.hypot(across, down)[where].mean())


def _change(one: np.ndarray, other: np.ndarray, points: np.ndarray) -> float:
    """Mean change of the face above the nostrils, grey levels."""
    low, high = points.min(axis=0), points.max(axis=0)
    top, bottom = max(0, int(low[1])), int(points[30, 1])
    rows, columns = slice(top, bottom), slice(max(0, int(low[0])), int(high[0]) + 1)
    return float(np.abs(one[rows, columns].astype(int) - other[rows, columns]).mean())
