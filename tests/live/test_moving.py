"""A person's picture moves with landmarks, one frame at a time."""

import cv2
import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.faces import geometry
from s2f_utils.live import moving
from s2f_utils.talking import animate, compositing
from tests.samples.faces import MODEL_SIZE


def opened(neutral: np.ndarray) -> np.ndarray:
    points = neutral.copy()
    points[[65, 66, 67, 55, 56, 57, 58, 59, 7, 8, 9], 1] += 0.15
    return points


def test_a_person_of_the_store_is_drawn_as_the_generator_draws(people, generator):
    face = moving.from_store(people, "21", generator)
    person = animate.person_from(people, "21", size=MODEL_SIZE)
    shut, wide = face.draw(face.neutral), face.draw(opened(face.neutral))
    assert shut.shape == person.picture.shape and np.array_equal(face.neutral, person.neutral)
    assert np.abs(shut.astype(float) - person.picture).mean() < 5 < np.abs(wide.astype(float) - shut).max()


def test_what_is_sent_is_the_picture(people, generator):
    face = moving.from_store(people, "21", generator)
    sent = cv2.imdecode(np.frombuffer(face.jpeg(face.neutral), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(sent.astype(float) - face.draw(face.neutral)).mean() < 4


@pytest.mark.parametrize("shape", [(900, 700), (300, 600), (480, 360)])
def test_a_smaller_photograph_holds_the_same_face(shape):
    rng = np.random.default_rng(1)
    points = rng.normal(0, 0.5, (68, 2))
    picture = np.zeros((*shape, 3), np.uint8)
    photo = compositing.Photograph(picture, points, complex(0.01, 0.002), complex(-3, -2))
    small = moving.reduced(photo)
    assert max(small.picture.shape) == min(moving.LONGEST, max(shape))
    scale = small.picture.shape[0] / shape[0]
    assert np.allclose(small.place(points) + 0.5, (photo.place(points) + 0.5) * scale, atol=0.51 / 300)


@pytest.mark.slow
def test_a_photograph_moves_where_the_mouth_is(photo, models, generator):
    face = moving.from_upload(photo.read_bytes(), models, generator)
    shut, wide = face.draw(face.neutral).astype(float), face.draw(opened(face.neutral)).astype(float)
    assert shut.shape == (400, 400, 3)
    mouth = face._photo.place(face.neutral[48:68]).mean(axis=0).round().astype(int)
    moved = np.abs(wide - shut).mean(axis=2)
    assert moved[mouth[1] - 10 : mouth[1] + 10, mouth[0] - 10 : mouth[0] + 10].mean() > 5 * moved.mean()
    assert moved[:20].max() == 0


def test_a_picture_without_a_face_is_said(models, generator):
    grey = cv2.imencode(".png", np.full((200, 200, 3), 128, np.uint8))[1].tobytes()
    with pytest.raises(StudyError):
        moving.from_upload(grey, models, generator)


def test_the_neutral_face_lies_in_the_crop(people, generator):
    placed = geometry.in_crop(moving.from_store(people, "01", generator).neutral, 1)
    assert placed.min() > 0 and placed.max() < 1
