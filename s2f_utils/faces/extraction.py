"""A film watched once: the face followed through it, its motion, and aligned crops of it."""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from s2f_utils import FRAME_RATE, StudyError
from s2f_utils.faces import geometry, tracking
from s2f_utils.recordings import media, openface

_SIZES = range(64, 257, 32)  # pixels of the stored crops: as many as the face has in the film, or a few more
FACE_STEP = 5  # every fifth frame becomes a crop
_HELD = 20  # pictures that wait to be cut: four seconds, 28 MB at 1280×720
_MOST_CROPS = 200  # of a recording, 39 MB at most


def watch(path: str | Path) -> dict[str, np.ndarray]:
    """Follow a face through a film, or read where it was from a table of landmarks; take its pose out.

    Every fifth frame of a film is cut out; of a long one every tenth, every twentieth and so on. Returns what
    of ``features.clip_features`` is seen, and raises what it raises. See notebook 02_feature_extraction.
    """
    if openface.is_table(path):
        (landmarks, detected), cut = openface.read(path), {}
    else:
        landmarks, detected, cut = _follow(path)
    _require_face(path, detected)
    size = len(next(iter(cut.values()))[0]) if cut else _SIZES[0]
    pose_free = geometry.remove_pose(landmarks)
    neutral = geometry.neutral(pose_free)
    return {
        "landmarks": landmarks,
        "motion": geometry.smooth(pose_free) - neutral,
        "neutral": neutral,
        "detected": detected,
        "faces": np.array([picture for picture, _ in cut.values()], np.uint8).reshape(-1, size, size, 3),
        "face_frames": np.array(list(cut), int),
        "face_landmarks": np.array([points for _, points in cut.values()], np.float32).reshape(-1, 68, 2),
    }


def _follow(path: str | Path) -> tuple[np.ndarray, np.ndarray, dict[int, tuple]]:
    """Follow the face and cut it out, in one pass that holds few pictures at a time."""
    waiting, found, held, cut, step = deque(), [], {}, {}, FACE_STEP
    size = None

    def grays() -> Iterator[np.ndarray]:
        for index, picture in enumerate(media.read_pictures(path)):
            waiting.append(picture if index % FACE_STEP == 0 else None)
            yield picture.gray()

    for index, points in enumerate(tracking.follow(grays())):
        found.append(points)
        picture = waiting.popleft()
        if index % step == 0 and points is not None:
            held[index] = picture
        if len(held) == _HELD:
            size = size or crop_size(found)
            cut |= _face_crops(held, found, size)
            held = {}
        if len(cut) > _MOST_CROPS:
            step *= 2
            cut = _every(step, cut)
    if held:
        cut = _every(step, cut | _face_crops(held, found, size or crop_size(found)))
    return *tracking.fill_gaps(found), cut


def _require_face(path: str | Path, detected: np.ndarray) -> None:
    if not detected.any():
        raise StudyError(f"{path}: no face was found in any picture; film one face from the front.")
    gap = tracking.gap_length(detected)
    if gap > tracking.MAX_GAP:
        raise StudyError(
            f"{path}: the face is lost for {gap} frames in a row; at most {tracking.MAX_GAP} are filled."
        )
    if len(detected) < FRAME_RATE // 2:
        raise StudyError(f"{path}: the clip is shorter than half a second; record a whole sentence.")


def _every(step: int, cut: dict[int, tuple]) -> dict[int, tuple]:
    return {index: crop for index, crop in cut.items() if index % step == 0}


def crop_size(found: Iterable[np.ndarray | None]) -> int:
    """Choose the size of a film's crops: what they enlarge is little, and what they reduce is nothing.

    Takes (68, 2) landmarks in pixels of each frame, or None where no face was seen. Of faces larger than 256
    pixels crops are reduced. See notebook 02_feature_extraction.
    """
    a, _ = geometry.pose_transform(np.stack([points for points in found if points is not None]))
    shown = 1 / (geometry.CROP_SCALE * np.median(np.abs(a)))
    return next((size for size in _SIZES if size >= shown), _SIZES[-1])


def _face_crops(
    pictures: dict[int, media.Picture], found: list[np.ndarray | None], size: int
) -> dict[int, tuple]:
    """Cut the upright face out of some frames; what its rigid points are, all frames so far tell.

    Answers with frame → (size, size, 3) uint8 picture and (68, 2) landmarks in its pixels.
    """
    rigid = geometry.rigid_points(np.stack([points for points in found if points is not None]))
    crops = {}
    for index, picture in pictures.items():
        landmarks = found[index][None]
        (a,), (b,) = pose = geometry.pose_transform(landmarks, rigid=rigid)
        (placed,) = geometry.in_crop(geometry.upright(landmarks, *pose), size)
        crops[index] = geometry.crop(picture.rgb(), a, b, size), placed
    return crops
