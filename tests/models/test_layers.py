"""The norm that runs forgets the level in time."""

import numpy as np

from s2f_utils.models import layers


def test_running_norm_forgets_the_level_in_time(sound):
    steady = np.tile(sound, (20, 1))[None]
    normalised, louder = (np.array(layers.RunningNorm()(steady + gain)) for gain in (0, 2))
    early, late = np.abs(normalised - louder)[0, :100].mean(), np.abs(normalised - louder)[0, -100:].mean()
    assert late < 0.25 * early
