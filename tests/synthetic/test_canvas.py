"""The canvas against geometry."""

import numpy as np
import pytest

from s2f_utils.synthetic import canvas


def test_a_curve_passes_through_its_points():
    points = np.array([(-0.5, 0.0), (0.0, 0.4), (0.5, 0.1)])
    drawn = canvas.curve(points, 2001)
    assert max(np.linalg.norm(drawn - point, axis=1).min() for point in points) < 1e-3
    closed = canvas.curve(points, 200, closed=True)
    assert np.allclose(closed[0], closed[-1])


def test_a_spot_is_one_in_its_middle_and_falls_like_a_bell():
    x, y = canvas.grid()
    spot = canvas.blob(0.2, 0.3, 0.1, 0.2)
    assert np.allclose(spot, np.exp(-0.5 * (((x - 0.2) / 0.1) ** 2 + ((y - 0.3) / 0.2) ** 2)), atol=1e-5)
    disc = canvas.blob(0, 0, 0.3, 0.3, power=40)
    area = disc.sum() / (canvas.FINE * canvas.SCALE) ** 2
    assert area == pytest.approx(np.pi * 0.3**2, rel=0.05)


def test_the_normal_of_a_slope_leans_against_it():
    x, _ = canvas.grid()
    leaning = canvas.normals(0.75 * x)[100, 100]
    assert np.allclose(leaning, [-0.6, 0, 0.8], atol=1e-3)  # 3, 4, 5


def test_a_filled_square_has_its_area():
    square = np.array([(-0.3, -0.2), (0.3, -0.2), (0.3, 0.4), (-0.3, 0.4)])
    area = canvas.fill(square).sum() / (canvas.FINE * canvas.SCALE) ** 2
    assert area == pytest.approx(0.36, rel=0.05)  # its edge is drawn a pixel wide


def test_noise_has_unit_spread_and_hangs_together_over_its_length():
    noise = canvas.noise(np.random.default_rng(1), 10.0)
    assert noise.std() == pytest.approx(1)
    near, far = (np.mean(noise[:, :-step] * noise[:, step:]) for step in (2, 60))
    assert near > 0.9 and abs(far) < 0.2


def test_a_layer_hides_what_is_below_where_it_is():
    size = (canvas.PAINTING, canvas.PAINTING)
    below = canvas.Still(np.zeros((*size, 3)), np.zeros((*size, 3)), np.zeros(size), np.zeros(size))
    alpha = np.zeros(size)
    alpha[:100] = 1
    made = canvas.over(below, alpha, np.ones((*size, 3)), np.ones((*size, 3)), 0.5)
    assert np.all(made.colour[:100] == 1) and not made.colour[100:].any()
    assert np.all(made.gloss[:100] == 0.5) and np.array_equal(made.alpha, alpha)
