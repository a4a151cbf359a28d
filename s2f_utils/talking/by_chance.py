"""What sound does not say, drawn by chance from a seed for films: blinks, the head's sway and small nods.

No score is measured on it, and no table holds it. Gaze is left out: landmarks have no pupils, and to bend
what lies between lids moves lashes and rim as well.
"""

import numpy as np

from s2f_utils import FRAME_RATE
from s2f_utils.faces import geometry
from s2f_utils.sound import speech
from s2f_utils.synthetic import shape

_UPPER, _LOWER = geometry.LIDS
_SHUTS, _OPENS = 0.10, 0.15  # seconds that lids take
_BETWEEN = 2.5, 5.5  # seconds from one blink to the next
_IN_PAUSE, _NEAR = 0.5, round(0.8 * FRAME_RATE)  # how many blinks wait for a pause, and at most how long
_MEET = 0.25  # where closed lids lie between the open lower and upper one
_LASHES = 1.3  # how much larger an eye with its rim and lashes is than its landmarks
# Yaw, pitch and roll in radians, a shift in inter-ocular distances: how far the head sways, and how often.
_SWAY, _RATE = np.array([0.05, 0.03, 0.025, 0.015, 0.01]), 0.35
_NEARER = 0.006  # of its size, as it comes closer
_NOD = 0.035  # radians on the loudest syllables
_ACCENT = 9  # frames over which a loud syllable is felt


def move(landmarks: np.ndarray, loudness: np.ndarray | None = None, *, seed: int) -> np.ndarray:
    """Let a face blink and its head sway, as chance has it; what the mouth says on that head stays.

    The head turns around the neck as the embedded corpus' heads do, with the depth of its mean face.

    Parameters
    ----------
    landmarks
        (T, 68, 2) pose-free, inter-ocular distances: a person's neutral face and its motion.
    loudness
        (4T,) dB, ``speech.loudness`` of what is said: some blinks come in its pauses, and the head nods on
        its loud syllables; neither without it.
    seed
        Chooses what chance does, 0 or more.

    Returns
    -------
    (T, 68, 2) float32 landmarks.

    See notebook 07_speech_to_face.
    """
    of_lids, of_head = (np.random.default_rng([seed, number]) for number in (1, 2))
    audible = np.ones(len(landmarks), bool) if loudness is None else speech.audible(loudness)
    shut = _blinks(audible, of_lids)
    pose, nearer = _sway(len(landmarks), of_head)
    if loudness is not None:
        pose[:, 1] -= _NOD * _accents(loudness) * (1 + 0.5 * _wander(len(landmarks), of_head))
    return _turned(_lids_closed(landmarks, shut), pose, nearer)


def with_lashes(points: np.ndarray) -> np.ndarray:
    """Let the lids' points, (..., 68, 2), go around all that is to vanish when an eye closes.

    Trackers set them a little inside of the lids' edges; of a picture bent by such points, the whites in the
    corners stay when the lids meet. See notebook 07_speech_to_face.
    """
    points = points.copy()
    for eye in (slice(36, 42), slice(42, 48)):
        centre = points[..., eye, :].mean(axis=-2, keepdims=True)
        points[..., eye, :] = centre + _LASHES * (points[..., eye, :] - centre)
    return points


def _lids_closed(landmarks: np.ndarray, shut: np.ndarray) -> np.ndarray:
    """Bring upper and lower lids together, low, where (T,) ``shut`` is 1."""
    moved, shut = landmarks.astype(np.float32), shut[:, None, None].astype(np.float32)
    upper, lower = moved[:, _UPPER], moved[:, _LOWER]
    line = lower + _MEET * (upper - lower)
    moved[:, _UPPER] = upper + shut * (line - upper)
    moved[:, _LOWER] = lower + shut * (line - lower)
    return moved


def _blinks(audible: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two or three blinks in ten seconds, half of them in a pause if one is near: (T,), 1 for closed lids."""
    before, after = int(_SHUTS * FRAME_RATE), int(_OPENS * FRAME_RATE)
    past = np.arange(-before, after + 1) / FRAME_RATE
    lid = 1 - np.abs(past) / np.where(past < 0, _SHUTS, _OPENS)
    lid = lid * lid * (3 - 2 * lid)
    track = np.zeros(before + len(audible) + after)
    moment = rng.uniform(0.4, 3)
    while (frame := round(moment * FRAME_RATE)) < len(audible):
        if rng.random() < _IN_PAUSE:
            first = max(0, frame - _NEAR)
            pauses = first + np.flatnonzero(~audible[first : frame + _NEAR + 1])
            frame = min(pauses, key=lambda pause: abs(pause - frame), default=frame)
        inside = track[frame : frame + len(lid)]
        inside[:] = np.maximum(inside, lid)
        moment += rng.uniform(*_BETWEEN)
    return track[before : before + len(audible)]


def _sway(frames: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw how the head is held, (T, 5) as in ``shape.project``, and by how much it is nearer, (T,)."""
    tracks = np.stack([_wander(frames, rng) for _ in range(6)], axis=1)
    return tracks[:, :5] * _SWAY, tracks[:, 5] * _NEARER


def _wander(frames: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a slow motion of about unit size: four sines around ``_RATE`` Hz, (T,)."""
    rates, phases = rng.uniform(0.4, 2.2, 4), rng.uniform(size=4)
    track = np.zeros(frames)
    for rate, phase in zip(rates, phases, strict=True):
        turns = np.arange(frames) * (_RATE * rate / FRAME_RATE) + phase
        track += 0.35 / np.sqrt(rate) * np.sin(2 * np.pi * turns)
    return track


def _accents(loudness: np.ndarray) -> np.ndarray:
    """Find the loud syllables of (4T,) dB: (T,) 0 … 1, smooth."""
    level = loudness.reshape(-1, speech.COLUMNS_PER_FRAME).max(axis=1) - np.percentile(loudness, 95)
    accents = np.clip(2 * 10 ** (level / 20) - 1, 0, 1) * speech.audible(loudness)
    window = np.hanning(_ACCENT + 2)[1:-1]
    return np.convolve(np.pad(accents, _ACCENT // 2), window / window.sum(), mode="valid")


def _turned(landmarks: np.ndarray, pose: np.ndarray, nearer: np.ndarray) -> np.ndarray:
    """Picture a face whose head is held as (T, 5) ``pose`` says."""
    depth = np.broadcast_to(shape.mean_face()[:, 2:].astype(np.float32), (*landmarks.shape[:2], 1))
    points = np.concatenate([landmarks, depth], axis=-1)
    turned = shape.project(points, pose.astype(np.float32), scale=1, centre=(0, 0))
    return (turned * (1 + nearer[:, None, None])).astype(np.float32)
