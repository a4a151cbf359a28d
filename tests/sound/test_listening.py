"""Sounds to learn by, against closed formulas."""

import numpy as np
import pytest

from s2f_utils import SAMPLE_RATE
from s2f_utils.recordings import soundtrack
from s2f_utils.sound import listening, speech
from tests.samples.sounds import tone


def loudest(audio: np.ndarray, rate: int) -> float:
    """Frequency in Hz at which a sound is strongest."""
    power = np.abs(np.fft.rfft(audio * np.hanning(len(audio))))
    return np.fft.rfftfreq(len(audio), 1 / rate)[power.argmax()]


@pytest.mark.parametrize(
    ("frequency", "heard"), [(700, 700), (1900, 1900), (2600, 1400), (3700, 300), (4400, 400), (7100, 900)]
)
def test_a_tone_comes_back_at_its_distance_from_the_rate(frequency, heard):
    """One sample in four of 16 kHz: f, |f - 4000| or |f - 8000|, whichever is under 2000 Hz."""
    assert listening.alias(frequency, 4000) == heard
    assert abs(loudest(tone(frequency)[::4], 4000) - heard) <= 1


@pytest.mark.parametrize("frequency", [2600, 3700, 7100])
def test_behind_a_low_pass_nothing_comes_back(frequency):
    slow = soundtrack.resample(tone(frequency), SAMPLE_RATE, 4000)[200:-200]
    assert np.abs(slow).max() < 0.005


def test_the_tone_rises_evenly_and_its_alias_comes_down():
    rising = listening.rising_tone(8000, seconds=2)
    assert len(rising) == 2 * SAMPLE_RATE and np.abs(rising).max() <= 0.5
    for slow in (1, 4):
        rate = SAMPLE_RATE // slow
        levels = listening.spectrogram(rising[::slow], rate)
        columns = np.array([30, 70, 110, 150, 190, 230])
        seen = levels[:, columns].argmax(axis=0) * 125 / 4
        folded = np.abs((columns * 32 + rate // 2) % rate - rate // 2)  # 4000 Hz a second, 1/125 s a column
        assert np.abs(seen - folded).max() <= 125 / 4


def test_a_tone_stands_at_its_frequency_and_silence_on_the_floor():
    levels = listening.spectrogram(np.concatenate([tone(3000), np.zeros(SAMPLE_RATE, np.float32)]))
    assert levels.shape[0] == 257 and levels[:, 60].argmax() == 96 and levels.max() == 0
    assert np.allclose(levels[:, 200], -60)


def test_the_loud_part_is_found():
    audio = np.concatenate([tone(200) * 0.1, tone(300), tone(200) * 0.1])
    assert np.array_equal(listening.excerpt(audio, seconds=1), audio[SAMPLE_RATE : 2 * SAMPLE_RATE])
    assert np.array_equal(listening.excerpt(audio, seconds=9), audio)


def test_a_piece_fades_in_and_out_and_stops_where_the_sound_does():
    audio = np.ones(SAMPLE_RATE, np.float32)
    cut = listening.piece(audio, 0.5, reach=0.1)
    assert len(cut) == 3200 and cut[0] == cut[-1] == 0 and np.all(cut[160:-160] == 1)
    assert len(listening.piece(audio, 0.05, reach=0.1)) == 2400 and audio.min() == 1


@pytest.mark.parametrize("frequency", [250, 900, 3000])
def test_the_mel_bands_keep_a_tone_within_their_width(frequency):
    """What comes back from 40 bands is the same to whoever hears 40 bands, however it is cut."""
    log_mel = speech.log_mel(tone(frequency, 0.8))
    again = listening.from_log_mel(log_mel, seed=1)
    assert len(again) == 12_800 and np.array_equal(again, listening.from_log_mel(log_mel, seed=1))
    centres = speech.mel_centres()
    assert (
        abs(loudest(again, SAMPLE_RATE) - frequency)
        < 2 * np.diff(centres)[np.searchsorted(centres, frequency)]
    )
    back = speech.log_mel(again)[10:-10]
    heard = log_mel[10:-10] > log_mel.max() - 4
    assert np.abs((back - log_mel[10:-10])[heard]).mean() < 0.5


def test_players_name_their_sounds_and_play_slow_ones_faster():
    page = listening.players({"a < b": (tone(500)[::4], 4000), "all": (tone(500), SAMPLE_RATE)}).data
    assert page.count("<audio controls") == 2 and "a &lt; b" in page
    assert page.count("data:audio/wav;base64,") == 2
