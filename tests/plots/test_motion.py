"""Figures of motion draw the numbers that they are given."""

import numpy as np
import pandas as pd

from s2f_utils import FRAME_RATE
from s2f_utils.plots import motion as motion_plots


def test_measures_put_each_person_and_their_mean_where_they_are():
    people = pd.DataFrame({"predictor": ["ridge", "ridge", "cnn_rnn"], "skill": [0.2, 0.4, 0.7]})
    intervals = {("ridge", "skill"): (0.2, 0.4), ("cnn_rnn", "skill"): (0.6, 0.8)}
    (ax,) = motion_plots.measures(people, ["skill"], intervals).axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["cnn_rnn", "ridge"]
    means = {line.get_ydata()[0]: line.get_xdata()[0] for line in ax.lines if line.get_marker() == "D"}
    assert np.allclose([means[names.index("ridge")], means[names.index("cnn_rnn")]], [0.3, 0.7])
    dots = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(dots) == [0.2, 0.4, 0.7]


def test_tracks_run_in_seconds():
    opening = np.linspace(0, 0.2, 2 * FRAME_RATE + 1)
    (ax,) = motion_plots.tracks({"true": opening, "ridge": opening / 2}).axes
    assert [line.get_xdata()[-1] for line in ax.lines] == [2, 2]
    assert [line.get_color() for line in ax.lines] == [
        motion_plots.COLOURS[name] for name in ("true", "ridge")
    ]


def test_a_delay_of_one_frame_is_forty_milliseconds():
    table = pd.DataFrame({"mouth_correlation": [0.5, 0.6], "mouth_rmse": [0.03, 0.02]}, index=[0, 1])
    whole = pd.Series({"mouth_correlation": 0.7, "mouth_rmse": 0.01})
    correlation, _ = motion_plots.delays(table, whole, chosen=1).axes
    curve, filled, dashed = correlation.lines
    assert list(curve.get_xdata()) == [0, 40] and list(filled.get_xdata()) == [40]
    assert set(dashed.get_ydata()) == {0.7}
