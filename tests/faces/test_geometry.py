"""Pose, neutral face and measures against transforms that are known."""

import numpy as np

from s2f_utils.faces import geometry
from tests.samples.faces import mean_face


def filmed(points: np.ndarray, seed: int = 0) -> np.ndarray:
    """Put (T, 68, 2) faces somewhere else, larger and turned, in every frame."""
    random = np.random.default_rng(seed)
    turn, scale = random.uniform(-0.4, 0.4, len(points)), random.uniform(40, 120, len(points))
    factor = (scale * np.exp(1j * turn))[:, None]
    shift = (random.uniform(100, 300, len(points)) + 1j * random.uniform(100, 300, len(points)))[:, None]
    return geometry.to_points(factor * geometry.to_complex(points) + shift)


def speaking(frames: int = 50) -> tuple[np.ndarray, np.ndarray]:
    """A schematic face whose lower lip and chin drop by a known amount."""
    drop = 0.15 * (1 - np.cos(np.linspace(0, 6 * np.pi, frames))).astype(np.float32)
    points = np.repeat(mean_face()[None], frames, axis=0)
    points[:, 65:68, 1] += drop[:, None]
    points[:, 7:10, 1] += drop[:, None]
    return points, drop


def test_mirror_is_the_other_side():
    points = mean_face()
    assert np.allclose(points[list(geometry.MIRROR)] * [-1, 1], points, atol=1e-6)
    assert sorted(geometry.MIRROR) == list(range(68))


def test_pose_is_removed_exactly():
    points, _ = speaking()
    assert np.allclose(geometry.remove_pose(filmed(points)), points, atol=1e-4)


def test_a_known_pose_is_taken_out():
    quarter, shift = np.array([1j, -2j]), np.array([3 + 4j, 0])
    turned = geometry.upright(np.full((2, 68, 2), [1, 2], np.float32), quarter, shift)
    assert np.array_equal(turned, np.repeat([[[1, 5]], [[4, -2]]], 68, axis=1))


def test_jaw_does_not_disturb_the_pose():
    points, drop = speaking()
    upright = geometry.remove_pose(filmed(points))
    moved = upright[:, 8, 1] - upright[0, 8, 1]
    assert np.allclose(moved, drop - drop[0], atol=1e-4)
    assert np.abs(upright[:, 36:48] - upright[:1, 36:48]).max() < 1e-4


def test_neutral_is_the_closed_mouth():
    points, drop = speaking(200)
    assert np.abs(geometry.neutral(points) - mean_face()).max() < 0.01


def test_measures_are_distances():
    points, drop = speaking()
    measured = geometry.mouth_measures(points)
    for opening in (measured["opening"], geometry.opening(points)):
        assert np.allclose(opening, 0.06 + drop, atol=1e-5)
    assert np.allclose(measured["width"], 0.6, atol=1e-5)
    assert np.allclose(measured["jaw"], 1.35 + drop, atol=1e-5)


def test_boxed_lies_in_the_unit_square_and_hides_the_jaw():
    points, drop = speaking()
    boxed = geometry.boxed(filmed(points))
    assert boxed.min() == 0 and boxed.max() == 1
    upright = geometry.boxed(points)
    assert np.ptp(upright[:, 8, 1]) == 0  # the chin defines the box: its own movement is gone
    assert np.ptp(upright[:, 36, 1]) > 0.01  # and the eyes seem to move instead


def test_a_crop_agrees_with_its_landmarks():
    """Dots painted at the landmarks are found again where ``in_crop`` says."""
    pixels = filmed(mean_face()[None])
    picture = np.zeros((480, 480, 3), np.uint8)
    for x, y in np.round(pixels[0, [36, 45, 8]]).astype(int):
        picture[y - 1 : y + 2, x - 1 : x + 2] = 255
    (a,), (b,) = geometry.pose_transform(pixels)
    cut = geometry.crop(picture, a, b, 128)
    for x, y in geometry.in_crop(geometry.remove_pose(pixels), 128)[0, [36, 45, 8]]:
        around = cut[int(y) - 2 : int(y) + 4, int(x) - 2 : int(x) + 4]
        assert around.max() > 100
