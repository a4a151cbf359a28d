"""A tracker finds the drawn face where it was drawn."""

import numpy as np

from s2f_utils.faces import tracking
from s2f_utils.recordings import media
from s2f_utils.synthetic import motion, talking_heads
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
