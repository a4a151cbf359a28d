"""The feature store: one file for each clip, written once, made again only when clip or code changed."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from s2f_utils import FRAME_RATE, StudyError, face, media, speech, tracking
from s2f_utils.files import atomic_path, code_digests, digest, file_digest, read_json, write_json

DESCRIPTION = ("clip_id", "speaker", "emotion", "intensity", "statement", "repetition")
FACE_SIZE = 128  # pixels of the stored crops
FACE_STEP = 5  # every fifth frame becomes a crop
_FACTS = ["usable", "reason", "frames", "seconds", "detection_rate"]


def extract(
    clips: pd.DataFrame, store: str | Path, *, jobs: int = 2, later: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Bring every clip's features into the store; clips that are there already are not touched.

    Parameters
    ----------
    clips
        A corpus table with at least ``clip_id`` and ``path``.
    store
        The folder of the store, made where needed.
    jobs
        Processes to work with.
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
    code = digest(code_digests(__name__))
    moved = later or {}
    tasks = [
        (row.path, store / f"{row.clip_id}.npz", code, moved.get(row.clip_id, 0))
        for row in clips.itertuples()
    ]
    with Parallel(n_jobs=jobs, return_as="generator") as parallel:
        rows = parallel(delayed(_store_clip)(*task) for task in tasks)
        facts = list(tqdm(rows, total=len(tasks), desc="features", unit="clip"))
    table = clips.reset_index(drop=True).join(pd.DataFrame(facts, columns=_FACTS))
    with atomic_path(store / "clips.csv") as temporary:
        table.to_csv(temporary, index=False)
    return table


def load(store: str | Path, clip_id: str) -> dict[str, np.ndarray]:
    """Read one clip's features: the arrays that DESIGN lists, by name."""
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
        ``log_mel`` (4T, 40), ``loudness`` (4T,), ``fft_2017`` (T, 65, 23), ``landmarks`` (T, 68, 2) pixels,
        ``motion`` (T, 68, 2) and ``neutral`` (68, 2) in inter-ocular distances, ``detected`` (T,), ``faces``
        (T', 128, 128, 3), ``face_frames`` (T',), ``face_landmarks`` (T', 68, 2) crop pixels.

    Raises
    ------
    StudyError
        If the clip cannot be used, with the reason.

    See notebook 02_feature_extraction.
    """
    audio = speech.delayed(media.read_audio(path), later)
    speech.require_sound(audio, str(path))
    landmarks, detected = tracking.track(media.read_frames(path))
    _require_face(path, detected)
    pose_free = face.remove_pose(landmarks)
    neutral = face.neutral(pose_free)
    motion = face.smooth(pose_free) - neutral
    frames = len(landmarks)
    audio_2017 = speech.delayed(media.read_audio(path, rate=48_000), later, rate=48_000)
    loudness = speech.loudness(audio, n_frames=frames)
    return {
        "log_mel": speech.log_mel(audio, n_frames=frames),
        "loudness": loudness,
        "fft_2017": speech.fft_2017(audio_2017, n_frames=frames),
        "landmarks": landmarks,
        "motion": motion,
        "neutral": neutral,
        "detected": detected,
        **_face_crops(path, landmarks, pose_free, detected),
    }


def _store_clip(path: str, target: Path, code: str, later: int) -> dict:
    """Make one clip's file unless it is there, and answer with its row of the table."""
    note = target.with_suffix(".json")
    key = digest([code, file_digest(path), *([later] if later else [])])
    known = read_json(note)
    if known.get("key") == key and (target.is_file() or not known["row"]["usable"]):
        return known["row"]
    try:
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
    write_json(note, {"key": key, "row": row})
    return row


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


def _face_crops(path: str | Path, landmarks: np.ndarray, pose_free: np.ndarray, detected: np.ndarray) -> dict:
    """Cut the upright face out of every fifth frame, in a second pass that holds one picture at a time."""
    a, b = face.pose_transform(landmarks)
    wanted = [index for index in range(0, len(landmarks), FACE_STEP) if detected[index]]
    pictures = {
        index: face.crop(frame, a[index], b[index], FACE_SIZE)
        for index, frame in enumerate(media.read_frames(path))
        if index in set(wanted)
    }
    return {
        "faces": np.stack([pictures[index] for index in wanted]),
        "face_frames": np.array(wanted),
        "face_landmarks": face.in_crop(pose_free[wanted], FACE_SIZE),
    }
