"""Does the picture keep time with the sound? Asked of a linear reader that was taught on clips in sync."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from s2f_utils import StudyError
from s2f_utils.faces import geometry
from s2f_utils.judging import motion_metrics
from s2f_utils.sound import speech
from s2f_utils.synthetic import unfilmed

Clip = dict[str, np.ndarray]
_REACH = 10  # frames within which sound and picture are compared
_CONTEXT = range(-6, 7, 2)  # frames before and after that the reader hears
_UTTERANCES, _RIDGE = 6, 450.0  # of each speaker, and what holds the reader's weights small


def learn(*, speakers: Sequence[int] = range(1, 17), seed: int = 2017, jobs: int = 2) -> np.ndarray:
    """Teach a linear reader of mouth opening on embedded voices, whose sound and lips are in sync.

    Six utterances of each of some embedded speakers; returns its weights. See notebook
    02_feature_extraction.
    """
    clips = unfilmed.utterances(clips_per_speaker=_UTTERANCES, speakers=speakers, seed=seed, jobs=jobs)
    heard = np.concatenate([_hear(clip["log_mel"]) for clip in clips])
    seen = [_opening(clip) for clip in clips]
    seen = np.concatenate([opening - opening.mean() for opening in seen])
    return np.linalg.solve(heard.T @ heard + _RIDGE * np.eye(heard.shape[1]), heard.T @ seen)


def offset(clip: Clip, reader: np.ndarray, *, planted: int = 0) -> int:
    """Estimate by how many frames the picture of a clip lags its sound (negative: leads it).

    Parameters
    ----------
    clip
        Features with ``log_mel`` (4T, 40), ``motion`` (T, 68, 2) and ``neutral`` (68, 2).
    reader
        From ``learn``.
    planted
        Frames by which the picture is made to lag before, to see whether that is found again.

    Returns
    -------
    int
        The shift, at most ten frames, at which the opening of the mouth and its velocity correlate best with
        those that the reader hears.

    See notebook 02_feature_extraction.
    """
    return _lag(_opening(clip), _hear(clip["log_mel"]) @ reader, planted)


def recovered(clips: Sequence[Clip], reader: np.ndarray, *, shifts: Sequence[int]) -> float:
    """Share of planted shifts that are found again within one frame, over all clips and shifts.

    See notebook 02_feature_extraction.
    """
    tracks = [(_opening(clip), _hear(clip["log_mel"]) @ reader) for clip in clips]
    found = [abs(_lag(*track, shift) - shift) <= 1 for track in tracks for shift in shifts]
    return float(np.mean(found))


def offsets(clips: Sequence[Clip], reader: np.ndarray) -> pd.DataFrame:
    """List each clip's offset, ``clip_offset``, and the median of its speaker's, ``speaker_offset``.

    See notebook 02_feature_extraction.
    """
    table = pd.DataFrame({name: [clip[name] for clip in clips] for name in ("clip_id", "speaker")})
    table["clip_offset"] = [offset(clip, reader) for clip in clips]
    by_speaker = table.groupby("speaker")["clip_offset"].transform("median")
    return table.assign(speaker_offset=by_speaker.round().astype(int))


def moves(table: pd.DataFrame, by: str) -> dict[str, int]:
    """Say by how many frames each clip's sound is to come later: its own offset, its speaker's, or nothing.

    Takes the table of ``offsets``, and ``clip``, ``speaker`` or an empty text. See notebook
    02_feature_extraction.
    """
    if by not in ("", "clip", "speaker"):
        raise StudyError(f"SYNC={by}: choose clip or speaker, or leave it empty.")
    return dict(zip(table["clip_id"], table[f"{by}_offset"].tolist(), strict=True)) if by else {}


def _opening(clip: Clip) -> np.ndarray:
    return geometry.opening(clip["neutral"] + clip["motion"])


def _hear(log_mel: np.ndarray) -> np.ndarray:
    """Bring a spectrum to 25 frames a second, every band to mean 0, and lay its context beside each frame."""
    frames = log_mel.reshape(-1, speech.COLUMNS_PER_FRAME, speech.N_MELS).mean(axis=1)
    return speech.in_context(speech.standardised(frames), _CONTEXT).reshape(len(frames), -1)


def _lag(seen: np.ndarray, heard: np.ndarray, planted: int) -> int:
    """Frames by which the (T,) track of the seen mouth comes later than that of the heard one."""
    length = len(seen) - abs(planted)
    seen, heard = seen[max(0, -planted) :][:length], heard[max(0, planted) :][:length]
    reach = min(_REACH, length // 4)
    # Slow movements match at many lags, quick ones at another syllable's: both at once, at the right one.
    openings = motion_metrics.lagged(seen, heard, reach=reach)
    velocities = motion_metrics.lagged(np.diff(seen), np.diff(heard), reach=reach)
    return motion_metrics.best_lag(openings + velocities)
