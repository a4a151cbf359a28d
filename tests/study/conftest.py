"""Small studies, made as all reports are."""

import pytest

from s2f_utils import files
from s2f_utils.study import runner
from tests.samples.notebooks import ALONE, FIRST, HEADER, SECOND, SHOWING


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("provenance")


@pytest.fixture(scope="session")
def small_report(place):
    """A report of one notebook, made as all reports are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("S2F_WORK", str(place))
        for name, path in (("WORK", place), ("DATA", place / "data"), ("REPORTS", place / "reports")):
            patch.setattr(files, name, path)
        notebooks, data = place / "notebooks", place / "recordings é"
        (notebooks / "params").mkdir(parents=True)
        (notebooks / "params" / "quick.yaml").write_text("01_first: {SIZE: 5}\n")
        text = HEADER.format(name="The first", needs="", parameter="SIZE") + SHOWING
        (notebooks / "01_first.py").write_text(text)
        (data / "anna").mkdir(parents=True)
        (data / "anna" / "one.mp4").write_bytes(b"one")
        yield runner.report("folder", data=str(data), notebooks=notebooks)


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
