"""The embedded corpus: what is known about a clip must be what can be heard and seen in it."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.faces import tracking
from s2f_utils.judging import motion_metrics
from s2f_utils.recordings import media
from s2f_utils.sound import speech
from s2f_utils.synthetic import gallery, motion, shape, talking_heads, texts, unfilmed, voice

ARGUMENTS = {"clips_per_speaker": 2, "speakers": [3, 10], "seed": 5}


def opening(landmarks):
    """Mouth opening in inter-ocular distances, by the study's own definition."""
    between = np.linalg.norm(landmarks[:, 62] - landmarks[:, 66], axis=1)
    return between / np.linalg.norm(landmarks[:, 36] - landmarks[:, 45], axis=1)


def contents(videos):
    """Everything that a reader gets from the files: decoded pictures, sound, truth."""
    result = []
    for video in videos:
        pictures = hashlib.sha256(b"".join(frame.tobytes() for frame in media.read_frames(video))).hexdigest()
        sound = hashlib.sha256(media.read_audio(video).tobytes()).hexdigest()
        truth = {name: value.tobytes() for name, value in talking_heads.read_truth(video).items()}
        result.append((video.name, pictures, sound, truth))
    return result


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    return folder, talking_heads.make(folder, jobs=2, **ARGUMENTS)


def test_names_follow_ravdess(corpus):
    folder, videos = corpus
    assert sorted(folder.glob("Actor_*/*.mp4")) == sorted(videos) and len(videos) == 4
    for video in videos:
        modality, channel, emotion, intensity, statement, repetition, actor = map(int, video.stem.split("-"))
        assert (modality, channel) == (1, 1) and 1 <= emotion <= 8 and intensity in (1, 2) and repetition >= 1
        assert intensity == 1 or emotion != 1, "neutral has one intensity"
        assert video.parent.name == f"Actor_{actor:02d}"
        assert str(talking_heads.read_truth(video)["text"]) == texts.text_of(statement)


def test_odd_speakers_are_men_and_even_ones_women():
    def pitch(speaker):
        audio, rate, _ = voice.speak("We are all here.", speaker=speaker)
        spectrum = np.abs(np.fft.rfft(audio * np.hanning(len(audio)), 2**17)) ** 2
        echo = np.fft.irfft(spectrum)
        lags = slice(rate // 320, rate // 65)
        return rate / (lags.start + np.argmax(echo[lags]))

    men, women = ([pitch(speaker) for speaker in range(first, 25, 2)] for first in (1, 2))
    assert np.median(men) < 150 < np.median(women)


def test_speech_does_not_depend_on_what_was_said_before():
    first = voice.speak("Move the blue piano.", speaker=7)
    voice.speak("Something else altogether.", speaker=8, emotion="angry", intensity=2)
    again = voice.speak("Move the blue piano.", speaker=7)
    assert np.array_equal(first[0], again[0]) and first[2] == again[2]


def test_phonemes_lie_where_they_sound():
    audio, rate, phonemes = voice.speak("Papa saw a shop.", speaker=1)
    assert all(
        left[2] == pytest.approx(right[1]) for left, right in zip(phonemes, phonemes[1:], strict=False)
    )
    assert phonemes[-1][2] == pytest.approx(len(audio) / rate, abs=1e-3)
    bright = {}
    for symbol, start, end in phonemes:
        piece = audio[int(start * rate) : int(end * rate)]
        power = np.abs(np.fft.rfft(piece)) ** 2
        high = np.fft.rfftfreq(len(piece), 1 / rate) > 3000
        bright.setdefault(symbol.strip(voice.STRESS), power[high].sum() / max(power.sum(), 1e-12))
    assert bright["s"] > 0.5 and bright["ʃ"] > 0.2, "hissing sounds have their energy above 3 kHz"
    assert bright["ɔː"] < 0.05, "open vowels below"


def test_texts_cover_every_target():
    assert len(texts.SENTENCES) >= 200 and len(set(texts.SENTENCES)) == len(texts.SENTENCES)
    heard = set()
    for number in range(1, len(texts.SENTENCES) + 3, 2):
        _, _, phonemes = voice.speak(texts.text_of(number), speaker=number % 24 + 1)
        heard |= {letter for symbol, _, _ in phonemes for letter in symbol.strip(voice.STRESS)}
    assert heard - {"ː"} <= set(motion.TARGETS), "every symbol has a target"
    assert len(heard & motion.VOWELS) >= 15 and set("pbmfvθðszʃʒwɹlkɡŋtdnjh") <= heard


@pytest.mark.parametrize("speaker", [2, 13])
def test_lips_close_for_bilabials_and_open_for_vowels(speaker):
    _, _, phonemes = voice.speak("Papa may bump a map, Bob, my mum.", speaker=speaker)
    times = np.arange(0, phonemes[-1][2], float(1 / motion.FRAME_RATE))
    tracks = motion.articulate(phonemes, times)
    closed, opened = [], []
    for symbol, start, end in phonemes:
        during = tracks["opening"][(times >= start - 0.02) & (times <= end + 0.02)]
        if symbol in ("p", "b", "m"):
            closed.append(during.min())
        elif symbol.strip(voice.STRESS) in ("ɑː", "a", "æ", "ɒ", "ʌ"):
            opened.append(during.max())
    assert len(closed) >= 8 and max(closed) < 0.01
    assert len(opened) >= 3 and min(opened) > 0.08


def test_coarticulation_anticipates_rounding():
    def rounding_of_s(word):
        phonemes = [("s", 0.0, 0.12), (word, 0.12, 0.3)]
        return motion.articulate(phonemes, np.array([0.06]))["rounding"][0]

    assert rounding_of_s("uː") > rounding_of_s("iː") + 0.1


def test_mouth_rests_before_and_after_speech():
    _, _, phonemes = voice.speak("All of our oars are out.", speaker=9)
    tracks = motion.articulate(phonemes, np.array([phonemes[0][1] - 0.25, phonemes[-1][2] + 0.25]))
    assert np.all(tracks["opening"] < 0.02) and np.all(tracks["jaw"] < 0.05)


def test_breath_opens_the_mouth_before_speech():
    _, _, phonemes = voice.speak("Tea is cheap here.", speaker=9)
    seeds = (motion.breathe(phonemes, np.random.default_rng(seed)) for seed in range(20))
    breathing = [said for said in seeds if said[0][0] == voice.BREATH]
    assert 10 <= len(breathing) < 20, "mostly through the mouth, sometimes through the nose"
    for said in breathing:
        assert said[1:] == phonemes, "breath comes before the words and changes none"
        onset = phonemes[0][1]
        opening = motion.articulate(said, np.array([onset - 0.9, onset - 0.15]))["opening"]
        assert opening[0] < 0.02 and opening[1] > 0.05


def test_utterances_without_pictures_are_the_clips_with_pictures(corpus):
    spoken = unfilmed.utterances(clips_per_speaker=2, speakers=[3, 10], seed=5, jobs=1)
    by_name = {clip["clip_id"]: clip for clip in spoken}
    assert set(by_name) == {video.stem for video in corpus[1]}
    for video in corpus[1]:
        clip, truth = by_name[video.stem], talking_heads.read_truth(video)
        points = clip["neutral"] + clip["motion"]
        heights = np.linalg.norm(points[:, 62] - points[:, 66], axis=1)
        true = np.interp(np.arange(len(heights)) / 25, truth["times"], opening(truth["landmarks"]))
        assert np.corrcoef(heights, true)[0, 1] > 0.99
        filmed = speech.log_mel(media.read_audio(video), n_frames=len(heights))
        assert np.corrcoef(filmed.ravel(), clip["log_mel"].ravel())[0, 1] > 0.95


def test_each_ingredient_can_be_left_out():
    def clip(without):
        return unfilmed.utterances(clips_per_speaker=2, speakers=[10], seed=5, without=without, jobs=1)[1]

    whole = clip("")
    assert len(clip("voices")["log_mel"]) != len(whole["log_mel"]), "another voice takes another time"
    assert len(clip("texts")["log_mel"]) != len(whole["log_mel"]), "and so does another text"
    assert clip("conditions")["log_mel"][:20].max() < -20, "no noise without a room"
    rough, smooth = (np.abs(np.diff(c["motion"][:, 66, 1])).mean() for c in (clip("coarticulation"), whole))
    assert rough > smooth, "without coarticulation the mouth jumps"
    assert not np.array_equal(clip("breath")["motion"], whole["motion"])
    with pytest.raises(StudyError, match="left out"):
        clip("salt")


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
        seconds = len(media.read_audio(video)) / media.SAMPLE_RATE
        assert seconds == pytest.approx(len(truth["times"]) * 1001 / 30_000, abs=0.05)
        frames = sum(1 for _ in media.read_frames(video, fps=motion.FRAME_RATE))
        assert abs(frames - len(truth["times"])) <= 1


def test_tracker_finds_the_drawn_face(corpus):
    for video in corpus[1]:
        truth = talking_heads.read_truth(video)["landmarks"]
        frames = list(media.read_frames(video, fps=motion.FRAME_RATE))
        landmarks, detected = tracking.track(frames)
        assert detected.mean() >= 0.99
        count = min(len(truth), len(landmarks))
        truth, landmarks = truth[:count], landmarks[:count]
        distance = (
            np.linalg.norm(landmarks - truth, axis=2)
            / np.linalg.norm(truth[:, 36] - truth[:, 45], axis=1)[:, None]
        )
        assert distance.mean() < 0.05
        assert np.corrcoef(opening(landmarks), opening(truth))[0, 1] > 0.9


def test_same_seed_same_corpus_in_any_number_of_processes(corpus, tmp_path):
    again = talking_heads.make(tmp_path / "again", jobs=1, **ARGUMENTS)
    assert contents(again) == contents(corpus[1])


def test_resuming_makes_only_what_is_missing(corpus, monkeypatch):
    folder, videos = corpus
    stamps = {video: video.stat().st_mtime_ns for video in videos}
    videos[1].unlink()
    assert talking_heads.make(folder, jobs=1, **ARGUMENTS) == videos
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
    with pytest.raises(StudyError):
        talking_heads.make(tmp_path, **wrong)


def test_unspeakable_texts_are_refused():
    with pytest.raises(StudyError, match="nothing to say"):
        voice.speak("  ")
    with pytest.raises(StudyError, match="unknown"):
        voice.speak("Hello", emotion="bored")
    with pytest.raises(StudyError, match="unknown"):
        voice.speak("Hello", speaker=99)
    with pytest.raises(StudyError, match="missing"):
        talking_heads.read_truth(Path("nothing.mp4"))


def test_people_differ_and_mean_face_is_symmetric():
    mean = shape.mean_face()
    assert np.allclose(mean, mean[shape.MIRROR] * [-1, 1, 1])
    portraits = [gallery.portrait_of(speaker, size=64).astype(float) for speaker in (1, 2, 3, 4)]
    gaps = [np.abs(a - b).mean() for i, a in enumerate(portraits) for b in portraits[i + 1 :]]
    assert min(gaps) > 5
    pictures = gallery.viseme_pictures(2)
    mouth = {name: picture[70:110, 40:88].astype(float) for name, picture in pictures.items()}
    assert np.abs(mouth["ɑː"] - mouth["p b m"]).mean() > np.abs(mouth["t d n"] - mouth["p b m"]).mean()


def test_speakers_are_different_people():
    pictures = [gallery.portrait_of(speaker) for speaker in range(1, 25)]
    faces = [tracking.embedding(picture, tracking.track([picture])[0][0]) for picture in pictures]
    _, between = motion_metrics.identity_distances(np.array(faces), np.arange(24))
    assert np.percentile(between, 5) > 0.48 and between.min() > 0.38
