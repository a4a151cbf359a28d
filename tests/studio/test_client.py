"""A panel hears from its studio to the end: when it stops, what waits is ordered anew."""

import threading
from collections.abc import Callable
from multiprocessing import connection

import pytest

from s2f_utils import StudyError
from s2f_utils.studio import client, order as orders

ORDER = orders.Order(text="Good morning.")
FILM = orders.Film(b"a film", b"its sound")


@pytest.fixture
def scripted() -> Callable[[list], tuple[client.Remote, list]]:
    """Start a studio that says the same lines whatever it is asked, and hangs up: to each visitor others."""

    def start(lines: list[list[orders.Message]]) -> tuple[client.Remote, list[orders.Message]]:
        listener, asked = connection.Listener(), []

        def serve() -> None:
            with listener:
                for line in lines:
                    with listener.accept() as visitor:
                        asked.append(orders.unpack(visitor.recv_bytes()))
                        for message in line:
                            visitor.send_bytes(orders.pack(message))

        threading.Thread(target=serve, daemon=True).start()
        return client.Remote(listener.address, patience=2), asked

    return start


def test_what_a_studio_says_arrives_in_order(scripted):
    told = [orders.Wait(1, 5), orders.Wait(0, 2), FILM, orders.File("talk.mp4", b"a film")]
    studio, asked = scripted([[*told, orders.Done()]])
    assert list(studio.make(ORDER)) == told and asked == [ORDER]
    offer = orders.Offer({"21, never seen": "21"}, ["cnn_rnn"])
    studio, asked = scripted([[offer, orders.Done()]])
    assert studio.offer() == offer and asked == [orders.Question()]


@pytest.mark.parametrize("before", [[], [orders.Wait(2, 9), orders.Wait(1, 5)]])
def test_an_order_that_waited_is_given_again_when_the_studio_stops(scripted, before):
    studio, asked = scripted([before, [orders.Wait(0, 2), FILM, orders.Done()]])
    assert list(studio.make(ORDER)) == [*before, orders.Wait(0, 2), FILM]
    assert asked == [ORDER, ORDER]


@pytest.mark.parametrize("before", [[], [FILM]])
def test_an_order_that_was_worked_on_when_the_studio_stopped_is_not_given_again(scripted, before):
    """It may be what stopped it. What came of it is kept."""
    studio, asked = scripted([[orders.Wait(1, 5), orders.Wait(0, 2), *before], [FILM, orders.Done()]])
    got = []
    with pytest.raises(StudyError, match="stopped while it made this film"):
        for news in studio.make(ORDER):
            got.append(news)
    assert got == [orders.Wait(1, 5), orders.Wait(0, 2), *before] and asked == [ORDER]


def test_what_cannot_be_is_said_as_the_studio_says_it(scripted):
    studio, _ = scripted([[orders.Problem("There is nothing to say.")]])
    with pytest.raises(StudyError, match=r"^There is nothing to say\.$"):
        list(studio.make(ORDER))


def test_a_studio_that_is_not_there_is_waited_for_and_then_missed(tmp_path):
    address = str(tmp_path / "studio")
    with pytest.raises(StudyError, match="start `make page` again"):
        client.Remote(address, patience=0.1).offer()

    def open_late() -> None:
        with connection.Listener(address) as listener, listener.accept() as visitor:
            visitor.recv_bytes()
            visitor.send_bytes(orders.pack(orders.Offer({}, [])))
            visitor.send_bytes(orders.pack(orders.Done()))

    late = threading.Timer(0.3, open_late)
    late.start()
    assert client.Remote(address, patience=5).offer() == orders.Offer({}, [])
    late.join()


def test_a_panel_asks_the_class_s_studio_or_its_own(monkeypatch, tmp_path):
    from s2f_utils.studio import making

    monkeypatch.delenv(client.ADDRESS, raising=False)
    assert isinstance(client.find(tmp_path, tmp_path), making.Studio)
    monkeypatch.setenv(client.ADDRESS, str(tmp_path / "studio"))
    assert isinstance(client.find(tmp_path, tmp_path), client.Remote)
