"""The store holds what the contract says, is made once, and keeps bad clips as rows with their reason."""

import shutil

import numpy as np
import pytest

from s2f_utils import StudyError, features
from s2f_utils.faces import extraction, geometry, tracking
from s2f_utils.recordings import corpora, encode, media


@pytest.fixture(scope="module")
def recordings(tmp_path_factory, clips):
    folder = tmp_path_factory.mktemp("recordings")
    for name in ("s1/bbal7s", "s1/bbbm3a", "s2/pwij3p"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(clips / "grid" / f"{name}.mpg", folder / f"{name}.mpg")
    (folder / "bad").mkdir()
    shutil.copyfile(clips / "damaged" / "truncated.mpg", folder / "bad" / "truncated.mpg")
    (folder / "bad" / "empty.mp4").touch()
    grey = [np.full((120, 160, 3), 128, np.uint8)] * 30
    noise = np.random.default_rng(0).normal(0, 0.1, 19_200).astype(np.float32)
    encode.write_video(folder / "bad" / "faceless.mp4", grey, audio=noise)
    frames = list(media.read_frames(folder / "s1" / "bbal7s.mpg"))
    encode.write_video(folder / "bad" / "mute.mp4", frames)
    encode.write_video(folder / "bad" / "silent.mp4", frames, audio=np.zeros(48_000, np.float32))
    encode.write_video(
        folder / "bad" / "covered.mp4", frames[:20] + grey_like(frames[:20]) + frames[40:], audio=noise
    )
    return folder


def grey_like(frames):
    return [np.full_like(frame, 90) for frame in frames]


@pytest.fixture(scope="module")
def store(tmp_path_factory, recordings):
    store = tmp_path_factory.mktemp("store")
    return store, features.extract(corpora.recordings(recordings), store, jobs=2)


def test_contract(store):
    folder, table = store
    clip = features.load(folder, "s1_bbal7s")
    shapes = {name: array.shape for name, array in clip.items()}
    assert shapes == {
        "log_mel": (300, 40),
        "loudness": (300,),
        "fft_2017": (75, 65, 23),
        "landmarks": (75, 68, 2),
        "motion": (75, 68, 2),
        "neutral": (68, 2),
        "detected": (75,),
        "faces": (15, 128, 128, 3),
        "face_frames": (15,),
        "face_landmarks": (15, 68, 2),
    }
    assert np.abs(clip["neutral"][[36, 45]] - [[-0.5, 0], [0.5, 0]]).max() < 0.05
    assert 0.02 < np.abs(clip["motion"][:, 66]).max() < 0.5
    upright = geometry.remove_pose(clip["landmarks"])[clip["face_frames"]]
    assert np.abs(clip["face_landmarks"] - geometry.in_crop(upright, 128)).max() < 1e-3


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


def test_bad_clips_are_rows_with_reasons(store):
    _, table = store
    reasons = table.set_index("clip_id")["reason"]
    assert set(table.loc[table["usable"], "clip_id"]) == {"s1_bbal7s", "s1_bbbm3a", "s2_pwij3p"}
    expected = {
        "bad_truncated": "breaks off",
        "bad_empty": "empty",
        "bad_faceless": "no face",
        "bad_mute": "no sound track",
        "bad_silent": "silence",
        "bad_covered": "lost for 20 frames",
    }
    for clip_id, words in expected.items():
        assert words in reasons[clip_id], (clip_id, reasons[clip_id])


def test_only_what_changed_is_made_again(store, recordings):
    folder, table = store
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.npz")}
    again = features.extract(corpora.recordings(recordings), folder, jobs=1)
    assert again.equals(table)
    (folder / "s1_bbal7s.npz").unlink()
    shutil.copyfile(recordings / "s1" / "bbal7s.mpg", recordings / "s2" / "pwij3p.mpg")
    features.extract(corpora.recordings(recordings), folder, jobs=1)
    after = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.npz")}
    assert {name for name in after if after[name] != before.get(name)} == {"s1_bbal7s.npz", "s2_pwij3p.npz"}


def test_number_of_processes_does_not_matter(store, tmp_path, recordings):
    folder, _ = store
    features.extract(corpora.recordings(recordings / "s1"), tmp_path, jobs=1)
    one, two = features.load(tmp_path, "bbbm3a"), features.load(folder, "s1_bbbm3a")
    assert all(np.array_equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize("later", [3, -2])
def test_sound_is_moved_beside_the_pictures(store, tmp_path, recordings, later):
    """Spectra move by four columns a frame, landmarks stay, and without a shift all is as it was."""
    folder, _ = store
    table = corpora.recordings(recordings / "s1").head(1)
    (clip,) = table["clip_id"]
    features.extract(table, tmp_path, jobs=1, later={clip: later})
    moved, still = features.load(tmp_path, clip), features.load(folder, f"s1_{clip}")
    assert np.array_equal(moved["motion"], still["motion"])
    early, late = (still, moved) if later > 0 else (moved, still)
    columns = 4 * abs(later)
    inside = slice(columns + 4, -8)
    error = np.abs(late["log_mel"][inside] - early["log_mel"][inside.start - columns : -8 - columns])
    assert np.median(error) < 1e-3
    features.extract(table, tmp_path, jobs=1)
    assert np.array_equal(features.load(tmp_path, clip)["log_mel"], still["log_mel"])


def test_no_store_yet(tmp_path):
    with pytest.raises(StudyError, match="02_feature_extraction"):
        features.read_table(tmp_path)
    with pytest.raises(StudyError, match="02_feature_extraction"):
        features.load(tmp_path, "clip")
