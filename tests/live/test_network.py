"""Each part of the network, one step after the other, answers as Keras' layer does on all steps at once."""

import keras
import numpy as np
import pytest

from s2f_utils.live import network as live_network
from s2f_utils.live.network import Network
from s2f_utils.models import layers, manner

RANDOM = np.random.default_rng(3)
NOTHING, HAPPY = np.zeros(8, np.float32), np.eye(8, dtype=np.float32)[2]


def built(layer, shape):
    """Give a layer weights by chance."""
    layer.build((None, *shape))
    layer.set_weights([RANDOM.normal(0, 0.3, weight.shape) for weight in layer.get_weights()])
    return layer


def test_a_recurrent_layer_remembers_step_by_step():
    layer, track = built(keras.layers.GRU(7, return_sequences=True), (None, 5)), RANDOM.normal(size=(9, 5))
    step = live_network._gru(layer)
    assert np.allclose([step(row) for row in track], layer(track[None])[0], atol=1e-5)


@pytest.mark.parametrize(("length", "stride"), [(3, 1), (5, 2)])
def test_a_convolution_in_time_carries_its_past_along(length, stride):
    layer = built(keras.layers.Conv1D(6, length, strides=stride, activation="silu"), (None, 4))
    track = RANDOM.normal(size=(12, 4)).astype(np.float32)
    padded = np.pad(track, ((length - stride, 0), (0, 0)))
    heard = live_network._causal(layer, live_network._over_time(layer))
    answers = np.concatenate([heard(piece) for piece in np.split(track, 3)])
    assert np.allclose(answers, layer(padded[None])[0], atol=1e-5)


def test_a_convolution_over_bands_does_so_too():
    layer = built(keras.layers.Conv2D(6, 3, strides=(2, 2), activation="silu"), (None, 11, 4))
    track = RANDOM.normal(size=(12, 9, 4)).astype(np.float32)
    padded = np.pad(track, ((1, 0), (1, 1), (0, 0)))
    heard = live_network._causal(layer, live_network._over_bands(layer))
    answers = np.concatenate([heard(piece) for piece in np.split(track, 3)])
    assert np.allclose(answers, layer(padded[None])[0], atol=1e-5)


def test_a_spectrum_is_normalised_by_what_was_heard():
    log_mel = RANDOM.normal(-5, 3, (40, 40)).astype(np.float32)
    norm, whole = live_network._RunningNorm(), np.array(layers.RunningNorm()(log_mel[None])[0])
    answers = np.concatenate([norm(piece) for piece in np.split(log_mel, 10)])
    assert np.allclose(answers, whole, atol=1e-4)


def test_a_manner_is_heard_alone_beside_a_reference_and_as_told():
    layer = manner.Manner()
    layer.build(None)
    layer.maps.assign(RANDOM.normal(0, 0.1, layer.maps.shape))
    summary, other = RANDOM.normal(size=(2, 22)).astype(np.float32)
    told = np.eye(8, dtype=np.float32)[2]
    for reference in (np.zeros(23, np.float32), np.append(other, 1).astype(np.float32)):
        for asked in (np.zeros(8, np.float32), told):
            whole = layer([one[None] for one in (summary, reference, asked, np.float32([1.5]))])[0]
            heard = live_network._manner(layer, reference, asked, 1.5)
            assert np.allclose(heard(summary), whole, atol=1e-4)


@pytest.fixture
def network(model):
    def network(asked=NOTHING, intensity=1.0):
        return Network(model, reference=manner.reference([]), asked=asked, intensity=intensity)

    return network


@pytest.fixture(scope="module")
def heard() -> list:
    random = np.random.default_rng(2)
    return [(random.normal(-8, 2, (4, 40)).astype(np.float32), np.ones(22, np.float32)) for _ in range(6)]


def test_what_was_heard_is_remembered(network, heard):
    one, other = network(), network()
    faces = [one.answer(*frame) for frame in heard]
    assert one.delay == 3 and all(face.shape == (68, 2) and np.isfinite(face).all() for face in faces)
    assert np.abs(faces[-1] - other.answer(*heard[-1])).max() > 1e-4


def test_an_expression_is_asked_for_at_any_time(network, heard):
    turned, told, plain = network(), network(HAPPY, 1.5), network()
    for frame in heard[:3]:
        before = turned.answer(*frame), told.answer(*frame), plain.answer(*frame)
    assert np.array_equal(before[0], before[2]) and np.abs(before[0] - before[1]).max() > 1e-3
    turned.show(HAPPY, 1.5)
    for frame in heard[3:]:
        assert np.array_equal(turned.answer(*frame), told.answer(*frame))
