"""The network of 2018 hears only differences, waits one frame, and learns."""

import json

import numpy as np
import pytest

from s2f_utils.models import cnn_rnn, lstm_2018, training
from tests.samples.clips import CLIPS


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
    one, two = cnn_rnn.predict(model, [{"log_mel": spectrum[0]} for spectrum in (sound, later)])
    assert np.array_equal(one[:11], two[:11]) and not np.array_equal(one[11], two[11])
    widths = [layer.units for layer in model.layers if "lstm" in layer.name]
    assert widths == [8, 8, 8, 136] and model.output_shape == (None, None, 136)


@pytest.mark.slow
def test_the_lstm_learns_and_is_kept(tmp_path):
    model, history = lstm_2018.train(CLIPS, epochs=3, batch_size=4, units=16)
    assert history["loss"][-1] < history["loss"][0]
    training.save(model, tmp_path, {"seed": 2017})
    again, facts = training.load(tmp_path, lstm_2018.NAME)
    one, two = (cnn_rnn.predict(each, CLIPS[:1])[0] for each in (model, again))
    assert one.shape == (50, 68, 2) and np.array_equal(one, two) and json.dumps(facts)
