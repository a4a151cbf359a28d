"""The geometry of 68 landmarks (iBUG order): head pose, neutral face, mouth measures, aligned crops."""

import cv2
import numpy as np
from scipy.signal import savgol_filter

# Points that speech does not move: the bridge of the nose, its base, and the corners of the eyes.
RIGID = (27, 28, 29, 30, 33, 36, 39, 42, 45)
REGIONS = {
    "jaw": range(0, 17),
    "brows": range(17, 27),
    "nose": range(27, 36),
    "eyes": range(36, 48),
    "mouth": range(48, 68),
}
# Upper and lower points over each other: of the inner lips, and of the lids.
INNER_LIPS = [61, 62, 63], [67, 66, 65]
LIDS = [37, 38, 43, 44], [41, 40, 47, 46]
# The same landmark on the other side of the face.
MIRROR = (
    *range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1),
    45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
    *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), 67, 66, 65,
)  # fmt: skip
CROP_SCALE, _CROP_EYES = 0.40, 0.36  # inter-ocular distance and height of the eyes, in crop sizes


def pose_transform(
    landmarks: np.ndarray, *, rigid: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find the similarity that brings each frame's head upright, by least squares on the rigid points.

    Points are read as complex numbers ``z = x + iy``, so that a turn with a scale is one factor ``a`` and
    ``a·z + b`` is free of pose: inter-ocular distance 1, eyes level, origin between them.

    Parameters
    ----------
    landmarks
        (T, 68, 2) pixels.
    rigid
        (9,) complex rigid points of the person; by default their median over these frames.

    Returns
    -------
    a, b : (T,) complex arrays

    Notes
    -----
    Umeyama (1991), "Least-squares estimation of transformation parameters between two point patterns".
    See notebook 02_feature_extraction.
    """
    rigid = rigid_points(landmarks) if rigid is None else rigid
    points = to_complex(landmarks)[:, RIGID]
    centre = points.mean(axis=1)
    spread = points - centre[:, None]
    a = (spread.conj() @ (rigid - rigid.mean())) / (np.abs(spread) ** 2).sum(axis=1)
    return a, rigid.mean() - a * centre


def rigid_points(landmarks: np.ndarray) -> np.ndarray:
    """Median of a person's rigid points over (T, 68, 2) frames, eyes at ∓½: (9,) complex numbers."""
    z = to_complex(landmarks)
    left, right = z[:, 36:37], z[:, 45:46]
    upright = (z[:, RIGID] - (left + right) / 2) / (right - left)
    return np.median(upright.real, axis=0) + 1j * np.median(upright.imag, axis=0)


def remove_pose(landmarks: np.ndarray, *, rigid: np.ndarray | None = None) -> np.ndarray:
    """Bring (T, 68, 2) landmarks in pixels to upright inter-ocular units; see ``pose_transform``."""
    return upright(landmarks, *pose_transform(landmarks, rigid=rigid))


def upright(landmarks: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Bring (T, 68, 2) landmarks upright by a pose that is known already, ``pose_transform``'s answer.

    See notebook 02_feature_extraction.
    """
    return to_points(a[:, None] * to_complex(landmarks) + b[:, None])


def neutral(pose_free: np.ndarray) -> np.ndarray:
    """Estimate a person's face at rest: the median over the fifth of the frames with the lips closest.

    Takes (T, 68, 2) in inter-ocular distances, returns (68, 2). See notebook 02_feature_extraction.
    """
    closest = np.argsort(opening(pose_free), kind="stable")[: max(1, len(pose_free) // 5)]
    return np.median(pose_free[closest], axis=0).astype(np.float32)


def smooth(motion: np.ndarray) -> np.ndarray:
    """Take the tracker's jitter out of (T, ...) tracks: Savitzky–Golay, 5 frames, second order."""
    if len(motion) < 5:
        return motion
    return savgol_filter(motion, 5, 2, axis=0).astype(np.float32)


def opening(points: np.ndarray) -> np.ndarray:
    """How far the mouth is open, |62–66|: (..., 68, 2) → (...), in the unit of the points.

    See notebook 02_feature_extraction.
    """
    return np.abs(to_complex(points[..., 62, :]) - to_complex(points[..., 66, :]))


def mouth_measures(points: np.ndarray) -> dict[str, np.ndarray]:
    """Distances that speech changes, in the unit of the points.

    Takes (..., 68, 2); returns ``opening`` |62–66|, ``width`` |48–54|, ``jaw`` |8–27| and ``brow``, the mean
    of |19–37| and |24–44|, each of shape (...). See notebook 02_feature_extraction.
    """
    z = to_complex(points)
    return {
        "opening": opening(points),
        "width": np.abs(z[..., 48] - z[..., 54]),
        "jaw": np.abs(z[..., 8] - z[..., 27]),
        "brow": (np.abs(z[..., 19] - z[..., 37]) + np.abs(z[..., 24] - z[..., 44])) / 2,
    }


def boxed(points: np.ndarray) -> np.ndarray:
    """Scale each frame to its own bounding box, as the 2017 project did: (..., 68, 2), 0 … 1.

    The chin moves the box, so that opening the mouth shrinks everything else. See notebook 04_evaluation.
    """
    low = points.min(axis=-2, keepdims=True)
    return (points - low) / (points.max(axis=-2, keepdims=True) - low)


def to_complex(points: np.ndarray) -> np.ndarray:
    """Read (..., 2) points as complex numbers (...)."""
    return points[..., 0] + 1j * points[..., 1]


def to_points(z: np.ndarray) -> np.ndarray:
    """Write complex numbers (...) as (..., 2) float32 points."""
    return np.stack([z.real, z.imag], axis=-1).astype(np.float32)


def in_crop(pose_free: np.ndarray, size: int) -> np.ndarray:
    """Place (..., 68, 2) pose-free points, inter-ocular units, in an aligned crop of ``size`` pixels."""
    return (pose_free * (CROP_SCALE * size) + (0.5 * size, _CROP_EYES * size)).astype(np.float32)


def crop_matrix(a: complex, b: complex, size: int) -> np.ndarray:
    """Bring pixels of a frame with pose transform ``a·z + b`` to those of its `crop`: (2, 3), for OpenCV."""
    scale = CROP_SCALE * size
    a, b = a * scale, b * scale + complex(0.5 * size, _CROP_EYES * size)
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def crop(frame: np.ndarray, a: complex, b: complex, size: int) -> np.ndarray:
    """Cut out the upright face: the picture under ``in_crop`` of a frame with pose transform ``a·z + b``.

    Takes (height, width, 3) uint8, returns (size, size, 3) uint8. See notebook 06_dcgan_generation.
    """
    matrix = crop_matrix(a, b, size)
    shrink = abs(a * (CROP_SCALE * size))  # a strong reduction of a picture not blurred would flicker
    if shrink < 0.5:
        frame = cv2.GaussianBlur(frame, (0, 0), 0.35 / shrink)
    return cv2.warpAffine(frame, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
