"""The protocol's harder questions on constructed data with known answers."""

import numpy as np
import pandas as pd
import pytest

from s2f_utils import StudyError
from s2f_utils.judging import motion_metrics, protocol
from s2f_utils.sound import speech
from s2f_utils.study import record
from tests.samples.clips import clip, performances


def test_speech_and_silence_have_errors_of_their_own():
    clips = performances(2)
    wrong = []
    for one in clips:
        heard = speech.audible(one["loudness"])
        motion = one["motion"].copy()
        motion[heard, 48:68, 0] += 0.03
        motion[~heard, 48:68, 1] += 0.04
        wrong.append(motion)
    still = [0 * one["motion"] for one in clips]
    table = protocol.speech_and_silence({"wrong": wrong, "still_face": still}, clips)
    assert table.loc["wrong", "mouth_rmse_speech"] == pytest.approx(0.03, abs=1e-6)
    assert table.loc["wrong", "mouth_rmse_silence"] == pytest.approx(0.04, abs=1e-6)
    still_row = table.loc["still_face", ["skill_speech", "skill_silence", "silence_spread"]]
    assert still_row.tolist() == pytest.approx([0, 0, 0], abs=1e-6)


def test_a_mouth_that_rests_in_silence_has_no_spread_there():
    (one,) = performances(1)
    resting = one["motion"] * speech.audible(one["loudness"])[:, None, None]
    assert protocol.speech_and_silence({"x": [resting]}, [one])["silence_spread"]["x"] == pytest.approx(0)
    assert protocol.speech_and_silence({"x": [one["motion"]]}, [one])["silence_spread"]["x"] > 0.3


def test_who_is_never_silent_leaves_a_gap():
    (one,) = performances(1)
    one["loudness"] = np.repeat(np.linspace(-30, -20, 100, dtype=np.float32), 4)
    one["loudness"][::4] = -10
    table = protocol.speech_and_silence({"x": [0.5 * one["motion"]]}, [one])
    assert table.loc["x", "skill_speech"] == pytest.approx(0.75, abs=1e-5)
    assert np.isnan(table.loc["x", "skill_silence"])
    assert sorted(motion_metrics.named(table, "evaluation")) == [
        f"evaluation.x.{name}" for name in ("mouth_rmse_speech", "silence_spread", "skill_speech")
    ]


def test_an_answer_that_is_no_number_is_refused(work):
    clips = performances(2)
    motions = [one["motion"] for one in clips]
    broken = [np.full_like(motion, np.nan) for motion in motions]
    table = protocol.speech_and_silence({"whole": motions, "broken": broken}, clips)
    assert table.loc["whole", "skill_speech"] == 1
    named = motion_metrics.named(table, "evaluation")
    assert np.isnan(named["evaluation.broken.skill_speech"])
    with pytest.raises(StudyError, match="evaluation.broken.*only finite"):
        record.Run("04_evaluation", corpus="synthetic", profile="tiny").record(named)


def test_regions_are_scored_apart():
    (one,) = performances(1)
    motion = one["motion"].copy()
    motion[:, 0:17] += np.array([0.03, 0.04], np.float32)
    row = protocol.regions({"x": [motion]}, [one]).loc["x"]
    assert row.tolist() == pytest.approx([0, 0.05, 0], abs=1e-6)


def test_levels_know_ever_less_of_the_face():
    (one,) = performances(1)
    one["motion"][:20] = 0.01  # before the first sound
    average = one["neutral"] + np.array([0.3, 0.4])
    row = protocol.levels({"x": [one["motion"]]}, [one], average).loc["x"]
    expected = [0, np.hypot(0.01, 0.01), 0.5]
    assert row.tolist() == pytest.approx(expected, abs=1e-5)


def test_the_mean_neutral_counts_people_once():
    clips = [clip(1, speaker="a"), clip(2, speaker="a"), clip(3, speaker="b")]
    clips[2]["neutral"] = clips[2]["neutral"] + 1
    np.testing.assert_allclose(protocol.mean_neutral(clips), clips[0]["neutral"] + 0.5, atol=1e-6)


def test_the_true_motion_wins_every_tier():
    clips = performances()
    table = protocol.permutation_tiers([one["motion"] for one in clips], clips, draws=300, seed=1)
    assert list(table.index) == list(protocol.TIERS)
    assert table["groups"].tolist() == [1, 2, 4] and table["clips"].tolist() == [12, 12, 12]
    assert table["p"].iloc[:2].tolist() == pytest.approx([1 / 301, 1 / 301])
    assert (table["true"] > table["high"]).all()


def test_a_still_face_wins_no_tier():
    clips = performances()
    table = protocol.permutation_tiers([0 * one["motion"] for one in clips], clips, draws=50, seed=1)
    assert table["p"].tolist() == [1, 1, 1]


def test_knowing_only_the_sentence_passes_the_first_tier_alone():
    """Every clip of a sentence gets the same answer: right among all clips, chance within the sentence."""
    clips = performances(16)
    leaders = {one["statement"]: one["motion"] for one in clips}
    for one in clips:
        one["motion"] = one["motion"] + 2 * leaders[one["statement"]]
    answers = [leaders[one["statement"]] for one in clips]
    table = protocol.permutation_tiers(answers, clips, draws=300, seed=1)
    assert table.loc["permutation_p", "p"] < 0.01
    assert table.loc["permutation_p_same_sentence", "p"] == 1


def test_unknown_sentences_skip_tiers():
    clips = [one | {"statement": 0} for one in performances()]
    table = protocol.permutation_tiers([one["motion"] for one in clips], clips, draws=20, seed=1)
    assert list(table.index) == ["permutation_p"]


def test_cells_of_seen_and_unseen():
    names = [("01", 1), ("01", 2), ("21", 1), ("01", 9), ("02", 9), ("01", 0)]
    clips = [{"speaker": speaker, "statement": statement} for speaker, statement in names]
    scores = pd.DataFrame(clips).assign(mouth_correlation=[0.9, 0.7, 0.5, 0.2, 0.4, -1])
    cells = protocol.seen_and_unseen(scores, clips, speakers=["01", "02"], statements=[1, 2])
    assert cells.loc["seen_speaker_seen_sentence"].tolist() == pytest.approx([0.8, 1, 2])
    assert cells.loc["unseen_speaker_seen_sentence"].tolist() == pytest.approx([0.5, 1, 1])
    assert cells.loc["seen_speaker_unseen_sentence"].tolist() == pytest.approx([0.3, 2, 2])
    assert "unseen_speaker_unseen_sentence" not in cells.index


@pytest.mark.parametrize("count", [2, 6])
def test_folds_are_balanced_and_apart(count):
    speakers = [f"{number:02d}" for number in range(1, 25)]
    dealt = protocol.folds(speakers, count)
    assert sorted(name for *_, test in dealt for name in test) == speakers
    for train, watched, test in dealt:
        assert sorted(train + watched + test) == speakers
        assert sum(int(name) % 2 for name in test) == len(test) / 2
        assert len(train) > len(watched) >= 2


def test_few_people_make_few_folds():
    assert len(protocol.folds(["a", "b", "c", "a"], 6)) == 3
    assert protocol.folds(["a", "b"], 2) == [] == protocol.folds(["a", "b", "c"], 0)
