"""A voice is bent to what is asked, and keeps its vowels."""

import librosa
import numpy as np
import pytest
from scipy import ndimage, signal

from s2f_utils.sound import acting, bending
from s2f_utils.synthetic import voice

RATE = 22_050
LINE = "We are all in the same room again."


@pytest.fixture(scope="module")
def vowel() -> np.ndarray:
    """A synthetic a: harmonics of 120 Hz, which wanders, under three formants that do not."""
    times = np.arange(int(1.5 * RATE)) / RATE
    hertz = 120 * 2 ** (np.sin(2 * np.pi * 1.5 * times) / 6)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    sound, resonances = np.zeros(len(times)), ((700, 90), (1200, 110), (2600, 150))
    for k in range(1, 40):
        gain = sum(1 / np.sqrt(1 + ((k * hertz - f) / width) ** 2) for f, width in resonances)
        sound += gain * np.sin(k * phase) / np.sqrt(k)
    return (0.1 * sound).astype(np.float32)


def pitch(audio: np.ndarray, rate: int = RATE) -> float:
    """Median pitch of the loud moments in semitones, by YIN."""
    options = {"frame_length": 2048, "hop_length": rate // 100}
    loud = librosa.feature.rms(y=audio, **options)[0]
    hertz = librosa.yin(audio, fmin=60, fmax=600, sr=rate, **options)
    return float(12 * np.log2(np.median(hertz[loud > 0.1 * loud.max()]) / 100))


def formants(audio: np.ndarray) -> np.ndarray:
    """The spectrum between 300 and 3500 Hz in dB, so smooth that harmonics do not show."""
    hertz, power = signal.welch(audio, RATE, nperseg=4096)
    smooth = 10 * np.log10(ndimage.gaussian_filter1d(power, 150 / hertz[1]))
    smooth = smooth[(hertz > 300) & (hertz < 3500)]
    return smooth - smooth.mean()


def tilt(audio: np.ndarray, rate: int) -> float:
    """Power of 1–5 kHz against what lies below in dB, mean over windows within 30 dB of the loudest."""
    window = rate // 40
    hertz, _, power = signal.spectrogram(audio, rate, nperseg=window, noverlap=window - rate // 100)
    power = power[:, power.sum(axis=0) > 1e-3 * np.percentile(power.sum(axis=0), 95)]
    high, low = (power[(hertz >= a) & (hertz < b)].sum(axis=0) for a, b in ((1000, 5000), (80, 1000)))
    return float(np.mean(10 * np.log10(high / low)))


def bent(audio: np.ndarray, *, stretch: float = 1.0, **delivery: float) -> np.ndarray:
    wanted = acting.PLAIN._replace(**delivery)
    return bending.bend(audio, RATE, wanted, stretch=stretch, rng=np.random.default_rng(0))


@pytest.mark.parametrize("semitones", [-3, 4, 10])
@pytest.mark.parametrize("stretch", [0.8, 1.3])
def test_melody_and_tempo_change_and_the_vowel_does_not(vowel, semitones, stretch):
    """The same pitch made by playing faster moves the formants; this must not."""
    higher = bent(vowel, pitch=semitones, stretch=stretch, movement=-0.2)  # without moves by chance
    assert pitch(higher) - pitch(vowel) == pytest.approx(semitones, abs=0.7)
    assert len(higher) / len(vowel) == pytest.approx(stretch, abs=1e-3)
    faster = signal.resample(vowel, round(len(vowel) / 2 ** (semitones / 12)))
    moved, kept = ((formants(sound) - formants(vowel)).std() for sound in (faster, higher))
    assert kept < 0.3 < 3 < moved


def test_a_voice_rises_and_falls_as_asked(vowel):
    """Thirteen semitones a second apart over a second and a half, and a wider melody."""
    ends = {}
    for slope in (-5, 8):
        hertz = librosa.yin(bent(vowel, slope=slope), fmin=60, fmax=600, sr=RATE)
        ends[slope] = np.polyfit(np.arange(len(hertz)) * 512 / RATE, 12 * np.log2(hertz / 100), 1)[0]
    assert ends[8] - ends[-5] == pytest.approx(13, abs=1.5)
    wide, narrow = (
        np.log2(librosa.yin(bent(vowel, slope=5.3, spread=spread), fmin=60, fmax=600, sr=RATE)).std()
        for spread in (2.0, -1.0)
    )
    assert wide > 1.5 * narrow


def test_what_has_no_voice_keeps_its_tempo():
    """A whisper cannot be bent; what is told about its length is true all the same."""
    noise = np.random.default_rng(0).normal(0, 0.05, RATE).astype(np.float32)
    sound, stretch = bending.perform(noise, RATE, acting.PLAIN._replace(pitch=5, length=0.4))
    assert np.array_equal(sound, noise) and stretch == 1


@pytest.mark.parametrize("speaker", [3, 10])
@pytest.mark.parametrize("decibels", [-4, 9])
def test_effort_tilts_the_spectrum(speaker, decibels):
    plain, rate, _ = voice.speak(LINE, speaker=speaker)
    strained = bending.strain(plain, plain, rate, acting.PLAIN._replace(tilt=decibels))
    assert tilt(strained, rate) - tilt(plain, rate) == pytest.approx(decibels, abs=0.5)


def test_levels_and_tilts_are_those_of_known_tones():
    """A sine of amplitude 0.1 lies 23 dB below full scale; silence beside it does not count."""
    times = np.arange(RATE) / RATE
    low, high = (np.sin(2 * np.pi * hertz * times) for hertz in (400, 2000))
    assert bending.level(np.append(0.1 * low, 0 * low), RATE) == pytest.approx(-23.0, abs=0.2)
    assert bending.tilt(0.1 * low + 0.01 * high, RATE) == pytest.approx(-20, abs=0.5)


def test_a_delivery_is_heard_in_level_and_length():
    plain, rate, _ = voice.speak(LINE, speaker=3)
    loud = voice.speak(LINE, speaker=3, delivery=acting.PLAIN._replace(level=12))[0]
    slow = voice.speak(LINE, speaker=3, delivery=acting.PLAIN._replace(length=0.5))[0]
    rms = [np.sqrt(np.mean(sound**2)) for sound in (plain, loud)]
    assert 20 * np.log10(rms[1] / rms[0]) == pytest.approx(12, abs=0.5)
    # Asked for on lines of 1.6 seconds, half a second is somewhat more on a longer one.
    assert 0.5 <= (len(slow) - len(plain)) / rate < 0.75
