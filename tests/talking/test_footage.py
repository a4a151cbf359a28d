"""A film's own frames come back, each with another mouth: what is said moves that, and nothing else."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image

from s2f_utils import StudyError
from s2f_utils.faces import geometry, tracking
from s2f_utils.recordings import encode, media
from s2f_utils.synthetic import portrait
from s2f_utils.talking import animate, footage
from tests.samples.faces import grey_like

JAW = [*range(5, 12), *range(55, 60), 65, 66, 67]
NOTHING = np.zeros((137, 136), np.float32)  # every face is at rest as it is


def moving_head(frames: int = 30) -> list[np.ndarray]:
    """A drawn head that leans to and fro and moves to the right, before a ground of noise that changes."""
    face = Image.fromarray(portrait.portrait_of(2, size=240))
    random, shown = np.random.default_rng(0), []
    for frame in range(frames):
        whole = random.integers(100, 156, (320, 440, 3), np.uint8)
        turned = np.asarray(face.rotate(4 * np.sin(frame / 5), Image.Resampling.BICUBIC))
        whole[40:280, 60 + frame : 300 + frame] = turned
        shown.append(whole)
    return shown


@pytest.fixture(scope="module")
def head(tmp_path_factory):
    """Who is in such a film, and its frames as they are read."""
    path = tmp_path_factory.mktemp("film") / "head.mp4"
    encode.write_video(path, moving_head(), quality=10)
    return animate.person_in(path, size=64, learned=NOTHING, moving=True), list(media.read_frames(path))


def drop(frames: int, by: float = 0.12) -> np.ndarray:
    """A jaw that falls and rises twice a second."""
    motion = np.zeros((frames, 68, 2), np.float32)
    motion[:, JAW, 1] = by * (0.5 - 0.5 * np.cos(np.arange(frames) / 25 * 4 * np.pi))[:, None]
    return motion


def test_a_short_film_plays_to_and_fro():
    assert footage.to_and_fro(3, 8).tolist() == [0, 1, 2, 2, 1, 0, 0, 1]
    assert footage.to_and_fro(5, 2).tolist() == [0, 1] and footage.to_and_fro(1, 3).tolist() == [0, 0, 0]


def test_frames_are_the_films_own_but_for_the_mouth(head):
    """To the last grey level from brows to nose, and off the head; to and fro as long as it is spoken."""
    person, frames = head
    motion = drop(70)
    shown = list(animate.draw(np.zeros(70 * 640), motion, person, None).photograph)
    assert len(shown) == 70
    for index, picture in enumerate(shown):
        number = index if index < 30 else 59 - index if index < 60 else index - 60
        points = tracking.find(frames[number])
        upper, head = (np.zeros(picture.shape[:2], np.uint8) for _ in range(2))
        cv2.fillConvexPoly(upper, cv2.convexHull(points[17:48].round().astype(np.int32)), 1)
        radius = round(2.7 * float(np.linalg.norm(points[36] - points[45])))
        cv2.circle(head, points[33].round().astype(int).tolist(), radius, 1, -1)
        changed = (picture != frames[number]).any(axis=2)
        assert not changed[cv2.erode(upper, np.ones((7, 7))) > 0].any() and not changed[head == 0].any()
        if motion[index].max() > 0.05:
            assert changed.sum() > 1000, "the mouth moves"


def test_head_and_mouth_do_what_is_asked_as_a_tracker_sees_it(head):
    person, frames = head
    motion = drop(50)
    shown = list(animate.draw(np.zeros(50 * 640), motion, person, None).photograph)
    seen, _ = tracking.track(shown)
    filmed, _ = tracking.track(frames)
    filmed = filmed[footage.to_and_fro(30, 50)]
    off = np.abs(seen[:, list(geometry.RIGID)] - filmed[:, list(geometry.RIGID)])
    assert off.mean() < 0.5, "pixels: the head is held as it was filmed"
    opening = geometry.opening(geometry.remove_pose(seen))
    assert np.corrcoef(opening, motion[:, 66, 1])[0, 1] > 0.95


def test_chance_moves_nobody_who_was_filmed(head):
    person, _ = head
    plain, chance = (
        animate.draw(np.zeros(640 * 30), drop(30), person, None, seed=seed) for seed in (None, 1)
    )
    assert np.array_equal(plain.shown, chance.shown)
    filmed = np.stack([photo.landmarks for photo in person.shots.photos])
    assert np.array_equal(plain.shown[:, 17:48], filmed[:, 17:48])
    assert np.array_equal(plain.landmarks, person.neutral + plain.motion)


def test_a_mouth_that_spoke_in_the_film_says_something_else(clips):
    """Somebody of GRID whose lips follow another clip of theirs, and hardly their own words."""
    spoken = {}
    for name in ("bbal7s", "bgwb5s"):
        points, _ = tracking.track(media.read_frames(clips / "grid" / "s1" / f"{name}.mpg"))
        spoken[name] = geometry.smooth(geometry.remove_pose(points))
    own, other = spoken.values()
    person = animate.person_in(clips / "grid" / "s1" / "bbal7s.mpg", size=64, moving=True)
    motion = other - geometry.neutral(other)
    seen, detected = tracking.track(animate.draw(np.zeros(48_000), motion, person, None).photograph)
    assert detected.all()
    opening, asked, filmed = map(geometry.opening, (geometry.remove_pose(seen), other, own))
    assert np.corrcoef(opening, asked)[0, 1] > 0.8
    shares = np.linalg.lstsq(np.column_stack([asked, filmed, np.ones(75)]), opening)[0]
    assert abs(shares[1]) < 0.25 * shares[0]


def test_a_film_is_used_until_its_face_is_lost(tmp_path, capsys):
    """Not for a few frames, which are filled; too early, it is no film of a face."""
    face = moving_head()
    for name, frames, said in (
        ("gap", face[:16] + grey_like(face[:3]) + face[19:], ""),
        ("late", grey_like(face[:10]) + face, ""),
        (
            "lost",
            face + grey_like(face[:10]) + face,
            "used up to 1.2 s, where the face is hidden, cut off or turned away",
        ),
    ):
        encode.write_video(tmp_path / f"{name}.mp4", frames)
        person = animate.person_in(tmp_path / f"{name}.mp4", size=64, moving=True)
        printed = capsys.readouterr().out
        assert len(person.shots.photos) == 30 and said in printed and bool(printed) == bool(said), name
    encode.write_video(tmp_path / "early.mp4", face[:8] + grey_like(face))
    with pytest.raises(StudyError, match=r"early.mp4: the face is hidden, cut off or turned away at 0.3 s"):
        animate.person_in(tmp_path / "early.mp4", size=64, moving=True)


def test_a_film_is_used_up_to_its_first_cut(tmp_path, capsys):
    """To somebody else, or where the same person sits elsewhere; a flash is no cut, nor is a quick turn."""
    face, other = moving_head(), [np.ascontiguousarray(one[:, ::-1]) for one in moving_head()[::-1]]
    elsewhere = [np.roll(one, -40, axis=1) for one in face[::-1]]
    flash = [np.minimum(one, 155) + 100 if index == 12 else one for index, one in enumerate(face)]
    quick = [np.roll(one, int(60 * np.sin(index / 4)), axis=1) for index, one in enumerate(face)]
    cut = "used up to 1.2 s, where the picture changes"
    for name, frames, said in (
        ("other", face + other, cut),
        ("elsewhere", face + elsewhere, cut),
        ("flash", flash, ""),
        ("quick", quick, ""),
    ):
        encode.write_video(tmp_path / f"{name}.mp4", frames)
        person = animate.person_in(tmp_path / f"{name}.mp4", size=64, moving=True)
        printed = capsys.readouterr().out
        assert len(person.shots.photos) == 30 and said in printed and bool(printed) == bool(said), name
    encode.write_video(tmp_path / "early.mp4", face[:20] + other)
    with pytest.raises(StudyError, match=r"early.mp4: the picture changes at 0.8 s; choose a film without"):
        animate.person_in(tmp_path / "early.mp4", size=64, moving=True)
    assert animate.person_in(tmp_path / "early.mp4", size=64).shots is None


def test_cuts_between_people_of_grid_are_found_and_nothing_within(clips):
    films = [list(media.read_frames(path)) for path in sorted((clips / "grid").glob("s[12]?/*.mpg"))]
    for one, other in pairwise(films):
        assert footage._cut(footage._picture_changes(one + other), footage._OTHER_PICTURE) == 75
        points, _ = tracking.track(one)
        assert footage._cut(footage._face_moves(points), footage._OTHER_PLACE) == 75


def test_a_film_of_a_few_frames_is_a_photograph(tmp_path):
    encode.write_video(tmp_path / "a.mp4", moving_head(footage.SHORTEST - 1))
    person = animate.person_in(tmp_path / "a.mp4", size=64, moving=True)
    assert person.shots is None and person.photo is not None


def test_what_trembles_in_the_tracker_hardly_does_in_the_film():
    """A still head, whose landmarks are missed by a pixel each: they are steadier, what is asked is still."""
    (still,) = moving_head(1)
    points = tracking.find(still) + np.random.default_rng(0).normal(0, 1, (60, 68, 2)).astype(np.float32)
    shots = footage.of([still] * 60, points, NOTHING)
    known = np.stack([photo.landmarks for photo in shots.photos])

    def trembling(faces: np.ndarray) -> float:
        return float(np.diff(faces[:, 48:], axis=0).std())

    shaken = trembling(geometry.remove_pose(points))
    assert trembling(known) < 0.7 * shaken
    assert trembling(shots.asked(np.zeros((60, 68, 2)))) < 0.2 * shaken


def test_who_opens_the_mouth_in_the_film_has_it_shut_at_rest():
    shut, wide = portrait.portrait_of(2, size=300), portrait.portrait_of(2, size=300, phoneme="ɑ")
    points = np.stack([tracking.find(one) for one in [*[shut] * 5, *[wide] * 10, *[shut] * 5]])
    shots = footage.of([shut] * 20, points, None)
    asked = shots.asked(np.zeros((20, 68, 2)))
    assert np.ptp(geometry.opening(geometry.remove_pose(points))) > 0.05
    assert geometry.opening(asked).max() < 0.03
