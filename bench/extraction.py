"""Ways to 68 landmarks on the same clip: the study's, that of 2017, and a detection in every frame."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import av
import cv2
import dlib
import numpy as np
import pandas as pd

from s2f_utils import features, files, workers
from s2f_utils.faces import extraction, tracking
from s2f_utils.judging import cost, motion_metrics
from s2f_utils.recordings import media


def ours(path: Path) -> np.ndarray:
    """Watch as the study does, crops and motion included: (T, 68, 2) pixels."""
    return extraction.watch(path)["landmarks"]


def every_frame(path: Path) -> np.ndarray:
    """Detect the face in every frame anew, and then place its landmarks as the study does."""
    grays = (picture.gray() for picture in media.read_pictures(path))
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
            gray = contrast.apply(media.Picture(frame).gray())
        boxes = detector(gray, 1)
        found.append(tracking.plain_landmarks(gray, max(boxes, key=lambda box: box.area())))
    return np.stack(found)


def compare(path: Path, truth: np.ndarray | None, *, rounds: int, frames_2017: int) -> dict[str, float]:
    """Time every way in turns, and where the truth (T, 68, 2) is known, measure each against it.

    Returns
    -------
    dict
        ``ms_per_frame_<way>``, the ratios ``speedup_vs_2017`` and ``time_over_floor``; ``nme_<way>``, a share
        of the distance between the eyes' outer corners, and ``nme_over_every_frame``.
    """
    ways: dict[str, Callable[[], np.ndarray]] = {
        "ours": partial(ours, path),
        "floor": partial(cost.floor, path),
        "2017": partial(way_of_2017, path, frames=frames_2017),
    }
    found = {name: way() for name, way in ways.items()}
    spent = cost.in_turns(ways, rounds=rounds)
    each = 1000 * spent / pd.Series({name: len(points) for name, points in found.items()})
    result = {f"ms_per_frame_{name}": value for name, value in each.median().items()}
    result |= {
        "speedup_vs_2017": cost.ratio(each, "2017", "ours"),
        "time_over_floor": cost.ratio(each, "ours", "floor"),
    }
    if truth is not None:
        found["every_frame"] = every_frame(path)
        nme = {name: motion_metrics.against_truth(it, truth[: len(it)])["nme"] for name, it in found.items()}
        result |= {f"nme_{name}": value for name, value in nme.items()}
        result["nme_over_every_frame"] = nme["ours"] / nme["every_frame"]
    return result


def scaling(clips: list[Path], folder: Path, *, rounds: int) -> dict[str, float]:
    """How much quicker two processes bring clips into a store than one.

    Beside it, in the same rounds, what the second core is worth to two processes that only count: where
    others share the machine, or both are threads of one core, that is less than 2.
    """
    rows = [(f"{clip.stem}-{turn}", str(clip)) for turn in range(3) for clip in clips]
    table = pd.DataFrame(rows, columns=["clip_id", "path"])
    turn = iter(range(1000))

    def extract(jobs: int) -> None:
        features.extract(table, folder / f"store-{next(turn)}", jobs=jobs)

    def count(jobs: int) -> None:
        workers.each(_count, [(20_000_000,)] * 2, label="counting", unit="part", jobs=jobs)

    works = {"extract": extract, "count": count}
    ways = {f"{name} {jobs}": partial(work, jobs) for name, work in works.items() for jobs in (1, 2)}
    spent = cost.in_turns(ways, rounds=rounds)
    return {
        "seconds_1_process": spent["extract 1"].median(),
        "seconds_2_processes": spent["extract 2"].median(),
        "speedup_2_processes": cost.ratio(spent, "extract 1", "extract 2"),
        "speedup_2_processes_counting": cost.ratio(spent, "count 1", "count 2"),
    }


def _count(to: int) -> None:
    for _ in range(to):
        pass


def memory(path: Path, long: Path, *, minutes: float) -> dict[str, float]:
    """Most memory, in MB, that a process takes for a clip and for a long recording; Linux alone tells."""
    if not Path("/proc/self/status").exists():
        return {}
    _lengthen(path, long, minutes)
    code = (
        "import re, sys; from s2f_utils import features; features.clip_features(sys.argv[1]); "
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1])"
    )
    taken = {}
    for name, film in (("short", path), ("long", long)):
        command = [sys.executable, "-c", code, str(film)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=files.ROOT)
        taken[f"peak_mb_{name}"] = int(answer.stdout) / 1000
    return taken | {"minutes": minutes}


def _lengthen(path: Path, long: Path, minutes: float) -> None:
    """Write a clip over and over, packet by packet, until it is long."""
    with av.open(str(path)) as first, av.open(str(long), "w") as out:
        streams = [out.add_stream_from_template(stream) for stream in first.streams]
        length = first.duration / av.time_base + 0.1
        for turn in range(round(60 * minutes / length)):
            with av.open(str(path)) as clip:
                for packet in clip.demux():
                    if packet.dts is not None:
                        shift = round(turn * length / packet.time_base)
                        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                        packet.stream = streams[packet.stream.index]
                        out.mux(packet)
