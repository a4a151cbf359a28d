"""Lips close, open, prepare and rest as they do in people."""

import numpy as np
import pytest

from s2f_utils.synthetic import motion, voice


@pytest.mark.parametrize("speaker", [2, 13])
def test_lips_close_for_bilabials_and_open_for_vowels(speaker):
    _, _, phonemes = voice.speak("Papa may bump a map, Bob, my mum.", speaker=speaker)
    times = np.arange(0, phonemes[-1][2], float(1 / motion.FRAME_RATE))
    tracks = motion.articulate(phonemes, times)
    closed, opened = [], []
    for symbol, start, end in phonemes:
        during = tracks["opening"][(times >= start - 0.02) & (times <= end + 0.02)]
        if symbol in ("p", "b", "m"):
            closed.append(during.min())
        elif symbol.strip(voice.STRESS) in ("ɑː", "a", "æ", "ɒ", "ʌ"):
            opened.append(during.max())
    assert len(closed) >= 8 and max(closed) < 0.01
    assert len(opened) >= 3 and min(opened) > 0.08


def test_coarticulation_anticipates_rounding():
    def rounding_of_s(word):
        phonemes = [("s", 0.0, 0.12), (word, 0.12, 0.3)]
        return motion.articulate(phonemes, np.array([0.06]))["rounding"][0]

    assert rounding_of_s("uː") > rounding_of_s("iː") + 0.1


def test_mouth_rests_before_and_after_speech():
    _, _, phonemes = voice.speak("All of our oars are out.", speaker=9)
    tracks = motion.articulate(phonemes, np.array([phonemes[0][1] - 0.25, phonemes[-1][2] + 0.25]))
    assert np.all(tracks["opening"] < 0.02) and np.all(tracks["jaw"] < 0.05)


def test_breath_opens_the_mouth_before_speech():
    _, _, phonemes = voice.speak("Tea is cheap here.", speaker=9)
    seeds = (motion.breathe(phonemes, np.random.default_rng(seed)) for seed in range(20))
    breathing = [said for said in seeds if said[0][0] == voice.BREATH]
    assert 10 <= len(breathing) < 20, "mostly through the mouth, sometimes through the nose"
    for said in breathing:
        assert said[1:] == phonemes, "breath comes before the words and changes none"
        onset = phonemes[0][1]
        opening = motion.articulate(said, np.array([onset - 0.9, onset - 0.15]))["opening"]
        assert opening[0] < 0.02 and opening[1] > 0.05


def test_a_shout_opens_wider_and_a_whisper_less():
    """The same line and the same chance; so far and no farther, and the brows do not care."""
    _, _, phonemes = voice.speak("All of our oars are out.", speaker=9)
    times = np.arange(0, phonemes[-1][2], float(1 / motion.FRAME_RATE))
    how = {"emotion": "angry", "intensity": 2, "energy": 0.9}

    def act(effort: float) -> dict[str, np.ndarray]:
        rng, loudness = np.random.default_rng(1), np.full(len(times), 0.6)
        return motion.act(phonemes, loudness, times, rng, effort=effort, **how)

    whisper, usual, shout, roar, louder = (act(effort) for effort in (-5, 0, 15, 60, 90))
    for name in ("opening", "jaw"):
        peaks = [tracks[name].max() for tracks in (whisper, usual, shout, roar)]
        assert peaks == sorted(peaks) and 1.15 < peaks[2] / peaks[1] < 1.35
        assert np.array_equal(roar[name], louder[name])
    for name in (*motion.EXPRESSION, "width", "pose"):
        assert np.array_equal(usual[name], shout[name])
