"""Cost is arithmetic, and ways are compared within rounds."""

import time

import pandas as pd
import pytest

from s2f_utils.judging import cost


def test_paper_cost_is_arithmetic():
    """2,452 clips on 256 cores: ten rounds of clips of 122 frames."""
    assert cost.on_paper(0.01, cores=1) == pytest.approx(2998.54)
    assert cost.on_paper(0.01, cores=256) == pytest.approx(10 * 299_854 / 2_452 * 0.01)


def test_turns_are_timed_without_the_first():
    calls = []
    spent = cost.in_turns({"a": lambda: calls.append("a"), "b": lambda: time.sleep(0.02)}, rounds=2)
    assert len(calls) == 3 and len(spent) == 2
    assert (spent["b"] >= 0.02).all() and (spent["a"] < spent["b"]).all()


def test_ways_are_compared_within_rounds():
    """The machine slowed down fourfold in the second round and threefold in the third: no matter."""
    spent = pd.DataFrame({"a": [2.0, 8.0, 6.3], "b": [1.0, 4.0, 3.0]})
    assert cost.ratio(spent, "a", "b") == 2
