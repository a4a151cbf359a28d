"""What the CNN + RNN is compared with: simple predictors, and the speech network of 2017."""

from collections.abc import Sequence

import keras
import numpy as np
from sklearn.linear_model import Ridge

from s2f_utils import face
from s2f_utils.speech import COLUMNS_PER_FRAME
from s2f_utils.training import Progress, jit, set_seed

Clip = dict[str, np.ndarray]
_CONTEXT = 8  # columns of sound before and after a frame that ridge regression sees
_LAGS = range(-4, 5)  # frames by which the loudness may lead the jaw
# Convolutions (filters, kernel, strides) and max-pools (frequency, time) of the 2017 network, in order.
_LAYERS_2017 = (
    (32, (3, 1), (2, 1)),
    (2, 1),
    (32, (3, 1), (2, 1)),
    (2, 1),
    (64, (2, 1), (2, 1)),
    (64, (3, 1), (2, 1)),
    (128, (3, 1), (2, 1)),
    (1, 2),
    (128, (1, 3), (1, 2)),
    (136, (1, 3), (1, 2)),
    (136, (1, 4), (1, 4)),
)


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


def build_2017(*, gru: bool = True) -> keras.Model:
    """Build the speech network of 2017, layer by layer.

    Parameters
    ----------
    gru
        Connect the recurrent layer, as the report's table says; the code of the time created it and never
        used it. It sees one window at a time, so it remembers nothing either way.

    Returns
    -------
    keras.Model
        (batch, 128, 23, 1) magnitudes → (batch, 136), each frame's points in its own bounding box.

    See notebook 03_cnn_rnn_training.
    """
    layers = keras.layers
    model = keras.Sequential([keras.Input((128, 23, 1))], name="net_2017")
    for step in _LAYERS_2017:
        if len(step) == 2:
            model.add(layers.MaxPooling2D(step, padding="same"))
        else:
            filters, kernel, strides = step
            model.add(layers.Conv2D(filters, kernel, strides, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(136, activation="tanh"))
    if gru:
        model.add(layers.Reshape((1, 136)))
        model.add(layers.GRU(136))
    model.add(layers.Dense(136, activation="tanh"))
    model.add(layers.Dense(136, activation="sigmoid"))
    return model


def train_2017(
    clips: Sequence[Clip], *, epochs: int, gru: bool = True, seed: int = 2017
) -> tuple[keras.Model, dict[str, list[float]]]:
    """Train the network of 2017 as it was: squared error, Adam 1e-3, batches of 300, never shuffled.

    Takes features with ``fft_2017`` and ``landmarks``; returns the model and its history. See notebook
    03_cnn_rnn_training.
    """
    set_seed(seed)
    model = build_2017(gru=gru)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse", jit_compile=jit())
    spectra = np.concatenate([_whole_spectrum(clip) for clip in clips])
    boxed = np.concatenate([face.boxed(clip["landmarks"]).reshape(-1, 136) for clip in clips])
    bar = Progress(epochs, "net_2017")
    history = model.fit(
        spectra, boxed, batch_size=300, epochs=epochs, shuffle=False, callbacks=[bar], verbose=0
    ).history
    return model, history


def predict_2017(model: keras.Model, clip: Clip, mean_boxed: np.ndarray) -> np.ndarray:
    """Turn the 2017 network's answer into displacement.

    Its faces live in a unit box; what they differ from the average boxed face (68, 2) of the training
    speakers is stretched to the box of the person's neutral face. Returns (T, 68, 2) inter-ocular distances.

    See notebook 04_evaluation.
    """
    boxed = model.predict(_whole_spectrum(clip), batch_size=300, verbose=0).reshape(-1, 68, 2)
    return (boxed - mean_boxed) * np.ptp(clip["neutral"], axis=0)


def _whole_spectrum(clip: Clip) -> np.ndarray:
    """Mirror the stored half spectra: (T, 128, 23, 1) float32."""
    half = clip["fft_2017"].astype(np.float32)
    return np.concatenate([half, half[:, 63:0:-1]], axis=1)[..., None]


def _loudness_around(clip: Clip) -> np.ndarray:
    level = np.maximum(clip["loudness"], clip["loudness"].max() - 50) - clip["loudness"].max()
    frames = level.reshape(-1, COLUMNS_PER_FRAME).mean(axis=1)
    wide = np.pad(frames, len(_LAGS) // 2, mode="edge")
    return np.stack([wide[lag : lag + len(frames)] for lag in range(len(_LAGS))], axis=1)


def _log_mel_around(clip: Clip) -> np.ndarray:
    log_mel = clip["log_mel"]
    log_mel = np.maximum(log_mel, log_mel.max() - 11.5)
    log_mel = (log_mel - log_mel.mean(axis=0)) / (log_mel.std(axis=0) + 0.5)
    wide = np.pad(log_mel, ((_CONTEXT, _CONTEXT), (0, 0)), mode="edge")
    columns = np.arange(0, len(log_mel), COLUMNS_PER_FRAME)[:, None] + np.arange(2 * _CONTEXT + 1)
    return wide[columns].reshape(len(columns), -1)
