"""A planted emotion is read, and none where there is none."""

import numpy as np
import pytest

from s2f_utils.judging import expression


def emotional(planted: bool, people: range, seed: int) -> list[dict]:
    """Clips in which the mouth moves more the further down the list the emotion is; or for no reason."""
    random = np.random.default_rng(seed)
    clips = []
    for person in people:
        for number, emotion in enumerate(("calm", "happy", "sad", "angry")):
            size = 0.5 * 2.0**number if planted else 1.0
            motion = np.zeros((60, 68, 2))
            motion[:, 60:64, 1] = random.normal(0, size, (60, 4))
            log_mel = random.normal(0, size, (240, 40))
            clips.append({"speaker": f"{person:02d}", "emotion": emotion, "motion": motion})
            clips[-1] |= {"log_mel": log_mel, "loudness": log_mel[:, 0]}
    return clips


BASIS = np.eye(136)[[121, 123, 125, 127]]


def test_a_planted_emotion_is_read():
    training, strangers = emotional(True, range(1, 11), 1), emotional(True, range(21, 25), 2)
    predicted = [one["motion"] for one in emotional(True, range(31, 35), 3)]
    readings = expression.read_out(training, strangers, predicted, np.zeros(136), BASIS)
    right = expression.accuracy(readings)
    assert list(right.columns) == ["21", "22", "23", "24"] and readings["still_face"].nunique() == 1
    assert (right.loc[["true_motion", "predicted_motion", "sound"]].mean(axis=1) > 0.9).all()
    assert right.loc["still_face"].tolist() == [0.25] * 4
    assert expression.chance(training, strangers) == {"chance": 0.25, "majority": 0.25}


def test_emotions_without_a_trace_are_guessed():
    training, strangers = emotional(False, range(1, 11), 1), emotional(False, range(21, 61), 2)
    predicted = [one["motion"] for one in strangers]
    readings = expression.read_out(training, strangers, predicted, np.zeros(136), BASIS)
    assert expression.accuracy(readings).mean(axis=1).tolist() == pytest.approx([0.25] * 4, abs=0.1)


def test_one_clip_of_an_emotion_is_enough_to_learn():
    training, strangers = emotional(True, range(1, 2), 1), emotional(True, range(21, 22), 2)
    predicted = [one["motion"] for one in strangers]
    readings = expression.read_out(training, strangers, predicted, np.zeros(136), BASIS)
    assert set(readings["true_motion"]) <= set(readings["emotion"])
