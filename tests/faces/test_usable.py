"""Faces that can talk are found however they lie, and others refused in a sentence."""

import contextlib
from itertools import islice

import cv2
import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.faces import tracking, usable
from s2f_utils.recordings import media
from s2f_utils.synthetic import portrait, shape
from tests.samples.faces import mean_face


@pytest.mark.parametrize("turns", range(4))
def test_a_face_is_found_however_it_lies(turns):
    lying = np.rot90(portrait.portrait_of(2, size=240), -turns)
    found, landmarks, detected = usable.look("a.jpg", [lying, lying])
    assert found == turns and detected.all() and landmarks[:, 8, 1].min() > landmarks[:, 27, 1].max()


def test_no_face_is_no_face():
    with pytest.raises(StudyError, match=r"FACE=a.jpg: no face was found"):
        usable.look("a.jpg", [np.zeros((100, 100, 3), np.uint8)])
    with pytest.raises(StudyError, match=r"FACE=a.jpg: no face was found"):
        usable.require("a.jpg", np.zeros((0, 68, 2)), (100, 100))


def test_faces_at_the_edge_and_small_ones_are_refused():
    """If there is no better one."""
    face = mean_face() * 100 + [150, 100]
    beyond = np.stack([face - [80, 0], face + [0, 100], face + [75, 0], face - [0, 75]])
    assert usable.cut_off(np.stack([face, *beyond]), (300, 300)).tolist() == [False, True, True, True, True]
    assert usable.require("a.jpg", np.stack([*beyond, face]), (300, 300)).tolist() == [False] * 4 + [True]
    with pytest.raises(StudyError, match=r"FACE=a.jpg: the largest face is cut off at the edge"):
        usable.require("a.jpg", beyond, (300, 300))
    with pytest.raises(StudyError, match="the largest face is 48 pixels wide"):
        usable.require("a.jpg", face[None] * 0.3, (300, 300))


@pytest.mark.parametrize("roll", [0, 20])
def test_a_head_turned_to_the_side_is_refused(roll):
    """A head in space, turned to either side; leaning is no turning."""
    turns = np.array([0, 10, 20, 30, 45, 60, -30, -45])
    poses = np.zeros((len(turns), 5))
    poses[:, 0], poses[:, 2] = np.radians(turns), np.radians(roll)
    faces = np.broadcast_to(shape.mean_face(), (len(turns), 68, 3))
    points = shape.project(faces, poses, scale=100, centre=(250, 200))
    assert usable.require("a.jpg", points, (500, 500)).tolist() == (np.abs(turns) < 40).tolist()
    measured = usable.turn(points)
    assert abs(measured[0]) < 0.01 and measured[3] == pytest.approx(-measured[6], abs=0.02)
    assert (np.diff(measured[:6]) < 0).all() or (np.diff(measured[:6]) > 0).all()
    with pytest.raises(StudyError, match=r"FACE=a.jpg: the face is turned to the side"):
        usable.require("a.jpg", points[[4, 7]], (500, 500))


def test_nobody_who_looks_at_the_camera_is_refused(clips):
    """People of GRID look at it, and are far from what is refused."""
    for path in sorted((clips / "grid").glob("*/*.mpg"))[::6]:
        points, detected = tracking.track(islice(media.read_frames(path), 0, 75, 15))
        assert detected.all() and np.abs(usable.turn(points)).max() < 0.35, path


def covered(picture: np.ndarray, points: np.ndarray, colour: np.ndarray, seed: int) -> np.ndarray:
    """Hold something over a mouth: an oval on a stem, shaded, with a soft edge and a surface of its own."""
    random, eyes = np.random.default_rng(seed), np.linalg.norm(points[36] - points[45])
    middle = points[48:68].mean(axis=0) + random.normal(0, 0.04, 2) * eyes
    mask = np.zeros(picture.shape[:2], np.float32)
    axes = round(float(random.uniform(0.4, 0.5) * eyes)), round(float(random.uniform(0.3, 0.4) * eyes))
    at, below = (spot.round().astype(int).tolist() for spot in (middle, middle + eyes * np.array([0.4, 1.6])))
    cv2.ellipse(mask, at, axes, float(random.uniform(-30, 30)), 0, 360, 1, -1)
    cv2.line(mask, at, below, 1, round(float(eyes * 0.3)))
    mask = cv2.GaussianBlur(mask, (0, 0), max(0.7, float(0.01 * eyes)))[..., None]
    surface = cv2.GaussianBlur(random.normal(0, 1, picture.shape[:2]), (0, 0), float(0.06 * eyes))
    shade = 1 - 0.2 * (np.arange(picture.shape[1]) - middle[0]) / eyes
    shown = colour * np.clip(shade, 0.6, 1.3)[:, None] + (8 / surface.std() * surface)[..., None]
    return np.clip(mask * shown + (1 - mask) * picture, 0, 255).astype(np.uint8)


def test_a_mouth_behind_a_hand_or_a_microphone_is_refused(clips):
    """Most of them, on people of GRID; and of what is not covered, nothing."""
    refused = {"hand": [], "microphone": [], "nothing": []}
    for number, path in enumerate(sorted((clips / "grid").glob("*/*.mpg"))[::3]):
        picture = next(islice(media.read_frames(path), 10 + number, None))
        points = tracking.find(picture)
        skin = np.median(picture[points[29:34, 1].astype(int), points[29:34, 0].astype(int)], axis=0)
        shown = {"hand": covered(picture, points, skin, number), "nothing": picture}
        shown["microphone"] = covered(picture, points, np.array([25, 25, 28]), number)
        for kind, one in shown.items():
            found = tracking.find(one)
            if np.isfinite(found).all():
                with contextlib.suppress(StudyError):
                    usable.require_mouth("a.jpg", one, found)
                    refused[kind].append(False)
                    continue
                refused[kind].append(True)
    assert np.mean(refused["hand"]) > 0.6 and np.mean(refused["microphone"]) > 0.8
    assert not any(refused["nothing"]) and len(refused["nothing"]) > 20


def test_a_mouth_in_view_is_no_mouth_covered():
    """Of drawn people, dark and pale, shaven and not, with open mouths and closed ones; in grey as well."""
    for speaker in range(1, 40, 3):
        for phoneme in ("_", "ɑ"):
            picture = portrait.portrait_of(speaker, size=300, phoneme=phoneme)
            grey = np.repeat(picture.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
            for one in (picture, grey):
                usable.require_mouth("a.jpg", one, tracking.find(one))
