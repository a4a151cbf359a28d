"""A study runs the same in whatever home, terminal, folder or disk it finds itself."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from s2f_utils import StudyError, __main__, files, surroundings, workers
from s2f_utils.study import plan
from tests.samples.houses import mark_ready
from tests.samples.notebooks import write_notebook

ASKED = """
# %%
import os

import keras
import matplotlib
import matplotlib.pyplot as plt

from s2f_utils import workers
from s2f_utils.study import record

run = record.Run("01_asked", corpus=CORPUS, profile=PROFILE)
assert "foreign" not in globals(), "a start-up file ran"
assert (keras.config.floatx(), keras.config.image_data_format()) == ("float32", "channels_last")
assert keras.backend.backend() == "tensorflow" and "inline" in matplotlib.get_backend()
assert workers.each(divmod, [(7, 2), (9, 4)], label="asked", unit="sum", jobs=2) == [(3, 1), (2, 1)]
figure, axes = plt.subplots()
run.figure(figure, "nothing", "Nothing → to see.")
run.record("asked.answers", 5)
"""
REPORT = """
import sys
from pathlib import Path
from s2f_utils.__main__ import status
from s2f_utils.study import runner
given = dict(data=sys.argv[1], notebooks=Path(sys.argv[2]))
sys.exit(status(lambda: print("→", runner.report("folder", **given)) or 0, interrupted=""))
"""


@pytest.fixture
def asking(work) -> list[str]:
    """A command that makes a report of one notebook, which asks what surrounds it."""
    (work / "notebooks" / "params").mkdir(parents=True)
    (work / "notebooks" / "params" / "quick.yaml").write_text("{}")
    write_notebook(work / "notebooks", "01_asked", ASKED)
    (work / "films" / "anna").mkdir(parents=True)
    (work / "films" / "anna" / "1.mp4").write_bytes(b"one")
    return [sys.executable, "-c", REPORT, str(work / "films"), str(work / "notebooks")]


def answers(command: list[str], work: Path, **environment: object) -> subprocess.CompletedProcess:
    given = os.environ | {name: str(value) for name, value in environment.items()}
    done = subprocess.run(command, env=given, cwd=files.ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    assert files.read_json(work / "reports" / "folder-quick" / "metrics.json")["asked.answers"] == 5
    return done


@pytest.mark.slow
def test_what_the_user_has_at_home_decides_nothing(asking, work):
    """Start-up files, a kernel of another Python, settings of Keras and figures, a poor terminal."""
    home, deep = work / "home", work / ("deep" * 30)
    startup = home / ".ipython" / "profile_default" / "startup"
    kernel = home / ".local" / "share" / "jupyter" / "kernels" / "python3"
    for folder in (startup, kernel, home / ".keras", deep):
        folder.mkdir(parents=True)
    (startup / "00-mine.py").write_text("foreign = 1\n")
    (home / "rc.py").write_text("foreign = 1\n")
    spec = {"argv": ["/bin/false", "{connection_file}"], "display_name": "Mine", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    settings = {
        "backend": "torch",
        "floatx": "float16",
        "image_data_format": "channels_first",
        "epsilon": 0.1,
    }
    (home / ".keras" / "keras.json").write_text(json.dumps(settings))
    foreign = {"PYTHONSTARTUP": home / "rc.py", "MPLBACKEND": "TkAgg", "PYTHONIOENCODING": "ascii"}
    done = answers(asking, work, HOME=home, TMPDIR=deep, **foreign)
    assert b"? " in done.stdout


LACKING = """
import errno, fcntl, _multiprocessing

class SemLock:
    SEM_VALUE_MAX = 9

    def __init__(self, *_, **__):
        raise OSError(errno.ENOSYS, "Function not implemented")

def flock(*_):
    raise OSError(errno.ENOLCK, "No locks available")

_multiprocessing.SemLock, fcntl.flock = SemLock, flock
"""


@pytest.mark.slow
def test_no_home_no_shared_memory_and_no_locks(asking, work):
    """One process does what several would; two commands are not kept apart, and one is not refused."""
    (work / "lacking").mkdir()
    (work / "lacking" / "sitecustomize.py").write_text(LACKING)
    answers(asking, work, HOME="/dev/null/none", PYTHONPATH=work / "lacking")


@pytest.mark.slow
def test_a_long_temporary_folder_takes_no_room_in_the_address_of_a_socket(tmp_path):
    folder = tmp_path / ("deep" * 30)
    folder.mkdir()
    ask = (
        "from s2f_utils import workers; print(workers.each(divmod, [(7, 2)] * 2, label='', unit='', jobs=2))"
    )
    given = os.environ | {"TMPDIR": str(folder)}
    command = [sys.executable, "-c", ask]
    done = subprocess.run(command, env=given, cwd=files.ROOT, capture_output=True, text=True)
    assert done.stdout == "[(3, 1), (3, 1)]\n", done.stderr


def test_a_place_that_cannot_be_written_is_said_in_one_sentence(capsys):
    denied = PermissionError(errno.EROFS, "Read-only file system", "/media/reports")
    assert __main__.status(lambda: (_ for _ in ()).throw(denied), interrupted="") == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: /media/reports: this cannot be read or written (read-only file system)")
    assert said.count("\n") == 1
    with pytest.raises(FileNotFoundError):
        __main__.status(lambda: Path("absent").read_text(), interrupted="")


def test_the_commit_is_the_checkouts_own(tmp_path, monkeypatch):
    """A copy without history inside of another project's history has none; a hook's GIT_DIR is another's."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "theirs"], check=True)
    own = files.commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))
    assert files.commit() == own
    monkeypatch.setattr(files, "ROOT", tmp_path / "copy")
    (tmp_path / "copy").mkdir()
    assert files.commit() == "unknown"
    monkeypatch.setattr(files, "ROOT", tmp_path)
    assert len(files.commit()) == 12


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A folder with the Makefile, ready but for the programs."""
    folder = tmp_path / "house"
    folder.mkdir()
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(files.ROOT / name, folder)
    mark_ready(folder / ".venv", folder)
    (folder / ".venv" / "bin").mkdir()
    return folder


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_copy_of_a_checkout_gets_an_environment_of_its_own(checkout):
    """The one that was copied with it would run the code of the original."""
    assert "-m venv" not in make(checkout, "-n", "report").stdout
    copied = shutil.copytree(checkout, checkout.with_name("copy"))
    assert "-m venv .venv" in make(copied, "-n", "report").stdout
    moved = checkout.rename(checkout.with_name("moved"))
    assert "-m venv .venv" in make(moved, "-n", "report").stdout


def test_a_colon_in_the_path_is_said_in_one_sentence(checkout):
    shutil.rmtree(checkout / ".venv")
    place = checkout.rename(checkout.with_name("a:b"))
    done = make(place, "report", f"PYTHON={sys.executable}")
    assert done.returncode and "has a colon" in done.stderr.splitlines()[0]
    assert not (place / ".venv").exists()


@pytest.mark.parametrize(("user", "allowed"), [("0", True), ("1000", False)])
def test_lab_starts_for_root_as_well(checkout, monkeypatch, user, allowed):
    for name, said in (("id", f"echo {user}"), ("jupyter", 'echo "$@" $JUPYTER_PREFER_ENV_PATH')):
        program = checkout / ".venv" / "bin" / name
        program.write_text(f"#!/bin/sh\n{said}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(checkout / ".venv" / "bin"), prepend=":")
    said = make(checkout, "lab").stdout.split()
    assert said[0] == "lab" and said[-1] == "1" and ("--allow-root" in said) == allowed


def test_packages_go_where_they_belong_whatever_pip_is_set_to(checkout, monkeypatch):
    """What pip is told of places is overruled; a target in its settings is noticed, and pip asked again."""
    recipe = make(checkout, "-n", "report", "READY=.venv/other/requirements.lock").stdout
    assert "PIP_CONFIG_FILE=/dev/null" in recipe and 'import papermill"' in recipe
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("UV_SYSTEM_PYTHON", "1")
    with (checkout / "Makefile").open("a") as stream:
        stream.write('\nshow:\n\t@echo "[$$PIP_TARGET][$$PIP_USER][$$UV_SYSTEM_PYTHON][$$UV_NO_CONFIG]"\n')
    assert make(checkout, "show").stdout == "[][0][][1]\n"


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path):
    write_notebook(tmp_path, "01_here", ASKED)
    before = plan.read(tmp_path / "01_here.py")
    text = before.path.read_bytes().replace(b"\n", b"\r\n")
    before.path.write_bytes(b"\xef\xbb\xbf" + text)
    assert plan.read(before.path) == before and before.code


def test_code_changed_in_an_ipynb_alone_is_not_passed_over(tmp_path):
    path = tmp_path / "01_here.py"
    write_notebook(tmp_path, "01_here", ASKED)
    notebooks = [plan.read(path)]
    cells = [{"cell_type": "code", "source": [line]} for line in ("a = 1", "b = 2")]
    pair = path.with_suffix(".ipynb")
    pair.write_text(json.dumps({"cells": cells}))
    os.utime(pair, (0, 0))
    plan.require_pairs(notebooks)  # the older one: the source has gone on
    os.utime(pair)
    os.utime(path, (0, 0))
    with pytest.raises(StudyError, match="jupytext --sync notebooks/01_here.ipynb"):
        plan.require_pairs(notebooks)
    for broken in ("<<<<<<< HEAD", "[]", '{"cells": [{}]}'):
        pair.write_text(broken)
        plan.require_pairs(notebooks)
    same = [{"cell_type": cell.kind, "source": cell.source} for cell in notebooks[0].cells]
    pair.write_text(json.dumps({"cells": same}))
    plan.require_pairs(notebooks)


def test_memory_is_shared_here():
    assert surroundings.shares_memory() and workers.each(abs, [(-1,)], label="", unit="", jobs=1) == [1]
