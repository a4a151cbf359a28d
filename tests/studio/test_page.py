"""``make page`` as a class meets it: films of one's own, a studio that is killed, nothing that is left."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from bench import visitors
from s2f_utils import StudyError
from s2f_utils.studio import page
from tests.samples.stores import two_people

LONG = "Seven sentences are enough for a film that takes a while. " * 20  # a minute and a half
STUDIO = "s2f_utils.studio.server"


@pytest.fixture
def work(models, tmp_path, monkeypatch):
    """A place in which the networks that nobody trained are those of a tiny study."""
    shutil.copytree(models, tmp_path / "data" / "models" / "synthetic-tiny")
    people = tmp_path / "data" / "features" / "synthetic-tiny"
    people.mkdir(parents=True)
    two_people(people)
    monkeypatch.setenv("S2F_WORK", str(tmp_path))
    return tmp_path


def eventually(holds: Callable[[], bool], *, seconds: float = 120) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    return holds()


def started_by(server: int, name: str) -> psutil.Process:
    """Find the process with this in its command among all that a page started."""
    (found,) = [one for one in family_of(server) if name in " ".join(one.cmdline())]
    return found


def family_of(process: int) -> list[psutil.Process]:
    """Find all that a process started and that lives."""
    family = psutil.Process(process).children(recursive=True)
    return [one for one in family if one.status() != psutil.STATUS_ZOMBIE]


def test_without_a_trained_network_there_is_one_sentence(tmp_path):
    with pytest.raises(StudyError, match=r"there is no trained model yet; run `make report` first\.$"):
        page.main(tmp_path, tmp_path)


@pytest.mark.slow
def test_a_class_is_served_whatever_happens(work):
    """Two are at work when the studio is killed; one has left the line; one waits, and gets its own film."""
    with visitors.serving(corpus="synthetic", profile="tiny") as (address, server):
        first = visitors.many(address, 2)
        assert [visitors.whose(one, range(3)) for one in first] == [0, 1], "films of their own"
        with ThreadPoolExecutor(4) as tabs:
            *two, leaving, last = tabs.map(visitors.Visitor, [address] * 4)
            seen = []
            for one in two:
                one.press(Sentence={"value": LONG})
                seen.append(tabs.submit(one.watch))
                assert eventually(lambda one=one: any("Working: " in said for said in one.visit.said))
            leaving.press()
            time.sleep(1)  # it should be in the line by now; if not, the next one is told two from the start
            text, voice = visitors.sentence(2)
            last.press(Sentence={"value": text}, Voice={"index": voice - 1})
            seen.append(tabs.submit(last.watch))
            assert eventually(lambda: any("films before yours" in said for said in last.visit.said))
            leaving.close()
            started_by(server, leaving.kernel).kill()
            assert eventually(lambda: last.visit.said[-1].startswith("Two films before yours: about "))
            killed = started_by(server, STUDIO)
            killed.kill()
            *broken, served = [one.result() for one in seen]
        assert [one.said[-1] for one in broken] == [
            "The studio stopped while it made this film, and starts again; press once more."
        ] * 2
        assert visitors.whose(served, range(3)) == 2
        assert started_by(server, STUDIO).pid != killed.pid
        family = family_of(server)
        os.kill(server, signal.SIGKILL)
        gone, alive = psutil.wait_procs(family, timeout=30)
        assert len(gone) >= 5 and not alive, "the studio and every visitor's kernel end with the page"


@pytest.mark.slow
def test_a_page_ends_with_the_make_that_started_it(work):
    """Also where that is killed, and can tell nobody."""
    command = [sys.executable, "-m", "s2f_utils", "page", "--profile=tiny", "--no-browser", "--port=0"]
    code = f"import subprocess; subprocess.run({command!r})"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": page.files.ROOT}
    make = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"MAKELEVEL": "1"}, **quiet)
    assert eventually(lambda: len(family_of(make.pid)) == 2)
    family = family_of(make.pid)
    make.kill()
    make.wait()
    assert not psutil.wait_procs(family, timeout=60)[1]
