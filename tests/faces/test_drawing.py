"""Landmarks are drawn where they are."""

import numpy as np

from s2f_utils.faces import drawing, geometry
from tests.samples.faces import mean_face


def test_parts_are_drawn_where_the_points_are():
    points = geometry.in_crop(mean_face(), 64)
    parts = drawing.draw_parts(points, 64)
    assert parts.shape == (64, 64, 6) and parts.min() == 0 and 0.9 < parts.max() <= 1
    for number, part in enumerate(("jaw", "brows", "nose", "eyes", "mouth")):
        lit = np.argwhere(parts[..., number] > 0.5)[:, ::-1]
        region = points[list(geometry.REGIONS[part])]
        assert np.all(lit >= region.min(axis=0) - 2) and np.all(lit <= region.max(axis=0) + 2)
