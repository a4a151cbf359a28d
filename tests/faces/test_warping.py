"""A bent picture shows the face where it was asked to be."""

import numpy as np

from s2f_utils.faces import geometry, warping
from tests.samples.faces import FACE_SIZE, oval_face, paint


def test_bending_to_the_same_place_changes_nothing_and_a_shift_shifts(faces):
    picture, points = faces.pictures[0], faces.landmarks[0]
    assert np.abs(warping.warp(picture, points, points[None])[0].astype(int) - picture).max() <= 1
    wide = geometry.in_crop(oval_face(0.4), FACE_SIZE)
    closed = geometry.in_crop(oval_face(0.1), FACE_SIZE)
    bent = warping.warp(paint(closed, (200, 170, 150)), closed, wide[None])[0]
    true = paint(wide, (200, 170, 150))
    before = np.abs(paint(closed, (200, 170, 150)).astype(int) - true).mean()
    assert np.abs(bent.astype(int) - true).mean() < 0.5 * before
