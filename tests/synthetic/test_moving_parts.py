"""A mouth is dark inside when it is open, an eye is seen when it is open, and glasses are stiff."""

import numpy as np
import pytest

from s2f_utils.synthetic import moving_parts, shape
from s2f_utils.synthetic.canvas import CENTRE, SCALE, SIZE
from s2f_utils.synthetic.people import person_of
from tests.samples.faces import tracks

STILL = np.full((2 * SIZE, 2 * SIZE, 3), 0.6, np.float32)


def moved(person, **values: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Move a person's face for one frame: the face, a level head, and the landmarks in pixels."""
    face = shape.move(person.face, tracks(**values))[1:]
    pose = np.zeros((1, 5))
    return face, pose, shape.project(face, pose, scale=SCALE, centre=CENTRE)


@pytest.mark.parametrize("speaker", [1, 2])
def test_an_open_mouth_is_dark_between_the_lips_and_a_closed_one_is_not(speaker):
    person, dark = person_of(speaker), {}
    for opening in (0.0, 0.3):
        face, pose, landmarks = moved(person, opening=opening, jaw=3 * opening)
        picture = np.full((SIZE, SIZE, 3), 150, np.uint8)
        mouth = moving_parts.Mouth(person, face, pose, landmarks, STILL)
        mouth.draw(picture, 0)
        dark[opening] = int((picture.mean(axis=-1) < 0.13 * mouth.light.mean()).sum())
        top, bottom = landmarks[0, 48:, 1].min() - 8, landmarks[0, 48:, 1].max() + 8
        assert np.all(picture[: int(top)] == 150) and np.all(picture[int(bottom) :] == 150), "a mouth alone"
    assert dark[0.3] > dark[0.0] + 150  # some lips are as dark as what is behind them


def test_a_shut_eye_hides_the_ball():
    person, changed = person_of(1), {}
    for blink in (0.0, 1.0):
        _, _, landmarks = moved(person, blink=blink)
        picture = np.full((SIZE, SIZE, 3), 150, np.uint8)
        moving_parts.Eyes(person, landmarks, STILL).draw(picture, 0)
        changed[blink] = int(np.any(picture != 150, axis=-1).sum())
    assert 0 < changed[1.0] < 0.6 * changed[0.0]


def test_glasses_turn_with_the_head_and_keep_their_shape():
    people = [person_of(speaker) for speaker in range(1, 25)]
    wearers = [person for person in people if person.glasses]
    assert [bool(moving_parts.glasses(person, np.zeros((1, 5)))) for person in people] == [
        person.glasses for person in people
    ]
    turned = np.array([[0, 0, 0, 0, 0], [0, 0, 0.3, 0, 0]])  # rolled
    for rim in moving_parts.glasses(wearers[0], turned):
        level, rolled = (np.linalg.norm(np.diff(line, axis=0), axis=1) for line in rim)
        assert np.allclose(level, rolled)
