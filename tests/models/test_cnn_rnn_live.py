"""The causal network: it never hears more than it says, and one head is as good as all of them."""

import numpy as np
import pytest

from s2f_utils.models import cnn_rnn_live
from s2f_utils.sound.speech import COLUMNS_PER_FRAME

DELAYS = [0, 2, 5]


@pytest.fixture(scope="module")
def model():
    random = np.random.default_rng(3)
    model = cnn_rnn_live.build(
        np.zeros(136, np.float32), random.normal(size=(4, 136)).astype(np.float32), delays=DELAYS
    )
    components = model.get_layer("components")
    components.set_weights([random.normal(size=weight.shape) for weight in components.get_weights()])
    return model


def test_no_frame_depends_on_sound_after_its_delay(model, sound):
    changed, frame = sound.copy(), 30
    changed[frame * COLUMNS_PER_FRAME :] += 2
    difference = np.abs(
        cnn_rnn_live.predict(model, [sound])[0] - cnn_rnn_live.predict(model, [changed])[0]
    ).max(axis=(2, 3))
    for head, delay in enumerate(DELAYS):
        assert difference[: frame - delay, head].max() == 0
        assert difference[frame - delay, head] > 0  # and it does hear what it may


def test_a_single_head_answers_as_it_did_among_the_others(model, sound):
    single = cnn_rnn_live.with_delay(model, 2)
    assert np.array_equal(
        cnn_rnn_live.predict(single, [sound])[0][:, 0], cnn_rnn_live.predict(model, [sound])[0][:, 1]
    )


def test_answers_last_as_long_as_the_sound(model, sound):
    assert cnn_rnn_live.predict(model, [sound[: 33 * COLUMNS_PER_FRAME]])[0].shape == (33, len(DELAYS), 68, 2)
