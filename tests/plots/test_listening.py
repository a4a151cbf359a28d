"""Figures to look at while listening show what was said and where it lies."""

import numpy as np

from s2f_utils import SAMPLE_RATE
from s2f_utils.plots import listening as listening_plots
from s2f_utils.sound import speech
from s2f_utils.synthetic import coarticulation
from tests.samples.sounds import TRUTHS, tone


def test_each_column_shows_one_time_that_it_is_said():
    said = coarticulation.occurrences(TRUTHS, "t")
    figure = listening_plots.same_phoneme([np.zeros((9, 9, 3), np.uint8)] * 3, TRUTHS, said)
    assert [ax.get_title("left") or ax.get_title() for ax in figure.axes[:3]] == [
        "t · p",
        "a · t",
        "uː · t · ɑː",
    ]
    assert len({ax.get_ylim() for ax in figure.axes[3:]}) == 1, "one scale for all"


def test_the_same_frequencies_are_marked_in_both_spectra():
    audio = tone(1000)
    figure = listening_plots.linear_and_mel(audio, speech.log_mel(audio))
    for ax in figure.axes:
        assert [label.get_text() for label in ax.get_yticklabels()] == ["500", "1000", "2000", "4000"]
    sounds = {"all": (audio, SAMPLE_RATE), "few": (audio[::4], 4000)}
    assert {ax.get_ylim() for ax in listening_plots.spectrograms(sounds, tone=(8000, 1)).axes} == {(0, 8000)}
