"""A film whose person is to say something else: its own frames, to and fro, each with another mouth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

from s2f_utils import FRAME_RATE, StudyError
from s2f_utils.faces import geometry, rest, tracking
from s2f_utils.talking import compositing

SHORTEST = FRAME_RATE // 2  # frames; a film of fewer is no more than a photograph
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


def part_with_face(name: str, images: Sequence[np.ndarray]) -> tuple[slice, np.ndarray]:
    """Find the part of a film in which one face is seen throughout, and its (n, 68, 2) landmarks in pixels.

    It ends where the face is lost for longer than ``tracking.MAX_GAP``, which is said. Raises ``StudyError``
    where that is too early.
    """
    found = list(tracking.follow(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in images))
    seen = np.flatnonzero([points is not None for points in found])
    lost = np.flatnonzero(np.diff(seen) > tracking.MAX_GAP + 1)
    part = slice(seen[0], 1 + (seen[lost[0]] if len(lost) else seen[-1]))
    frames = part.stop - part.start
    if frames < SHORTEST:
        raise StudyError(
            f"FACE={name}: the face is seen for {frames / FRAME_RATE:.1f} s only; choose a film that shows "
            "it throughout, or a photo."
        )
    if part.stop < len(images):
        print(f"FACE={name}: it is used up to {part.stop / FRAME_RATE:.1f} s, where the face is lost.")
    return part, tracking.fill_gaps(found[part])[0]
