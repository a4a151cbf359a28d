"""The process that holds the models: ``python -m s2f_utils.studio.server ADDRESS MODELS STORE``.

It ends with whoever started it, whose end of its input is closed then.
"""

import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from multiprocessing import connection

from s2f_utils import SAMPLE_RATE, StudyError
from s2f_utils.studio import making, order as orders
from s2f_utils.studio.line import Line

LONGEST = 120  # seconds of sound: more would fill the memory, and keep a class waiting
_ABREAST = 2  # films that are made at once: one by the networks, one written
_KEPT = 3  # films that are in memory at once: made, or still to become files
_BEFORE = 2.0  # seconds of sound that take as long as what every film needs, of whatever length
_BACKLOG = 128  # visitors who come in the same moment


class _Gone(Exception):
    """Nobody waits for this any more."""


class Server:
    """Takes orders from many panels at once, and makes a few films at a time.

    Parameters
    ----------
    studio
        Makes the films.
    longest
        Seconds of sound that are taken.

    See notebook 07_speech_to_face.
    """

    def __init__(self, studio: making.Studio, *, longest: float = LONGEST) -> None:
        self._studio, self._longest = studio, longest
        self._films, self._files = Line(abreast=_ABREAST), Line()
        self._kept = threading.BoundedSemaphore(_KEPT)

    def serve(self, listener: connection.Listener) -> None:
        """Take visitors for ever, each in a thread of its own."""
        while True:
            visitor = listener.accept()
            threading.Thread(target=self._visit, args=(visitor,), daemon=True).start()

    def _visit(self, visitor: connection.Connection) -> None:
        """Answer one visitor; what happens to this one, or to its film, is no other's trouble."""
        with visitor, suppress(_Gone, EOFError, OSError):
            last = orders.Done()
            try:
                self._answer(visitor, orders.unpack(visitor.recv_bytes()))
            except StudyError as problem:
                last = orders.Problem(str(problem))
            except (_Gone, EOFError, OSError):
                raise
            except Exception:
                logging.exception("A film could not be made.")
                last = orders.Problem("This film could not be made; where the page was started stands why.")
            _send(visitor, last)

    def _answer(self, visitor: connection.Connection, asked: orders.Message) -> None:
        send = partial(_send, visitor)
        if isinstance(asked, orders.Question):
            send(self._studio.offer())
            return
        heard = self._studio.hear(asked)
        seconds = len(heard.audio) / SAMPLE_RATE
        if seconds > self._longest:
            raise StudyError(
                f"This sound has {seconds:.0f} s and others wait: bring {self._longest:.0f} s at most, or "
                "let `make animate` make the film."
            )

        def tell(ahead: int, left: float) -> None:
            send(orders.Wait(ahead, left))

        with ThreadPoolExecutor(1) as mail, ExitStack() as kept:  # whoever reads slowly keeps nobody waiting
            with self._films.turn(_BEFORE + seconds, tell):
                kept.enter_context(self._kept)
                film, result = self._studio.film(heard)
            mail.submit(send, film)
            with self._files.turn(seconds, lambda *_: _require(visitor)):
                files = list(making.files(asked, film, result))
            for file in files:
                mail.submit(send, file)


def _send(visitor: connection.Connection, message: orders.Message) -> None:
    _require(visitor)
    visitor.send_bytes(orders.pack(message))


def _require(visitor: connection.Connection) -> None:
    """Raise where nobody is left; a panel says nothing after its order, so what can be read is its end."""
    if visitor.poll():
        raise _Gone


def main(address: str, models: str, store: str) -> None:
    """Make films for whoever comes to an address, until the process that started this one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts parent and child: the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with connection.Listener(address, backlog=_BACKLOG) as listener:
        Server(making.Studio(models, store)).serve(listener)


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever written there
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
