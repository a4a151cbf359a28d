"""A face at rest: what a smile or a word does to somebody's face in one picture, taken out again."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from s2f_utils import FRAME_RATE, StudyError, files
from s2f_utils.faces import geometry

NAME = "rest.npz"
_PER_CLIP = 12  # faces of a clip that are learned from
_TREMBLE = 0.004  # inter-ocular distances by which a tracker misses a point
_STRENGTH = 0.3  # of the ridge
_UPPER, _LOWER = geometry.INNER_LIPS
_TRUSTED = 0.3  # share that even the shortest recording's own face at rest has beside what is estimated
_SHOWN = 3.0  # seconds in which somebody shows it by themselves


@threadpool_limits.wrap(limits=1)  # sums depend on the number of threads
def learn(clips: Sequence[Mapping[str, np.ndarray]], *, seed: int = 2017) -> np.ndarray:
    """Learn from people whose face at rest is known what moves a face from there: a ridge regression.

    Parameters
    ----------
    clips
        ``neutral`` (68, 2) and ``motion`` (T, 68, 2) of each, inter-ocular distances.
    seed
        Of the faces that are drawn from each clip, and of the tracker's errors that are added to them.

    Returns
    -------
    (137, 136) float32 array: displacement from rest is the pose-free face, and 1, times this.

    Notes
    -----
    Hoerl and Kennard (1970), "Ridge regression". See notebook 03_cnn_rnn_training.
    """
    random = np.random.default_rng(seed)
    faces, motions = [], []
    for clip in clips:
        chosen = random.choice(len(clip["motion"]), min(_PER_CLIP, len(clip["motion"])), replace=False)
        motions.append(clip["motion"][chosen])
        faces.append(clip["neutral"] + clip["motion"][chosen])
    seen, moved = np.concatenate(faces), np.concatenate(motions)
    flip = np.array([-1, 1])
    seen, moved = (np.concatenate([one, one[:, geometry.MIRROR] * flip]) for one in (seen, moved))
    seen = seen + random.normal(0, _TREMBLE, seen.shape)
    ridge = Ridge(alpha=_STRENGTH).fit(seen.reshape(-1, 136), moved.reshape(-1, 136))
    return np.concatenate([ridge.coef_.T, ridge.intercept_[None]]).astype(np.float32)


def at_rest(faces: np.ndarray, learned: np.ndarray) -> np.ndarray:
    """Take out of (…, 68, 2) pose-free faces what moved them; lips then meet and do not cross.

    See notebook 07_speech_to_face.
    """
    flat = faces.reshape(-1, 136)
    still = (flat - (flat @ learned[:-1] + learned[-1])).reshape(-1, 68, 2)
    upper, lower = still[:, _UPPER, 1], still[:, _LOWER, 1]
    middle = (upper + lower) / 2
    still[:, _UPPER, 1], still[:, _LOWER, 1] = np.minimum(upper, middle), np.maximum(lower, middle)
    return still.reshape(faces.shape).astype(np.float32)


def second_opinion(clip: Mapping[str, np.ndarray], learned: np.ndarray) -> dict[str, np.ndarray]:
    """Let what was learned have a say in the face at rest of a recording too short to show it.

    The lips of half a sentence may never close. Below three seconds, the less there is to see, the more the
    median of what `at_rest` makes of each frame counts, up to 0.7; the shares were chosen on pieces of the
    embedded validation people's clips.

    Parameters
    ----------
    clip
        Features; ``neutral`` (68, 2) and ``motion`` (T, 68, 2) are read, in inter-ocular distances.
    learned
        What `learn` has found.

    Returns the clip, with another ``neutral`` and ``motion`` where it is short. See notebook 04_evaluation.
    """
    own = min(1.0, _TRUSTED + (1 - _TRUSTED) * len(clip["motion"]) / (_SHOWN * FRAME_RATE))
    if own == 1:
        return dict(clip)
    faces = clip["neutral"] + clip["motion"]
    estimated = np.median(at_rest(faces, learned), axis=0)
    neutral = (own * clip["neutral"] + (1 - own) * estimated).astype(np.float32)
    return {**clip, "neutral": neutral, "motion": faces - neutral}


def opening_error(clips: Sequence[Mapping[str, np.ndarray]], learned: np.ndarray | None = None) -> float:
    """How far the opening at rest, estimated from each single frame, lies from the clip's own on average.

    Takes clips with ``neutral``, ``motion`` and ``speaker``; without ``learned`` each frame counts as it is.
    Returns inter-ocular distances, people counted once. See notebook 07_speech_to_face.
    """
    errors: dict[str, list[float]] = {}
    for clip in clips:
        faces = clip["neutral"] + clip["motion"]
        still = faces if learned is None else at_rest(faces, learned)
        error = np.abs(geometry.opening(still) - geometry.opening(clip["neutral"])).mean()
        errors.setdefault(str(clip["speaker"]), []).append(float(error))
    return float(np.mean([np.mean(own) for own in errors.values()]))


def save(learned: np.ndarray, folder: str | Path) -> None:
    """Write what `learn` has found into a folder of models."""
    with files.atomic_path(Path(folder) / NAME) as temporary:
        np.savez(temporary, displacement=learned)


def load(folder: str | Path) -> np.ndarray:
    """Read it back; raises ``StudyError`` where nothing was learned. See notebook 07_speech_to_face."""
    path = Path(folder) / NAME
    if not path.is_file():
        raise StudyError(f"{path}: it is not known yet how faces move from rest; run `make report` first.")
    with np.load(path, allow_pickle=False) as arrays:
        return arrays["displacement"]
