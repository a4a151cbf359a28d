"""People differ, and the mean of them is symmetric."""

import numpy as np

from s2f_utils.faces import geometry
from s2f_utils.synthetic import gallery, shape


def test_people_differ_and_mean_face_is_symmetric():
    mean = shape.mean_face()
    assert np.allclose(mean, mean[list(geometry.MIRROR)] * [-1, 1, 1])
    portraits = [gallery.portrait_of(speaker, size=64).astype(float) for speaker in (1, 2, 3, 4)]
    gaps = [np.abs(a - b).mean() for i, a in enumerate(portraits) for b in portraits[i + 1 :]]
    assert min(gaps) > 5
    pictures = gallery.viseme_pictures(2)
    mouth = {name: picture[70:110, 40:88].astype(float) for name, picture in pictures.items()}
    assert np.abs(mouth["ɑː"] - mouth["p b m"]).mean() > np.abs(mouth["t d n"] - mouth["p b m"]).mean()
