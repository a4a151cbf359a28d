"""What predictions are measured against besides rivals: knowing the sentence, the basis, a second take."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from s2f_utils.sound import speech

Clip = dict[str, np.ndarray]
SAME_PERFORMANCE = ("speaker", "statement", "emotion", "intensity")
SAME_SENTENCE = ("speaker", "statement")


class SentenceMean:
    """Answer with the training speakers' mean motion for the sentence: it knows the words, not the voice.

    A sentence that nobody in training said, or whose number is 0 (unknown), gets the mean face.
    """

    def fit(self, clips: Sequence[Clip]) -> "SentenceMean":
        """Average the takes of each sentence, all stretched to the longest one."""
        self.mean = np.concatenate([clip["motion"] for clip in clips]).mean(axis=0)
        takes = defaultdict(list)
        for clip in clips:
            takes[clip["statement"]].append(clip)
        takes.pop(0, None)
        self._usual = {statement: _mean_take(same) for statement, same in takes.items()}
        return self

    def knows(self, clip: Clip) -> bool:
        """Answer whether somebody in training said this clip's sentence."""
        return clip["statement"] in self._usual

    def predict(self, clip: Clip) -> np.ndarray:
        """Return (T, 68, 2) displacement."""
        if self.knows(clip):
            return stretched(self._usual[clip["statement"]], clip)
        return np.repeat(self.mean[None], len(clip["motion"]), axis=0)


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
    whatever emotion. Returns what the takes have in common, and index of the clip → ``second_take``.

    See notebook 04_evaluation.
    """
    takes: dict[int, np.ndarray] = {}
    for same in (SAME_PERFORMANCE, SAME_SENTENCE):
        answers = (second_take(clip, clips, same=same) for clip in clips)
        takes = {index: motion for index, motion in enumerate(answers) if motion is not None}
        if takes:
            break
    return same, takes


def stretched(take: Clip, clip: Clip) -> np.ndarray:
    """Stretch a take's motion in time so that its speech begins and ends when the clip's does.

    Linear from the first to the last audible frame and on at the same pace to both sides; the first and the
    last face are held. Returns (T, 68, 2) displacement for the T frames of ``clip``.

    See notebook 04_evaluation.
    """
    start, end = speech_span(take["loudness"])
    first, last = speech_span(clip["loudness"])
    frames = np.arange(len(clip["loudness"]) // speech.COLUMNS_PER_FRAME)
    when = start + (frames - first) * (end - start) / max(last - first, 1)
    when = np.clip(when, 0, len(take["motion"]) - 1)
    before = np.minimum(when.astype(int), max(len(take["motion"]) - 2, 0))
    share = (when - before)[:, None, None].astype(np.float32)
    after = np.minimum(before + 1, len(take["motion"]) - 1)
    return (1 - share) * take["motion"][before] + share * take["motion"][after]


def speech_span(loudness: np.ndarray) -> tuple[int, int]:
    """First and last audible frame of a (4T,) loudness; see ``speech.audible``."""
    heard = np.flatnonzero(speech.audible(loudness))
    return (
        (int(heard[0]), int(heard[-1])) if len(heard) else (0, len(loudness) // speech.COLUMNS_PER_FRAME - 1)
    )


def _mean_take(takes: Sequence[Clip]) -> Clip:
    longest = max(takes, key=lambda take: len(take["motion"]))
    motion = np.mean([stretched(take, longest) for take in takes], axis=0)
    return {"motion": motion, "loudness": longest["loudness"]}
