"""Measures of pictures against closed forms; what cannot be found is reported."""

import numpy as np
import pytest

from s2f_utils.faces import geometry
from s2f_utils.judging import picture_metrics
from tests.samples.faces import oval_face


def test_picture_measures_match_closed_forms(faces):
    true = np.full((4, 64, 64, 3), 100, np.uint8)
    true[:, 20:40, 20:40] = 180
    true[1::2, 15:30] += 30
    landmarks = np.repeat(geometry.in_crop(oval_face(), 64)[None], 4, axis=0)
    found = picture_metrics.compare(true + 10, true, landmarks)
    assert found["psnr"] == pytest.approx(20 * np.log10(255 / 10), abs=1e-4)
    assert found["mouth_psnr"] == pytest.approx(found["psnr"], abs=1e-4)
    assert found["mse"] == pytest.approx((10 / 127.5) ** 2, rel=1e-4)
    assert found["flicker_ratio"] == pytest.approx(1) and found["sharpness_ratio"] == pytest.approx(1)
    same = picture_metrics.compare(true, true, landmarks)
    assert same["ssim"] == pytest.approx(1) and same["psnr"] == np.inf
    still = picture_metrics.compare(np.repeat(true[:1], 4, axis=0), true, landmarks)
    assert still["flicker_ratio"] == 0


def test_mse_of_2017_is_read_as_the_decibels_it_was():
    assert picture_metrics.psnr(np.array([0.108])) == pytest.approx(15.7, abs=0.05)


def test_opening_correlation_is_scale_free_and_zero_for_a_dead_mouth():
    openings = [0.0, 0.1, 0.3, 0.2, 0.05]
    asked = np.stack([geometry.in_crop(oval_face(opening), 64) for opening in openings])
    larger = np.stack([geometry.in_crop(oval_face(1.5 * opening), 64) for opening in openings])
    assert picture_metrics.opening_correlation(larger, asked) == pytest.approx(1, abs=1e-3)
    assert picture_metrics.opening_correlation(np.repeat(asked[:1], 5, axis=0), asked) == 0


def test_small_pictures_are_enlarged_for_the_tracker_and_their_landmarks_with_them():
    spot = np.zeros((1, 96, 96, 3), np.uint8)
    spot[0, 30:34, 60:64] = 255  # around (61.5, 31.5)
    large = picture_metrics.enlarge(spot)[0, ..., 0].astype(float)
    rows, columns = np.mgrid[: len(large), : len(large)]
    seen = (large * columns).sum() / large.sum(), (large * rows).sum() / large.sum()
    assert len(large) == 256
    assert picture_metrics.enlarged(np.array([61.5, 31.5]), 96) == pytest.approx(seen, abs=0.1)
    huge = np.zeros((1, 300, 300, 3), np.uint8)
    assert picture_metrics.enlarge(huge) is huge
    assert picture_metrics.enlarged(np.array([7.0, 9.0]), 300).tolist() == [7, 9]


def test_a_reduced_take_shows_the_same(faces):
    item = picture_metrics.Take(
        "p0", "p0_0", faces.pictures[:4], faces.landmarks[:4], faces.pictures[6], faces.landmarks[6]
    )
    half = picture_metrics.reduced(item, 16)
    assert half.pictures.shape == (4, 16, 16, 3) and half.reference.shape == (16, 16, 3)
    assert np.allclose(2 * half.landmarks, item.landmarks)
    assert np.allclose(2 * half.reference_landmarks, item.reference_landmarks)


def test_nothing_to_find_is_reported_not_hidden(faces):
    landmarks = np.repeat(geometry.in_crop(oval_face(), 64)[None], 4, axis=0)
    gray = np.full((4, 64, 64, 3), 128, np.uint8)
    item = picture_metrics.Take("p0", "p0_0", gray, landmarks, gray[0], landmarks[0])
    table = picture_metrics.summary(picture_metrics.judge([item], {"dcgan": [gray]}, jobs=1))
    names = picture_metrics.named(table)
    assert names["dcgan.dcgan.detection_rate"] == 0 and names["dcgan.dcgan.mouth_correlation"] == 0
    assert "dcgan.dcgan.landmark_nme" not in names  # no face, no distance
