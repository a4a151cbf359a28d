"""Which pixels are face, how much each counts, and how a face looks in another picture's light."""

import cv2
import numpy as np

_DETAIL = 4.0  # how much more an error in mouth and eyes counts; twice that between the lips
_FOREHEAD = 0.35  # height of the forehead that counts as face, in distances from brow to chin
_MOUTH = 1.2  # how much larger than the lips is what is painted
_GREY = 127.5  # the middle of the range, 0 for the networks
_CONTRAST = 0.5, 2.0  # how far another light may change a picture's contrast


def face_mask(landmarks: np.ndarray, size: int) -> np.ndarray:
    """Mark the face in a picture: (size, size) float32, 1 inside the jaw and up to the forehead, soft edge.

    Takes (68, 2) landmarks in pixels. See notebook 06_dcgan_generation.
    """
    height = landmarks[8, 1] - landmarks[17:27, 1].mean()
    forehead = landmarks[17:27] - (0, _FOREHEAD * height)
    hull = cv2.convexHull(np.concatenate([landmarks, forehead]).astype(np.float32))
    mask = np.zeros((size, size), np.float32)
    cv2.fillConvexPoly(mask, np.round(hull * 16).astype(np.int32), 1.0, cv2.LINE_8, 4)
    return cv2.GaussianBlur(mask, (0, 0), size / 40)


def without_background(picture: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Paint grey what surrounds the face, in a (size, size, 3) uint8 picture with (68, 2) landmarks."""
    inside = face_mask(landmarks, len(picture))[..., None]
    return np.round(inside * picture + (1 - inside) * _GREY).astype(np.uint8)


def in_light_of(
    pictures: np.ndarray, landmarks: np.ndarray, reference: np.ndarray, reference_landmarks: np.ndarray
) -> np.ndarray:
    """Bring a film of a face into the light of one picture of the same person.

    Each colour gets the mean and the spread that it has on the reference's face, by one gain and one offset
    for the whole film.

    Parameters
    ----------
    pictures, landmarks
        (T, S, S, 3) uint8 and (T, 68, 2) pixels.
    reference, reference_landmarks
        (S, S, 3) uint8 and (68, 2) pixels.

    Returns
    -------
    (T, S, S, 3) uint8 pictures.

    Notes
    -----
    Reinhard et al. (2001), "Color transfer between images". See notebook 06_dcgan_generation.
    """
    size = len(reference)
    masks = np.stack([face_mask(points, size) for points in landmarks])
    mean, spread = _colours(pictures, masks)
    wanted_mean, wanted_spread = _colours(reference[None], face_mask(reference_landmarks, size)[None])
    gain = np.clip(wanted_spread / np.maximum(spread, 1e-6), *_CONTRAST)
    return toned(pictures, gain, wanted_mean - gain * mean)


def toned(pictures: np.ndarray, gain: np.ndarray, offset: np.ndarray | float) -> np.ndarray:
    """Give each colour of (T, S, S, 3) uint8 pictures a gain and an offset.

    See notebook 06_dcgan_generation.
    """
    levels = np.round(np.arange(256)[:, None] * gain + offset)
    tones = np.clip(levels, 0, 255).astype(np.uint8)[None]
    return np.stack([cv2.LUT(picture, tones) for picture in pictures])


def _colours(pictures: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and spread of each colour inside the masks: two (3,) arrays."""
    inside = (masks > 0.5).astype(np.uint8)
    flat = pictures.reshape(-1, pictures.shape[2], 3), inside.reshape(-1, inside.shape[2])
    mean, spread = cv2.meanStdDev(flat[0], mask=flat[1])
    return mean[:, 0], spread[:, 0]


def painted(landmarks: np.ndarray, size: int) -> np.ndarray:
    """Mark what is painted anew in a face that talks: its mouth, (size, size) float32 with a soft edge.

    All else of a face is better bent than painted. Takes (68, 2) landmarks in pixels. See notebook
    06_dcgan_generation.
    """
    mask = np.zeros((size, size), np.float32)
    _fill(mask, landmarks[48:60], _MOUTH, 1)
    return cv2.GaussianBlur(mask, (0, 0), size / 64)


def window_around(where: np.ndarray, patch: int, *, aside: np.ndarray | float = 0) -> tuple[slice, slice]:
    """Place a window of ``patch`` pixels around what (S, S) ``where`` marks, or as near as it fits.

    ``aside`` moves it, in pixels down and to the right. See notebook 06_dcgan_generation.
    """
    size = len(where)
    middle = np.array([np.average(np.arange(size), weights=where.sum(1 - axis) + 1e-6) for axis in (0, 1)])
    corner = np.clip(np.round(middle + aside - (patch - 1) / 2).astype(int), 0, size - patch)
    return tuple(slice(start, start + patch) for start in corner)


def detail_weight(landmarks: np.ndarray, size: int) -> np.ndarray:
    """Weigh a picture's pixels, (size, size) float32: 1, up to 5 on mouth and eyes, 9 between the lips."""
    mask = np.zeros((size, size), np.float32)
    grown = (
        (slice(48, 60), 1.25, 1),
        (slice(36, 42), 1.5, 1),
        (slice(42, 48), 1.5, 1),
        (slice(60, 68), 1.0, 2),
    )
    for part, growth, level in grown:
        _fill(mask, landmarks[part], growth, level)
    return 1 + _DETAIL * cv2.GaussianBlur(mask, (0, 0), size / 64)


def _fill(mask: np.ndarray, points: np.ndarray, growth: float, level: float) -> None:
    """Fill the hull of some points, grown around its middle, in place."""
    centre = points.mean(axis=0)
    hull = cv2.convexHull((centre + growth * (points - centre)).astype(np.float32))
    cv2.fillConvexPoly(mask, np.round(hull * 16).astype(np.int32), level, cv2.LINE_8, 4)
