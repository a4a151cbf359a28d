"""Pictures and landmarks of an invented person still belong together."""

import numpy as np

from s2f_utils.faces import augmentation
from tests.samples.faces import FACE_SIZE, paint


def skin_of(picture: np.ndarray) -> tuple[int, ...]:
    return tuple(map(int, picture[FACE_SIZE // 2, FACE_SIZE // 2]))


def test_mirrored_landmarks_lie_on_the_mirrored_picture(faces):
    pictures, points = augmentation.mirrored(faces.pictures[:2], faces.landmarks[:2])
    assert np.array_equal(pictures[0][:, ::-1], faces.pictures[0])
    assert np.allclose(points[:, 36, 0], FACE_SIZE - 1 - faces.landmarks[:2, 45, 0])
    assert np.all(points[:, 36, 0] < points[:, 45, 0])  # the left eye stays on the left
    twice = augmentation.mirrored(pictures, points)
    assert np.array_equal(twice[0], faces.pictures[:2]) and np.allclose(twice[1], faces.landmarks[:2])
    assert np.abs(paint(points[0], skin_of(faces.pictures[0])).astype(int) - pictures[0]).mean() < 6


def test_another_person_is_seen_where_its_landmarks_say(faces):
    random = np.random.default_rng(3)
    for _ in range(10):
        pictures, points = augmentation.another_person(faces.pictures[:1], faces.landmarks[:1], random)
        again = paint(points[0], skin_of(faces.pictures[0])).astype(float).ravel()
        # The light is another, the shapes are the same.
        assert np.corrcoef(again, pictures[0].astype(float).ravel())[0, 1] > 0.85
