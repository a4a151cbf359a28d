"""Distances of crowds against closed forms; a collapse is seen."""

import numpy as np
import pytest

from s2f_utils.faces import geometry
from s2f_utils.judging import distribution_metrics, picture_metrics
from tests.samples.faces import FACE_SIZE, oval_face, paint


def test_frechet_distance_of_a_moved_and_stretched_crowd():
    """Scaled by s and moved by m, a crowd lies |m|² + (s − 1)² · trace of its covariance away."""
    crowd = np.random.default_rng(3).normal(size=(300, 6)) @ np.random.default_rng(4).normal(size=(6, 6))
    moved = 1.5 * crowd + np.arange(6)
    wanted = np.square(moved.mean(axis=0) - crowd.mean(axis=0)).sum() + 0.25 * np.cov(crowd.T).trace()
    assert distribution_metrics.frechet_distance(crowd, moved) == pytest.approx(wanted, rel=1e-6)
    assert distribution_metrics.frechet_distance(crowd, crowd) == pytest.approx(0, abs=1e-6)


def test_coverage_sees_a_collapse():
    """Two heaps far apart: who knows one of them covers half, and one answer for all hardly any."""
    rng = np.random.default_rng(5)
    real, made = (np.concatenate([rng.normal(0, 1, (100, 2)), rng.normal(50, 1, (100, 2))]) for _ in range(2))
    clip = np.zeros(200, int)
    assert distribution_metrics.coverage(real, made, clip=clip) > 0.9
    assert distribution_metrics.coverage(real, made[:100], clip=clip) == pytest.approx(0.5, abs=0.05)
    assert distribution_metrics.coverage(real, np.repeat(made[:1], 200, axis=0), clip=clip) < 0.1


def test_coverage_reaches_to_another_clip():
    """Two clips 4 apart: what lies 3 from one and 7 from the other covers one of them."""
    real = np.repeat([[0.0], [4.0]], 50, axis=0)
    clip = np.repeat([0, 1], 50)
    assert distribution_metrics.coverage(real, np.array([[-3.0]]), clip=clip) == 0.5
    assert distribution_metrics.coverage(real, np.array([[-5.0]]), clip=clip) == 0


def test_coverage_of_films_too_short_for_five_neighbours():
    """Two films of two pictures each: a neighbourhood reaches to the second picture of the other film."""
    real = np.array([[0.0], [0.1], [1.0], [1.1]])
    clip = np.array([0, 0, 1, 1])
    assert distribution_metrics.coverage(real, np.array([[0.05]]), clip=clip) == 1
    assert distribution_metrics.coverage(real, np.array([[-1.05]]), clip=clip) == 0.25
    assert distribution_metrics.coverage(real, np.array([[9.0]]), clip=clip) == 0


def test_identity_is_averaged_over_takes_then_people():
    """Two takes of one person and one of another; distances 0.3, 0.5 and 0.9 to the references."""
    references = [np.zeros((1, 128))] * 3
    made = [np.eye(128)[:4] * distance for distance in (0.3, 0.5, 0.9)]
    found = distribution_metrics.identity(made, references, ["a", "a", "b"])
    assert found == pytest.approx({"identity_distance": (0.4 + 0.9) / 2, "identity_kept": 0.5})


@pytest.mark.slow
def test_one_picture_for_all_is_no_crowd():
    """Real pictures lie nearest to real ones; the same picture again and again covers fewer of them."""
    openings = np.linspace(0, 0.4, 12)
    points = np.stack([geometry.in_crop(oval_face(opening), FACE_SIZE) for opening in openings])
    film = np.stack([paint(one, (200, 160, 140)) for one in points])
    item = picture_metrics.Take("p0", "p0_0", film, points, film[0], points[0])
    still = np.repeat(film[:1], len(film), axis=0)
    noise = np.random.default_rng(6).integers(0, 256, film.shape, dtype=np.uint8)
    table = distribution_metrics.judge([item], {"still": [still], "noise": [noise]}, jobs=1)
    assert list(table.index) == ["real", "still", "noise"]
    assert table["identity_kept"].tolist() == [1, 1, 0]  # nobody is seen in noise
    distance = table["identity_distance"]
    assert distance["still"] < distance["real"] < distance["noise"]  # the reference itself comes nearest
    assert table.loc["real", "frechet_distance"] < table.loc["still", "frechet_distance"]
    assert table.loc["real", "coverage"] > table.loc["still", "coverage"]
