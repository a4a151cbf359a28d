"""The command ``animate``: each sound, or a line of text, becomes a talking face."""

import os
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from s2f_utils import SAMPLE_RATE, StudyError, files
from s2f_utils.faces import rest
from s2f_utils.recordings import soundtrack
from s2f_utils.sound import speech
from s2f_utils.talking import animate, films, options


def main(arguments: list[str]) -> int:
    """Run ``python -m s2f_utils animate``; see ``--help``. Returns 1 when a sound could not be used."""
    request = options.read(arguments)
    size = files.read_json(request.models / "dcgan.json").get("size", 192)
    if request.face:
        how = {"longest": request.longest, "learned": rest.load(request.models), "moving": True}
        person = animate.person_in(request.face, size=size, **how)
    else:
        person = _stranger(request.models, size)
    if person.faces > 1:
        print(f"FACE={request.face}: {person.faces} faces were found; the largest one speaks.")
    networks = cache(lambda: _load(request.models, request.draws))  # only if there is a sound for them
    outputs, failed = request.outputs, 0
    for source, target in tqdm(outputs.items(), "faces", unit="sound", disable=len(outputs) == 1):
        start = time.perf_counter()
        try:
            audio = _listen(source) if source else _say(request)
            result = animate.animate(audio, person, *networks(), **vars(request.dials))
            shown = {"view": request.view, "labelled": request.labelled}
            for path in films.write(result, target, formats=request.formats, **shown):
                tqdm.write(str(path))
            tqdm.write(f"{len(audio) / SAMPLE_RATE:.1f} s of speech in {time.perf_counter() - start:.1f} s.")
        except StudyError as problem:
            failed += 1
            tqdm.write(f"Error: {problem}", file=sys.stderr)
    return int(failed > 0)


def _say(request: options.Request) -> np.ndarray:
    how = request.dials
    return animate.say(request.text, speaker=request.speaker, emotion=how.emotion, intensity=how.intensity)


def _listen(source: Path) -> np.ndarray:
    audio = soundtrack.read_audio(source, beside_film=False)
    speech.require_sound(audio, str(source))
    return audio


def _load(models: Path, draws: bool) -> tuple:
    """Read the CNN + RNN and, if something is to be drawn, the generator."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # not obeyed before TensorFlow is up
    with files.quiet(os.devnull):
        from s2f_utils.models import dcgan, training

    model, _ = training.load(models, "cnn_rnn")
    return model, dcgan.load(models) if draws else None


def _stranger(models: Path, size: int) -> animate.Person:
    """Choose the first never-seen person of the corpus that the models were trained on."""
    corpus, _, _ = models.name.rpartition("-")
    store = files.DATA / "features" / (models.name if corpus == "synthetic" else corpus)
    try:
        clip_id = animate.people(store)["clip_id"].iloc[0]
        return animate.person_from(store, clip_id, size=size)
    except (StudyError, IndexError) as error:
        raise StudyError(f"{store}: there is no face here to speak; give one with FACE=photo.jpg.") from error
