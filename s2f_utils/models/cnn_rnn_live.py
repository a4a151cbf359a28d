"""A causal CNN + RNN for live use: what a face can show while the sentence is still being spoken.

Its two streams are those of `cnn_rnn`. What is said is heard by causal layers; how it is said, in what the
voice has said so far, which is believed the more the longer it has spoken.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from s2f_utils.models import cnn_rnn, content, manner, training
from s2f_utils.models.layers import Align, Expression, RunningNorm, Throughout
from s2f_utils.sound.speech import N_MELS

Clip = dict[str, np.ndarray]
NAME = "cnn_rnn_live"
_CHANNELS, _UNITS = 96, 128  # width of the convolutions and of the GRU


def build(mean: np.ndarray, basis: np.ndarray, *, delays: Sequence[int]) -> keras.Model:
    """Build the stream of what is said so that it never looks further ahead than its delay.

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
        (batch, 4T, 40) raw log-mel and (batch, T, 9) `manner` → (batch, T, len(delays), 136) displacement in
        inter-ocular distances.

    See notebook 03_cnn_rnn_training.
    """
    layers = keras.layers
    log_mel = keras.Input((None, N_MELS), name="log_mel")
    how = keras.Input((None, manner.SIZE), name="manner")
    x = layers.Reshape((-1, N_MELS + 1, 1))(RunningNorm(name="normalise")(log_mel))
    for filters, kernel, stride, edge in ((16, 5, 1, 2), (32, 3, 2, 1)):
        x = layers.ZeroPadding2D(((kernel - stride, 0), (edge, edge)))(x)  # all padding in the past
        x = layers.Conv2D(filters, kernel, strides=(stride, 2), activation="silu")(x)
    x = layers.Reshape((-1, 11 * 32))(x)
    x = layers.Conv1D(_CHANNELS, 5, strides=2, activation="silu")(layers.ZeroPadding1D((3, 0))(x))
    y = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.Conv1D(_CHANNELS, 3, padding="causal", activation="silu")(y)])
    x = layers.Dropout(content.DROPOUT)(layers.LayerNormalization()(x))
    x = layers.Dropout(content.DROPOUT)(layers.GRU(_UNITS, return_sequences=True, name="recurrent")(x))
    said = layers.Dense(len(delays) * len(basis), kernel_initializer="zeros", name="components")(x)
    face_motion = layers.Dense(basis.shape[1], trainable=False, name="basis")
    said = face_motion(layers.Reshape((-1, len(delays), len(basis)))(said))
    moment, every = (layers.Reshape((-1, 1, one.shape[-1]))(one) for one in (x, how))  # for all heads
    moved = Align(delays, name="align")(Expression(name="expression")([said, moment, every]))
    model = keras.Model([log_mel, how], moved, name="content")
    face_motion.set_weights([basis, mean])
    return model


def with_manner(said: keras.Model, maps: np.ndarray) -> keras.Model:
    """Join what is said with what is heard of the manner so far, which ``manner.fit`` has learned.

    Returns
    -------
    keras.Model
        As `cnn_rnn.with_manner`, but ``summary`` is (batch, T, 22), ``prosody.running`` at each frame, and
        answers are (batch, T, heads, 136).

    See notebook 03_cnn_rnn_training.
    """
    log_mel, *voice = cnn_rnn.voice_inputs(so_far=True)
    summary, *always = voice
    always = [Throughout(name=f"{one.name}_throughout")([one, log_mel]) for one in always]
    heard = manner.Manner(name="manner")
    model = keras.Model([log_mel, *voice], said([log_mel, heard([summary, *always])]), name=NAME)
    heard.maps.assign(maps)
    return model


def train(
    clips: Sequence[Clip],
    validation: Sequence[Clip],
    *,
    whole: keras.Model,
    delays: Sequence[int],
    voices: Sequence[Clip] = (),
    epochs: int,
    seed: int = 2017,
    **schedule: float,
) -> keras.Model:
    """Train one causal network for all delays at once.

    Takes features as `cnn_rnn.train` does, and the ``whole`` network that it trained, whose faces of emotions
    it shows; ``schedule`` goes to `training.fit`. It guesses no efforts. See notebook 03_cnn_rnn_training.
    """
    training.set_seed(seed)
    said = build(*content.motion_basis(clips), delays=delays)
    faces = whole.get_layer("content").get_layer("expression").faces
    said.get_layer("expression").faces.assign(np.array(faces))  # a copy: JAX gives buffers away in training
    loss = _for_each(content.motion_loss(clips), len(delays))
    schedule = {"longest": content.LONGEST, "epochs": epochs, "seed": seed} | schedule
    training.fit(said, clips, validation, loss=loss, **schedule)
    bare = keras.Model(said.inputs, said.outputs, name=said.name)  # without its loss
    told = [*clips, *cnn_rnn.apart(voices)]
    return with_manner(bare, manner.fit(told, [np.nan] * len(told), so_far=True, seed=seed))


def predict(model: keras.Model, clips: Sequence[Clip]) -> list[np.ndarray]:
    """Predict whole utterances with every delay: what `cnn_rnn.predict` takes → (T, heads, 68, 2).

    Frame t is what the network says ``delay`` frames later; the sound goes on at its end until it has said
    all. See notebook 03_cnn_rnn_training.
    """
    return [motion.reshape(len(motion), -1, 68, 2) for motion in cnn_rnn.predict(model, clips)]


def with_delay(model: keras.Model, delay: int) -> keras.Model:
    """Keep only the head of one delay, for saving: answers are (batch, T, 1, 136).

    See notebook 03_cnn_rnn_training.
    """
    said = model.get_layer("content")
    basis, mean = said.get_layer("basis").get_weights()
    head, size = said.get_layer("align").delays.index(delay), len(basis)
    single = build(mean, basis, delays=[delay])
    for own, shared in zip(single.layers, said.layers, strict=True):
        weights = shared.get_weights()
        if own.name == "components":
            weights = [weight[..., head * size : (head + 1) * size] for weight in weights]
        own.set_weights(weights)
    return with_manner(single, np.array(model.get_layer("manner").maps))


def _for_each(loss: Callable, heads: int) -> Callable:
    """Average a loss of (batch, T, 136) answers over the heads of (batch, T, heads, 136), all at once."""

    def average(y_true, y_pred):
        answers = ops.concatenate([y_pred[:, :, head] for head in range(heads)], axis=0)
        return loss(ops.concatenate([y_true] * heads, axis=0), answers)

    return average
