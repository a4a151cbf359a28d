"""A film watched once: the face followed through it, its motion, and aligned crops of it."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from s2f_utils import FRAME_RATE, StudyError, face, media, tracking

FACE_SIZE = 128  # pixels of the stored crops
FACE_STEP = 5  # every fifth frame becomes a crop
_HELD = 20  # pictures that wait to be cut: four seconds, 28 MB at 1280×720
_MOST_CROPS = 600  # of a recording, 29 MB


def watch(path: str | Path) -> dict[str, np.ndarray]:
    """Follow the face, and cut it out of every fifth frame, in one pass that holds few pictures at a time.

    Of a long recording fewer crops are kept: every tenth, every twentieth frame and so on. Returns what of
    ``clip_features`` is seen, and raises what it raises. See notebook 02_feature_extraction.
    """
    waiting, found, held, cut, step = deque(), [], {}, {}, FACE_STEP

    def grays() -> Iterator[np.ndarray]:
        for picture in media.read_pictures(path):
            waiting.append(picture)
            yield picture.gray()

    for index, points in enumerate(tracking.follow(grays())):
        found.append(points)
        picture = waiting.popleft()
        if index % step == 0 and points is not None:
            held[index] = picture
        if len(held) == _HELD:
            cut |= _face_crops(held, found)
            held = {}
        if len(cut) > _MOST_CROPS:
            step *= 2
            cut = _every(step, cut)
    landmarks, detected = tracking.fill_gaps(found)
    _require_face(path, detected)
    cut = _every(step, cut | _face_crops(held, found))
    pose_free = face.remove_pose(landmarks)
    neutral = face.neutral(pose_free)
    return {
        "landmarks": landmarks,
        "motion": face.smooth(pose_free) - neutral,
        "neutral": neutral,
        "detected": detected,
        "faces": np.stack([picture for picture, _ in cut.values()]),
        "face_frames": np.array(list(cut)),
        "face_landmarks": np.stack([points for _, points in cut.values()]),
    }


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


def _face_crops(pictures: dict[int, media.Picture], found: list[np.ndarray | None]) -> dict[int, tuple]:
    """Cut the upright face out of some frames; what its rigid points are, all frames so far tell.

    Answers with frame → (128, 128, 3) uint8 picture and (68, 2) landmarks in its pixels.
    """
    rigid = face.rigid_points(np.stack([points for points in found if points is not None]))
    crops = {}
    for index, picture in pictures.items():
        landmarks = found[index][None]
        (a,), (b,) = face.pose_transform(landmarks, rigid=rigid)
        (placed,) = face.in_crop(face.remove_pose(landmarks, rigid=rigid), FACE_SIZE)
        crops[index] = face.crop(picture.rgb(), a, b, FACE_SIZE), placed
    return crops
