"""The embedded corpus: what is known about a clip must be what can be heard and seen in it."""

import hashlib

import numpy as np
import pytest

from s2f_utils import SAMPLE_RATE, StudyError
from s2f_utils.recordings import media, soundtrack
from s2f_utils.synthetic import motion, talking_heads, texts
from tests.samples.clips import TWO_SPEAKERS
from tests.samples.faces import opening


def contents(videos):
    """Everything that a reader gets from the files: decoded pictures, sound, truth."""
    result = []
    for video in videos:
        pictures = hashlib.sha256(b"".join(frame.tobytes() for frame in media.read_frames(video))).hexdigest()
        sound = hashlib.sha256(soundtrack.read_audio(video).tobytes()).hexdigest()
        truth = {name: value.tobytes() for name, value in talking_heads.read_truth(video).items()}
        result.append((video.name, pictures, sound, truth))
    return result


def test_names_follow_ravdess(corpus):
    folder, videos = corpus
    assert sorted(folder.glob("Actor_*/*.mp4")) == sorted(videos) and len(videos) == 4
    for video in videos:
        modality, channel, emotion, intensity, statement, repetition, actor = map(int, video.stem.split("-"))
        assert (modality, channel) == (1, 1) and 1 <= emotion <= 8 and intensity in (1, 2) and repetition >= 1
        assert intensity == 1 or emotion != 1, "neutral has one intensity"
        assert video.parent.name == f"Actor_{actor:02d}"
        assert str(talking_heads.read_truth(video)["text"]) == texts.text_of(statement)


def test_mouth_moves_within_human_bounds(corpus):
    for video in corpus[1]:
        truth = talking_heads.read_truth(video)
        height = opening(truth["landmarks"])
        assert height.min() < 0.01 and 0.1 < height.max() < 0.42
        width = np.linalg.norm(truth["landmarks"][:, 48] - truth["landmarks"][:, 54], axis=1)
        assert 0.7 < width.min() / np.median(width) and width.max() / np.median(width) < 1.25


def test_sound_and_picture_last_equally_long(corpus):
    for video in corpus[1]:
        truth = talking_heads.read_truth(video)
        seconds = len(soundtrack.read_audio(video)) / SAMPLE_RATE
        assert seconds == pytest.approx(len(truth["times"]) * 1001 / 30_000, abs=0.05)
        frames = sum(1 for _ in media.read_frames(video, fps=motion.FRAME_RATE))
        assert abs(frames - len(truth["times"])) <= 1


@pytest.mark.slow
def test_same_seed_same_corpus_in_any_number_of_processes(corpus, tmp_path):
    again = talking_heads.make(tmp_path / "again", jobs=1, **TWO_SPEAKERS)
    assert contents(again) == contents(corpus[1])


def test_resuming_makes_only_what_is_missing(corpus, monkeypatch):
    folder, videos = corpus
    stamps = {video: video.stat().st_mtime_ns for video in videos}
    videos[1].unlink()
    assert talking_heads.make(folder, jobs=1, **TWO_SPEAKERS) == videos
    assert videos[1].exists()
    assert all(video.stat().st_mtime_ns == stamps[video] for video in videos if video != videos[1])


def test_unwanted_clips_go_and_a_new_seed_starts_afresh(tmp_path):
    first = talking_heads.make(tmp_path, clips_per_speaker=2, speakers=[1], jobs=1, seed=1)
    assert talking_heads.make(tmp_path, clips_per_speaker=1, speakers=[1], jobs=1, seed=1) == first[:1]
    assert sorted(tmp_path.rglob("*.mp4")) == first[:1] and len(list(tmp_path.rglob("*.npz"))) == 1
    before = first[0].read_bytes()
    second = talking_heads.make(tmp_path, clips_per_speaker=1, speakers=[1], jobs=1, seed=2)
    assert sorted(tmp_path.rglob("*.mp4")) == second
    assert second[0].name != first[0].name or second[0].read_bytes() != before


def test_somebody_elses_recordings_are_left_alone(tmp_path):
    foreign = tmp_path / "Actor_01" / "01-01-01-01-01-01-01.mp4"
    foreign.parent.mkdir()
    foreign.write_bytes(b"a real recording")
    with pytest.raises(StudyError, match="not made here"):
        talking_heads.make(tmp_path, clips_per_speaker=1, speakers=[1])
    assert foreign.read_bytes() == b"a real recording"


@pytest.mark.parametrize(
    "wrong", [{"clips_per_speaker": 0}, {"speakers": []}, {"speakers": [25]}, {"speakers": [0]}]
)
def test_impossible_numbers_are_refused(tmp_path, wrong):
    with pytest.raises(StudyError, match="Nothing to make|Speaker (0|25) is unknown") as refused:
        talking_heads.make(tmp_path, **wrong)
    assert "\n" not in str(refused.value) and not list(tmp_path.iterdir())
