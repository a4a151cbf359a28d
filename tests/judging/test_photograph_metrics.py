"""A photograph that talks, against films of which the answers are known."""

import numpy as np
import pytest

from s2f_utils.faces import tracking
from s2f_utils.judging import photograph_metrics
from s2f_utils.synthetic import portrait


@pytest.fixture(scope="module")
def face():
    picture = portrait.portrait_of(2, size=300)
    return picture, tracking.find(picture)


def test_a_still_picture_is_itself(face):
    picture, points = face
    film, asked = [picture] * 3, np.stack([points] * 3)
    found = photograph_metrics.judge(film, film, asked, picture, points)
    assert found["detection_rate"] == 1 and found["landmark_nme"] < 1e-6
    assert found["identity_distance"] == pytest.approx(0, abs=1e-6)
    assert found["seam_ratio"] == pytest.approx(1) and found["flicker"] == 0
    assert found["mouth_correlation"] == 0, "it never moves"


def test_an_edge_that_was_not_there_is_a_seam_and_light_that_changes_flickers(face):
    picture, points = face
    hole, brighter = picture.copy(), np.clip(picture.astype(int) + 3, 0, 255).astype(np.uint8)
    mouth = points[60:68].round().astype(int)
    hole[mouth[:, 1].min() : mouth[:, 1].max() + 1, mouth[:, 0].min() : mouth[:, 0].max() + 1] = 255
    asked = np.stack([points] * 3)
    found = photograph_metrics.judge([hole] * 3, [picture] * 3, asked, picture, points)
    assert found["seam_ratio"] > 1.5
    found = photograph_metrics.judge([picture, brighter, picture], [picture] * 3, asked, picture, points)
    assert found["flicker"] == pytest.approx(3, abs=0.2)


def test_another_person_is_another_person(face):
    picture, points = face
    other = portrait.portrait_of(5, size=300)
    asked = np.stack([tracking.find(other)] * 2)
    found = photograph_metrics.judge([other] * 2, [other] * 2, asked, picture, points)
    assert found["identity_distance"] > 0.3
