"""The feature store: one file for each clip, written once, made again only when clip or code changed."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from s2f_utils import FRAME_RATE, StudyError, files
from s2f_utils.faces import extraction
from s2f_utils.files import atomic_path, code_digests, digest, file_digest, read_json, write_json
from s2f_utils.recordings import openface, soundtrack
from s2f_utils.sound import prosody, speech
from s2f_utils.workers import each

DESCRIPTION = ("clip_id", "speaker", "emotion", "intensity", "statement", "repetition")
_ONE_AT_A_TIME = Lock()  # the threads of a cluster's worker share dlib's models, which cannot be shared
_FACTS = ["usable", "reason", "frames", "seconds", "detection_rate"]


def store_of(recordings: str | Path) -> Path:
    """Tell where the features of other people's recordings are kept, which ``REAL`` names."""
    return files.DATA / "features" / f"real-{digest(str(Path(recordings).resolve()))[:8]}"


def extract(
    clips: pd.DataFrame,
    store: str | Path,
    *,
    jobs: int = 2,
    scheduler: str = "",
    later: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """Bring every clip's features into the store; clips that are there already are not touched.

    Parameters
    ----------
    clips
        A corpus table with at least ``clip_id`` and ``path``.
    store
        The folder of the store, made where needed.
    jobs, scheduler
        Processes to work with, or the Dask scheduler whose workers do it, all of which see the store and the
        recordings under the same paths.
    later
        ``clip_id`` → frames by which its sound is to come later, where sound and picture do not keep time.

    Returns
    -------
    pandas.DataFrame
        The corpus table with ``usable``, ``reason``, ``frames``, ``seconds`` and ``detection_rate``; also
        written to ``clips.csv`` in the store. A clip that cannot be used is a row with its reason.

    See notebook 02_feature_extraction.
    """
    store = Path(store)
    store.mkdir(parents=True, exist_ok=True)
    moved = later or {}
    tasks = [
        (row.path, store / f"{row.clip_id}.npz", _code(), moved.get(row.clip_id, 0))
        for row in clips.itertuples()
    ]
    facts = each(_store_clip, tasks, label="features", unit="clip", jobs=jobs, scheduler=scheduler)
    table = clips.reset_index(drop=True).join(pd.DataFrame(facts, columns=_FACTS))
    with atomic_path(store / "clips.csv") as temporary:
        table.to_csv(temporary, index=False)
    return table


def load(store: str | Path, clip_id: str) -> dict[str, np.ndarray]:
    """Read one clip's features: the arrays that ``clip_features`` makes, by name."""
    path = Path(store) / f"{clip_id}.npz"
    if not path.is_file():
        raise StudyError(f"{path}: this clip is not in the feature store; run 02_feature_extraction first.")
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def load_all(store: str | Path, clips: pd.DataFrame, *, names: Sequence[str]) -> list[dict]:
    """Read the named arrays of many clips, and beside them who says what how: ``DESCRIPTION``."""
    loaded = []
    for row in clips.itertuples():
        with np.load(Path(store) / f"{row.clip_id}.npz", allow_pickle=False) as arrays:
            loaded.append({name: arrays[name] for name in names})
        loaded[-1] |= {name: getattr(row, name) for name in DESCRIPTION}
    return loaded


def read_table(store: str | Path, *, usable: bool = True) -> pd.DataFrame:
    """Read the store's table of clips; by default only the usable ones."""
    path = Path(store) / "clips.csv"
    if not path.is_file():
        raise StudyError(f"{path}: there is no feature store yet; run 02_feature_extraction first.")
    words = {"clip_id": str, "speaker": str, "reason": str}
    table = pd.read_csv(path, dtype=words, keep_default_na=False)
    return table[table["usable"]].reset_index(drop=True) if usable else table


def clip_features(path: str | Path, *, later: int = 0) -> dict[str, np.ndarray]:
    """Compute one recording's features, its sound moved by ``later`` frames (negative: earlier).

    Returns
    -------
    dict
        ``log_mel`` (4T, 40), ``loudness``, ``pitch`` and ``voicing`` (4T,), ``fft_2017`` (T, 65, 23),
        ``landmarks`` (T, 68, 2) pixels, ``motion`` (T, 68, 2) and ``neutral`` (68, 2) in inter-ocular
        distances, ``detected`` (T,), ``faces`` (T', S, S, 3), ``face_frames`` (T',), ``face_landmarks``
        (T', 68, 2) crop pixels. T' is 0 where there are landmarks and no pictures.

    Raises
    ------
    StudyError
        If the clip cannot be used, with the reason.

    See notebook 02_feature_extraction.
    """
    audio, spectra = _listen(openface.sound_of(path), later)
    seen = extraction.watch(path)
    return seen | _heard(audio, spectra, n_frames=len(seen["detected"]))


def listen_to(voices: pd.DataFrame, *, jobs: int = 2) -> tuple[list[dict], list[str]]:
    """Hear sounds without faces: what ``prosody.listen`` makes of each, and ``DESCRIPTION``.

    Takes a table such as ``recordings.voices`` makes. Returns the clips, and a sentence for each sound that
    cannot be heard. See notebook 05_expression.
    """
    heard = each(_listen_to, [(path,) for path in voices["path"]], label="voices", unit="clip", jobs=jobs)
    clips, problems = [], []
    for row, tracks in zip(voices.itertuples(), heard, strict=True):
        if isinstance(tracks, str):
            problems.append(tracks)
        else:
            clips.append(tracks | {name: getattr(row, name) for name in DESCRIPTION})
    return clips, problems


@threadpool_limits.wrap(limits=1)
def _listen_to(path: str) -> dict | str:
    try:
        audio = soundtrack.read_audio(path)
        speech.require_sound(audio, path)
    except StudyError as problem:
        return str(problem)
    return prosody.listen(audio)


@cache
def _code() -> str:
    """Digest of all code that features depend on."""
    return digest(code_digests(__name__))


@threadpool_limits.wrap(limits=1)  # clips are made side by side, and sums depend on the number of threads
def _store_clip(path: str, target: Path, code: str, later: int) -> dict:
    """Make one clip's file unless it is there, and answer with its row of the table."""
    if code != _code() or not target.parent.is_dir():
        raise StudyError(
            f"{target.parent}: a worker does not see this folder, or runs another version of the study; give "
            "all machines the same one."
        )
    with _ONE_AT_A_TIME:
        return _make_clip(path, target, code, later)


def _make_clip(path: str, target: Path, code: str, later: int) -> dict:
    note = target.with_suffix(".json")
    sound = openface.sound_of(path)
    sources = [one for one in dict.fromkeys((Path(path), sound)) if one.is_file()]
    key = digest([code, *map(file_digest, sources)])
    known = read_json(note)
    there = known.get("key") == key and (target.is_file() or not known["row"]["usable"])
    if there and (known["later"] == later or not known["row"]["usable"]):
        return known["row"]
    try:
        if there:  # only its sound is moved
            arrays = load(target.parent, target.stem)
            arrays |= _heard(*_listen(sound, later), n_frames=len(arrays["detected"]))
        else:
            arrays = clip_features(path, later=later)
    except StudyError as error:
        row = {"usable": False, "reason": str(error), "frames": 0, "seconds": 0.0}
        row |= {"detection_rate": 0.0}
    else:
        with atomic_path(target) as temporary:
            np.savez(temporary, **arrays)
        frames = len(arrays["detected"])
        row = {"usable": True, "reason": "", "frames": frames, "seconds": frames / FRAME_RATE}
        row |= {"detection_rate": float(arrays["detected"].mean())}
    write_json(note, {"key": key, "later": later, "row": row})
    return row


def _listen(path: str | Path, later: int) -> tuple[np.ndarray, np.ndarray]:
    """Read a clip's sound: at 16 kHz, and as spectra of 2017, which need 48 kHz, for as long as it lasts."""
    recorded, rate = soundtrack.read_sound(path)
    audio = soundtrack.resample(recorded, rate)
    speech.require_sound(audio, str(path))
    audio_2017 = speech.delayed(soundtrack.resample(recorded, rate, 48_000), later, rate=48_000)
    return speech.delayed(audio, later), speech.fft_2017(audio_2017)


def _heard(audio: np.ndarray, spectra: np.ndarray, *, n_frames: int) -> dict[str, np.ndarray]:
    """Describe a clip's sound in ``n_frames``; the last spectrum is that of sound that is over."""
    beyond = np.repeat(spectra[-1:], max(0, n_frames - len(spectra)), axis=0)
    return {
        **prosody.listen(audio, n_frames=n_frames),
        "fft_2017": np.concatenate([spectra, beyond]) if len(beyond) else spectra[:n_frames],
    }
