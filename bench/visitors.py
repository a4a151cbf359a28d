"""Visitors of ``make page`` without a browser: each opens the page, types a sentence and waits for a film."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import websocket
from jupyter_server.services.kernels.connection import base

from s2f_utils import SAMPLE_RATE, files
from s2f_utils.recordings import soundtrack
from s2f_utils.talking import animate

PATIENCE = 1200  # seconds
_PROTOCOL = "v1.kernel.websocket.jupyter.org"
_SPOKEN = "{} dogs and {} kids are sitting by the door of the house, and this is what visitor {} has to say."
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()


@dataclass
class Visit:
    """What one visitor saw: seconds until the page was there, and until the film was; and what was said."""

    opened: float = 0.0
    waited: float = 0.0
    film: bytes = b""
    track: str = ""
    said: list[str] = field(default_factory=list)


class Visitor:
    """Opens the page at an address, and speaks with its kernel as a browser does."""

    def __init__(self, address: str) -> None:
        start = time.monotonic()
        with urllib.request.urlopen(address, timeout=PATIENCE) as page:
            self.kernel = re.search(r'"kernelId": ?"([^"]+)"', page.read().decode())[1]
        place = f"{address.replace('http', 'ws', 1)}/api/kernels/{self.kernel}/channels"
        self._session = uuid.uuid4().hex
        how = {"timeout": PATIENCE, "subprotocols": [_PROTOCOL]}  # voila understands no other
        self._socket = websocket.create_connection(f"{place}?session_id={self._session}", **how)
        self._ids = self._widgets()
        self.visit = Visit(opened=time.monotonic() - start)

    def close(self) -> None:
        """Vanish, as a laptop does that is shut."""
        self._socket.close()

    def press(self, **values: dict) -> None:
        """Give widgets, by their descriptions, new values, and press the button."""
        for name, state in values.items():
            self._tell(self._ids[name], {"method": "update", "state": state, "buffer_paths": []})
        self._tell(self._ids["Let it talk"], {"method": "custom", "content": {"event": "click"}})

    def watch(self) -> Visit:
        """Wait for the film, or an alarm; keep what is said meanwhile."""
        start = time.monotonic()
        while not self.visit.film:
            message, buffers = self._next()
            if message["msg_type"] != "comm_msg":
                continue
            data = message["content"]["data"]
            state, paths = data.get("state", {}), data.get("buffer_paths", [])
            bytes_of = {path[0]: bytes(one) for path, one in zip(paths, buffers, strict=True)}
            self.visit.film = bytes_of.get("film", b"")
            self.visit.track = state.get("track", self.visit.track)
            if message["content"]["comm_id"] == self._ids["status"] and "value" in state:
                self.visit.said.append(re.sub("<.*?>", "", state["value"]))
                if "alert" in state["value"]:
                    break
        self.visit.waited = time.monotonic() - start
        return self.visit

    def _widgets(self) -> dict[str, str]:
        """Ask the kernel for all widgets: description → id; the first line of HTML is the status."""
        self._send("comm_info_request", {"target_name": "jupyter.widget"})
        waited, ids = {"all"}, {}
        while waited:
            message, _ = self._next()
            content = message["content"]
            if message["msg_type"] == "comm_info_reply":
                waited = set(content["comms"])
                for one in content["comms"]:  # as they were made: the status before the downloads
                    self._tell(one, {"method": "request_state"})
            elif message["msg_type"] == "comm_msg" and content["comm_id"] in waited:
                waited.remove(content["comm_id"])
                state = content["data"].get("state", {})
                ids[state.get("description", "")] = content["comm_id"]
                if state.get("_model_name") == "HTMLModel":
                    ids.setdefault("status", content["comm_id"])
        return ids

    def _tell(self, widget: str, data: dict) -> None:
        self._send("comm_msg", {"comm_id": widget, "data": data})

    def _send(self, kind: str, content: dict) -> None:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "version": "5.4"}
        header |= {"session": self._session, "date": datetime.now(UTC).isoformat()}
        parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
        self._socket.send_binary(base.serialize_msg_to_ws_v1(parts, "shell"))

    def _next(self) -> tuple[dict, list[bytes]]:
        _, (header, _, _, content, *buffers) = base.deserialize_msg_from_ws_v1(self._socket.recv())
        return {"msg_type": json.loads(header)["msg_type"], "content": json.loads(content)}, buffers


@contextmanager
def serving(*, corpus: str, profile: str) -> Iterator[tuple[str, int]]:
    """Run ``make page``: its address and its process; it is interrupted at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "s2f_utils", "page", f"--corpus={corpus}", f"--profile={profile}"]
    with tempfile.TemporaryFile("w+") as log:
        how = {"stdout": log, "stderr": log, "cwd": files.ROOT}
        server = subprocess.Popen([*command, "--no-browser", f"--port={port}"], **how)
        try:
            end = time.monotonic() + 120
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                if server.poll() is not None or time.monotonic() > end:
                    log.seek(0)
                    raise RuntimeError(log.read())
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def sentence(number: int) -> tuple[str, int]:
    """What a visitor says in about five seconds, and in which voice: no two say the same."""
    return _SPOKEN.format(_NUMBERS[number % 12], _NUMBERS[-1 - number // 12], number + 1), 1 + number % 24


def many(address: str, count: int) -> list[Visit]:
    """Let visitors come in the same moment, each with a sentence and a voice of its own."""

    def come(number: int) -> Visit:
        visitor = Visitor(address)
        text, voice = sentence(number)
        visitor.press(Sentence={"value": text}, Voice={"index": voice - 1})
        return visitor.watch()

    with ThreadPoolExecutor(count) as visitors:
        return list(visitors.map(come, range(count)))


def whose(visit: Visit, numbers: Sequence[int]) -> int:
    """Find out by its sound which visitor's film this is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")
        path.write_bytes(visit.film)
        heard = soundtrack.read_audio(path)
    likeness = {}
    for number in numbers:
        text, voice = sentence(number)
        said = animate.say(text, speaker=voice)
        length = 1 << (len(said) + len(heard)).bit_length()
        product = np.fft.rfft(said, length) * np.conj(np.fft.rfft(heard, length))
        likeness[number] = np.abs(np.fft.irfft(product)).max() / np.linalg.norm(said) / np.linalg.norm(heard)
    best = max(likeness, key=likeness.get)
    return best if likeness[best] > 0.9 else -1


@contextmanager
def weighed(process: int, *, every: float = 1.0) -> Iterator[dict[str, float]]:
    """Weigh a process and all that it started while the block lasts: the most of it, in megabytes.

    Pages of memory that several processes share are shared out among them (PSS, of Linux alone).
    """
    most, over = {"megabytes": 0.0, "megabytes_studio": 0.0, "processes": 0.0}, threading.Event()

    def weigh() -> None:
        while not over.wait(every):
            found = {pid: _pss(pid) for pid in _family(process)}
            most["megabytes"] = max(most["megabytes"], sum(found.values()))
            most["megabytes_studio"] = max(most["megabytes_studio"], *found.values())
            most["processes"] = max(most["processes"], len(found))

    thread = threading.Thread(target=weigh)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def _family(process: int) -> list[int]:
    parents = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
    family = [process]
    for one in family:  # grows as it goes
        family += [child for child, parent in parents.items() if parent == one]
    return family


def _pss(process: int) -> float:
    with suppress(OSError, TypeError):
        rolled = Path(f"/proc/{process}/smaps_rollup").read_text()
        return int(re.search(r"^Pss:\s+(\d+)", rolled, flags=re.MULTILINE)[1]) / 1024
    return 0.0


def measure(count: int = 30, *, corpus: str = "synthetic", profile: str = "quick") -> dict[str, float]:
    """Measure one visitor, then many at once: seconds, megabytes, and films that are somebody else's."""
    with serving(corpus=corpus, profile=profile) as (address, process):
        many(address, 1)  # the first film reads the models
        alone = many(address, 1)[0].waited
        with weighed(process) as most:
            start = time.monotonic()
            visits = many(address, count)
            spent = time.monotonic() - start
    own = [whose(visit, range(count)) == number for number, visit in enumerate(visits)]
    seconds = len(animate.say(sentence(0)[0])) / SAMPLE_RATE
    return {
        "visitors": count,
        "seconds_of_speech": seconds,
        "seconds_alone": alone,
        "seconds_slowest": max(visit.waited for visit in visits),
        "seconds_all": spent,
        "seconds_to_open": max(visit.opened for visit in visits),
        "films_of_their_own": sum(own),
        **most,
    }


if __name__ == "__main__":
    profile = os.environ.get("PROFILE") or "quick"
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 30, profile=profile), indent=1))
