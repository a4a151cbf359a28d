"""The gate: a report whose mouth is dead does not end well."""

import pytest

from s2f_utils import StudyError, headline


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


def test_a_report_without_pictures_is_no_reference(tmp_path, monkeypatch):
    monkeypatch.setattr(headline, "REFERENCE", tmp_path / "reference")
    with pytest.raises(StudyError, match="ravdess-landmarks-quick has no figures/06_speech_to_face"):
        headline.keep_reference(tmp_path / "ravdess-landmarks-quick")
    assert not (tmp_path / "reference").exists()


def test_a_living_mouth_passes_and_so_does_a_study_that_means_nothing():
    headline.require_motion(numbers(0.3, 0.01))
    headline.require_motion(numbers(0.0, -1.0, gate=0.0))
    headline.require_motion({})
