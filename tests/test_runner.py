"""What runs again and why, with small notebooks through the real papermill path."""

import dataclasses
import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from test_workers import wait_for

from s2f_utils import StudyError, files
from s2f_utils.study import execution, plan, runner

HEADER = """# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   s2f:
#     needs: [{needs}]
#     makes: [models/*/{name}*]
# ---

# %% [markdown]
# # {name}

# %% tags=["parameters"]
CORPUS = "folder"
DATA = ""
PROFILE = "full"
{parameter} = 2  # a number
"""
NOTHING = ["Nothing has changed; nothing is executed."]
FIRST = """
# %%
import matplotlib.pyplot as plt
from s2f_utils import record

run = record.Run("01_first", corpus=CORPUS, profile=PROFILE)

# %%
run.record("first.value", EPOCHS * 10)
figure, axes = plt.subplots()
axes.plot([0, EPOCHS])
run.figure(figure, "line", "A line that rises.")
"""
SECOND = """
# %%
from s2f_utils import StudyError, record

run = record.Run("02_second", corpus=CORPUS, profile=PROFILE)
run.models.mkdir(parents=True, exist_ok=True)
(run.models / "02_second.txt").write_text("weights")

# %%
run.record("second.value", run.metric("first.value") + SIZE)
"""
ALONE = """
# %%
from s2f_utils import record, speech

run = record.Run("03_alone", corpus=CORPUS, profile=PROFILE)
run.record("alone.value", OTHER)
"""

# Waits until another notebook runs beside it.
MEETING = """
# %%
import time
from s2f_utils import record

run = record.Run("{name}", corpus=CORPUS, profile=PROFILE)
(run.folder / "{name}.came").touch()
deadline = time.monotonic() + 60
while not (run.folder / "{other}.came").exists():
    assert time.monotonic() < deadline, "nobody came"
    time.sleep(0.05)
"""
# Goes on for ever when it is asked for three epochs.
ENDLESS = """
# %%
import os, time
from s2f_utils import record

run = record.Run("01_first", corpus=CORPUS, profile=PROFILE)
run.record("first.value", EPOCHS)
if EPOCHS == 3:
    (run.folder / "kernel").write_text(str(os.getpid()))
    time.sleep(600)
"""


@pytest.fixture
def study(work):
    folder = work / "notebooks"
    (folder / "params").mkdir(parents=True)
    (folder / "params" / "quick.yaml").write_text("02_second: {SIZE: 5}\n")
    sources = (("01_first", "", "EPOCHS", FIRST), ("02_second", "01_first", "SIZE", SECOND))
    for name, needs, parameter, body in (*sources, ("03_alone", "", "OTHER", ALONE)):
        text = HEADER.format(name=name, needs=needs, parameter=parameter) + body
        (folder / f"{name}.py").write_text(text)
    data = work / "récordings of mine"
    (data / "anna").mkdir(parents=True)
    (data / "anna" / "one.mp4").write_bytes(b"one")
    return folder


@pytest.fixture
def report(study, work, capsys):
    def make(**options) -> list[str]:
        """Make the report and return what it says about each notebook that it touches."""
        options = {"data": str(work / "récordings of mine"), "notebooks": study} | options
        capsys.readouterr()
        runner.report("folder", **options)
        return capsys.readouterr().out.splitlines()

    return make


def _edit(study, name, old, new):
    path = study / f"{name}.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


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

    _edit(study, "01_first", "# # 01_first", "# # A better title")
    assert report() == ["01_first: page refreshed, nothing executed"]
    page = (run / "01_first.html").read_text()
    assert "A better title" in page and "A line that rises." in page
    assert "A better title" in (run / "index.html").read_text()

    assert report(params=["EPOCHS=3"]) == [
        "01_first: parameter EPOCHS 2 → 3",
        "02_second: needs 01_first, which ran",
    ]
    assert files.read_json(run / "metrics.json")["second.value"] == 35

    _edit(study, "03_alone", "OTHER)", "OTHER + 1)")
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
def test_a_failure_keeps_the_last_good_results(report, study, work):
    run = work / "reports" / "folder-quick"
    report()
    good = (run / "02_second.html").read_bytes()
    _edit(study, "02_second", "+ SIZE)", "+ SIZE)\nraise StudyError('The mouth is shut; open it.')")
    with pytest.raises(StudyError, match="^02_second: The mouth is shut; open it.$"):
        report()
    assert (run / "02_second.html").read_bytes() == good
    assert files.read_json(run / "metrics" / "02_second.json") == {"second.value": 25}
    assert (run / "02_second.failed.ipynb").exists()
    _edit(study, "02_second", "raise StudyError('The mouth is shut; open it.')", "1 / 0")
    with pytest.raises(StudyError, match="02_second failed with ZeroDivisionError: division by zero"):
        report()
    _edit(study, "02_second", "1 / 0", "import os; os._exit(1)")
    with pytest.raises(StudyError, match="02_second: its Python ended suddenly"):
        report()
    _edit(study, "02_second", "\nimport os; os._exit(1)", "")
    assert report() == NOTHING, "the code is again what the results were made with"


def _write(study, name, body, *, parameter="OTHER"):
    (study / f"{name}.py").write_text(HEADER.format(name=name, needs="", parameter=parameter) + body)


@pytest.mark.slow
@pytest.mark.skipif(execution.AT_ONCE < 2, reason="on one core notebooks run one after the other")
def test_what_runs_beside_a_failure_ends_and_is_kept(report, study):
    (study / "02_second.py").unlink()
    (study / "params" / "quick.yaml").write_text("")
    _write(study, "01_first", MEETING.format(name="01_first", other="03_alone"))
    _write(study, "03_alone", MEETING.format(name="03_alone", other="01_first") + "1 / 0\n")
    with pytest.raises(StudyError, match="03_alone failed with ZeroDivisionError"):
        report()
    _edit(study, "03_alone", "1 / 0", "")
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


@pytest.mark.slow
@pytest.mark.parametrize(("how", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_an_interrupted_report_leaves_nothing_running_and_loses_nothing(report, study, work, how, status):
    _write(study, "01_first", ENDLESS, parameter="EPOCHS")
    report()
    folder = work / "reports" / "folder-quick"
    code = "import sys, functools, pathlib; from s2f_utils import __main__, runner; "
    code += "runner.report = functools.partial(runner.report, notebooks=pathlib.Path(sys.argv[1])); "
    code += "sys.exit(__main__.main(sys.argv[2:]))"
    options = ["report", "--corpus", "folder", "--data", work / "récordings of mine", "--params", "EPOCHS=3"]
    with subprocess.Popen([sys.executable, "-c", code, study, *options], stderr=subprocess.PIPE) as command:
        wait_for(lambda: (folder / "kernel").exists() and (folder / "kernel").read_text())
        kernel = int((folder / "kernel").read_text())
        command.send_signal(how)
        assert command.wait(timeout=30) == status
        assert b"Traceback" not in command.stderr.read()
    wait_for(lambda: not is_running(kernel))
    assert report() == NOTHING
    assert files.read_json(folder / "metrics" / "01_first.json") == {"first.value": 2}
    assert not list(folder.glob(".previous-*")) + list(folder.glob(".executing-*"))


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_executed_copies_tell_nothing_of_the_machine(report, study, work):
    report(profile="quick")
    notebook = nbformat.read(work / "reports" / "folder-quick" / "01_first.ipynb", as_version=4)
    assert "papermill" not in notebook.metadata
    page = (work / "reports" / "folder-quick" / "01_first.html").read_text()
    assert 'src="http' not in page and 'href="http' not in page


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"profile": "huge"}, "no profile named huge"),
        ({"params": ["EPOCH=3"]}, "EPOCH=3 sets no parameter"),
        ({"params": ["EPOCHS=many"]}, "EPOCHS=many does not fit"),
        ({"params": ["CORPUS=grid"]}, "sets no parameter"),
        ({"data": "nowhere"}, "no folder .*nowhere"),
        ({"real": "nowhere"}, "REAL"),
    ],
)
def test_wrong_choices_are_said_in_one_sentence(report, options, words):
    with pytest.raises(StudyError, match=words):
        report(**options)


def test_unknown_corpus_and_stray_data(study):
    with pytest.raises(StudyError, match="no corpus named ravens"):
        runner.report("ravens", notebooks=study)
    with pytest.raises(StudyError, match="DATA= goes with real recordings"):
        runner.report("synthetic", data="here", notebooks=study)


def test_a_folder_without_videos(report, work):
    (work / "empty").mkdir()
    with pytest.raises(StudyError, match="no video"):
        report(data=str(work / "empty"))


def test_profiles_may_only_speak_of_what_is_declared(report, study):
    (study / "params" / "quick.yaml").write_text("02_second: {SISE: 5}\n")
    with pytest.raises(StudyError, match="sets SISE, which 02_second does not declare"):
        report()


def test_notebooks_about_pictures_are_left_out_where_there_are_none(study, capsys):
    _edit(study, "02_second", "needs: [01_first]", "needs: [01_first]\n#     pictures: true")
    notebooks = plan.read_all(study)
    assert plan.of_corpus(notebooks, "grid") == notebooks and not capsys.readouterr().out
    assert [one.name for one in plan.of_corpus(notebooks, "ravdess-landmarks")] == ["01_first", "03_alone"]
    assert capsys.readouterr().out == "Left out, since ravdess-landmarks has no pictures: 02_second.\n"


def test_helpers_are_named(study):
    notebook = plan.read(study / "03_alone.py")
    key = plan.key(notebook, values={}, inputs={"CORPUS": "a"}, needs={})
    assert "s2f_utils.sound.speech" in key["helpers"]
    assert plan.changes(key | {"helpers": {}}, key)[0].startswith("helper ")
    changed = key | {"helpers": key["helpers"] | {"s2f_utils.sound.speech": "other"}}
    assert plan.changes(key, changed) == ["helper speech changed"]


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


def test_where_the_work_is_done_changes_nothing(study):
    """A scheduler reaches the notebook that declares it; neither it nor the processes count as a change."""
    _edit(study, "01_first", 'PROFILE = "full"', 'PROFILE = "full"\nJOBS = 2  # processes\nSCHEDULER = ""')
    notebook, other = plan.read_all(study)[:2]
    values = [
        plan.parameters(notebook, {}, {"JOBS": jobs}, {"SCHEDULER": scheduler})
        for jobs, scheduler in ((1, ""), (8, "tcp://host:8786"))
    ]
    assert values[1]["SCHEDULER"] == "tcp://host:8786"
    assert "SCHEDULER" not in plan.parameters(other, {}, {}, {"SCHEDULER": "tcp://host:8786"})
    one, two = (plan.key(notebook, values=value, inputs={}, needs={}) for value in values)
    assert plan.changes(one, two) == []
