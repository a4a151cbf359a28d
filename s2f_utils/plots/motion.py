"""The figures of the speech half of the study: each takes arrays, draws one message, returns the figure."""

from collections.abc import Mapping, Sequence

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from s2f_utils import FRAME_RATE, SAMPLE_RATE
from s2f_utils.faces import drawing
from s2f_utils.sound import speech

_SHADE = sns.color_palette("colorblind").as_hex()
# The same colour for the same predictor in every figure; told apart by the colour-blind too.
COLOURS = {
    "true": "#222222", "cnn_rnn": _SHADE[0], "cnn_rnn_live": "#00395c", "lstm_2018": _SHADE[9],
    "ridge": _SHADE[1], "loudness": _SHADE[2], "sentence_mean": _SHADE[6], "net_2017_repaired": _SHADE[7],
    "net_2017": _SHADE[3], "mean_motion": _SHADE[4], "still_face": _SHADE[5], "oracle": "#a89600",
}  # fmt: skip
PREDICTORS = tuple(COLOURS)
LABELS = {
    "mouth_correlation": "correlation of\nmouth opening",
    "motion_ratio": "motion ratio\n(predicted / true spread)",
    "mouth_rmse": "mouth error\n(inter-ocular distances)",
    "velocity_correlation": "correlation of\nmouth velocity",
    "skill": "skill over the still face",
    "sync_offset_frames": "sync offset (frames)",
    "mse_2017": "squared error as in 2017",
}


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


def learning_curves(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw loss against epoch for each model: training solid, validation dashed; logarithmic."""
    fig, axes = plt.subplots(1, len(histories), figsize=(4.2 * len(histories), 3), squeeze=False)
    for ax, (name, history) in zip(axes.flat, histories.items(), strict=True):
        for key, style in (("loss", "-"), ("val_loss", "--")):
            if key in history:
                label = "training speakers" if key == "loss" else "validation speakers"
                ax.plot(
                    range(1, len(history[key]) + 1), history[key], style, color=COLOURS[name], label=label
                )
        ax.set(xlabel="epoch", ylabel="loss", title=name, yscale="log")
        ax.legend(frameon=False, fontsize=8)
    return fig


def components(mean: np.ndarray, basis: np.ndarray, neutral: np.ndarray, *, count: int = 4) -> Figure:
    """Show what the first principal components of facial motion do: two spreads to either side of the mean.

    Takes (136,), (k, 136) and a (68, 2) face in inter-ocular distances to move.
    """
    count = min(count, len(basis))
    fig, axes = plt.subplots(1, count, figsize=(2.2 * count, 2.6))
    for number, ax in enumerate(np.atleast_1d(axes)):
        for amount, colour in ((-2, COLOURS["ridge"]), (2, COLOURS["cnn_rnn"])):
            points = neutral + (mean + amount * basis[number]).reshape(68, 2)
            for lines in drawing.CONTOURS.values():
                for indices, closed in lines:
                    line = points[[*indices, indices[0]] if closed else list(indices)]
                    ax.plot(*line.T, color=colour, lw=1)
        ax.invert_yaxis()
        ax.set(aspect="equal", title=f"component {number + 1}")
        ax.axis("off")
    return fig


def tracks(openings: Mapping[str, np.ndarray], *, title: str = "") -> Figure:
    """Draw the (T,) mouth opening of the truth and of each predictor over time."""
    fig, ax = plt.subplots(figsize=(8, 2.8))
    for name, opening in openings.items():
        width = 2.2 if name in ("true", "cnn_rnn") else 1.1
        ax.plot(np.arange(len(opening)) / FRAME_RATE, opening, label=name, color=COLOURS[name], lw=width)
    ax.set(xlabel="time (s)", ylabel="mouth opening\n(inter-ocular)", title=title)
    ax.legend(frameon=False, ncols=4, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.22))
    return fig


def measures(people: pd.DataFrame, names: Sequence[str], intervals: Mapping[tuple, tuple]) -> Figure:
    """Compare predictors: a dot for each person, the mean over people with its 95 % interval.

    Takes ``motion_metrics.by_speaker``'s table, the measures to draw, and (predictor, measure) → (low, high).
    """
    predictors = [name for name in PREDICTORS if name in set(people["predictor"])]
    fig, axes = plt.subplots(1, len(names), figsize=(3 * len(names), 0.5 * len(predictors) + 1), sharey=True)
    for ax, measure in zip(np.atleast_1d(axes), names, strict=True):
        for row, name in enumerate(predictors):
            values = people.loc[people["predictor"] == name, measure]
            ax.plot(values, np.full(len(values), row), "o", ms=4, alpha=0.35, color=COLOURS[name])
            ax.plot(intervals[name, measure], (row, row), lw=2, color=COLOURS[name])
            ax.plot(values.mean(), row, "D", ms=7, color=COLOURS[name])
        ax.set(xlabel=LABELS[measure], yticks=range(len(predictors)), yticklabels=predictors)
    np.atleast_1d(axes)[0].invert_yaxis()
    return fig


def worth(people: pd.DataFrame) -> Figure:
    """Show what ingredients are worth: one row each, a dot for each person (column), their mean a diamond."""
    fig, ax = plt.subplots(figsize=(6, 0.45 * len(people) + 1))
    for row, values in enumerate(people.to_numpy()):
        ax.plot(values, np.full(len(values), row), "o", ms=4, alpha=0.35, color=COLOURS["cnn_rnn"])
        ax.plot(values.mean(), row, "D", ms=7, color=COLOURS["cnn_rnn"])
    ax.axvline(0, color="black", lw=0.8)
    ax.set(xlabel="loss of correlation without it", yticks=range(len(people)), yticklabels=people.index)
    ax.invert_yaxis()
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
