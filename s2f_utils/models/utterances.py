"""Whole utterances in batches of one length, and the augmentation that makes few speakers go further."""

from collections.abc import Sequence

import keras
import numpy as np
from scipy import ndimage, signal

from s2f_utils.faces.geometry import MIRROR
from s2f_utils.models import manner
from s2f_utils.sound.speech import COLUMN_RATE, COLUMNS_PER_FRAME, N_MELS, mel_centres, prolonged

_MUTED = 0.1  # share of utterances whose speech is taken away
_PADDING = 25  # frames: lengths are rounded up to whole seconds, so that few shapes are compiled


class Utterances(keras.utils.PyDataset):
    """Batches of log-mel spectra with the motion that they should give.

    Parameters
    ----------
    clips
        Features with ``log_mel`` (4T, 40) and ``motion`` (T, 68, 2).
    length
        Frames of every utterance in a batch: shorter ones are lengthened, longer ones cut at random.
    batch_size
        Utterances in a batch.
    seed
        Seed of order and augmentation; None for neither.
    told
        Whether the network is told the manner, too: ``manner.true`` of each clip.

    Notes
    -----
    A batch is (batch, 4·length, 40), with ``told`` also (batch, length, 9), and (batch, length, 137):
    displacement, then 1 where a frame counts.
    See notebook 03_cnn_rnn_training.
    """

    def __init__(
        self, clips: Sequence[dict], length: int, *, batch_size: int, seed: int | None, told: bool = False
    ):
        super().__init__()
        self._told = told
        self._clips, self._length, self._batch_size = clips, length, batch_size
        self._random = None if seed is None else np.random.default_rng(seed)
        self._order = np.arange(len(clips))
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-len(self._clips) // self._batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chosen = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        pairs = [self._pair(self._clips[number]) for number in chosen]
        spectra, targets = zip(*pairs, strict=True)
        if not self._told:
            return np.stack(spectra), np.stack(targets)
        how = np.stack([manner.true(self._clips[number]) for number in chosen])
        return (np.stack(spectra), np.repeat(how[:, None], self._length, axis=1)), np.stack(targets)

    def on_epoch_end(self) -> None:
        """Shuffle the clips."""
        if self._random is not None:
            self._random.shuffle(self._order)

    def _pair(self, clip: dict) -> tuple[np.ndarray, np.ndarray]:
        log_mel, motion = clip["log_mel"], clip["motion"]
        start = 0
        if self._random is not None:
            log_mel, motion = augment(log_mel, motion, self._random)
            start = int(self._random.integers(0, max(0, len(motion) - self._length) + 1))
        motion = motion[start : start + self._length].reshape(-1, 136)
        log_mel = log_mel[start * COLUMNS_PER_FRAME : (start + self._length) * COLUMNS_PER_FRAME]
        target = np.zeros((self._length, 137), np.float32)
        target[: len(motion), :-1], target[: len(motion), -1] = motion, 1
        return lengthen(log_mel, self._length * COLUMNS_PER_FRAME), target


def padded_length(frames: int) -> int:
    """Round a number of frames up to whole seconds."""
    return -(-frames // _PADDING) * _PADDING


def lengthen(track: np.ndarray, length: int, *, per_frame: int = COLUMNS_PER_FRAME) -> np.ndarray:
    """Play the last 80 ms of (n, ...) backwards and forwards until there are ``length`` rows.

    ``per_frame`` is how many rows a video frame has: a log-mel spectrum 4. A frozen room would sound odd.
    """
    return prolonged(track, max(0, length - len(track)), reach=2 * per_frame)


def lasting(row: np.ndarray, frames: int) -> np.ndarray:
    """Say a (n,) row at every frame, or the last one of (T, n) rows until there are so many."""
    rows = np.atleast_2d(row)
    return np.pad(rows, ((0, frames - len(rows)), (0, 0)), mode="edge")


def augment(log_mel: np.ndarray, motion: np.ndarray, random: np.random.Generator) -> tuple:
    """Change speaker, room and speed of an utterance at random, and the face along with it.

    Silence around the utterance, speech rate ±10 % (sound and face together), pitch ±20 %, vocal-tract
    length ±12 % (bands move along the mel axis), the echo and colour of a room and the gain and colour of a
    microphone, a coloured noise floor 0 to 39 dB below the loud moments, masked bands and moments; in half of
    the cases each, another pitch, another room, and the face mirrored. One utterance in ten loses its speech,
    and its face rests.

    Parameters
    ----------
    log_mel, motion
        (4T, 40) and (T, 68, 2).
    random
        The source of chance.

    Returns
    -------
    log_mel, motion : (4T', 40) and (T', 68, 2) float32 arrays

    Notes
    -----
    Jaitly and Hinton (2013) for vocal-tract length, Park et al. (2019) for masks. See notebook
    03_cnn_rnn_training.
    """
    if random.random() < _MUTED:
        return _without_speech(log_mel.shape, random), np.zeros_like(motion)
    log_mel, motion = _with_silence(log_mel, motion, random)
    rate = random.uniform(0.9, 1.1)
    frames = max(10, round(len(motion) / rate))
    motion = _stretch(motion.reshape(len(motion), -1), frames).reshape(-1, 68, 2)
    log_mel = _stretch(log_mel, frames * COLUMNS_PER_FRAME)
    if random.random() < 0.5:
        log_mel = _at_pitch(log_mel, random.uniform(0.83, 1.2))
    bands = np.arange(N_MELS)
    warped = np.clip(bands * random.uniform(0.88, 1.12), 0, bands[-1])
    log_mel = _stretch_to(log_mel.T, warped).T
    if random.random() < 0.5:
        log_mel = _in_room(log_mel, random.uniform(0.05, 0.5), random.uniform(0, 0.1))
    log_mel = log_mel + _colour(random, 3.0)
    noise = np.float32(np.percentile(log_mel, 95) - random.uniform(0, 9)) + _colour(random, 1.5)
    log_mel = np.logaddexp(log_mel, noise + 0.6 * random.standard_normal(log_mel.shape, np.float32))
    for axis, widest in ((1, 6), (0, 8)):
        width = random.integers(0, widest + 1)
        start = random.integers(0, log_mel.shape[axis] - width + 1)
        hidden = (slice(None), slice(start, start + width)) if axis else (slice(start, start + width),)
        log_mel[hidden] = log_mel.mean(axis=axis, keepdims=True)
    if random.random() < 0.5:
        motion = motion[:, MIRROR] * np.array([-1, 1], np.float32)
    return np.float32(log_mel), np.float32(motion)


def _without_speech(shape: tuple[int, int], random: np.random.Generator) -> np.ndarray:
    """Nothing but a coloured noise floor, from digital silence up to the level of speech."""
    floor = np.float32(random.uniform(-23, -4)) + _colour(random, 1.5)
    return floor + np.float32(random.uniform(0, 0.8)) * random.standard_normal(shape, np.float32)


def _with_silence(log_mel: np.ndarray, motion: np.ndarray, random: np.random.Generator) -> tuple:
    """Begin up to 0.8 s earlier and end up to 1.2 s later, with columns like the first and the last few."""
    before, after = (int(random.integers(0, most + 1)) for most in (20, 30))
    quiet = 2 * COLUMNS_PER_FRAME
    columns = [random.integers(0, quiet, before * COLUMNS_PER_FRAME), np.arange(len(log_mel))]
    columns.append(len(log_mel) - 1 - random.integers(0, quiet, after * COLUMNS_PER_FRAME))
    return log_mel[np.concatenate(columns)], np.pad(motion, ((before, after), (0, 0), (0, 0)), mode="edge")


def _at_pitch(log_mel: np.ndarray, ratio: float) -> np.ndarray:
    """Move the ripples that harmonics leave on the spectrum, and leave its envelope where it is."""
    envelope = ndimage.gaussian_filter1d(log_mel, 2.0, axis=1)
    centres = mel_centres()
    origin = np.interp(centres / ratio, centres, np.arange(N_MELS))
    return envelope + _stretch_to((log_mel - envelope).T, origin).T


def _in_room(log_mel: np.ndarray, seconds: float, echo: float) -> np.ndarray:
    """Let power die away by 60 dB within ``seconds``; ``echo`` is its share of the next column."""
    power, decay = np.exp(log_mel), 1e-6 ** (1 / (seconds * COLUMN_RATE))
    tail = signal.lfilter(np.float32([0, echo]), np.float32([1, -decay]), power, axis=0)
    return np.log(power + tail)


def _colour(random: np.random.Generator, spread: float) -> np.ndarray:
    """A smooth random curve over the mel bands, natural log of power: eight points, ``spread`` each."""
    points = random.normal(0, spread, 8)
    return np.interp(np.linspace(0, 7, N_MELS), np.arange(8), points).astype(np.float32)


def _stretch(track: np.ndarray, length: int) -> np.ndarray:
    """Resample (n, d) rows to another number of rows."""
    return _stretch_to(track, np.linspace(0, len(track) - 1, length))


def _stretch_to(track: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Read (n, d) rows at fractional positions, linearly between them."""
    lower = np.minimum(positions.astype(int), len(track) - 2)
    share = (positions - lower).astype(np.float32)[:, None]
    return track[lower] * (1 - share) + track[lower + 1] * share
