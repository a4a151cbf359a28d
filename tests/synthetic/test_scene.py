"""A painted person is lit from where the lamp stands, before a backdrop."""

import numpy as np
import pytest

from s2f_utils.synthetic import canvas, scene
from s2f_utils.synthetic.people import person_of


@pytest.mark.parametrize("seed", range(6))
def test_the_side_towards_the_lamp_is_brighter(seed):
    """A grey ball; `light` draws the lamp's place first."""
    x, y = canvas.grid()
    inside = np.maximum(1 - x**2 - (y - 0.4) ** 2, 0)
    size = x.shape
    ball = canvas.Still(
        np.full((*size, 3), 0.5, np.float32),
        canvas.normals(np.sqrt(inside + 0.05)),
        (inside > 0).astype(np.float32),
        np.zeros(size, np.float32),
    )
    lit = scene.light(ball, np.random.default_rng(seed)).mean(axis=-1)
    from_right = np.random.default_rng(seed).uniform(-0.55, 0.55)
    left, right = (lit[(np.abs(x - side) < 0.1) & (np.abs(y - 0.4) < 0.1)].mean() for side in (-0.5, 0.5))
    assert (right > left) == (from_right > 0) and lit.min() >= 0 and lit.max() <= 1


def test_what_is_not_painted_is_backdrop():
    still = scene.paint_speaker(3)
    lit = [scene.light(still, np.random.default_rng(seed)) for seed in (1, 2)]
    corner, cheek = (slice(0, 8), slice(0, 8)), (slice(270, 280), slice(205, 215))
    assert still.alpha[corner].max() == 0 and still.alpha[cheek].min() > 0.99
    assert np.abs(lit[0][corner].mean(axis=(0, 1)) - lit[1][corner].mean(axis=(0, 1))).max() > 0.01
    assert lit[0][corner].std(axis=(0, 1)).max() < 0.01  # even
    skin = still.colour[cheek].mean(axis=(0, 1))
    assert np.abs(skin - person_of(3).skin).max() < 0.2
