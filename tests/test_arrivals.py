"""Published corpora arrive whole, verified and safely, from a server on this machine that breaks and lies."""

import contextlib
import hashlib
import io
import json
import re
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from s2f_utils import StudyError, files
from s2f_utils.__main__ import main
from s2f_utils.recordings import downloads

CLIPS = [f"Actor_07/01-01-05-02-01-01-{number:02d}.mp4" for number in (7, 8, 9)]


def film(name: str) -> bytes:
    """Bytes that follow from a name and do not pack, like those of a video."""
    return np.random.default_rng(list(name.encode())).bytes(300_000)


def archive(names: list[str], *, content=film) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content(name))
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


def ravdess(names: list[str] = CLIPS, **options):
    return serve({"Video_Speech_Actor_07.zip": archive(names)}, **options)


def test_recordings_arrive_and_are_not_fetched_twice(tmp_path, capsys):
    """What is spoken in sight is kept; silent films (02-) and songs are not unpacked."""
    others = ["Actor_07/02-01-05-02-01-01-07.mp4", "Actor_07/01-02-05-02-01-01-07.mp4", "notes.txt"]
    with ravdess(CLIPS + others) as server:
        for _ in range(2):
            downloads.fetch("ravdess", ["7"], tmp_path, host=server.url)
        assert len(server.asked) == 2  # the record and the archive, once
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.mp4"))
    assert found == CLIPS and (tmp_path / CLIPS[0]).read_bytes() == film(CLIPS[0])
    assert not list(tmp_path.glob("Video*")) and "CC BY-NC-SA" in capsys.readouterr().out


@pytest.mark.parametrize("ranges", [True, False])
def test_a_break_in_the_middle_is_mended(tmp_path, ranges):
    """With a server that can go on, only what is missing is asked for; another starts again."""
    with ravdess(breaks=2 if ranges else 1, ranges=ranges) as server:
        downloads.fetch("ravdess", ["7"], tmp_path, host=server.url)
        resumed = [int(asked[6:-1]) for _, asked in server.asked if asked]
    half = len(archive(CLIPS)) // 2
    assert 0.8 * half < resumed[0] <= half and len(resumed) == (2 if ranges else 1)
    assert (tmp_path / CLIPS[2]).read_bytes() == film(CLIPS[2])


def test_the_same_command_goes_on_where_it_stopped(tmp_path):
    whole = archive(CLIPS)
    (tmp_path / "Video_Speech_Actor_07.zip.part").write_bytes(whole[:1000])
    with ravdess() as server:
        downloads.fetch("ravdess", ["7"], tmp_path, host=server.url)
        assert server.asked[-1][1] == "bytes=1000-"
    assert (tmp_path / CLIPS[1]).read_bytes() == film(CLIPS[1])


def test_wrong_checksum_is_refused_and_leaves_nothing(tmp_path):
    with ravdess(checksum="md5:" + "0" * 32) as server, pytest.raises(StudyError, match="wrong checksum"):
        downloads.fetch("ravdess", ["7"], tmp_path, host=server.url)
    assert not list(tmp_path.iterdir())


def test_truncated_archive_is_said_to_be_broken(tmp_path):
    half = {"Video_Speech_Actor_07.zip": archive(CLIPS)[:-500]}
    with serve(half) as server, pytest.raises(StudyError, match="is broken"):
        downloads.fetch("ravdess", ["7"], tmp_path, host=server.url)
    assert not list(tmp_path.rglob("*.mp4"))


@pytest.mark.parametrize(
    "name", ["../outside.mp4", "/etc/outside.mp4", "a/../../outside.mp4", "..\\x.mp4", "C:x.mp4"]
)
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    path = tmp_path / "in" / "hostile.zip"
    path.parent.mkdir()
    path.write_bytes(archive([*CLIPS, name]))
    with pytest.raises(StudyError, match="not safe"):
        downloads.unpack(path, path.parent, downloads.SOURCES["ravdess"][0].member)
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["hostile.zip"]


def test_a_bomb_is_not_opened(tmp_path):
    path = tmp_path / "bomb.zip"
    path.write_bytes(archive(CLIPS, content=lambda _: bytes(3 << 20)))
    with pytest.raises(StudyError, match="would grow"):
        downloads.unpack(path, tmp_path, downloads.SOURCES["ravdess"][0].member)
    assert not list(tmp_path.rglob("*.mp4"))


def test_what_cannot_be_had_is_said(tmp_path):
    with pytest.raises(StudyError, match="choose one of ravdess, grid"):
        downloads.fetch("hollywood", ["1"], tmp_path)
    with pytest.raises(StudyError, match="nobody of that name"):
        downloads.fetch("ravdess", ["25"], tmp_path)
    with pytest.raises(StudyError, match="s21: there is nobody"):
        downloads.fetch("grid", ["s21"], tmp_path)
    with ravdess() as server, pytest.raises(StudyError, match="layout has changed"):
        downloads.fetch("ravdess", ["8"], tmp_path, host=server.url)
    with pytest.raises(StudyError, match="by hand"):
        downloads.fetch("ravdess", ["8"], tmp_path, host="http://127.0.0.1:9")


def test_the_command_fetches_where_reports_look(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(files, "DATA", tmp_path)
    names = ["s1/bbaf2n.mpg", "s1/bbaf3s.mpg"]
    with serve({"s1.zip": archive(names), "s4.zip": archive(["video/s4/lbad6n.mpg"])}) as server:
        assert main(["data", "--corpus", "grid", "--people", "s1,s4", "--host", server.url]) == 0
    assert sorted(path.name for path in (tmp_path / "raw" / "grid").rglob("*.mpg"))[-1] == "lbad6n.mpg"
    assert "The corpus grid is ready" in capsys.readouterr().out
