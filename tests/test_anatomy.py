"""The ladder from the network of 2017 mends one thing at a time; old networks are what they were."""

import json
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from test_models import CLIPS, HELD_OUT, follow

from s2f_utils import StudyError
from s2f_utils.faces import geometry
from s2f_utils.models import cnn_rnn, lstm_2018, net_2017, net_2017_repairs, training
from s2f_utils.plots import net_2017_repairs as repair_plots
from s2f_utils.sound import speech

STEPS = list(net_2017_repairs.STEPS.values())
# Weights and biases of the eight convolutions, from the published table: filters · (kernel · inputs + 1).
CONVOLUTIONS = (
    *(32 * 4, 32 * (3 * 32 + 1), 64 * (2 * 32 + 1), 64 * (3 * 64 + 1), 128 * (3 * 64 + 1)),
    *(128 * (3 * 128 + 1), 136 * (3 * 128 + 1), 136 * (4 * 136 + 1)),
)
DENSE = 136 * 137


def test_the_network_of_2017_layer_by_layer():
    """128×23 in; frequency goes down to one row, then time to one column; no recurrent layer."""
    model = net_2017_repairs.build(STEPS[0], 128)
    shapes = [layer.output.shape[1:] for layer in model.layers if len(layer.output.shape) == 4]
    assert shapes[1] == (64, 23, 32) and shapes[-4:] == [(1, 12, 128), (1, 6, 128), (1, 3, 136), (1, 1, 136)]
    assert model.count_params() == sum(CONVOLUTIONS) + 3 * DENSE
    assert model.output_shape == (None, 136) and model.layers[-1].activation.__name__ == "sigmoid"
    assert model.name == "net_2017" and not any("gru" in layer.name for layer in model.layers)


def test_repaired_it_is_what_its_report_drew():
    """The same layers, a GRU of 136 (three gates, two biases each) after the first dense one, no sigmoid."""
    model = net_2017_repairs.build(net_2017_repairs.STEPS["recurrent"], 40)
    assert model.count_params() == sum(CONVOLUTIONS) + 3 * DENSE + 3 * 136 * (136 + 136 + 2)
    assert [layer.name.split("_")[0] for layer in model.layers] == ["each", "gru", "dense", "dense"]
    assert model.name == "net_2017_repaired" and model.layers[-1].activation.__name__ == "linear"


def test_each_step_mends_one_thing():
    switches = [
        field.name for field in fields(net_2017_repairs.Step) if field.name not in ("name", "sentence")
    ]
    for before, after in pairwise(STEPS):
        assert sum(getattr(before, name) != getattr(after, name) for name in switches) == 1, after.name
    assert len(STEPS) == 7 and net_2017_repairs.PREDICTORS.keys() <= net_2017_repairs.STEPS.keys()


def test_switches_make_every_step_of_the_ladder_and_more():
    """Mended up to a step it is that step; one thing left broken differs in that alone."""
    known = list(net_2017_repairs.STEPS)[1:]
    switches = [
        field.name for field in fields(net_2017_repairs.Step) if field.name not in ("name", "sentence")
    ]

    def same(one, two):
        return [name for name in switches if getattr(one, name) != getattr(two, name)]

    for count, name in enumerate(net_2017_repairs.STEPS):
        chosen = {step: place < count for place, step in enumerate(known)}
        assert not same(net_2017_repairs.mended("yours", chosen), net_2017_repairs.STEPS[name]), name
    all_mended = dict.fromkeys(known, True)
    boxed = net_2017_repairs.mended("yours", all_mended | {"target": False})
    assert same(boxed, STEPS[-1]) == ["target"] and boxed.sentence == "all mended but target"
    deaf = net_2017_repairs.mended("yours", all_mended | {"spectrum": False, "context": False})
    assert same(deaf, STEPS[-1]) == ["hears"] and deaf.hears is net_2017.raw_spectrum
    for wrong in ({"target": True}, all_mended | {"targets": True}):
        with pytest.raises(StudyError, match="The switches are shuffled, spectrum"):
            net_2017_repairs.mended("yours", wrong)


def test_the_offset_can_be_taken_out_of_the_spectra():
    """What remains is the spectrum of sound that was read right, to the precision in which it is stored."""
    audio = np.random.default_rng(0).normal(0, 0.1, 48_000)
    wrong, right = (speech.fft_2017(audio, n_frames=20, keep_offset=keep) for keep in (True, False))
    raw, mended, wanted = (
        hears({"fft_2017": spectra})
        for hears, spectra in (
            (net_2017.raw_spectrum, wrong),
            (net_2017.mended_spectrum, wrong),
            (net_2017.mended_spectrum, np.concatenate([128 - right[:, :1], right[:, 1:]], axis=1)),
        )
    )
    assert raw.shape == mended.shape == (20, 128, 23)
    assert raw[:, 0].mean() > 50 * raw[:, 1:].mean()
    assert np.array_equal(mended[:, 65:], mended[:, 63:0:-1])
    assert np.corrcoef(mended.ravel(), wanted.ravel())[0, 1] > 0.99
    assert np.allclose(mended.mean(axis=(0, 2)), 0, atol=1e-3)


def test_half_a_second_is_centred_on_its_frame():
    clip = {"log_mel": np.random.default_rng(0).normal(size=(200, 40))}
    heard = net_2017.half_second(clip)
    assert heard.shape == (50, 40, 23)
    assert np.array_equal(heard[20, :, 11], heard[19, :, 13]), "frames are four columns apart, columns two"
    loudest = {"log_mel": clip["log_mel"] + 30 * (np.arange(200) == 80)[:, None]}
    assert np.argmax(net_2017.half_second(loudest)[20].mean(axis=0)) == 11


def test_what_a_step_learns_from():
    box, displacement, pieces = (
        net_2017_repairs.examples(net_2017_repairs.STEPS[name], CLIPS[:3])
        for name in ("as_2017", "target", "recurrent")
    )
    assert box[0].shape == (150, 128, 23) and displacement[0].shape == (150, 40, 23)
    assert box[1].min() == 0 and box[1].max() == 1
    assert np.array_equal(box[1][50:100], geometry.boxed(CLIPS[1]["landmarks"]).reshape(-1, 136))
    assert np.array_equal(displacement[1][50:100], CLIPS[1]["motion"].reshape(-1, 136))
    assert np.array_equal(pieces[1][1], displacement[1][50:100]) and pieces[0].shape == (3, 50, 40, 23)


@pytest.mark.parametrize("frames, pieces", [(12, 1), (70, 1), (95, 2), (121, 2)])
def test_pieces_hold_about_as_many_frames(frames, pieces):
    clip = {"log_mel": np.zeros((4 * frames, 40)), "motion": np.arange(frames * 136.0).reshape(frames, 68, 2)}
    _, target = net_2017_repairs.examples(net_2017_repairs.STEPS["recurrent"], [clip])
    assert target.shape == (pieces, 50, 136) and target[-1, -1, -1] == (
        clip["motion"][-1, -1, -1] if pieces > 1 or frames < 50 else clip["motion"][49, -1, -1]
    )


@pytest.mark.parametrize(
    "name, shuffle, size", [("as_2017", False, 300), ("shuffled", True, 300), ("loss", True, 6)]
)
def test_the_order_of_batches(name, shuffle, size, monkeypatch):
    import keras

    asked = {}

    def fit(model, *examples, **options):
        asked.update(options)
        return keras.callbacks.History()

    monkeypatch.setattr(keras.Model, "fit", fit)
    monkeypatch.setattr(keras.callbacks.History, "history", {}, raising=False)
    net_2017_repairs.train(net_2017_repairs.STEPS[name], CLIPS[:2], epochs=3)
    assert (asked["shuffle"], asked["batch_size"], asked["epochs"]) == (shuffle, size, 3)


class Parrot:
    """A model that always gives the same (136,) answer."""

    def __init__(self, answer):
        self.answer = answer

    def predict(self, sound, **_):
        """Answer every frame alike."""
        frames = sound.shape[:-2]
        return np.broadcast_to(self.answer, (*frames, 136))


def test_faces_in_a_box_become_displacement():
    """The average face is no displacement; a tenth of the box is a tenth of the person's face."""
    mean = net_2017.mean_boxed(CLIPS)
    clips = [
        CLIPS[0],
        {name: track[:20] for name, track in CLIPS[1].items()} | {"neutral": CLIPS[1]["neutral"]},
    ]
    still = net_2017_repairs.predict(Parrot(mean.ravel()), STEPS[0], clips, mean)
    assert [motion.shape for motion in still] == [(50, 68, 2), (20, 68, 2)]
    assert np.abs(np.concatenate(still)).max() < 1e-6
    moved = net_2017_repairs.predict(Parrot(mean.ravel() + 0.1), STEPS[0], clips, mean)[0]
    assert np.allclose(moved, 0.1 * np.ptp(clips[0]["neutral"], axis=0), atol=1e-6)


def test_an_utterance_is_answered_at_its_length(tmp_path):
    """Whatever is answered with it; and a saved model answers the same."""
    step = net_2017_repairs.STEPS["recurrent"]
    model = net_2017_repairs.build(step, 40)
    short = {"log_mel": CLIPS[1]["log_mel"][:92], "neutral": CLIPS[1]["neutral"]}
    both = net_2017_repairs.predict(model, step, [CLIPS[0], short], np.zeros((68, 2)))
    assert [motion.shape for motion in both] == [(50, 68, 2), (23, 68, 2)]
    training.save(model, tmp_path, {})
    again, _ = training.load(tmp_path, "net_2017_repaired")
    assert np.allclose(
        net_2017_repairs.predict(again, step, [short], np.zeros((68, 2)))[0], both[1], atol=1e-6
    )


def stranger(clip: dict, seed: int) -> dict:
    """Give a toy utterance a face of its own, and the spectra of 2017 their offset."""
    own = np.random.default_rng(seed).normal(0, 0.3, (68, 2)).astype(np.float32)
    spectra = clip["fft_2017"].copy()
    spectra[:, 0] = 128 - spectra[:, 0]
    return clip | {
        "neutral": clip["neutral"] + own,
        "landmarks": clip["landmarks"] + own,
        "fft_2017": spectra,
    }


@pytest.mark.slow
def test_mended_it_learns_what_can_be_heard_and_as_it_was_it_does_not():
    clips, held_out = (
        [stranger(clip, first + number) for number, clip in enumerate(group)]
        for first, group in ((0, CLIPS), (100, HELD_OUT))
    )
    spread = np.concatenate([clip["motion"][:, 66, 1] for clip in held_out]).std()
    scores, ranges = {}, {}
    for name in ("as_2017", "context", "target"):
        step = net_2017_repairs.STEPS[name]
        model, _ = net_2017_repairs.train(step, clips, epochs=25)
        motions = net_2017_repairs.predict(model, step, held_out, net_2017.mean_boxed(clips))
        scores[name] = follow(motions)
        ranges[name] = np.concatenate([motion[:, 66, 1] for motion in motions]).std() / spread
    assert scores["target"] > 0.7 and ranges["target"] > 0.4, (scores, ranges)
    assert max(ranges["as_2017"], ranges["context"]) < 0.25, ranges


def test_the_lstm_hears_only_differences():
    """Against NumPy; a louder recording or another microphone leaves every difference as it was."""
    log_mel = CLIPS[0]["log_mel"][None]
    heard = np.asarray(lstm_2018.Differences()(log_mel))[0]
    frames = np.maximum(log_mel[0], log_mel.max() - 11.5).reshape(50, 4, 40).mean(axis=1)
    ahead = np.concatenate([frames[1:], frames[-1:]])
    first = np.diff(ahead, axis=0, prepend=ahead[:1])
    second = np.diff(first, axis=0, prepend=first[:1])
    assert heard.shape == (50, 320)
    assert np.allclose(heard[:, :40], first, atol=1e-4) and np.allclose(heard[:, 40:80], second, atol=1e-4)
    assert np.allclose(heard[3:, 240:], heard[:-3, :80], atol=1e-5)
    louder = np.asarray(lstm_2018.Differences()(log_mel + np.log(4).astype(np.float32)))[0]
    assert np.allclose(louder, heard, atol=1e-4)


def test_the_lstm_waits_one_frame():
    model = lstm_2018.build(units=8)
    sound = np.random.default_rng(0).normal(-5, 1, (1, 100, 40)).astype(np.float32)
    later = sound.copy()
    later[:, 4 * 12 :] -= 1  # from frame 12 on
    one, two = (cnn_rnn.predict(model, [spectrum[0]])[0] for spectrum in (sound, later))
    assert np.array_equal(one[:11], two[:11]) and not np.array_equal(one[11], two[11])
    widths = [layer.units for layer in model.layers if "lstm" in layer.name]
    assert widths == [8, 8, 8, 136] and model.output_shape == (None, None, 136)


@pytest.mark.slow
def test_the_lstm_learns_and_is_kept(tmp_path):
    model, history = lstm_2018.train(CLIPS, epochs=3, batch_size=4, units=16)
    assert history["loss"][-1] < history["loss"][0]
    training.save(model, tmp_path, {"seed": 2017})
    again, facts = training.load(tmp_path, lstm_2018.NAME)
    one, two = (cnn_rnn.predict(each, [CLIPS[0]["log_mel"]])[0] for each in (model, again))
    assert one.shape == (50, 68, 2) and np.array_equal(one, two) and json.dumps(facts)


def test_the_caption_follows_the_numbers():
    rows = {
        "as_2017": (4e-4, 0, 0),
        "shuffled": (3e-4, 0.1, 0.1),
        "target": (1e-4, 0.8, 0.9),
        "cnn_rnn": (1e-4, 0.85, 2),
        "still_face": (2e-4, 0, 0),
    }
    measures = ["mse_2017", "mouth_correlation", "motion_ratio"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=measures)
    caption = repair_plots.anatomy_caption(table)
    assert "beats 2 of the 3" in caption and "*target*, from 10% to 90%" in caption
    assert len(repair_plots.anatomy(table, measures).axes) == 3


def test_what_is_not_of_the_ladder_stands_apart():
    rows = {"as_2017": (6e-4, 0.1, 0.02), "loss": (1e-4, 0.7, 1.0), "still_face": (2e-4, 0, 0)}
    measures = ["mse_2017", "mouth_correlation", "motion_ratio"]
    table = pd.DataFrame.from_dict(rows | {"yours": (1e-4, 0.55, 0.9)}, orient="index", columns=measures)
    first, ax, _ = repair_plots.anatomy(table, measures, apart="yours").axes
    assert [label.get_text() for label in first.get_yticklabels()] == ["as_2017", "loss", "yours"]
    (apart,) = (line for line in ax.lines if line.get_marker() == "D")
    assert (apart.get_xdata()[0], apart.get_ydata()[0]) == (0.55, 2)
    caption = repair_plots.break_and_mend_caption(table, "yours", "all mended but context")
    assert "all mended but context" in caption and "0.55 and 90%" in caption and "0.02" not in caption
    assert "costs 0.15 of the correlation" in caption
