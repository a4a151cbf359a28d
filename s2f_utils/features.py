"""The feature store: one file for each clip, written once, made again only when clip or code changed."""

from collections.abc import Sequence
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
_FACTS = ["usable", "reason", "frames", "seconds", "detection_rate", "av_offset"]
_MAX_OFFSET = 10  # frames within which sound and picture are compared


def extract(clips: pd.DataFrame, store: str | Path, *, jobs: int = 2) -> pd.DataFrame:
    """Bring every clip's features into the store; clips that are there already are not touched.

    Parameters
    ----------
    clips
        A corpus table with at least ``clip_id`` and ``path``.
    store
        The folder of the store, made where needed.
    jobs
        Processes to work with.

    Returns
    -------
    pandas.DataFrame
        The corpus table with ``usable``, ``reason``, ``frames``, ``seconds``, ``detection_rate`` and
        ``av_offset``; also written to ``clips.csv`` in the store. A clip that cannot be used is a row with
        its reason.

    See notebook 02_feature_extraction.
    """
    store = Path(store)
    store.mkdir(parents=True, exist_ok=True)
    code = digest(code_digests(__name__))
    tasks = [(row.path, store / f"{row.clip_id}.npz", code) for row in clips.itertuples()]
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


def clip_features(path: str | Path) -> dict[str, np.ndarray]:
    """Compute one recording's features.

    Returns
    -------
    dict
        ``log_mel`` (4T, 40), ``loudness`` (4T,), ``fft_2017`` (T, 65, 23), ``landmarks`` (T, 68, 2) pixels,
        ``motion`` (T, 68, 2) and ``neutral`` (68, 2) in inter-ocular distances, ``detected`` (T,), ``faces``
        (T', 128, 128, 3), ``face_frames`` (T',), ``face_landmarks`` (T', 68, 2) crop pixels, ``av_offset``.

    Raises
    ------
    StudyError
        If the clip cannot be used, with the reason.

    See notebook 02_feature_extraction.
    """
    audio = media.read_audio(path)
    speech.require_sound(audio, str(path))
    landmarks, detected = tracking.track(media.read_frames(path))
    _require_face(path, detected)
    pose_free = face.remove_pose(landmarks)
    neutral = face.neutral(pose_free)
    motion = face.smooth(pose_free) - neutral
    frames = len(landmarks)
    loudness = speech.loudness(audio, n_frames=frames)
    opening = face.mouth_measures(neutral + motion)["opening"]
    return {
        "log_mel": speech.log_mel(audio, n_frames=frames),
        "loudness": loudness,
        "fft_2017": speech.fft_2017(media.read_audio(path, rate=48_000), n_frames=frames),
        "landmarks": landmarks,
        "motion": motion,
        "neutral": neutral,
        "detected": detected,
        "av_offset": np.float32(av_offset(opening, loudness)),
        **_face_crops(path, landmarks, pose_free, detected),
    }


def av_offset(opening: np.ndarray, loudness: np.ndarray) -> int:
    """Estimate by how many frames the picture lags the sound (negative: leads it).

    The shift, at most ten frames, at which (T,) mouth opening follows the (4T,) loudness best.

    See notebook 02_feature_extraction.
    """
    level = np.maximum(loudness, loudness.max() - 50).reshape(-1, speech.COLUMNS_PER_FRAME).mean(axis=1)
    reach = min(_MAX_OFFSET, len(opening) // 4)
    scores = {}
    for lag in range(-reach, reach + 1):
        picture, sound = opening[max(0, lag) :], level[max(0, -lag) :]
        length = min(len(picture), len(sound))
        picture, sound = picture[:length], sound[:length]
        flat = min(picture.std(), sound.std()) < 1e-6
        scores[lag] = 0.0 if flat else float(np.corrcoef(picture, sound)[0, 1])
    return max(scores, key=lambda lag: (scores[lag], -abs(lag)))


def _store_clip(path: str, target: Path, code: str) -> dict:
    """Make one clip's file unless it is there, and answer with its row of the table."""
    note = target.with_suffix(".json")
    key = digest([code, file_digest(path)])
    known = read_json(note)
    if known.get("key") == key and (target.is_file() or not known["row"]["usable"]):
        return known["row"]
    try:
        arrays = clip_features(path)
    except StudyError as error:
        row = {"usable": False, "reason": str(error), "frames": 0, "seconds": 0.0}
        row |= {"detection_rate": 0.0, "av_offset": 0.0}
    else:
        with atomic_path(target) as temporary:
            np.savez(temporary, **arrays)
        frames = len(arrays["detected"])
        row = {"usable": True, "reason": "", "frames": frames, "seconds": frames / FRAME_RATE}
        row |= {"detection_rate": float(arrays["detected"].mean()), "av_offset": float(arrays["av_offset"])}
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
