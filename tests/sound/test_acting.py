"""Voices act as the table of real actors says, and no two takes are alike."""

import librosa
import numpy as np
import pytest

from s2f_utils.sound import acting
from s2f_utils.synthetic import voice

LINE = "We are all in the same room again."
MEASURES = list(acting.MEASURES)


def pitch(audio: np.ndarray, rate: int) -> float:
    """Median pitch of the loud moments in semitones, by YIN."""
    options = {"frame_length": 2048, "hop_length": rate // 100}
    loud = librosa.feature.rms(y=audio, **options)[0]
    hertz = librosa.yin(audio, fmin=60, fmax=600, sr=rate, **options)
    return float(12 * np.log2(np.median(hertz[loud > 0.1 * loud.max()]) / 100))


def test_many_deliveries_are_those_of_real_actors():
    """Their mean is the table's, no two takes are alike, and takes spread at least 0.6 times as much."""
    for (emotion, intensity), row in acting.table().iterrows():
        chances = [
            (speaker, np.random.default_rng([speaker, k])) for speaker in range(1, 61) for k in range(3)
        ]
        drawn = [acting.deliver(emotion, intensity, speaker=speaker, take=rng) for speaker, rng in chances]
        drawn = np.array(drawn).reshape(60, 3, -1)[..., : len(MEASURES)]
        takes, actors = (row[[f"{name}_{of}" for name in MEASURES]].to_numpy() for of in ("take", "actor"))
        off = (drawn.mean(axis=(0, 1)) - row[MEASURES].to_numpy()) / np.hypot(takes, actors)
        assert np.abs(off).max() < 0.35, (emotion, intensity)
        spread = np.sqrt(drawn.var(axis=1, ddof=1).mean(axis=0)) / takes
        assert 0.6 < spread.min() and spread.max() < 1.2, (emotion, intensity)


def test_a_take_is_always_the_same_and_no_other_is():
    def take(number: int) -> np.ndarray:
        delivery = voice.delivery_of(5, LINE, "angry", 2, take=number)
        return voice.speak(LINE, speaker=5, delivery=delivery)[0]

    one, again, other = take(1), take(1), take(2)
    assert np.array_equal(one, again) and len(one) != len(other)


def test_who_weeps_speaks_higher():
    """Judged by ear, that is by YIN: the sound, not what was asked of it."""
    higher = []
    for speaker in range(1, 25, 2):
        said = [
            voice.speak(LINE, speaker=speaker, delivery=voice.delivery_of(speaker, LINE, *how))
            for how in (("neutral", 1), ("sad", 2))
        ]
        neutral, weeping = (pitch(audio, rate) for audio, rate, _ in said)
        higher.append(weeping - neutral)
    assert np.median(higher) == pytest.approx(acting.table().loc[("sad", 2), "pitch"], abs=2.5)
    assert np.mean(np.array(higher) > 1) > 0.7
