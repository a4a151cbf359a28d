"""From the rate of a browser to that of the network, sample by sample: no block is waited for."""

from fractions import Fraction

import numpy as np

from s2f_utils import SAMPLE_RATE

_CROSSINGS = 48  # zero crossings of the sinc on each side: 3 ms at 16 kHz, by which the sound comes later
_EDGE = 0.95  # of half the lower rate, above which tones fade
_KAISER = 9.0  # 90 dB


class Resampler:
    """Brings (n,) samples from any rate to 16 kHz as they come, band-limited.

    A resampler that works in blocks is better by what nobody hears, and up to 40 ms late.

    Parameters
    ----------
    rate
        Samples a second of what comes.

    Notes
    -----
    Smith and Gossett (1984), "A flexible sampling-rate conversion method". See notebook 07_speech_to_face.
    """

    def __init__(self, rate: int) -> None:
        self._step = Fraction(rate, SAMPLE_RATE)  # samples that come for each that goes
        wide = max(self._step, 1)
        self._half = int(np.ceil(_CROSSINGS * float(wide)))
        self._near = np.arange(1 - self._half, self._half + 1)
        phases = np.arange(self._step.denominator) / self._step.denominator
        away = self._near - phases[:, None]
        inside = np.sqrt(np.maximum(1 - (away / self._half) ** 2, 0))
        cut = _EDGE / float(wide)
        weights = cut * np.sinc(cut * away) * np.i0(_KAISER * inside) / np.i0(_KAISER)
        self._weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
        self._samples, self._first = np.zeros(self._half, np.float32), -self._half
        self._next = 0  # number of the sample that goes next

    def hear(self, samples: np.ndarray) -> np.ndarray:
        """Take (n,) samples; return (m,) float32 at 16 kHz, all that are known by now."""
        samples = np.asarray(samples, np.float32)
        if self._step == 1:
            return samples
        self._samples = np.concatenate([self._samples, samples])
        known = self._first + len(self._samples) - self._half  # a moment before it can be answered
        until = max(self._next, -(-known * self._step.denominator // self._step.numerator))
        wanted = np.arange(self._next, until) * self._step.numerator
        whole, phase = np.divmod(wanted, self._step.denominator)
        around = self._samples[(whole - self._first)[:, None] + self._near]
        self._next = until
        unneeded = int(until * self._step) - self._half - self._first
        self._samples, self._first = self._samples[max(unneeded, 0) :], self._first + max(unneeded, 0)
        return np.einsum("ij,ij->i", around, self._weights[phase])
