"""Sound to spectra: log-mel and loudness at 100 columns per second, and the FFT matrix of 2017."""

from collections.abc import Iterator

import librosa
import numpy as np

from s2f_utils import FRAME_RATE, SAMPLE_RATE, StudyError

COLUMN_RATE = 100  # spectrum columns per second
COLUMNS_PER_FRAME = COLUMN_RATE // FRAME_RATE
N_MELS = 40
_LOWEST, _HIGHEST = 60, 7600  # Hz: the edges of the mel bands
_HOP = SAMPLE_RATE // COLUMN_RATE
_WINDOW = SAMPLE_RATE // 40  # 25 ms
_BLOCK = SAMPLE_RATE // 200  # 5 ms
_PIECE = 1000  # columns that are computed at once, so that long recordings fit in memory
_REACH_OF_SPEECH, _ABOVE_NOISE = 30.0, 6.0  # dB below a clip's loud moments, and over its quiet ones
DYNAMIC_RANGE = 11.5  # natural log of power: 50 dB below the loudest moment counts as silence
_SILENCE = -60.0  # dB below full scale: quieter than any recording of speech at its loudest moment


def require_sound(audio: np.ndarray, name: str) -> None:
    """Raise a ``StudyError`` naming the recording if its loudest moment is under −60 dB of full scale."""
    if len(audio) < _WINDOW or 20 * np.log10(np.abs(audio).max() + 1e-12) < _SILENCE:
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
    audio = librosa.effects.preemphasis(_fit(audio, n_frames), coef=0.97)
    return np.concatenate([_log_mel(piece)[keep] for piece, keep in _pieces(audio)])


def _log_mel(audio: np.ndarray) -> np.ndarray:
    power = librosa.feature.melspectrogram(
        y=audio,
        sr=SAMPLE_RATE,
        n_fft=512,
        win_length=_WINDOW,
        hop_length=_HOP,
        n_mels=N_MELS,
        fmin=_LOWEST,
        fmax=_HIGHEST,
        pad_mode="reflect",
    )
    return np.log(power[:, :-1] + 1e-10).T.astype(np.float32)


def _pieces(audio: np.ndarray) -> Iterator[tuple[np.ndarray, slice]]:
    """Cut a long recording into minutes that overlap, and say which columns of each to keep."""
    margin = 10  # columns, more than any window is wide
    for first in range(0, len(audio), _PIECE * _HOP):
        start = max(0, first - margin * _HOP)
        skip = (first - start) // _HOP
        yield audio[start : first + (_PIECE + margin) * _HOP], slice(skip, skip + _PIECE)


def mel_centres() -> np.ndarray:
    """Return the centres of the mel bands: (40,) Hz."""
    return librosa.mel_frequencies(N_MELS + 2, fmin=_LOWEST, fmax=_HIGHEST)[1:-1]


def loudness(audio: np.ndarray, *, n_frames: int | None = None) -> np.ndarray:
    """Root-mean-square level at the columns of ``log_mel``: (4T,) float32, dB below full scale, floor −100.

    See notebook 02_feature_extraction.
    """
    return np.concatenate([_loudness(piece)[keep] for piece, keep in _pieces(_fit(audio, n_frames))])


def _loudness(audio: np.ndarray) -> np.ndarray:
    rms = librosa.feature.rms(y=audio, frame_length=_WINDOW, hop_length=_HOP, pad_mode="reflect")
    return np.maximum(20 * np.log10(rms[0, :-1] + 1e-10), -100).astype(np.float32)


def audible(loudness: np.ndarray) -> np.ndarray:
    """Tell frames with speech from silence: (4T,) loudness → (T,) bool.

    A frame is audible when its loudest column lies within 30 dB of the clip's loud moments (the 95th
    percentile) and 6 dB over its quiet ones (the 5th), so that a noisy room does not count as speech.

    See notebook 04_evaluation.
    """
    quiet, loud = np.percentile(loudness, [5, 95])
    frames = loudness.reshape(-1, COLUMNS_PER_FRAME).max(axis=1)
    return frames > max(loud - _REACH_OF_SPEECH, quiet + _ABOVE_NOISE)


def prolonged(track: np.ndarray, missing: int, *, reach: int) -> np.ndarray:
    """Play the last ``reach`` rows of (n, ...) backwards and forwards until ``missing`` more are there.

    Zeros would be a silence of their own, and a repeated row noise that froze. See notebook 04_evaluation.
    """
    end = track[-reach:]
    widths = [(0, missing)] + [(0, 0)] * (track.ndim - 1)
    return np.concatenate([track, np.pad(end, widths, mode="symmetric")[len(end) :]])


def delayed(audio: np.ndarray, frames: int, *, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Let (n,) samples begin some video frames later, or earlier if negative.

    What was before goes on backwards and forwards: zeros would be a silence that no room has.

    See notebook 02_feature_extraction.
    """
    samples = frames * rate // FRAME_RATE
    if samples <= 0:
        return audio[-samples:]
    return prolonged(audio[::-1], samples, reach=rate // FRAME_RATE)[::-1]


def fft_2017(audio: np.ndarray, *, n_frames: int, keep_offset: bool = True) -> np.ndarray:
    """Magnitude spectra as the 2017 course project computed them, one matrix for each video frame.

    A 61 ms window around each frame, cut into 23 pieces of 128 samples without overlap or taper. Sixteen-bit
    samples were scaled by ``x / 2**16 * 2 - 1``, which is meant for unsigned numbers: silence becomes −1, and
    its constant drowns the speech in the first bin.

    Parameters
    ----------
    audio
        (n,) samples in −1 … 1 at 48 kHz.
    n_frames
        Video frames T to cover.
    keep_offset
        Keep the scaling mistake (True) or mend it (False).

    Returns
    -------
    (T, 65, 23) float16 array: the lower half of each 128-bin spectrum (the upper half is its mirror image).

    See notebook 03_cnn_rnn_training.
    """
    length, pieces, rate = 128, 23, 48_000
    window = length * pieces
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


def _fit(audio: np.ndarray, n_frames: int | None) -> np.ndarray:
    """Cut the sound to a whole number of video frames, or let its ends go on until it fills them.

    A codec's first and last milliseconds are often empty, and sound often ends before its pictures do. Zeros
    there would be a click, and then a silence that no room has.
    """
    per_frame = SAMPLE_RATE // FRAME_RATE
    n_frames = max(1, len(audio) // per_frame) if n_frames is None else n_frames
    audio = audio[: n_frames * per_frame]
    blocks = np.abs(audio[: len(audio) // _BLOCK * _BLOCK]).reshape(-1, _BLOCK).max(axis=1)
    if len(audio) < 3 * per_frame or not blocks.any():
        return np.pad(audio, (0, n_frames * per_frame - len(audio)))
    heard = np.flatnonzero(blocks > 0.5 * np.percentile(blocks, 10))
    # The block beside an empty one is half empty itself.
    first = min((heard[0] + 1) * _BLOCK, per_frame) if heard[0] else 0
    last = max(heard[-1] * _BLOCK, len(audio) - per_frame)
    earlier = prolonged(audio[first:last][::-1], first, reach=per_frame)[::-1]
    return prolonged(earlier, n_frames * per_frame - last, reach=per_frame)
