"""The CNN + RNN of the study: a voice in, the displacement of 68 landmarks out, in two streams.

What is said moves mouth and jaw from moment to moment; how it is said moves brows, lids and the corners of
the mouth for as long as the utterance lasts, and scales the rest.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np

from s2f_utils import EMOTIONS, MOST_INTENSE, StudyError
from s2f_utils.faces import geometry
from s2f_utils.models import content, manner, training
from s2f_utils.models.layers import Throughout
from s2f_utils.models.utterances import lasting, lengthen, padded_length
from s2f_utils.sound import prosody, speech
from s2f_utils.sound.speech import COLUMNS_PER_FRAME, N_MELS

Clip = dict[str, np.ndarray]
_STRONGEST_GAIN = 2.0  # of an expression
_FEW = 6  # every sixth clip is enough to measure it
_AFTER = 50  # frames of quiet that follow an utterance, as they do in training


def with_manner(said: keras.Model, maps: np.ndarray) -> keras.Model:
    """Join the stream of what is said with the one that hears how, which ``manner.fit`` has learned.

    Returns
    -------
    keras.Model
        ``log_mel`` (batch, 4T, 40), ``summary`` (batch, 22), ``reference`` (batch, 23), ``asked`` (batch, 8)
        and ``intensity`` (batch, 1), as `manner.Manner` takes them → (batch, T, 136) displacement.

    See notebook 03_cnn_rnn_training.
    """
    log_mel, *voice = voice_inputs()
    heard = manner.Manner(name="manner")
    how = Throughout(name="throughout")([heard(voice), log_mel])
    bare = keras.Model(said.inputs, said.outputs, name="content")  # without its loss
    model = keras.Model([log_mel, *voice], bare([log_mel, how]), name="cnn_rnn")
    heard.maps.assign(maps)
    return model


def voice_inputs(*, so_far: bool = False) -> list[keras.KerasTensor]:
    """Make inputs for all that is heard of a voice; with ``so_far`` there is a summary for each frame."""
    numbers = len(prosody.SUMMARY)
    sizes = {"reference": numbers + 1, "asked": len(EMOTIONS), "intensity": 1}
    summary = keras.Input((None, numbers) if so_far else (numbers,), name="summary")
    always = [keras.Input((size,), name=name) for name, size in sizes.items()]
    return [keras.Input((None, N_MELS), name="log_mel"), summary, *always]


def train(
    clips: Sequence[Clip],
    validation: Sequence[Clip],
    *,
    voices: Sequence[Clip] = (),
    seed: int = 2017,
    channels: int = 96,
    units: int = 96,
    **schedule: float,
) -> tuple[keras.Model, dict[str, list[float]], float]:
    """Train both streams, stop by the validation clips, and calibrate the gain on them.

    What is said learns from motion, told how it is said; how it is said learns from the voices' emotions, and
    from how far mouths went beyond what was predicted.

    Parameters
    ----------
    clips, validation
        Features of the training and validation clips: ``motion``, what ``prosody.listen`` makes, ``speaker``,
        ``emotion`` and ``intensity`` are read.
    voices
        More voices, without faces, for what is heard of the manner.
    seed
        Seed of weights, order and augmentation.
    channels, units
        Passed on to `content.build`.
    **schedule
        Passed on to `training.fit`: ``epochs`` at least.

    Returns
    -------
    model, history, gain
        The gain is part of the model already; dividing its predictions by it takes it out.

    See notebook 03_cnn_rnn_training.
    """
    training.set_seed(seed)
    said = content.build(*content.motion_basis(clips), channels=channels, units=units)
    said.get_layer("expression").faces.assign(expressions(clips))
    schedule = {"longest": content.LONGEST, "seed": seed} | schedule
    history = training.fit(said, clips, validation, loss=content.motion_loss(clips), **schedule)
    calibrate_expression(said, clips[::_FEW])
    maps = manner.fit([*clips, *apart(voices)], [*efforts(said, clips), *[np.nan] * len(voices)], seed=seed)
    model = with_manner(said, maps)
    gain = calibrate(model, validation)
    return model, history, gain


def apart(voices: Sequence[Clip]) -> list[Clip]:
    """Name speakers so that nobody is taken for who has the same number among others."""
    return [{**clip, "speaker": f"voice {clip['speaker']}"} for clip in voices]


def expressions(clips: Sequence[Clip]) -> np.ndarray:
    """Average what emotions add to the face of neutral speech, in least squares over all clips: (8, 136).

    Neutral speech is what the stream of what is said shows by itself. Where nobody speaks so, it is the mean.
    """
    how = np.array([manner.true(clip)[:-1] for clip in clips], np.float64)
    neutral = how[:, EMOTIONS.index("neutral")] > 0
    how[neutral] = 0
    usual = np.zeros((len(clips), 136))
    for row, clip in zip(usual, clips, strict=True):
        heard = speech.audible(clip["loudness"])
        row[:] = clip["motion"][heard if heard.any() else ...].reshape(-1, 136).mean(axis=0)
    usual -= usual[neutral if neutral.any() else ...].mean(axis=0)
    return np.linalg.solve(how.T @ how + np.eye(how.shape[1]), how.T @ usual).astype(np.float32)


def efforts(said: keras.Model, clips: Sequence[Clip]) -> list[float]:
    """Measure how much farther mouths went than is predicted by what was said: logarithms of factors."""
    own, true = np.maximum(_spreads(geometry.opening, _told(said, clips), clips), 1e-3)
    ratios = np.log(true / own).astype(np.float64)
    return list(ratios - ratios.mean())


def _told(said: keras.Model, clips: Sequence[Clip]) -> list[np.ndarray]:
    """Predict clips, told the manner that their names tell."""
    return predict(said, [{"log_mel": clip["log_mel"], "manner": manner.true(clip)} for clip in clips])


def _spreads(measure: Callable, answers: Sequence[np.ndarray], clips: Sequence[Clip]) -> np.ndarray:
    """Spread of what is measured on faces, as predicted and in truth: (2, clips)."""
    pairs = zip(answers, clips, strict=True)
    both = [(clip["neutral"] + answer, clip["neutral"] + clip["motion"]) for answer, clip in pairs]
    return np.array([[measure(face).std() for face in faces] for faces in both]).T


def _brow(face: np.ndarray) -> np.ndarray:
    return geometry.mouth_measures(face)["brow"]


def predict(
    model: keras.Model,
    clips: Sequence[Clip],
    *,
    references: Sequence[Sequence[Clip]] | None = None,
    emotion: str = "",
    intensity: float = 1.0,
) -> list[np.ndarray]:
    """Predict the displacement of whole utterances.

    The last 80 ms go on for two seconds: a network that has always heard quiet follow expects the next
    sentence where a recording stops at once, and opens the mouth for it.

    Parameters
    ----------
    model
        This network, or one that hears nothing but log-mel.
    clips
        What ``prosody.listen`` makes of each.
    references
        For each, other recordings of the same voice, as many as there are; by default none.
    emotion, intensity
        One of ``EMOTIONS`` to show instead of what is heard, and how much of it, 0 to 2.

    Returns
    -------
    list of (T, 68, 2) float32 displacements in inter-ocular distances, (T, heads, 68, 2) of several heads.

    Raises ``StudyError`` for an emotion or intensity that there is not. See notebook 04_evaluation.
    """
    inputs = _inputs(model, clips, references or [[]] * len(clips), emotion, intensity)
    lengths = [len(clip["log_mel"]) // COLUMNS_PER_FRAME for clip in clips]
    paddeds = [padded_length(length + _AFTER) for length in lengths]
    answers: list[np.ndarray] = [np.empty(0)] * len(lengths)
    for padded in sorted(set(paddeds)):
        chosen = [index for index, own in enumerate(paddeds) if own == padded]
        log_mels = [lengthen(clips[index]["log_mel"], padded * COLUMNS_PER_FRAME) for index in chosen]
        batch = [np.stack(log_mels)]
        for one in model.inputs[1:]:
            rows = [inputs[one.name][index] for index in chosen]
            batch.append(np.stack([lasting(row, padded) for row in rows] if one.ndim == 3 else rows))
        answer = model.predict(batch if len(batch) > 1 else batch[0], batch_size=16, verbose=0)
        motion = answer.reshape(len(chosen), padded, -1, 68, 2)
        motion = motion[:, :, 0] if motion.shape[2] == 1 else motion
        for index, track in zip(chosen, motion, strict=True):
            answers[index] = track[: lengths[index]]
    return answers


def _inputs(model, clips, references, emotion: str, intensity: float) -> dict[str, Sequence[np.ndarray]]:
    """Collect what a model hears besides log-mel, for each clip a row or a row for each frame."""
    if emotion and emotion not in EMOTIONS:
        raise StudyError(f"Emotion {emotion!r} is unknown; choose one of {', '.join(EMOTIONS)}.")
    if not 0 <= intensity <= MOST_INTENSE:
        raise StudyError(f"Intensity {intensity} is not between 0 and {MOST_INTENSE:g}; choose another.")
    wanted = {one.name: one.ndim for one in model.inputs}
    if "manner" in wanted:
        return {"manner": [clip["manner"] for clip in clips]}
    if "summary" not in wanted:
        return {}
    # The same recordings are references again and again; each is summed up once.
    heard = {id(clip): clip for group in (clips, *references) for clip in group}
    summaries = {key: prosody.running(clip) for key, clip in heard.items()}
    ends = {key: summary[-1] for key, summary in summaries.items()}
    own = prosody.so_far if wanted["summary"] == 3 else lambda summary: summary[-1]
    return {
        "summary": [own(summaries[id(clip)]) for clip in clips],
        "reference": [manner.reference([ends[id(other)] for other in others]) for others in references],
        "asked": [np.float32([emotion == name for name in EMOTIONS])] * len(clips),
        "intensity": [np.float32([intensity])] * len(clips),
    }


def calibrate(model: keras.Model, validation: Sequence[Clip]) -> float:
    """Scale the model's motion so that mouths of people it does not know open as far as they do.

    Squared error rewards caution: a prediction of correlation r has the least error at r times the true
    range. One factor, measured on the validation clips, undoes that; at most a doubling. Returns the factor,
    which is part of the model then. See notebook 03_cnn_rnn_training.
    """
    own, true = _spreads(geometry.opening, predict(model, validation), validation)
    gain = float(np.clip(1 / max(np.mean(own / np.maximum(true, 1e-6)), 1e-6), 0.5, 2.0))
    names = [layer.name for layer in model.layers]
    basis = (model.get_layer("content") if "content" in names else model).get_layer("basis")
    basis.set_weights([weight * gain for weight in basis.get_weights()])
    return gain


def calibrate_expression(said: keras.Model, clips: Sequence[Clip]) -> float:
    """Scale the expressions so that brows move as far as they did.

    One factor, measured with the manner that the clips' names tell; at most a doubling. Eight mean faces are
    not learned by heart, so these may be clips of training people, whose landmarks are true where they were
    only heard. Returns the factor, which is part of the model then. See notebook 03_cnn_rnn_training.
    """
    own, true = _spreads(_brow, _told(said, clips), clips).mean(axis=1)
    gain = float(np.clip(true / max(own, 1e-6), 1.0, _STRONGEST_GAIN))
    faces = said.get_layer("expression").faces
    faces.assign(faces * gain)
    return gain
