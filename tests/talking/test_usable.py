"""Faces that can talk are found however they lie, and others refused in a sentence."""

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.synthetic import gallery
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
    face = mean_face() * 100 + [150, 100]
    usable.require("a.jpg", face[None], (300, 300))
    beyond = np.stack([face, face - [80, 0], face + [0, 100], face + [75, 0], face - [0, 75]])
    assert usable.cut_off(beyond, (300, 300)).tolist() == [False, True, True, True, True]
    with pytest.raises(StudyError, match=r"FACE=a.jpg: the largest face is cut off at the edge"):
        usable.require("a.jpg", beyond, (300, 300))
    with pytest.raises(StudyError, match="the largest face is 48 pixels wide"):
        usable.require("a.jpg", face[None] * 0.3, (300, 300))
