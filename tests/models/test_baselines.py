"""The simplest predictors against known trajectories."""

import numpy as np
import pytest

from s2f_utils.models import baselines
from tests.samples.clips import CLIPS, HELD_OUT, follow, take


def test_simple_predictors():
    from s2f_utils.models import baselines

    for predictor, least in ((baselines.ridge(alpha=10), 0.8), (baselines.loudness(), 0.5)):
        predictor.fit(CLIPS)
        assert follow([predictor.predict(clip) for clip in HELD_OUT]) > least
    still = baselines.StillFace().fit(CLIPS).predict(HELD_OUT[0])
    assert still.shape == (50, 68, 2) and not still.any()
    mean = baselines.MeanMotion().fit(CLIPS).predict(HELD_OUT[0])
    assert np.allclose(mean, np.concatenate([clip["motion"] for clip in CLIPS]).mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("span", [(40, 5, 30), (100, 20, 90), (60, 0, 59)])
def test_a_stretched_ramp_is_the_ramp_of_the_other_clip(span):
    other = take(*span)
    np.testing.assert_allclose(baselines.stretched(take(70, 10, 50), other), other["motion"], atol=1e-5)


def test_stretching_to_itself_changes_nothing():
    clip = take(50, 7, 41)
    clip["motion"] = np.random.default_rng(0).normal(size=clip["motion"].shape).astype(np.float32)
    np.testing.assert_allclose(baselines.stretched(clip, clip), clip["motion"], atol=1e-5)


def test_the_sentence_mean_averages_takes_of_the_same_sentence():
    slow, fast = take(90, 20, 70), take(60, 10, 40)
    slow["motion"], fast["motion"] = 3 * slow["motion"], 1 * fast["motion"]
    other = take(40, 5, 30, statement=7)
    model = baselines.SentenceMean().fit([slow, fast, other])
    target = take(50, 8, 44, speaker="21")
    np.testing.assert_allclose(model.predict(target), 2 * target["motion"], atol=1e-4)


@pytest.mark.parametrize("statement", [0, 99])
def test_an_unheard_or_unknown_sentence_gets_the_mean_face(statement):
    clips = [take(60, 10, 40), take(40, 5, 30, statement=0)]
    model = baselines.SentenceMean().fit(clips)
    target = take(30, 3, 20, statement=statement)
    answer = model.predict(target)
    assert not model.knows(target) and answer.shape == (30, 68, 2)
    np.testing.assert_allclose(answer[11], np.concatenate([clip["motion"] for clip in clips]).mean(axis=0))
