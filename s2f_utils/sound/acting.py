"""Acting: how real actors raise, strain and slow the voice in an emotion, and how takes and people differ."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

# Actors of RAVDESS whose statistics the table of acting holds: no test of what is learned from it.
ADJUSTED_TO = tuple(range(1, 13))
MEASURES = ("pitch", "spread", "level", "tilt", "length", "movement", "slope")
_COMMON = 0.35  # share of what tells actors apart that they do in every emotion
# How much an actor's effort, and the mood of a take, have to do with each measure.
_EFFORT = np.array([0.8, 0.0, 0.8, 0.5, 0.0, 0.3, 0.0])
_EFFORT_OF_TAKE = np.array([0.7, 0.0, 0.7, 0.0, 0.0, 0.0, 0.0])
# Shares of the spread between actors and between takes that are drawn: sentences and voices add their own.
_ACTORS, _TAKES = 0.6, 0.85
_FARTHEST = 2.2  # standard deviations that anybody lies from the mean
# Emotion → breath in dB above the voice's own, roughness (share of a period by which periods jitter).
_BREATH = {"calm": 3.0, "sad": 4.0, "fearful": 2.0, "angry": -2.0, "happy": -1.0}
_ROUGH = {"angry": 0.02, "disgust": 0.015, "sad": 0.01, "fearful": 0.01}


class Delivery(NamedTuple):
    """How one take is spoken, against the same person's neutral voice.

    Median pitch and spread of the pitch in semitones, level and tilt (1–5 kHz against 0.08–1 kHz) in dB,
    length in seconds, movement of the pitch in semitones a hundredth of a second, its slope in semitones a
    second, breath in dB, and roughness as a share of the period.
    """

    pitch: float
    spread: float
    level: float
    tilt: float
    length: float
    movement: float
    slope: float
    breath: float
    roughness: float


PLAIN = Delivery(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.004)


@cache
def table() -> pd.DataFrame:
    """What real actors do: a row for each (emotion, intensity).

    Mean of each of ``MEASURES`` against the actor's own neutral takes, and its spread between takes
    (``_take``) and between actors (``_actor``), in `Delivery`'s units: (15, 21). Measured on the speech of
    RAVDESS (Livingstone & Russo, 2018), actors 1 to 12. Explained in notebook 01.
    """
    path = Path(__file__).with_suffix(".csv")
    return pd.read_csv(path).set_index(["emotion", "intensity"])


def deliver(emotion: str, intensity: int, *, speaker: int, take: np.random.Generator) -> Delivery:
    """Draw how a speaker delivers one take of an emotion.

    Parameters
    ----------
    emotion, intensity
        A row of ``table``; neutral has intensity 1 alone.
    speaker
        Number of the voice: each acts each emotion in a way of their own.
    take
        Chance: no two takes are alike.

    Explained in notebook 01.
    """
    row = table().loc[(emotion, intensity)]
    habits = np.random.default_rng([13, speaker])
    common = habits.normal(size=(2, len(MEASURES)))  # of every emotion, of this one
    for _ in range(1 + list(table().index.get_level_values(0).unique()).index(emotion)):
        own = habits.normal(size=len(MEASURES))
        effort = habits.normal()
    actor = np.sqrt(_COMMON) * common[0] + np.sqrt(1 - _COMMON) * own
    actor = np.sqrt(1 - _EFFORT**2) * actor + _EFFORT * effort
    mood = np.sqrt(1 - _EFFORT_OF_TAKE**2) * take.normal(size=len(MEASURES)) + _EFFORT_OF_TAKE * take.normal()
    columns = [list(MEASURES), [f"{name}_actor" for name in MEASURES], [f"{name}_take" for name in MEASURES]]
    mean, between_actors, between_takes = (row[names].to_numpy(float) for names in columns)
    actor, mood = (np.clip(z, -_FARTHEST, _FARTHEST) for z in (actor, mood))
    values = mean + _ACTORS * between_actors * actor + _TAKES * between_takes * mood
    strength = 1.0 if intensity == 2 else 0.5
    breath = strength * _BREATH.get(emotion, 0.0) + 2.0 * own[0] + take.normal()
    rough = strength * _ROUGH.get(emotion, 0.0) * np.exp(0.5 * own[1]) + 0.004
    return Delivery(*values, breath, rough)
