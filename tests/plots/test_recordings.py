"""Figures of recordings show their pictures, their time and what was said in them."""

import numpy as np

from s2f_utils import FRAME_RATE, SAMPLE_RATE
from s2f_utils.plots import recordings as recording_plots
from tests.samples.faces import numbered
from tests.samples.sounds import tone


def test_a_thumbnail_is_the_middle_square():
    picture = np.zeros((60, 100, 3), np.uint8)
    picture[:, 20:80] = 200
    assert np.all(recording_plots.thumbnail(picture, 30) == 200)
    assert recording_plots.thumbnail(picture.transpose(1, 0, 2), 30).shape == (30, 30, 3)


def test_a_sound_and_its_mouth_share_one_time():
    audio = tone(440.0, 2.0)
    fig = recording_plots.sound(audio, opening=np.full(2 * FRAME_RATE, 0.1))
    pressure, spectrum, mouth = fig.axes
    assert len(pressure.lines[0].get_xdata()) == len(audio) and len(audio) == 2 * SAMPLE_RATE
    assert spectrum.images[0].get_extent()[:2] == [0, 2]
    assert mouth.lines[0].get_xdata()[-1] == 2 - 1 / FRAME_RATE and mouth.get_ylim()[0] == 0


def test_every_picture_has_its_place_and_title():
    fig = recording_plots.pictures(numbered(4), ["a", "b", "c", "d"], columns=3)
    assert len(fig.axes) == 6 and [ax.get_title(loc="left") for ax in fig.axes] == [
        "a",
        "b",
        "c",
        "d",
        "",
        "",
    ]
    assert [ax.images[0].get_array()[0, 0, 0] for ax in fig.axes[:4]] == [20, 24, 28, 32]


def test_lips_must_close_where_it_is_shaded():
    times = np.arange(0, 1, 1 / 30)
    truth = {"times": times, "phonemes": ["ˈa", "b", "t"], "starts": [0.1, 0.3, 0.6], "ends": [0.3, 0.6, 0.9]}
    (ax,) = recording_plots.phonemes(truth, np.zeros(len(times))).axes
    spans = [patch.get_extents().transformed(ax.transData.inverted()) for patch in ax.patches]
    assert [(round(span.x0, 6), round(span.x1, 6)) for span in spans] == [(0.3, 0.6)]
    assert [text.get_text() for text in ax.texts] == ["a", "b", "t"]
