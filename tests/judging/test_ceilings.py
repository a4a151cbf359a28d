"""Ceilings against known trajectories and closed formulas."""

import numpy as np

from s2f_utils.judging import ceilings, motion_metrics
from tests.samples.clips import take


def test_the_oracle_is_exact_in_the_basis_and_best_outside():
    random = np.random.default_rng(0)
    mean, basis = random.normal(size=136), random.normal(size=(5, 136))
    inside = (mean + random.normal(size=(30, 5)) @ basis).reshape(-1, 68, 2)
    np.testing.assert_allclose(ceilings.oracle(mean, basis, {"motion": inside}), inside, atol=1e-9)
    truth = random.normal(size=(30, 68, 2))
    best = np.square(ceilings.oracle(mean, basis, {"motion": truth}) - truth).sum()
    for _ in range(20):
        other = (mean + random.normal(size=(30, 5)) @ basis).reshape(-1, 68, 2)
        assert best < np.square(other - truth).sum()


def test_the_oracle_scores_no_worse_than_a_network_with_its_basis():
    clip = take(50, 7, 41)
    basis = np.random.default_rng(1).normal(size=(4, 136))
    rows = {"oracle": [ceilings.oracle(np.zeros(136), basis, clip)], "still": [0 * clip["motion"]]}
    error = {name: np.square(motion[0] - clip["motion"]).sum() for name, motion in rows.items()}
    assert error["oracle"] <= error["still"]
    assert motion_metrics.score(rows, [clip]).shape[0] == 2


def test_a_second_take_is_the_same_performance():
    clip, again = take(50, 7, 41), take(70, 9, 61, clip_id="b", repetition=2)
    angry = take(60, 5, 50, clip_id="c", emotion="angry")
    np.testing.assert_allclose(ceilings.second_take(clip, [clip, angry, again]), clip["motion"], atol=1e-5)
    assert ceilings.second_take(clip, [clip, angry]) is None
    same, takes = ceilings.second_takes([clip, again, angry])
    assert same == ceilings.SAME_PERFORMANCE and sorted(takes) == [0, 1]


def test_without_repetitions_any_emotion_will_do():
    clips = [take(50, 7, 41), take(60, 5, 50, clip_id="c", emotion="angry")]
    same, takes = ceilings.second_takes(clips)
    assert same == ceilings.SAME_SENTENCE and sorted(takes) == [0, 1]
    alone = [take(50, 7, 41), take(50, 7, 41, clip_id="d", speaker="02")]
    assert ceilings.second_takes(alone)[1] == {}
    unknown = [clip | {"statement": 0} for clip in clips]
    assert ceilings.second_takes(unknown)[1] == {}
