"""The loss that a dead mouth cannot please."""

from collections.abc import Callable, Sequence

import numpy as np
from keras import ops

from s2f_utils import face

Clip = dict[str, np.ndarray]


def motion_loss(clips: Sequence[Clip], *, velocity: float = 0.5, concordance: float = 0.5) -> Callable:
    """Make the loss that a dead mouth cannot please.

    Three terms: squared error of the landmarks with mouth ×4 and jaw ×2, squared error of their velocity,
    and one minus Lin's concordance of the mouth opening over the utterance, which falls only when mean,
    range and timing all agree. The first two are divided by what the still face would score.

    Parameters
    ----------
    clips
        Features of the training speakers, for the scales.
    velocity, concordance
        Weights of the second and third term.

    Returns
    -------
    callable
        ``loss(y_true, y_pred)``; ``y_true`` is (batch, T, 137): the displacement, then 1 for frames that
        count and 0 for padding.

    Notes
    -----
    Lin (1989), "A concordance correlation coefficient to evaluate reproducibility". See notebook
    03_cnn_rnn_training.
    """
    weights = np.ones((68, 2), np.float32)
    weights[list(face.REGIONS["mouth"])], weights[list(face.REGIONS["jaw"])] = 4, 2
    weights = weights.reshape(-1)
    motion = [clip["motion"].reshape(-1, 136) for clip in clips]
    still = float(np.mean(np.concatenate(motion) ** 2 * weights))
    still_velocity = float(
        np.mean(np.concatenate([np.diff(track, axis=0) for track in motion]) ** 2 * weights)
    )

    def loss(y_true, y_pred):
        truth, counts = y_true[..., :-1], y_true[..., -1:]
        total = ops.sum(counts) + 1e-6
        error = (y_pred - truth) * counts
        moved = (error[:, 1:] - error[:, :-1]) * counts[:, 1:] * counts[:, :-1]
        position = ops.sum(ops.square(error) * weights) / (136 * total * still)
        speed = ops.sum(ops.square(moved) * weights) / (136 * total * still_velocity)
        return position + velocity * speed + concordance * (1 - _concordance(truth, y_pred, counts))

    return loss


def _concordance(truth, predicted, counts):
    """Lin's concordance of the (vertical) mouth opening, averaged over utterances."""
    upper, lower = 2 * 62 + 1, 2 * 66 + 1
    x = truth[..., lower] - truth[..., upper]
    y = predicted[..., lower] - predicted[..., upper]
    share = counts[..., 0] / (ops.sum(counts[..., 0], axis=1, keepdims=True) + 1e-6)
    mean_x, mean_y = (ops.sum(share * z, axis=1, keepdims=True) for z in (x, y))
    dx, dy = x - mean_x, y - mean_y
    covariance, variances = ops.sum(share * dx * dy, axis=1), ops.sum(share * (dx * dx + dy * dy), axis=1)
    shift = ops.square(mean_x - mean_y)[:, 0]
    return ops.mean(2 * covariance / (variances + shift + 1e-5))
