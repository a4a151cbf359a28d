"""Faces as OSC in the layout of the VMC protocol, which avatars in many programs follow."""

import socket
import time
from functools import cache

import numpy as np
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from s2f_utils import StudyError
from s2f_utils.rigs import blendshapes, visemes

# Avatars made for face tracking ("Perfect Sync") write ARKit's names so, and some programs mind the case.
SHAPES = tuple(name[0].upper() + name[1:] for name in blendshapes.NAMES)
# The bare names of five are those of VRM's own mouths, which would open a second time.
MOUTHS = tuple(f"viseme_{name}" for name in visemes.NAMES)
_DEAF = 4.0  # seconds without a refusal until an address counts as heard again: not every frame is refused


class Vmc:
    """Sends faces to an address, which somebody hears or does not.

    Parameters
    ----------
    address
        What is written about it: ``osc://host:port``.
    host, port
        Where to send; raises ``StudyError`` where no machine is known by that name.

    Notes
    -----
    Each frame is one OSC bundle: ``/VMC/Ext/Blend/Val`` with name and value for each of ``SHAPES`` and
    ``MOUTHS``, then ``/VMC/Ext/Blend/Apply``; `beat` sends ``/VMC/Ext/T`` with the seconds since the
    beginning. So the specification of the VMC protocol has it (protocol.vmc.info; sh-akira's
    VirtualMotionCaptureProtocol on GitHub), by whose habit programs listen at port 39539 or 39540.
    See notebook 07_speech_to_face.
    """

    def __init__(self, address: str, host: str, port: int) -> None:
        self.address = address
        self._start, self._refused = time.monotonic(), -np.inf
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
            family, kind, protocol, _, where = min(found, key=lambda one: one[0] != socket.AF_INET)
            self._socket = socket.socket(family, kind, protocol)
            self._socket.setblocking(False)
            self._socket.connect(where)  # sends nothing; whoever refuses is heard of from now on
        except socket.gaierror:
            raise StudyError(
                f"{address}: no machine is known as {host}; check the name, or give its number."
            ) from None
        except OSError as problem:
            raise StudyError(f"{address}: nothing can be sent there ({problem.strerror}).") from None

    def send(self, shapes: np.ndarray, mouths: np.ndarray, moment: float) -> None:
        """Send (52,) blendshapes and (15,) visemes; ``moment`` has no place in this layout."""
        empty, places = _empty()
        packet = empty.copy()
        packet[places] = np.concatenate([shapes, mouths]).astype(">f4").view(np.uint8).reshape(-1, 4)
        self._send(packet.tobytes())

    def beat(self) -> None:
        """Send a sign of life while there is no face to send: it finds out whether somebody hears."""
        self._send(_message("/VMC/Ext/T", time.monotonic() - self._start).dgram)

    def state(self) -> tuple[str, bool]:
        """Say in a sentence where the numbers go, and whether something is wrong with that."""
        if time.monotonic() - self._refused < _DEAF:
            return f"Nobody hears {self.address} yet; the face's numbers go there all the same.", True
        return f"The face's numbers, and no sound, go to {self.address}.", False

    def close(self) -> None:
        """Send no more."""
        self._socket.close()

    def _send(self, packet: bytes) -> None:
        """Send without waiting; a refusal tells of the packet before, and the new one is sent again."""
        for _ in range(2):
            try:
                self._socket.send(packet)
                return
            except BlockingIOError:
                return  # the network is busy: the next frame is newer
            except OSError:
                self._refused = time.monotonic()


@cache
def _empty() -> tuple[np.ndarray, np.ndarray]:
    """Build a frame once, since that takes as long as all else: its bytes, and (67, 4) where values go."""
    bundle, ends, end = OscBundleBuilder(IMMEDIATELY), [], len("#bundle0") + 8  # and the time
    for name in SHAPES + MOUTHS:
        message = _message("/VMC/Ext/Blend/Val", name, 0.0)
        bundle.add_content(message)
        end += 4 + message.size  # which comes first
        ends.append(end)
    bundle.add_content(_message("/VMC/Ext/Blend/Apply"))
    return np.frombuffer(bundle.build().dgram, np.uint8), np.array(ends)[:, None] + np.arange(-4, 0)


def _message(address: str, *values: str | float) -> OscMessage:
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return builder.build()
