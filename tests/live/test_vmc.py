"""A receiver that others wrote understands what is sent, and silence on the other side is noticed."""

import socket

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.live import vmc
from tests.live.receivers import frames, free_port, osc, wait

FACE = np.linspace(0, 1, 52), np.linspace(1, 0, 15), 0.0
HEARD = "The face's numbers, and no sound, go to osc://there."


@pytest.fixture
def sender():
    port = free_port(socket.SOCK_DGRAM)
    one = vmc.Vmc("osc://there", "127.0.0.1", port)
    yield one, port
    one.close()


def test_a_frame_arrives_whole_and_under_the_names_that_avatars_have(sender):
    one, port = sender
    with osc(port) as heard:
        one.send(*FACE)
        wait(lambda: len(heard) == 52 + 15 + 1)
    (values,) = frames(heard)
    assert np.allclose(list(values.values()), [*FACE[0], *FACE[1]], atol=1e-6)
    # As the sample of UniVRM and Oculus' rigs write them, and none as VRM writes its own mouths.
    names = {
        "JawOpen",
        "EyeBlinkLeft",
        "MouthSmileRight",
        "BrowInnerUp",
        "TongueOut",
        "viseme_PP",
        "viseme_aa",
    }
    assert len(values) == 67 and names < set(values)
    assert not {"A", "I", "U", "E", "O", "aa", "ih", "ou", "ee", "oh"} & set(values)


def test_all_of_a_frame_lies_in_one_packet(sender):
    one, port = sender
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", port))
        server.settimeout(5)
        one.send(*FACE)
        packet = server.recv(65_536)
    assert packet.startswith(b"#bundle\0" + bytes(7) + b"\1") and packet.count(b"/VMC/Ext/Blend/Val\0") == 67
    assert packet.endswith(b"/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0") and len(packet) < 4096


def test_a_sign_of_life_finds_out_whether_somebody_hears(sender, monkeypatch):
    """Said while nobody does; whoever begins to listen hears the next frame, and it is said no more."""
    monkeypatch.setattr(vmc, "_DEAF", 0.2)
    one, port = sender
    assert one.state() == (HEARD, False)
    one.beat()
    wait(lambda: one.beat() or one.state()[1])
    assert one.state()[0] == "Nobody hears osc://there yet; the face's numbers go there all the same."
    one.send(*FACE)
    with osc(port) as heard:
        one.send(*FACE)
        wait(lambda: len(frames(heard)) == 1)
        wait(lambda: one.beat() or one.state() == (HEARD, False))
    assert {address for address, *_ in heard} >= {"/VMC/Ext/T"}


def test_a_machine_that_nobody_knows_is_said():
    with pytest.raises(StudyError, match="no machine is known as nowhere.invalid; check the name"):
        vmc.Vmc("osc://nowhere.invalid:9000", "nowhere.invalid", 9000)
    with pytest.raises(StudyError, match="osc://255.255.255.255:9000: nothing can be sent there"):
        vmc.Vmc("osc://255.255.255.255:9000", "255.255.255.255", 9000)
