"""Faces that can talk are found however they lie, and others refused in a sentence."""

from itertools import islice

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.faces import tracking
from s2f_utils.recordings import media
from s2f_utils.synthetic import gallery, shape
from s2f_utils.talking import usable
from tests.samples.faces import mean_face


@pytest.mark.parametrize("turns", range(4))
def test_a_face_is_found_however_it_lies(turns):
    lying = np.rot90(gallery.portrait_of(2, size=240), -turns)
    found, landmarks, detected = usable.look("a.jpg", [lying, lying])
    assert found == turns and detected.all() and landmarks[:, 8, 1].min() > landmarks[:, 27, 1].max()


def test_no_face_is_no_face():
    with pytest.raises(StudyError, match=r"FACE=a.jpg: no face was found"):
        usable.look("a.jpg", [np.zeros((100, 100, 3), np.uint8)])


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
