"""A tracker finds the drawn face where it was drawn, and the speakers are different people to it."""

import numpy as np
import pytest

from s2f_utils.faces import tracking
from s2f_utils.judging import motion_metrics
from s2f_utils.recordings import media
from s2f_utils.synthetic import motion, portrait, talking_heads
from tests.samples.faces import opening


def test_tracker_finds_the_drawn_face(corpus):
    for video in corpus[1]:
        truth = talking_heads.read_truth(video)["landmarks"]
        frames = list(media.read_frames(video, fps=motion.FRAME_RATE))
        landmarks, detected = tracking.track(frames)
        assert detected.mean() >= 0.99
        count = min(len(truth), len(landmarks))
        truth, landmarks = truth[:count], landmarks[:count]
        distance = (
            np.linalg.norm(landmarks - truth, axis=2)
            / np.linalg.norm(truth[:, 36] - truth[:, 45], axis=1)[:, None]
        )
        assert distance.mean() < 0.05
        assert np.corrcoef(opening(landmarks), opening(truth))[0, 1] > 0.9


@pytest.mark.slow
def test_speakers_are_different_people():
    pictures = [portrait.portrait_of(speaker) for speaker in range(1, 25)]
    faces = [tracking.embedding(picture, tracking.track([picture])[0][0]) for picture in pictures]
    _, between = motion_metrics.identity_distances(np.array(faces), np.arange(24))
    assert np.percentile(between, 5) > 0.48 and between.min() > 0.38
