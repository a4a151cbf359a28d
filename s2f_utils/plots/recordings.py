"""Figures of recordings and what is measured in them: pictures, sound, tracked landmarks, distributions."""

from collections.abc import Mapping, Sequence

import cv2
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.figure import Figure

from s2f_utils import FRAME_RATE, SAMPLE_RATE
from s2f_utils.faces import drawing
from s2f_utils.plots.motion import COLOURS
from s2f_utils.sound import speech


def pictures(images: Sequence[np.ndarray], titles: Sequence[str] = (), *, columns: int = 6) -> Figure:
    """Lay out (height, width, 3) uint8 pictures in a grid, each under its title."""
    rows = -(-len(images) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(1.5 * columns, 1.7 * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image in zip(axes.flat, images, strict=False):
        ax.imshow(image)
    for ax, title in zip(axes.flat, titles, strict=False):
        ax.set_title(title, fontsize=8)
    return fig


def sound(
    audio: np.ndarray, *, log_mel: np.ndarray | None = None, opening: np.ndarray | None = None
) -> Figure:
    """Draw a sound's waveform over its log-mel spectrum, and the mouth opening that went with it.

    Takes (n,) samples at 16 kHz and, if known, (T,) mouth opening in inter-ocular distances; (4T, 40) log-mel
    where it is not the whole sound's own.
    """
    log_mel = speech.log_mel(audio) if log_mel is None else log_mel
    rows = 2 if opening is None else 3
    fig, axes = plt.subplots(rows, 1, figsize=(8, 1.7 * rows), sharex=True)
    axes[0].plot(np.arange(len(audio)) / SAMPLE_RATE, audio, lw=0.4, color=COLOURS["true"])
    axes[0].set_ylabel("pressure\n(full scale 1)")
    extent = (0, len(log_mel) / speech.COLUMN_RATE, 0, log_mel.shape[1])
    shown = np.maximum(log_mel.T, log_mel.max() - 15)
    axes[1].imshow(shown, origin="lower", aspect="auto", extent=extent, cmap="magma")
    axes[1].grid(False)
    axes[1].set_ylabel("mel band")
    if opening is not None:
        axes[2].plot(np.arange(len(opening)) / FRAME_RATE, opening, color=COLOURS["true"])
        axes[2].set_ylim(0, max(0.2, 1.05 * opening.max()))  # a dead mouth looks dead
        axes[2].set_ylabel("mouth opening\n(inter-ocular)")
    axes[-1].set_xlabel("time (s)")
    fig.align_ylabels()
    return fig


def spectra_2017(log_mel: np.ndarray, fft: np.ndarray, repaired: np.ndarray) -> Figure:
    """Put what the 2017 network heard beside log-mel: three (frequency, time) pictures of one moment."""
    fig, axes = plt.subplots(1, 3, figsize=(9, 2.6))
    panels = [("2017, as it was", fft), ("2017, without the offset", repaired), ("log-mel", log_mel)]
    for ax, (title, values) in zip(axes, panels, strict=True):
        image = ax.imshow(values, origin="lower", aspect="auto", cmap="magma")
        fig.colorbar(image, ax=ax)
        ax.grid(False)
        ax.set(title=title, xlabel="column", ylabel="mel band" if title == "log-mel" else "frequency bin")
    return fig


def tracked(frames: Sequence[np.ndarray], landmarks: Sequence[np.ndarray]) -> Figure:
    """Draw (68, 2) landmarks over the (height, width, 3) pictures that they were found in."""
    drawn = [
        drawing.stick_face(points, 0, colour=(255, 214, 10), background=frame)
        for frame, points in zip(frames, landmarks, strict=True)
    ]
    return pictures(drawn, columns=min(5, len(drawn)))


def clouds(before: np.ndarray, after: np.ndarray) -> Figure:
    """Show one clip's (T, 68, 2) landmarks before and after the head pose is taken out."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 4))
    for ax, points, title in zip(axes, (before, after), ("pixels, as filmed", "pose removed"), strict=True):
        ax.plot(points[..., 0], points[..., 1], ".", ms=1.5, color=COLOURS["cnn_rnn"], alpha=0.3)
        ax.invert_yaxis()
        ax.set(aspect="equal", title=title)
    axes[0].set(xlabel="pixels", ylabel="pixels")
    axes[1].set(xlabel="inter-ocular distances", ylabel="inter-ocular distances")
    return fig


def scatter(x: np.ndarray, y: np.ndarray, *, xlabel: str, ylabel: str, title: str = "") -> Figure:
    """Plot one measurement against another of the same thing, with the line on which they agree."""
    fig, ax = plt.subplots(figsize=(4, 4))
    ax.plot(x, y, ".", ms=2, alpha=0.3, color=COLOURS["cnn_rnn"])
    ends = [min(x.min(), y.min()), max(x.max(), y.max())]
    ax.plot(ends, ends, lw=1, color=COLOURS["true"])
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, aspect="equal")
    return fig


def histogram(values: Mapping[str, np.ndarray], *, xlabel: str, ylabel: str = "clips", bins=20) -> Figure:
    """Count values in bins, one colour for each group."""
    fig, ax = plt.subplots(figsize=(6, 3))
    palette = sns.color_palette("colorblind", len(values))
    ax.hist(list(values.values()), bins=bins, stacked=True, label=list(values), color=palette)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if len(values) > 1:
        ax.legend(frameon=False, ncols=2, fontsize=8)
    return fig


def thumbnail(image: np.ndarray, size: int) -> np.ndarray:
    """Cut the middle square out of a (height, width, 3) uint8 picture and bring it to ``size`` pixels."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = image[top : top + side, left : left + side]
    return cv2.resize(square, (size, size), interpolation=cv2.INTER_AREA)


def phonemes(truth: Mapping[str, np.ndarray], opening: np.ndarray) -> Figure:
    """Write a clip's phonemes under its (T,) mouth opening, and shade those in which the lips must close.

    Takes the embedded corpus' truth: ``times``, ``phonemes``, ``starts`` and ``ends``.
    """
    fig, ax = plt.subplots(figsize=(9, 2.8))
    ax.plot(truth["times"], opening, color=COLOURS["true"])
    for symbol, start, end in zip(truth["phonemes"], truth["starts"], truth["ends"], strict=True):
        if symbol.strip("ˈˌ") in ("p", "b", "m"):
            ax.axvspan(start, end, color=COLOURS["ridge"], alpha=0.35, lw=0)
        ax.text((start + end) / 2, -0.02, symbol.strip("ˈˌ_"), ha="center", va="top", fontsize=7)
    ax.set(xlabel="time (s)", ylabel="mouth opening\n(inter-ocular)", ylim=(-0.05, None))
    return fig
