"""Landmarks to pictures: a stick face to look at, and part by part for the generator."""

import cv2
import numpy as np

CONTOURS = {  # part → lines through landmark numbers, and whether a line closes
    "jaw": [(range(0, 17), False)],
    "brows": [(range(17, 22), False), (range(22, 27), False)],
    "nose": [(range(27, 31), False), (range(31, 36), False)],
    "eyes": [(range(36, 42), True), (range(42, 48), True)],
    "outer lip": [(range(48, 60), True)],
    "inner lip": [(range(60, 68), True)],
}
_SHIFT = 4  # fractional bits of OpenCV's coordinates: lines move by a sixteenth of a pixel


def draw_parts(landmarks: np.ndarray, size: int) -> np.ndarray:
    """Draw each part of the face as a picture of its own, which keeps the landmarks' place in space.

    Parameters
    ----------
    landmarks
        (68, 2) pixels of the picture.
    size
        Height and width of the picture in pixels.

    Returns
    -------
    (size, size, 6) float32 array, 0 … 1: jaw, brows, nose, eyes, outer lip, inner lip.

    See notebook 06_dcgan_generation.
    """
    thickness = max(1, round(size / 64))
    pictures = []
    for lines in CONTOURS.values():
        picture = np.zeros((size, size), dtype=np.uint8)
        _draw(picture, landmarks, lines, 255, thickness)
        pictures.append(picture)
    return np.stack(pictures, axis=-1).astype(np.float32) / 255


def stick_face(
    landmarks: np.ndarray,
    size: int,
    *,
    colour: tuple[int, int, int] = (20, 60, 90),
    background: np.ndarray | None = None,
) -> np.ndarray:
    """Draw a face as lines: (size, size, 3) uint8 from (68, 2) pixels; the open mouth is filled.

    ``background`` is a picture to draw on, white by default. See notebook 07_speech_to_face.
    """
    picture = np.full((size, size, 3), 255, np.uint8) if background is None else background.copy()
    inner = np.round(landmarks[60:68] * 2**_SHIFT).astype(np.int32)
    mouth = tuple(round(0.5 * level + 0.5 * 255) for level in colour)
    cv2.fillPoly(picture, [inner], mouth, cv2.LINE_AA, _SHIFT)
    for lines in CONTOURS.values():
        _draw(picture, landmarks, lines, colour, max(1, round(size / 128)))
    return picture


def _draw(picture: np.ndarray, landmarks: np.ndarray, lines: list, colour: object, thickness: int) -> None:
    for indices, closed in lines:
        points = np.round(landmarks[list(indices)] * 2**_SHIFT).astype(np.int32)
        cv2.polylines(picture, [points], closed, colour, thickness, cv2.LINE_AA, _SHIFT)
