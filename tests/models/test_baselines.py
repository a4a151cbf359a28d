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


def sung(seed: int, *, register: float = 0.0, voiced: bool = True) -> dict:
    """Half a second of hum whose brows rise by a tenth of what its pitch does, in a low or a high voice."""
    random = np.random.default_rng(seed)
    melody = np.convolve(random.normal(0, 2, 60), np.ones(8) / 8, "valid")[:50]
    melody -= np.median(melody)
    motion = np.zeros((50, 68, 2), np.float32)
    motion[:, 17:27, 1] = -0.1 * melody[:, None]
    pitch = np.repeat(melody, 4) + register
    return {"pitch": pitch, "voicing": np.full(200, 0.9 if voiced else 0.1), "motion": motion}


def test_who_follows_pitch_hears_how_it_rises_and_not_how_high_the_voice_is():
    follower = baselines.pitch(alpha=1e-3).fit([sung(seed, register=seed) for seed in range(12)])
    high, low = sung(20, register=15), sung(20, register=3)
    answer = follower.predict(high)
    assert answer.shape == (50, 68, 2) and answer.dtype == np.float32
    np.testing.assert_allclose(answer[4:-4], high["motion"][4:-4], atol=5e-3)
    np.testing.assert_allclose(follower.predict(low), answer, atol=1e-5)
    loud = high | {"loudness": np.zeros(200), "log_mel": np.ones((200, 40))}
    assert np.array_equal(follower.predict(loud), answer), "it hears nothing else"
    whisper = follower.predict(sung(20, voiced=False))
    assert np.ptp(whisper, axis=0).max() == 0, "where there is no voice, there is nothing to follow"


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
