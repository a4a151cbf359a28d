"""Sound goes in; faces come out at once, pictures as fast as they can be drawn and no faster than seen."""

import threading
import time

import numpy as np
import pytest

from s2f_utils.live.pieces import Pieces
from s2f_utils.live.session import Session
from s2f_utils.live.stream import Stream


class Slow:
    """A face that takes its time to be drawn."""

    def __init__(self, seconds: float) -> None:
        self.neutral, self.seconds, self.drawn = np.zeros((68, 2), np.float32), seconds, []

    def jpeg(self, landmarks):
        time.sleep(self.seconds)
        self.drawn.append(landmarks)
        return b"a picture"


def hears(session: Session, waiting: int) -> None:
    """Wait until no more pieces wait than that."""
    while len(session._pieces._waiting) > waiting and not session.over:
        time.sleep(0.005)


@pytest.fixture
def speak(model, voice):
    """Speak for a while into a session with a face; what was sent, and the session."""
    sessions = []

    def speak(face, *, seen: bool = True, pieces: int = 50):
        sent = []
        session = Session(Pieces(Stream(model), 48_000), lambda: face, lambda *one: sent.append(one))
        sessions.append(session)
        for number in range(pieces):
            shown = max([facts["number"] for facts, _ in sent if facts["kind"] == "picture"], default=0)
            session.add(voice[1920 * number : 1920 * (number + 1)], 40.0 * number, shown if seen else 0)
            hears(session, 5)
            time.sleep(0.01)
        return session, sent

    yield speak
    for session in sessions:
        session.close()


def of_kind(sent: list, kind: str) -> list:
    return [(facts, buffers) for facts, buffers in sent if facts["kind"] == kind]


def test_faces_and_pictures_are_sent_while_somebody_speaks(speak):
    face = Slow(0.0)
    session, sent = speak(face)
    assert not session.over
    hears(session, 0)
    session.close()
    assert session.over
    faces = of_kind(sent, "faces")
    counts = [len(facts["moments"]) for facts, _ in faces]
    assert [len(buffers[0]) for _, buffers in faces] == [4 * 136 * count for count in counts]
    assert sum(counts) == 50 - 1 - 3  # the last one reaches beyond the sound, three are to come
    pictures = of_kind(sent, "picture")
    assert [facts["number"] for facts, _ in pictures] == list(range(1, len(pictures) + 1))
    assert 0 < len(pictures) <= sum(counts) and all(facts["spent"] >= 0 for facts, _ in pictures)
    assert not of_kind(sent, "over")


def test_who_draws_slowly_draws_the_newest(speak):
    face = Slow(0.15)
    session, sent = speak(face)
    session.close()
    moments = [facts["moment"] for facts, _ in of_kind(sent, "picture")]
    known = [moment for facts, _ in of_kind(sent, "faces") for moment in facts["moments"]]
    assert 2 <= len(moments) < len(known) / 2 and moments == sorted(moments)
    assert set(moments) <= set(known)


def test_pictures_that_nobody_sees_are_not_piled_up(speak):
    _, sent = speak(Slow(0.0), seen=False)
    assert len(of_kind(sent, "picture")) <= 4 < len(of_kind(sent, "faces"))


def test_a_failure_is_said_once_and_ends_it(speak):
    session, sent = speak(None)
    session.close()
    ((facts, _),) = of_kind(sent, "over")
    assert facts["sentence"].endswith("press Speak again.") and session.over


def test_it_ends_when_nobody_is_there_any_more(model, monkeypatch):
    monkeypatch.setattr("s2f_utils.live.session._PATIENCE", 0.05)
    before = threading.active_count()
    session = Session(Pieces(Stream(model), 48_000), lambda: Slow(0), lambda *_: None)
    for _ in range(100):
        if session.over and threading.active_count() == before:
            break
        time.sleep(0.05)
    assert session.over and threading.active_count() == before
