"""Three ways to 68 landmarks on the same clip: the study's, that of 2017, and a floor below both."""

import time
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import dlib
import numpy as np

from s2f_utils import evaluation, media, tracking


def ours(path: Path) -> np.ndarray:
    """Track as the study does: (T, 68, 2) pixels."""
    return tracking.track(media.read_frames(path))[0]


def floor(path: Path) -> np.ndarray:
    """Decode, and place landmarks in every frame within the first frame's box: nothing can be quicker."""
    box, found = None, []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            gray = np.array(frame.to_ndarray(format="gray"), order="C")
            box = box or tracking.detect(gray)
            found.append(_plain(gray, box))
    return np.stack(found)


def every_frame(path: Path) -> np.ndarray:
    """Detect the face in every frame anew, and then place its landmarks as the study does."""
    grays = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in media.read_frames(path))
    return np.stack([tracking.landmarks_in(gray, tracking.detect(gray)) for gray in grays])


def way_of_2017(path: Path, *, frames: int) -> np.ndarray:
    """Seek to each frame anew, stretch its contrast, and search it all, doubled in size, as in 2017."""
    contrast, detector = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)), dlib.get_frontal_face_detector()
    found = []
    for index in range(frames):
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            wanted = index / stream.average_rate
            container.seek(int(wanted / stream.time_base), stream=stream)
            frame = next(one for one in container.decode(stream) if one.time >= float(wanted) - 1e-3)
            gray = contrast.apply(np.array(frame.to_ndarray(format="gray"), order="C"))
        found.append(_plain(gray, max(detector(gray, 1), key=lambda box: box.area())))
    return np.stack(found)


def compare(path: Path, truth: np.ndarray | None, *, rounds: int, frames_2017: int) -> dict[str, float]:
    """Time every way in turns, and take the median of ``rounds``.

    Returns
    -------
    dict
        ``ms_per_frame.<way>``, the ratios ``times_faster_than_2017`` and ``times_the_floor``, and where the
        truth (T, 68, 2) is known ``nme.<way>``, a share of the distance between the eyes' outer corners.
    """
    ways: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: ours(path),
        "floor": lambda: floor(path),
        "way_of_2017": lambda: way_of_2017(path, frames=frames_2017),
    }
    found = {name: way() for name, way in ways.items()}  # models are read and pages are warm after this
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            taken[name].append((time.perf_counter() - start) / len(found[name]) * 1000)
    cost = {name: float(np.median(times)) for name, times in taken.items()}
    result = {f"ms_per_frame.{name}": value for name, value in cost.items()}
    result["times_faster_than_2017"] = cost["way_of_2017"] / cost["ours"]
    result["times_the_floor"] = cost["ours"] / cost["floor"]
    if truth is not None:
        found["every_frame"] = every_frame(path)
        for name, points in found.items():
            result[f"nme.{name}"] = evaluation.against_truth(points, truth[: len(points)])["nme"]
    return result


def _plain(gray: np.ndarray, box: dlib.rectangle) -> np.ndarray:
    return np.array([(point.x, point.y) for point in tracking.predictor()(gray, box).parts()], np.float32)
