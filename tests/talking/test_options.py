"""What a command line asks for, and what cannot be done, is known before a model is loaded."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from s2f_utils import __main__, files
from s2f_utils.talking import options

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
