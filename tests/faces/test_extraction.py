"""Long recordings are cut in parts, and the crops of very long ones are fewer."""

import numpy as np

from s2f_utils import features
from s2f_utils.faces import extraction, tracking


def test_long_recordings_are_cut_in_parts(store, recordings, monkeypatch):
    """Held only a few at a time, crops stay where they are, within a pixel, and show what they show."""
    whole = features.load(store[0], "s1_bbal7s")
    monkeypatch.setattr(extraction, "_HELD", 4)
    parts = features.clip_features(recordings / "s1" / "bbal7s.mpg")
    assert np.array_equal(parts["face_frames"], whole["face_frames"])
    assert np.abs(parts["face_landmarks"] - whole["face_landmarks"]).max() < 1
    shown = zip(parts["faces"], parts["face_landmarks"], strict=True)
    apart = [tracking.track([crop])[0] - points for crop, points in shown]
    assert np.median(np.abs(apart)) < 2


def test_of_a_long_recording_fewer_crops_are_kept(store, recordings, monkeypatch):
    whole = features.load(store[0], "s1_bbal7s")
    monkeypatch.setattr(extraction, "_HELD", 3)
    monkeypatch.setattr(extraction, "_MOST_CROPS", 5)
    few = features.clip_features(recordings / "s1" / "bbal7s.mpg")
    assert few["face_frames"].tolist() == [0, 20, 40, 60] and len(few["faces"]) == 4
    assert np.array_equal(few["motion"], whole["motion"])
