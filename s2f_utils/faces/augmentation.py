"""Many faces out of few: pictures mirrored, stretched, moved and lit anew, with their landmarks."""

import cv2
import numpy as np

from s2f_utils.faces import geometry, relighting


def mirrored(pictures: np.ndarray, landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mirror (N, S, S, 3) pictures and (M, 68, 2) landmarks; left landmarks take the right ones' numbers."""
    flipped = landmarks[:, geometry.MIRROR].copy()
    flipped[..., 0] = pictures.shape[2] - 1 - flipped[..., 0]
    return np.ascontiguousarray(pictures[:, :, ::-1]), flipped


def another_person(
    pictures: np.ndarray, landmarks: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Make another person of one: mirrored, a little wider or longer, moved, in another light.

    Takes (N, S, S, 3) uint8 pictures and (M, 68, 2) landmarks in pixels. See notebook 06_dcgan_generation.
    """
    size = pictures.shape[1]
    if rng.random() < 0.5:
        pictures, landmarks = mirrored(pictures, landmarks)
    scale = rng.uniform(0.94, 1.06, size=2)
    shift = (1 - scale) * size / 2 + rng.uniform(-0.03, 0.03, size=2) * size
    matrix = np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]])
    gain, offset = rng.uniform(0.7, 1.3, size=3), rng.uniform(-40, 40)
    moved = [
        cv2.warpAffine(picture, matrix, (size, size), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        for picture in pictures
    ]
    return relighting.toned(moved, gain, offset), (landmarks * scale + shift).astype(np.float32)
