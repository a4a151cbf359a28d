"""The speech network of 2017: what it heard, how it was built, and what it answered with."""

import keras
import numpy as np
from keras import ops

from s2f_utils.faces import geometry
from s2f_utils.sound.speech import COLUMNS_PER_FRAME, in_context, standardised

Clip = dict[str, np.ndarray]
COLUMNS = 23  # columns of sound that the network sees at a time
_OFFSET = 128.0  # what the misread constant of −1 adds to the first bin of 128 samples
# Convolutions (filters, kernel, strides) and max-pools (frequency, time), in order.
_LAYERS = (
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


@keras.saving.register_keras_serializable("s2f_utils")
class EachFrame(keras.layers.Wrapper):
    """Show a network every frame of every utterance: (batch, T, ...) → (batch, T, features).

    Like Keras' ``TimeDistributed``, but all frames at once instead of one after the other.
    """

    def call(self, x):
        """Return what the wrapped network answers to each frame."""
        answers = self.layer(ops.reshape(x, (-1, *x.shape[2:])))
        return ops.reshape(answers, (-1, ops.shape(x)[1], answers.shape[-1]))


def build(
    bins: int = 128, *, output: str = "sigmoid", recurrent: bool = False, name: str = "net_2017"
) -> keras.Model:
    """Build the network, layer by layer.

    Parameters
    ----------
    bins
        Rows of the spectra: 128 in 2017.
    output
        What squashes the 136 answers: a sigmoid in 2017.
    recurrent
        Run a GRU over the frames of an utterance, after the first dense layer. The report of 2017 draws it;
        its code created one, never called it, and looked at every frame alone.
    name
        Name of the model, and of its file.

    Returns
    -------
    keras.Model
        (batch, bins, 23) → (batch, 136); if recurrent, (batch, T, bins, 23) → (batch, T, 136).

    See notebook 03_cnn_rnn_training.
    """
    layers = keras.layers
    look = [layers.Reshape((bins, COLUMNS, 1))]
    for step in _LAYERS:
        if len(step) == 2:
            look.append(layers.MaxPooling2D(step, padding="same"))
        else:
            filters, kernel, strides = step
            look.append(layers.Conv2D(filters, kernel, strides, padding="same", activation="relu"))
    look += [layers.Flatten(), layers.Dense(136, activation="tanh")]
    answer = [layers.Dense(136, activation="tanh"), layers.Dense(136, activation=output)]
    one = keras.Input((bins, COLUMNS))
    if not recurrent:
        return keras.Sequential([one, *look, *answer], name=name)
    frame = keras.Sequential([one, *look], name="frame")
    over_time = [EachFrame(frame), layers.GRU(136, return_sequences=True)]
    return keras.Sequential([keras.Input((None, bins, COLUMNS)), *over_time, *answer], name=name)


def raw_spectrum(clip: Clip) -> np.ndarray:
    """Hear 61 ms as in 2017: magnitudes and their mirror image, the first bin full of the scaling mistake.

    Returns (T, 128, 23) float32. See notebook 03_cnn_rnn_training.
    """
    return _mirrored(clip["fft_2017"].astype(np.float32))


def mended_spectrum(clip: Clip) -> np.ndarray:
    """Hear the same 61 ms without the offset, as a logarithm, every bin standardised over the utterance.

    Returns (T, 128, 23) float32. See notebook 03_cnn_rnn_training.
    """
    half = clip["fft_2017"].astype(np.float32)
    half[:, 0] = np.abs(half[:, 0] - _OFFSET)
    return _mirrored(standardised(2 * np.log(half + 1e-4), axis=(0, 2)))


def half_second(clip: Clip) -> np.ndarray:
    """Hear half a second around a frame: 23 log-mel columns, 20 ms apart, standardised over the utterance.

    Returns (T, 40, 23) float32. See notebook 03_cnn_rnn_training.
    """
    around = range(1 - COLUMNS, COLUMNS, 2)
    return in_context(standardised(clip["log_mel"]), around, every=COLUMNS_PER_FRAME).transpose(0, 2, 1)


def mean_boxed(clips: list[Clip]) -> np.ndarray:
    """Average all faces of some clips, each frame in its own bounding box: (68, 2)."""
    return geometry.boxed(np.concatenate([clip["landmarks"] for clip in clips])).mean(axis=0)


def unboxed(boxed: np.ndarray, mean: np.ndarray, neutral: np.ndarray) -> np.ndarray:
    """Turn (T, 68, 2) faces in unit boxes into displacement in inter-ocular distances.

    What they differ from the average boxed face (68, 2) is stretched to the box of the person's neutral face.
    See notebook 04_evaluation.
    """
    return (boxed - mean) * np.ptp(neutral, axis=0)


def _mirrored(half: np.ndarray) -> np.ndarray:
    """Complete (T, 65, 23) lower halves of spectra by their mirror images."""
    return np.concatenate([half, half[:, 63:0:-1]], axis=1)
