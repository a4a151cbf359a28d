"""Figures of predicted motion: how it was learned, how it runs beside the truth, how predictors compare."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from s2f_utils import FRAME_RATE
from s2f_utils.faces import drawing

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


def delays(table: pd.DataFrame, whole: pd.Series, *, chosen: int) -> Figure:
    """Draw what waiting is worth: correlation and error against the delay of a causal network.

    Takes a table with a row for each delay in frames, the measures of the network that hears whole
    utterances, and the chosen delay, which is filled. See notebook 03_cnn_rnn_training.
    """
    milliseconds, colour = table.index * 1000 / FRAME_RATE, COLOURS["cnn_rnn_live"]
    fig, axes = plt.subplots(1, 2, figsize=(8, 3))
    for ax, measure in zip(axes, ("mouth_correlation", "mouth_rmse"), strict=True):
        ax.plot(milliseconds, table[measure], "o-", mfc="white", color=colour, label="causal")
        ax.plot(chosen * 1000 / FRAME_RATE, table.loc[chosen, measure], "o", color=colour)
        ax.axhline(whole[measure], color=COLOURS["cnn_rnn"], ls="--", label="hears everything first")
        ax.set(xlabel="delay (ms)", ylabel=LABELS[measure])
    axes[0].legend(frameon=False, fontsize=8)
    return fig
