"""A sound becomes a film of the right length with its sound in it; whatever cannot speak says so."""

import numpy as np
import pytest
import soundfile
from PIL import Image

from s2f_utils import StudyError, animate, media


def test_a_line_of_text_is_spoken():
    short, long = animate.say("Good morning."), animate.say("Good morning to all of you out there.")
    assert 0.5 < len(short) / 16_000 < len(long) / 16_000 < 6
    assert np.abs(short).max() > 0.05 and np.abs(short[-1600:]).max() < 0.01
    for nothing in ("", "  ", "?!"):
        with pytest.raises(StudyError, match="nothing to say"):
            animate.say(nothing)


def talking(seconds: float = 1.2) -> animate.TalkingFace:
    frames = round(seconds * 25)
    audio = np.sin(np.arange(round(seconds * 16_000)) / 10).astype(np.float32) * 0.3
    motion = np.random.default_rng(0).normal(0, 0.02, (frames, 68, 2)).astype(np.float32)
    film = np.random.default_rng(1).integers(0, 255, (frames, 64, 64, 3)).astype(np.uint8)
    return animate.TalkingFace(audio, motion, motion + 1, film, film, 0.1)


def test_written_films_move_last_as_long_as_the_sound_and_carry_it(tmp_path):
    result = talking()
    written = animate.write(result, tmp_path / "my talk.mp4")
    assert [path.name for path in written] == ["my talk.mp4", "my talk.gif", "my talk.npz"]
    frames = list(media.read_frames(written[0]))
    sound = media.read_audio(written[0])
    assert len(frames) == 30 and abs(len(sound) / 16_000 - 1.2) < 0.1
    middle = slice(4000, 12_000)
    assert np.corrcoef(sound[middle], result.audio[middle])[0, 1] > 0.95
    assert np.abs(np.diff([frame.astype(float) for frame in frames], axis=0)).mean() > 1
    with Image.open(written[1]) as gif:
        durations = []
        for index in range(gif.n_frames):
            gif.seek(index)
            durations.append(gif.info["duration"])
    assert sum(durations) == 1200 and gif.n_frames == 30
    with np.load(written[2], allow_pickle=False) as arrays:
        assert arrays["landmarks"].shape == (30, 68, 2) and int(arrays["frames_per_second"]) == 25


def test_a_photograph_gives_a_person(clips, tmp_path):
    frame = next(media.read_frames(clips / "grid" / "s1" / "bbal7s.mpg"))
    Image.fromarray(frame).rotate(10).save(tmp_path / "photo of é.png")
    person = animate.person_in(tmp_path / "photo of é.png", size=64)
    assert person.picture.shape == (64, 64, 3) and person.landmarks.shape == (68, 2)
    left, right = person.landmarks[36], person.landmarks[45]
    assert abs(left[1] - right[1]) < 1.5 and right[0] - left[0] == pytest.approx(0.4 * 64, abs=1.5)


def test_pictures_without_a_face_are_refused(tmp_path):
    Image.new("RGB", (100, 100)).save(tmp_path / "black.png")
    (tmp_path / "text.jpg").write_text("not a picture")
    for name, words in (("black.png", "no face"), ("text.jpg", "no picture"), ("absent.png", "no picture")):
        with pytest.raises(StudyError, match=words):
            animate.person_in(tmp_path / name, size=64)


def test_without_a_model_it_says_what_to_run(tmp_path, work):
    soundfile.write(tmp_path / "a.wav", np.zeros(16_000), 16_000)
    with pytest.raises(StudyError, match="make report"):
        animate.main(["--wav", str(tmp_path / "a.wav")])
