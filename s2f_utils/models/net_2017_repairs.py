"""The anatomy of a failure: the speech network of 2017, mended one thing at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from s2f_utils import SAMPLE_RATE, StudyError
from s2f_utils.faces import geometry
from s2f_utils.models import net_2017
from s2f_utils.models.content import motion_loss
from s2f_utils.models.training import Progress, jit, set_seed
from s2f_utils.models.utterances import lengthen
from s2f_utils.sound import speech

Clip = dict[str, np.ndarray]
_BATCH = 300  # frames of a batch, as in 2017
_PIECE = 50  # frames of an utterance that a recurrent layer reads in one go


@dataclass(frozen=True)
class Step:
    """One network of the ladder.

    Attributes
    ----------
    name, sentence
        What is mended here, in a word and in a sentence.
    hears
        Features of a clip → (T, bins, 23).
    shuffled
        Whether a batch holds frames from everywhere, or consecutive ones.
    target
        ``"box"``: each frame's landmarks in their own bounding box; ``"displacement"``: from neutral.
    recurrent
        Whether a GRU runs over the frames of an utterance.
    loss
        ``"mse"``, or ``"motion"`` for the loss of this study.
    """

    name: str
    sentence: str
    hears: Callable[[Clip], np.ndarray] = net_2017.raw_spectrum
    shuffled: bool = False
    target: str = "box"
    recurrent: bool = False
    loss: str = "mse"


# What is broken in the network of 2017, in the order of the ladder: a sentence, and what mends it.
_REPAIRS = {
    "shuffled": ("batches mix the frames of all people", {"shuffled": True}),
    "spectrum": (
        "the offset leaves the spectra, whose logarithm is standardised",
        {"hears": net_2017.mended_spectrum},
    ),
    "context": ("half a second of log-mel instead of 61 ms", {"hears": net_2017.half_second}),
    "target": (
        "the displacement from the neutral face instead of a face in a box, so no sigmoid",
        {"target": "displacement"},
    ),
    "recurrent": ("the recurrent layer is connected and runs over the utterance", {"recurrent": True}),
    "loss": ("the loss of this study: velocity and concordance beside squared error", {"loss": "motion"}),
}
# Steps that later notebooks use as predictors: the network as it was, and with all that was broken mended.
PREDICTORS = {"as_2017": "net_2017", "recurrent": "net_2017_repaired"}


def _step(name: str, sentence: str, repairs: Sequence[str]) -> Step:
    """Mend some things of the network of 2017, in the order of the ladder."""
    return Step(name, sentence, **{key: value for one in repairs for key, value in _REPAIRS[one][1].items()})


STEPS = {"as_2017": Step("as_2017", "the network as its code was")} | {
    name: _step(name, sentence, list(_REPAIRS)[: number + 1])
    for number, (name, (sentence, _)) in enumerate(_REPAIRS.items())
}


def mended(name: str, switches: Mapping[str, bool]) -> Step:
    """Mend some things, in any choice, and leave the others as they were in 2017.

    Parameters
    ----------
    name
        What the network is called.
    switches
        For every step of ``STEPS`` but the first, whether that is mended. Log-mel, which comes with
        ``context``, is standardised as it is: ``spectrum`` has a say only where ``context`` is left broken.

    Raises
    ------
    StudyError
        A switch is missing, or there is none of that name.

    See notebook 03_cnn_rnn_training.
    """
    if switches.keys() != _REPAIRS.keys():
        raise StudyError(f"The switches are {', '.join(_REPAIRS)}; set each of them to True or False.")
    left = [repair for repair in _REPAIRS if not switches[repair]]
    sentence = f"all mended but {', '.join(left)}" if left else "all mended"
    return _step(name, sentence, [repair for repair in _REPAIRS if switches[repair]])


def build(step: Step, bins: int) -> keras.Model:
    """Build a step's network: the layers of 2017, and a linear output once it answers displacement."""
    output = "sigmoid" if step.target == "box" else "linear"
    name = PREDICTORS.get(step.name, step.name)
    return net_2017.build(bins, output=output, recurrent=step.recurrent, name=name)


def examples(step: Step, clips: Sequence[Clip]) -> tuple[np.ndarray, np.ndarray]:
    """Gather what a step learns from.

    Returns
    -------
    sound, target
        (n, bins, 23) and (n, 136), frame after frame; for a recurrent step (n, 50, bins, 23) and
        (n, 50, 136), pieces of utterances.

    See notebook 03_cnn_rnn_training.
    """
    sounds, targets = zip(*((step.hears(clip), _target(step, clip)) for clip in clips), strict=True)
    if step.recurrent:
        sounds = [piece for sound in sounds for piece in _pieces(sound)]
        targets = [piece for target in targets for piece in _pieces(target)]
        return np.stack(sounds), np.stack(targets)
    return np.concatenate(sounds), np.concatenate(targets)


def train(
    step: Step, clips: Sequence[Clip], *, epochs: int, share: float = 1.0, seed: int = 2017
) -> tuple[keras.Model, dict[str, list[float]]]:
    """Train a step's network from fresh weights: Adam 1e-3, 300 frames in a batch, as in 2017.

    Takes features with ``fft_2017``, ``log_mel``, ``landmarks`` and ``motion``. A ``share`` under 1 draws so
    many of the frames, or pieces of utterances, and makes the batches as much smaller: the weights change as
    often, at less cost. Returns the model and its history. See notebook 03_cnn_rnn_training.
    """
    set_seed(seed)
    sound, target = examples(step, clips)
    if share < 1:
        drawn = np.random.default_rng(seed).permutation(len(sound))[: round(share * len(sound))]
        drawn.sort()  # they keep their order: it is one of the things that were broken
        sound, target = sound[drawn], target[drawn]
    model = build(step, sound.shape[-2])
    loss = _every_frame_counts(motion_loss(clips)) if step.loss == "motion" else "mse"
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss, jit_compile=jit())
    size = round(share * (_BATCH // _PIECE if step.recurrent else _BATCH))
    bar = Progress(epochs, step.name)
    history = model.fit(
        sound, target, batch_size=size, epochs=epochs, shuffle=step.shuffled, callbacks=[bar], verbose=0
    ).history
    return model, history


def predict(
    model: keras.Model, step: Step, clips: Sequence[Clip], mean_boxed: np.ndarray
) -> list[np.ndarray]:
    """Let a step's network answer whole clips.

    ``mean_boxed`` (68, 2) is the average boxed face of the training speakers, which only faces in a box need.
    Returns (T, 68, 2) displacements in inter-ocular distances. See notebook 03_cnn_rnn_training.
    """
    sounds = [step.hears(clip) for clip in clips]
    lengths = [len(sound) for sound in sounds]
    if step.recurrent:
        together = np.stack([lengthen(sound, max(lengths), per_frame=1) for sound in sounds])
        answers = model.predict(together, batch_size=_BATCH // _PIECE, verbose=0)
        answers = [answer[:length] for answer, length in zip(answers, lengths, strict=True)]
    else:
        answers = model.predict(np.concatenate(sounds), batch_size=_BATCH, verbose=0)
        answers = np.split(answers, np.cumsum(lengths)[:-1])
    answers = [answer.reshape(-1, 68, 2) for answer in answers]
    if step.target == "displacement":
        return answers
    return [
        net_2017.unboxed(answer, mean_boxed, clip["neutral"])
        for answer, clip in zip(answers, clips, strict=True)
    ]


def answer(
    name: str, net: keras.Model, facts: dict, hear: Callable[[int], np.ndarray], neutral: np.ndarray
) -> np.ndarray:
    """Let a trained network of ``PREDICTORS`` answer a sound; it hears spectra as in 2017.

    Takes a function that reads the sound at a rate in Hz, (n,) samples, and the (68, 2) neutral face; returns
    (T, 68, 2) displacements in inter-ocular distances. See notebook 07_speech_to_face.
    """
    (step,) = (STEPS[step] for step, known in PREDICTORS.items() if known == name)
    log_mel = speech.log_mel(hear(SAMPLE_RATE))
    frames = len(log_mel) // speech.COLUMNS_PER_FRAME
    spectra = speech.fft_2017(hear(48_000), n_frames=frames)
    clip = {"log_mel": log_mel, "fft_2017": spectra, "neutral": neutral}
    return predict(net, step, [clip], np.array(facts["mean_boxed"], np.float32))[0]


def _target(step: Step, clip: Clip) -> np.ndarray:
    """What a step is asked for: (T, 136)."""
    points = geometry.boxed(clip["landmarks"]) if step.target == "box" else clip["motion"]
    return points.reshape(-1, 136)


def _pieces(track: np.ndarray) -> list[np.ndarray]:
    """Cut (T, ...) into pieces of 50 frames, evenly spread, about as many frames in all as there were."""
    track = lengthen(track, _PIECE, per_frame=1)
    count = max(1, round(len(track) / _PIECE))
    starts = np.linspace(0, len(track) - _PIECE, count).astype(int)
    return [track[start : start + _PIECE] for start in starts]


def _every_frame_counts(loss: Callable) -> Callable:
    """Give every frame the mark of one that counts, which ``motion_loss`` expects."""

    def counted(y_true, y_pred):
        return loss(ops.concatenate([y_true, ops.ones_like(y_true[..., :1])], axis=-1), y_pred)

    return counted
