"""Programs listen side by side, come late, go away, read slowly; strangers are turned away."""

import json
import socket
import time

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from s2f_utils import StudyError
from s2f_utils.live import websocket
from tests.live.receivers import free_port, wait

FACE = np.linspace(0, 1, 52), np.linspace(1, 0, 15), 1234.5


@pytest.fixture
def server():
    port = free_port()
    one = websocket.WebSocket(f"ws://127.0.0.1:{port}", "127.0.0.1", port)
    assert accepts(port)  # as soon as it is made
    yield one, one.address
    if one._thread.is_alive():
        one.close()


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_all_who_listen_hear_the_same(server):
    one, address = server
    assert one.state() == (
        f"The face's numbers, and no sound, are told at {address}; no program listens.",
        False,
    )
    with connect(address) as first, connect(address) as second:
        wait(lambda: "2 programs listen" in one.state()[0])
        one.send(*FACE)
        texts = [each.recv(timeout=5) for each in (first, second)]
    frame = json.loads(texts[0])
    assert texts[0] == texts[1] and list(frame) == ["moment", "blendshapes", "visemes"]
    assert (
        frame["moment"] == 1234.5
        and frame["blendshapes"]["eyeBlinkLeft"] == 0 < frame["blendshapes"]["jawOpen"]
    )
    for kind, values in (("blendshapes", FACE[0]), ("visemes", FACE[1])):
        assert np.allclose(list(frame[kind].values()), values, atol=1e-4)
    wait(lambda: "no program listens" in one.state()[0])


def test_who_comes_late_hears_what_is_sent_from_then_on(server):
    one, address = server
    one.send(FACE[0], FACE[1], 1.0)
    with connect(address) as late:
        late.send("what a program says is nothing to us")
        wait(lambda: "one program listens" in one.state()[0])
        one.send(FACE[0], FACE[1], 2.0)
        assert json.loads(late.recv(timeout=5))["moment"] == 2.0


def test_a_page_of_another_site_may_not_listen(server):
    _, address = server
    for origin in ("https://example.org", "http://localhost.example.org", "null"):
        with pytest.raises(InvalidStatus):
            connect(address, origin=origin)
    connect(address, origin="http://localhost:8866").close()


def test_who_reads_slowly_misses_frames_and_holds_up_nobody(server):
    one, address = server
    _, port = one._place
    with socket.create_connection(("127.0.0.1", port)) as slow, connect(address) as quick:
        request = "GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        slow.sendall(
            f"{request}Sec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        wait(lambda: "2 programs listen" in one.state()[0])
        took = []
        for number in range(8000):  # some 10 MB, which no socket takes
            start = time.perf_counter()
            one.send(FACE[0], FACE[1], float(number))
            took.append(time.perf_counter() - start)
            assert json.loads(quick.recv(timeout=5))["moment"] == number
        piled = [each.transport.get_write_buffer_size() for each in list(one._listeners)]
    assert websocket._PILED <= max(piled) < 2 * websocket._PILED and np.median(took) < 0.01


def test_it_ends_with_a_farewell_and_gives_the_port_back(server):
    one, address = server
    with connect(address) as listener:
        wait(lambda: "one program" in one.state()[0])
        one.close()
        with pytest.raises(ConnectionClosed):
            listener.recv(timeout=5)
    websocket.require_free(address, *one._place)


def test_a_port_that_is_taken_is_said_and_had_once_it_is_free(monkeypatch):
    monkeypatch.setattr(websocket, "_AGAIN", 0.05)
    port = free_port()
    address = f"ws://127.0.0.1:{port}"
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(
            StudyError, match=f"{address}: this port is taken by another program or page; end"
        ):
            websocket.require_free(address, "127.0.0.1", port)
        one = websocket.WebSocket(address, "127.0.0.1", port)
        wait(lambda: one.state()[1])
        assert "this port is taken" in one.state()[0]
    wait(lambda: not one.state()[1] and accepts(port))
    with connect(address) as listener:
        wait(lambda: "one program" in one.state()[0])
        one.send(*FACE)
        assert listener.recv(timeout=5)
    one.close()


def test_the_page_before_gives_way_and_stays_away(server):
    """It may have been left without a word; who listened there comes again."""
    first, address = server
    with connect(address) as listener:
        wait(lambda: "one program" in first.state()[0])
        second = websocket.WebSocket(address, *first._place)
        with pytest.raises(ConnectionClosed):
            listener.recv(timeout=5)
    wait(lambda: accepts(second._place[1]))
    assert first.state() == (
        f"Another page tells the face's numbers at {address} now; reload this one.",
        True,
    )
    with connect(address) as listener:
        wait(lambda: "one program" in second.state()[0])
        second.send(*FACE)
        first.send(FACE[0], FACE[1], 1.0)
        assert json.loads(listener.recv(timeout=5))["moment"] == FACE[2]
    second.close()


def test_nobody_can_listen_under_an_address_of_others():
    with pytest.raises(StudyError, match="nobody can listen there"):
        websocket.require_free("ws://192.0.2.1:9001", "192.0.2.1", 9001)
    refused = websocket.unavailable("ws://127.0.0.1:80", PermissionError(13, "Permission denied"))
    assert refused == "ws://127.0.0.1:80: this port is not for everybody; give one above 1023."
