"""Tables of landmarks as OpenFace writes them, of embedded clips."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from s2f_utils.synthetic import talking_heads

TABLED = {"clips_per_speaker": 2, "speakers": (1, 17, 21), "seed": 1}


PLANNED = talking_heads.plan(**TABLED)  # of a seed whose sentences have two digits, as in RAVDESS


TRACKS = [f"{axis}_{number}" for axis in "xy" for number in range(68)]


BEFORE, AFTER = ["frame", "timestamp", "confidence", "gaze_0_x"], ["X_0", "p_scale", "AU45_c"]


def write_table(path: Path, times: Sequence, landmarks: np.ndarray, *, confidence: Sequence = ()) -> Path:
    """Write (T, 68, 2) pixels as OpenFace does: blanks in the header, a few of its many other columns."""
    lines = [", ".join([*BEFORE, *TRACKS, *AFTER])]
    for number, (time, points) in enumerate(zip(times, landmarks, strict=True)):
        sure = confidence[number] if len(confidence) else 0.98
        tracks = (f"{pixel:.1f}" for pixel in points.T.ravel())
        lines.append(
            ", ".join([str(number + 1), f"{time:.3f}", f"{sure:.2f}", "0.1", *tracks, "9.9", "1.2", "0"])
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    return path


def write_corpus(folder: Path, planned: Sequence[talking_heads.Clip]) -> Path:
    """Write the truth of embedded clips where OpenFace's landmarks would be; every second sound is stereo."""
    for number, clip in enumerate(planned):
        sound, truth, _, _ = talking_heads.perform(clip)
        table = folder / f"Actor_{clip.speaker:02d}" / f"{clip.stem}.csv"
        write_table(table, truth["times"], truth["landmarks"])
        channels = np.stack([1.2 * sound, 0.8 * sound], axis=1) if number % 2 else sound
        soundfile.write(table.with_name(f"03{clip.stem[2:]}.wav"), channels, 48_000)
    return folder
