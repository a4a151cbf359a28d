"""An interrupted report leaves nothing running; executed copies tell nothing of the machine."""

import os
import signal
import subprocess
import sys

import nbformat
import pytest

from s2f_utils import files
from tests.samples.notebooks import NOTHING, write_notebook
from tests.samples.processes import wait_for

# Goes on for ever when it is asked for three epochs.
ENDLESS = """
# %%
import os, time
from s2f_utils.study import record

run = record.Run("01_first", corpus=CORPUS, profile=PROFILE)
run.record("first.value", EPOCHS)
if EPOCHS == 3:
    (run.folder / "kernel").write_text(str(os.getpid()))
    time.sleep(600)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("how", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_an_interrupted_report_leaves_nothing_running_and_loses_nothing(report, study, work, how, status):
    write_notebook(study, "01_first", ENDLESS, parameter="EPOCHS")
    report()
    folder = work / "reports" / "folder-quick"
    code = (
        "import sys, functools, pathlib; from s2f_utils import __main__; from s2f_utils.study import runner; "
    )
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
