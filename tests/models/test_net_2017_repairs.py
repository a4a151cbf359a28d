"""The ladder from the network of 2017 mends one thing at a time, and what is mended learns."""

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.faces import geometry
from s2f_utils.models import net_2017, net_2017_repairs, training
from tests.samples.clips import CLIPS, HELD_OUT, follow

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
    assert target.shape == (pieces, 50, 136)
    last = clip["motion"][:, -1, -1]
    if frames < 50:  # what follows goes back and forth between the last two
        assert set(target[-1, frames:, -1]) == set(last[-2:])
    else:
        assert target[-1, -1, -1] == (last[-1] if pieces > 1 else last[49])


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


@pytest.mark.parametrize("name", ["as_2017", "recurrent"])
def test_half_of_the_frames_change_the_weights_as_often(name, monkeypatch):
    """What is drawn keeps its order, and comes in batches half as large."""
    import keras

    step, seen = net_2017_repairs.STEPS[name], []

    def fit(model, sound, target, *, batch_size, **options):
        seen.append((target, -(-len(sound) // batch_size)))
        return keras.callbacks.History()

    monkeypatch.setattr(keras.Model, "fit", fit)
    monkeypatch.setattr(keras.callbacks.History, "history", {}, raising=False)
    clips = [CLIPS[number % len(CLIPS)] for number in range(24)]
    for share in (1.0, 0.5):
        net_2017_repairs.train(step, clips, epochs=1, share=share)
    (whole, often), (half, as_often) = seen
    assert often == as_often > 1 and len(half) == len(whole) / 2
    place = iter(whole)
    assert all(any(np.array_equal(one, other) for other in place) for one in half), "another order"


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
        {name: track[:20] for name, track in CLIPS[1].items() if np.ndim(track)}
        | {"neutral": CLIPS[1]["neutral"]},
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
