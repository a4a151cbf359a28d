"""A sound becomes a film of the right length with its sound in it; whatever cannot speak says so."""

import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from s2f_utils import StudyError, __main__, files
from s2f_utils.faces import geometry
from s2f_utils.recordings import encode, media
from s2f_utils.synthetic import gallery
from s2f_utils.talking import animate, command, options

SIZE = 32


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
    return animate.TalkingFace(audio, motion, motion + 1, film, 0.1)


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
        assert arrays["landmarks"].shape == (30, 68, 2) and int(arrays["fps"]) == 25


def test_films_show_landmarks_and_face_or_the_face_alone(tmp_path):
    result, films = talking(0.4), {}
    for view in options.VIEWS:
        mp4, gif = animate.write(result, tmp_path / view, formats=("mp4", "gif"), view=view)
        films[view] = np.stack(list(media.read_frames(mp4))).astype(float)
        with Image.open(gif) as image:
            assert image.size == films[view].shape[2:0:-1]
    assert films["both"].shape == (10, 256, 512, 3) and films["face"].shape == (10, 256, 256, 3)
    assert np.abs(films["face"] - films["both"][:, :, 256:]).mean() < 10 < films["face"].std()


def test_people_never_seen_come_first(tmp_path):
    rows = ("a1,a,train,True", "a2,a,validation,True", "b1,b,test,False", "b2,b,test,True", "c1,c,test,True")
    (tmp_path / "clips.csv").write_text("\n".join(["clip_id,speaker,split,usable", *rows]))
    assert list(animate.people(tmp_path)["clip_id"]) == ["b2", "c1", "a1"]


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
        command.main(["--wav", str(tmp_path / "a.wav")])


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """Networks that nobody trained; the first one moves the face at random, but as the sound does."""
    from s2f_utils.models import cnn_rnn, dcgan, training

    folder = tmp_path_factory.mktemp("models") / "synthetic-tiny"
    training.set_seed(1)
    rng = np.random.default_rng(0)
    model = cnn_rnn.build(np.zeros(136), rng.normal(0, 0.01, (4, 136)), channels=8, units=8)
    components = model.get_layer("components")
    components.set_weights([rng.normal(size=weight.shape) for weight in components.get_weights()])
    training.save(model, folder, {})
    training.save(dcgan.build_generator(SIZE, width=8), folder, {"size": SIZE})
    return folder


@pytest.fixture(scope="module")
def photo(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "a face.png"
    Image.fromarray(gallery.portrait_of(2, size=400)).save(path)
    return path


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


def test_landmarks_alone_need_no_generator(models, photo, speech, tmp_path):
    (tmp_path / "alone").mkdir()
    shutil.copy(models / "cnn_rnn.keras", tmp_path / "alone")
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


BAD = {
    "absent": ("--wav absent.wav", "absent.wav: there is no such file"),
    "words": ("--wav words.wav", "words.wav: this is neither sound nor video"),
    "empty": ("--wav empty.wav", "empty.wav: the file is empty"),
    "silent": ("--wav silent.wav", "silent.wav: the sound is only silence"),
    "no words": ("--text=", "nothing to say"),
    "nothing": ("", "Give either a recording"),
    "both": ("--text Hello --wav good.wav", "Give either a recording"),
    "no recording": ("--wav nothing", "no recording in this folder"),
    "ending": ("--text Hello --out talk.avi", "Nothing can be written as avi"),
    "format": ("--text Hello --out talk.mp4 --formats doc", "Nothing can be written as doc"),
    "place": ("--text Hello --out words.wav/talk.mp4", "words.wav/talk.mp4: this cannot be written"),
    "taken": ("--text Hello --out taken", "talk.mp4: this is a folder"),
    "one file": ("--wav good.wav silent.wav --out talk.mp4", "2 recordings do not fit into one file"),
    "same name": ("--wav good.wav taken/good.wav --out out/", "another recording would become"),
    "replaced": ("--wav film.mp4 --out film.mp4", "film.mp4: this would replace what it is made from"),
    "voice": ("--text Hello --speaker 25", "speakers 1 to 24"),
    "no photo": ("--text Hello --face absent.jpg", "FACE=absent.jpg: there is no picture of that name"),
    "no picture": ("--text Hello --face words.wav", "FACE=words.wav: this is no picture"),
    "no face": ("--text Hello --face black.png", "FACE=black.png: no face was found"),
    "view": ("--text Hello --view stick", "VIEW=stick: a film shows both or face"),
    "models": ("--text Hello --models taken", "no trained model in taken yet; run `make report`"),
}


@pytest.mark.parametrize(("given", "said"), BAD.values(), ids=BAD)
def test_what_cannot_be_done_is_said_in_one_sentence(models, photo, work, monkeypatch, capsys, given, said):
    """One line, an exit status, and no file that was not there before."""
    monkeypatch.chdir(work)
    (work / "nothing").mkdir()
    (work / "taken" / "talk.mp4").mkdir(parents=True)
    (work / "words.wav").write_text("no samples")
    (work / "empty.wav").touch()
    soundfile.write("silent.wav", np.zeros(16_000), 16_000)
    for name in ("good.wav", "taken/good.wav", "film.mp4"):
        soundfile.write(name, np.sin(np.arange(16_000)), 16_000, format="WAV")
    Image.new("RGB", (100, 100)).save("black.png")
    before = {path for path in work.rglob("*") if path.is_file()}
    options = given.split()
    options += [] if "--face" in options else ["--face", str(photo)]
    options += [] if "--models" in options else ["--models", str(models)]
    assert __main__.main(["animate", *options]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("Error: ") and said in printed.err
    assert printed.err.count("\n") == 1 and printed.out == ""
    assert {path for path in work.rglob("*") if path.is_file()} == before


def test_without_a_face_and_a_corpus_one_is_asked_for(models, work):
    with pytest.raises(StudyError, match="FACE=photo.jpg"):
        command.main(["--text", "Hello", "--models", str(models)])


def test_names_stand_for_files_folders_patterns_or_several(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("takes").mkdir()
    for name in ("a.wav", "my speech.wav", "don't.wav", "takes/b.mp3", "takes/a.flac", "takes/notes.txt"):
        Path(name).touch()
    wanted = {
        "my speech.wav": ["my speech.wav"],
        "don't.wav": ["don't.wav"],
        "takes": ["takes/a.flac", "takes/b.mp3"],
        "takes/*.mp3": ["takes/b.mp3"],
        "a.wav takes/b.mp3": ["a.wav", "takes/b.mp3"],
        "'my speech.wav' a.wav takes": ["my speech.wav", "a.wav", "takes/a.flac", "takes/b.mp3"],
        "a.wav absent.wav": ["a.wav", "absent.wav"],
        "my absent speech.wav": ["my absent speech.wav"],
        "a.wav " * 100: ["a.wav"] * 100,
    }
    for name, paths in wanted.items():
        assert [path.as_posix() for path in options.recordings(name)] == paths, name


def test_make_hands_on_names_with_blanks(tmp_path):
    """A stand-in for Python says what it was given."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for place in (tmp_path, tmp_path / ".venv"):
        shutil.copy(files.ROOT / "requirements.lock", place)
    shutil.copy(files.ROOT / "Makefile", tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    python.chmod(0o755)
    command = [
        "make",
        "--no-print-directory",
        "animate",
        "WAV=my speech.wav",
        "FACE=it's me.jpg",
        "OUT=my films/",
        "FORMATS=gif csv",
        "VIEW=face",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    given = [
        "--wav=my speech.wav",
        "--face=it's me.jpg",
        "--out=my films/",
        "--formats=gif csv",
        "--view=face",
    ]
    assert done.stdout.splitlines() == ["-m", "s2f_utils", "animate", *given]


def test_a_photograph_turned_by_a_note_gives_the_same_face(photo, tmp_path):
    with Image.open(photo) as image:
        large = image.resize((2400, 2400))
    note = Image.Exif()
    note[0x0112] = 6  # the top of the scene is at the right of the pixels
    large.save(tmp_path / "upright.jpg", quality=95)
    large.rotate(90).save(tmp_path / "turned.jpg", quality=95, exif=note)
    upright, turned = (animate.person_in(tmp_path / f"{name}.jpg", size=64) for name in ("upright", "turned"))
    assert np.abs(upright.landmarks - turned.landmarks).max() < 1
    assert np.abs(upright.picture.astype(int) - turned.picture).mean() < 2


@pytest.mark.parametrize("kind", ["grey", "16 bits", "transparent", "palette"])
def test_any_kind_of_picture_gives_the_same_face(photo, tmp_path, kind):
    with Image.open(photo) as image:
        grey = np.asarray(image.convert("L"))
        if kind == "transparent":
            image.putalpha(255)
        kinds = {
            "grey": Image.fromarray(grey),
            "16 bits": Image.fromarray(grey.astype(np.uint16) * 257),
            "transparent": image,
            "palette": image.convert("RGB").quantize(256),
        }
        kinds[kind].save(tmp_path / "a.png")
    one, other = (animate.person_in(path, size=64) for path in (photo, tmp_path / "a.png"))
    assert np.abs(one.landmarks - other.landmarks).max() < 1.5
    assert abs(one.picture.mean() - other.picture.mean()) < 5


def test_of_several_faces_the_largest_speaks(models, photo, speech, tmp_path, capsys):
    large, small = gallery.portrait_of(2, size=400), gallery.portrait_of(5, size=240)
    both = np.full((400, 700, 3), 128, np.uint8)
    both[:, 300:], both[:240, :240] = large, small
    Image.fromarray(both).save(tmp_path / "two.png")
    alone, chosen = animate.person_in(photo, size=64), animate.person_in(tmp_path / "two.png", size=64)
    assert (alone.faces, chosen.faces) == (1, 2)
    assert np.abs(alone.landmarks - chosen.landmarks).max() < 1.5
    given = ["--wav", str(speech), "--models", str(models), "--out", str(tmp_path / "a.csv")]
    assert command.main([*given, "--face", str(tmp_path / "two.png")]) == 0
    assert "2 faces were found; the largest one speaks" in capsys.readouterr().out


def test_of_a_video_the_closest_lips_are_taken(photo, tmp_path):
    wide = gallery.portrait_of(2, size=400, phoneme="ɑ")
    with Image.open(photo) as image:
        frames = [wide] * 5 + [np.asarray(image)] * 5 + [wide] * 5
    encode.write_video(tmp_path / "face.mp4", frames)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    openings = [
        geometry.opening(animate.person_in(path, size=64).neutral)
        for path in (photo, tmp_path / "face.mp4", tmp_path / "wide.png")
    ]
    assert abs(openings[1] - openings[0]) < 0.02 and openings[2] - openings[1] > 0.05
