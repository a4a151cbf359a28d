"""A line serves in order, a few at a time, and nobody who leaves or fails holds it up."""

import threading
import time

import pytest

from s2f_utils.studio.line import Line


def test_who_comes_first_is_served_first_and_each_is_told_who_is_before():
    line, served, told = Line(pace=0.1), [], {}

    def come(name: int) -> None:
        with line.turn(1, lambda *wait: told.setdefault(name, wait)):
            served.append(name)
            time.sleep(0.1)

    threads = [threading.Thread(target=come, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3]
    assert [told[name][0] for name in range(4)] == [0, 1, 2, 3]
    assert told[3][1] == pytest.approx(0.4, abs=0.1)


def test_whoever_leaves_or_fails_frees_the_place():
    line = Line()
    with pytest.raises(RuntimeError), line.turn(1, lambda *_: None):
        raise RuntimeError

    def gone(*_) -> None:
        raise EOFError

    with pytest.raises(EOFError), line.turn(1, gone):
        pass
    with line.turn(1, lambda *_: None):
        pass
