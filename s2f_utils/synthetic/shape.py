"""Shapes: 24 neutral faces of 68 points in space, and how the articulatory tracks move them."""

from functools import cache

import numpy as np

from s2f_utils.faces.geometry import MIRROR

# A closed-mouth mean face: symmetric means of tracked people, inter-ocular distances, eyes level, x to the
# right, y down, origin between the eyes. Left half and the middle; the rest is its mirror image.
_HALF = {
    0: (-0.82, 0.01), 1: (-0.80, 0.24), 2: (-0.76, 0.46), 3: (-0.72, 0.68), 4: (-0.66, 0.89),
    5: (-0.55, 1.07), 6: (-0.40, 1.22), 7: (-0.21, 1.34), 8: (0.0, 1.38),
    17: (-0.66, -0.15), 18: (-0.57, -0.26), 19: (-0.42, -0.29), 20: (-0.27, -0.26), 21: (-0.135, -0.20),
    27: (0.0, -0.03), 28: (0.0, 0.115), 29: (0.0, 0.255), 30: (0.0, 0.40),
    31: (-0.158, 0.523), 32: (-0.083, 0.547), 33: (0.0, 0.562),
    36: (-0.50, 0.0), 37: (-0.413, -0.057), 38: (-0.303, -0.057), 39: (-0.207, 0.012),
    40: (-0.305, 0.04), 41: (-0.416, 0.044),
    48: (-0.29, 0.843), 49: (-0.185, 0.775), 50: (-0.075, 0.739), 51: (0.0, 0.754),
    57: (0.0, 0.945), 58: (-0.08, 0.938), 59: (-0.185, 0.906),
    60: (-0.24, 0.843), 61: (-0.074, 0.829), 62: (0.0, 0.833), 66: (0.0, 0.833), 67: (-0.074, 0.829),
}  # fmt: skip
# Trackers set their points a little inside of where an edge is drawn (measured on these faces with dlib), so
# edges are drawn that much further out: left half, inter-ocular distances.
_OUTWARD = {
    3: (0, 0.01), 4: (-0.002, 0.04), 5: (0.004, 0.036), 6: (0.006, 0.03), 7: (0.008, 0.052), 8: (0, 0.068),
    17: (-0.036, 0.034), 18: (-0.054, 0.03), 19: (-0.03, 0.029), 20: (-0.014, 0.028), 21: (-0.006, 0.014),
    36: (-0.045, 0.01), 37: (-0.028, 0.003), 38: (-0.018, -0.003), 40: (-0.008, -0.004), 41: (-0.022, 0.002),
    48: (-0.024, -0.004), 49: (0, 0.005), 50: (0.008, 0.007), 57: (0, 0.012), 58: (0.006, 0.011),
    59: (-0.003, 0.005), 60: (-0.022, 0), 61: (0.009, 0.003), 66: (0, 0.012), 67: (0.014, 0.012),
}  # fmt: skip
JAW, BROWS, NOSE, EYES, MOUTH = range(17), range(17, 27), range(27, 36), range(36, 48), range(48, 68)
UPPER_OUTER, LOWER_OUTER = [49, 50, 51, 52, 53], [55, 56, 57, 58, 59]
UPPER_INNER, LOWER_INNER = [61, 62, 63], [65, 66, 67]


@cache
def mean_face() -> np.ndarray:
    """(68, 3) mean face, z towards the viewer. Explained in notebook 01."""
    points = np.zeros((68, 3))
    for index, point in _HALF.items():
        points[index, :2] = point
        points[MIRROR[index], :2] = (-point[0] if MIRROR[index] != index else point[0], point[1])
    x, y = points[:, 0], points[:, 1]
    points[:, 2] = 0.75 * np.sqrt(np.maximum(1.05 - (x / 0.95) ** 2 - ((y - 0.45) / 1.6) ** 2, 0.02)) - 0.55
    points[JAW, 2] -= 0.12 * np.abs(np.linspace(-1, 1, 17))
    points[NOSE, 2] += [0.02, 0.09, 0.17, 0.25, 0.08, 0.11, 0.14, 0.11, 0.08]
    points[EYES, 2] -= 0.05
    points[UPPER_OUTER + LOWER_OUTER, 2] += 0.05
    return points


@cache
def outward() -> np.ndarray:
    """(68, 2) shifts from landmarks to drawn edges, inter-ocular distances. Explained in notebook 01."""
    offsets = np.zeros((68, 2))
    for index, offset in _OUTWARD.items():
        offsets[index] = offset
        offsets[MIRROR[index]] = (-offset[0], offset[1])
    return offsets


def neutral_face(traits: dict[str, float]) -> np.ndarray:
    """(68, 3) neutral face of a person from traits in standard deviations. Explained in notebook 01."""
    face = mean_face().copy()
    t = traits.__getitem__
    low = np.clip((face[:, 1] - 0.1) / 1.2, 0, 1)
    jaw, nose, mouth = (np.array(list(part)) for part in (JAW, NOSE, MOUTH))
    down = 0.022 * t("nose_length") + 0.032 * t("mouth_height")
    face[jaw, 0] *= 1 + 0.035 * t("face_width") + 0.06 * t("jaw_width") * low[jaw]
    face[jaw, 1] += (0.045 * t("chin") + 0.5 * down) * low[jaw] ** 2
    square = np.sin(np.pi * np.clip((np.abs(np.arange(17) - 8)) / 8, 0, 1))
    face[jaw, 0] *= 1 + 0.035 * t("squareness") * square
    face[nose[4:], 0] *= 1 + 0.14 * t("nose_width")
    face[nose[3:], 1] += 0.052 * t("nose_length")
    face[mouth, 1] += down
    face[mouth, 0] *= 1 + 0.075 * t("mouth_width")
    seam = face[62, 1]
    for rows, trait in ((UPPER_OUTER, "upper_lip"), (LOWER_OUTER, "lower_lip")):
        face[rows, 1] = seam + (face[rows, 1] - seam) * (1 + 0.18 * t(trait))
    face[[48, 54, 60, 64], 1] += 0.012 * t("mouth_corners") - 0.008
    _shape_eyes(face, traits)
    face[:, 1] *= 1 + 0.05 * t("length")
    return face


def _shape_eyes(face: np.ndarray, traits: dict[str, float]) -> None:
    """Change brows and eyes, in place."""
    t, brows = traits.__getitem__, np.array(list(BROWS))
    inner = np.array([0, 0.25, 0.5, 0.75, 1])
    inner = np.r_[inner, inner[::-1]]
    face[brows, 1] += 0.03 * t("brow_height") - 0.02 * t("brow_arch") * np.tile([0, 0.7, 1, 0.5, 0], 2)
    face[brows, 1] += 0.02 * (t("brow_tilt") - 0.5) * (inner - 0.5)
    face[brows, 0] *= 1 + 0.14 * t("brow_gap") * inner**2
    for eye, side in ((np.arange(36, 42), -1), (np.arange(42, 48), 1)):
        size = 1 + 0.06 * t("eye_size")
        centre = face[eye].mean(0)
        face[eye] = centre + (face[eye] - centre) * [size, size * (1 + 0.12 * t("eye_height")), 1]
        face[eye, 0] += side * 0.014 * t("eye_spacing")
    face[[36, 45], 1] -= 0.025 * t("eye_tilt")
    face[[39, 42], 0] *= 1 + 0.06 * t("eye_gap")


TRAITS = (
    "face_width jaw_width chin squareness nose_width nose_length mouth_height mouth_width upper_lip "
    "lower_lip mouth_corners brow_height brow_arch brow_tilt brow_gap eye_height eye_tilt eye_gap eye_size "
    "eye_spacing length"
).split()


def move(face: np.ndarray, tracks: dict[str, np.ndarray]) -> np.ndarray:
    """Move a neutral face (68, 3) by the tracks of `motion.act`: (T, 68, 3), head still level.

    Explained in notebook 01.
    """
    frames = np.repeat(face[None], len(tracks["opening"]), axis=0)
    _move_mouth(frames, face, tracks)
    chin = np.clip(np.cos((np.arange(17) - 8) / 7.2 * np.pi / 2), 0, 1) ** 1.2
    frames[:, :17, 1] += 0.24 * tracks["jaw"][:, None] * chin
    frames[:, :17, 0] *= 1 - 0.03 * tracks["jaw"][:, None] * chin
    _move_brows(frames, tracks)
    _move_eyes(frames, tracks)
    return frames


def _move_mouth(frames: np.ndarray, face: np.ndarray, tracks: dict[str, np.ndarray]) -> None:
    names = ("opening", "rounding", "tuck", "closure", "smile")
    opening, rounding, tuck, closure, smile = (tracks[name][:, None] for name in names)
    mouth = list(MOUTH)
    stretch = 1 + tracks["width"][:, None] - 0.14 * rounding - 0.22 * opening + 0.06 * np.abs(smile)
    frames[:, mouth, 0] *= stretch
    frames[:, [48, 54, 60, 64], 1] += 0.30 * opening - 0.07 * smile
    frames[:, [49, 53, 59, 55], 1] -= 0.022 * smile
    # The upper lip carries a quarter of the opening; in rounding both lips swell forward.
    frames[:, UPPER_INNER, 1] -= opening * [0.24, 0.25, 0.24]
    frames[:, LOWER_INNER, 1] += opening * [0.68, 0.75, 0.68]
    frames[:, UPPER_OUTER, 1] -= opening * [0.05, 0.2, 0.22, 0.2, 0.05] + 0.012 * rounding
    frames[:, LOWER_OUTER, 1] += opening * [0.55, 0.7, 0.72, 0.7, 0.55] + 0.018 * rounding
    # Pressed lips are thinner; a tucked lower lip rises under the teeth.
    seam = face[62, 1]
    for rows, press in ((UPPER_OUTER, 0.12), (LOWER_OUTER, 0.15)):
        frames[:, rows, 1] -= (face[rows, 1] - seam) * press * closure
    frames[:, LOWER_OUTER, 1] -= 0.045 * tuck
    frames[:, LOWER_INNER, 1] -= 0.012 * tuck * (opening > 0.012)
    frames[:, mouth, 2] += 0.06 * rounding


def _move_brows(frames: np.ndarray, tracks: dict[str, np.ndarray]) -> None:
    inner = np.array([0, 0.2, 0.45, 0.75, 1])
    inner = np.r_[inner, inner[::-1]]
    side = np.r_[np.ones(5), -np.ones(5)]
    raise_, frown, worry = (tracks[name][:, None] for name in ("brow_raise", "brow_frown", "inner_brow"))
    frames[:, 17:27, 1] += -0.13 * raise_ + frown * (0.03 + 0.07 * inner) + worry * (0.04 - 0.14 * inner)
    frames[:, 17:27, 0] += (0.04 * frown + 0.015 * worry) * inner * side


def _move_eyes(frames: np.ndarray, tracks: dict[str, np.ndarray]) -> None:
    wide = 1 + 0.35 * tracks["eye_opening"][:, None]
    shut = 1 - 0.9 * tracks["blink"][:, None]
    for upper, lower in (([37, 38], [41, 40]), ([43, 44], [47, 46])):
        gap = frames[:, lower, 1] - frames[:, upper, 1]
        frames[:, lower, 1] -= 0.12 * gap * (1 - shut)
        frames[:, upper, 1] = frames[:, lower, 1] - gap * np.clip(wide * shut, 0.1, 1.6)


def _turn(angle: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn coordinates (T, N) in one plane by an angle per frame."""
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return cos * a - sin * b, sin * a + cos * b


def project(points: np.ndarray, pose: np.ndarray, *, scale: float, centre: tuple[float, float]) -> np.ndarray:
    """Turn heads (T, N, 3) by ``pose`` (T, 5) and picture them: (T, N, 2) pixels.

    The neck, half an inter-ocular distance behind the face and below the eyes, is the pivot.
    Explained in notebook 01.
    """
    yaw, pitch, roll = pose[:, 0], pose[:, 1], pose[:, 2]
    pivot = np.array([0.0, 1.0, -0.9])
    x, y, z = np.moveaxis(points - pivot, -1, 0)
    x, z = _turn(yaw, x, z)
    y, z = _turn(pitch, y, z)
    x, y = _turn(roll, x, y)
    flat = np.stack([x, y], axis=-1) + pivot[:2] + pose[:, None, 3:]
    return flat * scale + np.array(centre)
