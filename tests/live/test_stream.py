"""A stream answers as the network does on the whole recording."""

import doctest

import numpy as np
import pytest

from s2f_utils import EMOTIONS
from s2f_utils.live import stream
from s2f_utils.models import cnn_rnn_live
from s2f_utils.recordings import soundtrack
from s2f_utils.sound import prosody


@pytest.fixture(scope="module")
def sound(clips) -> np.ndarray:
    return soundtrack.read_audio(clips / "grid" / "s1" / "bbal7s.mpg")[4000:]


@pytest.mark.parametrize(
    "how", [{}, {"emotion": EMOTIONS[3], "intensity": 1.5}, {"voice": True}], ids=["heard", "told", "beside"]
)
def test_a_stream_says_what_the_network_says(model, sound, how):
    clip = prosody.listen(sound)
    other = [prosody.listen(sound[::-1].copy())] if how.get("voice") else []
    asked = {name: value for name, value in how.items() if name != "voice"}
    (whole,) = cnn_rnn_live.cnn_rnn.predict(model, [clip], references=[other] if other else None, **asked)
    live = stream.Stream(model, voice=other, **asked)
    pieces = np.split(sound, np.cumsum(np.random.default_rng(1).integers(1, 3000, 12)))
    said = np.concatenate([live.hear(piece) for piece in pieces])
    assert live.delay == 3 and len(clip["log_mel"]) // 4 - 5 <= len(said) <= len(whole)
    assert np.abs(said - whole[: len(said)]).max() < 1e-4 < 0.1 * np.abs(whole).max()


def test_an_expression_is_shown_from_the_next_frame_on(model, sound):
    """As if it had been asked for from the beginning: what was heard before stays known."""
    turned, told = stream.Stream(model), stream.Stream(model, emotion=EMOTIONS[3], intensity=1.5)
    before, other = turned.hear(sound[:8000]), told.hear(sound[:8000])
    turned.show(emotion=EMOTIONS[3], intensity=1.5)
    assert np.abs(before - other).max() > 1e-2
    assert np.array_equal(turned.hear(sound[8000:]), told.hear(sound[8000:]))


def test_the_example_runs(model, sound):
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    (example,) = finder.find(
        stream.Stream, "Stream", globs={"model": model, "sound": sound, "np": np, "Stream": stream.Stream}
    )[:1]
    assert example.examples and runner.run(example).failed == 0
