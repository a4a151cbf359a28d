"""The photograph talks: it moves where it is asked to, and nothing else of it changes."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from s2f_utils.faces import geometry, tracking
from s2f_utils.synthetic import portrait
from s2f_utils.talking import animate, by_chance, compositing

JAW = [*range(5, 12), *range(55, 60), 65, 66, 67]


@pytest.fixture(scope="module")
def person(tmp_path_factory):
    """A drawn portrait that leans by 15 degrees in a larger picture of noise."""
    turned = Image.fromarray(portrait.portrait_of(2, size=300)).rotate(15, Image.Resampling.BICUBIC)
    whole = np.random.default_rng(1).integers(100, 156, (500, 640, 3), np.uint8)
    whole[90:390, 200:500] = np.asarray(turned)
    path = tmp_path_factory.mktemp("photo") / "whole.png"
    Image.fromarray(whole).save(path)
    return animate.person_in(path, size=64)


def pictures(person, asked, painted=None):
    return np.stack(list(compositing.film(person.photo, person.neutral, np.stack(asked), painted)))


def opened(person, by: float) -> np.ndarray:
    points = person.neutral.copy()
    points[JAW, 1] += by
    return points


def test_a_face_as_it_is_in_the_photograph_leaves_it_as_it_is(person):
    (still,) = pictures(person, [person.neutral])
    assert np.array_equal(still, person.photo.picture)


def test_a_mouth_opens_where_it_lies_and_nothing_else_changes(person):
    """As a tracker sees it; and not a grey level changes above the brows or beside the head."""
    dark = np.zeros((2, 64, 64, 3), np.uint8)
    shut, wide = pictures(person, [person.neutral, opened(person, 0.15)], dark)
    found = [geometry.remove_pose(tracking.find(one)[None])[0] for one in (shut, wide)]
    moved = geometry.opening(found[1]) - geometry.opening(found[0])
    assert moved == pytest.approx(0.15, abs=0.06)
    assert np.abs(found[1] - opened(person, 0.15)).mean() < 0.04
    changed = np.flatnonzero((wide != shut).any(axis=(1, 2)))
    eyes = person.photo.place(person.neutral[36:48])[:, 1]
    assert changed.min() > eyes.max(), "above the mouth all stays"
    columns = np.flatnonzero((wide != shut).any(axis=(0, 2)))
    assert columns.min() > 150 and columns.max() < 560


def test_a_turning_head_takes_its_hair_along_and_leaves_the_frame(person):
    turn = np.exp(0.06j)
    asked = geometry.to_points(geometry.to_complex(person.neutral) * turn + 0.02)
    still, turned = pictures(person, [person.neutral, asked])
    top, left, bottom, right = compositing._region(person.photo)
    outside = np.ones(still.shape[:2], bool)
    outside[top:bottom, left:right] = False
    assert (still[outside] == turned[outside]).all()
    edges = [np.abs(np.subtract(still, turned, dtype=int))[rows, left:right] for rows in (top, bottom - 1)]
    assert np.max(edges) <= 2, "no edge tears"
    # What lies above the brows, in the hair, is found again where the head's turn brings it.
    spot = np.array([0.0, -0.75])
    before = person.photo.place(spot).round().astype(int)
    after = person.photo.place(geometry.to_points(geometry.to_complex(spot[None]) * turn + 0.02)[0])
    patch = still[before[1] - 12 : before[1] + 13, before[0] - 12 : before[0] + 13]
    scores = cv2.matchTemplate(turned, patch, cv2.TM_CCOEFF_NORMED)
    _, _, _, (x, y) = cv2.minMaxLoc(scores)
    assert np.abs(np.array([x + 12, y + 12]) - after).max() < 4


def test_no_teeth_flash_between_lips_that_nearly_meet(person, tmp_path):
    """The same person with an open mouth, bent shut: between the lips it is no brighter than they are."""
    Image.fromarray(portrait.portrait_of(2, size=400, phoneme="ɑ")).save(tmp_path / "wide.png")
    wide = animate.person_in(tmp_path / "wide.png", size=64)
    middle = (wide.neutral[[61, 62, 63]] + wide.neutral[[67, 66, 65]]) / 2
    for gap in (-0.01, 0.0, 0.008):
        asked = wide.neutral.copy()
        asked[[61, 62, 63]], asked[[67, 66, 65]] = middle - [0, gap / 2], middle + [0, gap / 2]
        (shut,) = pictures(wide, [asked])
        x, y = wide.photo.place(middle)[1].round().astype(int)
        mouth = cv2.cvtColor(shut[y - 6 : y + 7, x - 12 : x + 13], cv2.COLOR_RGB2GRAY)
        skin = cv2.cvtColor(shut[y - 60 : y - 40, x - 12 : x + 13], cv2.COLOR_RGB2GRAY)
        assert mouth.max() < np.median(skin) + 25


def test_the_inside_of_the_mouth_is_the_painted_one(person):
    """Green between the lips, and nowhere else; on a photograph twice as large in the same place."""
    asked = opened(person, 0.2)
    green = np.zeros((1, 64, 64, 3), np.uint8)
    green[..., 1] = 255
    large = cv2.resize(person.photo.picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    # A pixel's centre is its place: half a pixel of the small picture is half of one of the large one's.
    b = person.photo.b - person.photo.a * complex(0.25, 0.25)
    twice = replace(person.photo, picture=large, a=person.photo.a / 2, b=b)
    for photo in (person.photo, twice):
        (shown,) = compositing.film(photo, person.neutral, asked[None], green)
        painted = (shown[..., 1] > 240) & (shown[..., 0] < 15)
        inside = np.zeros(painted.shape, np.uint8)
        cv2.fillPoly(inside, [photo.place(asked[60:68]).round().astype(np.int32)], 1)
        assert painted[cv2.erode(inside, np.ones((7, 7))) > 0].all()
        assert not painted[cv2.dilate(inside, np.ones((5, 5))) == 0].any()


def test_of_a_mouth_that_was_open_nothing_is_left_when_it_is_shut(person, tmp_path):
    """Neither teeth nor the darkness in its corners: lips are painted there; of a shut mouth, hardly any."""
    Image.fromarray(portrait.portrait_of(2, size=400, phoneme="ɑ")).save(tmp_path / "wide.png")
    wide = animate.person_in(tmp_path / "wide.png", size=64)
    green = np.zeros((1, 64, 64, 3), np.uint8)
    green[..., 1] = 255
    shares = []
    for one in (wide, person):
        asked = one.neutral.copy()
        middle = (asked[[61, 62, 63]] + asked[[67, 66, 65]]) / 2
        asked[[61, 62, 63]] = asked[[67, 66, 65]] = middle
        (shown,) = compositing.film(one.photo, one.neutral, asked[None], green)
        seam = one.photo.place(np.linspace(asked[60], asked[64], 40)).round().astype(int)
        shares.append((shown[seam[:, 1], seam[:, 0], 1] > 200).mean())
    assert shares[0] > 0.9 and shares[1] < 0.1


def test_a_chin_at_the_edge_moves_as_if_there_were_more_of_the_picture(person):
    """The same portrait, cut just below the chin, whose jaw goes up, and down: no triangle folds there."""
    chin = round(float(person.photo.place(person.photo.landmarks)[:, 1].max()))
    around = slice(chin - 36, chin - 4)
    for by in (-0.12, 0.1):
        (whole,) = pictures(person, [opened(person, by)])
        for below in (1, 4):
            cut = replace(person.photo, picture=person.photo.picture[: chin + below])
            (shown,) = compositing.film(cut, person.neutral, opened(person, by)[None], None)
            assert shown.shape == cut.picture.shape
            off = np.abs(shown[around].astype(float) - whole[around])
            assert off.mean() < 0.2 and np.percentile(off, 99.9) < 16


def test_closed_lids_leave_nothing_white(person):
    """Lids that meet, or that a blink lets cross: with their lashes, the eyes are no brighter than skin."""
    widely = replace(person.photo, landmarks=by_chance.with_lashes(person.photo.landmarks))
    for meets in (0.5, 0.2):
        asked = person.neutral.copy()
        for upper, lower in ((37, 41), (38, 40), (43, 47), (44, 46)):
            line = asked[lower] + meets * (asked[upper] - asked[lower])
            asked[upper], asked[lower] = line + [0, 0.01], line
        wanted = by_chance.with_lashes(np.stack([person.neutral, asked]))
        still, shut = compositing.film(widely, person.neutral, wanted, None)
        for first in (36, 42):
            x, y = person.photo.place(person.neutral[first : first + 6]).mean(axis=0).round().astype(int)
            before, after = (
                cv2.cvtColor(one, cv2.COLOR_RGB2GRAY)[y - 4 : y + 5, x - 9 : x + 10] for one in (still, shut)
            )
            assert before.max() > 140 > 110 > after.max()
