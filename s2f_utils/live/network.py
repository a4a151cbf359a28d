"""The causal network, frame by frame: what it remembers is carried along, and nothing is computed twice."""

from collections.abc import Callable

import keras
import numpy as np
from scipy.special import expit, softmax

from s2f_utils.models import layers as own, manner
from s2f_utils.sound import prosody, speech


class Network:
    """Answers as ``cnn_rnn_live`` does, one frame after the other, without Keras, in a millisecond each.

    Parameters
    ----------
    model
        The causal network with the head of one delay (``cnn_rnn_live.with_delay``).
    reference, asked, intensity
        (23,) ``manner.reference`` of the voice; (8,) the emotion that is asked for, or zeros; 0 to 2.

    See notebook 07_speech_to_face.
    """

    def __init__(
        self, model: keras.Model, *, reference: np.ndarray, asked: np.ndarray, intensity: float
    ) -> None:
        said = model.get_layer("content")
        (self.delay,) = said.get_layer("align").delays
        kinds = keras.layers.Conv2D, keras.layers.Conv1D, keras.layers.LayerNormalization
        bands, times, norms = ([one for one in said.layers if isinstance(one, kind)] for kind in kinds)
        self._hear = _RunningNorm()
        self._bands = [_causal(layer, _over_bands(layer)) for layer in bands]
        self._frames, self._context = (_causal(layer, _over_time(layer)) for layer in times)
        self._before, self._after = map(_layer_norm, norms)
        self._remember = _gru(said.get_layer("recurrent"))
        components, mean = map(np.array, said.get_layer("components").get_weights())
        basis, offset = map(np.array, said.get_layer("basis").get_weights())
        self._face = components @ basis, mean @ basis + offset
        self._express = _expression(said.get_layer("expression"))
        self._manner = model.get_layer("manner"), reference
        self.show(asked, intensity)

    def show(self, asked: np.ndarray, intensity: float) -> None:
        """Show (8,) an emotion that is asked for, or zeros, as strong as 0 to 2, from the next frame on."""
        self._heard = _manner(*self._manner, asked, intensity)

    def answer(self, log_mel: np.ndarray, summary: np.ndarray) -> np.ndarray:
        """Hear the (4, 40) columns of a frame, and (22,) how the voice has spoken: the face, (68, 2).

        That is the displacement of the frame that lies ``delay`` frames back.
        """
        rows = self._hear(log_mel)[..., None]
        for convolve in self._bands:
            rows = convolve(rows)
        (moment,) = self._frames(rows.reshape(len(rows), -1))
        (around,) = self._context(self._before(moment)[None])
        memory = self._remember(self._after(moment + around))
        weights, offset = self._face
        return self._express(memory @ weights + offset, memory, self._heard(summary)).reshape(68, 2)


class _RunningNorm:
    """The layer of that name, with its sums carried along."""

    def __init__(self) -> None:
        self._seen, self._power = own.BELIEF, own.BELIEF * np.exp(own.USUAL_POWER)
        self._mean, self._square = own.BELIEF * own.MIDDLING[0], own.BELIEF * own.MIDDLING[1]

    def __call__(self, log_mel: np.ndarray) -> np.ndarray:
        return np.stack([self._column(column.astype(np.float64)) for column in log_mel])

    def _column(self, log_mel: np.ndarray) -> np.ndarray:
        self._seen = self._seen + 1
        self._power = self._power + np.exp(np.minimum(log_mel, own.LOUDEST)).mean()
        floor = np.log(self._power / self._seen) + own.OVER_MEAN - speech.DYNAMIC_RANGE
        audible = np.maximum(log_mel, floor) - floor
        self._mean, self._square = self._mean + audible, self._square + audible**2
        mean, square = self._mean / self._seen, self._square / self._seen
        spread = np.sqrt(np.maximum(square - mean**2, own.LEAST_VARIANCE))
        level = audible.mean() / (0.5 * speech.DYNAMIC_RANGE)
        return np.append((audible - mean) / (spread + 0.5), level).astype(np.float32)


def _causal(layer, convolve: Callable) -> Callable:
    """Carry along what a convolution needs of the past: its kernel's length without its stride."""
    kept = layer.kernel_size[0] - layer.strides[0]
    past: list[np.ndarray] = []

    def heard(rows: np.ndarray) -> np.ndarray:
        before = past.pop() if past else np.zeros((kept, *rows.shape[1:]), np.float32)
        rows = np.concatenate([before, rows])
        past.append(rows[len(rows) - kept :])
        value = convolve(rows)
        return value * expit(value)

    return heard


def _over_time(layer) -> Callable:
    """(n, channels) → every stride-th place where a Conv1D's kernel fits."""
    kernel, bias = map(np.array, layer.get_weights())
    length, stride = len(kernel), layer.strides[0]
    flat = kernel.reshape(-1, kernel.shape[-1])

    def convolve(rows: np.ndarray) -> np.ndarray:
        starts = range(0, len(rows) - length + 1, stride)
        return np.stack([rows[start : start + length].reshape(-1) for start in starts]) @ flat + bias

    return convolve


def _over_bands(layer) -> Callable:
    """(n, bands, channels) → the same of a Conv2D, and of bands half a kernel beyond the edges."""
    kernel, bias = map(np.array, layer.get_weights())
    (length, height), (stride, step) = kernel.shape[:2], layer.strides
    flat = kernel.transpose(2, 0, 1, 3).reshape(-1, kernel.shape[-1])
    edge = height // 2

    def convolve(rows: np.ndarray) -> np.ndarray:
        wide = np.pad(rows, ((0, 0), (edge, edge), (0, 0)))
        seen = np.lib.stride_tricks.sliding_window_view(wide, (length, height), axis=(0, 1))
        seen = seen[::stride, ::step]
        return seen.reshape(*seen.shape[:2], -1) @ flat + bias

    return convolve


def _layer_norm(layer) -> Callable:
    scale, shift = map(np.array, layer.get_weights())

    def normalise(value: np.ndarray) -> np.ndarray:
        return (value - value.mean()) / np.sqrt(value.var() + layer.epsilon) * scale + shift

    return normalise


def _gru(layer) -> Callable:
    """A gated recurrent unit (Cho et al. 2014), reset after its product as cuDNN and Keras do it."""
    kernel, recurrent, (bias, recurrent_bias) = map(np.array, layer.get_weights())
    state = [np.zeros(layer.units, np.float32)]

    def step(value: np.ndarray) -> np.ndarray:
        new, old = value @ kernel + bias, state[0] @ recurrent + recurrent_bias
        (keep, reset, candidate), (keep_, reset_, candidate_) = np.split(new, 3), np.split(old, 3)
        keep, reset = expit(keep + keep_), expit(reset + reset_)
        state[0] = keep * state[0] + (1 - keep) * np.tanh(candidate + reset * candidate_)
        return state[0]

    return step


def _expression(layer) -> Callable:
    """The layer ``Expression`` for one moment: what is said (136,), the memory, a manner (9,)."""
    shows, usually, faces = map(np.array, layer.get_weights())
    sizes = np.linalg.norm(faces, axis=1)

    def express(said: np.ndarray, moment: np.ndarray, how: np.ndarray) -> np.ndarray:
        weights, effort = how[:-1], how[-1]
        mixed = weights @ faces
        grown = np.clip(weights @ sizes / (np.linalg.norm(mixed) + 1e-6), 1, 2)
        return np.exp(effort) * said + 2 * expit(moment @ shows + usually) * grown * mixed

    return express


def _manner(layer, reference: np.ndarray, asked: np.ndarray, intensity: float) -> Callable:
    """The layer ``Manner`` for one voice: its (22,) summary → (9,)."""
    maps, sharpness = map(np.array, layer.get_weights())
    known, told = reference[-1], asked.sum()
    voiced_share, time = (prosody.SUMMARY.index(name) for name in ("voiced_share", "time"))
    far = manner.FARTHEST if known else manner.FARTHEST_ALONE

    def heard(summary: np.ndarray) -> np.ndarray:
        alone = np.append(summary[:-1], 1)
        beside = np.concatenate([summary[:-1], summary - reference[:-1], [1]])
        found = np.concatenate([(1 - known) * alone, known * beside]) @ maps
        sure = np.clip(summary[voiced_share] * np.exp(summary[time]) / manner.ENOUGH, 0, 1)
        strength = sure * np.clip(found[-2], 0, manner.STRONGEST)
        weights = intensity * ((1 - told) * strength * softmax(sharpness * found[:-2]) + asked)
        return np.append(weights, sure * np.clip(found[-1], -far, far))

    return heard
