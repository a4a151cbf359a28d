"""The causal network: it never hears more than it says, and one head is as good as all of them."""

import numpy as np
import pytest

from s2f_utils import SAMPLE_RATE
from s2f_utils.models import cnn_rnn, cnn_rnn_live
from s2f_utils.sound import prosody
from s2f_utils.sound.speech import COLUMNS_PER_FRAME

DELAYS = [0, 2, 5]


@pytest.fixture(scope="module")
def model():
    """Random weights, which hear a high voice as happy, and happy faces with brows raised by one."""
    random = np.random.default_rng(3)
    said = cnn_rnn_live.build(
        np.zeros(136, np.float32), random.normal(size=(4, 136)).astype(np.float32), delays=DELAYS
    )
    components = said.get_layer("components")
    components.set_weights([random.normal(size=weight.shape) for weight in components.get_weights()])
    faces = np.zeros((8, 136), np.float32)
    faces[2, 35:55:2] = -1
    said.get_layer("expression").faces.assign(faces)
    maps = np.zeros((66, 10), np.float32)
    maps[0, 2], maps[21, 8] = 1, 1  # the pitch speaks for happy; strength is always 1
    return cnn_rnn_live.with_manner(said, maps)


@pytest.fixture(scope="module")
def voice(sound):
    quiet = dict.fromkeys(("pitch", "voicing"), np.zeros(len(sound), np.float32))
    return {"log_mel": sound, "loudness": sound.mean(axis=1)} | quiet


def test_no_frame_depends_on_sound_after_its_delay(model, voice):
    changed, frame = voice["log_mel"].copy(), 30
    changed[frame * COLUMNS_PER_FRAME :] += 2
    one, two = (cnn_rnn_live.predict(model, [clip])[0] for clip in (voice, voice | {"log_mel": changed}))
    difference = np.abs(one - two).max(axis=(2, 3))
    for head, delay in enumerate(DELAYS):
        assert difference[: frame - delay, head].max() == 0
        assert difference[frame - delay, head] > 0  # and it does hear what it may


def test_what_a_voice_will_do_is_not_in_the_face_before(model):
    """From the samples on: a voice that rises after two seconds has the face of before until then."""
    times = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    low, high = (np.sign(np.sin(2 * np.pi * pitch * times)) * 0.1 for pitch in (120, 300))
    rises = np.where(times < 2, low, high)
    one, two = (prosody.listen(sound.astype(np.float32)) for sound in (low, rises))
    frame = 2 * 25
    motions = [cnn_rnn_live.predict(model, [clip])[0][:, 0] for clip in (one, two)]
    assert np.abs(motions[0] - motions[1])[: frame - 1].max() == 0  # a column's window looks 12 ms ahead


def test_the_face_changes_as_the_voice_is_understood(model, voice):
    """A voice that is neither high nor low, then high: brows rise while it speaks, and not before."""
    columns = len(voice["log_mel"])
    spoken = voice | {"voicing": np.ones(columns, np.float32)}
    spoken["pitch"] = np.where(np.arange(columns) < columns // 2, 0, 12).astype(np.float32)
    plain, risen = (cnn_rnn.predict(model, [clip])[0] for clip in (voice, spoken))
    brows = (risen - plain)[:, 0, 17:27, 1].mean(axis=1)
    half = columns // COLUMNS_PER_FRAME // 2
    assert brows[-1] < 2 * brows[half] < 0


def test_a_single_head_answers_as_it_did_among_the_others(model, voice):
    single = cnn_rnn_live.with_delay(model, 2)
    assert np.array_equal(cnn_rnn.predict(single, [voice])[0], cnn_rnn_live.predict(model, [voice])[0][:, 1])


def test_answers_last_as_long_as_the_sound(model, voice):
    short = {name: track[: 33 * COLUMNS_PER_FRAME] for name, track in voice.items()}
    assert cnn_rnn_live.predict(model, [short])[0].shape == (33, len(DELAYS), 68, 2)
