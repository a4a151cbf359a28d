"""The 52 blendshapes of ARKit, and those of them that 68 landmarks show: where each moves the points."""

import numpy as np

from s2f_utils.synthetic.shape import mean_face

_SIDED = ("Left", "Right")  # the person's own: the person's left is on the right of a picture
_EYE = ("Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide")
_MOUTH_SIDED = ("Smile", "Frown", "Dimple", "Stretch")
# Apple's names, ``ARFaceAnchor.BlendShapeLocation``, in the order of the tables that Live Link Face writes.
NAMES = (
    *(f"eye{what}{side}" for side in _SIDED for what in _EYE),
    "jawForward", "jawRight", "jawLeft", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthRight", "mouthLeft",
    *(f"mouth{what}{side}" for what in _MOUTH_SIDED for side in _SIDED),
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    *(f"mouth{what}{side}" for what in ("Press", "LowerDown", "UpperUp") for side in _SIDED),
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
# Those that are fitted. Gaze, cheeks and tongue have no landmarks; a jaw that comes forward, squints,
# dimples, pressed and shrugged lips and a wrinkled nose look from the front like another shape or like
# jitter: all these stay 0.
FITTED = (
    "eyeBlinkLeft", "eyeWideLeft", "eyeBlinkRight", "eyeWideRight",
    "jawRight", "jawLeft", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthRight", "mouthLeft",
    "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthStretchLeft", "mouthStretchRight", "mouthRollLower", "mouthRollUpper",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
)  # fmt: skip

_JAW, _BROWS, _MOUTH = np.arange(17), np.arange(17, 27), np.arange(48, 68)
_CORNERS, _INNER_CORNERS = [48, 54], [60, 64]
_UPPER, _UPPER_INNER = [49, 50, 51, 52, 53], [61, 62, 63]
_LOWER, _LOWER_INNER = [59, 58, 57, 56, 55], [67, 66, 65]
_ALONG = np.array(
    [0.55, 0.9, 1.0, 0.9, 0.55]
)  # of a lip's points, from corner to corner: how far they go along
_HINGE = -0.8  # how deep behind the eyes the jaw turns, in inter-ocular distances
_LAGS = 0.8  # of the jaw's way the lower lip goes along
_WIDE_OPEN = 0.42  # radians, 24 degrees: an inch and a half between the lips


def displacements(neutral: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Say where each fitted blendshape moves the landmarks of a face, at its full weight of 1.

    Parameters
    ----------
    neutral
        (68, 2) landmarks of the face at rest, in inter-ocular distances; by default the mean face.

    Returns
    -------
    dict
        The names of ``FITTED`` → (68, 2) displacements in inter-ocular distances, x to the right of the
        picture, y downwards.

    Notes
    -----
    Apple shows each shape at 0 and 1 in the documentation of ``ARFaceAnchor.BlendShapeLocation``
    (developer.apple.com); these are closed forms of what can be seen there, with the reach of a real face.
    See notebook 07_speech_to_face.
    """
    face = mean_face()[:, :2] if neutral is None else np.asarray(neutral, float)
    shapes = {name: np.zeros((68, 2)) for name in FITTED}
    _jaw(shapes, face)
    _lips(shapes, face)
    _sides(shapes, face)
    return shapes


def _jaw(shapes: dict[str, np.ndarray], face: np.ndarray) -> None:
    """Turn the jaw about its hinge, and let it slide to the sides; the lower lip goes along."""
    chin = np.cos((_JAW - 8) / 8 * np.pi / 2)  # what lies before the ears belongs to the skull
    down = np.zeros(68)
    down[_JAW] = chin
    down[_LOWER], down[_LOWER_INNER] = _LAGS * _ALONG, _LAGS
    down[_CORNERS], down[_INNER_CORNERS] = 0.35 * _LAGS, 0.35 * _LAGS
    depth = mean_face()[:, 2] - _HINGE
    shapes["jawOpen"][:, 1] = _WIDE_OPEN * depth * down
    shapes["jawOpen"][_MOUTH, 0] = -0.12 * face[_MOUTH, 0]
    for name, way in (("jawLeft", 1), ("jawRight", -1)):
        shapes[name][:, 0] = 0.15 * way * down
    # Lips that meet while the jaw is open take back what it did to them, the upper one a quarter of the way.
    close = shapes["mouthClose"]
    close[_LOWER + _LOWER_INNER] = -0.75 * shapes["jawOpen"][_LOWER + _LOWER_INNER]
    close[_CORNERS + _INNER_CORNERS] = -0.6 * shapes["jawOpen"][_CORNERS + _INNER_CORNERS]
    for upper, lower in ((_UPPER, _LOWER), (_UPPER_INNER, _LOWER_INNER)):
        close[upper, 1] = 0.25 * shapes["jawOpen"][lower, 1]


def _lips(shapes: dict[str, np.ndarray], face: np.ndarray) -> None:
    """Round, roll and shift the lips."""
    middle = (face[48, 0] + face[54, 0]) / 2
    inwards = middle - face[_MOUTH, 0]
    seam = (face[62, 1] + face[66, 1]) / 2
    shapes["mouthPucker"][_MOUTH, 0] = 0.45 * inwards
    shapes["mouthFunnel"][_MOUTH, 0] = 0.3 * inwards
    for rows, way in (((_UPPER, _UPPER_INNER), -1), ((_LOWER, _LOWER_INNER), 1)):
        for row in rows:
            shapes["mouthFunnel"][row, 1] = (
                0.09 * way * np.interp(np.linspace(0, 1, len(row)), [0, 0.5, 1], [0.6, 1, 0.6])
            )
        shapes["mouthPucker"][rows[0], 1] = 0.03 * way
    for name, way in (("mouthLeft", 1), ("mouthRight", -1)):
        shapes[name][_MOUTH, 0] = 0.15 * way
    for name, row in (("mouthRollUpper", _UPPER), ("mouthRollLower", _LOWER)):
        shapes[name][row, 1] = 0.6 * (seam - face[row, 1])


def _sides(shapes: dict[str, np.ndarray], face: np.ndarray) -> None:
    """Move what each side of the face has for itself: half the lips, a brow, an eye."""
    for side, way in (("Left", 1), ("Right", -1)):
        half = np.clip(
            0.5 + way * face[:, 0] / 0.3, 0, 1
        )  # 1 on this side, 0 on the other, between at the middle
        corners = [54, 64] if side == "Left" else [48, 60]
        near = np.zeros(68)  # how much of a corner's way each point of the lips goes
        near[_MOUTH] = np.clip(way * face[_MOUTH, 0] / 0.29, 0, 1) ** 2
        near[corners] = 1
        for name, (out, up) in {
            "Smile": (0.1, 0.12),
            "Frown": (0.0, -0.12),
            "Stretch": (0.14, -0.02),
        }.items():
            shapes[f"mouth{name}{side}"] += near[:, None] * np.array([way * out, -up])
        for row, along in ((_UPPER, _ALONG), (_UPPER_INNER, 1)):
            shapes[f"mouthUpperUp{side}"][row, 1] = -0.12 * half[row] * along
        for row, along in ((_LOWER, _ALONG), (_LOWER_INNER, 1)):
            shapes[f"mouthLowerDown{side}"][row, 1] = 0.14 * half[row] * along
        brow = np.arange(26, 21, -1) if side == "Left" else np.arange(17, 22)  # from the temple inwards
        inner = np.linspace(0, 1, 5)
        shapes[f"browDown{side}"][brow, 1] = 0.06 + 0.08 * inner
        shapes[f"browDown{side}"][brow, 0] = -0.05 * way * inner
        shapes[f"browOuterUp{side}"][brow, 1] = -0.16 * np.array([0.8, 1, 0.9, 0.45, 0.1])
        shapes["browInnerUp"][brow, 1] = -0.16 * np.array([0, 0.1, 0.4, 0.8, 1])
        upper, lower = ([43, 44], [47, 46]) if side == "Left" else ([37, 38], [41, 40])
        gap = face[lower, 1] - face[upper, 1]
        shapes[f"eyeBlink{side}"][upper, 1] = 0.8 * gap
        shapes[f"eyeBlink{side}"][lower, 1] = -0.1 * gap
        shapes[f"eyeWide{side}"][upper, 1] = -0.5 * gap
