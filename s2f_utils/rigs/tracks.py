"""Files of blendshapes and visemes for Blender, Unreal, Unity and browsers, each whole or not at all."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from s2f_utils import FRAME_RATE
from s2f_utils.files import atomic_path
from s2f_utils.rigs import arkit, blendshapes, visemes

# What is asked for → the endings of the files that it is.
FORMATS = {"arkit": ("arkit.csv", "arkit.json"), "visemes": ("visemes.csv", "visemes.json")}
HELP = """\
  csv  the landmarks, a row for each frame: frame, seconds, x_0, y_0, ... x_67, y_67
  npz  the same for NumPy: landmarks (T, 68, 2), fps, and motion (T, 68, 2), what the sound adds to the face
  arkit    NAME.arkit.csv, as Live Link Face writes it, and NAME.arkit.json: weights 0 to 1 of the 52
       blendshapes of ARKit. Left and right are the person's own. Gaze, cheeks, tongue and the turns of the
       head are 0: landmarks do not show them. Tell an importer that there are 25 frames a second
  visemes  NAME.visemes.csv and NAME.visemes.json: weights of the 15 visemes of Oculus Lipsync, sil, PP, FF,
       TH, DD, kk, CH, SS, nn, RR, aa, E, ih, oh and ou, as far as lips show them; they add up to 1
"""
_HEAD_AND_EYES = tuple(
    f"{what}{turn}" for what in ("Head", "LeftEye", "RightEye") for turn in ("Yaw", "Pitch", "Roll")
)


def endings(formats: Iterable[str]) -> list[str]:
    """List the endings of the files that these formats are: their own, if not in ``FORMATS``.

    See notebook 07_speech_to_face.
    """
    return [ending for one in formats for ending in FORMATS.get(one, (one,))]


def write(
    path: str | Path, which: str, motion: np.ndarray, neutral: np.ndarray | None = None, *, note: str = ""
) -> list[Path]:
    """Write what a moving face does as tracks for another face.

    Parameters
    ----------
    path
        A name whose ending is replaced.
    which
        ``arkit`` or ``visemes``, see ``FORMATS``: a table, and the same as JSON with ``fps``, ``names`` and
        ``weights`` (T, names); of ``arkit`` it also holds ``fitted``, those that are not always 0.
    motion
        (T, 68, 2) displacements of the landmarks from the face at rest, in inter-ocular distances.
    neutral
        (68, 2) landmarks of that face at rest; by default the mean face.
    note
        What the JSON says of itself.

    Returns the two paths. See notebook 07_speech_to_face.
    """
    table, described = (Path(path).with_suffix(f".{ending}") for ending in FORMATS[which])
    if which == "arkit":
        names, found = blendshapes.NAMES, arkit.weights(motion, neutral)
        write_live_link(table, found)
        more = {"fitted": blendshapes.FITTED}
    else:
        names, found, more = visemes.NAMES, visemes.weights(motion), {}
        times = [f"{frame},{frame / FRAME_RATE:.2f}" for frame in range(len(found))]
        _write_table(table, ["frame", "seconds", *names], times, found)
    value = {"note": note, "fps": FRAME_RATE, "names": names, **more, "weights": found.round(4).tolist()}
    with atomic_path(described) as temporary:
        temporary.write_text(json.dumps(value, separators=(",", ":")) + "\n", encoding="utf-8")
    return [table, described]


def write_live_link(path: str | Path, weights: np.ndarray) -> None:
    """Write (T, 52) weights, in the order of ``blendshapes.NAMES``, as Live Link Face writes its takes.

    A row for each frame: a timecode ``HH:MM:SS:FF.mmm`` from 0 on, the number of values, 61, then the
    blendshapes, and the turns of head and eyes, which are 0: landmarks free of pose tell nothing of them.

    The layout is that of the csv files of Epic's Live Link Face for iOS, as its importers read it, such as
    aronamao/Maya-Live-Link-CSV-Import on GitHub. See notebook 07_speech_to_face.
    """
    names = [name[0].upper() + name[1:] for name in blendshapes.NAMES]
    values = np.hstack([weights, np.zeros((len(weights), len(_HEAD_AND_EYES)))])
    starts = [f"{timecode(frame)},{values.shape[1]}" for frame in range(len(values))]
    _write_table(path, ["Timecode", "BlendShapeCount", *names, *_HEAD_AND_EYES], starts, values)


def timecode(frame: int) -> str:
    """Say when a frame is, as ``HH:MM:SS:FF.mmm`` at 25 frames a second. See notebook 07_speech_to_face."""
    seconds, frame = divmod(frame, FRAME_RATE)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}.000"


def _write_table(path: str | Path, header: Sequence[str], starts: Sequence[str], values: np.ndarray) -> None:
    rows = (
        ",".join([start, *(f"{value:.4f}" for value in row)])
        for start, row in zip(starts, values, strict=True)
    )
    with atomic_path(path) as temporary:
        temporary.write_text("\n".join([",".join(header), *rows]) + "\n", encoding="utf-8")
