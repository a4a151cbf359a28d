"""What is said: a CNN + RNN from log-mel to the motion of a face, and what a manner does to it."""

from collections.abc import Sequence
from functools import partial

import keras
import numpy as np

from s2f_utils.models import manner
from s2f_utils.models.layers import Expression, Upsample, UtteranceNorm
from s2f_utils.sound.speech import N_MELS

Clip = dict[str, np.ndarray]
DROPOUT = 0.2  # share of activations dropped before the output, in training
_MOST = 24  # components of facial motion


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
    conv2d, conv1d = (partial(kind, padding="same", activation="gelu") for kind in kinds)
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
