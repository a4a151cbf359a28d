"""Everybody who answers: the trained networks, what is fitted in closed form, and who knows the answer."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from s2f_utils.judging import ceilings
from s2f_utils.models import (
    baselines,
    cnn_rnn,
    cnn_rnn_live,
    lstm_2018,
    manner,
    net_2017_repairs,
    training,
)

Clip = dict[str, np.ndarray]
_HEARS_LOG_MEL = (
    lstm_2018.NAME,
    cnn_rnn_live.NAME,
    "cnn_rnn",
)  # networks of whole utterances, in the study's order


class Predictors:
    """All predictors of the study; each answers a clip with (T, 68, 2) displacement.

    Parameters
    ----------
    folder
        Where ``training.save`` has left the networks.
    learned
        Clips of the training speakers, to which the simple predictors are fitted: ``motion``, ``log_mel``,
        ``loudness``, ``statement``.

    Raises
    ------
    StudyError
        A network is missing.

    Attributes
    ----------
    model, facts
        The CNN + RNN, and what was kept beside it.
    live
        Its causal sister.
    mean, basis
        (136,) mean motion and (k, 136) components that it speaks in.

    See notebooks 04_evaluation and 05_expression.
    """

    def __init__(self, folder: str | Path, learned: Sequence[Clip]) -> None:
        self._nets = {name: training.load(folder, name) for name in _HEARS_LOG_MEL}
        self._nets_2017 = {
            step: training.load(folder, name) for step, name in net_2017_repairs.PREDICTORS.items()
        }
        self.model, self.facts = self._nets["cnn_rnn"]
        self.live, _ = self._nets[cnn_rnn_live.NAME]
        self.mean, self.basis = np.array(self.facts["mean"]), np.array(self.facts["basis"])
        self._sentences = baselines.SentenceMean()
        self._fitted = {
            "still_face": baselines.StillFace(),
            "mean_motion": baselines.MeanMotion(),
            "loudness": baselines.loudness(),
            "ridge": baselines.ridge(),
            "sentence_mean": self._sentences,
        }
        for predictor in self._fitted.values():
            predictor.fit(learned)

    def knows(self, clip: Clip) -> bool:
        """Answer whether somebody in training said this clip's sentence."""
        return self._sentences.knows(clip)

    def answer(self, clips: Sequence[Clip]) -> dict[str, list[np.ndarray]]:
        """Let every predictor answer every clip.

        Takes clips with ``fft_2017``, ``neutral``, ``pitch``, ``voicing`` and what the simple predictors are
        fitted to. Returns predictor → (T, 68, 2) displacements in inter-ocular distances, in the order of
        the clips; ``sentence_mean`` is left out where it knows no sentence. See notebook 04_evaluation.
        """
        answers = {name: [one.predict(clip) for clip in clips] for name, one in self._fitted.items()}
        if not any(self.knows(clip) for clip in clips):
            del answers["sentence_mean"]
        for step, (net, facts) in self._nets_2017.items():
            boxed = np.array(facts["mean_boxed"], np.float32)
            chosen = net_2017_repairs.STEPS[step]
            answers[net_2017_repairs.PREDICTORS[step]] = net_2017_repairs.predict(net, chosen, clips, boxed)
        for name, (net, _) in self._nets.items():
            answers[name] = cnn_rnn.predict(net, clips)
        answers["oracle"] = [ceilings.oracle(self.mean, self.basis, clip) for clip in clips]
        return answers

    def told(self, clips: Sequence[Clip]) -> list[np.ndarray]:
        """Let the CNN + RNN answer clips with the emotion and intensity that they were acted in.

        What it hears of the manner does not count then; the rest is what it shows. See 05_expression.
        """
        answers: list[np.ndarray] = [np.empty(0)] * len(clips)
        asked = [(str(clip["emotion"]), float(manner.true(clip).sum())) for clip in clips]
        for emotion, intensity in sorted(set(asked)):
            chosen = [index for index, one in enumerate(asked) if one == (emotion, intensity)]
            dial = {"emotion": emotion, "intensity": intensity}
            motions = cnn_rnn.predict(self.model, [clips[index] for index in chosen], **dial)
            for index, motion in zip(chosen, motions, strict=True):
                answers[index] = motion
        return answers
