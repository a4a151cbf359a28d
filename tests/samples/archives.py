"""Archives of recordings, and a server on this machine that breaks and lies."""

import contextlib
import hashlib
import io
import json
import re
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np


def film(name: str) -> bytes:
    """Bytes that follow from a name and do not pack, like those of a video."""
    return np.random.default_rng(list(name.encode())).bytes(300_000)


def archive(names: list[str], *, content=film) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            # Always of one date: two archives of the same recordings are the same.
            made.writestr(zipfile.ZipInfo(name), content(name), compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()


class Server(ThreadingHTTPServer):
    """A record with one archive per person; ``breaks`` transfers stop in the middle."""

    def __init__(
        self, archives: dict[str, bytes], *, breaks: int = 0, ranges: bool = True, checksum: str = ""
    ):
        super().__init__(("127.0.0.1", 0), Handler)
        self.archives, self.breaks, self.ranges, self.checksum = archives, breaks, ranges, checksum
        self.asked: list[tuple[str, str | None]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Answers in the shape of Zenodo's interface."""

    server: Server

    def do_GET(self):
        """Send the record's list of files, or a file from where it was asked for."""
        asked = self.headers.get("Range")
        self.server.asked.append((self.path, asked))
        if self.path.startswith("/api/records/"):
            return self._answer(
                json.dumps({"files": [self._entry(name) for name in self.server.archives]}).encode()
            )
        body = self.server.archives[self.path.rsplit("/", 1)[1]]
        start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and self.server.ranges else 0
        return self._answer(body[start:], status=206 if start else 200, may_break=True)

    def _entry(self, name: str) -> dict:
        body = self.server.archives[name]
        checksum = self.server.checksum or "md5:" + hashlib.md5(body, usedforsecurity=False).hexdigest()
        return {
            "key": name,
            "size": len(body),
            "checksum": checksum,
            "links": {"self": f"{self.server.url}/f/{name}"},
        }

    def _answer(self, body: bytes, *, status: int = 200, may_break: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if may_break and self.server.breaks:
            self.server.breaks -= 1
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Say nothing."""


@contextlib.contextmanager
def serve(archives: dict[str, bytes], **options):
    server = Server(archives, **options)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
