"""What no prediction is expected to pass: the best that a basis allows, a person's own second take."""

from collections.abc import Sequence

import numpy as np

from s2f_utils.models.baselines import stretched

Clip = dict[str, np.ndarray]
SAME_PERFORMANCE = ("speaker", "statement", "emotion", "intensity")
SAME_SENTENCE = ("speaker", "statement")


def oracle(mean: np.ndarray, basis: np.ndarray, clip: Clip) -> np.ndarray:
    """Project a clip's true motion on the basis: the least squared error that a network with it can reach.

    Parameters
    ----------
    mean, basis
        (136,) mean motion and (k, 136) components.
    clip
        Its features: ``motion`` (T, 68, 2) is read.

    Returns
    -------
    (T, 68, 2) array
        Displacement in inter-ocular distances. It knows the answer, so it is a limit and no rival.

    See notebook 04_evaluation.
    """
    truth = clip["motion"].reshape(-1, 136)
    amounts = (truth - mean) @ np.linalg.pinv(basis)
    return (mean + amounts @ basis).reshape(-1, 68, 2)


def second_take(
    clip: Clip, others: Sequence[Clip], *, same: Sequence[str] = SAME_PERFORMANCE
) -> np.ndarray | None:
    """Let the same person's other take answer for a clip: how much people differ from themselves.

    Parameters
    ----------
    clip, others
        Features with ``motion``, ``loudness`` and what ``same`` names.
    same
        What the takes must have in common.

    Returns
    -------
    (T, 68, 2) array or None
        The first other take's displacement, stretched to the clip; None where there is no other take, or
        where it is not known what is said (statement 0).

    See notebook 04_evaluation.
    """
    if not clip["statement"]:
        return None
    for other in others:
        if other["clip_id"] != clip["clip_id"] and all(other[name] == clip[name] for name in same):
            return stretched(other, clip)
    return None


def second_takes(clips: Sequence[Clip]) -> tuple[tuple[str, ...], dict[int, np.ndarray]]:
    """Find a second take for every clip that has one.

    Repetitions of the same performance where the corpus has any, else the same person's same sentence in
    whatever emotion. Returns what the takes have in common, and index of the clip → ``second_take``. See
    notebook 04_evaluation.
    """
    takes: dict[int, np.ndarray] = {}
    for same in (SAME_PERFORMANCE, SAME_SENTENCE):
        answers = (second_take(clip, clips, same=same) for clip in clips)
        takes = {index: motion for index, motion in enumerate(answers) if motion is not None}
        if takes:
            break
    return same, takes
