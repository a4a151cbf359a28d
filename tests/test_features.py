"""The store holds what the contract says, is made once, and keeps bad clips as rows with their reason."""

import shutil

import numpy as np
import pandas as pd
import pytest
import soundfile

from s2f_utils import SAMPLE_RATE, StudyError, features
from s2f_utils.faces import geometry
from s2f_utils.recordings import corpora
from s2f_utils.synthetic import unfilmed
from tests.samples.sounds import tone


def test_contract(store):
    folder, table = store
    clip = features.load(folder, "s1_bbal7s")
    shapes = {name: array.shape for name, array in clip.items()}
    assert shapes == {
        "log_mel": (300, 40),
        "loudness": (300,),
        "pitch": (300,),
        "voicing": (300,),
        "fft_2017": (75, 65, 23),
        "landmarks": (75, 68, 2),
        "motion": (75, 68, 2),
        "neutral": (68, 2),
        "detected": (75,),
        "faces": (15, 192, 192, 3),
        "face_frames": (15,),
        "face_landmarks": (15, 68, 2),
    }
    assert np.abs(clip["neutral"][[36, 45]] - [[-0.5, 0], [0.5, 0]]).max() < 0.05
    assert 0.02 < np.abs(clip["motion"][:, 66]).max() < 0.5
    upright = geometry.remove_pose(clip["landmarks"])[clip["face_frames"]]
    assert np.abs(clip["face_landmarks"] - geometry.in_crop(upright, 192)).max() < 1e-3


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


def test_loaded_and_spoken_clips_say_who_says_what(tmp_path):
    spoken = unfilmed.utterances(clips_per_speaker=1, speakers=[3], seed=5, jobs=1)
    (clip,) = spoken
    np.savez(tmp_path / f"{clip['clip_id']}.npz", motion=clip["motion"])
    table = pd.DataFrame([{name: clip[name] for name in features.DESCRIPTION}])
    (loaded,) = features.load_all(tmp_path, table, names=["motion"])
    assert {name: loaded[name] for name in features.DESCRIPTION} == table.iloc[0].to_dict()
    modality_to_actor = clip["clip_id"].split("-")
    assert [int(part) for part in modality_to_actor[3:]] == [
        *(clip[name] for name in ("intensity", "statement", "repetition")),
        int(clip["speaker"]),
    ]


def test_voices_without_faces_are_heard_and_silence_says_so(tmp_path):
    """Three sounds at another rate; one of them is silent, one no sound at all."""
    said = {"a": tone(200, 1.0), "silent": 0 * tone(200), "b": tone(300, 2.0)}
    for name, sound in said.items():
        soundfile.write(tmp_path / f"{name}.wav", np.repeat(sound, 2), 2 * SAMPLE_RATE)
    (tmp_path / "words.wav").write_text("no samples")
    facts = {"speaker": "07", "emotion": "sad", "intensity": 2, "statement": 1, "repetition": 1}
    rows = [facts | {"clip_id": name, "path": str(tmp_path / f"{name}.wav")} for name in (*said, "words")]
    heard, problems = features.listen_to(pd.DataFrame(rows), jobs=1)
    assert [clip["clip_id"] for clip in heard] == ["a", "b"]
    assert [len(problem.splitlines()) for problem in problems] == [1, 1]
    assert "silent.wav: the sound is only silence" in problems[0] and "words.wav: " in problems[1]
    for clip, seconds, hertz in zip(heard, (1, 2), (200, 300), strict=True):
        assert {name: clip[name] for name in facts} == facts
        assert clip["log_mel"].shape == (100 * seconds, 40) and clip["loudness"].shape == (100 * seconds,)
        assert np.median(clip["pitch"]) == pytest.approx(12 * np.log2(hertz / 100), abs=0.3)
        assert np.median(clip["voicing"]) > 0.5
