"""The simplest predictors that the CNN + RNN is compared with, all of them fitted in closed form."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import Ridge

from s2f_utils.sound.prosody import VOICED
from s2f_utils.sound.speech import COLUMNS_PER_FRAME, in_context, speech_span, standardised

Clip = dict[str, np.ndarray]
_CONTEXT = range(-8, 9)  # columns of sound around a frame that ridge regression sees
_LAGS = range(-4, 5)  # frames by which the loudness may lead the jaw


class MeanMotion:
    """Answer every sound with the average face of the training speakers."""

    def fit(self, clips: Sequence[Clip]) -> "MeanMotion":
        """Average the displacement over all frames."""
        self.mean = np.concatenate([clip["motion"] for clip in clips]).mean(axis=0)
        return self

    def predict(self, clip: Clip) -> np.ndarray:
        """Return (T, 68, 2) displacement."""
        return np.repeat(self.mean[None], len(clip["motion"]), axis=0)


class StillFace(MeanMotion):
    """Answer every sound with the person's neutral face."""

    def fit(self, clips: Sequence[Clip]) -> "StillFace":
        """Learn nothing."""
        self.mean = np.zeros((68, 2), np.float32)
        return self


class SentenceMean(MeanMotion):
    """Answer with the training speakers' mean motion for the sentence: it knows the words, not the voice.

    A sentence that nobody in training said, or whose number is 0 (unknown), gets the mean face.
    """

    def fit(self, clips: Sequence[Clip]) -> "SentenceMean":
        """Average the takes of each sentence, all stretched to the longest one."""
        super().fit(clips)
        takes = defaultdict(list)
        for clip in clips:
            takes[clip["statement"]].append(clip)
        takes.pop(0, None)
        self._usual = {statement: _mean_take(same) for statement, same in takes.items()}
        return self

    def knows(self, clip: Clip) -> bool:
        """Answer whether somebody in training said this clip's sentence."""
        return clip["statement"] in self._usual

    def predict(self, clip: Clip) -> np.ndarray:
        """Return (T, 68, 2) displacement."""
        if self.knows(clip):
            return stretched(self._usual[clip["statement"]], clip)
        return super().predict(clip)


class Linear:
    """Ridge regression from some numbers about the sound around a frame to the displacement."""

    def __init__(self, describe, *, alpha: float):
        self._describe, self._ridge = describe, Ridge(alpha=alpha)

    def fit(self, clips: Sequence[Clip]) -> "Linear":
        """Solve the least-squares problem in closed form."""
        sound = np.concatenate([self._describe(clip) for clip in clips])
        self._mean, self._spread = sound.mean(axis=0), sound.std(axis=0) + 1e-6
        motion = np.concatenate([clip["motion"].reshape(-1, 136) for clip in clips])
        self._ridge.fit((sound - self._mean) / self._spread, motion)
        return self

    def predict(self, clip: Clip) -> np.ndarray:
        """Return (T, 68, 2) displacement."""
        sound = (self._describe(clip) - self._mean) / self._spread
        return self._ridge.predict(sound).reshape(-1, 68, 2).astype(np.float32)


def loudness(*, alpha: float = 10.0) -> Linear:
    """Make the predictor that only hears how loud it is, from 4 frames before to 4 frames after.

    See notebook 04_evaluation.
    """
    return Linear(_loudness_around, alpha=alpha)


def pitch(*, alpha: float = 10.0) -> Linear:
    """Make the predictor that only hears how high the voice is, from 4 frames before to 4 frames after.

    See notebook 05_expression.
    """
    return Linear(_pitch_around, alpha=alpha)


def ridge(*, alpha: float = 1000.0) -> Linear:
    """Make the predictor that reads 17 log-mel columns, normalised over the utterance, and is linear.

    See notebook 04_evaluation.
    """
    return Linear(_log_mel_around, alpha=alpha)


def stretched(take: Clip, clip: Clip) -> np.ndarray:
    """Stretch a take's motion in time so that its speech begins and ends when the clip's does.

    Linear from the first to the last audible frame and on at the same pace to both sides; the first and the
    last face are held. Returns (T, 68, 2) displacement for the T frames of ``clip``. See notebook
    04_evaluation.
    """
    start, end = speech_span(take["loudness"])
    first, last = speech_span(clip["loudness"])
    frames = np.arange(len(clip["loudness"]) // COLUMNS_PER_FRAME)
    when = start + (frames - first) * (end - start) / max(last - first, 1)
    when = np.clip(when, 0, len(take["motion"]) - 1)
    before = np.minimum(when.astype(int), max(len(take["motion"]) - 2, 0))
    share = (when - before)[:, None, None].astype(np.float32)
    after = np.minimum(before + 1, len(take["motion"]) - 1)
    return (1 - share) * take["motion"][before] + share * take["motion"][after]


def _mean_take(takes: Sequence[Clip]) -> Clip:
    longest = max(takes, key=lambda take: len(take["motion"]))
    motion = np.mean([stretched(take, longest) for take in takes], axis=0)
    return {"motion": motion, "loudness": longest["loudness"]}


def _loudness_around(clip: Clip) -> np.ndarray:
    level = np.maximum(clip["loudness"], clip["loudness"].max() - 50) - clip["loudness"].max()
    frames = level.reshape(-1, COLUMNS_PER_FRAME).mean(axis=1)
    return in_context(frames, _LAGS)


def _pitch_around(clip: Clip) -> np.ndarray:
    """Semitones above the clip's own middle where it is voiced, else none."""
    voiced = clip["voicing"] > VOICED
    middle = np.median(clip["pitch"][voiced]) if voiced.any() else 0.0
    raised = np.where(voiced, clip["pitch"] - middle, 0.0)
    return in_context(raised.reshape(-1, COLUMNS_PER_FRAME).mean(axis=1), _LAGS)


def _log_mel_around(clip: Clip) -> np.ndarray:
    around = in_context(standardised(clip["log_mel"]), _CONTEXT, every=COLUMNS_PER_FRAME)
    return around.reshape(len(around), -1)
