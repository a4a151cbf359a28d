"""Pose, neutral face and measures against transforms that are known; the tracker against real recordings."""

import dlib
import numpy as np
import pytest

from s2f_utils.faces import drawing, geometry, tracking
from s2f_utils.recordings import media


def mean_face() -> np.ndarray:
    """A schematic face in inter-ocular distances: eyes level, origin between them, left and right alike."""
    angle = np.linspace(np.pi, 0, 17)
    jaw = np.stack([0.8 * np.cos(angle), 1.35 * np.sin(angle)], axis=1)
    brow = np.stack([np.linspace(-0.65, -0.15, 5), [-0.2, -0.28, -0.3, -0.28, -0.22]], axis=1)
    nose = np.array(
        [[0, y] for y in (0.0, 0.15, 0.3, 0.45)] + [[x, 0.55] for x in (-0.15, -0.08, 0, 0.08, 0.15)]
    )
    eye = np.array([[-0.5, 0], [-0.4, -0.06], [-0.28, -0.06], [-0.18, 0], [-0.28, 0.05], [-0.4, 0.05]])
    turn = np.linspace(np.pi, -np.pi, 13)[:-1]
    outer = np.stack([0.3 * np.cos(turn), 0.9 - 0.12 * np.sin(turn)], axis=1)
    turn = np.linspace(np.pi, -np.pi, 9)[:-1]
    inner = np.stack([0.22 * np.cos(turn), 0.9 - 0.03 * np.sin(turn)], axis=1)
    flip = np.array([-1, 1])
    other_eye = (eye * flip)[[3, 2, 1, 0, 5, 4]]
    return np.concatenate([jaw, brow, brow[::-1] * flip, nose, eye, other_eye, outer, inner]).astype(
        np.float32
    )


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


@pytest.mark.parametrize(
    ("detected", "longest"), [([1, 1, 1], 0), ([0, 0, 1], 2), ([1, 0, 0, 0, 1, 0], 3), ([0, 0], 2)]
)
def test_gap_length(detected, longest):
    assert tracking.gap_length(np.array(detected, bool)) == longest


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


def test_parts_are_drawn_where_the_points_are():
    points = geometry.in_crop(mean_face(), 64)
    parts = drawing.draw_parts(points, 64)
    assert parts.shape == (64, 64, 6) and parts.min() == 0 and 0.9 < parts.max() <= 1
    for number, part in enumerate(("jaw", "brows", "nose", "eyes", "mouth")):
        lit = np.argwhere(parts[..., number] > 0.5)[:, ::-1]
        region = points[list(geometry.REGIONS[part])]
        assert np.all(lit >= region.min(axis=0) - 2) and np.all(lit <= region.max(axis=0) + 2)


def test_real_people_are_followed(clips):
    """Every frame of a real recording has a face; its outline stays where a detection alone puts it."""
    frames = list(media.read_frames(clips / "grid" / "s1" / "bbal7s.mpg"))
    landmarks, detected = tracking.track(frames)
    assert detected.all() and len(detected) == 75
    gray = frames[40].mean(axis=2).astype(np.uint8)
    alone = tracking.landmarks_in(gray, tracking.detect(gray))
    eyes = np.linalg.norm(alone[36] - alone[45])
    assert np.linalg.norm(landmarks[40] - alone, axis=1).mean() / eyes < 0.04


def test_a_covered_face_is_a_gap(clips):
    frames = list(media.read_frames(clips / "grid" / "s1" / "bbal7s.mpg"))
    for index in range(30, 34):
        frames[index] = np.zeros_like(frames[index])
    landmarks, detected = tracking.track(frames)
    assert detected.sum() == 71 and not detected[30:34].any()
    assert tracking.gap_length(detected) == 4
    assert np.isfinite(landmarks).all()


def test_identity_tells_people_apart(clips):
    faces = {}
    for name in ("s1/bbal7s", "s1/bbbm3a", "s4/bgbu2a"):
        frame = next(media.read_frames(clips / "grid" / f"{name}.mpg"))
        landmarks, _ = tracking.track([frame])
        faces[name] = tracking.embedding(frame, landmarks[0])
    first, again, other = faces.values()
    assert np.linalg.norm(first - again) < 0.6 < np.linalg.norm(first - other)


@pytest.mark.parametrize("width", [100, 120, 140])
def test_a_face_is_found_again_where_it_was(clips, monkeypatch, width):
    """Also where the search needs no scaling; beyond the place nobody looks."""
    gray = next(media.read_pictures(clips / "grid" / "s1" / "bbal7s.mpg")).gray()
    (face_there,) = tracking.detect_all(gray)
    centre = face_there.center()
    monkeypatch.setattr(tracking, "detect_all", lambda gray: [])
    found = tracking.detect(gray, near=dlib.centered_rect(centre, width, width))
    assert abs(found.center().x - centre.x) < 10 and abs(found.center().y - centre.y) < 10
    assert tracking.detect(gray, near=dlib.centered_rect(dlib.point(300, 60), width, width)) is None
