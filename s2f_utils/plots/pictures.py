"""The figures of the picture half of the study: sheets of faces, films side by side, generators in bars."""

from collections.abc import Iterable, Mapping, Sequence

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

GENERATORS = ("real", "dcgan", "l1_only", "warp", "dcgan_2017", "nearest_frame", "mean_image")
# The same colour for the same generator in every figure; told apart by the colour-blind too.
COLOURS = dict(zip(GENERATORS, ["#222222", *sns.color_palette("colorblind").as_hex()], strict=False))
LABELS = {
    "psnr": "PSNR (dB)",
    "mouth_psnr": "PSNR of the mouth (dB)",
    "ssim": "structural similarity",
    "landmark_nme": "error of found landmarks\n(inter-ocular distances)",
    "mouth_correlation": "correlation of mouth opening",
    "identity_distance": "distance to the reference\n(under 0.6: same person)",
    "frechet_distance": "Fréchet distance of the crowds",
    "coverage": "coverage of the real crowd",
    "sharpness_ratio": "sharpness (1: as real)",
    "flicker_ratio": "flicker (1: as real)",
}


def sheet(rows: Mapping[str, Sequence[np.ndarray]], *, scale: float = 1.0) -> Figure:
    """Lay out rows of (S, S, 3) uint8 pictures, each row with its name at the left."""
    columns = max(map(len, rows.values()))
    size = scale * min(1.0, 9 / columns)
    width, height = size * columns + 1.2, size * len(rows)
    fig, axes = plt.subplots(len(rows), columns, figsize=(width, height), squeeze=False, layout="none")
    fig.subplots_adjust(left=1.2 / width, right=1, bottom=0, top=1, wspace=0.02, hspace=0.02)
    for line, (name, pictures) in zip(axes, rows.items(), strict=True):
        for ax, picture in zip(line, pictures, strict=False):
            ax.imshow(picture, interpolation="bicubic")
        for ax in line:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    return fig


def bars(table: pd.DataFrame, measures: Sequence[str], *, columns: int = 4) -> Figure:
    """Draw each measure of a summary as bars, one for each generator; a line marks the real pictures."""
    rows = -(-len(measures) // columns)
    size = 3 * columns, 2.5 * rows
    fig, axes = plt.subplots(rows, columns, figsize=size, sharey=True, squeeze=False, layout="constrained")
    shown = table.drop(index="real", errors="ignore").replace([np.inf, -np.inf], np.nan)
    colours = [COLOURS.get(name, "#999999") for name in shown.index]
    for ax, measure in zip(axes.flat, measures, strict=False):
        ax.barh(shown.index, shown[measure].fillna(0), color=colours)
        floor = table[measure].get("real", np.nan)
        if np.isfinite(floor):
            ax.axvline(floor, color=COLOURS["real"], ls=":")
        if measure.endswith("_ratio"):  # noise has no end of sharpness
            ax.set_xlim(0, 2)
        ax.set_xlabel(LABELS.get(measure, measure), fontsize=9)
        ax.grid(axis="y", visible=False)
    for ax in list(axes.flat)[len(measures) :]:
        ax.set_visible(False)
    axes[0, 0].invert_yaxis()
    return fig


def losses(history: Sequence[Mapping[str, float]]) -> Figure:
    """Draw the loss of every epoch; the two phases have losses of their own and so panels of their own."""
    table = pd.DataFrame(history)
    phases = table["phase"].unique()
    fig, axes = plt.subplots(
        1, len(phases), figsize=(4 * len(phases), 2.6), squeeze=False, layout="constrained"
    )
    names = {"pixels": "weighted absolute error", "critic": "generator's loss with the critic"}
    for ax, phase in zip(axes.flat, phases, strict=True):
        part = table[table["phase"] == phase]
        ax.plot(part.index + 1, part["loss"], marker="o", color=COLOURS["dcgan"])
        ax.set(xlabel="epoch", ylabel=names[phase])
        ax.xaxis.get_major_locator().set_params(integer=True)
    return fig


def side_by_side(films: Mapping[str, np.ndarray], *, scale: int = 4) -> Iterable[np.ndarray]:
    """Enlarge (T, S, S, 3) uint8 films and set them beside each other under their names, frame by frame."""
    strip = 24
    for pictures in zip(*films.values(), strict=True):
        size = len(pictures[0]) * scale
        frame = np.full((size + strip, size * len(films), 3), 255, np.uint8)
        for index, (name, picture) in enumerate(zip(films, pictures, strict=True)):
            place = slice(index * size, (index + 1) * size)
            frame[strip:, place] = cv2.resize(picture, (size, size), interpolation=cv2.INTER_CUBIC)
            spot = index * size + 6, strip - 8
            cv2.putText(frame, name, spot, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (30, 30, 30), 1, cv2.LINE_AA)
        yield frame
