"""Pieces of sound become the faces that the whole would give, with their moments, and never late for long."""

import threading

import numpy as np
import pytest
import soxr

from s2f_utils import FRAME_RATE
from s2f_utils.live.pieces import BEHIND, TOO_FAR, Pieces
from s2f_utils.live.stream import Stream

BEGUN = 1_000_000.0  # milliseconds of some clock at which sound begins


def add(pieces: Pieces, sound: np.ndarray, rate: int, seconds: float = 0.04, first: float = 0.0) -> None:
    """Hand over a sound that began ``first`` seconds after the beginning."""
    size = round(seconds * rate)
    for start in range(0, len(sound), size):
        piece = sound[start : start + size]
        pieces.add(piece, BEGUN + 1000 * (first + (start + len(piece)) / rate))


def answers(pieces: Pieces, sound: np.ndarray, rate: int) -> list:
    """Answer every piece as soon as it is there."""
    found, size = [], rate // 25
    for start in range(0, len(sound), size):
        add(pieces, sound[start : start + size], rate, first=start / rate)
        found.append(pieces.answer(patience=1))
    return found


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_faces_are_those_of_the_whole_sound(model, voice, spoken, rate):
    found = answers(Pieces(Stream(model), rate), soxr.resample(voice, 48_000, rate), rate)
    motion, whole = np.concatenate([one.motion for one in found]), Stream(model).hear(spoken)
    assert len(whole) - 1 <= len(motion) <= len(whole)
    assert np.abs(motion - whole[: len(motion)]).max() < 0.02 * np.abs(whole).max()
    assert all(one.spent > 0 for one in found)


def test_a_face_knows_when_it_was_said(model, voice):
    """In the middle of its frame; and it comes a frame for each piece, if the first ends where it should."""
    pieces, rate = Pieces(Stream(model), 48_000), 48_000
    first = round(0.046 * rate)
    add(pieces, voice[:first], rate, seconds=1)
    pieces.answer(patience=1)
    found = []
    for start in range(first, len(voice) - 1920, 1920):
        add(pieces, voice[start : start + 1920], rate, first=start / rate)
        answer = pieces.answer(patience=1)
        found += [(moment, start + 1920) for moment in answer.moments]
        assert len(answer.motion) == len(answer.moments) == (1 if found else 0)
    moments = np.array([moment for moment, _ in found])
    assert np.allclose(moments, BEGUN + 40 * (np.arange(len(found)) + 0.5), atol=0.01)
    ages = [BEGUN + end / 48 - moment for moment, end in found]
    least = 1000 * 3 / FRAME_RATE + 42.5 - 20 + 3  # the network's delay, its window, and the resampler's
    assert least <= min(ages) <= max(ages) < least + 2


def test_who_is_behind_hears_all_and_shows_the_newest(model, voice):
    late, prompt = Pieces(Stream(model), 48_000), Pieces(Stream(model), 48_000)
    half = len(voice) // 2
    usual = answers(prompt, voice, 48_000)
    answers(late, voice[:half], 48_000)
    wait = round((BEHIND + 0.3) * 48_000 / 1920) * 1920
    add(late, voice[half : half + wait], 48_000, first=half / 48_000)
    caught = late.answer(patience=1)
    assert len(caught.motion) == 1
    until = (half + wait) // 1920
    assert np.allclose(caught.motion[-1], usual[until - 1].motion[-1], atol=1e-5)
    assert caught.moments[-1] == pytest.approx(usual[until - 1].moments[-1])
    add(late, voice[half + wait : half + wait + 1920], 48_000, first=(half + wait) / 48_000)
    assert np.allclose(late.answer(patience=1).motion, usual[until].motion, atol=1e-5)


def test_sound_that_comes_faster_than_it_is_heard_is_left_out(model, voice):
    """And faces keep their moments: those after the gap belong to what was said after it."""
    pieces = Pieces(Stream(model), 48_000)
    answers(pieces, voice[:48_000], 48_000)
    add(pieces, np.tile(voice, 2), 48_000, first=1)
    assert len(voice) * 2 / 48_000 > TOO_FAR
    caught = pieces.answer(patience=1)
    assert len(caught.motion) == 1 and pieces._heard <= (1 + BEHIND) * 48_000
    now = 1 + len(voice) * 2 / 48_000
    add(pieces, voice[:1920], 48_000, first=now)
    assert (pieces.answer(patience=1).moments > BEGUN + 1000 * (now - 0.3)).all()


def test_one_piece_that_is_much_too_long_is_left_out(model, voice):
    pieces = Pieces(Stream(model), 48_000)
    pieces.add(np.tile(voice, 2), BEGUN)
    assert len(pieces.answer(patience=1).motion) == 0


def test_numbers_that_are_none_do_not_stay_for_ever(model, voice):
    pieces = Pieces(Stream(model), 48_000)
    broken = voice[:96_000].copy()
    broken[::1000], broken[1::1000], broken[2::1000] = np.nan, np.inf, -1e30
    motion = np.concatenate([one.motion for one in answers(pieces, broken, 48_000)])
    assert len(motion) > 40 and np.isfinite(motion).all()


def test_nobody_waits_for_ever(model):
    pieces = Pieces(Stream(model), 48_000)
    assert pieces.answer(patience=0.01) is None
    threading.Timer(0.1, pieces.close).start()
    assert pieces.answer(patience=60) is None


@pytest.mark.parametrize("rate", [0, -48_000, 10**9])
def test_a_rate_that_no_browser_has_is_refused(model, rate):
    with pytest.raises(ValueError, match="no sound that a browser brings"):
        Pieces(Stream(model), rate)
