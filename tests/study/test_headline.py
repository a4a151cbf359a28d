"""The gate: a report whose mouth is dead does not end well; and the tables of what matters."""

import pytest

from s2f_utils import StudyError, files
from s2f_utils.study import headline


def numbers(ratio: float, skill: float, gate: float = 1.0) -> dict[str, float]:
    return {
        "evaluation.gate": gate,
        "evaluation.cnn_rnn.motion_ratio": ratio,
        "evaluation.cnn_rnn.skill": skill,
    }


@pytest.mark.parametrize(("ratio", "skill"), [(0.29, 0.5), (0.9, 0.0), (0.0, -0.2)])
def test_a_dead_mouth_is_an_error_that_says_why(ratio, skill):
    with pytest.raises(StudyError, match=rf"collapsed.* {ratio:.0%} .*causes: too few epochs"):
        headline.require_motion(numbers(ratio, skill))


def test_a_living_mouth_passes_and_so_does_a_study_that_means_nothing():
    headline.require_motion(numbers(0.3, 0.01))
    headline.require_motion(numbers(0.0, -1.0, gate=0.0))
    headline.require_motion({})


def test_the_short_table_takes_its_best_from_the_long_one():
    """0.9 is the best of the rows that are shown, 1.0 of a row that is not: nothing shown is bold."""
    ratios = {"ridge": 0.5, "cnn_rnn": 0.9, "cnn_rnn_live": 1.0}
    found = {f"evaluation.{name}.motion_ratio": value for name, value in ratios.items()}
    found |= {f"evaluation.{name}.mouth_rmse": 0.5 - value / 4 for name, value in ratios.items()}
    short, _, long = headline.markdown(found, {}).partition("<details>")
    rows = {line.split("|")[1].strip(): line for line in short.splitlines()[2:] if line.startswith("|")}
    assert list(rows) == ["ridge", "CNN + RNN (ours)"] and "real people" not in short
    assert rows["CNN + RNN (ours)"] == "| CNN + RNN (ours) | — | 0.90 | 0.2750 |"
    assert "| CNN + RNN, causal | — | **1.00** |" in long and long.count("</details>") == 1


OURS = "evaluation.cnn_rnn"
SCATTERED = {
    f"{OURS}.mouth_correlation": 0.0234,
    f"{OURS}.mouth_rmse": 0.00004,
    f"{OURS}.sync_offset_frames": 0.0,
    "evaluation.ridge.mouth_correlation": 0.5,
    "transfer.cnn_rnn.mouth_correlation": 0.0351,
    "voices.expression.predicted_motion": 0.02,
}


@pytest.fixture
def seeds(tmp_path, monkeypatch):
    """A reference of five seeds for the report `a-quick`, judged on the real recordings `r`."""
    monkeypatch.setattr(headline, "REFERENCE", tmp_path)
    kept = {"run": "a-quick", "real": "r", "seeds": [1, 2, 3, 4, 5], "spread": SCATTERED}
    files.write_json(tmp_path / "seeds.json", kept)


def test_people_and_trainings_are_named_for_what_they_are(seeds):
    found = {f"{OURS}.mouth_correlation": 0.84, f"{OURS}.mouth_rmse": 0.0184, f"{OURS}.sync_offset_frames": 0}
    found |= {f"{OURS}.mouth_correlation_low": 0.78, f"{OURS}.mouth_correlation_high": 0.9}
    found |= {"transfer.cnn_rnn.mouth_correlation": 0.73, "transfer.ridge.mouth_correlation": 0.5}
    found |= {"evaluation.ridge.mouth_correlation": 0.6, "evaluation.ridge.mouth_rmse": 0.02}
    text = headline.markdown(found, headline.trainings("a-quick", {"real": "r"})).replace("\xa0", " ")
    ours = "| CNN + RNN (ours) | **0.84**<br>people 0.78 to 0.90<br>trainings ± 0.02 | — | "
    ours += "**0.0184**<br>trainings ± 4e-05 | **0.73**<br>trainings ± 0.04 |"
    assert ours in text.splitlines()
    assert "| ridge | 0.60 | — | 0.0200 | 0.50 |" in text.splitlines(), "of ours alone"
    assert "| 0.0<br>trainings ± 0.0 |" in text, "no scatter is said too"
    assert "standard deviation over 5 trainings from other seeds.\n" in text
    alone = headline.markdown(found, {}).replace("\xa0", " ")
    assert "| **0.84**<br>people 0.78 to 0.90 | — | **0.0184** | **0.73** |" in alone
    assert "±" not in alone and "“people” is the 95 % interval" in alone


def test_trainings_of_another_study_are_not_shown(seeds):
    assert headline.trainings("a-quick", {"real": "r"})["spread"] == SCATTERED
    assert headline.trainings("a-full", {"real": "r"}) == {}
    strangers = {"transfer.cnn_rnn.mouth_correlation"}
    assert headline.trainings("a-quick", {"real": ""})["spread"].keys() == SCATTERED.keys() - strangers
    voices = {"voices.expression.predicted_motion"}
    heard = headline.trainings("a-quick", {"real": "r", "voices": "v"})
    assert heard["spread"].keys() == SCATTERED.keys() - voices


def test_who_reads_emotions_right_by_chance_is_beside_who_hears_them(seeds):
    """What is not known is a line, and nothing is bold, since the truth is among the rows."""
    found = {"evaluation.expression.chance": 0.125, "evaluation.expression.true_motion": 0.9}
    found |= {
        "evaluation.expression.predicted_motion": 0.4,
        "evaluation.expression.predicted_motion_low": 0.3,
    }
    found |= {"evaluation.expression.predicted_motion_high": 0.5, "voices.expression.predicted_motion": 0.36}
    text = headline.markdown(found, headline.trainings("a-quick", {"voices": "v"})).replace("\xa0", " ")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert rows[2:] == [
        "| chance | 0.12 | — | — | — | — |",
        "| CNN + RNN (ours) | 0.40<br>people 0.30 to 0.50 | — | — | — | 0.36 |",
        "| true motion | 0.90 | — | — | — | — |",
    ]


def test_the_best_is_bold_also_where_nothing_is_best(seeds):
    """A sync offset is best at 0: of 0, 0 and 1 frames, two are bold."""
    found = {
        f"evaluation.{name}.sync_offset_frames": value for name, value in (("ridge", 0), ("loudness", 1))
    }
    found |= {f"{OURS}.sync_offset_frames": 0}
    text = headline.markdown(found, {})
    assert text.count("**0.0**") == 2 and "**1.0**" not in text
