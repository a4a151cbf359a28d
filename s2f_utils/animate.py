"""Speech or text in, talking face out: from trained models to mp4, gif and npz, and its command line."""

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from s2f_utils import (
    FRAME_RATE,
    SAMPLE_RATE,
    StudyError,
    cnn_rnn,
    dcgan,
    drawing,
    encode,
    face,
    features,
    files,
    media,
    speech,
    synthetic,
    tracking,
    training,
)

_TAIL = 0.2  # seconds of silence after a spoken text, so that the mouth can close


@dataclass(frozen=True)
class Person:
    """Who is to speak: an aligned (S, S, 3) uint8 picture, its (68, 2) landmarks in it, the neutral face."""

    picture: np.ndarray
    landmarks: np.ndarray
    neutral: np.ndarray


@dataclass(frozen=True)
class TalkingFace:
    """A face that says a sound.

    ``motion`` (T, 68, 2) is the predicted displacement and ``landmarks`` (T, 68, 2) the person's face with
    it, both in inter-ocular distances; ``stick`` and ``pictures`` are (T, S, S, 3) uint8 frames, 25 a second;
    ``seconds`` is the time that it took.
    """

    audio: np.ndarray
    motion: np.ndarray
    landmarks: np.ndarray
    stick: np.ndarray
    pictures: np.ndarray
    seconds: float


def say(text: str, *, speaker: int = 1, emotion: str = "neutral") -> np.ndarray:
    """Speak a line of text with a voice of the embedded corpus: (n,) samples at 16 kHz.

    Raises ``StudyError`` for a text without a word. See notebook 06_speech_to_face.
    """
    if not any(character.isalnum() for character in text):
        raise StudyError(f"TEXT={text!r}: there is nothing to say in this text; give at least one word.")
    audio, rate, _ = synthetic.speak(text, speaker=speaker, emotion=emotion)
    audio = np.pad(audio, (0, round(_TAIL * rate)))
    return media.resample(audio, rate, SAMPLE_RATE)


def person_in(picture: str | Path, *, size: int) -> Person:
    """Find the person in a photograph, upright and cut out; a ``StudyError`` where there is no face."""
    try:
        with Image.open(picture) as photo:
            image = np.array(
                ImageOps.exif_transpose(photo).convert("RGB")
            )  # telephones turn pictures by a note
    except OSError as error:
        message = f"FACE={picture}: this is no picture that can be read; give a jpg or png file."
        raise StudyError(message) from error
    landmarks, detected = tracking.track([image])
    if not detected[0]:
        raise StudyError(f"FACE={picture}: no face was found; choose a picture of one face from the front.")
    (a,), (b,) = face.pose_transform(landmarks)
    pose_free = face.remove_pose(landmarks)[0]
    return Person(face.crop(image, a, b, size), face.in_crop(pose_free, size), pose_free)


def person_from(store: str | Path, clip_id: str, *, size: int, index: int = 0) -> Person:
    """Take a person from a clip of the feature store."""
    clip = features.load(store, clip_id)
    scale = size / clip["faces"].shape[1]
    picture = cv2.resize(clip["faces"][index], (size, size), interpolation=cv2.INTER_AREA)
    return Person(picture, clip["face_landmarks"][index] * scale, clip["neutral"])


def animate(audio: np.ndarray, person: Person, model, generator) -> TalkingFace:
    """Let a person say a sound.

    Parameters
    ----------
    audio
        (n,) samples at 16 kHz.
    person
        Whose face; the picture has the generator's size.
    model, generator
        The trained CNN + RNN and generator.

    See notebook 06_speech_to_face.
    """
    start = time.perf_counter()
    motion = cnn_rnn.predict(model, [speech.log_mel(audio)])[0]
    result = draw(audio, motion, person, generator)
    return replace(result, seconds=time.perf_counter() - start)


def draw(audio: np.ndarray, motion: np.ndarray, person: Person, generator) -> TalkingFace:
    """Draw a person whose face is displaced by (T, 68, 2) ``motion``, whoever predicted it, beside a sound.

    See notebook 06_speech_to_face.
    """
    start = time.perf_counter()
    size = person.picture.shape[0]
    landmarks = person.neutral + motion
    pixels = face.in_crop(landmarks, size)
    pictures = dcgan.render(generator, person.picture, pixels, reference_landmarks=person.landmarks)
    large = face.in_crop(landmarks, 256)
    stick = np.stack([drawing.stick_face(points, 256) for points in large])
    return TalkingFace(audio, motion, landmarks, stick, pictures, time.perf_counter() - start)


def side_by_side(*films: np.ndarray, size: int = 256) -> np.ndarray:
    """Put (T, S, S, 3) films next to each other, each enlarged to ``size`` pixels."""
    scaled = [
        np.stack([cv2.resize(frame, (size, size), interpolation=cv2.INTER_CUBIC) for frame in film])
        for film in films
    ]
    return np.concatenate(scaled, axis=2)


def write(result: TalkingFace, path: str | Path) -> list[Path]:
    """Write a talking face as mp4 with its sound, as gif at the same speed, and as npz of landmarks."""
    path = Path(path).with_suffix(".mp4")
    film = side_by_side(result.stick, result.pictures)
    encode.write_video(path, film, fps=FRAME_RATE, audio=result.audio)
    encode.write_gif(path.with_suffix(".gif"), film, fps=FRAME_RATE)
    with files.atomic_path(path.with_suffix(".npz")) as temporary:
        rate = np.int32(FRAME_RATE)
        np.savez(temporary, landmarks=result.landmarks, motion=result.motion, frames_per_second=rate)
    return [path, path.with_suffix(".gif"), path.with_suffix(".npz")]


def main(arguments: list[str]) -> int:
    """Run ``python -m s2f_utils animate``; see ``--help``."""
    options = _parser().parse_args(arguments)
    models = Path(options.models) if options.models else _newest_models()
    if options.wav:
        audio = media.read_audio(options.wav)
        speech.require_sound(audio, options.wav)
    else:
        audio = say(options.text, speaker=options.speaker)
    model, _ = training.load(models, "cnn_rnn")
    generator = dcgan.load(models)
    size = generator.input_shape[1]
    person = person_in(options.face, size=size) if options.face else _stranger(models, size)
    result = animate(audio, person, model, generator)
    for path in write(result, options.out):
        print(path)
    print(f"{len(audio) / SAMPLE_RATE:.1f} s of speech in {result.seconds:.1f} s.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m s2f_utils animate", description="Let a face say a recording or a line of text."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--wav", help="a recording of speech: wav, flac, mp3, m4a, or a video's sound")
    what.add_argument("--text", help="a line of English text, spoken by a voice of the embedded corpus")
    parser.add_argument("--speaker", type=int, default=1, help="whose voice speaks the text, 1 to 24")
    parser.add_argument("--face", help="a photograph of one face from the front; by default a drawn one")
    parser.add_argument("--out", default=str(files.REPORTS / "talk.mp4"), help="where the video goes")
    parser.add_argument("--models", help="folder of trained models; by default the newest in data/models")
    return parser


def _newest_models() -> Path:
    found = [path.parent for path in (files.DATA / "models").glob("*/dcgan.keras")]
    complete = [folder for folder in found if (folder / "cnn_rnn.keras").is_file()]
    if not complete:
        raise StudyError("There is no trained model yet; run `make report` first.")
    return max(complete, key=lambda folder: (folder / "dcgan.keras").stat().st_mtime)


def _stranger(models: Path, size: int) -> Person:
    """Choose the first never-seen person of the corpus that the models were trained on."""
    corpus, _, profile = models.name.rpartition("-")
    store = files.DATA / "features" / (models.name if corpus == "synthetic" else corpus)
    table = features.read_table(store)
    clip = table[table["split"] == "test"].iloc[0]
    return person_from(store, clip["clip_id"], size=size)
