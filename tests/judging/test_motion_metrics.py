"""Measures of motion against closed formulas and planted effects."""

import numpy as np
import pytest

from s2f_utils.judging import motion_metrics
from tests.samples.clips import clip, performances
from tests.samples.faces import mean_face


def test_a_perfect_prediction():
    truth = clip(1)
    scores = motion_metrics.score_clip(truth["motion"], truth)
    assert scores["mouth_correlation"] == pytest.approx(1)
    assert scores["velocity_correlation"] == pytest.approx(1)
    assert scores["motion_ratio"] == pytest.approx(1)
    assert (scores["mouth_rmse"], scores["mse_2017"], scores["sync_offset_frames"]) == (0, 0, 0)


def test_the_still_face_has_no_correlation_no_motion_and_no_skill():
    truth = clip(1)
    table = motion_metrics.summary(motion_metrics.score({"still_face": [0 * truth["motion"]]}, [truth]))
    row = table.loc["still_face"]
    assert row["mouth_correlation"] == 0
    assert [row["motion_ratio"], row["skill"]] == pytest.approx([0, 0], abs=1e-5)


def test_half_the_motion():
    """Half of the displacement: correlation 1, ratio 1/2, skill 1 − (1/2)² = 3/4."""
    truth = clip(1)
    row = motion_metrics.summary(motion_metrics.score({"half": [truth["motion"] / 2]}, [truth])).loc["half"]
    assert row["mouth_correlation"] == pytest.approx(1, abs=1e-5)
    assert row["motion_ratio"] == pytest.approx(0.5, abs=1e-4)
    assert row["skill"] == pytest.approx(0.75, abs=1e-5)


def test_rmse_of_a_known_error():
    truth = clip(1)
    wrong = truth["motion"].copy()
    wrong[:, 48:68] += np.array([0.03, 0.04], np.float32)
    assert motion_metrics.score_clip(wrong, truth)["mouth_rmse"] == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize("shift", [-5, -1, 0, 2, 8])
def test_a_late_prediction_has_a_positive_offset(shift):
    track = np.convolve(np.random.default_rng(0).normal(size=150), np.ones(4) / 4, "same")
    assert motion_metrics.sync_offset(np.roll(track, shift)[20:130], track[20:130]) == shift


def test_each_person_counts_once():
    clips = [clip(1, speaker="a"), clip(2, speaker="a"), clip(3, speaker="b")]
    motions = [clips[0]["motion"], clips[1]["motion"], 0 * clips[2]["motion"]]
    row = motion_metrics.summary(motion_metrics.score({"x": motions}, clips)).loc["x"]
    assert row["mouth_correlation"] == pytest.approx(0.5, abs=1e-5)


def test_bootstrap_covers_the_standard_error():
    values = np.random.default_rng(0).normal(3, 1, 400)
    low, high = motion_metrics.interval(values)
    assert (low + high) / 2 == pytest.approx(values.mean(), abs=0.02)
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.1)


def test_permutation_tells_sound_from_chance():
    clips = [clip(seed) for seed in range(12)]
    p, shuffled = motion_metrics.permutation_test([one["motion"] for one in clips], clips, draws=500)
    assert p == pytest.approx(1 / 501) and abs(shuffled.mean()) < 0.2
    others = [clip(seed + 100)["motion"] for seed in range(12)]
    assert motion_metrics.permutation_test(others, clips, draws=500)[0] > 0.02
    still = [0 * one["motion"] for one in clips]
    assert motion_metrics.permutation_test(still, clips, draws=100)[0] == 1


def test_against_truth_in_eye_distances():
    truth = np.repeat(mean_face()[None] * 100 + 200, 10, axis=0)
    shifted = truth + np.array([3, 4], np.float32)
    scores = motion_metrics.against_truth(shifted, truth)
    assert scores["nme"] == pytest.approx(0.05, abs=1e-5)


def test_identity_distances_are_sorted_into_pairs():
    vectors = np.array([[0.0, 0], [3, 4], [0, 1]])
    within, between = motion_metrics.identity_distances(vectors, np.array(["a", "a", "b"]))
    assert within.tolist() == [5] and sorted(between.round(4)) == [1, round(18**0.5, 4)]


def test_groups_keep_shuffles_inside():
    clips = performances(4)
    motions = [one["motion"] for one in clips]
    p, shuffled = motion_metrics.permutation_test(motions, clips, groups=["a", "b", "c", "d"], draws=20)
    assert p == 1 and np.ptp(shuffled) < 1e-12
