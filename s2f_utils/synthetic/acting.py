"""Acting: how real actors raise, strain and slow the voice in an emotion, imposed on a synthetic one."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import fft, ndimage, signal

from s2f_utils.sound import prosody

# Actors of RAVDESS whose statistics the table of acting holds: no test of what is learned from it.
ADJUSTED_TO = tuple(range(1, 13))
MEASURES = ("pitch", "spread", "level", "tilt", "length", "movement", "slope")
_COMMON = 0.35  # share of what tells actors apart that they do in every emotion
_EFFORT = np.array(
    [0.8, 0.0, 0.8, 0.5, 0.0, 0.3, 0.0]
)  # how much an actor's effort has to do with each measure
_EFFORT_OF_TAKE = np.array([0.7, 0.0, 0.7, 0.0, 0.0, 0.0, 0.0])
_USUAL_LENGTH = 1.6  # seconds of the statements on which length was measured
# What effort does to a spectrum, as a share of what it does at 3 kHz: the mean of those actors' loud takes.
_EFFORT_HZ = (0, 350, 700, 1000, 1500, 2000, 3000, 4000, 8000)
_EFFORT_GAIN = (0.0, 0.0, 0.4, 0.65, 0.52, 0.6, 1.0, 0.95, 0.85)
_MOVEMENT, _SLOPE = 0.2, -5.3  # of neutral speech: semitones in 10 ms, and semitones a second
_SPREAD = 2.4  # semitones around the median in neutral speech, more than espeak-ng gives it
# The long-term spectrum of those actors' neutral speech: dB in bands between these frequencies.
_EDGES = np.array([80, 300, 600, 1000, 1600, 2500, 4000, 6000, 8000])
_USUAL = np.array([18.9, 15.8, 6.9, 0.6, -1.9, -7.0, -13.5, -19.8])
# Shares of the spread between actors and between takes that are drawn: sentences and voices add their own.
_ACTORS, _TAKES = 0.6, 0.85
_SLOWER, _HIGHEST, _ALIKE = (
    4,
    450,
    0.45,
)  # decimation, Hz, and autocorrelation of what is voiced, for the pitch
_FARTHEST = 2.2  # standard deviations that anybody lies from the mean
# Emotion → breath in dB above the voice's own, roughness (share of a period by which periods jitter).
_BREATH = {"calm": 3.0, "sad": 4.0, "fearful": 2.0, "angry": -2.0, "happy": -1.0}
_ROUGH = {"angry": 0.02, "disgust": 0.015, "sad": 0.01, "fearful": 0.01}


class Delivery(NamedTuple):
    """How one take is spoken, against the same person's neutral voice.

    Median pitch and spread of the pitch in semitones, level and tilt (1–5 kHz against 0.08–1 kHz) in dB,
    length in seconds, movement of the pitch in semitones a hundredth of a second, its slope in semitones a
    second, breath in dB, and roughness as a share of the period.
    """

    pitch: float
    spread: float
    level: float
    tilt: float
    length: float
    movement: float
    slope: float
    breath: float
    roughness: float


PLAIN = Delivery(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.004)


@cache
def table() -> pd.DataFrame:
    """What real actors do: a row for each (emotion, intensity).

    Mean of each of ``MEASURES`` against the actor's own neutral takes, and its spread between takes
    (``_take``) and between actors (``_actor``), in `Delivery`'s units: (15, 21). Measured on the speech of
    RAVDESS (Livingstone & Russo, 2018), actors 1 to 12. Explained in notebook 01.
    """
    path = Path(__file__).with_suffix(".csv")
    return pd.read_csv(path).set_index(["emotion", "intensity"])


def deliver(emotion: str, intensity: int, *, speaker: int, take: np.random.Generator) -> Delivery:
    """Draw how a speaker delivers one take of an emotion.

    Parameters
    ----------
    emotion, intensity
        A row of ``table``; neutral has intensity 1 alone.
    speaker
        Number of the voice: each acts each emotion in a way of their own.
    take
        Chance: no two takes are alike.

    Explained in notebook 01.
    """
    row = table().loc[(emotion, intensity)]
    habits = np.random.default_rng([13, speaker])
    common = habits.normal(size=(2, len(MEASURES)))  # of every emotion, of this one
    for _ in range(1 + list(table().index.get_level_values(0).unique()).index(emotion)):
        own = habits.normal(size=len(MEASURES))
        effort = habits.normal()
    actor = np.sqrt(_COMMON) * common[0] + np.sqrt(1 - _COMMON) * own
    actor = np.sqrt(1 - _EFFORT**2) * actor + _EFFORT * effort
    mood = np.sqrt(1 - _EFFORT_OF_TAKE**2) * take.normal(size=len(MEASURES)) + _EFFORT_OF_TAKE * take.normal()
    columns = [list(MEASURES), [f"{name}_actor" for name in MEASURES], [f"{name}_take" for name in MEASURES]]
    mean, between_actors, between_takes = (row[names].to_numpy(float) for names in columns)
    actor, mood = (np.clip(z, -_FARTHEST, _FARTHEST) for z in (actor, mood))
    values = mean + _ACTORS * between_actors * actor + _TAKES * between_takes * mood
    strength = 1.0 if intensity == 2 else 0.5
    breath = strength * _BREATH.get(emotion, 0.0) + 2.0 * own[0] + take.normal()
    rough = strength * _ROUGH.get(emotion, 0.0) * np.exp(0.5 * own[1]) + 0.004
    return Delivery(*values, breath, rough)


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
    times, semitones, voiced = _pitch(audio, rate)
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


def _pitch(audio: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Track the pitch of a voice that no room or noise has touched: by autocorrelation, in milliseconds.

    Returns times in seconds, semitones over 100 Hz held through voiceless stretches, and what is voiced.
    """
    slow = signal.decimate(audio, _SLOWER, ftype="fir").astype(np.float32)
    rate = rate / _SLOWER
    window, hop = round(0.04 * rate), round(0.01 * rate)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(slow, window // 2), window)[::hop]
    power = np.abs(fft.rfft(frames * _hann(window), 4 * window, axis=1)) ** 2
    alike = (
        fft.irfft(power, axis=1)[:, : window // 2]
        / fft.irfft(np.abs(fft.rfft(_hann(window), 4 * window)) ** 2)[: window // 2]
    )
    alike /= np.maximum(alike[:, :1], 1e-9)
    lags = np.arange(window // 2)
    alike[:, (lags < rate / _HIGHEST) | (lags > rate / prosody.LOWEST)] = -1
    best = alike.max(axis=1)
    # The first of the peaks that are nearly as high: twice the period fits as well.
    peaks = (alike > np.roll(alike, 1, axis=1)) & (alike >= np.roll(alike, -1, axis=1))
    lag = np.argmax(peaks & (alike > 0.9 * best[:, None]), axis=1)
    loud = (frames**2).mean(axis=1)
    voiced = (best > _ALIKE) & (loud > 1e-3 * np.percentile(loud, 95))
    times = np.arange(len(frames)) * hop / rate
    if voiced.sum() < 3:
        return times, np.zeros(len(times)), np.zeros(len(times), bool)
    semitones = 12 * np.log2(rate / np.maximum(_refined(alike, lag), 1) / 100)
    held = np.interp(times, times[voiced], ndimage.median_filter(semitones[voiced], 3))
    return times, held, voiced


def _refined(alike: np.ndarray, lag: np.ndarray) -> np.ndarray:
    """Where the parabola through a peak and its neighbours is highest."""
    rows = np.arange(len(lag))
    before, here, after = (alike[rows, np.clip(lag + step, 0, alike.shape[1] - 1)] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    return lag + np.where(np.abs(bend) > 1e-9, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0).clip(
        -1, 1
    )


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
