"""Samples that come piece by piece are those that the whole would give, and come at once."""

import numpy as np
import pytest
import soxr

from s2f_utils import SAMPLE_RATE
from s2f_utils.live.resampling import Resampler


def in_pieces(sound: np.ndarray, rate: int, seconds: float = 0.04) -> np.ndarray:
    one, size = Resampler(rate), round(seconds * rate)
    return np.concatenate([one.hear(sound[start : start + size]) for start in range(0, len(sound), size)])


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_tone_stays_what_and_when_it_is(rate):
    def tone(per_second):
        return np.sin(2 * np.pi * 440 * np.arange(per_second) / per_second)

    changed = in_pieces(tone(rate).astype(np.float32), rate)
    middle = slice(400, len(changed) - 400)  # it begins and ends in silence
    assert np.abs(changed - tone(SAMPLE_RATE)[: len(changed)])[middle].max() < 1e-3


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_it_answers_as_a_resampler_of_whole_recordings(rate, voice):
    sound = soxr.resample(voice, 48_000, rate)
    whole, changed = soxr.resample(sound, rate, SAMPLE_RATE), in_pieces(sound, rate)
    difference = changed - whole[: len(changed)]
    assert np.sqrt(np.mean(difference**2)) < 0.01 * np.sqrt(np.mean(whole**2))


@pytest.mark.parametrize("sizes", [[1], [7, 0, 2000], [10**6]])
def test_pieces_of_any_length_give_the_same(sizes, voice):
    one, parts, start, number = Resampler(44_100), [], 0, 0
    while start < 9000:
        piece = voice[start : min(9000, start + sizes[number % len(sizes)])]
        parts.append(one.hear(piece))
        start, number = start + len(piece), number + 1
    assert np.allclose(np.concatenate(parts), in_pieces(voice[:9000], 44_100), atol=1e-6)


def test_tones_that_16_khz_cannot_hold_vanish():
    sound = np.sin(2 * np.pi * 9_000 * np.arange(48_000) / 48_000).astype(np.float32)
    assert np.abs(in_pieces(sound, 48_000)[400:-400]).max() < 1e-3


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_nothing_waits_and_what_is_kept_does_not_grow(rate):
    one, given = Resampler(rate), 0
    for piece in range(1, 200):
        given += len(one.hear(np.zeros(rate // 25, np.float32)))
        assert 0 <= piece * 0.04 * SAMPLE_RATE - given < 0.004 * SAMPLE_RATE
    assert len(one._samples) < 0.01 * rate
