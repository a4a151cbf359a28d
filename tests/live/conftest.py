"""Models that nobody trained, a store of two people, and a sound."""

from pathlib import Path

import numpy as np
import pytest

from s2f_utils import SAMPLE_RATE
from tests.samples.faces import MODEL_SIZE


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Path:
    """A causal network whose weights are chance, so that every part has a say, and a generator."""
    from s2f_utils.faces import rest
    from s2f_utils.models import cnn_rnn_live, dcgan, training

    folder, random = tmp_path_factory.mktemp("models"), np.random.default_rng(5)
    training.set_seed(5)
    basis = random.normal(0, 0.01, (6, 136)).astype(np.float32)
    said = cnn_rnn_live.build(basis[0], basis, delays=[3])
    for name, spread in (("components", 0.2), ("expression", 0.05)):
        layer = said.get_layer(name)
        layer.set_weights([random.normal(0, spread, weight.shape) for weight in layer.get_weights()])
    whole = cnn_rnn_live.with_manner(said, random.normal(0, 0.1, (66, 10)).astype(np.float32))
    training.save(whole, folder, {})
    training.save(dcgan.build_generator(MODEL_SIZE, width=8), folder, {"size": MODEL_SIZE})
    rest.save(np.zeros((137, 136), np.float32), folder)  # every face is at rest as it is
    return folder


@pytest.fixture(scope="session")
def model(models):
    from s2f_utils.models import cnn_rnn_live, training

    return training.load(models, cnn_rnn_live.NAME)[0]


@pytest.fixture(scope="session")
def generator(models):
    from s2f_utils.models import dcgan

    return dcgan.load(models)


@pytest.fixture(scope="session")
def people(tmp_path_factory) -> Path:
    """A feature store of two people, of whom one was never seen."""
    from tests.samples.stores import two_people

    return two_people(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="session")
def voice() -> np.ndarray:
    """Four seconds at 48 kHz of a buzz that comes and goes as syllables do, in a little noise."""
    rng, time = np.random.default_rng(3), np.arange(4 * 48_000) / 48_000
    pitch = 2 * np.pi * np.cumsum(120 + 20 * np.sin(2 * np.pi * 0.7 * time)) / 48_000
    buzz = sum(np.sin(number * pitch) / number for number in range(1, 30))
    loud = np.clip(np.sin(2 * np.pi * 3 * time), 0, 1) * (time > 0.5)
    return (0.1 * loud * buzz + rng.normal(0, 2e-3, len(time))).astype(np.float32)


@pytest.fixture(scope="session")
def spoken(voice) -> np.ndarray:
    """The same at 16 kHz, changed as a whole."""
    import soxr

    return soxr.resample(voice, 48_000, SAMPLE_RATE)
