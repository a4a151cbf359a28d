"""Skin has its person's colour and the relief of a face."""

import numpy as np
import pytest

from s2f_utils.synthetic import canvas, skin
from s2f_utils.synthetic.people import person_of


def around(values: np.ndarray, x: float, y: float, reach: int = 4) -> np.ndarray:
    """Mean of what lies around a point in inter-ocular distances."""
    column, row = np.round(canvas.FINE * canvas.to_film(np.array([x, y]))).astype(int)
    return values[row - reach : row + reach, column - reach : column + reach].mean(axis=(0, 1))


@pytest.mark.parametrize("speaker", [1, 2, 11, 22])
def test_left_is_like_right_and_the_tip_of_the_nose_stands_out(speaker):
    person = person_of(speaker)
    relief = skin.relief(person)
    half = canvas.PAINTING // 2  # the column of the middle
    left, right = relief[:, half - 150 : half][:, ::-1], relief[:, half + 1 : half + 151]
    assert np.abs(left - right).max() < 0.02
    tip, eye = around(relief, 0, person.face[30, 1]), around(relief, *person.face[42:48, :2].mean(axis=0))
    assert tip > around(relief, 0.35, person.face[30, 1]) + 0.1 and tip > eye + 0.1


@pytest.mark.parametrize("speaker", [1, 2, 11, 22])
def test_the_forehead_has_the_colour_of_the_person_and_nostrils_are_dark(speaker):
    person = person_of(speaker)
    colour = skin.complexion(person, np.random.default_rng(1))
    assert np.abs(around(colour, 0, -0.5, 12) - person.skin).max() < 0.12
    wing, base = person.face[35, 0], person.face[33, 1]
    assert around(colour, 0.48 * wing, base - 0.036, 1).mean() < 0.75 * around(colour, 0, -0.5, 12).mean()
