"""Somebody speaks: from pieces of sound to messages, faces at once and pictures as fast as they are drawn."""

import queue
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from s2f_utils.faces import geometry
from s2f_utils.live.moving import Moving
from s2f_utils.live.pieces import Pieces

_PATIENCE = 10.0  # seconds without a sound after which nobody is there any more
_ON_THEIR_WAY = 3  # pictures that may be sent before the first of them is shown
_LOST = 1.0  # seconds after which a picture on its way is no longer waited for


class Session:
    """Two threads that live as long as somebody speaks: one hears and answers, one draws.

    Parameters
    ----------
    pieces
        Where the sound comes in; the session closes it.
    face
        Tells whose face is to move, at each moment.
    send
        Takes a message, a mapping and buffers, from any thread: ``faces`` with the ``moments`` at which they
        were said, and (m, 68, 2) float32 in sizes of an aligned crop; ``picture`` with its ``moment`` and
        ``number``, and a JPEG; ``over`` with a ``sentence`` when something went wrong. ``spent`` is how many
        milliseconds the work took.
    tell
        Is told of each face after it was sent: the neutral face, (m, 68, 2) displacement and the moments.

    See notebook 07_speech_to_face.
    """

    def __init__(
        self,
        pieces: Pieces,
        face: Callable[[], Moving],
        send: Callable[[dict, Sequence[bytes]], None],
        tell: Callable[[np.ndarray, np.ndarray, Sequence[float]], None] | None = None,
    ) -> None:
        self._pieces, self._face, self._send, self._tell = pieces, face, send, tell
        self._newest: queue.SimpleQueue = queue.SimpleQueue()  # landmarks and their moment; None at the end
        self._number = self._shown = 0  # of the last picture sent, and of the last one seen
        self._seen = threading.Condition()
        self._threads = [threading.Thread(target=self._safely, args=(work,), daemon=True)
                         for work in (self._hear, self._draw)]  # fmt: skip
        for thread in self._threads:
            thread.start()

    @property
    def over(self) -> bool:
        """Whether nothing is heard any more."""
        return not self._threads[0].is_alive()

    def add(self, samples: np.ndarray, moment: float, shown: int = 0) -> None:
        """Take a piece of sound as `Pieces.add` does, and note the number of the last picture shown."""
        with self._seen:
            self._shown = max(shown, self._shown)
            self._seen.notify()
        self._pieces.add(samples, moment)

    def close(self) -> None:
        """End what is going on, and wait for it."""
        self._pieces.close()
        for thread in self._threads:
            thread.join()

    def _safely(self, work: Callable[[], None]) -> None:
        """Say that something failed: a thread's error would be seen by nobody."""
        try:
            work()
        except Exception as problem:
            sentence = f"The face stopped ({type(problem).__name__}: {problem}); press Speak again."
            self._send({"kind": "over", "sentence": sentence}, [])
        finally:
            self._pieces.close()
            self._newest.put(None)

    def _hear(self) -> None:
        while (answer := self._pieces.answer(patience=_PATIENCE)) is not None:
            neutral = self._face().neutral
            landmarks = neutral + answer.motion
            facts = {"moments": answer.moments.tolist(), "spent": answer.spent}
            self._send({"kind": "faces", **facts}, [geometry.in_crop(landmarks, 1).tobytes()])
            if self._tell:
                self._tell(neutral, answer.motion, facts["moments"])
            if len(landmarks):
                self._newest.put((landmarks[-1], float(answer.moments[-1])))

    def _draw(self) -> None:
        while (job := self._next()) is not None:
            start = time.perf_counter()
            picture = self._face().jpeg(job[0])
            self._number += 1
            facts = {"number": self._number, "moment": job[1], "spent": 1000 * (time.perf_counter() - start)}
            self._send({"kind": "picture", **facts}, [picture])

    def _next(self) -> tuple[np.ndarray, float] | None:
        """Wait until a picture can be sent, and take the newest face then."""
        with self._seen:
            self._seen.wait_for(lambda: self._number - self._shown < _ON_THEIR_WAY, _LOST)
        job = self._newest.get()
        while job is not None and not self._newest.empty():
            job = self._newest.get()
        return job
