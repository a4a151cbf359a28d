"""Voices repeat themselves, and their phonemes lie where they sound."""

from pathlib import Path

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.synthetic import talking_heads, voice


def test_odd_speakers_are_men_and_even_ones_women():
    def pitch(speaker):
        audio, rate, _ = voice.speak("We are all here.", speaker=speaker)
        spectrum = np.abs(np.fft.rfft(audio * np.hanning(len(audio)), 2**17)) ** 2
        echo = np.fft.irfft(spectrum)
        lags = slice(rate // 320, rate // 65)
        return rate / (lags.start + np.argmax(echo[lags]))

    men, women = ([pitch(speaker) for speaker in range(first, 25, 2)] for first in (1, 2))
    assert np.median(men) < 150 < np.median(women)


def test_speech_does_not_depend_on_what_was_said_before():
    first = voice.speak("Move the blue piano.", speaker=7)
    voice.speak("Something else altogether.", speaker=8, emotion="angry", intensity=2)
    again = voice.speak("Move the blue piano.", speaker=7)
    assert np.array_equal(first[0], again[0]) and first[2] == again[2]


def test_phonemes_lie_where_they_sound():
    audio, rate, phonemes = voice.speak("Papa saw a shop.", speaker=1)
    assert all(
        left[2] == pytest.approx(right[1]) for left, right in zip(phonemes, phonemes[1:], strict=False)
    )
    assert phonemes[-1][2] == pytest.approx(len(audio) / rate, abs=1e-3)
    bright = {}
    for symbol, start, end in phonemes:
        piece = audio[int(start * rate) : int(end * rate)]
        power = np.abs(np.fft.rfft(piece)) ** 2
        high = np.fft.rfftfreq(len(piece), 1 / rate) > 3000
        bright.setdefault(symbol.strip(voice.STRESS), power[high].sum() / max(power.sum(), 1e-12))
    assert bright["s"] > 0.5 and bright["ʃ"] > 0.2, "hissing sounds have their energy above 3 kHz"
    assert bright["ɔː"] < 0.05, "open vowels below"


def test_unspeakable_texts_are_refused():
    with pytest.raises(StudyError, match="nothing to say"):
        voice.speak("  ")
    with pytest.raises(StudyError, match="unknown"):
        voice.speak("Hello", emotion="bored")
    with pytest.raises(StudyError, match="unknown"):
        voice.speak("Hello", speaker=99)
    with pytest.raises(StudyError, match="missing"):
        talking_heads.read_truth(Path("nothing.mp4"))
