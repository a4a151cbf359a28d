"""How well a face moves with the sound: measures for a clip, averages over people, intervals, chance."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from s2f_utils.faces import geometry

Clip = dict[str, np.ndarray]
Predictions = Mapping[str, Sequence[np.ndarray]]
MEASURES = (
    "mouth_correlation",
    "motion_ratio",
    "mouth_rmse",
    "skill",
    "velocity_correlation",
    "sync_offset_frames",
    "mse_2017",
)
_REACH = 10  # frames within which a shift between prediction and truth is looked for
_STILL = 1e-4  # spread, in inter-ocular distances, under which nobody sees a track move
_MOUTH = list(geometry.REGIONS["mouth"])


def correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson correlation of two (T,) tracks; 0 where one does not move, since it explains nothing."""
    x, y = x - x.mean(), y - y.mean()
    size_x, size_y = np.sqrt(x @ x), np.sqrt(y @ y)
    return float(x @ y / (size_x * size_y)) if min(size_x, size_y) > _STILL * np.sqrt(len(x)) else 0.0


def sync_offset(predicted: np.ndarray, true: np.ndarray) -> int:
    """Shift, in frames, at which a (T,) prediction fits the truth best; positive when it comes too late."""
    return best_lag(lagged(predicted, true, reach=_REACH))


def lagged(predicted: np.ndarray, true: np.ndarray, *, reach: int) -> np.ndarray:
    """Correlate a (T,) prediction with the truth at each shift from −reach to reach: (2 · reach + 1,).

    See notebook 02_feature_extraction.
    """
    shifted = (
        (predicted[max(0, lag) : len(true) + min(0, lag)], true[max(0, -lag) : len(true) - max(0, lag)])
        for lag in range(-reach, reach + 1)
    )
    return np.array([correlation(*pair) for pair in shifted])


def best_lag(scores: np.ndarray) -> int:
    """Shift with the best of ``lagged``'s scores; of equally good ones, as a still face's, the smallest.

    See notebook 02_feature_extraction.
    """
    reach = len(scores) // 2
    return min(range(-reach, reach + 1), key=lambda lag: (-round(scores[lag + reach], 9), abs(lag)))


def score_clip(predicted: np.ndarray, clip: Clip) -> dict[str, float]:
    """Compare one clip's predicted with its tracked motion.

    Parameters
    ----------
    predicted
        (T, 68, 2) displacement from neutral in inter-ocular distances.
    clip
        Its features: ``motion`` and ``neutral`` are read.

    Returns
    -------
    dict
        ``mouth_correlation``, ``width_correlation``, ``jaw_correlation``, ``brow_correlation``,
        ``velocity_correlation`` (of the mouth opening), ``motion_ratio`` (spread of the predicted over the
        true opening), ``mouth_rmse`` (inter-ocular distances), ``squared_error`` and ``squared_motion`` of
        the mouth (for the skill), ``sync_offset_frames`` and ``mse_2017``.

    See notebook 04_evaluation.
    """
    truth, neutral = clip["motion"], clip["neutral"]
    own, true = (geometry.mouth_measures(neutral + motion) for motion in (predicted, truth))
    scores = {f"{name}_correlation": correlation(own[name], true[name]) for name in ("width", "jaw", "brow")}
    own_box, true_box = (geometry.boxed(neutral + motion) for motion in (predicted, truth))
    opening, true_opening = own["opening"], true["opening"]
    error = np.square(predicted - truth)[:, _MOUTH].sum(axis=-1)
    return scores | {
        "mouth_correlation": correlation(opening, true_opening),
        "velocity_correlation": correlation(np.diff(opening), np.diff(true_opening)),
        "motion_ratio": float(opening.std() / max(true_opening.std(), 1e-6)),
        "mouth_rmse": float(np.sqrt(error.mean())),
        "squared_error": float(error.sum()),
        "squared_motion": float(np.square(truth[:, _MOUTH]).sum()),
        "sync_offset_frames": float(sync_offset(opening, true_opening)),
        "mse_2017": float(np.square(own_box - true_box).mean()),
    }


def score(predictions: Predictions, clips: Sequence[Clip]) -> pd.DataFrame:
    """Score several predictors on the same clips.

    Takes predictor → (T, 68, 2) displacements in the order of ``clips``, which also carry ``clip_id`` and
    ``speaker``. Returns one row for each predictor and clip. See notebook 04_evaluation.
    """
    return over_clips(score_clip, predictions, clips)


def over_clips(measure: Callable, predictions: Predictions, clips: Sequence[Clip]) -> pd.DataFrame:
    """Measure each predictor's motion on each clip: a row for each, in the order of ``score``'s arguments."""
    rows = [
        {"predictor": name, "clip_id": clip["clip_id"], "speaker": clip["speaker"], **measure(motion, clip)}
        for name, motions in predictions.items()
        for motion, clip in zip(motions, clips, strict=True)
    ]
    return pd.DataFrame(rows)


def by_speaker(scores: pd.DataFrame) -> pd.DataFrame:
    """Average clip scores for each predictor and person.

    The skill is 1 − squared error / squared error of the still face, both summed over the person's clips;
    the sync offset is the median. See notebook 04_evaluation.
    """
    groups = scores.groupby(["predictor", "speaker"], sort=False)
    table = groups.mean(numeric_only=True)
    table["skill"] = 1 - table["squared_error"] / table["squared_motion"]
    table["sync_offset_frames"] = groups["sync_offset_frames"].median()
    return table.drop(columns=["squared_error", "squared_motion"]).reset_index()


def summary(scores: pd.DataFrame) -> pd.DataFrame:
    """Average over people, each counting once: one row for each predictor, one column for each measure."""
    people = by_speaker(scores).groupby("predictor", sort=False)
    table = people.mean(numeric_only=True)
    table["sync_offset_frames"] = people["sync_offset_frames"].median()
    return table


def named(table: pd.DataFrame, subject: str) -> dict[str, float]:
    """Name each number of a table as results are: ``<subject>.<row>.<column>``.

    A column in which nobody has a number is left out: silence, where nobody is ever silent. Any other gap
    stays, and ``record.Run`` refuses it. See notebook 04_evaluation.
    """
    numbers = table.dropna(axis="columns", how="all").stack()
    return {f"{subject}.{row}.{column}": value for (row, column), value in numbers.items()}


def interval(
    values: np.ndarray, *, statistic: Callable = np.mean, draws: int = 2000, seed: int = 2017
) -> tuple[float, float]:
    """95 % percentile bootstrap interval over people: (n,) values → low, high.

    Efron (1979), "Bootstrap methods: another look at the jackknife". See notebook 04_evaluation.
    """
    random = np.random.default_rng(seed)
    chosen = random.integers(0, len(values), (draws, len(values)))
    low, high = np.percentile(statistic(np.asarray(values)[chosen], axis=1), [2.5, 97.5])
    return float(low), float(high)


def permutation_test(
    motions: Sequence[np.ndarray],
    clips: Sequence[Clip],
    *,
    groups: Sequence | None = None,
    draws: int = 2000,
    seed: int = 2017,
) -> tuple[float, np.ndarray]:
    """Ask whether predictions fit their own clip better than somebody else's.

    Each prediction is scored against the truth of a clip drawn by shuffling; over and over. With ``groups``,
    one label for each clip, only clips of one group change places.

    Returns
    -------
    p : float
        Share of shuffles (the true pairing counted as one) that score at least as well as the true pairing.
    shuffled : (draws,) array
        Their mean correlations of the mouth opening.

    Notes
    -----
    Phipson and Smyth (2010), "Permutation p-values should never be zero". See notebook 04_evaluation.
    """
    predicted = [
        geometry.opening(clip["neutral"] + motion) for motion, clip in zip(motions, clips, strict=True)
    ]
    true = [geometry.opening(clip["neutral"] + clip["motion"]) for clip in clips]
    table = np.array([[_overlap_correlation(one, other) for other in true] for one in predicted])
    random = np.random.default_rng(seed)
    rows = np.arange(len(clips))
    labels = rows * 0 if groups is None else np.unique(groups, return_inverse=True)[1]
    places = np.argsort(labels, kind="stable")
    shuffled = np.empty(draws)
    for draw in range(draws):
        partners = rows.copy()
        partners[places] = np.lexsort((random.random(len(rows)), labels))
        shuffled[draw] = table[rows, partners].mean()
    return float((1 + (shuffled >= table.diagonal().mean()).sum()) / (1 + draws)), shuffled


def against_truth(landmarks: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Compare (T, 68, 2) tracked landmarks with the true ones, in pixels of the same frames.

    Returns ``nme`` and ``nme_mouth``, mean distances over the inter-ocular distance, and the correlations
    of mouth opening and width over the clip. See notebook 02_feature_extraction.
    """
    scale = np.linalg.norm(truth[:, 36] - truth[:, 45], axis=-1, keepdims=True)
    error = np.linalg.norm(landmarks - truth, axis=-1) / scale
    own, true = (geometry.mouth_measures(points / scale[..., None]) for points in (landmarks, truth))
    return {
        "nme": float(error.mean()),
        "nme_mouth": float(error[:, _MOUTH].mean()),
        "mouth_correlation": correlation(own["opening"], true["opening"]),
        "width_correlation": correlation(own["width"], true["width"]),
    }


def identity_distances(vectors: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distances between all pairs of (n, 128) face descriptions: of one person, and of two people.

    Takes the (n,) names beside them. See notebook 01_exploration.
    """
    one, other = np.triu_indices(len(vectors), k=1)
    distances = np.linalg.norm(vectors[one] - vectors[other], axis=1)
    same = people[one] == people[other]
    return distances[same], distances[~same]


def _overlap_correlation(one: np.ndarray, other: np.ndarray) -> float:
    length = min(len(one), len(other))
    return correlation(one[:length], other[:length])
