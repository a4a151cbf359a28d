"""Files are whole or not there, code is known by what it does, and libraries print into a file."""

import os
import sys

import pytest

from s2f_utils import files

REACHED = {"s2f_utils.wing", "s2f_utils.wing.upper", "s2f_utils.wing.lower"}


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A package of two modules, of which the upper one imports the lower one inside a function."""
    wing = tmp_path / "s2f_utils" / "wing"
    wing.mkdir(parents=True)
    for folder in (wing.parent, wing):
        (folder / "__init__.py").touch()
    (wing / "upper.py").write_text(
        "def above():\n    from s2f_utils.wing import lower\n    return lower.LOW\n"
    )
    (wing / "lower.py").write_text('"""Low."""\n\nLOW = 1\n')
    (wing / "apart.py").write_text("ALONE = 1\n")
    monkeypatch.setattr(files, "ROOT", tmp_path)
    return wing


@pytest.mark.parametrize(
    "source",
    [
        "s2f_utils.wing.upper",
        "from s2f_utils.wing import upper\n",
        "from s2f_utils.wing import upper as up\n",
    ],
)
def test_code_is_followed_through_its_imports(house, source):
    found = files.code_digests(source)
    assert {name for name in found if "wing" in name} == REACHED


def test_words_about_code_change_nothing_and_code_does(house):
    before = files.code_digests("s2f_utils.wing.upper")
    (house / "lower.py").write_text('"""Very low."""\n\n\nLOW = 1  # as ever\n')
    assert files.code_digests("s2f_utils.wing.upper") == before
    (house / "lower.py").write_text("LOW = 2\n")
    after = files.code_digests("s2f_utils.wing.upper")
    assert {name for name in before if before[name] != after[name]} == {"s2f_utils.wing.lower"}


def test_a_failed_writer_leaves_what_was_there(tmp_path):
    path = tmp_path / "deep" / "value.json"
    files.write_json(path, {"b": 1, "a": "é"})
    with pytest.raises(RuntimeError), files.atomic_path(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert files.read_json(path) == {"b": 1, "a": "é"} and list(path.parent.iterdir()) == [path]
    assert files.read_json(tmp_path / "absent.json") == {}


def test_what_libraries_print_goes_into_a_file_and_what_python_prints_does_not(tmp_path, capfd):
    with files.quiet(tmp_path / "log"):
        os.write(2, b"from a library\n")
        print("from Python", file=sys.stderr)
    os.write(2, b"and later\n")
    assert (tmp_path / "log").read_text() == "from a library\n"
    assert capfd.readouterr().err == "from Python\nand later\n"
