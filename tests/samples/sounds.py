"""Tones, and what is known about two clips in which somebody speaks."""

import numpy as np

from s2f_utils import SAMPLE_RATE


def tone(frequency: float, seconds: float = 1.0) -> np.ndarray:
    times = np.arange(round(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    return (0.5 * np.sin(2 * np.pi * frequency * times)).astype(np.float32)


TIMES = np.arange(0, 2, 1 / 30)


TRUTHS = {
    "one": {
        "times": TIMES,
        "opening": TIMES / 10,
        "phonemes": np.array(["_", "ˈuː", "t", "ˌɑː"]),
        "starts": np.array([0.0, 0.2, 0.5, 0.6]),
        "ends": np.array([0.2, 0.5, 0.6, 0.9]),
    },
    "two": {
        "times": TIMES,
        "opening": np.full_like(TIMES, 0.01),
        "phonemes": np.array(["t", "p", "a", "t"]),
        "starts": np.array([0.1, 0.2, 0.3, 0.5]),
        "ends": np.array([0.2, 0.3, 0.5, 0.6]),
    },
}
