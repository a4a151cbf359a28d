"""Voices repeat themselves, and their phonemes lie where they sound."""

from pathlib import Path

import librosa
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
    angry = voice.delivery_of(8, "Something else altogether.", "angry", 2)
    voice.speak("Something else altogether.", speaker=8, delivery=angry)
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


def test_voices_go_on_where_faces_end():
    """Beyond 24 they are drawn, no two alike; neutral speech is as loud as the voice is told to be."""
    voices = [voice.voice_of(speaker) for speaker in range(1, 200)]
    assert len(set(voices)) == len(voices)
    for speaker in (2, 25, 1000):
        audio, rate, _ = voice.speak("We are all here.", speaker=speaker)
        (power,) = librosa.feature.rms(y=audio, frame_length=rate // 40, hop_length=rate // 100) ** 2
        level = 10 * np.log10(power[power > 1e-3 * power.max()].mean())
        assert level == pytest.approx(voice.voice_of(speaker).level, abs=0.5)


@pytest.mark.parametrize("rate", [20_700, 22_700])
def test_a_recording_keeps_the_time_of_what_is_said(rate):
    """A click after a second is heard a second after the lead, whatever the voice's own rate is."""
    clicks = np.zeros(3 * rate, np.float32)
    clicks[[rate, 2 * rate]] = 0.5
    dry = voice.record(clicks, rate, np.random.default_rng(0), lead=0.5, seconds=4.0, level=-40, dry=True)
    heard = np.abs(dry)
    at = [start + heard[start : start + voice.RATE].argmax() for start in (voice.RATE, 2 * voice.RATE)]
    assert len(dry) == 4 * voice.RATE
    assert np.array(at) / voice.RATE == pytest.approx([1.5, 2.5], abs=2e-4)


def test_rooms_are_as_loud_for_who_shouts():
    """Noise lies 22 to 48 dB under a person's usual level, whatever this take's is."""
    floors = []
    for seed in range(8):
        for gain in (1, 10):
            rng = np.random.default_rng(seed)
            tone = gain * 0.01 * np.sin(np.arange(voice.RATE) / 10)
            room = voice.record(tone, voice.RATE, rng, lead=0.5, seconds=2.0, level=-40)
            floors.append(20 * np.log10(room[: voice.RATE // 2].std()))
    whispered, shouted = np.array(floors).reshape(-1, 2).T
    assert np.allclose(whispered, shouted, atol=0.01)
    assert -88.5 < whispered.min() and whispered.max() < -61.5


def test_unspeakable_texts_are_refused():
    with pytest.raises(StudyError, match="nothing to say"):
        voice.speak("  ")
    for emotion, intensity in (("bored", 1), ("sad", 3)):
        with pytest.raises(StudyError, match="unknown"):
            voice.delivery_of(1, "Hello", emotion, intensity)
    with pytest.raises(StudyError, match="unknown"):
        voice.speak("Hello", speaker=0)
    with pytest.raises(StudyError, match="missing"):
        talking_heads.read_truth(Path("nothing.mp4"))
