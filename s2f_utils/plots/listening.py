"""Figures of notebook 01 to look at while one listens: folded tones, mel bands, the same sound in company."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from s2f_utils import SAMPLE_RATE
from s2f_utils.plots.motion import COLOURS
from s2f_utils.sound import listening, speech

_LANDMARKS_HZ = (500, 1000, 2000, 4000)  # marked on both frequency axes
_COLUMN = 1 / 125  # seconds between columns of ``listening.spectrogram``


def spectrograms(
    sounds: Mapping[str, tuple[np.ndarray, int]], *, tone: tuple[float, float] | None = None
) -> Figure:
    """Draw the spectra of sounds of different rates side by side, on the same axes.

    Takes name → ((n,) samples, rate in Hz); half of each rate is dashed. ``tone`` (highest frequency in Hz,
    seconds) dots the way that a rising tone takes at the first sound's rate. See notebook 01_exploration.
    """
    highest = max(rate for _, rate in sounds.values()) / 2
    fig, axes = plt.subplots(1, len(sounds), figsize=(2.6 * len(sounds) + 0.6, 2.9), sharex=True, sharey=True)
    for ax, (name, (audio, rate)) in zip(np.atleast_1d(axes), sounds.items(), strict=True):
        _spectrogram(ax, audio, rate)
        if rate / 2 < highest:
            ax.axhline(rate / 2, color="white", ls="--", lw=1)
        if tone:
            ax.plot([0, tone[1]], [0, tone[0]], color="white", ls=":", lw=1)
        ax.set(title=name, xlabel="time (s)", ylim=(0, highest), facecolor="black")
    np.atleast_1d(axes)[0].set_ylabel("frequency (Hz)")
    return fig


def linear_and_mel(audio: np.ndarray, log_mel: np.ndarray) -> Figure:
    """Put a sound's spectrum on a linear axis over its (4T, 40) log-mel, the same frequencies marked in both.

    See notebook 01_exploration.
    """
    fig, axes = plt.subplots(2, 1, figsize=(8, 5), sharex=True)
    _spectrogram(axes[0], audio, SAMPLE_RATE)
    shown = np.maximum(log_mel.T, log_mel.max() - speech.DYNAMIC_RANGE)
    extent = (0, len(log_mel) / speech.COLUMN_RATE, -0.5, len(log_mel.T) - 0.5)
    axes[1].imshow(shown, origin="lower", aspect="auto", extent=extent, cmap="magma")
    bands = np.interp(_LANDMARKS_HZ, speech.mel_centres(), np.arange(len(log_mel.T)))
    for ax, places in zip(axes, (_LANDMARKS_HZ, bands), strict=True):
        for place in places:
            ax.axhline(place, color="white", ls="--", lw=0.8)
        ax.grid(False)
        ax.set(yticks=places, yticklabels=_LANDMARKS_HZ)
    axes[0].set(ylabel="frequency (Hz)", title="linear: every frequency gets the same room")
    axes[1].set(ylabel="frequency (Hz)", title="40 mel bands: low frequencies get more", xlabel="time (s)")
    return fig


def same_phoneme(
    mouths: Sequence[np.ndarray], truths: Mapping[str, Mapping[str, np.ndarray]], said: pd.DataFrame
) -> Figure:
    """Show what the mouth does around a phoneme, one column for each time that it is said.

    Parameters
    ----------
    mouths
        A (height, width, 3) uint8 picture of each.
    truths
        Path → what is known about a clip.
    said
        Rows of ``coarticulation.occurrences``, as many as there are pictures.

    See notebook 01_exploration.
    """
    size = (2.4 * len(mouths), 4.2)
    fig, axes = plt.subplots(2, len(mouths), figsize=size, sharex="row", sharey="row", squeeze=False)
    for (upper, lower), mouth, row in zip(axes.T, mouths, said.itertuples(), strict=True):
        upper.imshow(mouth)
        upper.axis("off")
        upper.set_title(company(truths[row.clip], row.place))
        _opening(lower, truths[row.clip], row)
    axes[1, 0].set_ylabel("mouth opening\n(inter-ocular)")
    axes[1, 0].set_ylim(bottom=-0.07)
    return fig


def company(truth: Mapping[str, np.ndarray], place: int) -> str:
    """Write a phoneme between its neighbours, such as ``a · t · s``. See notebook 01_exploration."""
    symbols = truth["phonemes"][max(0, place - 1) : place + 2]
    return " · ".join(str(symbol).strip("ˈˌ_") or "–" for symbol in symbols)


def by_what_follows(groups: Mapping[str, np.ndarray], offsets: np.ndarray, *, length: float) -> Figure:
    """Draw how the mouth comes to a sound: the mean and its standard error for each group of what follows.

    Takes (times said, n) openings of each group at (n,) seconds from the start of the following sound, and
    how many seconds the phoneme before it lasts, which are shaded. See notebook 01_exploration.
    """
    fig, ax = plt.subplots(figsize=(8, 3.2))
    ax.axvspan(-1000 * length, 0, color="#dddddd", lw=0)
    colours = (COLOURS["ridge"], COLOURS["cnn_rnn"], COLOURS["loudness"])
    for (name, openings), colour in zip(groups.items(), colours, strict=False):
        mean, error = openings.mean(axis=0), openings.std(axis=0) / np.sqrt(len(openings))
        ax.plot(1000 * offsets, mean, color=colour, lw=2, label=f"{name}: {len(openings)}")
        ax.fill_between(1000 * offsets, mean - error, mean + error, color=colour, alpha=0.2, lw=0)
    ax.axvline(0, color="black", lw=1)
    ax.set(xlabel="time from the start of the following sound (ms)", ylabel="mouth opening\n(inter-ocular)")
    ax.set_ylim(bottom=0)
    ax.legend(title="what follows", fontsize=9, title_fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig


def _spectrogram(ax: Axes, audio: np.ndarray, rate: int) -> None:
    levels = listening.spectrogram(audio, rate)
    extent = (0, levels.shape[1] * _COLUMN, 0, rate / 2)
    ax.imshow(levels, origin="lower", aspect="auto", extent=extent, cmap="magma", vmin=-60, vmax=0)
    ax.grid(False)


def _opening(ax: Axes, truth: Mapping[str, np.ndarray], row: tuple, reach: float = 0.3) -> None:
    """Draw the opening some seconds around a phoneme, and write every phoneme where it sounds."""
    ax.axvspan(1000 * (row.start - row.middle), 1000 * (row.end - row.middle), color="#dddddd", lw=0)
    near = np.abs(truth["times"] - row.middle) < reach + 0.05
    ax.plot(1000 * (truth["times"][near] - row.middle), truth["opening"][near], color=COLOURS["true"])
    for symbol, start, end in zip(truth["phonemes"], truth["starts"], truth["ends"], strict=True):
        centre = (start + end) / 2 - row.middle
        if abs(centre) < reach:
            ax.text(1000 * centre, -0.03, str(symbol).strip("ˈˌ_"), ha="center", va="top", fontsize=9)
    ax.set(xlabel="time (ms)", xlim=(-1000 * reach, 1000 * reach))
