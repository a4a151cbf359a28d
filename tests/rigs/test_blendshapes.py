"""Blendshapes move what their names say, to the side that is the person's, by what a face can."""

import numpy as np
import pytest

from s2f_utils.faces.geometry import MIRROR
from s2f_utils.rigs import blendshapes
from s2f_utils.synthetic.shape import mean_face

LEFT_EYE, RIGHT_EYE = range(42, 48), range(36, 42)  # the person's own, in iBUG's order


@pytest.fixture(scope="module")
def shapes() -> dict[str, np.ndarray]:
    return blendshapes.displacements()


def test_there_are_52_and_each_has_its_place():
    assert len(blendshapes.NAMES) == len(set(blendshapes.NAMES)) == 52
    assert [name for name in blendshapes.NAMES if name in blendshapes.FITTED] == list(blendshapes.FITTED)


def test_each_shape_moves_its_part_of_the_face_alone(shapes):
    parts = {"eye": (36, 48), "brow": (17, 27), "mouth": (48, 68)}
    for name, displaced in shapes.items():
        moved = np.flatnonzero(np.abs(displaced).max(axis=1) > 1e-9)
        assert len(moved), name
        if not name.startswith("jaw"):
            first, last = next(ends for part, ends in parts.items() if name.startswith(part))
            assert first <= moved.min() and moved.max() < last, name
        assert np.abs(displaced).max() < 0.5, f"{name} tears the face"


def test_left_is_the_persons_left(shapes):
    for name, eye in (("eyeBlinkLeft", LEFT_EYE), ("eyeBlinkRight", RIGHT_EYE)):
        moved = set(np.flatnonzero(np.abs(shapes[name]).max(axis=1)))
        assert moved and moved <= set(eye)
    assert shapes["jawLeft"][8, 0] > 0 > shapes["jawRight"][8, 0]
    assert shapes["mouthSmileLeft"][54, 1] < -0.05 < shapes["mouthSmileLeft"][48, 1] + 0.05


def test_the_mirror_image_of_left_is_right(shapes):
    for name, displaced in shapes.items():
        other = name.replace("Left", "?").replace("Right", "Left").replace("?", "Right")
        assert np.allclose(displaced[list(MIRROR)] * (-1, 1), shapes[other], atol=1e-9), name


def test_a_jaw_opens_the_mouth_and_lips_close_it_again(shapes):
    face = mean_face()[:, :2]
    opened = face + shapes["jawOpen"]
    assert opened[8, 1] - face[8, 1] > 0.25 and opened[66, 1] - opened[62, 1] > 0.25
    assert np.abs(opened[[0, 16]] - face[[0, 16]]).max() < 0.01, "what lies before the ears is skull"
    closed = opened + shapes["mouthClose"]
    assert np.abs(closed[[61, 62, 63], 1] - closed[[67, 66, 65], 1]).max() < 0.03
    assert closed[8, 1] == opened[8, 1]


def test_shapes_fit_the_face_that_they_are_for():
    """Wide eyes have a longer way to shut than narrow ones; both then are as good as shut."""
    face = mean_face()[:, :2].copy()
    face[[43, 44], 1] -= 0.05
    for one in (mean_face()[:, :2], face):
        shut = one + blendshapes.displacements(one)["eyeBlinkLeft"]
        gap = one[[47, 46], 1] - one[[43, 44], 1]
        assert np.allclose(shut[[47, 46], 1] - shut[[43, 44], 1], 0.1 * gap)
