"""Sound as a browser hands it over, in pieces at its own rate, and the faces that belong to its moments."""

import threading
import time
from collections import deque
from dataclasses import dataclass

import numpy as np

from s2f_utils import FRAME_RATE
from s2f_utils.live.resampling import Resampler
from s2f_utils.live.stream import Stream

BEHIND = 0.5  # seconds of waiting sound from which on only the newest face is shown
TOO_FAR = 2.0  # seconds of waiting sound from which on some is left out: it comes faster than it is heard
_RATES = 8_000, 384_000  # samples a second that a browser may bring
_KEPT = 256  # pieces whose moments are remembered, several times what the network looks back


@dataclass(frozen=True)
class Answer:
    """Faces that sound has moved: (m, 68, 2) displacement, and (m,) the moments at which each was said.

    A moment is that of the middle of its frame, in milliseconds of the clock that stamped the pieces;
    ``spent`` milliseconds were needed for each face that was worked out, shown or not.
    """

    motion: np.ndarray
    moments: np.ndarray
    spent: float


class Pieces:
    """Turns pieces of sound, as they come, into faces; never falls behind for long.

    One thread adds pieces, another one works them through. If more than ``BEHIND`` seconds wait, all of them
    are heard, so that the state of the stream stays right, but only the newest face is answered; of more than
    ``TOO_FAR`` seconds the oldest are left out.

    Parameters
    ----------
    stream
        What hears 16 kHz.
    rate
        Samples a second of the pieces.

    See notebook 07_speech_to_face.
    """

    def __init__(self, stream: Stream, rate: float) -> None:
        if not _RATES[0] <= rate <= _RATES[1]:
            raise ValueError(f"{rate} samples a second are no sound that a browser brings")
        self._stream, self._rate = stream, rate
        self._resampler = Resampler(round(rate))
        self._waiting: deque[tuple[np.ndarray, float]] = deque()
        self._arrived = threading.Condition()
        self._closed = False
        self._heard = self._frames = 0  # samples at the browser's rate; faces
        self._ends: deque[tuple[float, float]] = deque(maxlen=_KEPT)  # of pieces: second of sound, moment

    def add(self, samples: np.ndarray, moment: float) -> None:
        """Take (n,) more samples, of which the last one was captured at ``moment``, in milliseconds."""
        # One number that is none would stay in the stream for ever.
        samples = np.clip(np.nan_to_num(samples, posinf=0, neginf=0), -1, 1).astype(np.float32)
        with self._arrived:
            self._waiting.append((samples, moment))
            self._arrived.notify()

    def close(self) -> None:
        """Let nobody wait for an answer any longer."""
        with self._arrived:
            self._closed = True
            self._arrived.notify()

    def answer(self, *, patience: float) -> Answer | None:
        """Work through all that waits; None where nothing comes within ``patience`` seconds, or no more.

        There may be no face in an answer.
        """
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting or self._closed, patience)
            if self._closed or not self._waiting:
                return None
            pieces = list(self._waiting)
            self._waiting.clear()
        start = time.perf_counter()
        seconds = np.array([len(samples) for samples, _ in pieces]) / self._rate
        after = seconds[::-1].cumsum()[::-1]  # of each piece on
        if after[0] > TOO_FAR:
            pieces = [piece for piece, left in zip(pieces, after, strict=True) if left <= BEHIND]
            pieces = pieces or [(np.zeros(0, np.float32), 0.0)]  # one that was too long by itself
        for samples, moment in pieces:
            self._heard += len(samples)
            self._ends.append((self._heard / self._rate, moment))
        motion = self._stream.hear(self._resampler.hear(np.concatenate([one for one, _ in pieces])))
        moments = np.array([self._moment(self._frames + index) for index in range(len(motion))])
        self._frames += len(motion)
        shown = slice(-1, None) if after[0] > BEHIND else slice(None)
        spent = 1000 * (time.perf_counter() - start) / max(len(motion), 1)
        return Answer(motion[shown], moments[shown], spent)

    def _moment(self, frame: int) -> float:
        """Say when the middle of a frame was captured."""
        middle = (frame + 0.5) / FRAME_RATE
        end, moment = next((one for one in self._ends if one[0] >= middle), self._ends[-1])
        return moment - 1000 * (end - middle)
