"""Figures of the expression show the numbers, faces and films that they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from s2f_utils.plots import expression as expression_plots
from tests.samples.faces import mean_face


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_every_emotion_has_its_dot_and_strong_ones_are_filled():
    index = pd.MultiIndex.from_tuples([("sad", 1), ("sad", 2), ("calm", 2)], names=["emotion", "intensity"])
    numbers = {"pitch": [1, 7, -1], "pitch_real": [0, 6, -2], "level": [0, 5, -3], "level_real": [0, 4, -2]}
    fig = expression_plots.acted(pd.DataFrame(numbers, index), ["pitch", "level"])
    assert [ax.get_title("left") for ax in fig.axes] == [
        expression_plots.UNITS[name] for name in ("pitch", "level")
    ]
    for ax, name in zip(fig.axes, ("pitch", "level"), strict=True):
        line, *dots = ax.lines
        assert np.array_equal(*line.get_data()), "on it, voices do what actors do"
        places = [(dot.get_xdata()[0], dot.get_ydata()[0]) for dot in dots]
        assert places == list(zip(numbers[f"{name}_real"], numbers[name], strict=True))
        filled = [dot.get_markerfacecolor() != "none" for dot in dots]
        assert filled == [False, True, True]
        colours = [to_rgba(dot.get_markeredgecolor()) for dot in dots]
        assert colours[0] == colours[1] != colours[2]
    (legend,) = fig.legends
    assert [text.get_text() for text in legend.get_texts()] == ["sad", "calm"]


@pytest.mark.parametrize("titles", [["true motion"], ["true motion", "predicted, blind"]])
def test_confusions_are_drawn_on_one_scale(titles):
    table = pd.DataFrame([[1.0, 0.0], [0.25, 0.75]], ["calm", "sad"], ["calm", "sad"])
    fig = expression_plots.confusions({title: table**power for power, title in enumerate(titles, start=1)})
    panels = fig.axes[: len(titles)]
    assert [ax.get_title("left") for ax in panels] == titles
    for power, ax in enumerate(panels, start=1):
        (image,) = ax.images
        assert np.allclose(image.get_array(), table**power) and image.get_clim() == (0, 1)
        assert [label.get_text() for label in ax.get_xticklabels()] == ["calm", "sad"]
    assert [label.get_text() for label in panels[0].get_yticklabels()] == ["calm", "sad"]


def test_faces_at_rest_lie_under_those_that_are_moved():
    neutral, raised = mean_face(), np.zeros((68, 2))
    raised[17:27, 1] = -0.1
    fig = expression_plots.faces(neutral, {"calm": 0 * raised, "happy": raised})
    assert [ax.get_title("left") for ax in fig.axes] == ["calm", "happy"]
    for ax, height in zip(fig.axes, (0, 0.1), strict=True):
        assert ax.yaxis_inverted(), "a face does not stand on its head"
        rest, moved = np.split(np.array(ax.lines), 2)
        away = np.concatenate([a.get_ydata() - b.get_ydata() for a, b in zip(rest, moved, strict=True)])
        assert np.unique(np.round(away, 6)).tolist() == sorted({0, height})


def test_films_play_in_turn_under_their_names_and_who_waits_is_at_rest():
    """Three films of different lengths on a grid of two columns; the fourth place stays nameless."""
    films = {
        str(turn): [np.full((30, 30, 3), 10 * turn + moment, np.uint8) for moment in range(turn)]
        for turn in (1, 2, 3)
    }
    rest = np.full((30, 30, 3), 200, np.uint8)
    film = expression_plots.in_turn(films, rest, columns=2)
    assert film.shape == (6, 2 * 52, 2 * 30, 3) and film.dtype == np.uint8
    places = [film[:, y : y + 52, x : x + 30, 0] for y in (0, 52) for x in (0, 30)]
    assert np.array([place[:, 22:].max(axis=(1, 2)) for place in places]).T.tolist() == [
        [10, 200, 200, 200],
        [200, 20, 200, 200],
        [200, 21, 200, 200],
        [200, 200, 30, 200],
        [200, 200, 31, 200],
        [200, 200, 32, 200],
    ]
    darkest = np.array([place[:, :22].min(axis=(1, 2)) for place in places]).T
    assert (darkest[:, 3] == 255).all() and (darkest[:, :3] < 200).all()
    assert darkest[:, :3].argmin(axis=1).tolist() == [0, 1, 1, 2, 2, 2]


def test_gains_are_means_over_people_with_their_band():
    people = pd.DataFrame([[0.2, 0.4], [0.5, 0.5]], ["none", "one neutral"], ["21", "22"])
    (ax,) = expression_plots.worth(people, chance=0.125, xlabel="share").axes
    assert ax.get_xlabel() == "share"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["none", "one neutral"]
    (bars,) = ax.containers
    means, _, (spans,) = bars.lines
    assert means.get_xdata() == pytest.approx([0.3, 0.5])
    # Two people 0.2 apart: a standard error of 0.1.
    ends = [segment[:, 0] for segment in spans.get_segments()]
    assert np.array(ends) == pytest.approx(np.array([[0.3 - 0.196, 0.3 + 0.196], [0.5, 0.5]]))
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert [set(line.get_xdata()) for line in dashed] == [{0.125}]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first row is on top"
