"""The figures of the evaluation protocol: each takes a table, draws one message, returns the figure."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from s2f_utils.plots.motion import COLOURS, PREDICTORS

REGIONS = {
    "mouth_correlation": "mouth opening",
    "width_correlation": "mouth width",
    "jaw_correlation": "jaw",
    "brow_correlation": "brows",
}
LEVELS = {
    "displacement": "face at rest\nis known",
    "lead_in_neutral": "face seen before\nthe first sound",
    "mean_neutral": "average face\nof others",
}
TIERS = {
    "permutation_p": "any clip",
    "permutation_p_same_sentence": "same sentence",
    "permutation_p_same_take": "same person,\nsentence, emotion",
}


def speech_and_silence(table: pd.DataFrame) -> Figure:
    """Compare each predictor's skill in speech (filled) and in silence (hollow): ``protocol``'s table."""
    names = _ordered(table.index)
    fig, ax = plt.subplots(figsize=(7, 0.45 * len(names) + 1.2))
    for row, name in enumerate(names):
        speech, silence = table.loc[name, ["skill_speech", "skill_silence"]]
        ax.plot([speech, silence], [row, row], lw=1, color=COLOURS[name])
        ax.plot(speech, row, "o", ms=9, color=COLOURS[name])
        ax.plot(silence, row, "o", ms=9, mfc="white", mew=1.8, color=COLOURS[name])
    ax.plot([], [], "o", ms=9, color="#555555", label="speech")
    ax.plot([], [], "o", ms=9, mfc="white", mew=1.8, color="#555555", label="silence")
    ax.axvline(0, color="black", lw=0.8)
    ax.set(xlabel="skill over the still face", yticks=range(len(names)), yticklabels=names)
    ax.invert_yaxis()
    ax.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    return fig


def speech_and_silence_caption(table: pd.DataFrame, truth: pd.DataFrame) -> str:
    """Say how the CNN + RNN does in both, beside ``true`` mouths; in some corpora nobody is ever silent."""
    own, people = table.loc["cnn_rnn"], truth.loc["true"]
    caption = f"Skill of the CNN + RNN is {own['skill_speech']:.2f} in speech"
    if not np.isfinite([own["skill_silence"], people["silence_spread"]]).all():
        return f"{caption}; nobody is silent long enough to tell it apart from silence."
    return (
        f"{caption} and {own['skill_silence']:.2f} in silence, where its mouth opening spreads "
        f"{own['silence_spread']:.2f} times as much as in speech (people's own: "
        f"{people['silence_spread']:.2f})."
    )


def regions(table: pd.DataFrame) -> Figure:
    """Draw each predictor's correlation, region by region: one row each, the columns of ``REGIONS``."""
    names = [name for name in _ordered(table.index) if table.loc[name, list(REGIONS)].abs().max() > 0]
    fig, ax = plt.subplots(figsize=(7, 3.2))
    for number, name in enumerate(names):
        rows = np.arange(len(REGIONS)) + 0.09 * (number - (len(names) - 1) / 2)
        ax.plot(table.loc[name, list(REGIONS)], rows, "D", ms=6, color=COLOURS[name], label=name)
    ax.axvline(0, color="black", lw=0.8)
    ax.set(xlabel="correlation with the truth", yticks=range(len(REGIONS)), yticklabels=REGIONS.values())
    ax.invert_yaxis()
    ax.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig


def levels(table: pd.DataFrame) -> Figure:
    """Draw the error of all points as ever less of the person's face is known: the columns of ``LEVELS``."""
    fig, ax = plt.subplots(figsize=(7, 3.6))
    for name in _ordered(table.index):
        width = 2.4 if name == "cnn_rnn" else 1.3
        ax.plot(
            range(len(LEVELS)), table.loc[name, list(LEVELS)], "o-", color=COLOURS[name], lw=width, label=name
        )
    ax.set(xticks=range(len(LEVELS)), xticklabels=LEVELS.values(), ylim=(0, None))
    ax.set_ylabel("error of 68 points\n(inter-ocular distances)")
    ax.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
    return fig


def tiers(table: pd.DataFrame) -> Figure:
    """Show the true pairing (diamond) beside 95 % of the shuffles (bar), tier by tier."""
    fig, ax = plt.subplots(figsize=(7, 0.6 * len(table) + 1.2))
    for row, (_, tier) in enumerate(table.iterrows()):
        words = {"label": "shuffled, 95 %"} if not row else {}
        ax.plot(tier[["low", "high"]], (row, row), lw=9, color="#bbbbbb", solid_capstyle="butt", **words)
        words = {"label": "true pairing"} if not row else {}
        ax.plot(tier["true"], row, "D", ms=8, color=COLOURS["cnn_rnn"], ls="", **words)
    labels = [f"{TIERS[name]}\n({int(table.loc[name, 'clips'])} clips)" for name in table.index]
    ax.set(xlabel="mean correlation of mouth opening", yticks=range(len(table)), yticklabels=labels)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
    return fig


def seen_and_unseen(cells: pd.DataFrame) -> Figure:
    """Draw the correlation for seen and unseen speakers and sentences as four fields, empty ones grey."""
    fig, ax = plt.subplots(figsize=(6.4, 3.2))
    words = ("seen", "unseen")
    grid = np.full((2, 2), np.nan)
    for row, column in np.ndindex(2, 2):
        name = f"{words[row]}_speaker_{words[column]}_sentence"
        known = name in cells.index
        number, people, clips = (
            cells.loc[name, ["correlation", "people", "clips"]] if known else (np.nan, 0, 0)
        )
        grid[row, column] = number
        style = {"ha": "center", "color": "white" if number < 0.6 else "black"}
        ax.text(column, row, f"{number:.2f}" if known else "–", va="bottom", fontsize=17, **style)
        ax.text(
            column, row + 0.08, f"clips: {clips:.0f}, people: {people:.0f}", va="top", fontsize=10, **style
        )
    image = ax.imshow(grid, vmin=0, vmax=1, aspect="auto")
    fig.colorbar(image, ax=ax, label="correlation of\nmouth opening")
    ax.grid(False)
    ax.tick_params(length=0)
    ax.set(
        facecolor="#dddddd",
        xticks=(0, 1),
        xticklabels=["sentence heard\nin training", "sentence\nnever heard"],
    )
    ax.set(yticks=(0, 1), yticklabels=["speaker heard\nin training", "speaker\nnever heard"])
    return fig


def dots(
    people: pd.DataFrame,
    *,
    xlabel: str,
    intervals: Mapping[str, tuple] | None = None,
    line: float | None = None,
) -> Figure:
    """Draw one row for each line of a table: a dot for each column, their mean a diamond.

    ``intervals`` adds a bar (low, high) to the rows that it names, ``line`` a dashed level to compare with.
    """
    fig, ax = plt.subplots(figsize=(7, 0.5 * len(people) + 1))
    for row, (name, values) in enumerate(people.iterrows()):
        colour = COLOURS.get(name, COLOURS["cnn_rnn"])
        ax.plot(values, np.full(len(values), row), "o", ms=5, alpha=0.35, color=colour)
        if intervals and name in intervals:
            ax.plot(intervals[name], (row, row), lw=2, color=colour)
        ax.plot(values.mean(), row, "D", ms=7, color=colour)
    if line is not None:
        ax.axvline(line, color="black", lw=1, ls="--")
    labels = [str(name).replace("_", " ") for name in people.index]
    ax.set(xlabel=xlabel, yticks=range(len(people)), yticklabels=labels)
    ax.set_ylim(len(people) - 0.5, -0.5)
    return fig


def _ordered(names: pd.Index) -> list[str]:
    return [name for name in PREDICTORS if name in set(names)]
