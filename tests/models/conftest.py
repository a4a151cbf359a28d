"""A minute of sound."""

import numpy as np
import pytest

from s2f_utils.sound.speech import COLUMNS_PER_FRAME


@pytest.fixture(scope="session")
def sound():
    return np.random.default_rng(4).normal(-6, 3, (60 * COLUMNS_PER_FRAME, 40)).astype(np.float32)
