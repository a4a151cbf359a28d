"""A picture of somebody, moved frame by frame: the photograph itself, or the face that is drawn."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from s2f_utils.faces import geometry, rest
from s2f_utils.models import dcgan
from s2f_utils.talking import animate, by_chance, compositing, reading

LONGEST = 480  # pixels of a photograph's longer side: what can be bent and sent many times a second
_QUALITY = 88  # of JPEG, 0 … 100


class Moving:
    """One person, and a picture of them for any landmarks.

    ``neutral`` (68, 2) is the person's face at rest, in inter-ocular distances. See notebook
    07_speech_to_face.
    """

    def __init__(self, person: animate.Person, generator) -> None:
        self.neutral = person.neutral
        self._person, self._generator = person, generator
        self._photo = person.photo and reduced(person.photo)
        if self._photo:
            self._photo = replace(self._photo, landmarks=by_chance.with_lashes(self._photo.landmarks))

    def draw(self, landmarks: np.ndarray) -> np.ndarray:
        """Draw (68, 2) pose-free landmarks: (height, width, 3) uint8.

        That is the whole photograph, reduced to ``LONGEST`` pixels, or else the aligned face in the
        generator's size.
        """
        person, asked = self._person, landmarks[None]
        pixels = geometry.in_crop(asked, len(person.picture))
        how = {"reference_landmarks": person.landmarks, "block": 1}
        painted = dcgan.render(self._generator, person.picture, pixels, **how)
        if not self._photo:
            return painted[0]
        neutral, asked = by_chance.with_lashes(self.neutral), by_chance.with_lashes(asked)
        return next(compositing.film(self._photo, neutral, asked, painted))

    def jpeg(self, landmarks: np.ndarray) -> bytes:
        """Draw landmarks as `draw` does, packed for sending."""
        bgr = cv2.cvtColor(self.draw(landmarks), cv2.COLOR_RGB2BGR)
        return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def reduced(photo: compositing.Photograph) -> compositing.Photograph:
    """Show the same photograph with ``LONGEST`` pixels at most on its longer side.

    See notebook 07_speech_to_face.
    """
    height, width = photo.picture.shape[:2]
    scale = LONGEST / max(height, width)
    if scale >= 1:
        return photo
    size = round(width * scale), round(height * scale)
    picture = cv2.resize(photo.picture, size, interpolation=cv2.INTER_AREA)
    # The middle of a pixel lies half of one from its edge, in both pictures.
    aside = complex(0.5, 0.5) * (1 / scale - 1)
    return replace(photo, picture=picture, a=photo.a / scale, b=photo.b + photo.a * aside)


def from_store(store: Path, clip_id: str, generator) -> Moving:
    """Take a person of the feature store. See notebook 07_speech_to_face."""
    return Moving(animate.person_from(store, clip_id, size=dcgan.size_of(generator)), generator)


def from_upload(content: bytes, models: Path, generator) -> Moving:
    """Find the person in an uploaded photograph; raises ``StudyError`` where there is none.

    See notebook 07_speech_to_face.
    """
    how = {"size": dcgan.size_of(generator), "learned": rest.load(models)}
    return Moving(reading.read(content, partial(animate.person_in, **how)), generator)
