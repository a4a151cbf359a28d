"""Faces in pictures that can talk: found, large enough, whole, from the front, with a mouth."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import dlib
import numpy as np

from s2f_utils import StudyError
from s2f_utils.faces import geometry, tracking

_SMALLEST = 60  # pixels from ear to ear of a face that can talk
_CUT = 0.012  # widths of a face by which a tracker sets its points over the picture's edge for no reason
# Of a box, in its widths: to the right, downwards, apart.
_MOVES = [
    *[(0, 0, 0), (0.06, 0, 0), (-0.06, 0, 0), (0, 0.06, 0), (0, -0.06, 0), (0, 0, 0.06), (0, 0, -0.06)],
    *[(0.05, 0.05, 0.03), (-0.05, -0.05, -0.03)],
]
_UNSURE = 0.02  # inter-ocular distances by which a tracker then disagrees with itself about a covered mouth
_LIPLESS, _SOFT = 1.1, 0.02  # edges of lips over those of a chin, in a picture blurred by so much
_CHIN = [48, *range(59, 53, -1), *range(10, 5, -1)]  # its outline
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
    raise _no_face(name)


def _no_face(name: str | Path) -> StudyError:
    return StudyError(f"FACE={name}: no face was found; choose a picture of one face from the front.")


def require(name: str | Path, landmarks: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Tell which of (T, 68, 2) faces in pictures of a height and a width, pixels, can talk: (T,) bool.

    Raises ``StudyError`` where none can: there is none, or it is too small, cut by the picture's edge, or
    turned away. See notebook 07_speech_to_face.
    """
    if not len(landmarks):
        raise _no_face(name)
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


def require_mouth(name: str | Path, picture: np.ndarray, landmarks: np.ndarray) -> None:
    """Raise a ``StudyError`` for a mouth behind a hand or a microphone, where a tracker only guesses it.

    Takes the (height, width, 3) uint8 picture and the (68, 2) landmarks in it. Such a mouth lies elsewhere if
    the tracker starts elsewhere, and what is there has no more edges than a chin. See notebook
    07_speech_to_face.
    """
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if _edges(gray, landmarks) < _LIPLESS and _unsure(gray, landmarks) > _UNSURE:
        raise StudyError(
            f"FACE={name}: something covers the mouth; choose a picture that shows all of the face."
        )


def _edges(gray: np.ndarray, landmarks: np.ndarray) -> float:
    """Compare the edges across a face's middle of lips and of the chin: more than 1 where there are lips."""
    soft = max(0.8, _SOFT * float(np.linalg.norm(landmarks[36] - landmarks[45])))
    edges = np.abs(cv2.Sobel(cv2.GaussianBlur(gray, (0, 0), soft), cv2.CV_32F, 0, 1))
    parts = np.zeros(gray.shape, np.uint8)
    for number, outline in ((1, _CHIN), (2, range(48, 60))):
        cv2.fillPoly(parts, [landmarks[list(outline)].round().astype(np.int32)], number)
    chin, lips = (float(edges[parts == number].sum() / max((parts == number).sum(), 1)) for number in (1, 2))
    return lips / max(chin, 1e-3)


def _unsure(gray: np.ndarray, landmarks: np.ndarray) -> float:
    """Tell by how much the mouth's points scatter when the face's box is moved, in inter-ocular distances."""
    corners = [round(float(side)) for side in (*landmarks.min(axis=0), *landmarks.max(axis=0))]
    box = tracking.detect(gray, near=dlib.rectangle(*corners))
    if box is None:
        return 0.0
    found = []
    for x, y, apart in np.round(np.array(_MOVES) * box.width()).astype(int).tolist():
        moved = dlib.translate_rect(dlib.grow_rect(box, apart), dlib.point(x, y))
        found.append(tracking.landmarks_in(gray, moved)[48:])
    spread = np.linalg.norm(np.std(found, axis=0), axis=-1).mean()
    return float(spread / np.linalg.norm(landmarks[36] - landmarks[45]))
