"""Who is served when: a few at a time, in the order in which they came, each told how long it takes."""

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_EVERY = 0.5  # seconds between two looks at whoever waits
_SMOOTH = 0.3  # how much the last one says about the next


@dataclass(eq=False)
class _Place:
    load: float
    started: float | None = None  # when it was served first


class Line:
    """A line before something that serves a few at a time.

    Parameters
    ----------
    abreast
        How many are served at the same time.
    pace
        Seconds that a unit of load takes, at first; then it is learned from those who were served.

    See notebook 07_speech_to_face.
    """

    def __init__(self, *, abreast: int = 1, pace: float = 1.0) -> None:
        self._abreast, self._pace = abreast, pace
        self._places: list[_Place] = []
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, load: float, tell: Callable[[int, float], None]) -> Iterator[None]:
        """Wait, then be one of those who are served while the block lasts, however it ends.

        Parameters
        ----------
        load
            How much is to be done, in any unit: seconds of sound, for instance.
        tell
            Gets how many are before, 0 when the turn has come, and in about how many seconds this one has
            been served; when it comes, and twice a second. What it raises, such as that nobody waits any
            more, ends the wait and frees the place.
        """
        place = _Place(load)
        with self._changed:
            self._places.append(place)
        try:
            while place.started is None:
                tell(*self._look(place))  # outside of the lock: whom it tells may be slow
                self._wait(place)
            tell(0, self._pace * load)
            yield
            self._pace += _SMOOTH * ((time.monotonic() - place.started) / load - self._pace)
        finally:
            with self._changed:
                self._places.remove(place)
                self._changed.notify_all()

    def _wait(self, place: _Place) -> None:
        with self._changed:
            if self._changed.wait_for(lambda: place in self._places[: self._abreast], _EVERY):
                place.started = time.monotonic()

    def _look(self, place: _Place) -> tuple[int, float]:
        """Let those before be served in thought, each where it is free first."""
        with self._changed:
            ahead, now = self._places.index(place), time.monotonic()
            free = [0.0] * self._abreast
            for one in self._places[: ahead + 1]:
                spent = now - one.started if one.started else 0.0
                ends = free[0] + max(self._pace * one.load - spent, 0.0)
                heapq.heapreplace(free, ends)
            return ahead, ends
