"""Faces in pictures that can talk: found, large enough, whole, from the front."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from s2f_utils import StudyError
from s2f_utils.faces import geometry, tracking

_SMALLEST = 60  # pixels from ear to ear of a face that can talk
_CUT = 0.012  # widths of a face by which a tracker sets its points over the picture's edge for no reason
_AWAY = 0.65  # the turn, as measured, of a mean head by 35 degrees


def look(name: str | Path, images: Sequence[np.ndarray]) -> tuple[int, np.ndarray, np.ndarray]:
    """Find a face in pictures that may lie on their side or their head.

    Returns
    -------
    turns : int
        How many quarters to turn the pictures, (height, width, 3) uint8, by.
    landmarks, detected
        As ``tracking.track`` returns them, in the turned pictures.

    Raises ``StudyError`` where there is no face. See notebook 07_speech_to_face.
    """
    for turns in (0, 1, 3, 2):
        landmarks, detected = tracking.track([np.ascontiguousarray(np.rot90(one, turns)) for one in images])
        if detected.any():
            return turns, landmarks, detected
    raise StudyError(f"FACE={name}: no face was found; choose a picture of one face from the front.")


def require(name: str | Path, landmarks: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Tell which of (T, 68, 2) faces in pictures of a height and a width, pixels, can talk: (T,) bool.

    Raises ``StudyError`` where none can: too small, cut by the picture's edge, or turned away. See notebook
    07_speech_to_face.
    """
    sides = np.linalg.norm(landmarks[:, 0] - landmarks[:, 16], axis=-1)
    if sides.max() < _SMALLEST:
        raise StudyError(
            f"FACE={name}: the largest face is {sides.max():.0f} pixels wide; choose a picture in which "
            f"it has at least {_SMALLEST}."
        )
    cut, away = cut_off(landmarks, shape), np.abs(turn(landmarks)) > _AWAY
    if cut.all():
        raise StudyError(
            f"FACE={name}: the largest face is cut off at the edge; choose a picture that shows all of it."
        )
    if (cut | away).all():
        raise StudyError(
            f"FACE={name}: the face is turned to the side; choose a picture that shows it from the front."
        )
    return ~(cut | away)


def cut_off(landmarks: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Tell of (T, 68, 2) faces which ones the edge of their picture cuts: (T,) bool.

    See notebook 07_speech_to_face.
    """
    margin = _CUT * np.linalg.norm(landmarks[:, 0] - landmarks[:, 16], axis=-1).max()
    low, high = landmarks.min(axis=1), landmarks.max(axis=1)
    return (low < -margin).any(axis=1) | (high > np.array(shape[::-1]) + margin).any(axis=1)


def turn(landmarks: np.ndarray) -> np.ndarray:
    """Measure how far (T, 68, 2) faces are turned to a side: (T,), 0 from the front, ±1 in profile.

    It is by how much more of the face lies on one side of the tip of the nose than on the other, between the
    eyes' outer corners and between the ears. See notebook 07_speech_to_face.
    """
    z = geometry.to_complex(landmarks)
    x = (z * (z[:, 45:46] - z[:, 36:37]).conj()).real  # along the line of the eyes
    nose, left, right = x[:, 30, None], x[:, [0, 36]], x[:, [16, 45]]
    return ((left + right - 2 * nose) / (right - left)).mean(axis=1)
