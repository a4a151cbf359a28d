"""Published corpora arrive whole, verified and safely, from a server on this machine that breaks and lies."""

import pytest

from s2f_utils import StudyError
from s2f_utils.recordings import downloads
from tests.samples.archives import archive, film, serve

CLIPS = [f"Actor_07/01-01-05-02-01-01-{number:02d}.mp4" for number in (7, 8, 9)]


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
