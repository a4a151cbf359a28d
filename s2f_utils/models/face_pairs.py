"""Aligned pictures of faces, in pairs: asked landmarks and a reference go in, the picture shall come out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from s2f_utils import StudyError, features
from s2f_utils.faces import augmentation, drawing, geometry, relighting, warping
from s2f_utils.recordings import media

PARTS = len(drawing.CONTOURS)
CHANNELS = PARTS + 7  # drawn parts, reference, reference bent to the landmarks, where to paint
BENT = slice(PARTS + 3, PARTS + 6)
_PER_PAIR = 2  # windows that are cut out of a pair: to prepare a face takes as long as to learn from it
_ASIDE = 1 / 12  # of the picture, by which the middle of a window misses the mouth's


@dataclass(frozen=True)
class Faces:
    """Aligned pictures of several people; one row for each picture.

    ``pictures`` (N, S, S, 3) uint8, ``landmarks`` (N, 68, 2) pixels, ``speaker`` and ``clip`` (N,) names,
    ``order`` (N,) frame numbers within the clip; ``background`` tells whether references keep theirs. See
    notebook 06_dcgan_generation.
    """

    pictures: np.ndarray
    landmarks: np.ndarray
    speaker: np.ndarray
    clip: np.ndarray
    order: np.ndarray
    background: bool = True

    @property
    def size(self) -> int:
        """Height and width of the pictures in pixels."""
        return self.pictures.shape[1]


def gather(store: str | Path, clips: pd.DataFrame, *, size: int, background: bool = True) -> Faces:
    """Read all stored crops of some clips at one size.

    Raises ``StudyError`` where there is no clip. See notebook 06_dcgan_generation.
    """
    if clips.empty:
        raise StudyError(f"{store}: no usable clip is left to take faces from; see its clips.csv for why.")
    parts = []
    for row in clips.itertuples():
        arrays = features.load(store, row.clip_id)
        pictures = resize(arrays["faces"], size)
        points = arrays["face_landmarks"] * (size / arrays["faces"].shape[1])
        names = np.full(len(pictures), row.speaker), np.full(len(pictures), row.clip_id)
        parts.append((pictures, points.astype(np.float32), *names, arrays["face_frames"]))
    return Faces(*(np.concatenate(column) for column in zip(*parts, strict=True)), background)


def resize(pictures: np.ndarray, size: int) -> np.ndarray:
    """Bring (N, s, s, 3) uint8 pictures to (N, size, size, 3): area means down, cubic up."""
    if pictures.shape[1] == size:
        return pictures
    how = cv2.INTER_AREA if pictures.shape[1] > size else cv2.INTER_CUBIC
    return np.stack([cv2.resize(picture, (size, size), interpolation=how) for picture in pictures])


def resized(faces: Faces, size: int) -> Faces:
    """Show the same faces in pictures of another size. See notebook 06_dcgan_generation."""
    pictures = resize(faces.pictures, size)
    return replace(faces, pictures=pictures, landmarks=faces.landmarks * np.float32(size / faces.size))


def sequence(store: str | Path, clip: pd.Series, *, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Read every frame of one clip, aligned as the stored crops are.

    Returns
    -------
    pictures : (T, size, size, 3) uint8 array
    landmarks : (T, 68, 2) float32 array
        Neutral face plus smoothed motion, in pixels of the pictures: what the generator is asked for.

    See notebook 06_dcgan_generation.
    """
    arrays = features.load(store, clip["clip_id"])
    # The crop follows the smoothed pose, as the landmarks do: the tracker's jitter is no part of the truth.
    a, b = (_smooth(track) for track in geometry.pose_transform(arrays["landmarks"]))
    frames = media.read_frames(clip["path"])
    pictures = np.stack([geometry.crop(*item, size) for item in zip(frames, a, b, strict=False)])
    return pictures, geometry.in_crop(arrays["neutral"] + arrays["motion"], size)[: len(pictures)]


def _smooth(track: np.ndarray) -> np.ndarray:
    return geometry.smooth(track.real) + 1j * geometry.smooth(track.imag)


def reference_for(faces: Faces, clip_id: str) -> int:
    """Choose the one picture from which a person is known: a typical one of another clip, lips closed.

    Of the fifth of the pictures with the lips closest it is the one nearest to their median face; the very
    closest lips are those of an odd moment. A person with one clip only is shown by the clip's last picture,
    the farthest in time from its start. See notebook 06_dcgan_generation.
    """
    own = faces.clip == clip_id
    others = np.flatnonzero((faces.speaker == faces.speaker[own][0]) & ~own)
    if not len(others):
        return int(np.flatnonzero(own)[-1])
    opening = geometry.opening(faces.landmarks[others])
    closed = others[opening <= np.quantile(opening, 0.2)]
    apart = faces.landmarks[closed] - np.median(faces.landmarks[closed], axis=0)
    return int(closed[np.linalg.norm(apart, axis=-1).mean(axis=1).argmin()])


def condition(
    landmarks: np.ndarray, reference: np.ndarray, reference_landmarks: np.ndarray, *, background: bool = True
) -> np.ndarray:
    """Show the generator what is asked for: (T, S, S, 13) float32 pictures.

    Parameters
    ----------
    landmarks
        (T, 68, 2) asked landmarks in pixels.
    reference
        (S, S, 3) uint8 picture of the person.
    reference_landmarks
        (68, 2) its landmarks in pixels.
    background
        Keep what surrounds the face in the reference; grey otherwise.

    Returns
    -------
    (T, S, S, 13) float32: six drawn parts 0 … 1, the reference and the reference bent to the asked
    landmarks, −1 … 1, and where to paint, 0 … 1.

    See notebook 06_dcgan_generation.
    """
    size = len(reference)
    if not background:
        reference = relighting.without_background(reference, reference_landmarks)
    made = np.empty((len(landmarks), size, size, CHANNELS), np.float32)
    made[..., :PARTS] = [drawing.draw_parts(points, size) for points in landmarks]
    made[..., PARTS : PARTS + 3] = to_float(reference)
    made[..., BENT] = to_float(warping.warp(reference, reference_landmarks, landmarks))
    made[..., -1] = [relighting.painted(points, size) for points in landmarks]
    return made


def to_float(pictures: np.ndarray) -> np.ndarray:
    """Scale 0 … 255 to −1 … 1 float32."""
    return pictures.astype(np.float32) / 127.5 - 1


def to_pictures(values: np.ndarray) -> np.ndarray:
    """Scale −1 … 1 to 0 … 255 uint8."""
    return np.clip(np.round((values + 1) * 127.5), 0, 255).astype(np.uint8)


def batches(
    faces: Faces,
    *,
    batch_size: int,
    steps: int,
    rng: np.random.Generator,
    patch: int | None = None,
    augment: bool = True,
) -> Iterator[dict[str, np.ndarray]]:
    """Draw random training pairs, or windows of ``patch`` pixels around their mouths.

    Yields
    ------
    dict
        ``condition`` (B, S, S, 13) and ``target`` (B, S, S, 3), −1 … 1: the true face in the light and
        surroundings of the reference; ``weight`` (B, S, S), larger on mouth and eyes; ``wrong``
        (B, S, S, 6), parts drawn from other landmarks of the same person. With ``patch`` that is S, and each
        pair gives two windows.

    See notebook 06_dcgan_generation.
    """
    partners = _partners(faces)
    opening = geometry.opening(faces.landmarks)
    pairs = batch_size if patch is None else -(-batch_size // _PER_PAIR)
    for _ in range(steps):
        # Of two candidates the wider open mouth is drawn: it has more to teach.
        candidates = rng.integers(len(faces.pictures), size=(pairs, 2))
        chosen = np.take_along_axis(candidates, opening[candidates].argmax(axis=1)[:, None], axis=1)[:, 0]
        rows = [_pair(faces, index, partners[index], opening, rng, augment) for index in chosen]
        if patch is not None:
            rows = [_window(row, patch, rng) for row in rows for _ in range(_PER_PAIR)][:batch_size]
        yield {key: np.stack([row[key] for row in rows]) for key in rows[0]}


def _window(pair: dict[str, np.ndarray], patch: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Cut a window out of a pair: around what is to be painted, a little aside."""
    where = pair["condition"][..., -1]
    place = relighting.window_around(where, patch, aside=rng.uniform(-_ASIDE, _ASIDE, 2) * len(where))
    return {key: value[place] for key, value in pair.items()}


def ahead(stream: Iterator[dict]) -> Iterator[dict]:
    """Prepare the next batch in a thread while the current one is learned from."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, stream, None)
        while (batch := waiting.result()) is not None:
            waiting = pool.submit(next, stream, None)
            yield batch


def _partners(faces: Faces) -> list[np.ndarray]:
    """List for each picture those of the same person from other clips, or else from its own clip."""
    found = {}
    for clip in np.unique(faces.clip):
        own = faces.clip == clip
        same = faces.speaker == faces.speaker[own][0]
        others = np.flatnonzero(same & ~own)
        found[clip] = others if len(others) else np.flatnonzero(own)
    return [found[clip] for clip in faces.clip]


def _pair(
    faces: Faces,
    index: int,
    partners: np.ndarray,
    opening: np.ndarray,
    rng: np.random.Generator,
    augment: bool,
) -> dict:
    other, third = rng.choice(partners, 2)
    if opening[third] < opening[other]:  # the one picture known mostly shows closed lips
        other, third = third, other
    pictures = faces.pictures[[index, other]]
    points = faces.landmarks[[index, other, third]]
    if augment:
        pictures, points = augmentation.another_person(pictures, points, rng)
    shown = condition(points[:1], pictures[1], points[1], background=faces.background)[0]
    lit = relighting.in_light_of(pictures[:1], points[:1], pictures[1], points[1])
    inside = relighting.face_mask(points[0], faces.size)[..., None]
    return {
        "condition": shown,
        "target": inside * to_float(lit[0]) + (1 - inside) * shown[..., BENT],
        "weight": relighting.detail_weight(points[0], faces.size),
        "wrong": drawing.draw_parts(points[2], faces.size),
    }
