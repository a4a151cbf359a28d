"""Long recordings are cut in parts, and the crops of very long ones are fewer."""

import numpy as np
import pytest

from s2f_utils import features
from s2f_utils.faces import extraction, tracking
from tests.samples.faces import oval_face


@pytest.fixture(scope="module")
def path(clips):
    return clips / "grid" / "s1" / "bbal7s.mpg"


@pytest.fixture(scope="module")
def whole(path):
    return features.clip_features(path)


def test_long_recordings_are_cut_in_parts(path, whole, monkeypatch):
    """Held only a few at a time, crops stay where they are, within a pixel, and show what they show."""
    monkeypatch.setattr(extraction, "_HELD", 4)
    parts = features.clip_features(path)
    assert np.array_equal(parts["face_frames"], whole["face_frames"])
    assert np.abs(parts["face_landmarks"] - whole["face_landmarks"]).max() < 1
    shown = zip(parts["faces"], parts["face_landmarks"], strict=True)
    apart = [tracking.track([crop])[0] - points for crop, points in shown]
    assert np.median(np.abs(apart)) < 2


@pytest.mark.parametrize(("eyes", "size"), [(30, 96), (76, 192), (77, 224), (400, 256), (10, 64)])
def test_crops_are_as_large_as_the_face(eyes, size):
    """The outer corners of the eyes lie two fifths of a crop apart."""
    points = oval_face() * eyes + 300
    assert extraction.crop_size([points, None, points + 5]) == size


def test_of_a_long_recording_fewer_crops_are_kept(path, whole, monkeypatch):
    monkeypatch.setattr(extraction, "_HELD", 3)
    monkeypatch.setattr(extraction, "_MOST_CROPS", 5)
    few = features.clip_features(path)
    assert few["face_frames"].tolist() == [0, 20, 40, 60] and len(few["faces"]) == 4
    assert np.array_equal(few["motion"], whole["motion"])
