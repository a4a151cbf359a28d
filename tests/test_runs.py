"""A run is dealt so that nobody waits, what is shared is made once, and a last line says how long it took."""

from types import SimpleNamespace

import pytest

from tests import runs


@pytest.mark.parametrize(
    ("arguments", "workers"),
    [
        (["tests"], 2),
        (["tests/models"], 2),
        (["tests/test_files.py", "tests/models"], 2),
        (["tests/test_files.py"], 0),
        (["tests/test_files.py::test_a", "tests/test_main.py"], 0),
    ],
)
def test_what_is_named_needs_no_workers(arguments, workers):
    assert runs.wanted(arguments) == workers


def test_what_waits_for_the_study_comes_first_and_the_quick_ones_last():
    tests = [((), ()), ((), ("slow",)), (("house", "tiny_study"), ("slow",)), ((), ("parametrize",))]
    places = [runs.place(*test) for test in tests]
    assert places[2] < places[1] < places[0] == places[3]


def test_what_is_shared_is_made_once(tmp_path):
    made = []

    def make(folder):
        made.append(folder)
        (folder / "file").touch()

    assert runs.once(tmp_path / "study", make) == runs.once(tmp_path / "study", make) == made[0]
    assert len(made) == 1 and (made[0] / "file").exists()


def test_what_one_could_not_finish_another_makes_anew(tmp_path):
    def fail(folder):
        (folder / "half").touch()
        raise OSError

    with pytest.raises(OSError):
        runs.once(tmp_path / "study", fail)
    folder = runs.once(tmp_path / "study", lambda folder: (folder / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]


def test_setup_call_and_teardown_count_for_one_test():
    def report(name, duration, *marks):
        return SimpleNamespace(nodeid=name, duration=duration, keywords=dict.fromkeys(marks, 1))

    reports = [report("a", 0.25), report("a", 1), report("b", 0.75), report("c", 60.5, "slow")]
    reports += [report("c", 3.5, "slow"), report("d", 0)]
    assert runs.spent(reports) == "quick tests: 3 in 2 s, slow tests: 1 in 64 s"
