"""The tracker against real recordings."""

import dlib
import numpy as np
import pytest

from s2f_utils.faces import tracking
from s2f_utils.recordings import media


@pytest.mark.parametrize(
    ("detected", "longest"), [([1, 1, 1], 0), ([0, 0, 1], 2), ([1, 0, 0, 0, 1, 0], 3), ([0, 0], 2)]
)
def test_gap_length(detected, longest):
    assert tracking.gap_length(np.array(detected, bool)) == longest


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
