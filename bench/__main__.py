"""``python -m bench``: what the work costs, beside the way of 2017 and the least possible, in one run."""

import argparse
import os
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from bench import extraction, speech
from s2f_utils import files
from s2f_utils.judging import cost
from s2f_utils.synthetic import talking_heads

SHAPES = {"720p": cost.RAVDESS_SHAPE, "grid": (288, 360)}  # height and width of RAVDESS's and GRID's pictures
FRAMES_2017 = {"720p": 6, "grid": 40}  # the old way takes seconds for each


def main() -> None:
    """Measure, print, and keep ``reports/bench.json`` and ``reports/bench.png``."""
    options = _options()
    results: dict[str, float] = {"machine.cores": os.cpu_count()}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        clips = talking_heads.make(folder / "corpus", clips_per_speaker=1)
        for name, shape in SHAPES.items():
            path, truth = framed(clips[20], folder / f"{name}.mp4", shape)
            measured = extraction.compare(path, truth, rounds=options.rounds, frames_2017=FRAMES_2017[name])
            results |= _named(f"extraction.{name}", measured)
        if options.real:
            real = extraction.compare(Path(options.real), None, rounds=options.rounds, frames_2017=40)
            results |= _named("extraction.real", real)
        results |= _named("extraction", extraction.scaling(clips, folder, rounds=options.rounds))
        memory = extraction.memory(folder / "720p.mp4", folder / "long.mp4", minutes=options.minutes)
        results |= _named("memory", memory)
    results |= _named("speech", speech.measure(rounds=options.rounds))
    results |= _report_times()
    files.write_json(files.REPORTS / "bench.json", results)
    with files.atomic_path(files.REPORTS / "bench.png") as temporary:
        _figure(results).savefig(temporary)
    print("\n".join(f"{name:42} {value:10.3f}" for name, value in results.items()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="each figure is the median of so many")
    parser.add_argument("--real", default="", help="a real recording to measure as well")
    parser.add_argument("--minutes", type=float, default=10, help="length of the recording for the memory")
    return parser.parse_args()


def framed(clip: Path, path: Path, shape: tuple[int, int]) -> tuple[Path, np.ndarray]:
    """Put an embedded film into the middle of larger pictures, and its true landmarks with it."""
    scale, corner = cost.framed(clip, path, shape=shape)
    truth = talking_heads.true_landmarks(clip, len(extraction.ours(clip)))
    return path, (truth + 0.5) * scale - 0.5 + corner


def _named(subject: str, values: dict[str, float]) -> dict[str, float]:
    return {f"{subject}.{name}": float(value) for name, value in values.items()}


def _report_times() -> dict[str, float]:
    """Seconds that each notebook took in the quick report, where it was made."""
    numbers = files.read_json(files.REPORTS / "synthetic-quick" / "metrics.json")
    return {name: value for name, value in numbers.items() if name.startswith("report.")}


def _figure(results: dict[str, float]) -> plt.Figure:
    titles = {"720p": "1280×720 pixels", "grid": "360×288 pixels, as GRID's", "real": "a real recording"}
    shown = [name for name in titles if f"extraction.{name}.ms_per_frame_ours" in results]
    ways = {"2017": "2017", "ours": "this study", "floor": "floor"}
    fig, axes = plt.subplots(
        1, len(shown), figsize=(4.5 * len(shown), 2.4), squeeze=False, layout="constrained"
    )
    for ax, name in zip(axes.flat, shown, strict=True):
        spent = [results[f"extraction.{name}.ms_per_frame_{way}"] for way in ways]
        bars = ax.barh(list(ways.values()), spent, color=["#999999", "#0072b2", "#56b4e9"])
        ax.bar_label(bars, fmt="%.1f ms", padding=3)
        ax.set(xlabel="milliseconds a frame", title=titles[name], xlim=(0, 1.25 * max(spent)))
        ax.invert_yaxis()
    return fig


if __name__ == "__main__":
    main()
