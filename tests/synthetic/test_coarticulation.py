"""A phoneme is found in the company that it keeps."""

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.plots import listening as listening_plots
from s2f_utils.synthetic import coarticulation
from tests.samples.sounds import TRUTHS


def test_a_phoneme_is_found_with_its_neighbours():
    said = coarticulation.occurrences(TRUTHS, "t")
    assert list(said["clip"]) == ["two", "two", "one"] and list(said["place"]) == [0, 3, 2]
    assert list(said["before"]) == ["", "a", "u"] and list(said["after"]) == ["p", "", "ɑ"]
    assert np.allclose(said["opening"], [0.01, 0.01, 0.055])
    assert len(coarticulation.occurrences(TRUTHS, "u")) == 1, "stress and length are no part of a symbol"
    with pytest.raises(StudyError, match="Nobody says ʒ"):
        coarticulation.occurrences(TRUTHS, "ʒ")


def test_openings_are_aligned_on_the_start_of_what_follows():
    said, offsets = coarticulation.occurrences(TRUTHS, "t"), np.array([-0.1, 0.0, 0.1])
    groups = coarticulation.by_what_follows(TRUTHS, said, offsets)
    assert [name.split(" (")[0] for name in groups] == ["lips meet", "lips apart"]
    (rising,), (still,) = groups["lips apart (a, ɑ, ʌ, ɒ, ɛ, ɪ, i)"], groups["lips meet (p, b, m)"]
    assert np.allclose(rising, [0.05, 0.06, 0.07]) and np.allclose(still, 0.01)
    figure = listening_plots.by_what_follows(groups, offsets, length=0.1)
    assert [text.get_text()[-3:] for text in figure.axes[0].get_legend().get_texts()] == [": 1", ": 1"]
