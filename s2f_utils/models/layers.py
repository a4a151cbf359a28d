"""Layers that Keras lacks: spectra normalised over an utterance or as it comes, and the steps of time."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from s2f_utils.sound.speech import COLUMNS_PER_FRAME, DYNAMIC_RANGE

_ABSOLUTE_FLOOR = -16.0  # what no recording of speech falls short of at its loudest
# What a causal network believes of a voice until it has heard more:
USUAL_POWER = -6.0  # the log of the mean power of recorded speech,
MIDDLING = 2.5, 10.0  # what is audible, and its square, on average,
BELIEF = 25.0  # and how many columns of sound that is worth: a quarter of a second
LOUDEST = 20.0  # log of power that no sound exceeds,
OVER_MEAN = 5.0  # and by which loud moments exceed the mean
LEAST_VARIANCE = 0.01


class _Norm(keras.layers.Layer):
    """Normalise a log-mel spectrum and keep its level as one more channel.

    (batch, columns, bands) → (batch, columns, bands + 1). Every band is brought to mean 0 and standard
    deviation 1, which takes the room, the microphone and much of the voice away; the last channel says how
    far a column's level lies above the floor, which drives the jaw.
    """

    def call(self, log_mel):
        """Return the normalised spectrum with its level channel."""
        floor = self.floor(log_mel)
        audible = ops.maximum(log_mel, floor) - floor
        level = ops.mean(audible, axis=2, keepdims=True) / (0.5 * DYNAMIC_RANGE)
        mean, spread = self.statistics(audible)
        return ops.concatenate([(audible - mean) / (spread + 0.5), level], axis=2)

    def compute_output_shape(self, shape):
        """Return the input's shape with one more channel."""
        return (*shape[:-1], shape[-1] + 1)


@keras.saving.register_keras_serializable("s2f_utils")
class UtteranceNorm(_Norm):
    """Normalise a log-mel spectrum over its whole utterance."""

    def floor(self, log_mel):
        """Return what counts as silence: so far below the loudest moment."""
        return ops.maximum(ops.max(log_mel, axis=(1, 2), keepdims=True) - DYNAMIC_RANGE, _ABSOLUTE_FLOOR)

    def statistics(self, audible):
        """Return each band's mean and spread over the utterance."""
        return ops.mean(audible, axis=1, keepdims=True), ops.std(audible, axis=1, keepdims=True)


@keras.saving.register_keras_serializable("s2f_utils")
class RunningNorm(_Norm):
    """Normalise a log-mel spectrum by what has been heard so far: the live counterpart of `UtteranceNorm`."""

    def floor(self, log_mel):
        """Return what counts as silence: so far below the mean power until now."""
        power = ops.mean(ops.exp(ops.minimum(log_mel, LOUDEST)), axis=2, keepdims=True)
        usual = ops.log((ops.cumsum(power, axis=1) + BELIEF * np.exp(USUAL_POWER)) / self._seen(log_mel))
        return usual + OVER_MEAN - DYNAMIC_RANGE

    def statistics(self, audible):
        """Return each band's mean and spread until now: at first a middling spectrum's, then its own."""
        seen = self._seen(audible)
        mean = (ops.cumsum(audible, axis=1) + BELIEF * MIDDLING[0]) / seen
        square = (ops.cumsum(ops.square(audible), axis=1) + BELIEF * MIDDLING[1]) / seen
        return mean, ops.sqrt(ops.maximum(square - ops.square(mean), LEAST_VARIANCE))

    def _seen(self, track):
        """Count the columns heard until now, and what the belief before is worth."""
        return ops.cumsum(ops.ones_like(track[..., :1]), axis=1) + BELIEF


@keras.saving.register_keras_serializable("s2f_utils")
class Expression(keras.layers.Layer):
    """Add what a manner does to a face that speaks.

    [(batch, T, 136) motion of what is said, (batch, T, n) what the network knows of each moment, (batch, T,
    m + 1) weights of m emotions and effort] → (batch, T, 136). Each emotion has one displacement of the whole
    face; how much of it shows at a moment, between 0 and 1, is heard in what is said; the effort is the
    logarithm of a factor for what is said. Mixed faces are small, since they differ; the mixture is brought
    to the size that each of its faces would have had, at most doubled.
    """

    def build(self, shapes):
        """Make room for a face for each emotion, and for how moments show it."""
        said, moment, manner = shapes
        emotions = (manner[-1] - 1, said[-1])
        self.faces = self.add_weight(shape=emotions, initializer="zeros", trainable=False, name="faces")
        self.shows = self.add_weight(shape=(moment[-1], 1), initializer="zeros", name="shows")
        self.usually = self.add_weight(shape=(1,), initializer="zeros", name="usually")

    def call(self, inputs):
        """Return the motion of the whole face."""
        said, moment, manner = inputs
        weights, effort = manner[..., :-1], manner[..., -1:]
        mixed = ops.matmul(weights, self.faces)
        sizes = ops.sqrt(ops.sum(ops.square(self.faces), axis=1, keepdims=True))
        size = ops.sqrt(ops.sum(ops.square(mixed), axis=-1, keepdims=True))
        grown = ops.clip(ops.matmul(weights, sizes) / (size + 1e-6), 1, 2)
        # The network hears what is said; what shows when is read from that, and must not bend it.
        shown = ops.sigmoid(ops.matmul(ops.stop_gradient(moment), self.shows) + self.usually)
        return ops.exp(effort) * said + 2 * shown * grown * mixed

    def compute_output_shape(self, shapes):
        """Return the shape of the motion."""
        return shapes[0]


@keras.saving.register_keras_serializable("s2f_utils")
class Throughout(keras.layers.Layer):
    """Say one row for each utterance at every frame: [(batch, n), (batch, 4T, m)] → (batch, T, n)."""

    def call(self, inputs):
        """Return the row as often as there are frames."""
        row, columns = inputs
        return ops.repeat(row[:, None], ops.shape(columns)[1] // COLUMNS_PER_FRAME, axis=1)

    def compute_output_shape(self, shapes):
        """Return a row for each frame."""
        (batch, size), (_, columns, _) = shapes
        return batch, columns and columns // COLUMNS_PER_FRAME, size


@keras.saving.register_keras_serializable("s2f_utils")
class Align(keras.layers.Layer):
    """Move the answers of each head back by its delay: (batch, T, heads, values), the last frame repeated."""

    def __init__(self, delays: Sequence[int], **options):
        super().__init__(**options)
        self.delays = list(delays)

    def call(self, answers):
        """Return what every head says about frame t, which it says ``delay`` frames later."""
        heads = [
            ops.concatenate([answers[:, delay:, head], *[answers[:, -1:, head]] * delay], axis=1)
            for head, delay in enumerate(self.delays)
        ]
        return ops.stack(heads, axis=2)

    def compute_output_shape(self, shape):
        """Return the input's shape."""
        return shape

    def get_config(self):
        """Return what a saved model needs to be built again."""
        return {**super().get_config(), "delays": self.delays}


@keras.saving.register_keras_serializable("s2f_utils")
class Upsample(keras.layers.Layer):
    """Say every step of a coarse track twice, until it is as long as a fine one.

    [(batch, ⌈T/2⌉, n), (batch, T, m)] → (batch, T, n).
    """

    def call(self, tracks):
        """Return the coarse track at the fine one's steps."""
        coarse, fine = tracks
        return ops.repeat(coarse, 2, axis=1)[:, : ops.shape(fine)[1]]

    def compute_output_shape(self, shapes):
        """Return the fine track's length and the coarse one's width."""
        coarse, fine = shapes
        return (*fine[:-1], coarse[-1])
