"""Another picture's light is taken over."""

import numpy as np

from s2f_utils.faces import relighting
from tests.samples.faces import FACE_SIZE


def test_light_of_another_picture_is_taken_over(faces):
    dark = (faces.pictures[:4] * 0.6).astype(np.uint8)
    lit = relighting.in_light_of(dark, faces.landmarks[:4], faces.pictures[0], faces.landmarks[0])
    inside = relighting.face_mask(faces.landmarks[0], FACE_SIZE) > 0.5
    assert np.abs(lit[0][inside].astype(int) - faces.pictures[0][inside]).mean() < 8
    assert inside[FACE_SIZE // 2, FACE_SIZE // 2] and not inside[0, 0] and not inside[-1, 0]
