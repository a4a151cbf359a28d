"""Where a result came from, in a small report that is made here."""

import re

import pytest

from s2f_utils import StudyError, __main__, files
from s2f_utils.study import provenance, runner


def _cell(small_report, number: int) -> str:
    """Source of the n-th cell as it stands in the notebook, the title being the first."""
    parts = re.split(
        r"^# %%.*\n", (small_report.parents[1] / "notebooks" / "01_first.py").read_text(), flags=re.M
    )
    return parts[number]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kinds", "words"),
    [
        ("evaluation.cnn_rnn.skill", ["number"], ["The mouth opens once."]),
        ("evaluation.cnn_rnn.permutation_p", ["number"], ['run.record("evaluation.cnn_rnn.permutation_p"']),
        ("opening", ["figure", "table"], ["run.figure(", "run.table("]),
        ("videos/01_first/brighter.mp4", ["video"], ["run.video("]),
        ("alone", ["file"], ["write_bytes"]),
    ],
)
def test_the_cell_that_is_named_is_the_one_that_made_it(small_report, name, kinds, words):
    found = provenance.find(small_report, name)
    assert [thing["kind"] for thing in found] == kinds
    for thing, word in zip(found, words, strict=True):
        assert word in _cell(small_report, thing["cell"])
        lines = provenance.describe(small_report, thing)
        assert lines[0].endswith(f"01_first, cell {thing['cell']}")
        assert _cell(small_report, thing["cell"]).splitlines()[0] in lines[1]
        assert "SIZE = 5" in "\n".join(lines)
        assert files.read_json(small_report / "manifest.json")["corpus"]["digest"] in "\n".join(lines)


@pytest.mark.slow
def test_an_unknown_name_suggests_its_neighbours(small_report, place, monkeypatch, capsys):
    with pytest.raises(StudyError, match="is named 'openning'; did you mean opening"):
        provenance.find(small_report, "openning")
    with pytest.raises(StudyError, match="`make report` measures it"):
        provenance.find(small_report, "report.seconds")
    monkeypatch.setattr(files, "REPORTS", place / "reports")
    where = ["where", "--corpus", "folder", "brighter"]
    assert __main__.main(where) == 0 and "video brighter: 01_first, cell 8" in capsys.readouterr().out
    assert __main__.main([*where, "--profile", "tiny"]) == 1
    assert "There is no report folder-tiny yet" in capsys.readouterr().err


@pytest.mark.slow
def test_cells_are_counted_anew_when_prose_comes_between(small_report, place, monkeypatch):
    for name, path in (("WORK", place), ("DATA", place / "data"), ("REPORTS", place / "reports")):
        monkeypatch.setattr(files, name, path)
    source = place / "notebooks" / "01_first.py"
    text = source.read_text()
    source.write_text(text.replace("# %%\n# The mouth", "# %% [markdown]\n# New.\n\n# %%\n# The mouth"))
    for count in (5, 4):
        runner.report("folder", data=str(place / "recordings é"), notebooks=source.parent)
        (thing,) = provenance.find(small_report, "evaluation.cnn_rnn.skill")
        assert thing["cell"] == count and "The mouth opens once." in _cell(small_report, count)
        source.write_text(text)


@pytest.mark.slow
def test_a_report_names_the_folder_of_recordings_and_not_its_path(small_report, place):
    """Neither its pages nor its notebooks nor what it keeps of its making tell where on a disk they lie."""
    assert (
        files.read_json(small_report / "manifest.json")["notebooks"]["01_first"]["parameters"]["DATA"]
        == "recordings é"
    )
    for path in [*small_report.glob("*.html"), *small_report.glob("*.ipynb"), *small_report.rglob("*.json")]:
        assert str(place) not in path.read_text(), path.name
    assert r"DATA = \"recordings \\xe9\"" in (small_report / "01_first.ipynb").read_text()


def test_a_report_tells_what_recordings_and_voices_it_was_judged_on():
    inputs = ({"CORPUS": "a"}, {"CORPUS": "a", "REAL": "b"}, {"CORPUS": "a", "VOICES": "c"})
    notebooks = {str(number): {"key": {"inputs": given}} for number, given in enumerate(inputs)}
    both = provenance.judged_on({"notebooks": notebooks})
    assert both == {"real": "b", "voices": "c"}
    assert provenance.judged_on({"notebooks": {"0": notebooks["0"]}}) == {"real": "", "voices": ""}
    assert provenance.of_others(both, both) == {}
    assert provenance.of_others(both, {"real": "b"}) == {"voices": ("voices.",)}
    assert list(provenance.of_others({}, both)) == ["real", "voices"]
