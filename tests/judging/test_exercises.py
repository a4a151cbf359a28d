"""Exercises know a right answer, however it is given."""

import numpy as np
import pytest

from s2f_utils.judging import exercises


def _said(answer, truth, **options) -> str:
    return exercises.check(answer, truth, right="that is it.", hint="think again.", **options).data


def _raises():
    raise ZeroDivisionError("division by zero")


def test_a_right_answer_is_right_however_it_is_given():
    for answer in (2, 2.0005, lambda: 2, np.float32(2)):
        assert _said(answer, 2.0) == "**Right:** that is it."
    assert _said([1, 2j], np.array([1, 2j])) == "**Right:** that is it."
    assert _said(2.2, 2.0, tolerance=0.1) == "**Right:** that is it."


@pytest.mark.parametrize("answer", [None, 3, [2, 2], [None], float("nan"), lambda: None])
def test_another_answer_is_not_yet_right(answer):
    assert _said(answer, 2.0) == "**Not yet:** think again."


@pytest.mark.parametrize("answer", ["two", _raises])
def test_code_that_fails_becomes_a_sentence(answer):
    said = _said(answer, 2.0)
    assert said.startswith("**Not yet:** the code ended with `") and len(said.splitlines()) == 1
    assert answer == "two" or "ZeroDivisionError: division by zero" in said
