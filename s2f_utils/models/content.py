"""What is said: a CNN + RNN from log-mel to the motion of a face, and what a manner does to it."""

from collections.abc import Callable, Sequence
from functools import partial

import keras
import numpy as np
from keras import ops

from s2f_utils.faces import geometry
from s2f_utils.models import manner
from s2f_utils.models.layers import Expression, Upsample, UtteranceNorm
from s2f_utils.sound.speech import N_MELS

Clip = dict[str, np.ndarray]
DROPOUT = 0.2  # share of activations dropped before the output, in training
LONGEST = 75  # frames of an utterance in training: few sentences are longer, and more updates are worth more
_MOST = 24  # components of facial motion
_CLOSED = 0.01  # inter-ocular distances beyond the neutral face: lips that meet


def build(mean: np.ndarray, basis: np.ndarray, *, channels: int = 96, units: int = 96) -> keras.Model:
    """Build the stream of what is said, and what a manner does to it, around a fixed basis of facial motion.

    Parameters
    ----------
    mean, basis
        (136,) mean motion and (k, 136) scaled principal components; see ``motion_basis``.
    channels, units
        Width of the convolutions, and of the GRU in each direction.

    Returns
    -------
    keras.Model
        (batch, 4T, 40) raw log-mel and (batch, T, 9) `manner` → (batch, T, 136) displacement in inter-ocular
        distances.

    See notebook 03_cnn_rnn_training.
    """
    layers = keras.layers
    kinds = layers.Conv2D, layers.Conv1D
    conv2d, conv1d = (partial(kind, padding="same", activation="silu") for kind in kinds)
    log_mel = keras.Input((None, N_MELS), name="log_mel")
    how = keras.Input((None, manner.SIZE), name="manner")
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
    said = layers.Dense(len(basis), kernel_initializer="zeros", name="components")(x)
    face_motion = layers.Dense(basis.shape[1], trainable=False, name="basis")
    moved = Expression(name="expression")([face_motion(said), x, how])
    model = keras.Model([log_mel, how], moved, name="content")
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


def motion_loss(
    clips: Sequence[Clip], *, velocity: float = 0.5, concordance: float = 0.5, closure: float = 0.25
) -> Callable:
    """Make the loss that a dead mouth cannot please.

    Four terms: squared error of the landmarks with mouth ×4 and jaw ×2, squared error of their velocity, one
    minus Lin's concordance of the mouth opening over the utterance, which falls only when mean, range and
    timing all agree, and the squared opening that is too much where lips meet. All but the third, which has
    no unit, are divided by what the training speakers' motion scores against a still face: unlike a running
    size, that makes losses of different epochs comparable, which stopping early relies on.

    Parameters
    ----------
    clips
        Features of the training speakers, for the scales.
    velocity, concordance, closure
        Weights of the second, third and fourth term.

    Returns
    -------
    callable
        ``loss(y_true, y_pred)``; ``y_true`` is (batch, T, 137): the displacement, then 1 for frames that
        count and 0 for padding.

    Notes
    -----
    Lin (1989), "A concordance correlation coefficient to evaluate reproducibility". See notebook
    03_cnn_rnn_training.
    """
    weights = np.ones((68, 2), np.float32)
    weights[list(geometry.REGIONS["mouth"])], weights[list(geometry.REGIONS["jaw"])] = 4, 2
    weights = weights.reshape(-1)
    motion = [clip["motion"].reshape(-1, 136) for clip in clips]
    still = float(np.mean(np.concatenate(motion) ** 2 * weights))
    moves = np.concatenate([np.diff(track, axis=0) for track in motion])
    still_velocity = float(np.mean(moves**2 * weights))
    still_opening = float(np.mean(np.concatenate([_opening(track) for track in motion]) ** 2))

    def loss(y_true, y_pred):
        truth, counts = y_true[..., :-1], y_true[..., -1:]
        total = ops.sum(counts) + 1e-6
        error = (y_pred - truth) * counts
        moved = (error[:, 1:] - error[:, :-1]) * counts[:, 1:] * counts[:, :-1]
        position = ops.sum(ops.square(error) * weights) / (136 * total * still)
        speed = ops.sum(ops.square(moved) * weights) / (136 * total * still_velocity)
        true, own, counts = _opening(truth), _opening(y_pred), counts[..., 0]
        meet = counts * ops.cast(true < _CLOSED, counts.dtype)
        gap = ops.sum(meet * ops.square(ops.relu(own - true))) / (ops.sum(meet) + 1e-6) / still_opening
        agreement = _concordance(true, own, counts)
        return position + velocity * speed + concordance * (1 - agreement) + closure * gap

    return loss


def _opening(motion):
    """How much further (vertically) the mouth opens than in the neutral face: (…, 136) → (…)."""
    upper, lower = 2 * 62 + 1, 2 * 66 + 1
    return motion[..., lower] - motion[..., upper]


def _concordance(x, y, counts):
    """Lin's concordance of two (batch, T) tracks over the frames that count, averaged over utterances."""
    share = counts / (ops.sum(counts, axis=1, keepdims=True) + 1e-6)
    mean_x, mean_y = (ops.sum(share * z, axis=1, keepdims=True) for z in (x, y))
    dx, dy = x - mean_x, y - mean_y
    covariance, variances = ops.sum(share * dx * dy, axis=1), ops.sum(share * (dx * dx + dy * dy), axis=1)
    shift = ops.square(mean_x - mean_y)[:, 0]
    return ops.mean(2 * covariance / (variances + shift + 1e-5))
