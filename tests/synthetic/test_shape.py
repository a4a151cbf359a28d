"""Shapes move as far as their tracks say, and heads turn as cameras see it."""

import numpy as np
import pytest

from s2f_utils.faces import geometry
from s2f_utils.synthetic import shape
from tests.samples.faces import tracks


@pytest.mark.parametrize("opening", [0.05, 0.2])
def test_the_mouth_opens_as_far_as_it_is_asked_to(opening):
    """A quarter is the upper lip's part, three the lower one's."""
    rest, opened = shape.move(shape.mean_face(), tracks(opening=opening))[..., :2]
    assert geometry.opening(opened) - geometry.opening(rest) == pytest.approx(opening)


def test_a_smile_lifts_the_corners_and_a_frown_lowers_the_brows():
    rest, smiling = shape.move(shape.mean_face(), tracks(smile=1.0))
    assert np.all(smiling[[48, 54], 1] < rest[[48, 54], 1]) and smiling[54, 0] > rest[54, 0]
    _, frowning = shape.move(shape.mean_face(), tracks(brow_frown=1.0))
    assert np.all(frowning[[21, 22], 1] > rest[[21, 22], 1])
    _, blinking = shape.move(shape.mean_face(), tracks(blink=1.0))
    gaps = [face[[41, 40], 1] - face[[37, 38], 1] for face in (rest, blinking)]
    assert np.all(gaps[1] < 0.2 * gaps[0])


def test_a_level_head_is_scaled_and_a_rolled_one_turned():
    face, pose = np.repeat(shape.mean_face()[None], 2, axis=0), np.zeros((2, 5))
    pose[1, 2] = 0.25
    level, rolled = shape.project(face, pose, scale=100.0, centre=(128.0, 100.0))
    assert np.allclose(level, face[0, :, :2] * 100 + (128, 100))
    eyes = geometry.to_complex(rolled[[36, 45]])
    assert np.angle(eyes[1] - eyes[0]) == pytest.approx(0.25)
    assert np.abs(eyes[1] - eyes[0]) == pytest.approx(100)


def test_the_pose_that_was_put_in_is_the_one_that_is_taken_out():
    face, pose = np.repeat(shape.mean_face()[None], 3, axis=0), np.zeros((3, 5))
    pose[:, 2], pose[:, 3:] = [-0.2, 0, 0.3], [[0.1, 0], [0, 0], [0, -0.1]]
    seen = shape.project(face, pose, scale=80.0, centre=(128.0, 128.0)).astype(np.float32)
    assert np.abs(geometry.remove_pose(seen) - face[..., :2]).max() < 1e-4
