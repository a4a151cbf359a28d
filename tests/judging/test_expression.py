"""A planted emotion is read, and none where there is none; shares and chances are those of small sums."""

import numpy as np
import pandas as pd
import pytest

from s2f_utils import StudyError
from s2f_utils.judging import expression
from s2f_utils.sound import prosody
from tests.samples.voices import everybody

EMOTIONS = ("calm", "happy", "sad", "angry")
MEAN, BASIS = np.zeros(136), np.eye(136)[[121, 123, 125, 127]]


def emotional(planted: bool, people: range, seed: int) -> list[dict]:
    """Clips in which each emotion moves a point of its own, and spectra more the later it is; or all alike.

    Nothing else tells the emotion: the pitch stands still, and everything is voiced.
    """
    random = np.random.default_rng(seed)
    clips = []
    for person in people:
        for number, emotion in enumerate(EMOTIONS):
            size = 0.5 * 2.0**number if planted else 1.0
            motion = np.zeros((60, 68, 2))
            moves = np.where(np.arange(4) == number, 2.0, 0.5) if planted else np.ones(4)
            motion[:, 60:64, 1] = random.normal(0, moves, (60, 4))
            log_mel = random.normal(0, size, (240, 40))
            clips.append({"speaker": f"{person:02d}", "emotion": emotion, "intensity": 1 + number % 2})
            clips[-1] |= {"motion": motion, "log_mel": log_mel, "loudness": log_mel[:, 0]}
            clips[-1] |= {"pitch": np.zeros(240), "voicing": np.ones(240)}
    return clips


def read_out(training: list[dict], strangers: list[dict], predicted: list[np.ndarray]) -> pd.DataFrame:
    """Learn from some people, and name the emotions of others by all that can be asked."""
    reader = expression.ReadOut(expression.describe(training, MEAN, BASIS), MEAN, BASIS)
    motions = {
        "true_motion": [clip["motion"] for clip in strangers],
        "predicted_motion": predicted,
        "still_face": [0 * clip["motion"] for clip in strangers],
    }
    named = {source: reader.of_motion(answer) for source, answer in motions.items()}
    return expression.readings(strangers, named | {"sound": reader.of_sound(strangers)})


def test_a_planted_emotion_is_read():
    training, strangers = emotional(True, range(1, 11), 1), emotional(True, range(21, 25), 2)
    predicted = [one["motion"] for one in emotional(True, range(31, 35), 3)]
    readings = read_out(training, strangers, predicted)
    assert readings["emotion"].tolist() == list(EMOTIONS) * 4
    assert readings["intensity"].tolist() == [1, 2] * 8
    right = expression.accuracy(readings)
    assert list(right.columns) == ["21", "22", "23", "24"] and readings["still_face"].nunique() == 1
    assert (right.loc[["true_motion", "predicted_motion", "sound"]].mean(axis=1) > 0.9).all()
    assert right.loc["still_face"].tolist() == [0.25] * 4


def test_emotions_without_a_trace_are_guessed():
    training, strangers = emotional(False, range(1, 11), 1), emotional(False, range(21, 61), 2)
    readings = read_out(training, strangers, [one["motion"] for one in strangers])
    assert expression.accuracy(readings).mean(axis=1).tolist() == pytest.approx([0.25] * 4, abs=0.1)


def test_one_clip_of_an_emotion_is_enough_to_learn():
    training, strangers = emotional(True, range(1, 2), 1), emotional(True, range(21, 22), 2)
    readings = read_out(training, strangers, [one["motion"] for one in strangers])
    assert set(readings["true_motion"]) <= set(readings["emotion"])


def test_what_is_learned_from_is_kept_as_it_is(tmp_path):
    """A read-out that learned from the file answers as the one that learned from memory."""
    clips = emotional(True, range(1, 6), 1)
    learned = expression.describe(clips, MEAN, BASIS)
    moved = clips[7]["motion"][:, 60:64, 1]
    by_hand = [moved.mean(axis=0), moved.std(axis=0)]
    np.testing.assert_allclose(learned["motion"][7], np.concatenate(by_hand), rtol=1e-5)
    assert {name: len(rows) for name, rows in learned.items()} == dict.fromkeys(learned, len(clips))
    expression.save(learned, tmp_path)
    kept = expression.load(tmp_path)
    assert kept.keys() == learned.keys()
    assert all(np.array_equal(kept[name], learned[name]) for name in learned)
    answers = [
        expression.ReadOut(rows, MEAN, BASIS).of_motion([c["motion"] for c in clips])
        for rows in (learned, kept)
    ]
    assert np.array_equal(*answers)


def test_nothing_learned_yet(tmp_path):
    with pytest.raises(StudyError, match="run 03_cnn_rnn_training first"):
        expression.load(tmp_path)


NAMED = pd.DataFrame(
    [
        ("01", "happy", 1, "angry"),
        ("01", "sad", 2, "sad"),
        ("01", "sad", 1, "calm"),
        ("01", "calm", 1, "happy"),
        ("02", "happy", 1, "happy"),
        ("02", "calm", 1, "calm"),
    ],
    columns=["speaker", "emotion", "intensity", "sound"],
)


def test_whoever_is_excited_need_not_be_named_more_closely():
    """Happy taken for angry is wrong, and rightly excited; sad taken for calm is rightly not."""
    assert expression.accuracy(NAMED).loc["sound"].to_dict() == {"01": 1 / 4, "02": 1}
    assert expression.accuracy(NAMED, aroused=True).loc["sound"].to_dict() == {"01": 3 / 4, "02": 1}


def test_confusions_are_shares_of_what_was_acted():
    table = expression.confusion(NAMED, "sound", EMOTIONS)
    assert list(table.index) == list(table.columns) == list(EMOTIONS)
    assert table.loc["happy"].to_dict() == {"calm": 0, "happy": 0.5, "sad": 0, "angry": 0.5}
    assert table.loc["sad"].to_dict() == {"calm": 0.5, "happy": 0, "sad": 0.5, "angry": 0}
    assert not table.loc["angry"].any(), "nobody acted it"


def test_shuffled_names_are_right_as_often_as_counting_says():
    """Two clips of a person in two moods, both named rightly: every second order is as good."""

    def p(people: int, *, named: tuple[str, str] = ("calm", "happy")) -> float:
        pairs = list(zip(EMOTIONS[:2], named, strict=True))
        said = [(str(who), *pair) for who in range(people) for pair in pairs]
        table = pd.DataFrame(said, columns=["speaker", "emotion", "sound"])
        return expression.permutation_p(table, "sound", draws=2000, seed=1)

    assert p(1) == pytest.approx(1 / 2, abs=0.04)
    assert p(4) == pytest.approx(1 / 16, abs=0.02)
    assert p(40) == 1 / 2001
    assert p(4, named=("calm", "calm")) == 1, "who always says the same is never better than shuffled"
    assert p(4) == p(4)


def test_chance_is_counted_from_the_emotions():
    asked = ["happy", "sad", "sad", "sad"]
    assert expression.chance(["happy", "happy", "sad"], asked) == {"chance": 0.5, "majority": 0.25}
    assert expression.chance(EMOTIONS, EMOTIONS) == {"chance": 0.25, "majority": 0.25}
    assert expression.chance(["neutral"] * 3, ["neutral"])["chance"] == 1


def test_who_teaches_best_is_who_speaks_as_those_who_are_judged():
    """Embedded people say sad with a high voice; they have the numbers of real ones, who say it low."""
    real = everybody(range(1, 31), differ=0.1)
    others = everybody(range(1, 31), differ=0.1)
    names = ("emotion", "speaker", "intensity")
    learned = {name: np.array([clip[name] for clip in others]) for name in names}
    learned["voice"] = np.array([prosody.summary(clip) for clip in others])
    learned["voice"][:, 0] *= -1
    table = expression.taught_by(learned, real, groups=3)
    assert table.loc["embedded voices"].max() < 0.5 < 0.9 < table.loc["real voices"].min()
    elsewhere = learned | {"speaker": np.char.add("e", learned["speaker"])}
    assert expression.taught_by(elsewhere, real, groups=3).equals(table), "nobody is another's reference"
