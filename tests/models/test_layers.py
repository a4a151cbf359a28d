"""The norm that runs forgets the level in time; one row lasts for all frames."""

import numpy as np

from s2f_utils.models import layers


def test_running_norm_forgets_the_level_in_time(sound):
    steady = np.tile(sound, (20, 1))[None]
    normalised, louder = (np.array(layers.RunningNorm()(steady + gain)) for gain in (0, 2))
    early, late = np.abs(normalised - louder)[0, :100].mean(), np.abs(normalised - louder)[0, -100:].mean()
    assert late < 0.25 * early


def test_a_row_is_said_throughout():
    rows, columns = np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros((2, 28, 40), np.float32)
    said = np.array(layers.Throughout()([rows, columns]))
    assert said.shape == (2, 7, 3) and all(np.array_equal(said[:, frame], rows) for frame in range(7))
