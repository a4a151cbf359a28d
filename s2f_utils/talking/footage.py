"""A film whose person is to say something else: its own frames, to and fro, each with another mouth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

from s2f_utils import FRAME_RATE, StudyError
from s2f_utils.faces import geometry, rest, tracking, usable
from s2f_utils.talking import compositing

SHORTEST = FRAME_RATE // 2  # frames; a film of fewer is no more than a photograph
_SHORTEST_SHOT = FRAME_RATE  # frames before a cut
_CELLS = 16  # across a picture, by which it is known again,
_OTHER_PICTURE, _OTHER_PLACE = 0.12, 0.08  # unlike each other, and faces so many of their widths apart,
_SUDDEN = 4.0  # if that is so many times as much as just before and after, are two shots
_HEAD_TURNS = 0.3 * FRAME_RATE  # frames in which a head hardly turns, and a mouth has opened and closed
# How much of a point is moved by what is said and not by what was filmed: of mouth and chin all, at the ears
# nothing.
_SAYS = np.zeros((68, 1), np.float32)
_SAYS[:17, 0] = np.clip((8 - np.abs(np.arange(17) - 8)) / 4, 0, 1)
_SAYS[48:] = 1


@dataclass(frozen=True, eq=False)
class Footage:
    """Frames of a film, 25 a second, with one face in all of them.

    ``photos`` are those frames as they were filmed; ``rest`` (n, 68, 2) is the pose-free face at rest as the
    head is held in each of them.
    """

    photos: Sequence[compositing.Photograph]
    rest: np.ndarray

    def asked(self, motion: np.ndarray) -> np.ndarray:
        """Let (T, 68, 2) motion move mouth and jaw; all else does what it does in the film: (T, 68, 2)."""
        order = to_and_fro(len(self.photos), len(motion))
        filmed = np.stack([photo.landmarks for photo in self.photos])[order]
        return (filmed + _SAYS * (self.rest[order] + motion - filmed)).astype(np.float32)

    def film(self, asked: np.ndarray, painted: np.ndarray | None) -> Iterator[np.ndarray]:
        """Show the frames with the (T, 68, 2) landmarks of `asked`, painted as in ``compositing.film``."""
        for index, number in enumerate(to_and_fro(len(self.photos), len(asked))):
            photo, now = self.photos[number], slice(index, index + 1)
            mouth = None if painted is None else painted[now]
            yield from compositing.film(photo, photo.landmarks, asked[now], mouth)


def to_and_fro(count: int, frames: int) -> np.ndarray:
    """Number the frames of a film that has too few, without a jump: 0 … n-1, n-1 … 0, and so on.

    See notebook 07_speech_to_face.
    """
    return np.resize(np.r_[0:count, count - 1 : -1 : -1], frames)


def of(images: Sequence[np.ndarray], landmarks: np.ndarray, learned: np.ndarray | None) -> Footage:
    """Make footage of (height, width, 3) pictures, whose face has the (n, 68, 2) landmarks in pixels.

    By what `rest` has ``learned``, the face at rest is estimated; without it, its lips are closest there. See
    notebook 07_speech_to_face.
    """
    steady = geometry.smooth(landmarks)
    a, b = geometry.pose_transform(steady)
    faces = geometry.upright(steady, a, b)
    if learned is None:
        still = np.broadcast_to(geometry.neutral(faces), faces.shape)
    else:  # what an estimate misses comes and goes with each sound, how the head is held comes slowly
        still = gaussian_filter1d(rest.at_rest(faces, learned), _HEAD_TURNS, axis=0, mode="nearest")
    rows = zip(images, faces, a, b, strict=True)
    photos = [compositing.Photograph(image, face, complex(p), complex(q)) for image, face, p, q in rows]
    return Footage(photos, still)


def part_with_face(name: str | Path, images: Sequence[np.ndarray], start: int) -> tuple[slice, np.ndarray]:
    """Find the part of a film in which one face is seen throughout, and its (n, 68, 2) landmarks in pixels.

    Looked for from frame ``start`` on, it ends at a cut, or where no face that can talk is seen for longer
    than ``tracking.MAX_GAP``, which is said. Raises ``StudyError`` where that is too early. See notebook
    07_speech_to_face.
    """
    cut = start + _cut(_picture_changes(images[start:]), _OTHER_PICTURE)
    found = list(tracking.follow(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in images[start:cut]))
    points, good = tracking.fill_gaps(found)
    good[good] = usable.require(name, points[good], images[0].shape[:2])
    seen = np.flatnonzero(good)
    first, lost = seen[0], 1 + seen[np.append(np.diff(seen), np.inf) > tracking.MAX_GAP + 1][0]
    jump = first + _cut(_face_moves(points[first:lost]), _OTHER_PLACE)
    part = slice(start + first, start + min(lost, jump))
    if part.stop < len(images):
        _end_early(name, part, changes=jump < lost or part.stop == cut)
    return part, points[first : min(lost, jump)]


def _end_early(name: str | Path, part: slice, *, changes: bool) -> None:
    """Say until when a film is used, or raise a ``StudyError`` if that is no use."""
    frames, until = part.stop - part.start, f"{part.stop / FRAME_RATE:.1f} s"
    if changes and frames < _SHORTEST_SHOT:
        raise StudyError(
            f"FACE={name}: the picture changes at {until}; choose a film without cuts, or a photo."
        )
    if frames < SHORTEST:
        raise StudyError(
            f"FACE={name}: the face is hidden, cut off or turned away at {until}; choose another film."
        )
    why = "the picture changes" if changes else "the face is hidden, cut off or turned away"
    print(f"FACE={name}: it is used up to {until}, where {why}.")


def _picture_changes(images: Sequence[np.ndarray]) -> np.ndarray:
    """Measure how little each picture is like the one before: (n - 1,), 0 for the same."""
    looks = []
    for image in images:
        small = cv2.resize(image, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA).mean(axis=2)
        looks.append((small - small.mean()) / (small.std() + 1e-3))
    looks = np.stack(looks)
    return 1 - (looks[1:] * looks[:-1]).mean(axis=(1, 2))


def _face_moves(landmarks: np.ndarray) -> np.ndarray:
    """Measure how far (n, 68, 2) faces are from where they were: (n - 1,), in widths of a face."""
    widths = np.linalg.norm(landmarks[1:, 0] - landmarks[1:, 16], axis=-1)
    return np.linalg.norm(np.diff(landmarks[:, 36:48].mean(axis=1), axis=0), axis=-1) / widths


def _cut(changes: np.ndarray, least: float) -> int:
    """Find the frame, of n, that begins another shot: n if none does. Nothing near it is as sudden."""
    around = np.pad(changes, 2)
    others = np.max([around[:-4], around[1:-3], around[3:-1], around[4:]], axis=0, initial=0)
    cuts = np.flatnonzero((changes > least) & (changes > _SUDDEN * others))
    return int(cuts[0]) + 1 if len(cuts) else len(changes) + 1
