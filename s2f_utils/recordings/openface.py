"""Landmarks that others tracked: tables as OpenFace writes them, one row for each picture of a film."""

from pathlib import Path

import numpy as np
import pandas as pd

from s2f_utils import FRAME_RATE, StudyError

_SURE = 0.75  # confidence from which on OpenFace itself calls a face found
_LONGEST = 60  # seconds without a row; longer is no time stamp in seconds
_TRACKS = [f"{axis}_{point}" for point in range(68) for axis in "xy"]
_COLUMNS = ("timestamp", "confidence", *_TRACKS)


def is_table(path: str | Path) -> bool:
    """Tell a table of landmarks from a recording with pictures."""
    return Path(path).suffix.lower() == ".csv"


def sound_of(path: str | Path) -> Path:
    """Say where a clip's sound lies: beside its table, named as RAVDESS names it, else in the clip itself."""
    path = Path(path)
    return path.with_name(f"03{path.stem[2:]}.wav") if is_table(path) else path


def read(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Read a table of landmarks at 25 frames a second, interpolated in time between its rows.

    Parameters
    ----------
    path
        A table with ``timestamp`` (s), ``confidence``, ``x_0`` … ``x_67`` and ``y_0`` … ``y_67`` (pixels).

    Returns
    -------
    landmarks : (T, 68, 2) float32 array
        Pixels, interpolated where the face was not seen.
    detected : (T,) bool array
        Whether the face was seen in the row nearest in time.

    Raises
    ------
    StudyError
        If the table is absent, broken or incomplete, or no row has a face.

    Notes
    -----
    Baltrušaitis et al. (2018), "OpenFace 2.0: facial behavior analysis toolkit". See notebook
    02_feature_extraction.
    """
    table = _table(path)
    times, sure = table["timestamp"].to_numpy(), table["confidence"].to_numpy() >= _SURE
    if not sure.any():
        raise StudyError(f"{path}: OpenFace is sure of a face in no row of this table; leave the clip out.")
    row = float(np.median(np.diff(times)))
    # Time stamps are rounded to a millisecond; the last row lasts as long as the others.
    ticks = np.arange(np.ceil((times[-1] + row - 1e-3) * FRAME_RATE)) / FRAME_RATE
    nearest = np.abs(times - ticks[:, None]).argmin(axis=1)
    tracks = [np.interp(ticks, times[sure], track) for track in table.loc[sure, _TRACKS].to_numpy().T]
    landmarks = np.stack(tracks, axis=1).reshape(-1, 68, 2).astype(np.float32)
    return landmarks, sure[nearest] & (np.abs(times[nearest] - ticks) < row + 1e-3)


def _table(path: str | Path) -> pd.DataFrame:
    """Read the columns that are needed, a small part of the table, and refuse what is not whole."""
    try:
        table = pd.read_csv(path, usecols=lambda name: name.strip() in _COLUMNS)
        table = table.rename(columns=str.strip).astype(float)
    except (OSError, ValueError) as error:
        problem = f"no table that can be read ({type(error).__name__})"
        raise StudyError(f"{path}: this is {problem}; fetch it again.") from error
    if missing := [name for name in _COLUMNS if name not in table]:
        raise StudyError(f"{path}: this table has no column {missing[0]}; choose one that OpenFace wrote.")
    if len(table) < 2:
        raise StudyError(f"{path}: this table has no rows; fetch it again.")
    steps = np.diff(table["timestamp"], prepend=-1)  # the first row comes at 0 s or soon after
    whole = np.isfinite(table[table["confidence"] >= _SURE]).all(axis=None)
    if not whole or not ((steps > 0) & (steps < _LONGEST)).all():
        raise StudyError(f"{path}: this table breaks off, or its times do not rise; fetch it again.")
    return table
