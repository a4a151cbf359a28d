"""Spectra and speech against closed formulas."""

import librosa
import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.sound import speech
from tests.samples.clips import take


def test_audible_is_within_30_db_of_the_loud_moments_and_above_the_noise():
    level = np.repeat(np.array([-90.0, -49, -51, -20, -20, -20], np.float32), 40)
    heard = speech.audible(level).reshape(6, 10).all(axis=1)
    assert heard.tolist() == [False, True, False, True, True, True]
    noisy = np.repeat(np.array([-30.0, -20], np.float32), 40)
    assert speech.audible(noisy).tolist() == [False] * 10 + [True] * 10


def sine(frequency: float, *, rate: int = 16_000, seconds: float = 1.0, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * frequency * np.arange(round(rate * seconds)) / rate)).astype(
        np.float32
    )


def test_four_columns_for_each_frame():
    audio = sine(300, seconds=2)
    assert speech.log_mel(audio).shape == (200, 40)
    assert speech.log_mel(audio, n_frames=53).shape == (212, 40)
    assert speech.loudness(audio, n_frames=53).shape == (212,)


@pytest.mark.parametrize("frequency", [200, 500, 1000, 3000, 6000])
def test_a_tone_lights_up_its_mel_band(frequency):
    """Band edges lie equally spaced on Slaney's mel scale between 60 and 7600 Hz."""

    def mel(hertz):
        return hertz / (200 / 3) if hertz < 1000 else 15 + 27 * np.log(hertz / 1000) / np.log(6.4)

    band = (mel(frequency) - mel(60)) / (mel(7600) - mel(60)) * 41 - 1
    loudest = speech.log_mel(sine(frequency))[20:-20].mean(axis=0).argmax()
    assert abs(loudest - band) <= 1


def test_log_mel_is_that_of_librosa():
    """All but its first columns: librosa's pre-emphasis begins with a step."""
    noise = np.random.default_rng(2).normal(0, 0.1, 16_000 * 25).astype(np.float32)
    options = {"sr": 16_000, "n_fft": 512, "win_length": 400, "hop_length": 160, "pad_mode": "reflect"}
    power = librosa.feature.melspectrogram(
        y=librosa.effects.preemphasis(noise, coef=0.97), n_mels=40, fmin=60, fmax=7600, **options
    )
    expected = np.log(power[:, :-1] + 1e-10).T
    found = speech.log_mel(np.pad(noise, (0, 640)))[: len(expected)]
    assert np.allclose(found[2:-10], expected[2:-10], atol=1e-3)


def test_ten_times_the_amplitude_is_twenty_decibels():
    quiet, loud = (speech.loudness(sine(440, level=level))[5:-5] for level in (0.05, 0.5))
    assert np.allclose(loud - quiet, 20, atol=0.01)
    assert np.allclose(loud, 20 * np.log10(0.5 / np.sqrt(2)), atol=0.1)


def test_a_click_lies_in_its_column():
    audio = np.zeros(16_000, np.float32)
    audio[8_000] = 1
    assert speech.log_mel(audio).max(axis=1).argmax() == 50


def test_the_empty_ends_of_a_sound_track_are_no_silence():
    """A codec's lead-in, and sound that ends 22 ms before the pictures: neither a click nor a silent room."""
    room = np.random.default_rng(1).normal(0, 0.01, 16_000).astype(np.float32)
    whole = speech.log_mel(room).mean(axis=1)
    recorded = speech.log_mel(np.pad(room[160:-352], (160, 0)), n_frames=25).mean(axis=1)
    assert whole.min() - 0.5 < recorded.min() and recorded.max() < whole.max() + 0.5
    assert np.allclose(recorded[5:-8], whole[5:-8], atol=1e-3)


def test_silence_that_was_recorded_stays():
    audio = np.concatenate([np.zeros(8_000, np.float32), sine(440, seconds=0.5)])
    spectrum = speech.log_mel(audio)
    assert np.allclose(spectrum[:48], np.log(1e-10), atol=1e-3)
    assert np.isfinite(speech.log_mel(sine(440, seconds=0.03), n_frames=4)).all()


def test_2017_silence_is_one_bright_constant():
    """Silence became −1: a sum of 128 of them in the lowest bin, nothing elsewhere."""
    spectrum = speech.fft_2017(np.zeros(48_000, np.float32), n_frames=25).astype(float)
    assert spectrum.shape == (25, 65, 23)
    assert np.all(spectrum[:, 0] == 128) and np.all(spectrum[:, 1:] == 0)


def test_2017_tone_lies_in_its_bin():
    spectrum = speech.fft_2017(sine(3000, rate=48_000), n_frames=25, keep_offset=False).astype(float)
    middle = spectrum[12, :, 11]
    assert middle.argmax() == 8  # 3000 Hz / 375 Hz
    assert abs(middle[8] - 0.5 * 128 / 2) < 0.5


@pytest.mark.parametrize("audio", [np.zeros(16_000), np.full(16_000, 1e-5), np.zeros(0)])
def test_silence_is_refused(audio):
    with pytest.raises(StudyError, match=r"a\.wav.*silence"):
        speech.require_sound(audio.astype(np.float32), "a.wav")


def test_delay_lets_sound_begin_later():
    """One frame is 640 samples at 16 kHz; what lies before a later sound is the sound itself, to and fro."""
    sound = np.arange(16_000, dtype=np.float32)
    later, earlier = speech.delayed(sound, 2), speech.delayed(sound, -2)
    assert np.array_equal(later[1280:], sound) and np.array_equal(earlier, sound[1280:])
    assert later[1279] == sound[0] and later[:1280].max() < 640
    assert np.array_equal(speech.delayed(sound, 0), sound)


def test_speech_is_found_where_it_is():
    assert speech.speech_span(take(80, 12, 61)["loudness"]) == (12, 61)
