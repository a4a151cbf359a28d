"""What arrives at other programs is what the face shows, frame by frame, at its own pace."""

import json
import socket
import threading
import time

import numpy as np
import pytest
from websockets.sync.client import connect

from s2f_utils import FRAME_RATE, StudyError
from s2f_utils.live import outward, vmc
from s2f_utils.live.stream import Stream
from s2f_utils.rigs import arkit, blendshapes, visemes
from tests.live.receivers import frames, free_port, osc, wait
from tests.samples.faces import oval_face


@pytest.fixture(scope="module")
def motion(model, spoken) -> np.ndarray:
    return Stream(model).hear(spoken)


@pytest.fixture
def opened():
    """Open an address; what was said about it."""
    started = []

    def opened(address: str):
        said = []
        started.append(outward.Outward(address, lambda *state: said.append(state)))
        return started[-1], said

    yield opened
    for one in started:
        if one._thread.is_alive():
            one.close()


def as_known(motion: np.ndarray, neutral: np.ndarray) -> np.ndarray:
    """Say what the rigs know of each frame by then: (T, 52 + 15)."""
    mouths = [visemes.weights(motion[: frame + 1])[-1] for frame in range(len(motion))]
    return np.hstack([arkit.weights(motion, neutral), mouths])


def test_osc_carries_what_the_rigs_say_of_the_same_landmarks(opened, motion):
    """At 25 frames a second; after the last one the face is at rest."""
    port, neutral = free_port(socket.SOCK_DGRAM), oval_face()
    with osc(port) as heard:
        one, said = opened(f"osc://localhost:{port}")
        wait(lambda: said)  # what is learned once is learned
        start = time.monotonic()
        for number, face in enumerate(motion):
            one.tell(neutral, face[None], [40.0 * number])
            time.sleep(max(0, start + (number + 1) / FRAME_RATE - time.monotonic()))
        wait(lambda: len(frames(heard)) >= len(motion))
        took = time.monotonic() - start
        wait(lambda: len(frames(heard)) > len(motion))
        one.close()
    found = np.array([list(values.values()) for values in frames(heard)])
    assert list(frames(heard)[0]) == [*vmc.SHAPES, *vmc.MOUTHS] and len(found) == len(motion) + 1
    wanted = as_known(motion, neutral)
    assert np.abs(found[:-1] - wanted).max() < 1e-6 < 0.1 < wanted[:, :52].max()
    assert np.ptp(wanted[:, 52:], axis=0).max() > 0.1
    assert np.allclose(found[-1], as_known(np.zeros((1, 68, 2)), neutral)[0], atol=1e-6)
    assert len(motion) / took == pytest.approx(FRAME_RATE, rel=0.1)


def test_a_websocket_carries_the_same(opened, motion):
    port, neutral, motion = free_port(), oval_face(), motion[20:30]
    one, said = opened(f"ws://localhost:{port}")
    wait(lambda: said)
    with connect(f"ws://127.0.0.1:{port}") as listener:
        wait(lambda: "one program listens" in said[-1][0])
        one.tell(neutral, motion, [40.0 * number for number in range(10)])
        found = [json.loads(listener.recv(timeout=10)) for _ in motion]
    assert [frame["moment"] for frame in found] == [40.0 * number for number in range(10)]
    wanted = as_known(motion, neutral)
    for kind, names, columns in (
        ("blendshapes", blendshapes.NAMES, slice(52)),
        ("visemes", visemes.NAMES, slice(52, None)),
    ):
        assert tuple(found[0][kind]) == tuple(names)
        rows = np.array([list(frame[kind].values()) for frame in found])
        assert np.abs(rows - wanted[:, columns]).max() < 1e-4


def test_a_receiver_that_starts_late_hears_and_the_silence_before_is_said_once(opened, motion, monkeypatch):
    monkeypatch.setattr(vmc, "_DEAF", 0.3)
    monkeypatch.setattr(outward, "_PAUSE", 0.1)
    port = free_port(socket.SOCK_DGRAM)
    one, said = opened(f"osc://127.0.0.1:{port}")
    wait(lambda: said and said[-1][1])
    assert "Nobody hears" in said[-1][0] and len(said) == 2
    one.tell(oval_face(), motion[:3], [0.0] * 3)
    with osc(port) as heard:
        one.tell(oval_face(), motion[3:8], [0.0] * 5)
        wait(lambda: len(frames(heard)) >= 5)
        wait(lambda: not said[-1][1])
        assert len(said) == 3


def test_telling_takes_no_time_and_of_a_heap_the_newest_is_sent(opened, motion, monkeypatch):
    port, sent = free_port(socket.SOCK_DGRAM), []

    def slowly(_, shapes, mouths, moment):
        time.sleep(0.2)
        sent.append(moment)

    monkeypatch.setattr(vmc.Vmc, "send", slowly)
    one, _ = opened(f"osc://127.0.0.1:{port}")
    start = time.perf_counter()
    for number in range(40):
        one.tell(oval_face(), motion[number : number + 1], [float(number)])
    assert time.perf_counter() - start < 0.1
    wait(lambda: 39.0 in sent)
    assert sent == sorted(sent) and len(sent) < 20


def test_it_ends_clean_at_rest(opened, motion):
    port, before = free_port(socket.SOCK_DGRAM), threading.active_count()
    with osc(port) as heard:
        one, _ = opened(f"osc://127.0.0.1:{port}")
        one.tell(oval_face(), motion[30:31], [0.0])
        one.close()
        wait(lambda: len(frames(heard)) == 2)
        assert not any(frames(heard)[1][name] for name in vmc.SHAPES)
    assert threading.active_count() == before


def test_a_failure_is_said(opened, monkeypatch):
    monkeypatch.setattr(vmc.Vmc, "beat", lambda _: 1 / 0)
    _, said = opened(f"osc://127.0.0.1:{free_port(socket.SOCK_DGRAM)}")
    wait(lambda: "The face's numbers stopped (ZeroDivisionError" in said[-1][0] if said else False)
    assert said[-1][1]


@pytest.mark.parametrize(
    "address",
    ["talk.mp4", "", "osc://", "osc://127.0.0.1", "ws://:9001", "osc://h:0", "osc://h:99999", "osc://h:x",
     "http://h:1", "osc://h:1/path", "osc://me@h:1", "ws://[::1:9001"],
)  # fmt: skip
def test_what_is_no_address_is_said(address):
    with pytest.raises(StudyError) as said:
        outward.require(address)
    assert str(said.value) == (
        f"OUT={address}: a live face goes out to osc://host:port or ws://127.0.0.1:port, such as "
        "osc://127.0.0.1:39539; give one of these."
    )


def test_other_machines_are_reached_by_osc_alone():
    assert outward.read("osc://192.168.1.7:39539") == ("osc", "192.168.1.7", 39539)
    assert outward.read("ws://[::1]:9001/") == ("ws", "::1", 9001)
    with pytest.raises(
        StudyError, match="of this machine alone; give ws://127.0.0.1:9001, or osc://host:9001"
    ):
        outward.read("ws://192.168.1.7:9001")


def test_an_address_that_can_be_had_is_required_in_silence():
    outward.require(f"osc://127.0.0.1:{free_port(socket.SOCK_DGRAM)}")  # whether somebody hears or not
    port = free_port()
    outward.require(f"ws://127.0.0.1:{port}")
    with socket.create_server(("127.0.0.1", port)), pytest.raises(StudyError, match="this port is taken"):
        outward.require(f"ws://127.0.0.1:{port}")
