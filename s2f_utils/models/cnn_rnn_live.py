"""A causal CNN + RNN for live use: what a mouth can show while the sentence is still being spoken."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from s2f_utils.models import content, training
from s2f_utils.models.layers import Align, RunningNorm
from s2f_utils.models.utterances import lengthen, padded_length
from s2f_utils.sound.speech import COLUMNS_PER_FRAME, N_MELS

Clip = dict[str, np.ndarray]
NAME = "cnn_rnn_live"
_CHANNELS, _UNITS = 96, 128  # width of the convolutions and of the GRU
_LONGEST = 75  # frames of an utterance in training: what lies farther back tells it nothing


def build(mean: np.ndarray, basis: np.ndarray, *, delays: Sequence[int]) -> keras.Model:
    """Build a network that never looks further ahead than its delay.

    Parameters
    ----------
    mean, basis
        (136,) mean motion and (k, 136) scaled principal components; see `content.motion_basis`.
    delays
        Frames by which the answers may come later than the sound; one output head for each, all on the same
        recurrent layer.

    Returns
    -------
    keras.Model
        (batch, 4T, 40) raw log-mel → (batch, T, len(delays), 136) displacement in inter-ocular distances.

    See notebook 03_cnn_rnn_training.
    """
    layers = keras.layers
    log_mel = keras.Input((None, N_MELS), name="log_mel")
    x = layers.Reshape((-1, N_MELS + 1, 1))(RunningNorm(name="normalise")(log_mel))
    for filters, kernel, stride, edge in ((16, 5, 1, 2), (32, 3, 2, 1)):
        x = layers.ZeroPadding2D(((kernel - stride, 0), (edge, edge)))(x)  # all padding in the past
        x = layers.Conv2D(filters, kernel, strides=(stride, 2), activation="gelu")(x)
    x = layers.Reshape((-1, 11 * 32))(x)
    x = layers.Conv1D(_CHANNELS, 5, strides=2, activation="gelu")(layers.ZeroPadding1D((3, 0))(x))
    y = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.Conv1D(_CHANNELS, 3, padding="causal", activation="gelu")(y)])
    x = layers.Dropout(content.DROPOUT)(layers.LayerNormalization()(x))
    x = layers.Dropout(content.DROPOUT)(layers.GRU(_UNITS, return_sequences=True, name="recurrent")(x))
    x = layers.Dense(len(delays) * len(basis), kernel_initializer="zeros", name="components")(x)
    x = Align(delays, name="align")(layers.Reshape((-1, len(delays), len(basis)))(x))
    face_motion = layers.Dense(basis.shape[1], trainable=False, name="basis")
    model = keras.Model(log_mel, face_motion(x), name=NAME)
    face_motion.set_weights([basis, mean])
    return model


def train(
    clips: Sequence[Clip],
    validation: Sequence[Clip],
    *,
    delays: Sequence[int],
    epochs: int,
    seed: int = 2017,
    **schedule: float,
) -> keras.Model:
    """Train one causal network for all delays at once.

    Takes features as `cnn_rnn.train` does; ``schedule`` goes to `training.fit`. See notebook
    03_cnn_rnn_training.
    """
    training.set_seed(seed)
    model = build(*content.motion_basis(clips), delays=delays)
    loss = _for_each(content.motion_loss(clips), len(delays))
    schedule = {"longest": _LONGEST} | schedule
    training.fit(model, clips, validation, loss=loss, epochs=epochs, seed=seed, **schedule)
    return model


def predict(model: keras.Model, log_mels: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Predict whole utterances with every delay: (4T, 40) log-mel spectra → (T, heads, 68, 2) displacements.

    Frame t is what the network says ``delay`` frames later; the sound goes on at its end until it has said
    all. See notebook 03_cnn_rnn_training.
    """
    answers = []
    slack = max(model.get_layer("align").delays)
    for log_mel in log_mels:
        frames = len(log_mel) // COLUMNS_PER_FRAME
        batch = lengthen(log_mel, padded_length(frames + slack) * COLUMNS_PER_FRAME)[None]
        motion = model.predict(batch, verbose=0)[0, :frames]
        answers.append(motion.reshape(frames, -1, 68, 2))
    return answers


def with_delay(model: keras.Model, delay: int) -> keras.Model:
    """Keep only the head of one delay, for saving: answers are (batch, T, 1, 136).

    See notebook 03_cnn_rnn_training.
    """
    basis, mean = model.get_layer("basis").get_weights()
    head, size = model.get_layer("align").delays.index(delay), len(basis)
    single = build(mean, basis, delays=[delay])
    for own, shared in zip(single.layers, model.layers, strict=True):
        weights = shared.get_weights()
        if own.name == "components":
            weights = [weight[..., head * size : (head + 1) * size] for weight in weights]
        own.set_weights(weights)
    return single


def _for_each(loss: Callable, heads: int) -> Callable:
    """Average a loss of (batch, T, 136) answers over the heads of (batch, T, heads, 136), all at once."""

    def average(y_true, y_pred):
        answers = ops.concatenate([y_pred[:, :, head] for head in range(heads)], axis=0)
        return loss(ops.concatenate([y_true] * heads, axis=0), answers)

    return average
