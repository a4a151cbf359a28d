"""Chance shuts the eyes and moves the head; what the mouth says stays, and one seed is one film."""

import time

import numpy as np
import pytest

from s2f_utils.talking import by_chance
from tests.samples.faces import mean_face

LIDS = ((37, 41), (38, 40), (43, 47), (44, 46))


def still(seconds: float) -> np.ndarray:
    return np.repeat(mean_face()[None], round(25 * seconds), axis=0)


def distance(points: np.ndarray, one: int, other: int) -> np.ndarray:
    return np.linalg.norm(points[:, one] - points[:, other], axis=1)


def lids(points: np.ndarray) -> np.ndarray:
    """How far each pair of lids' points is apart: (4, T)."""
    return np.stack([distance(points, *pair) for pair in LIDS])


def shut(points: np.ndarray) -> np.ndarray:
    """Frames in which all lids have met."""
    return np.flatnonzero((lids(points) < 0.05 * lids(points[:1]).max()).all(axis=0))


def test_eyes_shut_two_or_three_times_in_ten_seconds():
    moved = by_chance.move(still(600), seed=1)
    closed = shut(moved)
    assert lids(moved)[:, closed].max() < 0.02 * np.median(lids(moved))
    assert 2 < len(closed) / 60 < 3 and np.diff(closed).min() > 25


def test_lids_take_100_ms_to_shut_and_150_to_open_and_meet_low():
    face = mean_face()
    before, after = still(60), by_chance.move(still(60), seed=2)
    open_lids = np.median(lids(after), axis=1)
    for frame in shut(after)[1:-1]:
        apart = (lids(after) / open_lids[:, None]).mean(axis=0)
        assert apart[frame - 3] > 0.97 and apart[frame + 4] > 0.97, "open 120 ms before, 160 ms after"
        assert (np.diff(apart[frame - 3 : frame + 1]) < 0).all()
        assert (np.diff(apart[frame : frame + 5]) > 0).all()
        corners, line = after[frame][[36, 39, 42, 45], 1].mean(), after[frame][[37, 38, 43, 44], 1].mean()
        lower = face[[41, 40, 47, 46], 1].mean() - face[[36, 39, 42, 45], 1].mean()
        assert 0 < line - corners < lower, "under the corners of the eye, over its lower lid"
    assert np.array_equal(before, still(60)), "what was given is as it was"


def test_what_the_mouth_says_stays():
    """Seen on its own head: opening and width in units of the distance between the eyes."""
    face, opening = still(60), 0.1 + 0.1 * np.sin(np.arange(1500) / 4)
    face[:, [65, 66, 67], 1] += opening[:, None].astype(np.float32)
    loudness = np.repeat(20 * np.log10(opening + 0.01), 4)
    moved = by_chance.move(face, loudness, seed=3)
    for one, other in ((62, 66), (48, 54)):
        as_given = distance(face, one, other) / distance(face, 36, 45)
        assert np.abs(distance(moved, one, other) / distance(moved, 36, 45) / as_given - 1).max() < 0.02
    assert np.abs(moved - face).max() > 0.03


def test_the_head_sways_slowly_and_not_far():
    moved = by_chance.move(still(300), seed=4)
    nose = moved[:, 30] - moved[0, 30]
    assert 0.03 < np.ptp(nose, axis=0).min() and np.ptp(nose, axis=0).max() < 0.4
    assert np.abs(np.diff(moved[:, 27:36], axis=0)).max() < 0.02
    roll = np.degrees(np.arctan2(*(moved[:, 45] - moved[:, 36])[:, ::-1].T))
    assert 1 < np.ptp(roll) < 8
    turned = np.abs(moved[:, 30, 0] - (moved[:, 0, 0] + moved[:, 16, 0]) / 2)
    assert turned.max() > 0.02, "the nose goes farther than the ears as the head turns"


def test_the_head_nods_on_loud_syllables():
    loudness = np.full(4 * 250, -60.0)
    loudness[4 * 20 : 4 * 230 : 12] = -35  # quiet ones
    loudness[4 * 120 : 4 * 140] = -20
    plain = by_chance.move(still(10), np.full(1000, -60.0), seed=5)
    down = (by_chance.move(still(10), loudness, seed=5) - plain)[:, 30, 1]
    assert down.argmax() in range(120, 140) and down.max() > 0.01
    assert np.abs(down[:110]).max() < 0.2 * down.max()


def test_many_blinks_wait_for_pauses():
    """A speaker pauses for half a second in every three; more than a sixth of the blinks fall there."""
    pause = np.arange(25 * 600) % 75 >= 62
    moved = by_chance.move(still(600), np.repeat(np.where(pause, -70.0, -20.0), 4), seed=6)
    assert 0.35 < pause[shut(moved)].mean() < 0.8


@pytest.mark.parametrize("loudness", [-100.0, -20.0])
def test_one_seed_is_one_film(loudness):
    track = np.full(2000, loudness)
    one, again, other = (by_chance.move(still(20), track, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(one, again) and np.abs(one - other).max() > 0.02
    assert not np.array_equal(shut(one), shut(other))
    assert one.dtype == np.float32 and np.isfinite(one).all()


def test_a_single_frame_and_an_hour_are_no_trouble():
    assert by_chance.move(still(0.04), np.zeros(4), seed=1).shape == (1, 68, 2)
    start = time.perf_counter()
    moved = by_chance.move(still(3600), np.zeros(4 * 25 * 3600), seed=1)
    assert len(moved) == 25 * 3600 and time.perf_counter() - start < 30


def test_lashes_lie_around_an_open_eye_and_on_a_shut_one():
    face = mean_face()[None]
    wide = by_chance.with_lashes(face)
    assert (lids(wide) > 1.2 * lids(face)).all() and distance(wide, 36, 39) > 1.2 * distance(face, 36, 39)
    others = [index for index in range(68) if index not in range(36, 48)]
    assert np.array_equal(wide[:, others], face[:, others])
    closed = by_chance.move(still(20), seed=1)
    assert lids(by_chance.with_lashes(closed))[:, shut(closed)].max() < 0.02 * lids(face).max()
