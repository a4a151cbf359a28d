"""Sounds to learn by: a tone that rises, a spectrum to look at, log-mel made audible, players in a row."""

from collections.abc import Mapping
from html import escape

import librosa
import numpy as np
from IPython.display import HTML, Audio

from s2f_utils import SAMPLE_RATE
from s2f_utils.recordings import soundtrack
from s2f_utils.sound import speech

_LEAST_RATE = 8000  # Hz: slower sounds are not played by every browser
_ITERATIONS = 32  # of Griffin and Lim; more of them change nothing that can be heard


def rising_tone(highest: float, *, seconds: float = 3.0, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Sing a tone that rises evenly from 0 Hz to ``highest``: (n,) float32 samples.

    See notebook 01_exploration.
    """
    times = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(np.pi * highest / seconds * times**2)).astype(np.float32)


def alias(frequency: np.ndarray | float, rate: float) -> np.ndarray | float:
    """Frequency in Hz that a tone seems to have when it is looked at ``rate`` times a second.

    It is the distance from the nearest multiple of the rate, so never more than half the rate. See notebook
    01_exploration.
    """
    return np.abs(frequency - rate * np.round(np.asarray(frequency) / rate))


def spectrogram(audio: np.ndarray, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Power spectrum on a linear frequency axis, in windows of 32 ms, a column every 8 ms.

    Takes (n,) samples. Returns (bins from 0 Hz to half the rate, columns) in dB below the loudest moment,
    floor −60. See notebook 01_exploration.
    """
    spectrum = np.abs(librosa.stft(audio, n_fft=rate * 4 // 125, hop_length=rate // 125))
    return librosa.amplitude_to_db(spectrum, ref=np.max, top_db=60)


def excerpt(audio: np.ndarray, *, seconds: float, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Cut out the stretch of (n,) samples that holds the most energy; a shorter sound stays whole.

    See notebook 01_exploration.
    """
    length = round(seconds * rate)
    if len(audio) <= length:
        return audio
    energy = np.cumsum(np.concatenate([[0.0], np.square(audio, dtype=np.float64)]))
    start = int(np.argmax(energy[length:] - energy[:-length]))
    return audio[start : start + length]


def piece(audio: np.ndarray, moment: float, *, reach: float = 0.3, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Cut out ``reach`` seconds to either side of a moment, faded over 10 ms so that nothing clicks.

    See notebook 01_exploration.
    """
    cut = audio[max(0, round((moment - reach) * rate)) : round((moment + reach) * rate)].copy()
    fade = np.linspace(0, 1, min(rate // 100, len(cut) // 2), dtype=cut.dtype)
    cut[: len(fade)] *= fade
    cut[len(cut) - len(fade) :] *= fade[::-1]
    return cut


def from_log_mel(log_mel: np.ndarray, *, seed: int) -> np.ndarray:
    """Make what the mel bands keep of a sound audible: (n,) float32 samples at 16 kHz.

    The power of each band goes back to its frequencies, and phases, which no power spectrum keeps, are made
    up so that neighbouring windows agree (Griffin and Lim, 1984).

    Parameters
    ----------
    log_mel
        (4T, 40) natural logarithm of power, as ``speech.log_mel`` makes it.
    seed
        Of the phases to begin with.

    See notebook 01_exploration.
    """
    # The last window, centred on the very end, is not in log-mel.
    power = np.exp(np.pad(log_mel.T, ((0, 0), (0, 1)), mode="edge").astype(np.float64))
    shape = {"sr": SAMPLE_RATE, "n_fft": speech.N_FFT, "fmin": speech.LOWEST, "fmax": speech.HIGHEST}
    magnitude = librosa.feature.inverse.mel_to_stft(power, power=2.0, **shape)
    hop = SAMPLE_RATE // speech.COLUMN_RATE
    windows = {"n_fft": speech.N_FFT, "win_length": speech.WINDOW, "hop_length": hop}
    windows["length"] = len(log_mel) * hop
    sound = librosa.griffinlim(magnitude, n_iter=_ITERATIONS, random_state=seed, **windows)
    return librosa.effects.deemphasis(sound, coef=speech.PRE_EMPHASIS).astype(np.float32)


def players(sounds: Mapping[str, tuple[np.ndarray, int]]) -> HTML:
    """Put sounds side by side, each a player under its name: name → ((n,) samples, rate in Hz).

    Each is as loud as it can be. See notebook 01_exploration.
    """
    boxes = []
    for name, (audio, rate) in sounds.items():
        if rate < _LEAST_RATE:
            audio, rate = soundtrack.resample(audio, rate), SAMPLE_RATE
        source = Audio(audio, rate=rate).src_attr()
        player = f'<audio controls style="width: 100%" src="{source}"></audio>'
        boxes.append(f'<div style="flex: 1 1 240px; max-width: 320px">{escape(name)}<br>{player}</div>')
    return HTML(f'<div style="display: flex; flex-wrap: wrap; gap: 12px">{"".join(boxes)}</div>')
