"""The landmark network of Eskimez and others (2018): four LSTM layers over differences of the spectrum."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from s2f_utils.models.training import Progress, jit, set_seed
from s2f_utils.models.utterances import Utterances
from s2f_utils.sound.speech import COLUMNS_PER_FRAME, DYNAMIC_RANGE, N_MELS

Clip = dict[str, np.ndarray]
NAME = "lstm_2018"
_PIECE = 75  # frames of a training utterance, as in 2018
_DROPOUT = 0.2  # share of the inputs of each layer dropped in training
_PAST = 3  # frames before the present one that are seen beside it


@keras.saving.register_keras_serializable("s2f_utils")
class Differences(keras.layers.Layer):
    """Leave of a log-mel spectrum only how it changes from frame to frame.

    (batch, 4T, bands) → (batch, T, 8·bands): one column for each video frame, its first and second
    differences without the spectrum itself, which would tell who speaks, and those of the three frames
    before. All of it one frame early: the network waits 40 ms before it answers.
    """

    def call(self, log_mel):
        """Return the differences."""
        quiet = ops.max(log_mel, axis=(1, 2), keepdims=True) - DYNAMIC_RANGE
        audible = ops.maximum(log_mel, quiet)
        count = ops.shape(audible)[1] // COLUMNS_PER_FRAME
        frames = ops.mean(ops.reshape(audible, (-1, count, COLUMNS_PER_FRAME, N_MELS)), axis=2)
        frames = ops.concatenate([frames[:, 1:], frames[:, -1:]], axis=1)
        first = frames - _earlier(frames, 1)
        both = ops.concatenate([first, first - _earlier(first, 1)], axis=-1)
        return ops.concatenate([both, *(_earlier(both, past) for past in range(1, _PAST + 1))], axis=-1)

    def compute_output_shape(self, shape):
        """Return one column for each video frame, eight numbers for each band."""
        batch, columns, bands = shape
        return batch, columns and columns // COLUMNS_PER_FRAME, 2 * (1 + _PAST) * bands


def build(*, units: int = 256) -> keras.Model:
    """Build the network.

    Parameters
    ----------
    units
        Width of the first three LSTM layers; the fourth has one unit for each coordinate.

    Returns
    -------
    keras.Model
        (batch, 4T, 40) raw log-mel → (batch, T, 136) displacement in inter-ocular distances.

    Notes
    -----
    Eskimez, Maddox, Xu and Duan (2018), "Generating talking face landmarks from speech". Theirs reads 64
    bands, squashes with sigmoids and answers with whole faces; ours reads the 40 bands of this study, and a
    linear layer turns the last LSTM into displacement, which has a sign. Their dropout from one moment to the
    next is left out, since it is slow. See notebook 03_cnn_rnn_training.
    """
    layers = keras.layers
    stack = [layers.LSTM(width, dropout=_DROPOUT, return_sequences=True) for width in (*[units] * 3, 136)]
    ends = keras.Input((None, N_MELS)), Differences(), layers.Dense(136)
    return keras.Sequential([*ends[:2], *stack, ends[2]], name=NAME)


def train(
    clips: Sequence[Clip], *, epochs: int, batch_size: int = 16, units: int = 256, seed: int = 2017
) -> tuple[keras.Model, dict[str, list[float]]]:
    """Train the network as in 2018: squared error, Adam 1e-3, utterances of three seconds, no validation.

    Takes features with ``log_mel`` and ``motion``, augments them as for the CNN + RNN, and returns the model
    and its history. See notebook 03_cnn_rnn_training.
    """
    set_seed(seed)
    model = build(units=units)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=_squared_error, jit_compile=jit())
    batches = Utterances(clips, _PIECE, batch_size=batch_size, seed=seed)
    bar = Progress(epochs, NAME)
    return model, model.fit(batches, epochs=epochs, callbacks=[bar], verbose=0).history


def _squared_error(y_true, y_pred):
    """Mean squared error over the frames that count: the last of the 137 target values says which."""
    counts = y_true[..., -1:]
    return ops.sum(ops.square(y_pred - y_true[..., :-1]) * counts) / (136 * ops.sum(counts) + 1e-6)


def _earlier(track, frames: int):
    """Shift (batch, T, n) by some frames into the past, repeating the first."""
    return ops.concatenate([*[track[:, :1]] * frames, track[:, :-frames]], axis=1)
