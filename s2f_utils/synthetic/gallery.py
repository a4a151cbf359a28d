"""Stills for looking at: one picture per speaker, and one per mouth shape."""

import cv2
import numpy as np

from s2f_utils.synthetic import motion, portrait, scene, shape, voice
from s2f_utils.synthetic.canvas import CENTRE, SCALE
from s2f_utils.synthetic.people import person_of

VISEMES = {
    "pause": "_", "p b m": "p", "f v": "f", "θ ð": "θ", "t d n": "t", "s z": "s", "ʃ ʒ": "ʃ", "l": "l",
    "ɹ": "ɹ", "k ɡ ŋ": "k", "w": "w", "iː": "i", "ɪ": "ɪ", "ɛ": "ɛ", "æ": "æ", "ɑː": "ɑ", "ʌ": "ʌ", "ɔː": "ɔ",
    "ʊ": "ʊ", "uː": "u",
}  # fmt: skip


def portrait_of(speaker: int, *, size: int = 256, phoneme: str = voice.PAUSE) -> np.ndarray:
    """Picture a speaker, level and neutral, while holding a phoneme: (size, size, 3) uint8 RGB.

    Explained in notebook 01.
    """
    voice.voice_of(speaker)  # says which speakers there are
    person, quiet = person_of(speaker), np.zeros(1)
    tracks = motion.articulate([(phoneme, 0.0, 1.0)], np.array([0.3]))
    tracks |= {name: quiet for name in (*motion.EXPRESSION, "blink")}
    moved, pose = shape.move(person.face, tracks), np.zeros((1, 5))
    landmarks = shape.project(moved, pose, scale=SCALE, centre=CENTRE)
    still = scene.light(scene.paint_speaker(speaker), np.random.default_rng(speaker))
    picture = next(portrait.film(still, person, moved, pose, landmarks))
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA if size < 256 else cv2.INTER_CUBIC)


def viseme_pictures(speaker: int = 1) -> dict[str, np.ndarray]:
    """Picture the mouth shapes that the phonemes fall into: their IPA symbols → (128, 128, 3) uint8 RGB.

    Explained in notebook 01.
    """
    lower_face = slice(104, 232), slice(64, 192)
    return {name: portrait_of(speaker, phoneme=symbol)[lower_face] for name, symbol in VISEMES.items()}
