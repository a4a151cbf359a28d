"""Programs that hear a live face: a server of python-osc, and a client of websockets."""

import socket
import threading
import time
from contextlib import contextmanager

from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait(reached) -> None:
    end = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def osc(port: int):
    """Listen at a port: yields the messages, address and arguments, as they come."""
    heard, dispatcher = [], Dispatcher()
    dispatcher.set_default_handler(lambda address, *values: heard.append((address, *values)))
    server = BlockingOSCUDPServer(("127.0.0.1", port), dispatcher)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def frames(heard: list[tuple]) -> list[dict[str, float]]:
    """Gather what was heard into frames, each closed by its `Apply`."""
    found, values = [], {}
    for address, *rest in heard:
        if address == "/VMC/Ext/Blend/Val":
            assert rest[0] not in values
            values[rest[0]] = rest[1]
        elif address == "/VMC/Ext/Blend/Apply":
            assert not rest
            found.append(values)
            values = {}
    return found
