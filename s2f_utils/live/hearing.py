"""What the causal network hears of a voice, column by column as the sound comes."""

import numpy as np
from scipy import fft

from s2f_utils import FRAME_RATE, SAMPLE_RATE
from s2f_utils.sound import prosody, speech

_FRAME = SAMPLE_RATE // FRAME_RATE  # samples of a video frame
_HOP = SAMPLE_RATE // speech.COLUMN_RATE
# Samples from a frame's first to the last that its columns are computed from.
_NEEDED = (speech.COLUMNS_PER_FRAME - 1) * _HOP + speech.WINDOW // 2
_MOST = 50  # frames of sound that are worked through at once, so that a long gap does not fill the memory


class Hearing:
    """Turns samples into what is heard of each video frame, as soon as it can be.

    Whatever the lengths of the pieces in which the sound comes, the answers are those of ``prosody.listen``
    and ``prosody.so_far`` on the whole. What is kept does not grow.
    """

    def __init__(self) -> None:
        self._pitch = _Pitch()
        self._voice = Running()
        self._samples = np.zeros(0, np.float32)  # from the frame before the next one on
        self._frame = 0  # the next
        self._columns: list[tuple[np.ndarray, float]] = []  # log-mel and loudness that wait for their pitch

    def hear(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Take (n,) samples at 16 kHz, and tell of the m frames that they finish.

        Returns
        -------
        log_mel : (4m, 40) float32 array
        summaries : (m, 22) float32 array
            How the voice has spoken by then, a third of a second ago.
        """
        step = _MOST * _FRAME
        parts = [self._hear(samples[start : start + step]) for start in range(0, max(len(samples), 1), step)]
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))

    def _hear(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        samples = np.asarray(samples, np.float32)
        self._samples = np.concatenate([self._samples, samples])
        self._pitch.hear(samples)
        before = min(self._frame, 1)  # frames kept for the windows that begin in them
        ready = max(0, (len(self._samples) - before * _FRAME - _NEEDED) // _FRAME + 1)
        if not ready:
            return np.zeros((0, speech.N_MELS), np.float32), np.zeros((0, len(prosody.SUMMARY)), np.float32)
        frames = before + ready
        piece = np.pad(self._samples, (0, 2 * _FRAME))  # windows end before what is padded
        new = slice(before * speech.COLUMNS_PER_FRAME, frames * speech.COLUMNS_PER_FRAME)
        log_mel, loudness = (track[new] for track in speech.at_columns(piece[: (frames + 1) * _FRAME]))
        self._columns += zip(log_mel, loudness, strict=True)
        summaries = [self._summary(frame) for frame in range(self._frame, self._frame + ready)]
        self._samples = self._samples[(frames - 1) * _FRAME :]
        self._frame += ready
        return log_mel, np.stack(summaries)

    def _summary(self, frame: int) -> np.ndarray:
        """Sum up the voice as it was known at a frame."""
        until = (frame + 1) * speech.COLUMNS_PER_FRAME - prosody.AHEAD
        if until <= 0:
            return np.zeros(len(prosody.SUMMARY), np.float32)
        while self._voice.columns < until:
            log_mel, loudness = self._columns.pop(0)
            self._voice.add(*self._pitch.at(self._voice.columns), loudness, log_mel)
        return self._voice.summary()


class _Pitch:
    """Pitch and voicing at columns, tracked as the sound comes."""

    def __init__(self) -> None:
        self._stream = prosody.detector().stream(prosody.LOWEST, prosody.HIGHEST)
        self._times, self._voicing, self._semitones = np.zeros(0), np.zeros(0), np.zeros(0)

    def hear(self, samples: np.ndarray) -> None:
        """Take (n,) more samples."""
        found = self._stream.push(samples, SAMPLE_RATE)
        semitones = prosody.semitones(found.pitch_hz)
        news = found.timestamps, found.confidence, semitones
        kept = self._times, self._voicing, self._semitones
        self._times, self._voicing, self._semitones = map(np.concatenate, zip(kept, news, strict=True))

    def at(self, column: int) -> tuple[float, float]:
        """Tell pitch and voicing at a column; what lies before it is forgotten, but for the last voice."""
        time = column / speech.COLUMN_RATE
        voicing = float(np.interp(time, self._times, self._voicing, left=0, right=0))
        sure = self._voicing > prosody.VOICED
        pitch = float(np.interp(time, self._times[sure], self._semitones[sure])) if sure.any() else 0.0
        past = np.flatnonzero(self._times <= time)
        voiced = past[sure[past]]
        keep = (self._times > time) | np.isin(np.arange(len(sure)), [*past[-1:], *voiced[-1:]])
        if not keep.all():
            self._times, self._voicing = self._times[keep], self._voicing[keep]
            self._semitones = self._semitones[keep]
        return pitch, voicing


class Running:
    """Sums up how a voice has spoken so far as ``prosody.running`` does, at a cost that does not grow."""

    def __init__(self) -> None:
        self.columns = 0
        self._voiced = self._both = self._runs = 0.0
        self._sums = np.zeros(7)  # over voiced columns, of what `add` lists
        self._moves = np.zeros(2)
        self._spectrum = np.zeros(speech.N_MELS)
        self._first = self._last = None
        self._before = 0.0, 0.0, 0.0  # pitch, loudness and whether it was voiced

    def add(self, pitch: float, voicing: float, loudness: float, log_mel: np.ndarray) -> None:
        """Hear one more column: semitones, 0 … 1, dB, and (40,) log-mel."""
        time, voiced = self.columns / speech.COLUMN_RATE, float(voicing > prosody.VOICED)
        pitch_before, loudness_before, voiced_before = self._before
        if voiced:
            self._first = time if self._first is None else self._first
            self._last = time
            terms = [pitch, pitch**2, time, time**2, time * pitch, loudness, loudness**2]
            self._sums += terms
            self._spectrum += log_mel - log_mel.mean()
            if voiced_before:
                self._moves += [abs(pitch - pitch_before), abs(loudness - loudness_before)]
                self._both += 1
            else:
                self._runs += 1
        self._voiced += voiced
        self.columns += 1
        self._before = pitch, loudness, voiced

    def summary(self) -> np.ndarray:
        """Return the (22,) float32 numbers of ``prosody.SUMMARY``."""
        count = max(self._voiced, 1)
        pitch, pitch_2, time, time_2, both, loudness, loudness_2 = self._sums / count
        moved = self._moves / max(self._both, 1)
        span = max((self._last or 0) - (self._first or 0), 0.1)
        slope = (both - time * pitch) / max(time_2 - time**2, 0.01)
        spreads = np.sqrt(np.maximum([pitch_2 - pitch**2, loudness_2 - loudness**2], 0))
        cosines = fft.dct(self._spectrum / count, norm="ortho")[1:13]
        share = self._voiced / speech.COLUMN_RATE / span
        numbers = [pitch, spreads[0], moved[0], slope, spreads[1], moved[1], share, np.log(span)]
        return np.array([*numbers, self._runs / span, *cosines, loudness], np.float32)
