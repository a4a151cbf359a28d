"""Teeth are single, stay with the skull, and are nobody else's."""

import numpy as np
import pytest
from scipy.signal import find_peaks

from s2f_utils.synthetic import shape, teeth
from s2f_utils.synthetic.canvas import CENTRE, SCALE, SIZE
from s2f_utils.synthetic.people import person_of
from tests.samples.faces import tracks

LIGHT = np.full(3, 230.0)
HALF = 0.28 * SCALE  # of the hole through which a mouth is seen here


def seen(speaker: int, *, jaw: float = 0.0) -> np.ndarray:
    """Picture the inside of a mouth through a hole of its own, whatever the lips do."""
    person = person_of(speaker)
    moved = shape.move(person.face, tracks(jaw=jaw, opening=jaw / 3))[1:]
    inside = teeth.Inside(person, moved, np.zeros((1, 5)), LIGHT)
    picture = np.zeros((SIZE, SIZE, 3), np.uint8)
    x, y = CENTRE[0], CENTRE[1] + person.face[62, 1] * SCALE
    across = np.linspace(x - HALF, x + HALF, 25)
    high, low = (np.stack([across, np.full(25, y + step * SCALE)], axis=1) for step in (-0.06, 0.14))
    inside.draw(picture, 0, high, low)
    return picture[round(y - 0.06 * SCALE) : round(y + 0.14 * SCALE), round(x - HALF) : round(x + HALF)]


def test_upper_teeth_are_as_wide_as_teeth_are():
    """Two incisors of 8.5 mm where the outer corners of the eyes lie 90 mm apart: 0.094."""
    for speaker in (3, 5, 9):
        row = seen(speaker)[2:4].astype(float).mean(axis=(0, -1))
        gaps, _ = find_peaks(-row, prominence=3)
        middle = np.abs(gaps - len(row) / 2).argmin()
        assert np.diff(gaps)[[middle - 1, middle]] / SCALE == pytest.approx([0.094, 0.094], abs=0.02)


def test_upper_teeth_stay_where_they_are_and_lower_ones_go_with_the_jaw():
    shut, wide = seen(1), seen(1, jaw=0.6)
    upper = slice(0, round(0.03 * SCALE))
    assert np.abs(shut[upper].astype(int) - wide[upper]).max() <= 2
    below = slice(round(0.13 * SCALE), None)
    assert wide[below].mean() < 0.7 * shut[below].mean(), "it is dark where the lower teeth were"


def test_teeth_are_of_different_colours():
    brightest = [seen(speaker).reshape(-1, 3).max(axis=0).astype(int) for speaker in (1, 2, 5)]
    assert min(np.abs(one - other).max() for one, other in zip(brightest, brightest[1:], strict=False)) > 5
