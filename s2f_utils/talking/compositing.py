"""Back into the photograph: its own pixels bent as the face moves, the inside of the mouth painted anew."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from s2f_utils.faces import geometry, warping

# Points around a face that its bending takes along, in inter-ocular distances from between the eyes, and how
# much of the head's motion they share: hair and ears move with it, neck and shoulders hardly.
_AROUND = np.array([
    (-1.05, 0.25, 1.0), (-1.05, -0.5, 1.0), (-0.65, -1.2, 1.0), (0.0, -1.4, 1.0), (0.65, -1.2, 1.0),
    (1.05, -0.5, 1.0), (1.05, 0.25, 1.0), (1.0, 1.05, 0.5), (0.6, 1.75, 0.25), (0.0, 1.95, 0.25),
    (-0.6, 1.75, 0.25), (-1.0, 1.05, 0.5),
])  # fmt: skip
_MARGIN = 0.7  # inter-ocular distances of picture around those points, over which their motion fades
_NEAR, _ROOM = 0.1, 0.6  # so near to a face, the picture's edge leaves it no room to move; so much is added
_CHIN_TAKES = {9: 0.3, 8: 0.15, 10: 0.15}  # point of the above → share of the chin's motion that it takes on
_CHIN = 8
_INSIDE = slice(60, 68)  # inner lips
_UPPER, _LOWER = geometry.INNER_LIPS
_BEHIND, _WIDE = 0.35, 0.06  # share of the lips behind which teeth may show, of a mouth that is so far open
_SLIT, _LID_SLIT = 0.012, 0.03  # inter-ocular distances under which lips, and lids, are shut
_SOFT = 0.012  # inter-ocular distances over which the painted mouth fades into the lips
_RIM = 0.06  # how wide it is painted around a mouth that was open, and is shut


@dataclass(frozen=True)
class Photograph:
    """A whole picture (height, width, 3) uint8, and how the face lies in it.

    ``a`` and ``b`` bring its pixels, read as complex numbers, to pose-free points: ``a·z + b``. ``landmarks``
    are the (68, 2) pose-free points of the face that it shows.
    """

    picture: np.ndarray
    landmarks: np.ndarray
    a: complex
    b: complex

    def place(self, points: np.ndarray) -> np.ndarray:
        """Bring (..., 2) pose-free points to pixels of the picture."""
        return geometry.to_points((geometry.to_complex(points) - self.b) / self.a)


def film(
    photo: Photograph, neutral: np.ndarray, asked: np.ndarray, painted: np.ndarray | None
) -> Iterator[np.ndarray]:
    """Let the face in a photograph move, one whole picture at a time.

    Parameters
    ----------
    photo
        The picture.
    neutral
        (68, 2) the face at rest, to which ``asked`` belongs; the head moves as much as it does from there.
    asked
        (T, 68, 2) pose-free landmarks.
    painted
        (T, S, S, 3) uint8 aligned faces, of which the inside of the mouth is taken; None: it stays as bent.

    Yields
    ------
    (height, width, 3) uint8 pictures. Outside of the head's surroundings not a grey level changes.

    See notebook 07_speech_to_face.
    """
    room = _room(photo, asked)
    for whole in _film(_enlarged(photo, room), neutral, asked, painted):
        yield whole[room : len(whole) - room, room : whole.shape[1] - room]


def _film(
    photo: Photograph, neutral: np.ndarray, asked: np.ndarray, painted: np.ndarray | None
) -> Iterator[np.ndarray]:
    top, left, bottom, right = _region(photo)
    corner = np.array([left, top])
    around = _AROUND[:, :2]
    known, asked = _shut(photo.landmarks[None]), _shut(asked)
    # Teeth reach a little beyond the tracker's inner lips: bent shut, lips would show a line of them.
    wide = geometry.opening(known)[0]
    teeth = _BEHIND * min(wide / _WIDE, 1)
    still_shown = np.clip(geometry.opening(asked) / max(wide, _SLIT), 0, 1)[:, None, None]
    hidden = teeth / _BEHIND * (1 - still_shown[:, 0, 0])
    known, asked = _into_lips(known, teeth)[0], _into_lips(asked, teeth * still_shown)
    points = photo.place(np.concatenate([known, around])) - corner
    moved = np.concatenate([asked, _taken_along(neutral, asked)], axis=1)
    part = np.ascontiguousarray(photo.picture[top:bottom, left:right])
    bent_pictures = warping.bend(part, points, photo.place(moved) - corner)
    for index, bent in enumerate(bent_pictures):
        if painted is not None:
            inner = photo.place(_mouth(asked[index], hidden[index])) - corner
            bent = _with_mouth(bent, painted[index], inner, photo, corner, rim=_RIM * hidden[index])
        whole = photo.picture.copy()
        whole[top:bottom, left:right] = bent
        yield whole


def _room(photo: Photograph, asked: np.ndarray) -> int:
    """Say by how many pixels a picture has to be larger for its face to move: none if it lies well within."""
    points = photo.place(np.concatenate([photo.landmarks[None], asked])).reshape(-1, 2)
    low, high = points.min(axis=0), photo.picture.shape[1::-1] - points.max(axis=0)
    return round(_ROOM / abs(photo.a)) if min(*low, *high) < _NEAR / abs(photo.a) else 0


def _enlarged(photo: Photograph, room: int) -> Photograph:
    """Repeat the edge of a picture around it."""
    if not room:
        return photo
    larger = cv2.copyMakeBorder(photo.picture, *[room] * 4, cv2.BORDER_REPLICATE)
    return replace(photo, picture=larger, b=photo.b - photo.a * complex(room, room))


def _region(photo: Photograph) -> tuple[int, int, int, int]:
    """Find the part of the picture in which something can move: top, left, bottom, right."""
    points = photo.place(_AROUND[:, :2])
    margin = _MARGIN / abs(photo.a)
    height, width = photo.picture.shape[:2]
    left, top = np.floor(np.clip(points.min(axis=0) - margin, 0, None)).astype(int)
    right, bottom = np.ceil(np.minimum(points.max(axis=0) + margin, (width, height))).astype(int)
    return top, left, bottom, right


def _shut(asked: np.ndarray) -> np.ndarray:
    """Let lips and lids that nearly meet, or cross, meet: what shows in a slit would be specks of white."""
    asked = asked.copy()
    for upper, lower, slit in ((*geometry.INNER_LIPS, _SLIT), (*geometry.LIDS, _LID_SLIT)):
        up, low = asked[:, upper], asked[:, lower]
        meet = (low - up)[..., 1:] < slit
        middle = (up + low) / 2
        asked[:, upper], asked[:, lower] = np.where(meet, middle, up), np.where(meet, middle, low)
    return asked


def _into_lips(points: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    """Move the inner edges of (T, 68, 2) lips towards the outer ones by a share of their thickness."""
    points = points.copy()
    for inner, outer in ((_UPPER, [50, 51, 52]), (_LOWER, [58, 57, 56])):
        points[:, inner] += share * (points[:, outer] - points[:, inner])
    return points


def _taken_along(neutral: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Move the points around a face with its head, and those under the chin a little with the chin."""
    a, b = geometry.pose_transform(asked, rigid=geometry.to_complex(neutral)[list(geometry.RIGID)])
    around = geometry.to_complex(_AROUND[:, :2])
    turned = (around - b[:, None]) / a[:, None]
    moved = around + _AROUND[:, 2] * (turned - around)
    dropped = geometry.to_complex(asked[:, _CHIN]) - (geometry.to_complex(neutral[_CHIN]) - b) / a
    for point, share in _CHIN_TAKES.items():
        moved[:, point] += share * dropped
    return geometry.to_points(moved)


def _mouth(landmarks: np.ndarray, hidden: float) -> np.ndarray:
    """Outline the inside of a mouth; that of an open one that was shut reaches to the lips' outer corners."""
    landmarks = landmarks.copy()
    landmarks[[60, 64]] += hidden * (landmarks[[48, 54]] - landmarks[[60, 64]])
    return landmarks[_INSIDE]


def _with_mouth(
    bent: np.ndarray,
    face: np.ndarray,
    inner: np.ndarray,
    photo: Photograph,
    corner: np.ndarray,
    *,
    rim: float,
) -> np.ndarray:
    """Lay the inside of the mouth of an aligned face, and a rim of its lips, over a bent picture, softly.

    What is left of an open mouth that was bent shut, such as the darkness in its corners, is so painted over.
    """
    soft = max(0.6, _SOFT / abs(photo.a))
    reach = 4 * soft + rim / abs(photo.a)
    low, high = inner.min(axis=0) - reach, inner.max(axis=0) + reach
    left, top = np.clip(np.floor(low), 0, None).astype(int)
    right, bottom = np.minimum(np.ceil(high), bent.shape[1::-1]).astype(int)
    if right <= left or bottom <= top:
        return bent
    mask = np.zeros((bottom - top, right - left), np.float32)
    outline = np.round((inner - (left, top)) * 16).astype(np.int32)
    cv2.fillPoly(mask, [outline], 1.0, cv2.LINE_8, 4)
    if (width := round(rim / abs(photo.a))) > 0:
        cv2.polylines(mask, [outline], True, 1.0, width, cv2.LINE_8, 4)
    mask = cv2.GaussianBlur(mask, (0, 0), soft)[..., None]
    # From the photograph's pixels to those of the aligned face.
    matrix = geometry.crop_matrix(photo.a, photo.b + photo.a * complex(*(corner + (left, top))), len(face))
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(face, matrix, mask.shape[1::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)
    region = bent[top:bottom, left:right]
    region[:] = np.round(mask * shown + (1 - mask) * region).astype(np.uint8)
    return bent
