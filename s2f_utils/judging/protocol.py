"""Harder questions to a prediction: speech or silence, which region, whose face, which sentence and take."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from s2f_utils.faces import geometry
from s2f_utils.judging import motion_metrics
from s2f_utils.judging.motion_metrics import Predictions, over_clips
from s2f_utils.sound import speech

Clip = dict[str, np.ndarray]
# What clips have in common that change places in the permutation test, by the name of the result.
TIERS = {
    "permutation_p": (),
    "permutation_p_same_sentence": ("statement",),
    "permutation_p_same_take": ("speaker", "statement", "emotion"),
}
REGIONS = ("mouth", "jaw", "brows")
_SUMS = ("error", "motion", "points")
_MOUTH = list(geometry.REGIONS["mouth"])


def speech_and_silence(predictions: Predictions, clips: Sequence[Clip]) -> pd.DataFrame:
    """Score the mouth in audible frames and in the others apart; see ``speech.audible``.

    Parameters
    ----------
    predictions
        Predictor → (T, 68, 2) displacements in the order of ``clips``.
    clips
        Features: ``motion``, ``neutral``, ``loudness`` and ``speaker`` are read.

    Returns
    -------
    pandas.DataFrame
        One row for each predictor, people counted once: ``mouth_rmse_`` and ``skill_`` ``speech`` and
        ``silence`` (pooled over a person's frames), and ``silence_spread``, the spread of the predicted
        opening in silence over its spread in speech, 0 where nothing moves. People who are never silent
        do not count in silence.

    See notebook 04_evaluation.
    """
    table = over_clips(_speech_and_silence, predictions, clips)
    sums = [f"{name}_{part}" for part in ("speech", "silence") for name in _SUMS]
    people = table.groupby(["predictor", "speaker"], sort=False)
    people = people[sums].sum(skipna=False).assign(silence_spread=people["silence_spread"].mean())
    for part in ("speech", "silence"):
        error, motion, points = (people[f"{name}_{part}"] for name in _SUMS)
        people[f"mouth_rmse_{part}"] = np.sqrt(error / points.replace(0, np.nan))
        people[f"skill_{part}"] = 1 - error / motion.replace(0, np.nan)
    return people.drop(columns=sums).groupby("predictor", sort=False).mean()


def regions(predictions: Predictions, clips: Sequence[Clip]) -> pd.DataFrame:
    """Score mouth, jaw and brows apart: RMSE in inter-ocular distances, one row for each predictor.

    See notebook 05_expression.
    """

    def errors(motion: np.ndarray, clip: Clip) -> dict[str, float]:
        error = motion - clip["motion"]
        return {f"{name}_rmse": _rmse(error[:, geometry.REGIONS[name]]) for name in REGIONS}

    return _people_once(over_clips(errors, predictions, clips))


def levels(predictions: Predictions, clips: Sequence[Clip], mean_neutral: np.ndarray) -> pd.DataFrame:
    """Compare all 68 points with the truth, knowing ever less of the person's face.

    Parameters
    ----------
    predictions, clips
        As in ``speech_and_silence``.
    mean_neutral
        (68, 2) average neutral face of the training speakers, inter-ocular distances.

    Returns
    -------
    pandas.DataFrame
        RMSE for each predictor: ``displacement`` (the neutral face is known, so that it cancels),
        ``lead_in_neutral`` (the face is seen until the person speaks, see ``lead_in_neutral``), and
        ``mean_neutral`` (nothing is known but the sound).

    See notebook 04_evaluation.
    """

    def errors(motion: np.ndarray, clip: Clip) -> dict[str, float]:
        error = motion - clip["motion"]
        return {
            "displacement": _rmse(error),
            "lead_in_neutral": _rmse(error + lead_in_neutral(clip) - clip["neutral"]),
            "mean_neutral": _rmse(error + mean_neutral - clip["neutral"]),
        }

    return _people_once(over_clips(errors, predictions, clips))


def lead_in_neutral(clip: Clip) -> np.ndarray:
    """Estimate the neutral face (68, 2) from what is seen before the first audible frame, at least one frame.

    See notebook 04_evaluation.
    """
    before = max(1, speech.speech_span(clip["loudness"])[0])
    return clip["neutral"] + np.median(clip["motion"][:before], axis=0)


def mean_neutral(clips: Sequence[Clip]) -> np.ndarray:
    """Average neutral face (68, 2) over people, each counted once."""
    neutrals: dict[str, list] = {}
    for clip in clips:
        neutrals.setdefault(clip["speaker"], []).append(clip["neutral"])
    return np.mean([np.mean(own, axis=0) for own in neutrals.values()], axis=0)


def partners(clips: Sequence[Clip], same: Sequence[str]) -> tuple[list[int], list[str]]:
    """Find the clips that have others like them, and the group that each belongs to.

    Parameters
    ----------
    clips
        Each with what ``same`` names.
    same
        What clips of a group have in common; a statement of 0 is unknown and like no other.

    Returns
    -------
    chosen, groups
        Indices of clips that are not alone, and a label for each of these.

    See notebook 04_evaluation.
    """
    labels = ["/".join(str(clip[name]) for name in same) for clip in clips]
    known = [index for index, clip in enumerate(clips) if "statement" not in same or clip["statement"]]
    counts = pd.Series([labels[index] for index in known], dtype=str).value_counts()
    chosen = [index for index in known if counts[labels[index]] > 1]
    return chosen, [labels[index] for index in chosen]


def permutation_tiers(
    motions: Sequence[np.ndarray], clips: Sequence[Clip], *, draws: int, seed: int
) -> pd.DataFrame:
    """Shuffle predictions among ever more similar clips; see ``motion_metrics.permutation_test``.

    Among all clips the test asks whether the sound was used, among clips of one sentence whether more than
    the words was, among takes of one person, sentence and emotion whether this very take was heard.

    Returns
    -------
    pandas.DataFrame
        One row for each of ``TIERS`` that has groups: ``p``, ``true`` and ``shuffled`` mean correlation of
        the mouth opening, ``low`` and ``high`` (95 % of the shuffles), ``clips`` and ``groups``.

    See notebook 04_evaluation.
    """
    rows = {}
    for name, same in TIERS.items():
        chosen, groups = partners(clips, same)
        if not chosen:
            continue
        own, theirs = [motions[index] for index in chosen], [clips[index] for index in chosen]
        p, shuffled = motion_metrics.permutation_test(own, theirs, groups=groups, draws=draws, seed=seed)
        true = motion_metrics.score({name: own}, theirs)["mouth_correlation"].mean()
        low, high = np.percentile(shuffled, [2.5, 97.5])
        rows[name] = {"p": p, "true": true, "shuffled": shuffled.mean(), "low": low, "high": high}
        rows[name] |= {"clips": len(chosen), "groups": len(set(groups))}
    return pd.DataFrame.from_dict(rows, orient="index")


def seen_and_unseen(
    scores: pd.DataFrame, clips: Sequence[Clip], *, speakers: Iterable, statements: Iterable
) -> pd.DataFrame:
    """Split scores by whether the speaker and the sentence occur in training.

    Parameters
    ----------
    scores
        ``motion_metrics.score``'s rows of one predictor.
    clips
        The clips scored, in order; those with an unknown statement (0) are left out.
    speakers, statements
        Those trained on.

    Returns
    -------
    pandas.DataFrame
        One row for each cell that has clips, named like ``seen_speaker_unseen_sentence``: ``correlation`` of
        the mouth opening (people counted once), ``people`` and ``clips``.

    See notebook 04_evaluation.
    """
    speakers, statements = set(speakers), set(statements)
    words = {True: "seen", False: "unseen"}
    cells = [
        f"{words[clip['speaker'] in speakers]}_speaker_{words[clip['statement'] in statements]}_sentence"
        for clip in clips
    ]
    known = [bool(clip["statement"]) for clip in clips]
    table = scores.assign(cell=cells)[known]
    people = table.groupby(["cell", "speaker"])["mouth_correlation"].mean().groupby("cell")
    counts = table.groupby("cell").size()
    return pd.DataFrame({"correlation": people.mean(), "people": people.size(), "clips": counts})


def folds(speakers: Sequence[str], count: int) -> list[tuple[list[str], list[str], list[str]]]:
    """Deal speakers out so that each is never seen once: (train, validation, test) for each fold.

    Odd and even numbers (men and women in RAVDESS' numbering) are dealt evenly; every fifth of those who
    remain validates. Fewer than three people cannot be dealt: no folds. See notebook 04_evaluation.
    """
    dealt = sorted(set(speakers), key=lambda name: (name.isdigit() and int(name) % 2 == 0, name))
    table: list = []
    for number in range(min(count, len(dealt)) if len(dealt) >= 3 else 0):
        test = dealt[number::count]
        rest = [name for name in dealt if name not in test]
        watched = rest[::5]
        table.append(([name for name in rest if name not in watched], watched, test))
    return table


def _people_once(table: pd.DataFrame) -> pd.DataFrame:
    people = table.groupby(["predictor", "speaker"], sort=False).mean(numeric_only=True)
    return people.groupby("predictor", sort=False).mean()


def _speech_and_silence(motion: np.ndarray, clip: Clip) -> dict[str, float]:
    heard = speech.audible(clip["loudness"])
    opening = geometry.opening(clip["neutral"] + motion)
    spoken, silent = (opening[part].std() if part.any() else 0.0 for part in (heard, ~heard))
    row = {"silence_spread": silent / spoken if spoken > 1e-6 else 0.0}
    for name, part in (("speech", heard), ("silence", ~heard)):
        row[f"error_{name}"] = np.square(motion - clip["motion"])[part][:, _MOUTH].sum()
        row[f"motion_{name}"] = np.square(clip["motion"])[part][:, _MOUTH].sum()
        row[f"points_{name}"] = part.sum() * len(_MOUTH)
    return row


def _rmse(error: np.ndarray) -> float:
    """Root of the mean squared distance of (..., 2) errors."""
    return float(np.sqrt(np.square(error).sum(axis=-1).mean()))
