"""Bending: a voice gets another melody, tempo, effort and colour, and keeps its vowels."""

from functools import cache
from itertools import pairwise

import numpy as np
from scipy import fft, signal

from s2f_utils.sound import prosody
from s2f_utils.sound.acting import Delivery

_USUAL_LENGTH = 1.6  # seconds of the statements on which length was measured
# What effort does to a spectrum, as a share of what it does at 3 kHz: the mean of those actors' loud takes.
_EFFORT_HZ = (0, 350, 700, 1000, 1500, 2000, 3000, 4000, 8000)
_EFFORT_GAIN = (0.0, 0.0, 0.4, 0.65, 0.52, 0.6, 1.0, 0.95, 0.85)
_MOVEMENT, _SLOPE = 0.2, -5.3  # of neutral speech: semitones in 10 ms, and semitones a second
_SPREAD = 2.4  # semitones around the median in neutral speech, more than espeak-ng gives it
# The long-term spectrum of those actors' neutral speech: dB in bands between these frequencies.
_EDGES = np.array([80, 300, 600, 1000, 1600, 2500, 4000, 6000, 8000])
_USUAL = np.array([18.9, 15.8, 6.9, 0.6, -1.9, -7.0, -13.5, -19.8])


def bend(
    audio: np.ndarray, rate: int, delivery: Delivery, *, stretch: float, rng: np.random.Generator
) -> np.ndarray:
    """Give a voice another melody and another tempo, and leave its vowels as they are.

    Grains of two periods are laid anew at the periods wanted (TD-PSOLA: Moulines & Charpentier, 1990).

    Parameters
    ----------
    audio, rate
        (n,) float32 samples of one voice, and how many make a second: a multiple of 50.
    delivery
        Its ``pitch``, ``spread``, ``movement``, ``slope`` and ``roughness`` are imposed.
    stretch
        Factor by which the voice gets longer.
    rng
        Chance, for the melody's small moves and the jitter of the periods.

    Returns
    -------
    (n · stretch,) float32 array; the sound itself where nothing in it is voiced.

    Explained in notebook 01.
    """
    times, semitones, voiced = prosody.clean_pitch(audio, rate)
    if voiced.sum() < 3:
        return audio
    target = _melody(times * stretch, semitones, voiced, delivery, rng)
    seconds = np.arange(len(audio)) / rate
    own, wanted = (np.interp(seconds, times, track) for track in (semitones, target))
    is_voiced = np.interp(seconds, times, voiced.astype(float)) > 0.5
    period, new_period = (rate / (100 * 2 ** (np.clip(track, -12, 40) / 12)) for track in (own, wanted))
    marks, steady = _marks(audio, period, is_voiced, rate)
    return _relay(audio, marks, steady, period, new_period, stretch, delivery.roughness, rng)


def _melody(
    times: np.ndarray, semitones: np.ndarray, voiced: np.ndarray, delivery: Delivery, rng: np.random.Generator
) -> np.ndarray:
    """The pitch wanted, in semitones: the voice's own excursions, a slope, and small quick moves."""
    middle = np.median(semitones[voiced])
    line = np.polyfit(times[voiced], semitones[voiced], 1)
    rest = semitones - np.polyval(line, times)
    slope = (_SLOPE + delivery.slope) * (times - times[voiced].mean())
    quick = signal.sosfiltfilt(
        signal.butter(2, (2.5, 6), "band", fs=100, output="sos"), rng.standard_normal(len(times) + 100)
    )[50:-50]
    quick *= max(0.0, _MOVEMENT + delivery.movement) / (0.2 * quick[voiced].std() + 1e-6)
    spread = max(0.5, _SPREAD + delivery.spread)
    left = spread**2 - slope[voiced].var() - quick[voiced].var()
    grown = np.sqrt(np.clip(left / max(rest[voiced].var(), 0.3), 0.2, 16))
    target = slope + quick + grown * rest
    return middle + delivery.pitch + target - np.median(target[voiced])


def perform(audio: np.ndarray, rate: int, delivery: Delivery) -> tuple[np.ndarray, float]:
    """Give a neutral voice the melody and the tempo of a delivery.

    Takes (n,) samples and their rate as ``bend`` does; returns the sound, and how many times as long it got.
    Explained in notebook 01.
    """
    seconds = len(audio) / rate
    # Long sentences grow more than the short ones that actors were measured on.
    longer = delivery.length * max(1.0, seconds / _USUAL_LENGTH) ** 0.5
    stretch = float(np.clip(1 + longer / seconds, 0.6, 1.8))
    rng = np.random.default_rng([3, len(audio)])
    bent = bend(audio, rate, delivery, stretch=stretch, rng=rng)
    return bent, len(bent) / len(audio)


def strain(audio: np.ndarray, plain: np.ndarray, rate: int, delivery: Delivery) -> np.ndarray:
    """Tilt a spectrum until its ``tilt`` is the plain voice's and the decibels that the delivery adds to it.

    Takes (n,) samples of the voice and of its plain self, at one rate; returns (n,). Explained in notebook
    01.
    """
    size = fft.next_fast_len(len(audio), real=True)
    shape = np.interp(fft.rfftfreq(size, 1 / rate), _EFFORT_HZ, _EFFORT_GAIN)
    spectrum = fft.rfft(audio, size)
    wanted, gain = tilt(plain, rate) + delivery.tilt, 0.0
    for _ in range(4):
        tilted = fft.irfft(spectrum * np.float32(10 ** (gain * shape / 20)), size)[: len(audio)]
        gain += (wanted - tilt(tilted, rate)) / 0.6
    return tilted


def usual_colour(audio: np.ndarray, rate: int, *, own: float) -> np.ndarray:
    """Bring a synthetic voice's long-term spectrum near a person's, ``own`` dB an octave off the usual one.

    Takes and returns (n,) samples. The variants of espeak-ng differ in colour two to five times as much as
    people do. Explained in notebook 01.
    """
    middles = np.sqrt(_EDGES[1:] * _EDGES[:-1])
    wanted = _USUAL + own * np.log2(middles / 1000) - _bands(audio, rate)
    size = fft.next_fast_len(len(audio), real=True)
    gain = np.interp(fft.rfftfreq(size, 1 / rate), middles, np.clip(wanted - wanted.mean(), -25, 25))
    return fft.irfft(fft.rfft(audio, size) * np.float32(10 ** (gain / 20)), size)[: len(audio)]


def _bands(audio: np.ndarray, rate: int) -> np.ndarray:
    power, frequencies, heard = _spectra(audio, rate)
    inside = [(frequencies >= low) & (frequencies < high) for low, high in pairwise(_EDGES)]
    return np.array([10 * np.log10(power[heard][:, one].mean(axis=1) + 1e-14).mean() for one in inside])


def level(audio: np.ndarray, rate: int) -> float:
    """Level of the audible parts of (n,) samples, in dB below full scale. Explained in notebook 01."""
    frames = _frames(audio, rate)
    power = (frames**2).mean(axis=1)
    return float(10 * np.log10(power[_audible(power)].mean() + 1e-12))


def tilt(audio: np.ndarray, rate: int) -> float:
    """Power of 1–5 kHz against 0.08–1 kHz in dB, mean over the audible parts of (n,) samples.

    Explained in notebook 01.
    """
    power, frequencies, heard = _spectra(audio, rate)
    low, high = (
        power[heard][:, (frequencies >= a) & (frequencies < b)].sum(axis=1)
        for a, b in ((80, 1000), (1000, 5000))
    )
    return float(np.mean(10 * np.log10((high + 1e-12) / (low + 1e-12))))


def _spectra(audio: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Power spectra of 25 ms windows, their frequencies in Hz, and which windows are audible."""
    frames = _frames(audio, rate)
    power = np.abs(fft.rfft(frames * _hann(frames.shape[1]), axis=1)) ** 2
    return power, fft.rfftfreq(frames.shape[1], 1 / rate), _audible((frames**2).mean(axis=1))


def _frames(audio: np.ndarray, rate: int) -> np.ndarray:
    window = rate // 40
    return np.lib.stride_tricks.sliding_window_view(np.pad(audio, (0, window)), window)[:: rate // 100]


def _audible(power: np.ndarray) -> np.ndarray:
    return power >= np.percentile(power, 95) * 1e-3


def _marks(audio: np.ndarray, period: np.ndarray, voiced: np.ndarray, rate: int) -> tuple:
    """Where grains are cut: at the strongest moment of each period, every 5 ms where there is none."""
    smooth = signal.sosfiltfilt(signal.butter(2, 900, fs=rate, output="sos"), audio)
    smooth = smooth * (1 if abs(smooth.max()) > abs(smooth.min()) else -1)
    marks, steady, at, n = [], [], 0, len(audio)
    while at < n:
        if voiced[at]:
            own = int(period[at])
            reach = own if not steady or not steady[-1] else max(2, own // 4)
            left, right = max(at - (0 if reach == own else reach), 0), min(at + reach, n)
            peak = left + int(np.argmax(smooth[left:right]))
            if marks and peak <= marks[-1]:
                peak = at
            marks.append(peak)
            steady.append(True)
            at = peak + own
        else:
            marks.append(at)
            steady.append(False)
            at += rate // 200
    return np.array(marks), np.array(steady)


def _relay(audio, marks, steady, period, new_period, stretch, roughness, rng) -> np.ndarray:
    """Overlap-add the grains nearest to each new mark."""
    n = len(audio)
    out = np.zeros(int(n * stretch) + 1, np.float32)
    at, last = 0.0, len(marks) - 1
    index = 0
    wide = int(period.max()) + 2
    padded = np.pad(audio, (wide, wide))
    while at < len(out) - 1:
        origin = at / stretch
        while index < last and abs(marks[index + 1] - origin) <= abs(marks[index] - origin):
            index += 1
        mark = marks[index]
        place = min(int(origin), n - 1)
        if steady[index]:
            own, step = period[mark], new_period[place]
            step *= 1 + roughness * rng.standard_normal()
        else:
            own = step = marks[min(index + 1, last)] - mark or 110
            own = step = min(step, 300)
        half = int(min(own, wide - 1))
        grain = padded[mark + wide - half : mark + wide + half] * _hann(2 * half)
        if steady[index]:
            grain = grain * min(1.5, (step / own)) ** 0.5
        start = int(at) - half
        left, right = max(start, 0), min(start + 2 * half, len(out))
        if right > left:
            out[left:right] += grain[left - start : right - start]
        at += max(step, 8.0)
    return out


@cache
def _hann(size: int) -> np.ndarray:
    return np.float32(np.hanning(size + 1)[:-1])
