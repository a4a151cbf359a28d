"""Claims speak the numbers that were recorded, and no others."""

import re

import pytest

from s2f_utils import files
from s2f_utils.study import headline
from tests.samples.notebooks import Page


@pytest.mark.slow
def test_claims_speak_the_numbers_that_were_recorded_and_no_others(small_report):
    numbers = files.read_json(small_report / "metrics.json")
    text = " ".join(Page((small_report / "review.html").read_text()).text.split())
    sections = re.split(r"(?<!\S)(?=\d\. [A-Z])", text.rpartition("What is not claimed ")[0])[1:]
    assert [section.partition(". ")[2].partition(".")[0] for section in sections] == [
        "The mouth moves",
        "It is this clip's sound that is used",
    ]
    ratio = numbers["evaluation.cnn_rnn.motion_ratio"]
    assert f"moves {ratio:.2f} times" in sections[0] and "0.75 to 1.06" in sections[0]
    assert "✓ Holds in this report" in sections[0]
    assert "p = 0.25" in sections[1] and "✗ Does not hold" in sections[1]
    rows = re.findall(r" ((?:\w+\.)+\w+) (\S+) 01_first, cell", text)
    assert dict(rows) == {name: headline.text(numbers[name]) for name in numbers if "evaluation." in name}
