"""Hair lies where hair lies."""

import numpy as np
import pytest

from s2f_utils.synthetic import canvas, hair
from s2f_utils.synthetic.people import person_of
from s2f_utils.synthetic.shape import outward

SPEAKERS = range(1, 25)


def at(mask: np.ndarray, point) -> float:
    """Read a mask at a point in inter-ocular distances."""
    column, row = np.round(canvas.FINE * canvas.to_film(np.array(point))).astype(int)
    return float(mask[row, column])


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_it_covers_the_crown_and_leaves_the_face_free(speaker):
    person = person_of(speaker)
    mask = hair.in_front(person, np.random.default_rng(1))
    assert mask.min() >= 0 and mask.max() <= 1
    assert at(mask, (0, -1.1)) > 0.8 or person.style == "bald"
    assert max(at(mask, person.face[point, :2]) for point in (30, 36, 45, 62, 8)) < 0.05


def test_only_long_hair_hangs_behind_the_neck():
    below = {}
    for speaker in SPEAKERS:
        person = person_of(speaker)
        below.setdefault(person.style, []).append(hair.behind(person)[canvas.PAINTING * 4 // 5 :].max())
    assert min(below["long"]) > 0.9 and max(below["short"]) == 0


@pytest.mark.parametrize("speaker", [1, 2])
def test_brows_lie_along_their_landmarks(speaker):
    person = person_of(speaker)
    mask = hair.brows(person, np.random.default_rng(1))
    points = (person.face[:, :2] + outward())[17:27]
    assert min(at(mask, point) for point in points[[1, 2, 3, 6, 7, 8]]) > 0.5
    assert at(mask, (0, points[:, 1].mean())) < 0.05  # nothing grows between them
