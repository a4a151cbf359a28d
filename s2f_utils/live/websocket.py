"""Faces as JSON over a WebSocket, for as many programs of this machine as like to listen."""

import asyncio
import contextlib
import errno
import json
import logging
import re
import socket
import threading

import numpy as np
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed, WebSocketException

from s2f_utils import StudyError
from s2f_utils.rigs import blendshapes, visemes

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Programs say no origin. Of pages in a browser those of this machine may listen: any site could ask for it.
_ORIGINS = (None, re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"))
_GIVE_WAY = "/give-way"  # what a page asks of the one before it, which may have been left without a word
_AGAIN = 0.5  # seconds after which a port that is taken is tried again
_SOON = 5.0  # seconds in which the thread has begun on the slowest machine
_PILED = 65_536  # bytes that wait for a program that reads slowly; until it has read them it gets no more
_QUIET = logging.Logger("websocket", level=logging.CRITICAL + 1)  # a stranger's bad request is no news here


class WebSocket:
    """A server on the loopback address, in a thread of its own.

    Parameters
    ----------
    address
        What is written about it: ``ws://host:port``.
    host, port
        Where it listens; ``host`` is one of ``LOOPBACK``. Another of these servers that is there gives way,
        and stays away; for a port that is taken otherwise it waits.

    Notes
    -----
    A frame is a text: ``{"moment": milliseconds since 1970, "blendshapes": {"jawOpen": 0.31, …},
    "visemes": {"aa": 0.62, …}}``, with Apple's names and those of ``visemes.NAMES``. See notebook
    07_speech_to_face.
    """

    def __init__(self, address: str, host: str, port: int) -> None:
        self.address = address
        self._place = host, port
        self._taken = ""
        self._listeners: set[ServerConnection] = set()
        self._loop, self._over, self._late = asyncio.new_event_loop(), asyncio.Event(), asyncio.Event()
        self._tried = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._tried.wait(_SOON)  # whoever has a server can be heard, or knows that the port is taken

    def send(self, shapes: np.ndarray, mouths: np.ndarray, moment: float) -> None:
        """Send (52,) blendshapes and (15,) visemes, and when the face was said, to all who listen now."""
        rows = {"blendshapes": (blendshapes.NAMES, shapes), "visemes": (visemes.NAMES, mouths)}
        frame = {"moment": moment}
        for kind, (names, row) in rows.items():
            frame[kind] = dict(zip(names, row.round(4).tolist(), strict=True))
        self._loop.call_soon_threadsafe(self._broadcast, json.dumps(frame, separators=(",", ":")))

    def beat(self) -> None:
        """Do nothing: who listens is known."""

    def state(self) -> tuple[str, bool]:
        """Say in a sentence where the numbers go, and whether something is wrong with that."""
        if self._late.is_set():
            return f"Another page tells the face's numbers at {self.address} now; reload this one.", True
        if self._taken:
            return f"{self._taken} It is tried again and again.", True
        count = len(self._listeners)
        listen = {0: "no program listens", 1: "one program listens"}.get(count, f"{count} programs listen")
        return f"The face's numbers, and no sound, are told at {self.address}; {listen}.", False

    def close(self) -> None:
        """Bid all listeners farewell and give the port back."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        options = {"origins": _ORIGINS, "compression": None, "close_timeout": 1, "logger": _QUIET}
        tried = 0
        while not self._over.is_set() and not self._late.is_set():
            try:
                async with serve(self._welcome, *self._place, **options):
                    self._taken = ""
                    self._tried.set()
                    ends = [asyncio.ensure_future(one.wait()) for one in (self._over, self._late)]
                    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                    for one in ends:
                        one.cancel()
            except OSError as problem:
                self._tried.set()
                tried, reason = tried + 1, unavailable(self.address, problem)
                self._taken = reason if tried > 1 else ""  # at first it may be another page's
                await self._ask_to_give_way()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._over.wait(), _AGAIN)
        await self._over.wait()

    async def _ask_to_give_way(self) -> None:
        """Ask whoever has the port; a program that is not ours does not understand."""
        host, port = self._place
        address = f"ws://{f'[{host}]' if ':' in host else host}:{port}{_GIVE_WAY}"
        patience = {"open_timeout": 1, "close_timeout": 1, "proxy": None, "logger": _QUIET}
        with contextlib.suppress(OSError, TimeoutError, WebSocketException):
            async with connect(address, **patience):
                pass

    async def _welcome(self, listener: ServerConnection) -> None:
        if listener.request.path == _GIVE_WAY:
            self._late.set()
            return
        self._listeners.add(listener)
        try:
            with contextlib.suppress(ConnectionClosed):
                async for _ in listener:  # what it says is read, or its farewell would not be
                    pass
        finally:
            self._listeners.discard(listener)

    def _broadcast(self, text: str) -> None:
        ready = [one for one in self._listeners if one.transport.get_write_buffer_size() < _PILED]
        broadcast(ready, text)


def require_free(address: str, host: str, port: int) -> None:
    """Raise ``StudyError`` where nobody can listen at a port. See notebook 07_speech_to_face."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as problem:
        raise StudyError(unavailable(address, problem)) from None


def unavailable(address: str, problem: OSError) -> str:
    """Say in a sentence why nobody can listen there. See notebook 07_speech_to_face."""
    if problem.errno == errno.EADDRINUSE:
        return f"{address}: this port is taken by another program or page; end that, or give another port."
    if problem.errno in (errno.EACCES, errno.EPERM):
        return f"{address}: this port is not for everybody; give one above 1023."
    return f"{address}: nobody can listen there ({(problem.strerror or str(problem)).lower()})."
