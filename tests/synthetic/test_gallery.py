"""The speakers are different people, to dlib as well."""

import numpy as np
import pytest

from s2f_utils.faces import tracking
from s2f_utils.judging import motion_metrics
from s2f_utils.synthetic import gallery


@pytest.mark.slow
def test_speakers_are_different_people():
    pictures = [gallery.portrait_of(speaker) for speaker in range(1, 25)]
    faces = [tracking.embedding(picture, tracking.track([picture])[0][0]) for picture in pictures]
    _, between = motion_metrics.identity_distances(np.array(faces), np.arange(24))
    assert np.percentile(between, 5) > 0.48 and between.min() > 0.38
