"""Each predictor answers under its own name, beside networks of which one knows what they say."""

import keras
import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.judging import predictors
from s2f_utils.models import training
from tests.samples.clips import CLIPS, HELD_OUT, follow

LEARNED = [clip | {"statement": 1 + number % 2} for number, clip in enumerate(CLIPS)]
STRANGERS = [clip | {"statement": 2} for clip in HELD_OUT]
SAYS = {"net_2017": 0.25, "net_2017_repaired": 2.0, "lstm_2018": 3.0, "cnn_rnn_live": 4.0, "cnn_rnn": 5.0}
MEAN, BASIS = np.full(136, 0.5), np.eye(136)[[1, 133]]


def saying(name: str):
    """A network with the input of the one of this name, which always says the same number."""
    layers, shape = keras.layers, {"net_2017": (128, 23), "net_2017_repaired": (None, 40, 23)}
    look = {"net_2017": [layers.Flatten()], "net_2017_repaired": [layers.Reshape((-1, 40 * 23))]}
    frames = [keras.Input(shape.get(name, (None, 40))), *look.get(name, [layers.AveragePooling1D(4)])]
    answer = layers.Dense(
        136, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(SAYS[name])
    )
    return keras.Sequential([*frames, answer], name=name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("models")
    boxed = np.full((68, 2), 0.125)
    facts = {"mean_boxed": boxed.tolist(), "mean": MEAN.tolist(), "basis": BASIS.tolist(), "gain": 1.5}
    for name in SAYS:
        training.save(saying(name), place, facts)
    return place


@pytest.fixture(scope="module")
def everybody(folder):
    return predictors.Predictors(folder, LEARNED)


@pytest.fixture(scope="module")
def answers(everybody):
    return everybody.answer(STRANGERS)


def test_each_network_answers_under_its_own_name(answers):
    for name in ("net_2017_repaired", "lstm_2018", "cnn_rnn_live", "cnn_rnn"):
        for motion, clip in zip(answers[name], STRANGERS, strict=True):
            np.testing.assert_allclose(motion, np.full(clip["motion"].shape, SAYS[name]), rtol=1e-6)


def test_the_box_of_2017_is_as_large_as_the_face(answers):
    for motion, clip in zip(answers["net_2017"], STRANGERS, strict=True):
        box = clip["neutral"].max(axis=0) - clip["neutral"].min(axis=0)
        np.testing.assert_allclose(motion, np.broadcast_to(0.125 * box, motion.shape), rtol=1e-5)


def test_the_simple_ones_are_fitted_to_the_training_clips(answers):
    usual = np.concatenate([clip["motion"] for clip in CLIPS]).mean(axis=0)
    assert not np.any(answers["still_face"])
    np.testing.assert_allclose(answers["mean_motion"][0][7], usual, atol=1e-6)
    assert follow(answers["loudness"]) > 0.5
    assert follow(answers["ridge"]) > follow(answers["loudness"])


def test_the_oracle_is_the_nearest_that_the_components_allow(everybody, answers):
    """Two of 136 numbers are free here; the others stay at the mean."""
    truth = STRANGERS[0]["motion"].reshape(-1, 136)
    nearest = np.full_like(truth, 0.5)
    nearest[:, [1, 133]] = truth[:, [1, 133]]
    np.testing.assert_allclose(answers["oracle"][0].reshape(-1, 136), nearest, atol=1e-6)
    assert everybody.model.name == "cnn_rnn" and everybody.facts["gain"] == 1.5
    assert np.array_equal(everybody.mean, MEAN) and np.array_equal(everybody.basis, BASIS)


def test_a_sentence_is_answered_by_its_takes(folder):
    """Clips that are as long, and loud throughout, are not stretched: their mean take is their mean."""
    loud = {"loudness": np.zeros(200, np.float32)}
    heard = predictors.Predictors(folder, [clip | loud for clip in LEARNED])
    (motion,) = heard.answer([STRANGERS[0] | loud])["sentence_mean"]
    takes = [clip["motion"] for clip in LEARNED if clip["statement"] == 2]
    np.testing.assert_allclose(motion, np.mean(takes, axis=0), atol=1e-6)


def test_where_no_sentence_is_known_nobody_answers_for_it(everybody):
    unknown = [clip | {"statement": 3} for clip in STRANGERS]
    assert everybody.knows(STRANGERS[0]) and not everybody.knows(unknown[0])
    assert "sentence_mean" not in everybody.answer(unknown)
    mixed = everybody.answer([unknown[0], STRANGERS[1]])
    assert np.array_equal(mixed["sentence_mean"][0], mixed["mean_motion"][0])
    assert not np.array_equal(mixed["sentence_mean"][1], mixed["mean_motion"][1])


def test_a_missing_network_is_said(tmp_path):
    with pytest.raises(StudyError, match="there is no trained model yet"):
        predictors.Predictors(tmp_path, LEARNED)


def test_each_clip_is_told_its_own_emotion(everybody, monkeypatch):
    """The dial stands at each clip's emotion and intensity, and answers keep the order of the clips."""
    acted = [("sad", 2), ("happy", 1), ("sad", 1), ("sad", 2)]
    clips = [
        STRANGERS[0] | {"emotion": name, "intensity": strength, "clip_id": f"{number}"}
        for number, (name, strength) in enumerate(acted)
    ]

    def predict(model, clips, *, emotion, intensity):
        return [f"{clip['clip_id']} {emotion} {intensity}" for clip in clips]

    monkeypatch.setattr(predictors.cnn_rnn, "predict", predict)
    assert everybody.told(clips) == ["0 sad 1.0", "1 happy 0.5", "2 sad 0.5", "3 sad 1.0"]
