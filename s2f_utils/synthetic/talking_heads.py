"""The embedded corpus on disk: who says what in which clip, and the files that hold it."""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from s2f_utils import EMOTIONS, FRAME_RATE, StudyError, files
from s2f_utils.recordings import encode
from s2f_utils.synthetic import motion, portrait, scene, shape, texts, voice
from s2f_utils.synthetic.canvas import CENTRE, SCALE
from s2f_utils.synthetic.people import Person, person_of
from s2f_utils.workers import each

INGREDIENTS = ("coarticulation", "breath", "conditions", "voices", "texts")
SPEAKERS = range(1, 25)  # who is filmed; others are only heard
_RECIPE = "recipe.json"
_TASK = 8  # clips of a speaker that are made one after the other
_NAME = re.compile(r"01-01-\d\d-\d\d-\d\d+-\d\d-\d\d\.(mp4|truth\.npz)")


class Clip(NamedTuple):
    """One clip to make: the parts of its name, and the seed that the rest is drawn from."""

    speaker: int
    emotion: str
    intensity: int
    statement: int
    repetition: int
    seed: int

    @property
    def stem(self) -> str:
        """The name in RAVDESS's manner, without the ending."""
        emotion = EMOTIONS.index(self.emotion) + 1
        parts = (1, 1, emotion, self.intensity, self.statement, self.repetition, self.speaker)
        return "-".join(f"{part:02d}" for part in parts)

    def path(self, folder: Path) -> Path:
        """Where its video lies."""
        return folder / f"Actor_{self.speaker:02d}" / f"{self.stem}.mp4"


def plan(*, clips_per_speaker: int, speakers: Iterable[int], seed: int) -> list[Clip]:
    """List the clips of a corpus. A longer list begins with the shorter one.

    Every eight clips of a speaker show the eight emotions, one and the other fixed statement among them.
    Explained in notebook 01.
    """
    clips = []
    for speaker in speakers:
        rng = np.random.default_rng([seed, speaker])
        others = 3 + rng.permutation(len(texts.SENTENCES))
        said: dict[tuple, int] = {}
        for index in range(clips_per_speaker):
            if index % 8 == 0:
                emotions = rng.permutation(len(EMOTIONS))
            emotion = EMOTIONS[emotions[index % 8]]
            intensity = 1 if emotion == "neutral" else int(rng.integers(1, 3))
            statement = 1 + index // 4 % 2 if index % 4 == 0 else int(others[index % len(others)])
            said[key] = said.get(key := (emotion, intensity, statement), 0) + 1
            clips.append(Clip(speaker, emotion, intensity, statement, said[key], seed))
    return clips


def make(
    folder: str | Path,
    *,
    clips_per_speaker: int = 8,
    speakers: Iterable[int] = SPEAKERS,
    seed: int = 2017,
    jobs: int = 2,
) -> list[Path]:
    """Make the embedded corpus, or what is missing of it.

    Parameters
    ----------
    folder
        Gets ``Actor_NN/<RAVDESS name>.mp4`` and ``….truth.npz`` beside each. Finished clips are kept, unless
        the generator's code or the seed changed; clips that are no longer asked for are removed.
    clips_per_speaker, speakers, seed
        What to make; speakers are numbers 1…24.
    jobs
        Processes that work at once.

    Returns
    -------
    list of Path
        All videos asked for, in order.

    Raises
    ------
    StudyError
        Nothing to make, an unknown speaker, or a folder with recordings that were not made here.

    Explained in notebook 01.
    """
    folder, speakers = Path(folder), sorted(set(speakers))
    if clips_per_speaker < 1 or not speakers:
        raise StudyError(
            f"Nothing to make: {clips_per_speaker} clips for {len(speakers)} speakers, ask for more."
        )
    if unknown := sorted(set(speakers) - set(SPEAKERS)):
        raise StudyError(
            f"Speaker {unknown[0]} is unknown: the embedded corpus has speakers 1 to {SPEAKERS[-1]}."
        )
    clips = plan(clips_per_speaker=clips_per_speaker, speakers=speakers, seed=seed)
    _tidy(folder, clips, seed)
    missing = [clip for clip in clips if not clip.path(folder).exists()]
    if missing:
        # A few clips of one speaker are a task, for which that speaker is painted once.
        shared = [list(own) for _, own in groupby(missing, key=lambda clip: clip.speaker)]
        tasks = [
            (own[start : start + _TASK], folder) for own in shared for start in range(0, len(own), _TASK)
        ]
        each(_write, tasks, label="Embedded corpus", unit="part", jobs=jobs)
    return [clip.path(folder) for clip in clips]


def perform(clip: Clip, *, without: str = "") -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray, Person]:
    """Speak and act a clip: the sound (n,) at 48 kHz, the truth, the moving face (T, 68, 3), the person.

    ``without`` leaves one of ``INGREDIENTS`` out. Explained in notebooks 01 and 04.
    """
    rng = np.random.default_rng([clip.seed, clip.speaker, *clip.stem.encode()])
    person = person_of(clip.speaker)
    text = texts.text_of(1 + clip.statement % 2 if without == "texts" else clip.statement)
    speaker = 1 if without == "voices" else clip.speaker
    delivery = voice.delivery_of(speaker, text, clip.emotion, clip.intensity, take=clip.repetition)
    dry, rate, phonemes = voice.speak(text, speaker=speaker, delivery=delivery)
    lead, tail = rng.uniform(0.6, 0.95), rng.uniform(0.35, 0.6)
    if without != "breath":
        phonemes = motion.breathe(phonemes, rng)
    phonemes = [(symbol, start + lead, end + lead) for symbol, start, end in phonemes]
    frames = math.ceil((phonemes[-1][2] + tail) * motion.FRAME_RATE)
    times = np.arange(frames) / float(motion.FRAME_RATE)
    sound = voice.record(dry, rate, rng, lead=lead, seconds=float(frames / motion.FRAME_RATE),
                         level=voice.voice_of(speaker).level, dry=without == "conditions")  # fmt: skip
    tracks = motion.act(
        phonemes, voice.envelope(dry, rate, times - lead), times, rng,
        emotion=clip.emotion, intensity=clip.intensity, energy=person.energy,
        effort=delivery.level,
        reach=0.1 if without == "coarticulation" else 1.0,
    )  # fmt: skip
    moved = shape.move(person.face, tracks)
    landmarks = shape.project(moved, tracks["pose"], scale=SCALE, centre=CENTRE)
    symbols, starts, ends = zip(*phonemes, strict=True)
    truth = {
        "landmarks": landmarks.astype(np.float32),
        "times": times,
        "text": np.array(text),
        "phonemes": np.array(symbols),
        "starts": np.array(starts),
        "ends": np.array(ends),
        **{name: track.astype(np.float32) for name, track in tracks.items()},
    }
    return sound, truth, moved, person


def read_truth(video: str | Path) -> dict[str, np.ndarray]:
    """Read what is known about a clip of the embedded corpus.

    Returns
    -------
    dict
        ``landmarks`` (T, 68, 2) pixels, ``times`` (T,) s, ``pose`` (T, 5) yaw, pitch, roll in radians and
        shift, ``phonemes`` with ``starts`` and ``ends`` in seconds, ``text``, and the tracks of `motion.act`.

    Explained in notebook 01.
    """
    path = Path(video).with_suffix(".truth.npz")
    if not path.exists():
        raise StudyError(
            f"{path} is missing: only clips of the embedded corpus have a truth beside them, make it again."
        )
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


def true_landmarks(video: str | Path, frames: int) -> np.ndarray:
    """Read the true landmarks of the pictures that `media.read_frames` shows: (frames, 68, 2) pixels.

    Explained in notebook 02.
    """
    truth = read_truth(video)
    shown = np.abs(truth["times"] - np.arange(frames)[:, None] / FRAME_RATE).argmin(axis=1)
    return truth["landmarks"][shown]


@threadpool_limits.wrap(limits=1)  # clips are made side by side, and sums depend on the number of threads
def _write(clips: Sequence[Clip], folder: Path) -> None:
    """Make some clips, one after the other."""
    cv2.setNumThreads(1)
    for clip in clips:
        _write_one(clip, folder)


def _write_one(clip: Clip, folder: Path) -> None:
    """Make one clip; the video comes last, so that a clip with a video is a finished one."""
    sound, truth, moved, person = perform(clip)
    rng = np.random.default_rng([clip.seed, clip.speaker, 1, *clip.stem.encode()])
    still = scene.light(scene.paint_speaker(clip.speaker), rng)
    pictures = portrait.film(still, person, moved, truth["pose"], truth["landmarks"])
    path = clip.path(folder)
    with files.atomic_path(path.with_suffix(".truth.npz")) as temporary:
        np.savez_compressed(temporary, **truth)
    encode.write_video(
        path, pictures, fps=motion.FRAME_RATE, audio=sound, audio_rate=voice.RATE, quickly=True
    )


def _tidy(folder: Path, clips: list[Clip], seed: int) -> None:
    """Remove what was made by other code, from another seed, or is not wanted now; touch nothing else."""
    recipe = {"seed": seed, "code": files.digest(files.code_digests("s2f_utils.synthetic.talking_heads"))}
    present = [path for path in folder.glob("Actor_*/*") if _NAME.fullmatch(path.name)]
    known = files.read_json(folder / _RECIPE)
    if present and not known:
        raise StudyError(f"{folder} holds recordings that were not made here: choose another folder.")
    wanted = {clip.path(folder) for clip in clips} if known == recipe else set()
    for path in present:
        if path.with_name(path.name.removesuffix(".truth.npz").removesuffix(".mp4") + ".mp4") not in wanted:
            path.unlink()
    if known != recipe:
        files.write_json(folder / _RECIPE, recipe)
