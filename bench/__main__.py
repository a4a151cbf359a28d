"""``python -m bench``: the cost of extraction beside the 2017 way and the least possible, in one run."""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from bench import extraction
from s2f_utils import encode, features, files, media, synthetic

SHAPES = {"720p": (720, 1280), "grid": (288, 360)}  # height and width of RAVDESS's and of GRID's pictures
FRAMES_2017 = {"720p": 6, "grid": 40}  # the old way takes seconds for each


def main() -> None:
    """Measure, print, and keep ``reports/bench/bench.json`` and ``bench.png``."""
    options = _options()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (clip,) = synthetic.make(folder / "corpus", clips_per_speaker=1, speakers=[21], jobs=1)
        results = {}
        for name, shape in SHAPES.items():
            path, truth = _framed(clip, shape, folder / f"{name}.mp4")
            rounds = {"rounds": options.rounds, "frames_2017": FRAMES_2017[name]}
            results[name] = extraction.compare(path, truth, **rounds)
            if name == "720p":
                results["scaling"] = _scaling(path, folder, rounds=options.rounds)
        if options.real:
            results["real"] = extraction.compare(
                Path(options.real), None, rounds=options.rounds, frames_2017=40
            )
    results["machine"] = {"cores": os.cpu_count()}
    folder = files.REPORTS / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    files.write_json(folder / "bench.json", results)
    with files.atomic_path(folder / "bench.png") as temporary:
        _figure(results).savefig(temporary)
    print(json.dumps(results, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="each time is the median of so many")
    parser.add_argument("--real", default="", help="a real recording to measure as well")
    return parser.parse_args()


def _framed(clip: Path, shape: tuple[int, int], path: Path) -> tuple[Path, np.ndarray]:
    """Put an embedded film into the middle of larger pictures, and its true landmarks with it."""
    height, width = shape
    side = height * 8 // 9
    top, left = (height - side) // 2, (width - side) // 2
    frames = list(media.read_frames(clip))

    def pictures():
        for frame in frames:
            shown = np.full((height, width, 3), 96, np.uint8)
            shown[top : top + side, left : left + side] = cv2.resize(
                frame, (side, side), interpolation=cv2.INTER_CUBIC
            )
            yield shown

    encode.write_video(path, pictures(), audio=media.read_audio(clip, rate=48_000), audio_rate=48_000)
    truth = synthetic.true_landmarks(clip, len(frames))
    return path, (truth + 0.5) * side / len(frames[0]) - 0.5 + np.array([left, top])


def _scaling(path: Path, folder: Path, *, rounds: int) -> dict[str, float]:
    """How much quicker two processes bring eight clips into a store than one does, start-up included."""
    table = pd.DataFrame({"clip_id": [f"clip{number}" for number in range(8)], "path": str(path)})
    taken: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(rounds):
        for jobs, times in taken.items():
            start = time.perf_counter()
            features.extract(table, folder / f"store-{turn}-{jobs}", jobs=jobs)
            times.append(time.perf_counter() - start)
    one, two = (float(np.median(times)) for times in taken.values())
    return {"seconds_1_process": one, "seconds_2_processes": two, "times_faster": one / two}


def _figure(results: dict) -> plt.Figure:
    shown = [name for name in ("720p", "grid", "real") if name in results]
    names = ("way_of_2017", "ours", "floor")
    fig, axes = plt.subplots(
        1, len(shown), figsize=(4.5 * len(shown), 2.4), squeeze=False, layout="constrained"
    )
    for ax, name in zip(axes.flat, shown, strict=True):
        cost = [results[name][f"ms_per_frame.{way}"] for way in names]
        bars = ax.barh(["2017", "this study", "floor"], cost, color=["#999999", "#0072b2", "#56b4e9"])
        ax.bar_label(bars, fmt="%.1f ms", padding=3)
        ax.set(xlabel="milliseconds a frame", title=name, xlim=(0, 1.25 * max(cost)))
        ax.invert_yaxis()
    return fig


if __name__ == "__main__":
    main()
