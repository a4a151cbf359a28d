"""What a command line asks for, and what cannot be done, is known before a model is loaded."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from s2f_utils import StudyError, __main__, files
from s2f_utils.talking import options
from tests.samples.houses import mark_ready

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
    "replaced": ("--wav film.mp4 --out film.mp4", "film.mp4: this would replace what it is made from"),
    "track replaced": (
        "--wav film.arkit.csv --out film.csv --formats arkit",
        "film.arkit.csv: this would replace what it is made from",
    ),
    "voice": ("--text Hello --speaker 0", "speakers of the embedded corpus count from 1"),
    "no photo": ("--text Hello --face absent.jpg", "FACE=absent.jpg: there is no picture of that name"),
    "no picture": ("--text Hello --face words.wav", "FACE=words.wav: this is no picture"),
    "no face": ("--text Hello --face black.png", "FACE=black.png: no face was found"),
    "view": ("--text Hello --view stick", "VIEW=stick: a film shows photo, face, both"),
    "label": ("--text Hello --label perhaps", "LABEL=perhaps: this is neither true nor false"),
    "emotion": (
        "--text Hello --emotion glad",
        "EMOTION=glad: a face can be neutral, calm, happy",
    ),
    "intensity": ("--text Hello --intensity 2.5", "INTENSITY=2.5: give a number from 0 to 2"),
    "no intensity": ("--text Hello --intensity nan", "INTENSITY=nan: give a number from 0 to 2"),
    "motion": ("--text Hello --motion off", "MOTION=off: chance draws blinks and sway"),
    "seed": ("--text Hello --seed x", "SEED=x: give a whole number"),
    "size": ("--text Hello --size abc", "SIZE=abc: give a whole number of pixels from 120 to 1920"),
    "half a pixel": ("--text Hello --size 720.5", "SIZE=720.5: give a whole number of pixels"),
    "small": ("--text Hello --size 119", "SIZE=119: give a whole number of pixels from 120 to 1920"),
    "large": ("--text Hello --size 1921", "SIZE=1921: give a whole number of pixels from 120 to 1920"),
    "no reference": ("--text Hello --voice absent.wav", "absent.wav: there is no such file"),
    "no sound": ("--text Hello --voice words.wav", "words.wav: this is neither sound nor video"),
    "folder": ("--text Hello --voice taken", "taken: "),
    "silent voice": ("--text Hello --voice silent.wav", "silent.wav: the sound is only silence"),
    "short": ("--text Hello --voice short.wav", "short.wav: 0.5 s tell too little of a voice"),
    "reference replaced": (
        "--text Hello --voice film.mp4 --out film.mp4",
        "film.mp4: this would replace what it is made from",
    ),
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
    soundfile.write("short.wav", np.sin(np.arange(8_000)), 16_000)
    for name in ("good.wav", "taken/good.wav", "film.mp4", "film.arkit.csv"):
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


def test_tracks_need_no_pictures(models, work, monkeypatch):
    """Asked for in any way, as an ending, in a folder, beside others; a picture is drawn for films alone."""
    monkeypatch.chdir(work)
    Path("a.wav").touch()
    for given, formats, first in (
        ("--out a.arkit", ("arkit",), "a.arkit"),
        ("--out made/ --formats arkit,visemes", ("arkit", "visemes"), "made/a.arkit"),
        ("--out a.csv --formats visemes", ("csv", "visemes"), "a.csv"),
    ):
        request = options.read(["--wav", "a.wav", "--models", str(models), *given.split()])
        assert request.formats == formats and not request.draws
        assert [path.as_posix() for path in request.outputs.values()] == [first]


def test_names_stand_for_files_folders_patterns_or_several(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("takes/CARD").mkdir(parents=True)
    for name in ("a.wav", "my speech.wav", "don't.wav"):
        Path(name).touch()
    for name in ("b.mp3", "a.flac", "CARD/00000.MTS", "notes.txt", "._b.mp3"):
        Path("takes", name).touch()
    wanted = {
        "my speech.wav": ["my speech.wav"],
        "don't.wav": ["don't.wav"],
        "takes": ["takes/CARD/00000.MTS", "takes/a.flac", "takes/b.mp3"],
        "take*": ["takes/CARD/00000.MTS", "takes/a.flac", "takes/b.mp3"],
        "takes/*.mp3": ["takes/b.mp3"],
        "a.wav takes/b.mp3": ["a.wav", "takes/b.mp3"],
        "'my speech.wav' a.wav takes/CARD": ["my speech.wav", "a.wav", "takes/CARD/00000.MTS"],
        "a.wav absent.wav": ["a.wav", "absent.wav"],
        "my absent speech.wav": ["my absent speech.wav"],
        "a.wav " * 100: ["a.wav"] * 100,
    }
    for name, paths in wanted.items():
        assert [path.as_posix() for path in options.recordings(name)] == paths, name


def test_the_users_home_is_known(models, work, monkeypatch):
    monkeypatch.setenv("HOME", str(work))
    (work / "a.wav").touch()
    request = options.read(["--wav=~/a.wav", "--face=~/b.jpg", "--out=~/c.mp4", "--models", str(models)])
    assert request.outputs == {work / "a.wav": work / "c.mp4"} and request.face == str(work / "b.jpg")


def test_what_else_is_in_a_folder_is_named(tmp_path, capsys):
    for name in ("a.wav", "._a.wav", "notes.txt"):
        (tmp_path / name).touch()
    assert options.recordings(str(tmp_path)) == [tmp_path / "a.wav"]
    said = capsys.readouterr().out
    assert "hidden: 1 (._a.wav)" in said and "no recordings: 1 (notes.txt)" in said and said.count("\n") == 1


def test_the_companion_of_a_file_on_another_systems_disk(clips, capsys):
    """Finder leaves ``._clip.wav`` beside clip.wav: one recording, and nothing that ends in an error."""
    folder = clips / "strangers" / "11-appledouble"
    assert options.recordings(str(folder)) == [folder / "clip.wav"]
    assert "hidden: 2" in capsys.readouterr().out


def test_recordings_of_one_name_make_films_of_two_names(models, work, monkeypatch):
    """In two folders, of two endings, and of 250 bytes."""
    monkeypatch.chdir(work)
    names = ["anna/1.wav", "ben/1.wav", "ben/2.wav", "ben/2.mov", f"ben/{'n' * 246}.wav"]
    for name in names:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    request = options.read(["--wav", *names, "--out", "made/", "--models", str(models)])
    made = [path.name for path in request.outputs.values()]
    assert made[:4] == ["anna_1.mp4", "ben_1.mp4", "ben_2_wav.mp4", "ben_2_mov.mp4"]
    assert made[4].startswith("nnn") and len(made[4]) < 200


def test_a_text_may_lie_in_a_file(models, work, monkeypatch):
    """A book is no command line; what looks like a name and is none is said as it stands."""
    monkeypatch.chdir(work)
    Path("book.txt").write_bytes(b"\xef\xbb\xbf" + "Café, then.\r\nHome.".encode())
    Path("latin.txt").write_bytes("Café.".encode("latin-1"))

    def text(line: str) -> str:
        return options.read(["--text", line, "--models", str(models), "--out", "a.mp4"]).text

    assert text("book.txt") == "Café, then.\nHome."
    for line in ("absent.txt", "@home", "yes", "01", "don't", "a.txt " * 10_000):
        assert text(line) == line
    with pytest.raises(StudyError, match=r"TEXT=latin.txt: this is no text in UTF-8"):
        text("latin.txt")


@pytest.fixture
def standing_in(tmp_path):
    """A folder with the Makefile, where a stand-in for Python says what it was given."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("requirements.lock", "Makefile"):
        shutil.copy(files.ROOT / name, tmp_path)
    mark_ready(tmp_path / ".venv", tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n")
    python.chmod(0o755)

    def given(*arguments: str) -> list[str]:
        command = ["make", "--no-print-directory", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.split("\0")[:-1]

    return given


def test_a_photograph_is_shown_only_if_there_is_one(models):
    with pytest.raises(StudyError, match="VIEW=photo: there is no photograph; give one with FACE=photo.jpg"):
        options.read(["--text", "Hello", "--view", "photo", "--models", str(models)])


def test_a_size_is_that_of_a_photograph(models):
    given = ["--text", "Hello", "--models", str(models), "--out", "a.csv"]
    with pytest.raises(StudyError, match="SIZE=720: there is no photograph; give one with FACE=photo.jpg"):
        options.read([*given, "--size", "720"])
    assert options.read([*given, "--face", "a.jpg", "--size", "720"]).longest == 720
    assert options.read([*given, "--face", "a.jpg"]).longest == 1920


def test_make_hands_on_names_with_blanks(standing_in):
    choices = ["WAV=my speech.wav", "FACE=it's me.jpg", "OUT=my films/", "FORMATS=gif csv", "VIEW=face"]
    choices += [
        "EMOTION=happy",
        "INTENSITY=1.5",
        "VOICE=my calm voice.wav",
        "MOTION=none",
        "SEED=3",
        "LABEL=true",
        "SIZE=720",
    ]
    given = [
        "--wav=my speech.wav",
        "--face=it's me.jpg",
        "--out=my films/",
        "--formats=gif csv",
        "--view=face",
        "--emotion=happy",
        "--intensity=1.5",
        "--voice=my calm voice.wav",
        "--motion=none",
        "--seed=3",
        "--label=true",
        "--size=720",
    ]
    assert standing_in("animate", *choices) == ["-m", "s2f_utils", "animate", *given]


DIALS = "EMOTION", "INTENSITY", "VOICE", "MOTION", "SEED", "LABEL", "SIZE"
NAMES = [
    "$(shell touch made).wav",
    "${HOME}.wav",
    "a$b$$c$.wav",
    "`touch made`.wav",
    "50%.wav",
    "take #3.wav",
    "'single' and \"double\".wav",
    "-rf.wav",
    "two\nlines.wav",
    "back\\slash.wav",
    "$(error no)",
    "a:b=c;d&e|f>g.wav",
]


@pytest.mark.parametrize("name", NAMES)
def test_make_hands_on_any_name_as_it_is(standing_in, name, tmp_path):
    """Neither make nor the shell runs or changes what a name says."""
    before = set(tmp_path.iterdir())
    for target, *choices in (
        ("animate", "WAV", "TEXT", "FACE", "OUT", "FORMATS", "VIEW", *DIALS),
        ("report", "CORPUS", "DATA", "PROFILE", "REAL", "VOICES", "SCHEDULER", "PARAMS"),
        ("verify", "CORPUS", "DATA", "PROFILE", "REAL", "VOICES", "SCHEDULER", "PARAMS"),
        ("seeds", "PROFILE", "REAL", "VOICES"),
    ):
        given = standing_in(target, *(f"{choice}={name}" for choice in choices))
        assert [one for one in given if one.startswith("--")] == [
            f"--{choice.lower()}={name}" for choice in choices
        ]
    assert standing_in("where", f"NAME={name}")[-2:] == ["--", name]
    assert standing_in("data", f"ACTORS={name}")[-1] == f"--people={name}"
    assert standing_in("data", f"SPEAKERS={name}")[-1] == f"--people={name}"
    assert set(tmp_path.iterdir()) == before


def test_make_hands_on_as_long_a_text_as_a_program_can_take(standing_in):
    line = "it's " * 20_000
    assert standing_in("animate", f"TEXT={line}")[-1] == f"--text={line}"


def test_make_does_not_obey_what_was_not_typed(standing_in, monkeypatch):
    """Shells and schedulers have variables of such names for purposes of their own."""
    for name in (
        "NAME",
        "DATA",
        "PROFILE",
        "CORPUS",
        "REAL",
        "VOICES",
        "TEXT",
        "OUT",
        "PARAMS",
        "VIEW",
        *DIALS,
    ):
        monkeypatch.setenv(name, "elsewhere")
    given = standing_in("report")
    assert given[3:] == [
        "--corpus=synthetic",
        "--data=",
        "--profile=quick",
        "--real=",
        "--voices=",
        "--scheduler=",
        "--params=",
    ]
    assert standing_in("animate", "WAV=a.wav")[3:] == ["--wav=a.wav"]
