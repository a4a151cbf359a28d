"""A stream answers as the network does on the whole recording."""

import doctest

import numpy as np
import pytest

from s2f_utils.live import stream
from s2f_utils.models import cnn_rnn_live, training
from s2f_utils.recordings import soundtrack
from s2f_utils.sound import prosody
from s2f_utils.synthetic.voice import EMOTIONS


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A causal network whose weights are chance, so that every part has a say; saved and read as usual."""
    random = np.random.default_rng(5)
    training.set_seed(5)
    basis = random.normal(0, 0.01, (6, 136)).astype(np.float32)
    said = cnn_rnn_live.build(basis[0], basis, delays=[3])
    for name, spread in (("components", 0.2), ("expression", 0.05)):
        layer = said.get_layer(name)
        layer.set_weights([random.normal(0, spread, weight.shape) for weight in layer.get_weights()])
    whole = cnn_rnn_live.with_manner(said, random.normal(0, 0.1, (66, 10)).astype(np.float32))
    folder = tmp_path_factory.mktemp("model")
    training.save(whole, folder, {})
    return training.load(folder, cnn_rnn_live.NAME)[0]


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


def test_the_example_runs(model, sound):
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    (example,) = finder.find(
        stream.Stream, "Stream", globs={"model": model, "sound": sound, "np": np, "Stream": stream.Stream}
    )[:1]
    assert example.examples and runner.run(example).failed == 0
