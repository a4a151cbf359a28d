"""The loss that a dead mouth cannot please."""

from collections.abc import Callable, Sequence

import numpy as np
from keras import ops

from s2f_utils.faces import geometry

Clip = dict[str, np.ndarray]


_CLOSED = 0.01  # inter-ocular distances beyond the neutral face: lips that meet


def motion_loss(
    clips: Sequence[Clip], *, velocity: float = 0.5, concordance: float = 0.5, closure: float = 0.25
) -> Callable:
    """Make the loss that a dead mouth cannot please.

    Four terms: squared error of the landmarks with mouth ×4 and jaw ×2, squared error of their velocity, one
    minus Lin's concordance of the mouth opening over the utterance, which falls only when mean, range and
    timing all agree, and the squared opening that is too much where lips meet. All but the third, which has
    no unit, are divided by what the training speakers' motion scores against a still face: unlike a running
    size, that makes losses of different epochs comparable, which stopping early relies on.

    Parameters
    ----------
    clips
        Features of the training speakers, for the scales.
    velocity, concordance, closure
        Weights of the second, third and fourth term.

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
    weights[list(geometry.REGIONS["mouth"])], weights[list(geometry.REGIONS["jaw"])] = 4, 2
    weights = weights.reshape(-1)
    motion = [clip["motion"].reshape(-1, 136) for clip in clips]
    still = float(np.mean(np.concatenate(motion) ** 2 * weights))
    moves = np.concatenate([np.diff(track, axis=0) for track in motion])
    still_velocity = float(np.mean(moves**2 * weights))
    still_opening = float(np.mean(np.concatenate([_opening(track) for track in motion]) ** 2))

    def loss(y_true, y_pred):
        truth, counts = y_true[..., :-1], y_true[..., -1:]
        total = ops.sum(counts) + 1e-6
        error = (y_pred - truth) * counts
        moved = (error[:, 1:] - error[:, :-1]) * counts[:, 1:] * counts[:, :-1]
        position = ops.sum(ops.square(error) * weights) / (136 * total * still)
        speed = ops.sum(ops.square(moved) * weights) / (136 * total * still_velocity)
        true, own, counts = _opening(truth), _opening(y_pred), counts[..., 0]
        meet = counts * ops.cast(true < _CLOSED, counts.dtype)
        gap = ops.sum(meet * ops.square(ops.relu(own - true))) / (ops.sum(meet) + 1e-6) / still_opening
        agreement = _concordance(true, own, counts)
        return position + velocity * speed + concordance * (1 - agreement) + closure * gap

    return loss


def _opening(motion):
    """How much further (vertically) the mouth opens than in the neutral face: (…, 136) → (…)."""
    upper, lower = 2 * 62 + 1, 2 * 66 + 1
    return motion[..., lower] - motion[..., upper]


def _concordance(x, y, counts):
    """Lin's concordance of two (batch, T) tracks over the frames that count, averaged over utterances."""
    share = counts / (ops.sum(counts, axis=1, keepdims=True) + 1e-6)
    mean_x, mean_y = (ops.sum(share * z, axis=1, keepdims=True) for z in (x, y))
    dx, dy = x - mean_x, y - mean_y
    covariance, variances = ops.sum(share * dx * dy, axis=1), ops.sum(share * (dx * dx + dy * dy), axis=1)
    shift = ops.square(mean_x - mean_y)[:, 0]
    return ops.mean(2 * covariance / (variances + shift + 1e-5))
