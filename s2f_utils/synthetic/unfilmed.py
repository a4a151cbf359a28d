"""Utterances without pictures: the embedded corpus as features for the speech half, in seconds."""

from collections.abc import Callable, Iterable

import numpy as np
from scipy import signal

from s2f_utils import FRAME_RATE, SAMPLE_RATE, StudyError
from s2f_utils.faces import geometry
from s2f_utils.sound import prosody
from s2f_utils.synthetic import talking_heads, voice
from s2f_utils.workers import each

FIRST = 101  # the number of the first voice that nobody has seen; those before it have faces
STRANGERS = 901  # and of the first whom no training meets


def utterances(
    *,
    clips_per_speaker: int,
    speakers: Iterable[int] = range(1, 21),
    seed: int,
    without: str = "",
    wanted: Callable[[talking_heads.Clip], bool] | None = None,
    jobs: int = 2,
) -> list[dict]:
    """Speak and act, but paint nothing: features from sound and true landmarks.

    Parameters
    ----------
    clips_per_speaker, speakers, seed
        What is said, as in `make`.
    without
        An ingredient to leave out, one of ``INGREDIENTS``; empty for none.
    wanted
        Tells which clips of the plan to speak; by default all.
    jobs
        Processes that work at once.

    Returns
    -------
    list of dict
        ``log_mel`` (4T, 40), ``loudness``, ``pitch`` and ``voicing`` (4T,), ``motion`` (T, 68, 2),
        ``neutral`` (68, 2), ``clip_id``, ``speaker``, ``emotion``, ``intensity``, ``statement`` and
        ``repetition``, as in the feature store.
        Explained in notebook 04.
    """
    if without and without not in talking_heads.INGREDIENTS:
        raise StudyError(f"{without} cannot be left out; choose one of {talking_heads.INGREDIENTS}.")
    planned = talking_heads.plan(clips_per_speaker=clips_per_speaker, speakers=speakers, seed=seed)
    planned = list(filter(wanted, planned)) if wanted else planned
    label = f"without {without}" if without else "everything"
    return each(_features, [(clip, without) for clip in planned], label=label, unit="utterance", jobs=jobs)


def _features(clip: talking_heads.Clip, without: str) -> dict:
    sound, truth, _, _ = talking_heads.perform(clip, without=without)
    audio = signal.resample_poly(sound, 1, voice.RATE // SAMPLE_RATE).astype(np.float32)
    frames = len(audio) * FRAME_RATE // SAMPLE_RATE
    tracks = truth["landmarks"].reshape(-1, 136).T
    times = np.arange(frames) / FRAME_RATE
    landmarks = np.stack([np.interp(times, truth["times"], track) for track in tracks])
    pose_free = geometry.remove_pose(landmarks.T.reshape(frames, 68, 2))
    neutral = geometry.neutral(pose_free)
    return {
        **prosody.listen(audio, n_frames=frames),
        "motion": pose_free - neutral,
        "neutral": neutral,
        "clip_id": clip.stem,
        "speaker": f"{clip.speaker:02d}",
        **{name: getattr(clip, name) for name in ("emotion", "intensity", "statement", "repetition")},
    }
