"""Speech or text in, talking face out: from trained models to films and landmarks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from s2f_utils import SAMPLE_RATE, StudyError, features
from s2f_utils.faces import drawing, geometry, rest, tracking, usable
from s2f_utils.recordings import photograph, soundtrack
from s2f_utils.sound import prosody, speech
from s2f_utils.synthetic import voice as voices
from s2f_utils.talking import by_chance, captions, compositing, footage

LONGEST_TEXT = 20_000  # letters, 25 minutes of speech
_LOUD = 0.35  # the peaks of a spoken text, of full scale
_TAIL = 0.2  # seconds of silence after a spoken text, so that the mouth can close


@dataclass(frozen=True)
class Person:
    """Who is to speak: an aligned (S, S, 3) uint8 picture, its (68, 2) landmarks in it, the neutral face.

    ``faces`` tells how many there were to choose from; ``photo`` is the whole picture, if there is one, and
    ``shots`` the film that it is taken from, if that is to be shown.
    """

    picture: np.ndarray
    landmarks: np.ndarray
    neutral: np.ndarray
    faces: int = 1
    photo: compositing.Photograph | None = None
    shots: footage.Footage | None = None


@dataclass(frozen=True)
class TalkingFace:
    """A face that says a sound.

    ``motion`` (T, 68, 2) is the predicted displacement and ``landmarks`` (T, 68, 2) the person's face with
    it, both in inter-ocular distances; ``pictures`` are (T, S, S, 3) uint8 frames, 25 a second, drawn when
    they are looked at (``dcgan.Frames``). ``filmed`` are the landmarks that films show, if chance moves them
    as well, or what was filmed does, and ``person`` is who speaks.
    """

    audio: np.ndarray
    motion: np.ndarray
    landmarks: np.ndarray
    pictures: np.ndarray | Sequence[np.ndarray]
    filmed: np.ndarray | None = None
    person: Person | None = None

    @property
    def photograph(self) -> Iterator[np.ndarray]:
        """The whole photograph, or film, talking: (height, width, 3) uint8, a frame at a time."""
        painted = self.pictures if len(self.pictures) else None
        if self.person.shots:
            return self.person.shots.film(self.shown, painted)
        photo, seen = self.person.photo, (self.person.photo.landmarks, self.person.neutral, self.shown)
        known, neutral, asked = map(by_chance.with_lashes, seen)
        return compositing.film(replace(photo, landmarks=known), neutral, asked, painted)

    def drawn(self) -> "TalkingFace":
        """Draw all pictures now and keep them, for who shows them more than once."""
        return replace(self, pictures=np.asarray(self.pictures))

    @property
    def shown(self) -> np.ndarray:
        """The landmarks that films show: (T, 68, 2)."""
        return self.landmarks if self.filmed is None else self.filmed

    @property
    def stick(self) -> np.ndarray:
        """What films show as a stick face: (T, 256, 256, 3) uint8, drawn anew each time, as it is large."""
        return np.stack([stick(points) for points in self.shown])


def say(
    text: str, *, speaker: int = 1, emotion: str = "", intensity: float = 1.0, rate: int = SAMPLE_RATE
) -> np.ndarray:
    """Speak a line of text with a voice of the embedded corpus: (n,) samples, ``rate`` a second.

    The voice is neutral without an emotion, and knows two intensities: up to 1 and above. Raises
    ``StudyError`` for a text without a word or of more than ``LONGEST_TEXT`` letters. See notebook
    07_speech_to_face.
    """
    if not any(character.isalnum() for character in text):
        raise StudyError(f"TEXT={text[:40]!r}: there is nothing to say in this text; give at least one word.")
    if len(text) > LONGEST_TEXT:
        raise StudyError(
            f"TEXT={text[:40]!r} …: {len(text)} letters take {len(text) / 800:.0f} minutes to say; give "
            f"{LONGEST_TEXT} at most."
        )
    spoken, delivery = [], {}
    if emotion:
        delivery["delivery"] = voices.delivery_of(speaker, text, emotion, 2 if intensity > 1 else 1)
    for portion in captions.portions(text):
        audio, own_rate, _ = voices.speak(portion, speaker=speaker, **delivery)
        audio = np.pad(audio, (0, round(_TAIL * own_rate)))
        spoken.append(soundtrack.resample(audio, own_rate, rate))
    said = np.concatenate(spoken)
    return np.clip(said * _LOUD / np.percentile(np.abs(said), 99.5), -1, 1).astype(np.float32)


def person_in(
    picture: str | Path,
    *,
    size: int,
    learned: np.ndarray | None = None,
    longest: int = photograph.LONGEST_SIDE,
    moving: bool = False,
) -> Person:
    """Find the person in a photograph or a film, upright and cut out: the largest face that is there.

    Parameters
    ----------
    picture
        A photograph, or a video, of which the picture with the lips closest is taken, of its first two
        seconds. What lies on its side or its head, and has no note of that, is turned.
    size
        Pixels of the aligned picture's sides.
    learned
        What `rest` has learned, by which the neutral face is estimated; without it, the face is as it is.
    longest
        Pixels to which a picture's longer side is reduced.
    moving
        Whether a video's own frames are to be shown, and not one of them: ``shots``.

    Raises ``StudyError`` where there is no face. See notebook 07_speech_to_face.
    """
    images = photograph.read(picture, longest=longest, moving=moving)
    turns, landmarks, detected = usable.look(picture, images[: photograph.BEGINNING])
    images = [np.ascontiguousarray(np.rot90(image, turns)) for image in images]
    shots = None
    if moving and len(images) >= footage.SHORTEST:
        part, landmarks = footage.part_with_face(picture, images, int(detected.argmax()))
        images, detected = images[part], np.ones(len(landmarks), bool)
        shots = footage.of(images, landmarks, learned)
    detected[detected] = usable.require(picture, landmarks[detected], images[0].shape[:2])
    opening = geometry.opening(geometry.remove_pose(landmarks))
    best = int(np.where(detected, opening, np.inf).argmin())
    usable.require_mouth(picture, images[best], landmarks[best])
    (a,), (b,) = pose = geometry.pose_transform(landmarks[[best]])
    (pose_free,) = geometry.upright(landmarks[[best]], *pose)
    faces = len(tracking.detect_all(cv2.cvtColor(images[best], cv2.COLOR_RGB2GRAY)))
    shown = geometry.crop(images[best], a, b, size), geometry.in_crop(pose_free, size)
    photo = compositing.Photograph(images[best], pose_free, complex(a), complex(b))
    neutral = pose_free if learned is None else rest.at_rest(pose_free, learned)
    return Person(*shown, neutral, faces, photo, shots)


def people(store: str | Path) -> pd.DataFrame:
    """List a clip of each person in the feature store, those never seen in training first.

    See notebook 07_speech_to_face.
    """
    table = features.read_table(store).drop_duplicates("speaker")
    return table.sort_values("split", key=lambda split: split != "test", kind="stable")


def person_from(store: str | Path, clip_id: str, *, size: int, index: int = 0) -> Person:
    """Take a person from a clip of the feature store."""
    clip = features.load(store, clip_id)
    scale = size / clip["faces"].shape[1]
    picture = cv2.resize(clip["faces"][index], (size, size), interpolation=cv2.INTER_AREA)
    return Person(picture, clip["face_landmarks"][index] * scale, clip["neutral"])


def animate(
    audio: np.ndarray,
    person: Person,
    model,
    generator=None,
    *,
    voice: np.ndarray | None = None,
    emotion: str = "",
    intensity: float = 1.0,
    seed: int | None = None,
) -> TalkingFace:
    """Let a person say a sound.

    Parameters
    ----------
    audio
        (n,) samples at 16 kHz.
    person
        Whose face; the picture has the generator's size.
    model, generator
        The trained CNN + RNN and generator; without a generator there are landmarks and no pictures.
    voice
        (n,) samples of another recording of the voice, against which expression is heard.
    emotion, intensity
        The expression, one of ``s2f_utils.EMOTIONS``, or as heard; 0 to 2 times as strong.
    seed
        Of the blinks and sway that the pictures show, see `draw`.

    See notebook 07_speech_to_face.
    """
    from s2f_utils.models import cnn_rnn

    references = None if voice is None else [[prosody.listen(voice)]]
    dial = {"references": references, "emotion": emotion, "intensity": intensity}
    (motion,) = cnn_rnn.predict(model, [prosody.listen(audio)], **dial)
    return draw(audio, motion, person, generator, seed=seed)


def draw(
    audio: np.ndarray, motion: np.ndarray, person: Person, generator, *, seed: int | None = None
) -> TalkingFace:
    """Draw a person whose face is displaced by (T, 68, 2) ``motion``, whoever predicted it, beside a sound.

    With a seed the film blinks and sways by chance, unless its person was filmed and does so; ``landmarks``
    stays free of that. See notebook 07_speech_to_face.
    """
    size = person.picture.shape[0]
    landmarks = person.neutral + motion
    filmed = landmarks
    if person.shots:
        filmed, seed = person.shots.asked(motion), None  # it moves by itself
    if seed is not None:
        filmed = by_chance.move(landmarks, speech.loudness(audio, n_frames=len(motion)), seed=seed)
    pictures = np.zeros((0, size, size, 3), np.uint8)
    if generator is not None:
        from s2f_utils.models import dcgan

        pixels, known = geometry.in_crop(filmed, size), person.landmarks
        if seed is not None:
            pixels, known = by_chance.with_lashes(pixels), by_chance.with_lashes(known)
        pictures = dcgan.Frames(generator, person.picture, pixels, reference_landmarks=known)
    return TalkingFace(audio, motion, landmarks, pictures, filmed, person)


def stick(points: np.ndarray) -> np.ndarray:
    """Draw (68, 2) pose-free landmarks as lines: (256, 256, 3) uint8. See notebook 07_speech_to_face."""
    return drawing.stick_face(geometry.in_crop(points, 256), 256)
