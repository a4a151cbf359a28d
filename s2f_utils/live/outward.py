"""What a live face shows goes out to other programs, as blendshapes and visemes, beside all that goes on."""

import atexit
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import numpy as np

from s2f_utils import StudyError
from s2f_utils.live import websocket
from s2f_utils.live.vmc import Vmc
from s2f_utils.live.websocket import WebSocket
from s2f_utils.rigs import arkit, visemes

_PAUSE = 0.5  # seconds without a face after which nobody speaks
_MOST = 12  # faces that may wait; of more than that the newest is sent alone
_REST = np.zeros((68, 2))


def read(address: str) -> tuple[str, str, int]:
    """Split ``osc://host:port`` or ``ws://host:port``; raises ``StudyError`` for anything else.

    See notebook 07_speech_to_face.
    """
    try:
        parts = urlsplit(address)
        kind, host, port = parts.scheme, parts.hostname or "", parts.port or 0
        more = parts.username or parts.path.strip("/") or parts.query
    except ValueError:
        kind = ""
    if kind not in ("osc", "ws") or not host or not port or more:
        raise StudyError(
            f"OUT={address}: a live face goes out to osc://host:port or ws://127.0.0.1:port, such as "
            "osc://127.0.0.1:39539; give one of these."
        )
    if kind == "ws" and host not in websocket.LOOPBACK:
        raise StudyError(
            f"OUT={address}: a WebSocket is for programs of this machine alone; give ws://127.0.0.1:{port}, "
            f"or osc://host:{port} to send to another machine."
        )
    return kind, "127.0.0.1" if host == "localhost" else host, port  # which may mean more than one address


def require(address: str) -> None:
    """Raise ``StudyError`` unless faces can go out to an address. See notebook 07_speech_to_face."""
    kind, host, port = read(address)
    if kind == "ws":
        websocket.require_free(address, host, port)
    else:
        Vmc(address, host, port).close()


class Outward:
    """A thread that turns faces into numbers and sends them.

    Parameters
    ----------
    address
        ``osc://host:port`` or ``ws://host:port``; raises ``StudyError`` where it is neither.
    say
        Is told in a sentence where the numbers go, and whether something is wrong with that; again when it
        changes.

    See notebook 07_speech_to_face.
    """

    def __init__(self, address: str, say: Callable[[str, bool], None]) -> None:
        kind, *place = read(address)
        self._link = {"osc": Vmc, "ws": WebSocket}[kind](address, *place)
        self._say, self._said = say, None
        self._faces: queue.SimpleQueue = queue.SimpleQueue()  # None at the end
        self._seen: deque[np.ndarray] = deque(maxlen=visemes.LOOKS_BACK + 1)
        self._neutral = self._fit = None
        self._thread = threading.Thread(target=self._safely, daemon=True)
        self._thread.start()
        atexit.register(self.close)  # a page that is shut while somebody speaks leaves no open mouth behind

    def tell(self, neutral: np.ndarray, motion: np.ndarray, moments: Sequence[float]) -> None:
        """Take (m, 68, 2) displacements of a (68, 2) face, and when each was said; nobody waits.

        Moments are milliseconds since 1970.
        """
        for one, moment in zip(motion, moments, strict=True):
            self._faces.put((neutral, one, moment))

    def close(self) -> None:
        """Send the face at rest, if it is not, and end."""
        atexit.unregister(self.close)
        self._faces.put(None)
        self._thread.join()

    def _safely(self) -> None:
        """Say that something failed: a thread's error would be seen by nobody."""
        try:
            self._work()
        except Exception as problem:
            reason = f"{type(problem).__name__}: {problem}"
            self._say(f"The face's numbers stopped ({reason}); reload the page.", True)
        finally:
            self._link.close()

    def _work(self) -> None:
        visemes.weights(_REST[None])  # what is learned once, before somebody speaks
        while True:
            if (state := self._link.state()) != self._said:
                self._say(*state)
                self._said = state
            try:
                face = self._faces.get(timeout=_PAUSE)
                while face is not None and self._faces.qsize() > _MOST:
                    face = self._faces.get()
            except queue.Empty:
                self._rest() if self._seen else self._link.beat()
                continue
            if face is None:
                return self._rest() if self._seen else None
            self._send(*face)

    def _rest(self) -> None:
        """Let the face be still when nobody speaks any more, and forget what was said."""
        self._seen.clear()
        self._send(self._neutral, _REST, 1000 * time.time())
        self._seen.clear()

    def _send(self, neutral: np.ndarray, motion: np.ndarray, moment: float) -> None:
        if neutral is not self._neutral:
            self._neutral, self._fit = neutral, arkit.Fit(neutral)
        self._seen.append(motion)
        (shapes,) = self._fit.weights(motion[None])
        self._link.send(shapes, visemes.weights(np.array(self._seen))[-1], moment)
