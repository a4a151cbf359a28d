"""What the study claims, in sentences whose numbers are the recorded ones, and what would refute each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from s2f_utils.study import headline

Numbers = Mapping[str, float]
_FIELD = re.compile(r"\{([\w.]+):([^}]*)\}")
_SIGNIFICANT = 0.05  # the usual level of a test
_MOST = 0.95  # share of the pictures that must pass as the person
_OURS = "evaluation.cnn_rnn"
_KNOW_LITTLE = ("still_face", "mean_motion", "loudness", "ridge", "sentence_mean")


@dataclass(frozen=True)
class Claim:
    """A claim in one sentence with ``{number:format}`` fields, what would refute it, and whether it holds."""

    title: str
    sentence: str
    refuted: str
    holds: Callable[[Numbers], bool]

    @property
    def names(self) -> list[str]:
        """The numbers that the sentence speaks of, each once, in its order."""
        return list(dict.fromkeys(name for name, _ in _FIELD.findall(self.sentence)))


def _beats_baselines(numbers: Numbers) -> bool:
    names = (f"evaluation.{name}.mouth_correlation" for name in _KNOW_LITTLE)
    best = max(numbers[name] for name in names if name in numbers)
    return numbers[f"{_OURS}.mouth_correlation_low"] > best


def _moves(numbers: Numbers) -> bool:
    return numbers[f"{_OURS}.motion_ratio"] >= headline.LEAST_MOTION and numbers[f"{_OURS}.skill"] > 0


def _transfers(numbers: Numbers) -> bool:
    ours = numbers["transfer.cnn_rnn.mouth_correlation"]
    return ours > max(numbers[f"transfer.{name}.mouth_correlation"] for name in ("loudness", "ridge"))


def _keeps_identity(numbers: Numbers) -> bool:
    ours, average = (numbers[f"dcgan.{name}.identity_distance"] for name in ("dcgan", "mean_image"))
    return ours < average and numbers["dcgan.dcgan.identity_kept"] >= _MOST


def _obeys(numbers: Numbers) -> bool:
    near, far = (numbers[f"dcgan.{name}.landmark_nme"] for name in ("dcgan", "dcgan_shuffled"))
    beat, lost = (numbers[f"dcgan.{name}.mouth_correlation"] for name in ("dcgan", "dcgan_shuffled"))
    return near < far and beat > lost


CLAIMS = (
    Claim(
        "The people judged are never met in training.",
        "Of {corpus.speakers:.0f} people, {corpus.speakers_in_training_and_test:.0f} are both in training "
        "and in the test; the results average {evaluation.clips:.0f} clips of {evaluation.people:.0f} "
        "people.",
        "A person of the test in the table of training clips.",
        lambda numbers: numbers["corpus.speakers_in_training_and_test"] == 0,
    ),
    Claim(
        "The mouth moves.",
        "On them it moves {evaluation.cnn_rnn.motion_ratio:.2f} times as much as the true mouth (95 % "
        "interval over people {evaluation.cnn_rnn.motion_ratio_low:.2f} to "
        "{evaluation.cnn_rnn.motion_ratio_high:.2f}), with a skill of {evaluation.cnn_rnn.skill:.2f}; the "
        "mouth of the 2017 network moves {evaluation.net_2017.motion_ratio:.2f} times as much.",
        f"A motion ratio under {headline.LEAST_MOTION}, or a squared error no better than a still face's "
        "(skill of zero or less).",
        _moves,
    ),
    Claim(
        "It follows the sound better than the baselines do.",
        "The predicted mouth opening correlates {evaluation.cnn_rnn.mouth_correlation:.2f} with the true one "
        "(95 % interval {evaluation.cnn_rnn.mouth_correlation_low:.2f} to "
        "{evaluation.cnn_rnn.mouth_correlation_high:.2f}); ridge regression reaches "
        "{evaluation.ridge.mouth_correlation:.2f}, loudness {evaluation.loudness.mouth_correlation:.2f}.",
        "A still or average face, loudness, ridge regression or the sentence's mean motion inside that "
        "interval or above it.",
        _beats_baselines,
    ),
    Claim(
        "It is this clip's sound that is used.",
        "Shuffled among all test clips, the predictions fit as well with p = "
        "{evaluation.cnn_rnn.permutation_p:.2g}.",
        f"A p of {_SIGNIFICANT} or more: any other sound would do as well.",
        lambda numbers: numbers[f"{_OURS}.permutation_p"] < _SIGNIFICANT,
    ),
    Claim(
        "More than the sentence is used.",
        "Shuffled among clips of the same sentence, they fit as well with p = "
        "{evaluation.cnn_rnn.permutation_p_same_sentence:.2g}.",
        f"A p of {_SIGNIFICANT} or more: knowing the words would do as well.",
        lambda numbers: numbers[f"{_OURS}.permutation_p_same_sentence"] < _SIGNIFICANT,
    ),
    Claim(
        "It carries over to other people in another corpus.",
        "On {transfer.clips:.0f} recordings of {transfer.people:.0f} people whose corpus no model was "
        "trained on, the correlation is {transfer.cnn_rnn.mouth_correlation:.2f}; without the people whom "
        "the embedded corpus was adjusted to, {transfer.cnn_rnn.mouth_correlation_untouched:.2f}. Ridge "
        "regression reaches {transfer.ridge.mouth_correlation:.2f}, loudness "
        "{transfer.loudness.mouth_correlation:.2f}.",
        "Ridge regression or loudness doing as well there.",
        _transfers,
    ),
    Claim(
        "Generated faces keep the person.",
        "{dcgan.dcgan.identity_kept:.0%} of the pictures of {dcgan.people:.0f} never-seen people pass as the "
        "same person as the reference picture, at a mean distance of {dcgan.dcgan.identity_distance:.2f}; "
        "the mean picture of the training people, which is nobody, lies at "
        "{dcgan.mean_image.identity_distance:.2f} and passes in {dcgan.mean_image.identity_kept:.0%}.",
        f"Fewer than {_MOST:.0%} that pass, or a distance no smaller than the mean picture's.",
        _keeps_identity,
    ),
    Claim(
        "Generated faces obey the landmarks.",
        "The mouth found in the pictures correlates {dcgan.dcgan.mouth_correlation:.2f} with the one asked "
        "for, at a landmark error of {dcgan.dcgan.landmark_nme:.3f} inter-ocular distances; asked for the "
        "landmarks of other moments, {dcgan.dcgan_shuffled.mouth_correlation:.2f} and "
        "{dcgan.dcgan_shuffled.landmark_nme:.3f}.",
        "Shuffled landmarks doing as well: the pictures would not depend on them.",
        _obeys,
    ),
)


def claims(numbers: Numbers, origins: Mapping[str, dict]) -> list[dict]:
    """Fill in the claims that this run can speak of; one whose numbers are not all there is left out.

    Parameters
    ----------
    numbers
        Name → value.
    origins
        Name → where it was recorded, as ``provenance.numbers`` gives it.

    Returns
    -------
    list
        For each claim its ``title``, ``sentence``, ``refuted``, whether it ``holds``, and its ``numbers``.
    """
    return [
        {
            "title": claim.title,
            "sentence": _FIELD.sub(lambda field: format(numbers[field[1]], field[2]), claim.sentence),
            "refuted": claim.refuted,
            "holds": claim.holds(numbers),
            "numbers": [origins[name] for name in claim.names],
        }
        for claim in CLAIMS
        if all(name in numbers and name in origins for name in claim.names)
    ]
