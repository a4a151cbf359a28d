"""What the DCGAN is compared with: simple ways to a face picture, and the DCGAN of 2017.

All draw alike: from a reference (S, S, 3) uint8, its landmarks (68, 2) and asked landmarks (T, 68, 2), in
pixels, to (T, S, S, 3) uint8. The bent reference, ``warping.warp``, is another of them.
"""

import keras
import numpy as np
from keras import layers
from tqdm.auto import tqdm

from s2f_utils.models import face_pairs
from s2f_utils.models.face_pairs import Faces


class MeanImage:
    """Answer everything with the mean of the training pictures. See notebook 06_dcgan_generation."""

    def __init__(self, faces: Faces) -> None:
        self._mean = np.round(faces.pictures.mean(axis=0)).astype(np.uint8)

    def draw(self, reference: np.ndarray, reference_landmarks: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Return the mean picture T times."""
        return np.repeat(self._mean[None], len(asked), axis=0)


class NearestFrame:
    """Show the training picture whose landmarks lie nearest. See notebook 06_dcgan_generation."""

    def __init__(self, faces: Faces) -> None:
        self._faces = faces

    def draw(self, reference: np.ndarray, reference_landmarks: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Return T training pictures, of whomever they show."""
        known = self._faces.landmarks.reshape(len(self._faces.landmarks), -1)
        nearest = [np.square(known - points.reshape(-1)).sum(axis=1).argmin() for points in asked]
        return self._faces.pictures[nearest]


class Dcgan2017:
    """The face generator of 2017, layer by layer: landmarks enter as constant planes, without a place.

    Made for 256 pixels; at 128 the second of its two weightless unpoolings is left out, at 64 both, and in
    the critic the max-pools likewise. Every layer with weights is there. The random vector is, when drawing,
    what the critic says of the reference picture, as in 2017.

    Parameters
    ----------
    size
        64, 128 or 256 pixels: of what it draws. Larger pictures are reduced for it, and its own enlarged.

    See notebook 06_dcgan_generation.
    """

    noise = 100

    def __init__(self, size: int, *, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._size = size
        self.generator, self.critic = _generator_2017(size), _critic_2017(size)
        # Which operations of these networks TensorFlow runs side by side is chance, and so is how they round.
        eagerly = keras.backend.backend() == "tensorflow"
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        self.critic.compile(_adam_2017(), loss=loss, run_eagerly=eagerly)
        self.critic.trainable = False
        random, planes = self.generator.inputs
        score = self.critic([self.generator([random, planes]), planes])
        self._both = keras.Model([random, planes], score)
        self._both.compile(_adam_2017(), loss=loss, run_eagerly=eagerly)

    def fit(self, faces: Faces, *, steps: int, batch_size: int = 32) -> "Dcgan2017":
        """Train as in 2017: two steps of the generator after each one of the critic."""
        yes, no = np.ones((batch_size, self.noise)), np.zeros((batch_size, self.noise))
        for _ in tqdm(range(steps), desc="dcgan_2017", unit="step"):
            chosen = self._rng.integers(len(faces.pictures), size=batch_size)
            planes = self._planes(faces.landmarks[chosen], faces.size)
            real = self._seen(faces.pictures[chosen])
            made = self.generator.predict_on_batch([self._random(batch_size), planes])
            self.critic.trainable = True
            self.critic.train_on_batch([real, planes], yes)
            self.critic.train_on_batch([made, planes], no)
            self.critic.trainable = False
            for _ in range(2):
                self._both.train_on_batch([self._random(batch_size), planes], yes)
        return self

    def draw(self, reference: np.ndarray, reference_landmarks: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Return T generated pictures."""
        size = len(reference)
        seen = self._seen(reference[None]), self._planes(reference_landmarks[None], size)
        random = np.repeat(self.critic.predict(list(seen), verbose=0), len(asked), axis=0)
        made = self.generator.predict([random, self._planes(asked, size)], batch_size=32, verbose=0)
        return face_pairs.resize(face_pairs.to_pictures(made), size)

    def _seen(self, pictures: np.ndarray) -> np.ndarray:
        return face_pairs.to_float(face_pairs.resize(pictures, self._size))

    def _random(self, count: int) -> np.ndarray:
        return self._rng.uniform(-1, 1, (count, self.noise)).astype(np.float32)

    @staticmethod
    def _planes(landmarks: np.ndarray, size: int) -> np.ndarray:
        return (landmarks / size * 2 - 1).reshape(len(landmarks), -1).astype(np.float32)


def _generator_2017(size: int) -> keras.Model:
    random, planes = layers.Input((Dcgan2017.noise,)), layers.Input((136,))
    value = layers.Reshape((4, 4, 1024))(layers.Dense(4 * 4 * 1024)(random))
    value = _rectified(value)
    for filters in (256, 128):
        value = _rectified(layers.Conv2DTranspose(filters, 5, strides=2, padding="same")(value))
    value = layers.UpSampling2D()(value) if size >= 128 else value
    value = _rectified(layers.Conv2DTranspose(64, 5, strides=2, padding="same")(value))
    value = layers.Concatenate()([value, _constant_planes(planes, value.shape[1])])
    value = layers.UpSampling2D()(value) if size >= 256 else value
    picture = layers.Conv2DTranspose(3, 5, strides=2, padding="same", activation="tanh")(value)
    return keras.Model([random, planes], picture, name="dcgan_2017")


def _critic_2017(size: int) -> keras.Model:
    picture, planes = layers.Input((size, size, 3)), layers.Input((136,))
    value = layers.LeakyReLU(0.2)(layers.Conv2D(64, 5, strides=2, padding="same")(picture))
    value = layers.MaxPooling2D()(value) if size >= 128 else value
    value = layers.Concatenate()([value, _constant_planes(planes, value.shape[1])])
    for filters in (128, 256, 1024):
        value = layers.BatchNormalization()(layers.Conv2D(filters, 5, strides=2, padding="same")(value))
        value = layers.LeakyReLU(0.2)(value)
        value = layers.MaxPooling2D()(value) if size >= 256 and filters == 128 else value
    logits = layers.Dense(Dcgan2017.noise, activation="tanh")(layers.Flatten()(value))
    return keras.Model([picture, planes], logits, name="critic_2017")


def _constant_planes(values, size: int):
    """Repeat (B, 136) numbers over a whole picture, as in 2017: nothing says where a landmark lies."""
    return layers.UpSampling2D(size)(layers.Reshape((1, 1, 136))(values))


def _rectified(value):
    return layers.ReLU()(layers.BatchNormalization()(value))


def _adam_2017() -> keras.optimizers.Adam:
    return keras.optimizers.Adam(2e-4, beta_1=0.5)
