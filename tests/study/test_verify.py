"""A report is as its reference, or it is said in which number it is not."""

import math

import pytest
from scipy import stats

from s2f_utils import StudyError, __main__, files
from s2f_utils.study import headline, verify

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
        entry = {"key": {"inputs": {"CORPUS": "a", "REAL": real, "VOICES": KEPT.get("voices", "")}}}
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
        (MOUTH, REFERENCE[MOUTH] - 0.4),
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
    check(**{MOUTH: REFERENCE[MOUTH] - 0.005})


def test_other_real_recordings_are_not_compared(check):
    name = "transfer.cnn_rnn.mouth_correlation"
    assert "numbers of transfer and ablation" in check(real="", without=name)
    with pytest.raises(StudyError, match=name):
        check(without=name)


def test_other_voices_are_not_compared(work, monkeypatch, capsys):
    """Neither where a report has heard none, nor where it has heard others; the same ones are compared."""
    kept, numbers = work / "reference", {"voices.people": 12.0, "voices.expression.sound": 0.6, MOUTH: 0.8}
    monkeypatch.setattr(headline, "REFERENCE", kept)
    files.write_json(kept / "manifest.json", KEPT | {"voices": "v"})
    files.write_json(kept / "metrics.json", numbers)
    folder = work / "reports" / KEPT["run"]
    files.write_json(folder / "metrics.json", {MOUTH: 0.8})
    for heard in ("", "others", "v"):
        entry = {"key": {"inputs": {"REAL": KEPT["real"], "VOICES": heard}}}
        files.write_json(folder / "manifest.json", {"notebooks": {"05_expression": entry}})
        if heard == "v":
            with pytest.raises(StudyError, match="voices.expression.sound, voices.people"):
                verify.check(folder)
            return
        verify.check(folder)
        said = capsys.readouterr().out
        assert "2 numbers of voices, found with the same recordings in VOICES= only." in said
        assert "1 of 1 numbers are as in the reference." in said


def test_without_a_reference_nothing_is_run(work, capsys):
    assert __main__.main(["verify", "--corpus", "grid", "--profile", "tiny"]) == 1
    assert "There is no reference for grid-tiny to compare with" in capsys.readouterr().err
    assert not (work / "reports").exists()


def test_the_headline_marks_what_lies_outside():
    lines = verify.summary(REFERENCE | {MOUTH: 0.1}, run=KEPT["run"])
    marks = {line.split()[0]: "✗" in line for line in lines}
    assert list(marks) == list(verify.HEADLINE) and [name for name in marks if marks[name]] == [MOUTH]
    assert not any("reference" in line for line in verify.summary(REFERENCE, run="grid-full"))


# Two numbers of a kind scatter by 0.03 and 0.01: their mean variance is 0.0005, half of that and half of each
# one's own is 0.0007 and 0.0003.
SPREAD = {
    "evaluation.a.mouth_correlation": 0.03,
    "evaluation.b.mouth_correlation": 0.01,
    "training.anatomy.a.mouth_correlation": 0.5,
    "evaluation.ridge.mouth_correlation": 0.7,
    "evaluation.a.identity_kept": 0.0,
    "evaluation.a.sync_offset_frames": 0.0,
    "training.a.seconds": 9.0,
}
ONCE_IN_A_THOUSAND = stats.t.ppf(1 - 0.001 / 2, 8) * 2**0.5


def test_what_trainings_scatter_by_is_allowed():
    found = verify.allowed(dict.fromkeys(SPREAD, 0.8), SPREAD)
    wanted = {
        "evaluation.a.mouth_correlation": ONCE_IN_A_THOUSAND * 0.0007**0.5,
        "evaluation.b.mouth_correlation": ONCE_IN_A_THOUSAND * 0.0003**0.5,
        "training.anatomy.a.mouth_correlation": ONCE_IN_A_THOUSAND * 0.5,  # alone of its kind
        "evaluation.ridge.mouth_correlation": 0.006,  # not trained: rounding alone
        "evaluation.a.identity_kept": 0.01,  # never moved: rounding alone
        "evaluation.a.sync_offset_frames": 1.0,
        "training.a.seconds": None,
    }
    assert found == {name: value and pytest.approx(value, rel=1e-3) for name, value in wanted.items()}


def test_what_no_other_seed_has_tried_has_a_guess():
    named = {"ablation.breath.mouth_correlation": 0.6, "animate.motion_ratio": 2.0, "animate.skill": 0.0}
    assert list(verify.allowed(named, SPREAD).values()) == pytest.approx([0.1, 0.4, 0.01])


@pytest.fixture
def seeds(tmp_path, monkeypatch):
    """The reference with seeds that scatter as those above, and the number judged by them."""
    monkeypatch.setattr(headline, "REFERENCE", tmp_path)
    files.write_json(tmp_path / "manifest.json", KEPT)
    kept = {"run": KEPT["run"], "real": KEPT["real"], "seeds": [1, 2, 3, 4, 5], "spread": SPREAD}
    files.write_json(tmp_path / "seeds.json", kept)
    return "evaluation.b.mouth_correlation"


def test_inside_and_outside_of_what_was_measured(seeds):
    edge = ONCE_IN_A_THOUSAND * 0.0003**0.5
    assert verify.outside({seeds: 0.5 - 0.99 * edge}, {seeds: 0.5}) == []
    ((name, *_),) = verify.outside({seeds: 0.5 + 1.01 * edge}, {seeds: 0.5})
    assert name == seeds


def test_seeds_of_another_study_count_for_nothing(seeds, tmp_path):
    kept = files.read_json(tmp_path / "seeds.json")
    files.write_json(tmp_path / "seeds.json", kept | {"run": "grid-full"})
    assert verify.outside({seeds: 0.59}, {seeds: 0.5}) == [], "a guess: 0.1"
    assert len(verify.outside({seeds: 0.61}, {seeds: 0.5})) == 1


def test_the_kept_seeds_are_as_many_as_the_tolerances_count_on():
    kept = files.read_json(files.ROOT / "reports" / "reference" / "seeds.json")
    if not kept:
        pytest.skip("no seeds are kept yet: `make seeds`")
    assert kept["run"] == KEPT["run"] and len(set(kept["seeds"])) >= 5
    assert MOUTH in kept["spread"]
