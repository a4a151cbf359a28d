"""Films and stills: a painted person bent by the landmarks of every frame, features drawn on top."""

from collections.abc import Iterator
from functools import cache, lru_cache

import cv2
import numpy as np

from s2f_utils.synthetic import motion, moving_parts, scene, shape, voice
from s2f_utils.synthetic.canvas import CENTRE, SCALE, SIZE, to_film
from s2f_utils.synthetic.people import Person, person_of

VISEMES = {
    "pause": "_", "p b m": "p", "f v": "f", "θ ð": "θ", "t d n": "t", "s z": "s", "ʃ ʒ": "ʃ", "l": "l",
    "ɹ": "ɹ", "k ɡ ŋ": "k", "w": "w", "iː": "i", "ɪ": "ɪ", "ɛ": "ɛ", "æ": "æ", "ɑː": "ɑ", "ʌ": "ʌ", "ɔː": "ɔ",
    "ʊ": "ʊ", "uː": "u",
}  # fmt: skip
_HELD = {"borderMode": cv2.BORDER_REPLICATE}  # what lies outside of a picture is like its edge
_CELL = 4  # the bending is computed on every fourth pixel and interpolated
_BENDING = [*range(17, 60), *range(17)]  # inner lips overlap when closed, so they do not bend the skin
# Around the 68 points: ears, skull and hair that turn with the head; neck and frame that stay.
_SKULL = np.array([
    (-0.95, -0.4, -0.6), (0.95, -0.4, -0.6), (-0.7, -0.95, -0.4), (0.7, -0.95, -0.4), (0, -1.15, -0.3),
    (-0.95, 0.2, -0.7), (0.95, 0.2, -0.7), (0, -0.6, 0.05), (-0.45, -0.6, 0), (0.45, -0.6, 0),
    (-1.05, 0.8, -0.8), (1.05, 0.8, -0.8),
])  # fmt: skip
_STILL = np.array(
    [(x, y) for x in np.linspace(0, SIZE, 7) for y in (0, SIZE)]
    + [(x, y) for x in (0, SIZE) for y in np.linspace(0, SIZE, 7)[1:-1]]
    + [(x, SIZE * 0.88) for x in np.linspace(0, SIZE, 7)]
)


def film(
    still: np.ndarray, person: Person, moved: np.ndarray, pose: np.ndarray, landmarks: np.ndarray
) -> Iterator[np.ndarray]:
    """Draw a clip.

    Parameters
    ----------
    still
        (S, S, 3) lit painting of the person (`scene.light`), mouth and eyes not yet drawn.
    person
        Whose it is.
    moved, pose, landmarks
        (T, 68, 3) face before the head turns, (T, 5) head pose, (T, 68, 2) the same in pixels of the film.

    Yields
    ------
    (256, 256, 3) uint8 RGB picture per frame. Explained in notebook 01.
    """
    skull = shape.project(np.repeat(_SKULL[None], len(pose), 0), pose, scale=SCALE, centre=CENTRE)
    rest = np.concatenate([to_film(person.face)[_BENDING], to_film(_SKULL), _STILL])
    now = np.concatenate([landmarks[:, _BENDING], skull, np.repeat(_STILL[None], len(pose), 0)], axis=1)
    weights = _bending_weights(rest.tobytes())
    source = (cv2.GaussianBlur(still, (0, 0), 0.6) * 255).astype(np.uint8)
    mouth = moving_parts.Mouth(person, moved, pose, landmarks, still)
    eyes = moving_parts.Eyes(person, landmarks, still)
    rims = moving_parts.glasses(person, pose)
    for frame in range(len(landmarks)):
        picture = _bend(source, weights, (now[frame] - rest).astype(np.float32))
        eyes.draw(picture, frame)
        mouth.draw(picture, frame)
        for rim in rims:
            moving_parts.stroke(picture, rim[frame], person.rim * 255, person.rim_width)
        yield picture


def portrait_of(speaker: int, *, size: int = 256, phoneme: str = voice.PAUSE) -> np.ndarray:
    """Picture a speaker, level and neutral, while holding a phoneme: (size, size, 3) uint8 RGB.

    Explained in notebook 01.
    """
    voice.voice_of(speaker)  # says which speakers there are
    person, quiet = person_of(speaker), np.zeros(1)
    tracks = motion.articulate([(phoneme, 0.0, 1.0)], np.array([0.3]))
    tracks |= {name: quiet for name in (*motion.EXPRESSION, "blink")}
    moved, pose = shape.move(person.face, tracks), np.zeros((1, 5))
    landmarks = shape.project(moved, pose, scale=SCALE, centre=CENTRE)
    still = scene.light(scene.paint_speaker(speaker), np.random.default_rng(speaker))
    picture = next(film(still, person, moved, pose, landmarks))
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA if size < 256 else cv2.INTER_CUBIC)


def viseme_pictures(speaker: int = 1) -> dict[str, np.ndarray]:
    """Picture the mouth shapes that the phonemes fall into: their IPA symbols → (128, 128, 3) uint8 RGB.

    Explained in notebook 01.
    """
    lower_face = slice(104, 232), slice(64, 192)
    return {name: portrait_of(speaker, phoneme=symbol)[lower_face] for name, symbol in VISEMES.items()}


@lru_cache(maxsize=8)
def _bending_weights(rest_bytes: bytes) -> np.ndarray:
    """How the shift of each control point moves each grid point: thin-plate splines, solved once a person."""
    rest = np.frombuffer(rest_bytes).reshape(-1, 2)

    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        square = ((a[:, None] - b[None]) ** 2).sum(-1) / SIZE**2
        return 0.5 * square * np.log(square + 1e-12)

    affine = np.c_[np.ones(len(rest)), rest / SIZE]
    system = np.block([[kernel(rest, rest) + 1e-5 * np.eye(len(rest)), affine], [affine.T, np.zeros((3, 3))]])
    ticks = (np.arange(SIZE // _CELL) + 0.5) * _CELL
    nodes = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    basis = np.c_[kernel(nodes, rest), np.ones(len(nodes)), nodes / SIZE]
    return np.linalg.solve(system.T, basis.T).T[:, : len(rest)].astype(np.float32)


def _bend(source: np.ndarray, weights: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Look up, for every pixel, where it comes from: the inverse of the shift field, by fixed-point steps."""
    cells = SIZE // _CELL
    forward = (weights @ shifts).reshape(cells, cells, 2)
    own, pixels, ratio = *_lattice(), source.shape[0] / SIZE
    field = forward
    for _ in range(4):
        field = cv2.remap(forward, own - field / _CELL, None, cv2.INTER_LINEAR, **_HELD)
    field = cv2.resize(field, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    return cv2.remap(source, (pixels - field) * ratio, None, cv2.INTER_LINEAR, **_HELD)


@cache
def _lattice() -> tuple[np.ndarray, np.ndarray]:
    def grid(n: int) -> np.ndarray:
        return np.stack(np.meshgrid(np.arange(n), np.arange(n)), axis=-1).astype(np.float32)

    return grid(SIZE // _CELL), grid(SIZE)
