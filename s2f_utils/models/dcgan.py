"""Drawn landmarks and one picture of a person to pictures of that person: a conditional DCGAN."""

from functools import partial
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from s2f_utils import StudyError
from s2f_utils.faces import tracking
from s2f_utils.models import face_pairs, training
from s2f_utils.models.face_pairs import CHANNELS, PARTS

_DETAIL = 20.0  # how much larger than it is the critic sees what a 3×3 blur takes away
CRITIC_CHANNELS = PARTS + 3  # channels of the condition that the critic sees: drawn parts and reference


@keras.saving.register_keras_serializable("s2f_utils")
class Retouch(layers.Layer):
    """Change the bent reference by what was drawn, before the tanh that every DCGAN ends with.

    Takes a drawing (B, S, S, 3) and the condition (B, S, S, 12); returns (B, S, S, 3) in −1 … 1. An empty
    drawing leaves the bent reference as it is. ``background`` tells whether the network was trained on
    references with their surroundings. See notebook 06_dcgan_generation.
    """

    def __init__(self, *, background: bool = True, **options):
        super().__init__(**options)
        self.background = background

    def get_config(self):
        """Return what a saved model needs to be built again."""
        return {**super().get_config(), "background": self.background}

    def call(self, drawn, condition):
        """Add in the space before the tanh."""
        bent = condition[..., PARTS + 3 :]
        return ops.tanh(ops.arctanh(0.97 * bent) + drawn)


def build_generator(size: int, *, width: int = 32, background: bool = True) -> keras.Model:
    """Build the generator, a DCGAN decoder behind a convolutional encoder, joined at every scale.

    Takes (B, size, size, 12) conditions of ``face_pairs.condition``, returns (B, size, size, 3) in −1 … 1.
    ``size`` is a power of two, ``width`` the channels at half of it; ``background`` tells whether references
    keep their surroundings.

    Notes
    -----
    Radford et al. (2016), DCGAN; Ronneberger et al. (2015), U-Net. See notebook 06_dcgan_generation.
    """
    asked = layers.Input((size, size, CHANNELS), name="condition")
    value, skips = asked, []
    widths = [min(width * 2**step, 4 * width) for step in range(int(np.log2(size)) - 2)]
    for step, channels in enumerate(widths):
        value = layers.Conv2D(channels, 4, strides=2, padding="same", name=f"down_{step}")(value)
        value = _normalised(value) if step else layers.LeakyReLU(0.2)(value)
        skips.append(value)
    value = _normalised(layers.Conv2D(widths[-1], 3, padding="same", name="middle")(value))
    for step in reversed(range(len(widths) - 1)):
        value = layers.Conv2DTranspose(widths[step], 4, strides=2, padding="same", name=f"up_{step}")(value)
        value = layers.Concatenate()([_normalised(value), skips[step]])
        value = _normalised(layers.Conv2D(widths[step], 3, padding="same", name=f"join_{step}")(value))
    value = layers.Conv2DTranspose(width // 2, 4, strides=2, padding="same", name="up_picture")(value)
    value = layers.Concatenate()([layers.LeakyReLU(0.2)(value), asked])
    value = layers.LeakyReLU(0.2)(layers.Conv2D(width // 2, 3, padding="same", name="detail")(value))
    # It starts by drawing nothing: the first picture is the bent reference.
    drawn = layers.Conv2D(3, 3, padding="same", kernel_initializer="zeros", name="drawn")(value)
    return keras.Model(asked, Retouch(background=background, name="picture")(drawn, asked), name="dcgan")


def build_critic(size: int, *, width: int = 32) -> keras.Model:
    """Build the critic: is each patch of a picture real, of this person, and as its landmarks say?

    Takes a picture (B, size, size, 3) and the first nine channels of its condition; returns a map of scores
    and the features of each layer. Spectral normalisation everywhere (Miyato et al. 2018). See notebook
    06_dcgan_generation.
    """
    picture = layers.Input((size, size, 3), name="picture")
    asked = layers.Input((size, size, CRITIC_CHANNELS), name="asked")
    # Spectral normalisation bounds the critic's slope: faint texture would go unseen if it were not enlarged.
    blurred = layers.AveragePooling2D(3, strides=1, padding="same")(picture)
    detail = layers.Rescaling(_DETAIL, name="detail")(layers.Subtract()([picture, blurred]))
    value, features = layers.Concatenate()([picture, detail, asked]), []
    for step in range(3):
        convolution = layers.Conv2D(width * 2**step, 4, strides=2, padding="same", name=f"critic_{step}")
        value = layers.LeakyReLU(0.2)(layers.SpectralNormalization(convolution)(value))
        features.append(value)
    score = layers.SpectralNormalization(layers.Conv2D(1, 3, padding="same", name="critic_score"))(value)
    return keras.Model([picture, asked], [score, *features], name="critic")


def _normalised(value):
    """Group normalisation and a leaky rectifier, which need no statistics of the batch."""
    return layers.LeakyReLU(0.2)(layers.GroupNormalization(8)(value))


def load(folder: str | Path) -> keras.Model:
    """Read the trained generator, ``dcgan.keras``. See notebook 07_speech_to_face."""
    return training.load(folder, "dcgan")[0]


def draw(generator: keras.Model, conditions: np.ndarray, *, batch_size: int = 32) -> np.ndarray:
    """Draw (T, S, S, 12) conditions as (T, S, S, 3) uint8 pictures. See notebook 06_dcgan_generation."""
    made = []
    for start in range(0, len(conditions), batch_size):
        block = conditions[start : start + batch_size]
        missing = batch_size - len(block) if start else 0  # another size would be compiled anew
        padded = np.pad(block, ((0, missing), (0, 0), (0, 0), (0, 0)))
        made.append(face_pairs.to_pictures(generator.predict_on_batch(padded)[: len(block)]))
    return np.concatenate(made)


def render(
    generator: keras.Model,
    reference: np.ndarray,
    landmarks: np.ndarray,
    *,
    reference_landmarks: np.ndarray | None = None,
    block: int = 512,
) -> np.ndarray:
    """Draw one person's face for a sequence of landmarks.

    Parameters
    ----------
    generator
        From ``load``.
    reference
        (S, S, 3) uint8 aligned picture of the person, in the generator's size.
    landmarks
        (T, 68, 2) asked landmarks in pixels of such a crop (``geometry.in_crop``).
    reference_landmarks
        (68, 2) pixels; found in the reference, shown four times as large, if None.
    block
        Frames held in memory as conditions at once.

    Returns
    -------
    (T, S, S, 3) uint8 pictures.

    Raises
    ------
    StudyError
        If the reference has another size than the generator's, or shows no face.

    See notebook 07_speech_to_face.
    """
    size = generator.input_shape[1]
    if reference.shape != (size, size, 3):
        raise StudyError(f"The reference picture is {reference.shape}; this generator needs {size}×{size}×3.")
    if reference_landmarks is None:
        reference_landmarks = _find_landmarks(reference)
    parts = [landmarks[start : start + block] for start in range(0, len(landmarks), block)]
    seen = partial(
        face_pairs.condition,
        reference=reference,
        reference_landmarks=reference_landmarks,
        background=generator.get_layer("picture").background,
    )
    made = [draw(generator, seen(part)) for part in parts]
    return np.concatenate(made) if made else np.zeros((0, size, size, 3), np.uint8)


def _find_landmarks(picture: np.ndarray, *, enlarged: int = 4) -> np.ndarray:
    points = tracking.find(face_pairs.resize(picture[None], len(picture) * enlarged)[0])
    if not np.isfinite(points).all():
        raise StudyError("No face was found in the reference picture; choose a frontal one.")
    return (points + 0.5) / enlarged - 0.5
