"""The way from a panel to a studio, in this process or in one that makes the films of a whole class."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import connection
from pathlib import Path
from typing import Protocol

from s2f_utils import StudyError
from s2f_utils.studio import order as orders

ADDRESS = "S2F_STUDIO"  # names in the environment where a studio listens
_PATIENCE = 180  # seconds for a studio to start, in which it imports TensorFlow
_LOST = (EOFError, ConnectionError)


class Studio(Protocol):
    """What makes films for a panel."""

    def offer(self) -> orders.Offer:
        """Tell who and which networks are there."""

    def make(self, order: orders.Order) -> Iterator[orders.Message]:
        """Tell about the wait, then give a film, then files; raises ``StudyError`` for what cannot be."""


def find(models: str | Path, store: str | Path) -> Studio:
    """Return the studio that is there for a whole class, or else one of this process alone.

    See notebook 07_speech_to_face.
    """
    if address := os.environ.get(ADDRESS):
        return Remote(address)
    from s2f_utils.studio import making

    return making.Studio(models, store)


class Remote:
    """A studio that listens at an address of this machine. See notebook 07_speech_to_face."""

    def __init__(self, address: str, *, patience: float = _PATIENCE) -> None:
        self._address, self._patience = address, patience

    def offer(self) -> orders.Offer:
        """Tell who and which networks are there, as soon as the studio has opened."""
        (offer,) = self._again(orders.Question())
        return offer

    def make(self, order: orders.Order) -> Iterator[orders.Message]:
        """Order a film; all about the wait comes first. One that goes lost while it waits is ordered anew."""
        return self._again(order)

    def _again(self, message: orders.Message) -> Iterator[orders.Message]:
        waits = True
        while waits:
            with suppress(*_LOST):
                for news in self._ask(message):
                    waits = isinstance(news, orders.Wait) and news.ahead > 0
                    yield news
                return
        # It may be this very order that the studio does not survive: it is not given twice.
        raise StudyError("The studio stopped while it made this film, and starts again; press once more.")

    def _ask(self, message: orders.Message) -> Iterator[orders.Message]:
        with self._connect() as studio:
            studio.send_bytes(orders.pack(message))
            while True:
                news = orders.unpack(studio.recv_bytes())
                if isinstance(news, orders.Done):
                    return
                if isinstance(news, orders.Problem):
                    raise StudyError(news.sentence)
                yield news

    def _connect(self) -> connection.Connection:
        end = time.monotonic() + self._patience
        while True:
            with suppress(OSError):
                return connection.Client(self._address)
            if time.monotonic() > end:
                raise StudyError("The studio that makes the films does not answer; start `make page` again.")
            time.sleep(0.2)
