"""The simplest predictors that the CNN + RNN is compared with, all of them fitted in closed form."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import Ridge

from s2f_utils.sound.speech import COLUMNS_PER_FRAME, DYNAMIC_RANGE

Clip = dict[str, np.ndarray]
_CONTEXT = 8  # columns of sound before and after a frame that ridge regression sees
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


def ridge(*, alpha: float = 1000.0) -> Linear:
    """Make the predictor that reads 17 log-mel columns, normalised over the utterance, and is linear.

    See notebook 04_evaluation.
    """
    return Linear(_log_mel_around, alpha=alpha)


def _loudness_around(clip: Clip) -> np.ndarray:
    level = np.maximum(clip["loudness"], clip["loudness"].max() - 50) - clip["loudness"].max()
    frames = level.reshape(-1, COLUMNS_PER_FRAME).mean(axis=1)
    wide = np.pad(frames, len(_LAGS) // 2, mode="edge")
    return np.stack([wide[lag : lag + len(frames)] for lag in range(len(_LAGS))], axis=1)


def _log_mel_around(clip: Clip) -> np.ndarray:
    log_mel = clip["log_mel"]
    log_mel = np.maximum(log_mel, log_mel.max() - DYNAMIC_RANGE)
    log_mel = (log_mel - log_mel.mean(axis=0)) / (log_mel.std(axis=0) + 0.5)
    wide = np.pad(log_mel, ((_CONTEXT, _CONTEXT), (0, 0)), mode="edge")
    columns = np.arange(0, len(log_mel), COLUMNS_PER_FRAME)[:, None] + np.arange(2 * _CONTEXT + 1)
    return wide[columns].reshape(len(columns), -1)
