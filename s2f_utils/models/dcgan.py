"""Drawn landmarks and one picture of a person to pictures of that person: a conditional DCGAN."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from s2f_utils import StudyError
from s2f_utils.faces import relighting, tracking
from s2f_utils.models import face_pairs, training
from s2f_utils.models.face_pairs import BENT, CHANNELS, PARTS

_HALVINGS = 4  # until a window of 64 pixels is 4 wide
_HELD = 0.97  # of full black and white, from which a finite drawing leads away
_DETAIL = 20.0  # how much larger than it is the critic sees what a 3×3 blur takes away
_WINDOW = 0.5  # of a face's height and width, in which the widest open mouth has room
_SHOWN = 256  # pixels to which a smaller reference is enlarged before a face is looked for in it
CRITIC_HALVINGS = 3
CRITIC_CHANNELS = PARTS + 3  # channels of the condition that the critic sees: drawn parts and reference


@keras.saving.register_keras_serializable("s2f_utils")
class Retouch(layers.Layer):
    """Change the bent reference by what was drawn, before the tanh that every DCGAN ends with.

    Takes a drawing (B, H, W, 3) and the condition (B, H, W, 13); returns (B, H, W, 3) in −1 … 1. What is not
    to be painted, and an empty drawing, leave the bent reference as it is. ``size`` tells how large the faces
    are that the network draws, ``background`` whether it was trained on references with their surroundings.
    See notebook 06_dcgan_generation.
    """

    def __init__(self, *, size: int, background: bool = True, **options):
        super().__init__(**options)
        self.size, self.background = size, background

    def get_config(self):
        """Return what a saved model needs to be built again."""
        return {**super().get_config(), "size": self.size, "background": self.background}

    def call(self, drawn, condition):
        """Add in the space before the tanh."""
        bent, where = condition[..., BENT], condition[..., -1:]
        held = _HELD * bent
        return bent + where * (ops.tanh(ops.arctanh(held) + drawn) - held)


def build_generator(size: int, *, width: int = 32, background: bool = True) -> keras.Model:
    """Build the generator, a DCGAN decoder behind a convolutional encoder, joined at every scale.

    Takes (B, H, W, 13) conditions of ``face_pairs.condition``, or windows of them, whose sides are multiples
    of 16; returns (B, H, W, 3) in −1 … 1. ``size`` is that of the faces, ``width`` the channels at half of
    it; ``background`` tells whether references keep their surroundings.

    Notes
    -----
    Radford et al. (2016), DCGAN; Ronneberger et al. (2015), U-Net. See notebook 06_dcgan_generation.
    """
    asked = layers.Input((None, None, CHANNELS), name="condition")
    value, skips = asked, []
    widths = [min(width * 2**step, 4 * width) for step in range(_HALVINGS)]
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
    picture = Retouch(size=size, background=background, name="picture")(drawn, asked)
    return keras.Model(asked, picture, name="dcgan")


def build_critic(*, width: int = 32) -> keras.Model:
    """Build the critic: is each patch of a picture real, of this person, and as its landmarks say?

    Takes a picture (B, H, W, 3) and the first nine channels of its condition; returns a map of scores
    and the features of each layer. Spectral normalisation everywhere (Miyato et al. 2018). See notebook
    06_dcgan_generation.
    """
    picture = layers.Input((None, None, 3), name="picture")
    asked = layers.Input((None, None, CRITIC_CHANNELS), name="asked")
    # Spectral normalisation bounds the critic's slope: faint texture would go unseen if it were not enlarged.
    blurred = layers.AveragePooling2D(3, strides=1, padding="same")(picture)
    detail = layers.Rescaling(_DETAIL, name="detail")(layers.Subtract()([picture, blurred]))
    value, features = layers.Concatenate()([picture, detail, asked]), []
    for step in range(CRITIC_HALVINGS):
        convolution = layers.Conv2D(width * 2**step, 4, strides=2, padding="same", name=f"critic_{step}")
        value = layers.LeakyReLU(0.2)(layers.SpectralNormalization(convolution)(value))
        features.append(value)
    score = layers.SpectralNormalization(layers.Conv2D(1, 3, padding="same", name="critic_score"))(value)
    return keras.Model([picture, asked], [score, *features], name="critic")


def _normalised(value):
    """Normalise each place over its channels, and rectify: a place in a window looks as in the whole face."""
    return layers.LeakyReLU(0.2)(layers.LayerNormalization()(value))


def load(folder: str | Path) -> keras.Model:
    """Read the trained generator, ``dcgan.keras``. See notebook 07_speech_to_face."""
    return training.load(folder, "dcgan")[0]


def size_of(generator: keras.Model) -> int:
    """Height and width in pixels of the faces that a generator draws. See notebook 07_speech_to_face."""
    return generator.get_layer("picture").size


def draw(generator: keras.Model, conditions: np.ndarray, *, batch_size: int = 32) -> np.ndarray:
    """Draw (T, H, W, 13) conditions as (T, H, W, 3) uint8 pictures. See notebook 06_dcgan_generation."""
    made = []
    for start in range(0, len(conditions), batch_size):
        block = conditions[start : start + batch_size]
        missing = batch_size - len(block)  # another size would be compiled anew
        padded = np.pad(block, ((0, missing), (0, 0), (0, 0), (0, 0)))
        made.append(face_pairs.to_pictures(generator.predict_on_batch(padded)[: len(block)]))
    return np.concatenate(made)


class Frames(Sequence):
    """One person's face for a sequence of landmarks: frames that are drawn when somebody looks at them.

    A film is written frame by frame; all its frames at once would fill the memory. ``numpy.asarray`` draws
    them all.

    Parameters
    ----------
    generator
        From ``load``.
    reference
        (S, S, 3) uint8 aligned picture of the person, in the generator's size.
    landmarks
        (T, 68, 2) asked landmarks in pixels of such a crop (``geometry.in_crop``).
    reference_landmarks
        (68, 2) pixels; found in the reference, enlarged where it is small, if None.
    block
        Frames that are drawn at once, and kept until others are.

    Raises
    ------
    StudyError
        If the reference has another size than the generator's, or shows no face.

    See notebook 07_speech_to_face.
    """

    def __init__(
        self,
        generator: keras.Model,
        reference: np.ndarray,
        landmarks: np.ndarray,
        *,
        reference_landmarks: np.ndarray | None = None,
        block: int = 16,
    ) -> None:
        size = size_of(generator)
        if reference.shape != (size, size, 3):
            raise StudyError(
                f"The reference picture is {reference.shape}; this generator needs {size}×{size}×3."
            )
        known = _find_landmarks(reference) if reference_landmarks is None else reference_landmarks
        self.shape = len(landmarks), size, size, 3
        self._generator, self._block = generator, block
        self._landmarks, self._reference = landmarks, (reference, known)
        self._drawn = -1, np.zeros((0, size, size, 3), np.uint8)  # number of the block that is kept, and it

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index):
        """Draw one (S, S, 3) uint8 frame, or those that a slice or an array chooses."""
        chosen = np.arange(len(self))[index]
        if np.ndim(chosen) == 0:
            return self._one(int(chosen))
        made = np.empty((len(chosen), *self.shape[1:]), np.uint8)
        for place, frame in enumerate(chosen):
            made[place] = self._one(int(frame))
        return made

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self[:], dtype)

    def _one(self, frame: int) -> np.ndarray:
        number = frame // self._block
        if number != self._drawn[0]:
            asked = self._landmarks[number * self._block : (number + 1) * self._block]
            background = self._generator.get_layer("picture").background
            seen = face_pairs.condition(asked, *self._reference, background=background)
            self._drawn = number, _painted(self._generator, seen, self._block)
        return self._drawn[1][frame % self._block]


def render(generator: keras.Model, reference: np.ndarray, landmarks: np.ndarray, **how) -> np.ndarray:
    """Draw all `Frames` at once: (T, S, S, 3) uint8. See notebook 06_dcgan_generation."""
    return np.asarray(Frames(generator, reference, landmarks, **how))


def _painted(generator: keras.Model, conditions: np.ndarray, batch_size: int) -> np.ndarray:
    """Draw (T, S, S, 13) conditions: windows around their mouths, laid into the bent references."""
    made = face_pairs.to_pictures(conditions[..., BENT])
    size = made.shape[1]
    window = min(size, -(-round(_WINDOW * size) // 16) * 16)
    places = [relighting.window_around(where, window) for where in conditions[..., -1]]
    cut = np.stack([one[place] for one, place in zip(conditions, places, strict=True)])
    drawn = draw(generator, cut, batch_size=batch_size)
    for picture, place, painted in zip(made, places, drawn, strict=True):
        picture[place] = painted
    return made


def _find_landmarks(picture: np.ndarray) -> np.ndarray:
    enlarged = max(1, _SHOWN / len(picture))
    points = tracking.find(face_pairs.resize(picture[None], round(len(picture) * enlarged))[0])
    if not np.isfinite(points).all():
        raise StudyError("No face was found in the reference picture; choose a frontal one.")
    return (points + 0.5) / enlarged - 0.5
