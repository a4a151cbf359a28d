"""A frame of the network: what it remembers goes along, and its expression can be asked for at any time.

That its answers are those of Keras on the whole, `test_stream` says.
"""

import numpy as np
import pytest

from s2f_utils.live.network import Network
from s2f_utils.models import manner

NOTHING, HAPPY = np.zeros(8, np.float32), np.eye(8, dtype=np.float32)[2]


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
