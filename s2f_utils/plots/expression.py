"""Figures of the expression: how voices act, which emotions are taken for which, what the dials do."""

from collections.abc import Mapping, Sequence

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from s2f_utils.faces import drawing

_STRIP = 22  # pixels for a name above a face
UNITS = {
    "pitch": "pitch (semitones)",
    "spread": "spread of pitch (semitones)",
    "level": "level (dB)",
    "tilt": "tilt (dB)",
    "length": "length (s)",
}


def acted(beside: pd.DataFrame, measures: Sequence[str]) -> Figure:
    """Draw embedded voices against real actors: a panel for each measure, a dot for each emotion.

    Takes what ``acted.against_real`` returns. Strong emotions are filled. See notebook 05_expression.
    """
    emotions = list(dict.fromkeys(beside.index.get_level_values(0)))
    colours = dict(zip(emotions, sns.color_palette("colorblind", len(emotions)), strict=True))
    fig, axes = plt.subplots(1, len(measures), figsize=(2.7 * len(measures), 3.1))
    for ax, name in zip(np.atleast_1d(axes), measures, strict=True):
        both = beside[[f"{name}_real", name]]
        low, high = both.to_numpy().min(), both.to_numpy().max()
        ax.plot([low, high], [low, high], color="black", lw=1, ls="--")
        for (emotion, intensity), (real, own) in both.iterrows():
            fill = colours[emotion] if intensity == 2 else "none"
            label = emotion if intensity == 2 else None
            ax.plot(real, own, "o", ms=6, mec=colours[emotion], mfc=fill, label=label)
        ax.set_title(UNITS[name], fontsize=9)
        ax.set_xlabel("real actors")
    np.atleast_1d(axes)[0].set_ylabel("embedded voices")
    handles, labels = np.atleast_1d(axes)[0].get_legend_handles_labels()
    fig.legend(handles, labels, ncols=len(labels), loc="upper center", bbox_to_anchor=(0.5, 0.02), fontsize=9)
    return fig


def confusions(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw which emotions (rows) are named as which (columns), a panel for each source.

    Takes what ``expression.confusion`` returns, by the name of the source. See notebook 05_expression.
    """
    fig, axes = plt.subplots(
        1, len(tables), figsize=(3.0 * len(tables) + 0.8, 3.3), sharey=True, layout="constrained"
    )
    for ax, (name, table) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        image = ax.imshow(table, vmin=0, vmax=1, cmap="viridis")
        ax.set(title=name, xlabel="named", xticks=range(len(table)), yticks=range(len(table)))
        ax.set_xticklabels(table.columns, rotation=90)
        ax.set_yticklabels(table.index)
        ax.grid(False)
    np.atleast_1d(axes)[0].set_ylabel("acted")
    fig.colorbar(image, ax=axes, label="share of the clips", shrink=0.8)
    return fig


def faces(neutral: np.ndarray, displacements: Mapping[str, np.ndarray]) -> Figure:
    """Draw a face at rest and displaced: a panel for each (68, 2) displacement, inter-ocular distances.

    See notebook 03_cnn_rnn_training.
    """
    fig, axes = plt.subplots(1, len(displacements), figsize=(1.55 * len(displacements), 2.1))
    for ax, (name, moved) in zip(np.atleast_1d(axes), displacements.items(), strict=True):
        for points, colour in ((neutral, "#bbbbbb"), (neutral + moved, "#0173b2")):
            for lines in drawing.CONTOURS.values():
                for indices, closed in lines:
                    line = points[[*indices, indices[0]] if closed else list(indices)]
                    ax.plot(*line.T, color=colour, lw=1.2)
        ax.set_title(name, fontsize=9)
        ax.set_aspect("equal")
        ax.invert_yaxis()
        ax.axis("off")
    return fig


def in_turn(films: Mapping[str, Sequence[np.ndarray]], rest: np.ndarray, *, columns: int) -> np.ndarray:
    """Let films play one after the other, each in its place of a grid; who is not on shows ``rest``.

    Takes films of (S, S, 3) uint8 pictures by the names that stand above them, dark while one is on;
    returns (T, rows·(S + 22), columns·S, 3). See notebook 05_expression.
    """
    places = [*films, *[""] * (-len(films) % columns)]
    frames = []
    for turn, film in films.items():
        for picture in film:
            cells = [_under(name, picture if name == turn else rest, name == turn) for name in places]
            starts = range(0, len(cells), columns)
            rows = [np.concatenate(cells[start : start + columns], axis=1) for start in starts]
            frames.append(np.concatenate(rows))
    return np.stack(frames)


def _under(name: str, picture: np.ndarray, on: bool) -> np.ndarray:
    strip = np.full((_STRIP, *picture.shape[1:]), 255, np.uint8)
    grey = 30 if on else 150
    (width, _), _ = cv2.getTextSize(name, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
    spot = (picture.shape[1] - width) // 2, _STRIP - 6
    cv2.putText(strip, name, spot, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (grey,) * 3, 1, cv2.LINE_AA)
    return np.concatenate([strip, picture])


def worth(people: pd.DataFrame, *, chance: float, xlabel: str) -> Figure:
    """Draw what is gained from row to row: a line with a band of 95 % over people (columns).

    See notebook 05_expression.
    """
    fig, ax = plt.subplots(figsize=(7, 0.45 * len(people) + 1.2))
    means = people.mean(axis=1)
    errors = 1.96 * people.std(axis=1) / np.sqrt(people.shape[1])
    ax.errorbar(means, range(len(people)), xerr=errors, fmt="D", ms=6, lw=2, color="#0173b2")
    ax.axvline(chance, color="black", lw=1, ls="--")
    ax.set(xlabel=xlabel, yticks=range(len(people)), yticklabels=people.index)
    ax.set_ylim(len(people) - 0.5, -0.5)
    return fig
