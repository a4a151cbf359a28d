"""Pictures to 68 landmarks (iBUG order): dlib's detector, its 68-point model, and its idea of identity."""

import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import cv2
import dlib
import numpy as np

from s2f_utils import StudyError

MAX_GAP = 5  # frames without a face that are filled by interpolation
_REDETECT = 20  # frames between two detections, which push the landmark model out of the cache
_DETECTION_WIDTH = 480  # the detector sees faces from 80 pixels on; more pixels only cost time
_AROUND, _NEAR_WIDTH = 0.35, 100  # margin of a search near a box, in its widths, and pixels it is scaled to
_LOOK = 16  # cells across a box, by which a face is known again
_ALIKE = 0.7  # correlation of two looks above which it is still the same face
_FACE_WIDTH = 400  # pixels to which a smaller face is enlarged before the landmarks are placed
_STEADY = slice(27, 48)  # nose and eyes, which speech does not move
cv2.setNumThreads(1)  # a face is small: to share it among threads takes longer than the work itself


def track(frames: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Follow one face through (height, width, 3) uint8 RGB pictures, gaps filled.

    See ``follow`` and ``fill_gaps`` and notebook 02_feature_extraction.
    """
    return fill_gaps(list(follow(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames)))


def follow(grays: Iterable[np.ndarray]) -> Iterator[np.ndarray | None]:
    """Follow one face through a video with dlib's detector and 68-point model.

    The detector runs at the end of each block of 20 frames. Between two successes the box is carried along
    by the landmarks themselves, as long as what is in it looks alike; otherwise every frame is searched.

    Parameters
    ----------
    grays
        (height, width) uint8 pictures; at most twenty are taken before the first answer is given.

    Yields
    ------
    (68, 2) float32 array in pixels, or None where the face was not seen.

    Notes
    -----
    Kazemi and Sullivan (2014), "One millisecond face alignment with an ensemble of regression trees".
    See notebook 02_feature_extraction.
    """
    box = anchor = look = points = None  # the last detection, where its face was, how it looked, the newest
    grays = iter(grays)
    while block := list(islice(grays, _REDETECT)):
        box = box or detect(block[0])
        last = detect(block[-1], near=box)
        easy = box is not None and last is not None
        for gray in block:
            here = box if anchor is None else _moved(box, _centre(points) - anchor)
            seen = _look(gray, here) if easy else None
            if not easy or not _alike(seen, look):
                here = detect(gray, near=box)
                box, anchor = here or box, None
                seen = None if here is None else _look(gray, here)
            if here is None:
                points = anchor = None
            else:
                points, look = landmarks_in(gray, here), seen
                anchor = _centre(points) if anchor is None else anchor
            yield points
        if last is not None:
            box, anchor, look = last, _centre(points), _look(block[-1], last)


def find(picture: np.ndarray) -> np.ndarray:
    """Find the largest face of a (height, width, 3) uint8 picture: (68, 2) pixels, NaN if there is none."""
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    box = detect(gray)
    return np.full((68, 2), np.nan, np.float32) if box is None else landmarks_in(gray, box)


def detect(gray: np.ndarray, *, near: dlib.rectangle | None = None) -> dlib.rectangle | None:
    """Find the face in a (height, width) uint8 picture: the largest one, or the one nearest to a box.

    Near a box is looked first, in the whole picture only if nobody is there.
    """
    boxes = (_search_around(gray, near) if near else []) or detect_all(gray)
    return max(boxes, key=lambda box: box.area() if near is None else -_distance(box, near), default=None)


def detect_all(gray: np.ndarray) -> list[dlib.rectangle]:
    """Find all faces in a (height, width) uint8 picture.

    A reduced picture is tried first, then the whole, then (small pictures only) one doubled in size.
    """
    scale = min(1.0, _DETECTION_WIDTH / max(gray.shape))
    return _search(gray, scale, 0) or _search(gray, 1.0, int(scale == 1))


def landmarks_in(gray: np.ndarray, box: dlib.rectangle) -> np.ndarray:
    """Place the 68 landmarks of the face in a box: (68, 2) float32, pixels.

    dlib answers in whole pixels; a small face is enlarged first, or its mouth would open in steps.
    """
    scale = max(1.0, _FACE_WIDTH / box.width())
    around, x, y = _around(gray, box, box.width() // 4)
    large = cv2.resize(around, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    sides = (box.left() - x, box.top() - y, box.right() - x, box.bottom() - y)
    points = plain_landmarks(large, dlib.rectangle(*(round(side * scale) for side in sides)))
    return points / scale + np.array([x, y], dtype=np.float32)


def plain_landmarks(gray: np.ndarray, box: dlib.rectangle) -> np.ndarray:
    """Place the 68 landmarks as dlib does, in whole pixels: (68, 2) float32. See ``landmarks_in``."""
    return np.array([(point.x, point.y) for point in _predictor()(gray, box).parts()], dtype=np.float32)


def fill_gaps(found: Sequence[np.ndarray | None]) -> tuple[np.ndarray, np.ndarray]:
    """Interpolate in time where the face was not seen.

    Returns
    -------
    landmarks : (T, 68, 2) float32 array
        Pixels; NaN where no face was ever seen.
    detected : (T,) bool array
        Whether the face was seen in that frame.

    See notebook 02_feature_extraction.
    """
    detected = np.array([points is not None for points in found], dtype=bool)
    tracks = np.full((len(found), 68 * 2), np.nan, dtype=np.float32)
    if detected.any():
        seen, frames = np.flatnonzero(detected), np.arange(len(found))
        for number, track in enumerate(np.stack([found[index].ravel() for index in seen]).T):
            tracks[:, number] = np.interp(frames, seen, track)
    return tracks.reshape(-1, 68, 2), detected


def gap_length(detected: np.ndarray) -> int:
    """Length in frames of the longest run without a face."""
    edges = np.flatnonzero(np.diff(np.r_[True, detected, True].astype(int)))
    return int(np.diff(edges)[::2].max(initial=0))


def embedding(picture: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """Describe whose face it is by dlib's 128 numbers; under 0.6 apart counts as the same person.

    Takes a (height, width, 3) uint8 picture and its (68, 2) landmarks in pixels. King (2017), dlib's face
    recognition model. See notebook 06_dcgan_generation.
    """
    low, high = landmarks.min(axis=0).round().astype(int), landmarks.max(axis=0).round().astype(int)
    points = [dlib.point(int(x), int(y)) for x, y in np.round(landmarks)]
    shape = dlib.full_object_detection(dlib.rectangle(*map(int, (*low, *high))), dlib.points(points))
    return np.array(_recogniser().compute_face_descriptor(np.ascontiguousarray(picture), shape))


def load_models() -> None:
    """Load the detector and the 68-point model now rather than with the first face.

    See notebook 02_feature_extraction.
    """
    _detector(), _predictor()


def _around(gray: np.ndarray, box: dlib.rectangle, margin: int) -> tuple[np.ndarray, int, int]:
    """Cut out a box with a margin; also where the cutting lies, x and y."""
    x, y = max(0, box.left() - margin), max(0, box.top() - margin)
    return gray[y : max(0, box.bottom() + margin), x : max(0, box.right() + margin)], x, y


def _search(gray: np.ndarray, scale: float, upsampling: int) -> list[dlib.rectangle]:
    """Run the detector on a picture scaled by ``scale``."""
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = gray if scale == 1 else cv2.resize(gray, None, fx=scale, fy=scale, interpolation=way)
    boxes = _detector()(np.ascontiguousarray(small), upsampling)  # dlib overlooks the strides of a cutting
    sides = [(box.left(), box.top(), box.right(), box.bottom()) for box in boxes]
    return [dlib.rectangle(*(round(side / scale) for side in four)) for four in sides]


def _search_around(gray: np.ndarray, box: dlib.rectangle) -> list[dlib.rectangle]:
    """Run the detector where a face was last, scaled to the size at which the detector is at its best."""
    around, x, y = _around(gray, box, round(_AROUND * box.width()))
    boxes = _search(around, _NEAR_WIDTH / box.width(), 0) if around.size else []
    return [dlib.translate_rect(found, dlib.point(x, y)) for found in boxes]


def _centre(points: np.ndarray) -> np.ndarray:
    return points[_STEADY].mean(axis=0)


def _look(gray: np.ndarray, box: dlib.rectangle) -> np.ndarray:
    """Reduce what is in a box to 16×16 numbers of mean 0 and length 1."""
    inside = gray[max(0, box.top()) : max(1, box.bottom()), max(0, box.left()) : max(1, box.right())]
    high, wide = (max(1, side // _LOOK) * _LOOK for side in inside.shape)  # whole cells are quick to average
    small = cv2.resize(inside[:high, :wide], (_LOOK, _LOOK), interpolation=cv2.INTER_AREA).astype(np.float32)
    small -= small.mean()
    return small / (np.linalg.norm(small) + 1e-3)


def _alike(one: np.ndarray, other: np.ndarray | None) -> bool:
    return other is None or float((one * other).sum()) > _ALIKE


def _moved(box: dlib.rectangle, by: np.ndarray) -> dlib.rectangle:
    return dlib.translate_rect(box, dlib.point(*(round(float(step)) for step in by)))


def _distance(box: dlib.rectangle, near: dlib.rectangle) -> float:
    one, other = box.center(), near.center()
    return float(np.hypot(one.x - other.x, one.y - other.y))


@cache
def _detector() -> dlib.fhog_object_detector:
    return dlib.get_frontal_face_detector()


@cache
def _predictor() -> dlib.shape_predictor:
    return dlib.shape_predictor(_model_file("shape_predictor_68_face_landmarks.dat"))


@cache
def _recogniser() -> dlib.face_recognition_model_v1:
    return dlib.face_recognition_model_v1(_model_file("dlib_face_recognition_resnet_model_v1.dat"))


def _model_file(name: str) -> str:
    """Find a model file of the package ``face_recognition_models`` without importing it.

    Its own code needs ``pkg_resources``, which setuptools no longer brings.
    """
    found = importlib.util.find_spec("face_recognition_models")
    path = Path(found.submodule_search_locations[0], "models", name) if found else Path(name)
    if not path.is_file():
        raise StudyError(f"{path}: dlib's face model is missing; run `make full-clean`, then `make report`.")
    return str(path)
