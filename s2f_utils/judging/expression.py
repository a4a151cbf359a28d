"""Is the expression in the motion? A classifier learns emotions from true motion and reads predictions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

Clip = dict[str, np.ndarray]


def summarise(track: np.ndarray) -> np.ndarray:
    """Describe a (T, k) track by mean, spread and spread of the velocity: (3k,)."""
    return np.concatenate([track.mean(axis=0), track.std(axis=0), np.diff(track, axis=0).std(axis=0)])


def motion_summary(motion: np.ndarray, mean: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Describe a clip's (T, 68, 2) displacement by its (k, 136) components over time: (3k,).

    See notebook 05_expression.
    """
    return summarise((motion.reshape(-1, 136) - mean) @ np.linalg.pinv(basis))


def sound_summary(clip: Clip) -> np.ndarray:
    """Describe a clip's sound: its (4T, 40) log-mel and (4T,) loudness over time, (123,)."""
    return summarise(np.column_stack([clip["log_mel"], clip["loudness"]]))


@threadpool_limits.wrap(limits=1)  # sums depend on the number of threads, and these are small
def read_out(
    training: Sequence[Clip],
    clips: Sequence[Clip],
    predicted: Sequence[np.ndarray],
    mean: np.ndarray,
    basis: np.ndarray,
) -> pd.DataFrame:
    """Name the emotions of never-seen people from motion and from sound.

    Parameters
    ----------
    training
        Clips of the training speakers, to learn from: ``motion``, ``log_mel``, ``loudness``, ``emotion``.
    clips, predicted
        Clips of other people, and the (T, 68, 2) displacement predicted for each.
    mean, basis
        (136,) mean motion and (k, 136) components in which motion is described.

    Returns
    -------
    pandas.DataFrame
        One row for each clip: its ``speaker`` and ``emotion``, and what was read from ``true_motion``,
        ``predicted_motion``, ``still_face`` (by the classifier of true motion) and ``sound`` (by its own).

    See notebook 05_expression.
    """

    def describe(motions: Sequence[np.ndarray]) -> np.ndarray:
        return np.array([motion_summary(motion, mean, basis) for motion in motions])

    learned = [clip["emotion"] for clip in training]
    by_motion = classifier().fit(describe([clip["motion"] for clip in training]), learned)
    by_sound = classifier().fit([sound_summary(clip) for clip in training], learned)
    true = [clip["motion"] for clip in clips]
    return pd.DataFrame(
        {
            "speaker": [clip["speaker"] for clip in clips],
            "emotion": [clip["emotion"] for clip in clips],
            "true_motion": by_motion.predict(describe(true)),
            "predicted_motion": by_motion.predict(describe(predicted)),
            "still_face": by_motion.predict(describe([np.zeros_like(motion) for motion in true])),
            "sound": by_sound.predict([sound_summary(clip) for clip in clips]),
        }
    )


def accuracy(readings: pd.DataFrame) -> pd.DataFrame:
    """Share of emotions read rightly: one row for each source in ``read_out``'s table, one column a person.

    See notebook 05_expression.
    """
    sources = readings.drop(columns=["speaker", "emotion"])
    return sources.eq(readings["emotion"], axis=0).groupby(readings["speaker"]).mean().T


def chance(training: Sequence[Clip], clips: Sequence[Clip]) -> dict[str, float]:
    """Share of right answers without looking: ``chance`` (guessing) and ``majority`` (always the commonest).

    See notebook 05_expression.
    """
    names, counts = np.unique([clip["emotion"] for clip in training], return_counts=True)
    commonest = names[counts.argmax()]
    right = [clip["emotion"] == commonest for clip in clips]
    return {"chance": 1 / len(names), "majority": float(np.mean(right))}


def classifier() -> Pipeline:
    """Make a logistic regression on standardised numbers, strongly regularised since clips are few.

    See notebook 05_expression.
    """
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
