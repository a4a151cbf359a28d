"""What runs again and why, with small notebooks through the real papermill path."""

import dataclasses
import os
import subprocess
import sys
import time

import pytest

from s2f_utils import StudyError, files
from s2f_utils.study import execution, plan, provenance, runner
from tests.samples.notebooks import NOTHING, edit_notebook, write_notebook

# Waits until another notebook runs beside it.
MEETING = """
# %%
import time
from s2f_utils.study import record

run = record.Run("{name}", corpus=CORPUS, profile=PROFILE)
(run.folder / "{name}.came").touch()
deadline = time.monotonic() + 60
while not (run.folder / "{other}.came").exists():
    assert time.monotonic() < deadline, "nobody came"
    time.sleep(0.05)
"""


@pytest.mark.slow
def test_only_what_changed_runs_again(report, study, work):
    run = work / "reports" / "folder-quick"
    assert sorted(report()) == [f"{name}: never run" for name in ("01_first", "02_second", "03_alone")]
    numbers = files.read_json(run / "metrics.json")
    assert (numbers["first.value"], numbers["second.value"]) == (20, 25)
    manifest = files.read_json(run / "manifest.json")
    figure = manifest["figures"][0]
    assert (figure["notebook"], figure["cell"], figure["caption"]) == ("01_first", 4, "A line that rises.")
    assert figure["sha256"] == files.file_digest(run / figure["path"])
    assert 'id="cell-id=cell-4"' in (run / "01_first.html").read_text()
    assert "A line that rises." in (run / "index.html").read_text()

    left = work / "data" / "models" / "folder-quick" / ".model-unfinished-a1b2.keras"
    left.touch()
    os.utime(left, (0, 0))
    written = {path: path.stat().st_mtime_ns for path in run.rglob("[!.]*")}
    assert report() == NOTHING
    assert {path: path.stat().st_mtime_ns for path in run.rglob("[!.]*")} == written
    assert not left.exists()

    for path in [*study.rglob("*.py"), *work.rglob("*.mp4")]:
        path.touch()
    assert report() == NOTHING, "touching files changes nothing"

    edit_notebook(study, "01_first", "# # 01_first", "# # A better title")
    assert report() == ["01_first: page refreshed, nothing executed"]
    page = (run / "01_first.html").read_text()
    assert "A better title" in page and "A line that rises." in page
    assert "A better title" in (run / "index.html").read_text()

    assert report(params=["EPOCHS=3"]) == [
        "01_first: parameter EPOCHS 2 → 3",
        "02_second: needs 01_first, which ran",
    ]
    assert files.read_json(run / "metrics.json")["second.value"] == 35

    edit_notebook(study, "03_alone", "OTHER)", "OTHER + 1)")
    assert report(params=["EPOCHS=3"]) == ["03_alone: its code changed"]

    (work / "data" / "models" / "folder-quick" / "02_second.txt").unlink()
    assert report(params=["EPOCHS=3"]) == ["02_second: data/models/folder-quick/02_second.txt is gone"]

    (work / "récordings of mine" / "anna" / "two.mp4").write_bytes(b"two")
    assert len(report(params=["EPOCHS=3"])) == 3, "one clip more"


def test_what_killed_writers_left_goes_and_nothing_else(work):
    place = work / "reports" / "folder-quick" / "videos"
    with pytest.raises(KeyboardInterrupt), files.atomic_path(place / "kept.mp4") as temporary:
        name = temporary.name
        raise KeyboardInterrupt
    ages = {name: 25, name.replace("kept", "new"): 0.5, "kept.mp4": 999, ".kernel.log": 999}
    for other, hours in ages.items():
        (place / other).touch()
        os.utime(place / other, (0, time.time() - hours * 3600))
    files.remove_unfinished(work)
    assert {path.name for path in place.iterdir()} == set(ages) - {name}


@pytest.mark.slow
def test_voices_reach_the_notebook_that_declares_them(report, study, work, monkeypatch):
    """By a name with blanks and quotes below the user's home; nothing else runs for them, nor tells of it."""
    (study / "02_second.py").unlink()
    (study / "params" / "quick.yaml").write_text("")
    edit_notebook(study, "03_alone", 'DATA = ""', 'DATA = ""\nVOICES = ""')
    edit_notebook(study, "03_alone", "OTHER)", "len(voices.voices(VOICES)) if VOICES else 0)")
    edit_notebook(
        study, "03_alone", "import record", "import record\nfrom s2f_utils.recordings import voices"
    )
    run, folder = work / "reports" / "folder-quick", work / "home" / """it's "my" voices é"""
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(work / "home"))
    (folder / "03-01-05-02-01-01-12.wav").write_bytes(b"angry")
    (folder / "notes.txt").touch()
    report()
    assert files.read_json(run / "metrics.json")["alone.value"] == 0
    said = [f"Passed over in {folder}: no sounds: 1 (notes.txt)."]
    heard = {"voices": f"~/{folder.name}"}
    assert report(**heard) == [*said, "03_alone: the recordings of VOICES changed"]
    assert files.read_json(run / "metrics.json")["alone.value"] == 1
    monkeypatch.chdir(work)
    assert report(voices=f"home/{folder.name}") == [*said, *NOTHING], "the same folder"
    (folder / "03-01-04-02-01-01-12.flac").write_bytes(b"sad")
    assert report(**heard) == [*said, "03_alone: the recordings of VOICES changed"]
    entries = files.read_json(run / "manifest.json")["notebooks"]
    assert entries["03_alone"]["parameters"]["VOICES"] == folder.name
    digest = entries["03_alone"]["key"]["inputs"]["VOICES"]
    assert digest and "VOICES" not in entries["01_first"]["key"]["inputs"]
    (thing,) = provenance.find(run, "alone.value")
    assert thing["value"] == 2 and f"VOICES {digest}" in "\n".join(provenance.describe(run, thing))
    assert digest in (run / "ro-crate-metadata.json").read_text()
    for path in [*run.glob("*.html"), *run.glob("*.ipynb"), *run.rglob("*.json")]:
        assert str(work) not in path.read_text(), path.name


@pytest.mark.slow
def test_a_failure_keeps_the_last_good_results(report, study, work):
    run = work / "reports" / "folder-quick"
    report()
    good = (run / "02_second.html").read_bytes()
    edit_notebook(study, "02_second", "+ SIZE)", "+ SIZE)\nraise StudyError('The mouth is shut; open it.')")
    with pytest.raises(StudyError, match="^02_second: The mouth is shut; open it.$"):
        report()
    assert (run / "02_second.html").read_bytes() == good
    assert files.read_json(run / "metrics" / "02_second.json") == {"second.value": 25}
    assert (run / "02_second.failed.ipynb").exists()
    edit_notebook(study, "02_second", "raise StudyError('The mouth is shut; open it.')", "1 / 0")
    with pytest.raises(StudyError, match="02_second failed with ZeroDivisionError: division by zero"):
        report()
    edit_notebook(study, "02_second", "1 / 0", "import os; os._exit(1)")
    with pytest.raises(StudyError, match="02_second: its Python ended suddenly"):
        report()
    edit_notebook(study, "02_second", "\nimport os; os._exit(1)", "")
    assert report() == NOTHING, "the code is again what the results were made with"


@pytest.mark.slow
@pytest.mark.skipif(execution.AT_ONCE < 2, reason="on one core notebooks run one after the other")
def test_what_runs_beside_a_failure_ends_and_is_kept(report, study):
    (study / "02_second.py").unlink()
    (study / "params" / "quick.yaml").write_text("")
    write_notebook(study, "01_first", MEETING.format(name="01_first", other="03_alone"))
    write_notebook(study, "03_alone", MEETING.format(name="03_alone", other="01_first") + "1 / 0\n")
    with pytest.raises(StudyError, match="03_alone failed with ZeroDivisionError"):
        report()
    edit_notebook(study, "03_alone", "1 / 0", "")
    assert report() == ["03_alone: never run"]


def test_what_others_wait_for_comes_first_and_what_is_timed_has_no_company(study, monkeypatch):
    monkeypatch.setattr(execution, "AT_ONCE", 2)
    first, second, third = plan.read_all(study)
    assert runner._next([first, second, third], []) is first
    assert runner._next([third, first, second], []) is first, "the second waits for it"
    assert runner._next([second, third], [first]) is third
    assert runner._next([second], [first, third]) is None
    assert runner._next([second], [third]) is second
    timed = dataclasses.replace(third, alone=True)
    assert runner._next([second, timed], [first]) is None
    assert runner._next([first], [timed]) is None
    assert runner._next([timed], []) is timed


def test_seconds_of_two_side_by_side_count_once():
    """Three notebooks: 0–10 s, 5–20 s beside it, and 100–101 s the day after."""
    when = ["2026-01-01T00:00:05+00:00", "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"]
    entries = [
        {"executed": at, "seconds": seconds} for at, seconds in zip(when, (15.0, 10.0, 1.0), strict=True)
    ]
    assert runner._busy(entries) == pytest.approx(21.0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"profile": "huge"}, "no profile named huge"),
        ({"params": ["EPOCH=3"]}, "EPOCH=3 sets no parameter"),
        ({"params": ["EPOCHS=many"]}, "EPOCHS=many does not fit"),
        ({"params": ["CORPUS=grid"]}, "sets no parameter"),
        ({"data": "nowhere"}, "no folder .*nowhere"),
        ({"real": "nowhere"}, "REAL"),
        ({"voices": "nowhere"}, "VOICES= is given, but no notebook declares the parameter VOICES"),
        ({"params": ["VOICES=nowhere"]}, "sets no parameter"),
    ],
)
def test_wrong_choices_are_said_in_one_sentence(report, options, words):
    with pytest.raises(StudyError, match=words):
        report(**options)


def test_two_commands_never_share_a_report(report, work):
    folder = work / "reports" / "folder-quick"
    folder.mkdir(parents=True)
    hold = (
        "import fcntl, sys, time; stream = open(sys.argv[1], 'w'); fcntl.flock(stream, fcntl.LOCK_EX)\n"
        "print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(folder / ".lock")], stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        with pytest.raises(StudyError, match="Another command is already making the report folder-quick"):
            report()
        other.kill()
