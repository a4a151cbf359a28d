"""Sheets, bars and films show the faces and numbers that they are given, under their names."""

import numpy as np
import pandas as pd

from s2f_utils.plots import pictures as picture_plots
from tests.samples.faces import numbered


def test_a_sheet_has_a_row_for_each_name():
    rows = {"true": numbered(3), "dcgan": numbered(2)}
    fig = picture_plots.sheet(rows)
    shown = [
        [ax.images[0].get_array()[0, 0, 0] for ax in fig.axes[at : at + 3] if ax.images] for at in (0, 3)
    ]
    assert shown == [[20, 24, 28], [20, 24]]
    assert [fig.axes[at].get_ylabel() for at in (0, 3)] == ["true", "dcgan"]


def test_bars_are_as_long_as_their_numbers_and_a_line_marks_the_real_pictures():
    table = pd.DataFrame({"ssim": [1.0, 0.9, 0.5]}, index=["real", "dcgan", "warp"])
    ax = picture_plots.bars(table, ["ssim"]).axes[0]
    assert [bar.get_width() for bar in ax.patches] == [0.9, 0.5]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["dcgan", "warp"]
    assert set(ax.lines[0].get_xdata()) == {1.0}


def test_films_stand_side_by_side_under_their_names():
    films = {"true": np.stack(numbered(2)), "dcgan": 255 - np.stack(numbered(2))}
    first, second = picture_plots.side_by_side(films, scale=2)
    assert first.shape == (24 + 128, 256, 3)
    assert np.all(second[24:, :128] == 24) and np.all(second[24:, 128:] == 255 - 24)
    assert first[:24].min() < 100  # the names
