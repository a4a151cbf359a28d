"""Folders as strangers give them: cards of cameras, disks of other systems, links, names of all kinds."""

import os
from pathlib import Path

import pytest

from s2f_utils.recordings import containers, corpora, folders

CARD = """\
DCIM/100CANON/MVI_0001.MP4 DCIM/100CANON/MVI_0001.THM PRIVATE/AVCHD/BDMV/STREAM/00000.MTS
PRIVATE/AVCHD/BDMV/CLIPINF/00000.CPI PRIVATE/AVCHD/BDMV/INDEX.BDM VIDEO_TS/VTS_01_1.VOB VIDEO_TS/VTS_01_0.IFO
SD_VIDEO/PRG001/MOV001.MOD SD_VIDEO/PRG001/MOV001.MOI M4ROOT/CLIP/C0001.MXF .Spotlight-V100/store.mp4
PRIVATE/SONY/._C0001.MP4 System Volume Information/x.mp4 __MACOSX/anna/1.mp4
"""
FILMS = "3g2 3gp asf avi dv f4v flv m2t m2ts m4v mkv mod mov mp4 mpeg mpg mts mxf ogv qt rm ts vob webm wmv"
SOUNDS = "aac ac3 aif aiff amr au caf flac m4a m4b mka mp2 mp3 oga ogg opus w64 wav wma wv"


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def below(found: folders.Folder) -> list[str]:
    return [path.relative_to(found.path).as_posix() for path in found.files]


def test_the_card_of_a_camera(tmp_path):
    """Films are found wherever the camera puts them; what belongs to it or to another system is counted."""
    card = make(tmp_path, *CARD.replace("System Volume Information", "System_Volume").split())
    (card / "System_Volume").rename(card / "System Volume Information")
    found = corpora.listed("folder", card)
    assert below(found) == [
        "DCIM/100CANON/MVI_0001.MP4",
        "M4ROOT/CLIP/C0001.MXF",
        "PRIVATE/AVCHD/BDMV/STREAM/00000.MTS",
        "SD_VIDEO/PRG001/MOV001.MOD",
        "VIDEO_TS/VTS_01_1.VOB",
    ]
    note = found.note()
    assert "hidden: 4 (.Spotlight-V100, System Volume Information, __MACOSX, …)" in note
    assert "no films: 5 (DCIM/100CANON/MVI_0001.THM, " in note and note.count("\n") == 0


def test_nothing_is_said_where_nothing_is_passed_over(tmp_path):
    assert not corpora.listed("folder", make(tmp_path, "anna/1.mp4", "anna/1.wav", "ben/2.mov")).note()


@pytest.mark.parametrize("ending", FILMS.split())
def test_films_by_their_endings(tmp_path, ending):
    folder = make(tmp_path, f"anna/1.{ending}", f"anna/2.{ending.upper()}")
    assert len(corpora.listed("folder", folder).files) == 2
    assert f".{ending}" not in containers.SOUND_ENDINGS


def test_sounds_by_their_endings_and_no_stills_or_texts():
    assert {f".{ending}" for ending in SOUNDS.split()} <= containers.SOUND_ENDINGS
    other = {f".{ending}" for ending in "jpg heic txt srt m3u8 m3u mpd csv ps gif thm lrv".split()} | {""}
    assert not other & (containers.SOUND_ENDINGS | containers.FILM_ENDINGS)


def test_links(tmp_path):
    """Linked folders are searched under the link's name; circles and dead ends are named, and end."""
    elsewhere = make(tmp_path / "elsewhere", "1.mp4", "deep/2.mp4")
    data = make(tmp_path / "data", "anna/1.mp4")
    (data / "ben").symlink_to(elsewhere, target_is_directory=True)
    (data / "single.mp4").symlink_to(elsewhere / "1.mp4")
    (data / "gone.mp4").symlink_to(tmp_path / "nowhere.mp4")
    (data / "anna" / "up").symlink_to(data, target_is_directory=True)
    (data / "above").symlink_to(tmp_path, target_is_directory=True)
    (elsewhere / "deep" / "round").symlink_to(elsewhere, target_is_directory=True)
    (data / "left").symlink_to(data / "right")
    (data / "right").symlink_to(data / "left")
    found = corpora.listed("folder", data)
    assert below(found) == ["anna/1.mp4", "ben/1.mp4", "ben/deep/2.mp4", "single.mp4"]
    assert found.passed_over == {
        "links that lead nowhere": ["gone.mp4", "left", "right"],
        "links in a circle or to a folder that is listed already": ["above", "anna/up", "ben/deep/round"],
    }


def test_what_is_no_file_and_what_may_not_be_read(tmp_path, monkeypatch):
    data = make(tmp_path, "anna/1.mp4", "locked/2.mp4")
    os.mkfifo(data / "anna" / "waits.mp4")
    scandir = os.scandir

    def guarded(place):
        if Path(place).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(place)

    monkeypatch.setattr(os, "scandir", guarded)
    found = corpora.listed("folder", data)
    assert below(found) == ["anna/1.mp4"]
    assert found.passed_over == {"folders that may not be read": ["locked"], "no files": ["anna/waits.mp4"]}


def test_two_files_keep_two_names(tmp_path):
    names = "anna/1.mp4 anna/1.mov ben/1.mp4 ben/TAKE.mp4 ben/take.mp4 a_b/c.mp4 a/b_c.mp4".split()
    clips = corpora.load("folder", make(tmp_path, *names, *(f"dora/{k}.mp4" for k in range(5))))
    ids = {Path(row.path).relative_to(tmp_path).as_posix(): row.clip_id for row in clips.itertuples()}
    assert len({name.casefold() for name in ids.values()}) == len(names) + 5
    assert ids["anna/1.mp4"] == "anna_1_mp4" and ids["anna/1.mov"] == "anna_1_mov"
    assert ids["ben/1.mp4"] == "ben_1" and ids["a_b/c.mp4"].startswith("a_b_c_mp4_")


def test_a_take_of_ravdess_in_two_folders(tmp_path):
    """The name says who speaks; the copy in another folder is a clip of its own."""
    names = [f"Actor_{n:02d}/01-01-05-02-01-01-{n:02d}.mp4" for n in range(1, 25)]
    clips = corpora.load("ravdess", make(tmp_path, *names, "more/01-01-05-02-01-01-01.mp4", "more/film.mp4"))
    assert set(clips.loc[clips["speaker"] == "01", "clip_id"]) == {
        "Actor_01_01-01-05-02-01-01-01",
        "more_01-01-05-02-01-01-01",
    }
    assert clips.loc[clips["speaker"] == "02", "clip_id"].item() == "01-01-05-02-01-01-02"
    assert (
        "not named as RAVDESS names speech: 1 (more/film.mp4)" in corpora.listed("ravdess", tmp_path).note()
    )


def test_names_that_a_disk_just_takes(tmp_path):
    """Names of 250 bytes, line breaks and bytes that are no letters become names that a disk takes."""
    long = ["é" * 123 + ".mp4", "é" * 122 + "x.mp4"]
    folder = make(tmp_path, *(f"{'n' * 250}/{name}" for name in long), "two\nlines.mp4")
    try:
        make(folder, os.fsdecode(b"ben/caf\xe9.mp4"))
    except OSError:  # a disk that takes letters alone
        make(folder, "ben/caf_.mp4")
    paths = folders.look(folder).files
    names = folders.names_apart(paths, folder)
    assert len(set(names)) == 4 and {"two_lines", "ben_caf_"} < set(names)
    assert all(len(name.encode()) < 200 and name.isprintable() for name in names)
    assert set(names) == set(folders.names_apart(paths[::-1], folder))
