"""One studio for several panels: each gets its own film, and no one's trouble is another's."""

import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import connection
from types import SimpleNamespace

import numpy as np
import pytest

from s2f_utils import SAMPLE_RATE, StudyError
from s2f_utils.studio import client, making, order as orders, server


class Echo:
    """Makes films that are the words that were ordered."""

    def __init__(self):
        self.made = []

    def hear(self, order):
        if order.text == "nothing":
            raise StudyError("There is nothing to say.")
        seconds = 500 if order.text == "long" else 1
        return SimpleNamespace(order=order, audio=np.zeros(seconds * SAMPLE_RATE, np.float32))

    def film(self, heard):
        self.made.append(heard.order.text)
        if heard.order.text == "broken":
            raise ValueError
        return orders.Film(heard.order.text.encode(), b""), None


@pytest.fixture
def studio(monkeypatch):
    monkeypatch.setattr(making, "files", lambda order, film, result: [orders.File("talk.mp4", film.film)])
    listener, echo = connection.Listener(backlog=16), Echo()
    threading.Thread(target=server.Server(echo).serve, args=(listener,), daemon=True).start()
    studio = client.Remote(listener.address, patience=5)
    studio.made = echo.made
    return studio


def test_each_gets_its_own_film_whatever_happens_to_others(studio):
    gone = connection.Client(studio._address)
    gone.send_bytes(orders.pack(orders.Order(text="gone")))
    gone.close()

    def come(text):
        try:
            return [
                news for news in studio.make(orders.Order(text=text)) if not isinstance(news, orders.Wait)
            ]
        except StudyError as problem:
            return str(problem)

    texts = ["one", "nothing", "broken", "long", "two", "three"]
    with ThreadPoolExecutor(len(texts)) as class_:
        got = dict(zip(texts, class_.map(come, texts), strict=True))
    for text in ("one", "two", "three"):
        assert got[text] == [orders.Film(text.encode(), b""), orders.File("talk.mp4", text.encode())]
    assert got["nothing"] == "There is nothing to say."
    assert "could not be made" in got["broken"] and "bring 120 s at most" in got["long"]
    assert sorted(studio.made) == ["broken", "one", "three", "two"], "who has gone needs no film"
