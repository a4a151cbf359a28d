"""How a face is to say something: its expression, the voice it is heard against, and what chance adds."""

import argparse
import math
from dataclasses import dataclass

import numpy as np

from s2f_utils import EMOTIONS, MOST_INTENSE, SAMPLE_RATE, StudyError
from s2f_utils.recordings import soundtrack
from s2f_utils.sound import speech

SEED = 2017  # of what chance does, where nobody chooses
CHANCE = ("chance", "none")  # who moves what sound does not say


@dataclass(frozen=True, eq=False)
class Dials:
    """The dials of a talking face, as ``animate.animate`` takes them.

    ``voice`` (n,) samples at 16 kHz or None; ``emotion`` empty for as heard; ``intensity`` 0 to 2; ``seed``
    None for neither blinks nor sway. See notebook 07_speech_to_face.
    """

    voice: np.ndarray | None = None
    emotion: str = ""
    intensity: float = 1.0
    seed: int | None = None


def offer(parser: argparse.ArgumentParser) -> None:
    """Add the options that `read` understands to a command line."""
    add = parser.add_argument
    which = "the expression, instead of the one that is heard: " + ", ".join(EMOTIONS)
    add("--emotion", default="", metavar="EMOTION", help=which)
    strong = "how strong the expression is, 0 to 2, 1 for as heard or as usual (default: 1.0)"
    add("--intensity", default="", metavar="NUMBER", help=strong)
    other = "another recording of the same voice, calm at best: expression is heard relative to the person"
    add("--voice", default="", metavar="SOUND", help=other)
    moved = "films without blinks, sway and nods, which chance adds: none (default: chance)"
    add("--motion", default="", metavar="|".join(CHANCE), help=moved)
    add("--seed", default="", metavar="N", help=f"chooses what chance does (default: {SEED})")


def read(given: argparse.Namespace) -> Dials:
    """Check what was given to the options of `offer`; raises ``StudyError`` for what cannot be.

    See notebook 07_speech_to_face.
    """
    emotion, intensity = emotion_of(given.emotion), intensity_of(given.intensity)
    seed = seed_of(given.motion, given.seed)
    return Dials(voice_in(given.voice) if given.voice else None, emotion, intensity, seed)


def emotion_of(name: str) -> str:
    """Recognise one of the eight emotions, or nothing for as heard."""
    wanted = name.strip().lower()
    if wanted and wanted not in EMOTIONS:
        raise StudyError(
            f"EMOTION={name}: a face can be {', '.join(EMOTIONS)}; without EMOTION it is as heard."
        )
    return wanted


def intensity_of(text: str) -> float:
    """Read how strong an expression is to be, 0 … 2."""
    try:
        number = float(text or 1)
    except ValueError:
        number = math.nan
    if not 0 <= number <= MOST_INTENSE:  # nan is not, either
        raise StudyError(f"INTENSITY={text}: give a number from 0 to {MOST_INTENSE:.0f}, such as 1.5.")
    return number


def seed_of(motion: str, seed: str | int = "") -> int | None:
    """Read whether chance moves what sound does not say, and from which seed: None where it does not."""
    if (motion or CHANCE[0]) not in CHANCE:
        raise StudyError(f"MOTION={motion}: chance draws blinks and sway, and MOTION=none leaves them out.")
    try:
        number = int(str(seed) or SEED)
    except ValueError:
        number = -1
    if number < 0:
        raise StudyError(f"SEED={seed}: give a whole number from 0 on, such as {SEED}.")
    return None if motion == "none" else number


def voice_in(path: str) -> np.ndarray:
    """Read another recording of a voice, of a second at least in which it speaks."""
    audio = soundtrack.read_audio(path, beside_film=False)
    require_voice(audio, path)
    return audio


def require_voice(audio: np.ndarray, name: str) -> None:
    """Raise a ``StudyError`` naming the recording if it tells nothing of a voice."""
    speech.require_sound(audio, name)
    if len(audio) < SAMPLE_RATE:
        seconds = len(audio) / SAMPLE_RATE
        raise StudyError(f"{name}: {seconds:.1f} s tell too little of a voice; give a second at least.")
