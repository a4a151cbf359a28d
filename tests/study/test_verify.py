"""A report is as its reference, or it is said in which number it is not."""

import math

import pytest

from s2f_utils import StudyError, __main__, files
from s2f_utils.study import verify

MOUTH = "evaluation.cnn_rnn.mouth_correlation"


REFERENCE = files.read_json(files.ROOT / "reports" / "reference" / "metrics.json")


KEPT = files.read_json(files.ROOT / "reports" / "reference" / "manifest.json")


@pytest.fixture
def check(work, capsys):
    """Verify a report whose numbers are the reference's but for some; return what is printed."""

    def run(real: str = KEPT["real"], without: str = "", **changed: float) -> str:
        folder = work / "reports" / KEPT["run"]
        numbers = {name: value for name, value in (REFERENCE | changed).items() if name != without}
        files.write_json(folder / "metrics.json", numbers)
        entry = {"key": {"inputs": {"CORPUS": "a", "REAL": real}}}
        files.write_json(folder / "manifest.json", {"notebooks": {"04_evaluation": entry}})
        capsys.readouterr()
        verify.check(folder)
        return capsys.readouterr().out

    return run


def test_the_same_numbers_pass_and_all_but_timings_are_compared(check):
    words = ("seconds", "per_second", "realtime_factor", "time_over_floor", "ravdess_hours")
    timings = {name for name in REFERENCE for word in words if word in name} - {"corpus.median_seconds"}
    assert f"Not compared: {len(timings)} timings." in check()
    compared = len(REFERENCE) - len(timings)
    assert f"{compared} of {compared} numbers are as in the reference." in check()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (MOUTH, REFERENCE[MOUTH] - 0.2),
        ("evaluation.ridge.mouth_correlation", REFERENCE["evaluation.ridge.mouth_correlation"] + 0.02),
        ("evaluation.clips", REFERENCE["evaluation.clips"] + 1),
        ("dcgan.dcgan.identity_kept", math.nan),
    ],
)
def test_a_tampered_number_fails_and_is_named(check, capsys, name, value):
    with pytest.raises(StudyError, match=f"is not as its reference: {name}\\.$"):
        check(**{name: value})
    assert name in capsys.readouterr().out


def test_a_missing_number_fails_and_is_named(check, capsys):
    with pytest.raises(StudyError, match=MOUTH):
        check(without=MOUTH)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if MOUTH in line]
    assert line.split()[1] == "missing"


def test_timings_and_what_lies_within_its_tolerance_pass(check):
    check(**{"training.cnn_rnn.seconds": 1e6, "animate.realtime_factor": 1e-3, "report.seconds": 0.0})
    check(**{MOUTH: REFERENCE[MOUTH] - 0.04})


def test_other_real_recordings_are_not_compared(check):
    name = "transfer.cnn_rnn.mouth_correlation"
    assert "numbers of transfer and ablation" in check(real="", without=name)
    with pytest.raises(StudyError, match=name):
        check(without=name)


def test_without_a_reference_nothing_is_run(work, capsys):
    assert __main__.main(["verify", "--corpus", "grid", "--profile", "tiny"]) == 1
    assert "There is no reference for grid-tiny to compare with" in capsys.readouterr().err
    assert not (work / "reports").exists()


def test_the_headline_marks_what_lies_outside():
    lines = verify.summary(REFERENCE | {MOUTH: 0.1}, run=KEPT["run"])
    marks = {line.split()[0]: "✗" in line for line in lines}
    assert list(marks) == list(verify.HEADLINE) and [name for name in marks if marks[name]] == [MOUTH]
    assert not any("reference" in line for line in verify.summary(REFERENCE, run="grid-full"))
