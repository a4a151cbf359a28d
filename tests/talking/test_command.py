"""The command writes what was asked for; a bad recording does not spoil the others."""

import shutil
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from s2f_utils import StudyError
from s2f_utils.recordings import encode, media
from s2f_utils.synthetic import portrait
from s2f_utils.talking import animate, command


def test_without_a_model_it_says_what_to_run(tmp_path, work):
    soundfile.write(tmp_path / "a.wav", np.zeros(16_000), 16_000)
    with pytest.raises(StudyError, match="make report"):
        command.main(["--wav", str(tmp_path / "a.wav")])


@pytest.fixture
def speech(tmp_path) -> Path:
    soundfile.write(tmp_path / "my speech.wav", animate.say("Good morning.")[:-7], 16_000)
    return tmp_path / "my speech.wav"


def test_tables_and_arrays_agree_with_each_other_and_with_the_film(models, photo, speech, tmp_path):
    given = ["--wav", str(speech), "--face", str(photo), "--models", str(models)]
    assert command.main([*given, "--out", str(tmp_path / "a.mp4"), "--formats", "csv", "npz"]) == 0
    seconds = soundfile.info(speech).duration
    header = (tmp_path / "a.csv").read_text().splitlines()[0].split(",")
    assert header[:4] == ["frame", "seconds", "x_0", "y_0"] and header[-2:] == ["x_67", "y_67"]
    rows = np.loadtxt(tmp_path / "a.csv", delimiter=",", skiprows=1)
    assert rows.shape == (int(seconds * 25), 2 + 136)
    assert np.array_equal(rows[:, 0], np.arange(len(rows)))
    assert np.allclose(rows[:, 1], np.arange(len(rows)) / 25, atol=1e-6)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert arrays["landmarks"].shape == (len(rows), 68, 2) and int(arrays["fps"]) == 25
        assert np.allclose(rows[:, 2:].reshape(-1, 68, 2), arrays["landmarks"], atol=1e-6)
        still = arrays["landmarks"] - arrays["motion"]
        assert np.ptp(still, axis=0).max() < 1e-5 and np.ptp(arrays["motion"], axis=0).max() > 1e-3
    assert np.hypot(*(still[0, 45] - still[0, 36])) == pytest.approx(1, abs=1e-4)
    assert still[0, 8, 1] > still[0, 27, 1] and still[0, 16, 0] > still[0, 0, 0]  # chin below, left ear right
    assert len(list(media.read_frames(tmp_path / "a.mp4"))) == len(rows)
    with av.open(str(tmp_path / "a.mp4")) as film:
        sound = film.streams.audio[0]
        assert float(sound.duration * sound.time_base) == pytest.approx(seconds, abs=1 / 25)


@pytest.mark.slow
def test_one_seed_is_one_film_and_tables_are_free_of_it(models, photo, speech, tmp_path):
    given = ["--wav", str(speech), "--face", str(photo), "--models", str(models), "--formats", "csv"]
    asked = {"a": [], "b": ["--seed", "2017"], "c": ["--seed", "1"], "d": ["--motion", "none"]}
    for name, more in asked.items():
        assert command.main([*given, *more, "--out", str(tmp_path / f"{name}.mp4")]) == 0
    made = {name: np.stack(list(media.read_frames(tmp_path / f"{name}.mp4"))) for name in asked}
    assert np.array_equal(made["a"], made["b"])
    differ = [np.abs(made["a"] - made[name].astype(float)).mean() for name in "cd"]
    assert min(differ) > 0.1
    assert len({(tmp_path / f"{name}.csv").read_text() for name in asked}) == 1


def test_how_it_is_said_is_handed_on(models, photo, tmp_path, monkeypatch):
    heard = []
    monkeypatch.setattr(animate, "animate", lambda *_, **dial: heard.append(dial) or pytest.fail("heard"))
    monkeypatch.setattr(animate, "say", lambda *_, **how: heard.append(how) or np.zeros(16_000))
    soundfile.write(tmp_path / "calm.wav", np.sin(np.arange(32_000)), 16_000)
    dials = ["--emotion", "sad", "--intensity", "1.5", "--voice", str(tmp_path / "calm.wav")]
    given = ["--text", "Good morning.", "--face", str(photo), "--models", str(models)]
    given += ["--out", str(tmp_path / "a.csv")]
    with pytest.raises(pytest.fail.Exception):
        command.main([*given, *dials])
    said, dial = heard
    assert said == {"speaker": 1, "emotion": "sad", "intensity": 1.5}
    assert len(dial.pop("voice")) == 32_000
    assert dial == {"emotion": "sad", "intensity": 1.5, "seed": 2017}


def test_films_are_as_large_as_asked(models, photo, speech, tmp_path):
    """Of a photograph and of a film, whose frames come back; nothing is ever enlarged."""
    with Image.open(photo) as image:
        face = np.asarray(image.convert("RGB"))
    encode.write_video(tmp_path / "film.mp4", [face] * 15)
    given = ["--wav", str(speech), "--models", str(models), "--out", str(tmp_path / "a.mp4")]
    for name, size, side in ((photo, "250", 250), (tmp_path / "film.mp4", "250", 250), (photo, "1920", 400)):
        assert command.main([*given, "--face", str(name), "--size", size]) == 0
        assert next(media.read_frames(tmp_path / "a.mp4")).shape == (side, side, 3)


def test_landmarks_alone_need_no_generator(models, photo, speech, tmp_path):
    (tmp_path / "alone").mkdir()
    for name in ("cnn_rnn.keras", "rest.npz"):
        shutil.copy(models / name, tmp_path / "alone")
    given = ["--wav", str(speech), "--face", str(photo), "--models", str(tmp_path / "alone")]
    assert command.main([*given, "--out", str(tmp_path / "a.csv")]) == 0
    assert command.main([*given[:-1], str(models), "--out", str(tmp_path / "b.csv")]) == 0
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()
    with pytest.raises(StudyError, match="make report"):
        command.main([*given, "--out", str(tmp_path / "a.mp4")])


def test_bad_recordings_do_not_spoil_the_others(models, photo, speech, tmp_path, capsys):
    (tmp_path / "words.wav").write_text("no samples")
    soundfile.write(tmp_path / "silent.wav", np.zeros(16_000), 16_000)
    shutil.copy(speech, tmp_path / "last.wav")
    names = [
        str(tmp_path / name)
        for name in ("words.wav", "my speech.wav", "absent.wav", "silent.wav", "last.wav")
    ]
    given = [
        "--face",
        str(photo),
        "--models",
        str(models),
        "--out",
        str(tmp_path / "made"),
        "--formats",
        "csv",
    ]
    assert command.main(["--wav", *names, *given]) == 1
    made = sorted((tmp_path / "made").iterdir())
    assert [path.name for path in made] == ["last.csv", "my speech.csv"]
    assert made[0].read_text() == made[1].read_text()
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Error:")]
    assert len(said) == 3
    for line, name in zip(said, ("words.wav", "absent.wav", "silent.wav"), strict=True):
        assert name in line


def test_without_a_face_and_a_corpus_one_is_asked_for(models, work):
    with pytest.raises(StudyError, match="FACE=photo.jpg"):
        command.main(["--text", "Hello", "--models", str(models)])


def test_of_several_faces_the_largest_speaks(models, photo, speech, tmp_path, capsys):
    large, small = portrait.portrait_of(2, size=400), portrait.portrait_of(5, size=240)
    both = np.full((400, 700, 3), 128, np.uint8)
    both[:, 300:], both[:240, :240] = large, small
    Image.fromarray(both).save(tmp_path / "two.png")
    alone, chosen = animate.person_in(photo, size=64), animate.person_in(tmp_path / "two.png", size=64)
    assert (alone.faces, chosen.faces) == (1, 2)
    assert np.abs(alone.landmarks - chosen.landmarks).max() < 1.5
    given = ["--wav", str(speech), "--models", str(models), "--out", str(tmp_path / "a.csv")]
    assert command.main([*given, "--face", str(tmp_path / "two.png")]) == 0
    assert "2 faces were found; the largest one speaks" in capsys.readouterr().out
