"""Yardsticks against known trajectories and closed formulas."""

import numpy as np
import pandas as pd
import pytest
from test_face import mean_face

from s2f_utils import features
from s2f_utils.judging import ceilings, motion_metrics
from s2f_utils.models import baselines
from s2f_utils.sound import speech
from s2f_utils.synthetic import unfilmed


def take(frames: int, first: int, last: int, *, clip_id: str = "a", **facts) -> dict:
    """A clip that is audible from ``first`` to ``last``, whose chin tells how much of the speech is over."""
    loudness = np.full((frames, 4), -70.0, np.float32)
    loudness[first : last + 1] = -20
    motion = np.zeros((frames, 68, 2), np.float32)
    motion[:, 8, 1] = np.clip((np.arange(frames) - first) / (last - first), 0, 1)
    known = {"speaker": "01", "statement": 1, "emotion": "calm", "intensity": 1, "repetition": 1}
    features = {"motion": motion, "loudness": loudness.ravel(), "neutral": mean_face(), "clip_id": clip_id}
    return features | known | facts


def test_speech_is_found_where_it_is():
    assert speech.speech_span(take(80, 12, 61)["loudness"]) == (12, 61)


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


def test_loaded_and_spoken_clips_say_who_says_what(tmp_path):
    spoken = unfilmed.utterances(clips_per_speaker=1, speakers=[3], seed=5, jobs=1)
    (clip,) = spoken
    np.savez(tmp_path / f"{clip['clip_id']}.npz", motion=clip["motion"])
    table = pd.DataFrame([{name: clip[name] for name in features.DESCRIPTION}])
    (loaded,) = features.load_all(tmp_path, table, names=["motion"])
    assert {name: loaded[name] for name in features.DESCRIPTION} == table.iloc[0].to_dict()
    modality_to_actor = clip["clip_id"].split("-")
    assert [int(part) for part in modality_to_actor[3:]] == [
        *(clip[name] for name in ("intensity", "statement", "repetition")),
        int(clip["speaker"]),
    ]
