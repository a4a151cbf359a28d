"""Sound to spectra: log-mel and loudness at 100 columns per second, and the FFT matrix of 2017."""

from collections.abc import Iterator
from functools import cache

import librosa
import numpy as np

from s2f_utils import FRAME_RATE, SAMPLE_RATE, StudyError

COLUMN_RATE = 100  # spectrum columns per second
COLUMNS_PER_FRAME = COLUMN_RATE // FRAME_RATE
N_MELS = 40
LOWEST, HIGHEST = 60, 7600  # Hz: the edges of the mel bands
_HOP = SAMPLE_RATE // COLUMN_RATE
WINDOW = SAMPLE_RATE // 40  # 25 ms
N_FFT = 512  # the power of two above the window
PRE_EMPHASIS = 0.97  # of the sample before is taken away: high frequencies have little power, much meaning
_BLOCK = SAMPLE_RATE // 200  # 5 ms
_PIECE = 1000  # columns that are computed at once, so that long recordings fit in memory
_REACH_OF_SPEECH, _ABOVE_NOISE = 30.0, 6.0  # dB below a clip's loud moments, and over its quiet ones
DYNAMIC_RANGE = 11.5  # natural log of power: 50 dB below the loudest moment counts as silence
_SILENCE = -60.0  # dB below full scale: quieter than any recording of speech at its loudest moment


def require_sound(audio: np.ndarray, name: str) -> None:
    """Raise a ``StudyError`` naming the recording if its loudest moment is under −60 dB of full scale."""
    if len(audio) < WINDOW or 20 * np.log10(np.abs(audio).max() + 1e-12) < _SILENCE:
        raise StudyError(f"{name}: the sound is only silence; choose a recording in which somebody speaks.")


def log_mel(audio: np.ndarray, *, n_frames: int | None = None) -> np.ndarray:
    """Log-mel power spectrum, 4 columns for each video frame.

    25 ms Hann windows every 10 ms, pre-emphasis 0.97, 40 mel bands from 60 to 7600 Hz. Column ``j`` is
    centred on ``j`` / 100 s; edges are mirrored, since zeros would look like a click.

    Parameters
    ----------
    audio
        (n,) samples at 16 kHz.
    n_frames
        Video frames T to cover; by default as many as the sound fills.

    Returns
    -------
    (4T, 40) float32 array, natural logarithm of power, not normalised.

    See notebooks 01_exploration and 02_feature_extraction.
    """
    return np.concatenate([_log_mel(piece)[keep] for piece, keep in _pieces(_fit(audio, n_frames))])


def at_columns(audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hear (n,) samples just as they are: ``log_mel`` (n / 160, 40) and ``loudness`` (n / 160,).

    Whoever hears a piece of a sound knows which of its columns the piece's ends have touched. See notebook
    07_speech_to_face.
    """
    return _log_mel(audio), _loudness(audio)


def _log_mel(audio: np.ndarray) -> np.ndarray:
    emphasised = audio - PRE_EMPHASIS * np.pad(audio, (1, 0), mode="edge")[:-1]
    hann = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(_windows(emphasised) * hann, N_FFT)) ** 2
    return np.log(power @ _mel_bands() + 1e-10).astype(np.float32)


def _windows(audio: np.ndarray) -> np.ndarray:
    """Cut (n,) samples into windows of 25 ms, each centred on its column: (n / 160, 400)."""
    mirrored = np.pad(audio, WINDOW // 2, mode="reflect")
    return np.lib.stride_tricks.sliding_window_view(mirrored, WINDOW)[: len(audio) : _HOP]


@cache
def _mel_bands() -> np.ndarray:
    """Weights of Slaney's mel bands: (257, 40)."""
    return librosa.filters.mel(sr=SAMPLE_RATE, n_fft=N_FFT, n_mels=N_MELS, fmin=LOWEST, fmax=HIGHEST).T


def _pieces(parts: list[np.ndarray]) -> Iterator[tuple[np.ndarray, slice]]:
    """Cut a long recording, in parts, into pieces that overlap, and say which columns of each to keep."""
    margin = 10  # columns, more than any window is wide
    begins = np.cumsum([0, *map(len, parts)])
    for first in range(0, begins[-1], _PIECE * _HOP):
        start, stop = max(0, first - margin * _HOP), first + (_PIECE + margin) * _HOP
        inside = [
            part[max(0, start - begin) : max(0, stop - begin)]
            for part, begin in zip(parts, begins[:-1], strict=True)
        ]
        skip = (first - start) // _HOP
        yield np.concatenate(inside), slice(skip, skip + _PIECE)


def mel_centres() -> np.ndarray:
    """Return the centres of the mel bands: (40,) Hz."""
    return librosa.mel_frequencies(N_MELS + 2, fmin=LOWEST, fmax=HIGHEST)[1:-1]


def standardised(power: np.ndarray, *, axis: int | tuple[int, ...] = 0) -> np.ndarray:
    """Bring every band of a log power spectrum to mean 0 and spread 1 over its utterance.

    What lies 50 dB below the loudest moment counts as silence, and a band of next to nothing stays small. See
    notebook 04_evaluation.
    """
    audible = np.maximum(power, power.max() - DYNAMIC_RANGE)
    spread = audible.std(axis=axis, keepdims=True) + 0.5
    return (audible - audible.mean(axis=axis, keepdims=True)) / spread


def in_context(track: np.ndarray, offsets: range, *, every: int = 1) -> np.ndarray:
    """Lay rows of (n, ...) at some offsets beside every n-th row: (rows, len(offsets), ...).

    Before the beginning and after the end the first and the last row go on. See notebook 04_evaluation.
    """
    rows = np.arange(0, len(track), every)[:, None] + np.array(offsets)
    return track[np.clip(rows, 0, len(track) - 1)]


def loudness(audio: np.ndarray, *, n_frames: int | None = None) -> np.ndarray:
    """Root-mean-square level at the columns of ``log_mel``: (4T,) float32, dB below full scale, floor −100.

    See notebook 02_feature_extraction.
    """
    return np.concatenate([_loudness(piece)[keep] for piece, keep in _pieces(_fit(audio, n_frames))])


def _loudness(audio: np.ndarray) -> np.ndarray:
    rms = np.sqrt(np.mean(_windows(audio) ** 2, axis=1))
    return np.maximum(20 * np.log10(rms + 1e-10), -100).astype(np.float32)


def audible(loudness: np.ndarray) -> np.ndarray:
    """Tell frames with speech from silence: (4T,) loudness → (T,) bool.

    A frame is audible when its loudest column lies within 30 dB of the clip's loud moments (the 95th
    percentile) and 6 dB over its quiet ones (the 5th), so that a noisy room does not count as speech. See
    notebook 04_evaluation.
    """
    quiet, loud = np.percentile(loudness, [5, 95])
    frames = loudness.reshape(-1, COLUMNS_PER_FRAME).max(axis=1)
    return frames > max(loud - _REACH_OF_SPEECH, quiet + _ABOVE_NOISE)


def speech_span(loudness: np.ndarray) -> tuple[int, int]:
    """First and last ``audible`` frame of a (4T,) loudness; of one in which nobody speaks, its ends.

    See notebook 04_evaluation.
    """
    heard = np.flatnonzero(audible(loudness))
    ends = heard[[0, -1]] if len(heard) else (0, len(loudness) // COLUMNS_PER_FRAME - 1)
    return int(ends[0]), int(ends[1])


def prolonged(track: np.ndarray, missing: int, *, reach: int) -> np.ndarray:
    """Play the last ``reach`` rows of (n, ...) backwards and forwards until ``missing`` more are there.

    Zeros would be a silence of their own, and a repeated row noise that froze. See notebook 04_evaluation.
    """
    return np.concatenate([track, _onwards(track, missing, reach)])


def _onwards(track: np.ndarray, missing: int, reach: int) -> np.ndarray:
    """Answer with what ``prolonged`` adds alone."""
    end = track[-reach:]
    widths = [(0, missing)] + [(0, 0)] * (track.ndim - 1)
    return np.pad(end, widths, mode="symmetric")[len(end) :]


def delayed(audio: np.ndarray, frames: int, *, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Let (n,) samples begin some video frames later, or earlier if negative.

    What was before goes on backwards and forwards: zeros would be a silence that no room has. See notebook
    02_feature_extraction.
    """
    samples = frames * rate // FRAME_RATE
    if samples <= 0:
        return audio[-samples:]
    return prolonged(audio[::-1], samples, reach=rate // FRAME_RATE)[::-1]


def fft_2017(audio: np.ndarray, *, n_frames: int | None = None, keep_offset: bool = True) -> np.ndarray:
    """Magnitude spectra as the 2017 course project computed them, one matrix for each video frame.

    A 61 ms window around each frame, cut into 23 pieces of 128 samples without overlap or taper. Sixteen-bit
    samples were scaled by ``x / 2**16 * 2 - 1``, which is meant for unsigned numbers: silence becomes −1, and
    its constant drowns the speech in the first bin.

    Parameters
    ----------
    audio
        (n,) samples in −1 … 1 at 48 kHz.
    n_frames
        Video frames T to cover; by default all that hear any of the sound, and one more.
    keep_offset
        Keep the scaling mistake (True) or mend it (False).

    Returns
    -------
    (T, 65, 23) float16 array: the lower half of each 128-bin spectrum (the upper half is its mirror image).

    See notebook 03_cnn_rnn_training.
    """
    length, pieces, rate = 128, 23, 48_000
    window = length * pieces
    if n_frames is None:
        n_frames = (len(audio) + window // 2) * FRAME_RATE // rate + 2
    centres = np.round(np.arange(n_frames) * rate / FRAME_RATE).astype(int)
    around = np.arange(window) - window // 2
    spectra = np.empty((n_frames, length // 2 + 1, pieces), np.float16)
    for first in range(0, n_frames, _PIECE // COLUMNS_PER_FRAME):
        some = slice(first, first + _PIECE // COLUMNS_PER_FRAME)
        inside = np.clip(centres[some, None] + around, 0, len(audio) - 1)  # the ends are repeated
        samples = audio[inside].reshape(-1, pieces, length)
        # (x * 2**15) / 2**16 * 2 - 1
        spectra[some] = np.abs(np.fft.rfft(samples - 1 if keep_offset else samples)).transpose(0, 2, 1)
    return spectra


def _fit(audio: np.ndarray, n_frames: int | None) -> list[np.ndarray]:
    """Cut the sound to a whole number of video frames, or let its ends go on until it fills them.

    A codec's first and last milliseconds are often empty, and sound often ends before its pictures do. Zeros
    there would be a click, and then a silence that no room has. Answers with what comes before, the sound and
    what comes after, since a long sound is not to be copied.
    """
    per_frame = SAMPLE_RATE // FRAME_RATE
    n_frames = max(1, len(audio) // per_frame) if n_frames is None else n_frames
    audio = audio[: n_frames * per_frame]
    blocks = audio[: len(audio) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    blocks = np.maximum(blocks.max(axis=1), -blocks.min(axis=1))
    if len(audio) < 3 * per_frame or not blocks.any():
        return [np.pad(audio, (0, n_frames * per_frame - len(audio)))]
    heard = np.flatnonzero(blocks > 0.5 * np.percentile(blocks, 10))
    # The block beside an empty one is half empty itself.
    first = min((heard[0] + 1) * _BLOCK, per_frame) if heard[0] else 0
    last = max(heard[-1] * _BLOCK, len(audio) - per_frame)
    inside = audio[first:last]
    before = _onwards(inside[::-1], first, per_frame)[::-1]
    return [before, inside, _onwards(inside, n_frames * per_frame - last, per_frame)]
