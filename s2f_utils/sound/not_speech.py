"""Sounds in which nobody speaks, and how far a mouth opens to them."""

from collections.abc import Callable

import numpy as np

from s2f_utils import SAMPLE_RATE
from s2f_utils.faces import geometry
from s2f_utils.sound import prosody


def sounds(*, seconds: float = 4.0, seed: int = 2017) -> dict[str, np.ndarray]:
    """Make sounds without speech: digital silence, a quiet room, loud white noise, and music.

    Returns
    -------
    dict
        Name → (n,) float32 samples at 16 kHz. The room lies 60 dB below full scale, the noise 20; the music
        is a chord of four plucked tones, struck twice a second.

    See notebook 04_evaluation.
    """
    count = round(seconds * SAMPLE_RATE)
    times, noise = np.arange(count) / SAMPLE_RATE, np.random.default_rng(seed).standard_normal(count)
    struck = np.exp(-6 * (times % 0.5))
    tones = [
        np.sin(2 * np.pi * pitch * harmonic * times) / harmonic**2
        for pitch in (131, 165, 196, 262)
        for harmonic in range(1, 9)
    ]
    made = {"digital silence": 0 * noise, "quiet room": 1e-3 * noise, "white noise": 0.1 * noise}
    made["music"] = 0.1 * struck * np.sum(tones, axis=0)
    return {name: sound.astype(np.float32) for name, sound in made.items()}


def openings(predict: Callable, neutral: np.ndarray, *, seed: int = 2017) -> dict[str, np.ndarray]:
    """Let a model hear `sounds`: name → (T,) mouth opening beyond the neutral face's, inter-ocular distances.

    Takes a function from a list of what ``prosody.listen`` makes to a list of (T, 68, 2) displacements, and
    a (68, 2) neutral face. See notebook 04_evaluation.
    """
    made = sounds(seed=seed)
    answers = predict([prosody.listen(sound) for sound in made.values()])
    rest = geometry.opening(neutral)
    return {
        name: geometry.opening(neutral + motion) - rest for name, motion in zip(made, answers, strict=True)
    }
