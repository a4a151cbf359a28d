"""Prosody: pitch, voicing and effort, the part of a voice that says how and not what."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import swift_f0
from scipy import fft, ndimage, signal

from s2f_utils import FRAME_RATE, SAMPLE_RATE
from s2f_utils.sound import speech

VOICED = 0.5  # voicing from which a column counts as voiced
LOWEST, HIGHEST = 60, 800  # Hz
# What a summary holds; only the last is not the same however loud the recording is.
SUMMARY = (
    "pitch", "pitch_spread", "pitch_movement", "pitch_slope", "loudness_spread", "loudness_movement",
    "voiced_share", "time", "voiced_runs", *(f"spectrum_{number}" for number in range(1, 13)), "level",
)  # fmt: skip
# Of a clean voice: by how much it is decimated, its highest pitch in Hz, and how alike voiced periods are.
_SLOWER, _CLEAN_HIGHEST, _ALIKE = 4, 450, 0.45
_REFERENCE = 100.0  # Hz: 0 semitones
AHEAD = 32  # columns from which the tracker draws what it says of one


@cache
def detector() -> swift_f0.SwiftF0:
    """Give the tracker of pitch, loaded once."""
    return swift_f0.SwiftF0(threads=1, spin=False)


def track(audio: np.ndarray, *, n_frames: int | None = None) -> dict[str, np.ndarray]:
    """Pitch and voicing at the columns of ``speech.log_mel``, as SwiftF0 hears them (Nieradzik, 2025).

    Parameters
    ----------
    audio
        (n,) samples at 16 kHz.
    n_frames
        Video frames T to cover; by default as many as the sound fills. Beyond its end there is no voice.

    Returns
    -------
    dict
        ``pitch`` (4T,) float32, semitones over 100 Hz between 60 and 800 Hz: what lies between two voiced
        stretches is drawn straight from one to the other, before the first and after the last it is held, and
        without any it is 0. ``voicing`` (4T,) float32, 0…1: how sure it is that somebody speaks with voice.

    See notebook 02_feature_extraction.
    """
    frames = max(1, len(audio) * FRAME_RATE // SAMPLE_RATE) if n_frames is None else n_frames
    found = detector().detect(audio, SAMPLE_RATE, LOWEST, HIGHEST)
    columns = np.arange(frames * speech.COLUMNS_PER_FRAME) / speech.COLUMN_RATE
    voicing = np.interp(columns, found.timestamps, found.confidence, left=0, right=0)
    sure = found.confidence > VOICED
    if not sure.any():
        return {"pitch": np.zeros(len(columns), np.float32), "voicing": np.float32(voicing)}
    pitch = np.interp(columns, np.asarray(found.timestamps)[sure], semitones(found.pitch_hz)[sure])
    return {"pitch": np.float32(pitch), "voicing": np.float32(voicing)}


def semitones(pitch: np.ndarray) -> np.ndarray:
    """Say frequencies in Hz as semitones over 100 Hz; what is no pitch counts as the lowest."""
    return 12 * np.log2(np.maximum(pitch, LOWEST) / _REFERENCE)


def clean_pitch(audio: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Track the pitch of a voice that no room or noise has touched: by autocorrelation, in milliseconds.

    Takes (n,) samples and how many make a second. Returns (m,) times in seconds, a hundredth apart, semitones
    over 100 Hz held through voiceless stretches, and what is voiced. See notebook 05_expression.
    """
    slow = signal.decimate(audio, _SLOWER, ftype="fir").astype(np.float32)
    rate = rate / _SLOWER
    window, hop = round(0.04 * rate), round(0.01 * rate)
    hann = np.hanning(window + 1)[:-1].astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(slow, window // 2), window)[::hop]
    power = np.abs(fft.rfft(frames * hann, 4 * window, axis=1)) ** 2
    alike = (
        fft.irfft(power, axis=1)[:, : window // 2]
        / fft.irfft(np.abs(fft.rfft(hann, 4 * window)) ** 2)[: window // 2]
    )
    alike /= np.maximum(alike[:, :1], 1e-9)
    lags = np.arange(window // 2)
    alike[:, (lags < rate / _CLEAN_HIGHEST) | (lags > rate / LOWEST)] = -1
    best = alike.max(axis=1)
    # The first of the peaks that are nearly as high: twice the period fits as well.
    peaks = (alike > np.roll(alike, 1, axis=1)) & (alike >= np.roll(alike, -1, axis=1))
    lag = np.argmax(peaks & (alike > 0.9 * best[:, None]), axis=1)
    loud = (frames**2).mean(axis=1)
    voiced = (best > _ALIKE) & (loud > 1e-3 * np.percentile(loud, 95))
    times = np.arange(len(frames)) * hop / rate
    if voiced.sum() < 3:
        return times, np.zeros(len(times)), np.zeros(len(times), bool)
    found = 12 * np.log2(rate / np.maximum(_refined(alike, lag), 1) / _REFERENCE)
    held = np.interp(times, times[voiced], ndimage.median_filter(found[voiced], 3))
    return times, held, voiced


def _refined(alike: np.ndarray, lag: np.ndarray) -> np.ndarray:
    """Where the parabola through a peak and its neighbours is highest."""
    rows = np.arange(len(lag))
    before, here, after = (alike[rows, np.clip(lag + step, 0, alike.shape[1] - 1)] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    return lag + np.where(np.abs(bend) > 1e-9, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0).clip(
        -1, 1
    )


def listen(audio: np.ndarray, *, n_frames: int | None = None) -> dict[str, np.ndarray]:
    """Describe a sound as the networks hear it: (n,) samples at 16 kHz.

    Returns ``log_mel`` (4T, 40), ``loudness``, ``pitch`` and ``voicing`` (4T,). See notebook
    02_feature_extraction.
    """
    return {
        "log_mel": speech.log_mel(audio, n_frames=n_frames),
        "loudness": speech.loudness(audio, n_frames=n_frames),
        **track(audio, n_frames=n_frames),
    }


def running(clip: Mapping[str, np.ndarray]) -> np.ndarray:
    """Summarise how a voice has spoken so far, at every column.

    Everything is counted over voiced columns, so that neither a room nor a silence has a say, and all but
    the last number is the same however loud the recording is.

    Parameters
    ----------
    clip
        What ``listen`` makes.

    Returns
    -------
    (4T, 22) float32 array
        The numbers that ``SUMMARY`` names: pitch in semitones (mean, spread, movement in 10 ms, slope a
        second), loudness in dB (spread, movement), the voiced share of the time, the logarithm of that time
        in seconds, voiced runs a second, twelve cosines of the mean log-mel spectrum, and its level in dB.

    See notebook 05_expression.
    """
    pitch, loudness = (clip[name].astype(np.float64) for name in ("pitch", "loudness"))
    voiced = (clip["voicing"] > VOICED).astype(np.float64)
    both = voiced * np.append(0, voiced[:-1])  # this column and the one before
    times = np.arange(len(pitch)) / speech.COLUMN_RATE
    count = np.maximum(np.cumsum(voiced), 1)

    def mean(track: np.ndarray) -> np.ndarray:
        weighed = voiced[:, None] * track if track.ndim == 2 else voiced * track
        return np.cumsum(weighed, axis=0) / (count[:, None] if track.ndim == 2 else count)

    def spread(track: np.ndarray) -> np.ndarray:
        return np.sqrt(np.maximum(mean(track**2) - mean(track) ** 2, 0))

    def movement(track: np.ndarray) -> np.ndarray:
        return np.cumsum(both * np.abs(np.diff(track, prepend=track[0]))) / np.maximum(np.cumsum(both), 1)

    first = times[np.argmax(voiced)] if voiced.any() else 0.0
    last = np.maximum.accumulate(np.where(voiced > 0, times, first))
    span = np.maximum(last - first, 0.1)
    spread_of_times = mean(times**2) - mean(times) ** 2
    slope = (mean(times * pitch) - mean(times) * mean(pitch)) / np.maximum(spread_of_times, 0.01)
    level = clip["log_mel"].mean(axis=1)
    spectrum = mean(clip["log_mel"] - level[:, None])
    cosines = fft.dct(spectrum, norm="ortho", axis=1)[:, 1:13]
    runs = np.cumsum(np.diff(voiced, prepend=0.0) > 0) / span
    share = np.cumsum(voiced) / speech.COLUMN_RATE / span
    tracks = [mean(pitch), spread(pitch), movement(pitch), slope, spread(loudness), movement(loudness)]
    tracks += [share, np.log(span), runs, *cosines.T, mean(loudness)]
    return np.column_stack(tracks).astype(np.float32)


def summary(clip: Mapping[str, np.ndarray]) -> np.ndarray:
    """Summarise how a voice has spoken a whole recording: the last row of ``running``."""
    return running(clip)[-1]


def so_far(summaries: np.ndarray) -> np.ndarray:
    """Tell at each video frame what is known of a voice by then: (4T, 22) of ``running`` → (T, 22).

    That is how it had spoken a third of a second ago, since the tracker of the pitch hears so far ahead;
    zeros before. See notebook 03_cnn_rnn_training.
    """
    known = np.pad(summaries, ((AHEAD, 0), (0, 0)))[: len(summaries)]
    return known[speech.COLUMNS_PER_FRAME - 1 :: speech.COLUMNS_PER_FRAME]


def measures(clip: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Measure how a clip is spoken, in the numbers that actors are compared by.

    Takes what ``listen`` makes. Returns ``pitch``, the median in semitones over 100 Hz, and its ``spread``;
    ``level``, dB below full scale of the audible parts; ``tilt``, 1–5 kHz against 0.08–1 kHz in dB; and
    ``length``, seconds from the first to the last audible column. See notebook 05_expression.
    """
    loudness = clip["loudness"]
    quiet, loud = np.percentile(loudness, [5, 95])
    heard = loudness > max(loud - 30, quiet + 6)
    heard = heard if heard.any() else np.ones(len(loudness), bool)  # a steady sound has no pauses
    voiced = heard & (clip["voicing"] > VOICED)
    pitch = clip["pitch"][voiced if voiced.any() else slice(None)]
    ends = np.flatnonzero(heard)[[0, -1]]
    low, high = (np.exp(clip["log_mel"][heard]) @ weights for weights in _bands())
    return {
        "pitch": float(np.median(pitch)),
        "spread": float(pitch.std()),
        "level": float(10 * np.log10(np.mean(10 ** (loudness[heard] / 10)) + 1e-12)),
        "tilt": float(np.mean(10 * np.log10((high + 1e-12) / (low + 1e-12)))),
        "length": float(ends[1] - ends[0]) / speech.COLUMN_RATE,
    }


@cache
def _bands() -> tuple[np.ndarray, np.ndarray]:
    """Weights that sum log-mel power over 0.08–1 and 1–5 kHz, without its pre-emphasis: (40,) each."""
    centres = speech.mel_centres()
    emphasis = np.abs(1 - speech.PRE_EMPHASIS * np.exp(-2j * np.pi * centres / SAMPLE_RATE)) ** 2
    power = np.gradient(centres) / emphasis
    return tuple(power * ((centres >= low) & (centres < high)) for low, high in ((80, 1000), (1000, 5000)))
