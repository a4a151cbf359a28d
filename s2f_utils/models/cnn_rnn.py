"""The CNN + RNN of the study: log-mel of a whole utterance in, the displacement of 68 landmarks out."""

from collections.abc import Callable, Sequence
from functools import partial

import keras
import numpy as np

from s2f_utils.faces import geometry
from s2f_utils.models.layers import Upsample, UtteranceNorm
from s2f_utils.models.motion_loss import motion_loss
from s2f_utils.models.training import Progress, jit, set_seed
from s2f_utils.models.utterances import Utterances, lengthen, padded_length
from s2f_utils.sound.speech import COLUMNS_PER_FRAME, N_MELS

Clip = dict[str, np.ndarray]
DROPOUT = 0.2  # share of activations dropped before the output, in training
_MOST = 24  # components of facial motion
_AFTER = 50  # frames of quiet that follow an utterance, as they do in training


def build(mean: np.ndarray, basis: np.ndarray, *, channels: int = 96, units: int = 96) -> keras.Model:
    """Build the network around a fixed basis of facial motion.

    Parameters
    ----------
    mean, basis
        (136,) mean motion and (k, 136) scaled principal components; see ``motion_basis``.
    channels, units
        Width of the convolutions, and of the GRU in each direction.

    Returns
    -------
    keras.Model
        (batch, 4T, 40) raw log-mel → (batch, T, 136) displacement in inter-ocular distances.

    See notebook 03_cnn_rnn_training.
    """
    layers = keras.layers
    kinds = layers.Conv2D, layers.Conv1D
    conv2d, conv1d = (partial(kind, padding="same", activation="gelu") for kind in kinds)
    log_mel = keras.Input((None, N_MELS), name="log_mel")
    spectrum = UtteranceNorm(name="normalise")(log_mel)
    # Frequency and time together, so that a voice with shifted formants looks like the same vowel.
    x = layers.Reshape((-1, N_MELS + 1, 1))(spectrum)
    x = conv2d(16, (5, 5), strides=(1, 2), name="bands_1")(x)
    x = conv2d(32, (3, 3), strides=(2, 2), name="bands_2")(x)
    x = layers.Reshape((-1, 11 * 32))(x)
    # Time: 100 columns a second become 25 frames a second.
    x = conv1d(channels, 5, strides=2, name="frames")(x)
    for dilation in (1, 2):
        y = layers.LayerNormalization()(x)
        y = conv1d(channels, 3, dilation_rate=dilation, name=f"context_{dilation}")(y)
        x = layers.Add()([x, y])
    x = layers.Dropout(DROPOUT)(layers.LayerNormalization()(x))
    # What comes and what came is remembered in steps of 80 ms; the moment itself goes past the memory.
    y = conv1d(channels, 4, strides=2, name="steps")(x)
    y = layers.Bidirectional(layers.GRU(units, return_sequences=True), name="recurrent")(y)
    x = layers.Concatenate()([x, Upsample(name="refine")([y, x])])
    x = layers.Dropout(DROPOUT)(conv1d(channels, 3, name="moment")(x))
    x = layers.Dense(len(basis), kernel_initializer="zeros", name="components")(x)
    face_motion = layers.Dense(basis.shape[1], trainable=False, name="basis")
    model = keras.Model(log_mel, face_motion(x), name="cnn_rnn")
    face_motion.set_weights([basis, mean])
    return model


def motion_basis(clips: Sequence[Clip], *, energy: float = 0.99) -> tuple[np.ndarray, np.ndarray]:
    """Find the principal components of facial motion, each scaled by its standard deviation.

    Parameters
    ----------
    clips
        Features of the training speakers; ``motion`` (T, 68, 2) is read.
    energy
        Share of the variance that the components must hold.

    Returns
    -------
    mean : (136,) float32 array
    basis : (k, 136) float32 array

    See notebook 03_cnn_rnn_training.
    """
    motion = np.concatenate([clip["motion"].reshape(-1, 136) for clip in clips]).astype(np.float64)
    mean = motion.mean(axis=0)
    variances, directions = np.linalg.eigh(np.cov(motion - mean, rowvar=False))
    variances, directions = np.maximum(variances[::-1], 0), directions.T[::-1]
    count = min(_MOST, int(np.searchsorted(variances.cumsum() / variances.sum(), energy)) + 1)
    basis = directions[:count] * np.sqrt(variances[:count, None])
    return mean.astype(np.float32), basis.astype(np.float32)


def train(
    clips: Sequence[Clip],
    validation: Sequence[Clip],
    *,
    seed: int = 2017,
    channels: int = 96,
    units: int = 96,
    **schedule: float,
) -> tuple[keras.Model, dict[str, list[float]], float]:
    """Train the network, stop by the validation clips, and calibrate its gain on them.

    Parameters
    ----------
    clips, validation
        Features of the training and validation clips; ``log_mel`` and ``motion`` are read.
    seed
        Seed of weights, order and augmentation.
    channels, units
        Passed on to `build`.
    **schedule
        Passed on to `fit`: ``epochs`` at least.

    Returns
    -------
    model, history, gain
        The gain is part of the model already; dividing its predictions by it takes it out.

    See notebook 03_cnn_rnn_training.
    """
    set_seed(seed)
    model = build(*motion_basis(clips), channels=channels, units=units)
    history = fit(model, clips, validation, loss=motion_loss(clips), seed=seed, **schedule)
    gain = calibrate(model, validation)
    return model, history, gain


def fit(
    model: keras.Model,
    clips: Sequence[Clip],
    validation: Sequence[Clip],
    *,
    loss: Callable,
    epochs: int,
    batch_size: int = 16,
    learning_rate: float = 5e-3,
    longest: int = 100,
    patience: int = 12,
    seed: int = 2017,
) -> dict[str, list[float]]:
    """Fit a network to augmented utterances, and keep the weights that are best on the validation clips.

    Parameters
    ----------
    model
        Takes (batch, 4T, 40) log-mel spectra; its weights are changed.
    clips, validation
        Features of the training and validation clips.
    loss
        Takes the targets of `utterances.Utterances` and the model's answers.
    epochs, batch_size, learning_rate, patience
        The schedule: AdamW with a cosine decay, stopped after ``patience`` epochs without a better one.
    longest
        Frames of which an utterance has at most: of longer ones a piece is drawn.
    seed
        Seed of order and augmentation.

    Returns the history. See notebook 03_cnn_rnn_training.
    """
    length = min(longest, padded_length(max(len(clip["motion"]) for clip in clips)))
    batches = Utterances(clips, length, batch_size=batch_size, seed=seed)
    held_out = Utterances(validation, length, batch_size=batch_size, seed=None)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * len(batches), alpha=0.02)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-3, clipnorm=1.0)
    model.compile(optimizer=optimizer, loss=loss, jit_compile=jit())
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    return model.fit(
        batches, validation_data=held_out, epochs=epochs, callbacks=[stop, Progress(epochs)], verbose=0
    ).history


def predict(
    model: keras.Model,
    clips: Sequence[Clip | np.ndarray],
    *,
    references: Sequence[Clip] | None = None,
    emotion: str = "",
    intensity: float = 1.0,
) -> list[np.ndarray]:
    """Predict the displacement of whole utterances.

    Takes raw (4T, 40) log-mel spectra or clips that have one, returns (T, 68, 2) float32 displacements in
    inter-ocular distances. The last 80 ms go on for two seconds: a network that has always heard quiet follow
    expects the next sentence where a recording stops at once, and opens the mouth for it. See notebook
    04_evaluation.
    """
    log_mels = [clip["log_mel"] if isinstance(clip, dict) else clip for clip in clips]
    lengths = [len(spectrum) // COLUMNS_PER_FRAME for spectrum in log_mels]
    paddeds = [padded_length(length + _AFTER) for length in lengths]
    answers: list[np.ndarray] = [np.empty(0)] * len(lengths)
    for padded in sorted(set(paddeds)):
        chosen = [index for index, own in enumerate(paddeds) if own == padded]
        batch = np.stack([lengthen(log_mels[index], padded * COLUMNS_PER_FRAME) for index in chosen])
        motion = model.predict(batch, batch_size=16, verbose=0).reshape(len(chosen), padded, 68, 2)
        for index, track in zip(chosen, motion, strict=True):
            answers[index] = track[: lengths[index]]
    return answers


def calibrate(model: keras.Model, validation: Sequence[Clip]) -> float:
    """Scale the model's motion so that mouths of people it does not know open as far as they do.

    Squared error rewards caution: a prediction of correlation r has the least error at r times the true
    range. One factor, measured on the validation clips, undoes that; at most a doubling. Returns the factor,
    which is part of the model then. See notebook 03_cnn_rnn_training.
    """
    predicted = predict(model, [clip["log_mel"] for clip in validation])
    ratios = []
    for clip, answer in zip(validation, predicted, strict=True):
        own, true = (geometry.opening(clip["neutral"] + motion).std() for motion in (answer, clip["motion"]))
        ratios.append(own / max(true, 1e-6))
    gain = float(np.clip(1 / max(np.mean(ratios), 1e-6), 0.5, 2.0))
    basis = model.get_layer("basis")
    basis.set_weights([weight * gain for weight in basis.get_weights()])
    return gain
