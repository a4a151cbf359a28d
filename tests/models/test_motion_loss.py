"""The loss asks lips to meet."""

import numpy as np
import pytest

from tests.samples.clips import CLIPS


def test_the_loss_asks_lips_to_meet():
    """Of two errors of one size, opening closed lips costs more than opening an open mouth too far."""
    from s2f_utils.models.motion_loss import motion_loss

    truth = np.zeros((1, 50, 137), np.float32)
    truth[..., -1] = 1
    truth[0, 25:, 2 * 66 + 1] = 0.2
    loss = motion_loss(CLIPS, velocity=0, concordance=0)
    scores = []
    for part in (slice(5, 20), slice(30, 45)):
        answer = truth[..., :-1].copy()
        answer[0, part, 2 * 66 + 1] += 0.1
        scores.append(float(loss(truth, answer)))
    plain = float(motion_loss(CLIPS, velocity=0, concordance=0, closure=0)(truth, answer))
    assert scores[0] > 1.2 * scores[1] and scores[1] == pytest.approx(plain, rel=1e-5)
