"""What waiting is worth: scores of a live network by its delay, and the shortest delay that does."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from s2f_utils.judging import motion_metrics

WORTH_WAITING_FOR = 0.01  # correlation


def score_delays(answers: Sequence[np.ndarray], delays: Sequence[int], clips: Sequence[dict]) -> pd.DataFrame:
    """Score what a causal network says with each delay: a row for each in frames, a column for each measure.

    Takes the (T, heads, 68, 2) displacements of `cnn_rnn_live.predict`, a head for each delay, and the clips
    that they answer. See notebook 03_cnn_rnn_training.
    """
    by_delay = {delay: [motion[:, head] for motion in answers] for head, delay in enumerate(delays)}
    return motion_metrics.summary(motion_metrics.score(by_delay, clips))


def shortest_delay(correlations: pd.Series) -> int:
    """Choose the shortest delay whose correlation is within ``WORTH_WAITING_FOR`` of the best one's."""
    return int(correlations.index[correlations >= correlations.max() - WORTH_WAITING_FOR].min())
