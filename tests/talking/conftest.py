"""Models that nobody trained."""

from pathlib import Path

import numpy as np
import pytest

from tests.samples.faces import MODEL_SIZE


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Path:
    """Networks that nobody trained; the first one moves the face at random, but as the sound does."""
    from s2f_utils.faces import rest
    from s2f_utils.models import cnn_rnn, content, dcgan, manner, training

    folder = tmp_path_factory.mktemp("models") / "synthetic-tiny"
    training.set_seed(1)
    rng = np.random.default_rng(0)
    said = content.build(np.zeros(136), rng.normal(0, 0.01, (4, 136)), channels=8, units=8)
    components = said.get_layer("components")
    components.set_weights([rng.normal(size=weight.shape) for weight in components.get_weights()])
    said.get_layer("expression").faces.assign(rng.normal(0, 0.01, (8, 136)))
    training.save(cnn_rnn.with_manner(said, manner.fit([], [])), folder, {})
    training.save(dcgan.build_generator(MODEL_SIZE, width=8), folder, {"size": MODEL_SIZE})
    rest.save(np.zeros((137, 136), np.float32), folder)  # every face is at rest as it is
    return folder
