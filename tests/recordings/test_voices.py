"""Voices without faces are found by their names, counted once, and fetched whole."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from s2f_utils import StudyError
from s2f_utils.__main__ import main
from s2f_utils.recordings import sources, voices
from tests.samples.archives import archive, serve

CORPUS = "ravdess-speech"
# Names of sounds → what RAVDESS says of them: speaker, emotion, intensity, statement, repetition.
TOLD = {
    "Actor_12/03-01-05-02-01-01-12.wav": ("12", "angry", 2, 1, 1),
    "Actor_12/03-01-01-01-02-02-12.flac": ("12", "neutral", 1, 2, 2),
    "deep/er/03-01-08-01-02-01-03.MP3": ("03", "surprised", 1, 2, 1),
    "03-01-02-02-01-02-24.opus": ("24", "calm", 2, 1, 2),
    "from a film/01-01-07-01-01-01-03.wav": ("03", "disgust", 1, 1, 1),
}
UNTOLD = (
    "03-02-05-02-01-01-12.wav",  # sung
    "03-01-09-02-01-01-12.wav",  # no emotion of that number
    "03-01-00-02-01-01-12.wav",
    "03-01-05-02-01-01.wav",
    "03-01-05-02-01-01-12-copy.wav",
    "03-01-０5-02-01-01-12.wav",  # a digit of another script
    "speech.wav",
)


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_names_tell_who_speaks_and_how(tmp_path):
    """In any format and at any depth, sorted by speaker and name."""
    table = voices.voices(make(tmp_path / "it's my voices", *TOLD, *UNTOLD, "notes.txt"))
    columns = ["clip_id", "speaker", "emotion", "intensity", "statement", "repetition", "path"]
    assert list(table.columns) == columns
    found = {
        Path(row.path).relative_to(tmp_path / "it's my voices").as_posix(): (
            *(row.speaker, row.emotion, row.intensity, row.statement, row.repetition),
        )
        for row in table.itertuples()
    }
    assert found == TOLD
    assert list(table["clip_id"]) == [
        "01-01-07-01-01-01-03",
        "03-01-08-01-02-01-03",
        "03-01-01-01-02-02-12",
        "03-01-05-02-01-01-12",
        "03-01-02-02-01-02-24",
    ]


def test_a_take_counts_once(tmp_path):
    """In two formats, in two folders, and as the sound of its film; the first in order stands for all."""
    same = ["a/03-01-05-02-01-01-12.wav", "a/03-01-05-02-01-01-12.flac", "b/03-01-05-02-01-01-12.wav"]
    folder = make(tmp_path, *same, "b/01-01-05-02-01-01-12.wav", "b/03-01-05-02-01-02-12.wav")
    table = voices.voices(folder)
    assert list(table["clip_id"]) == ["03-01-05-02-01-01-12", "03-01-05-02-01-02-12"]
    assert table["path"][0] == str(folder / "a" / "03-01-05-02-01-01-12.flac")
    assert "takes that are there twice: 3 (a/03-01-05-02-01-01-12.wav, " in voices.listed(folder).note()


def test_what_is_left_aside_is_said(tmp_path):
    folder = make(tmp_path, *TOLD, *UNTOLD, "01-01-05-02-01-01-12.mp4", "._03-01-05-02-01-01-12.wav")
    note = voices.listed(folder).note()
    assert "no sounds: 1 (01-01-05-02-01-01-12.mp4)" in note and "hidden: 1 (._03" in note
    assert f"not named as RAVDESS names speech: {len(UNTOLD)} (" in note and "\n" not in note
    assert voices.listed(make(tmp_path / "clean", *TOLD)).note() == ""


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (None, "there is no such folder; name the folder of the voices with VOICES="),
        ((), "the name of no sound here tells an emotion"),
        (UNTOLD, "the name of no sound here tells an emotion"),
        (("03-01-05-02-01-01-12.txt", "01-01-05-02-01-01-12.mp4"), "the name of no sound here tells"),
    ],
)
def test_a_folder_without_voices_is_said_in_one_sentence(tmp_path, names, words):
    folder = tmp_path / "voices"
    if names is not None:
        folder.mkdir()
        make(folder, *names)
    with pytest.raises(StudyError, match=words) as caught:
        voices.voices(folder)
    said = str(caught.value)
    assert said.startswith(f"{folder}: ") and "make data CORPUS=ravdess-speech" in said and "\n" not in said


def test_a_file_is_no_folder_of_voices(tmp_path):
    make(tmp_path, "03-01-05-02-01-01-12.wav")
    with pytest.raises(StudyError, match="no such folder"):
        voices.voices(tmp_path / "03-01-05-02-01-01-12.wav")


@pytest.mark.parametrize(
    ("people", "kept"),
    [
        ("", [1, 2, 3, 9, 12, 24]),
        ("2-9", [2, 3, 9]),
        ("1,3,12", [1, 3, 12]),
        (" 24 , 1 - 2 ,3", [1, 2, 3, 24]),
        ("1-2,2,99", [1, 2]),
        ("12-12", [12]),
    ],
)
def test_some_people_are_chosen_by_their_numbers(tmp_path, people, kept):
    numbers = (24, 12, 9, 3, 2, 1)
    folder = make(tmp_path, *(f"03-01-05-02-01-0{take}-{n:02d}.wav" for n in numbers for take in (1, 2)))
    table = voices.voices(folder, people=people)
    assert list(table["speaker"]) == [f"{number:02d}" for number in kept for _ in range(2)]
    assert list(table.index) == list(range(2 * len(kept)))


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ("anna", "REAL_SPEAKERS=anna: give numbers of people, such as 1-8 or 1,3,5."),
        ("1;2", "REAL_SPEAKERS=1;2: give numbers"),
        ("1,", "REAL_SPEAKERS=1,: give numbers"),
        ("-3", "REAL_SPEAKERS=-3: give numbers"),
        ("1-2-3", "REAL_SPEAKERS=1-2-3: give numbers"),
        ("1.5", "REAL_SPEAKERS=1.5: give numbers"),
        ("5-9", "none of the people 5-9 speaks here"),
        ("12-3", "none of the people 12-3 speaks here"),
    ],
)
def test_people_who_cannot_be_chosen_are_named(tmp_path, people, words):
    folder = make(tmp_path, "03-01-05-02-01-01-12.wav", "03-01-05-02-01-01-03.wav")
    with pytest.raises(StudyError) as caught:
        voices.voices(folder, people=people)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_real_voices_are_all_there(clips):
    """Twelve people, two sentences, two takes each, neutral once and seven emotions in two intensities."""
    folder = clips / "ravdess_speech"
    if not folder.is_dir():
        pytest.skip("there are no real voices beside the project")
    table = voices.voices(folder)
    assert len(table) == 12 * 2 * 2 * (1 + 7 * 2) == 720 and table["clip_id"].is_unique
    assert list(table["speaker"].unique()) == [f"{number:02d}" for number in range(1, 13)]
    counts = table.groupby(["emotion", "intensity"]).size()
    assert counts["neutral"].to_dict() == {1: 12 * 2 * 2} and len(counts) == 1 + 7 * 2
    assert (counts == 12 * 2 * 2).all() and (table.groupby("speaker").size() == 60).all()
    assert voices.listed(folder).note() == ""


@pytest.fixture
def published(monkeypatch) -> dict[str, bytes]:
    """The archive of speech, with a song in it; what is served is taken for what was published."""
    names = [f"Actor_{n:02d}/03-01-05-02-01-01-{n:02d}.wav" for n in (1, 24)]
    (source,) = sources.SOURCES[CORPUS]
    whole = archive([*names, "Actor_01/03-02-05-02-01-01-01.wav"])
    checksum = f"md5:{hashlib.md5(whole).hexdigest()}"
    monkeypatch.setitem(sources.SOURCES, CORPUS, (replace(source, checksum=checksum),))
    return {source.archive: whole}


def test_speech_arrives_where_it_is_told(published, work, capsys):
    """All at once, after a break too, under its licence; the second time nothing is asked of the network."""
    with serve(published, breaks=1) as server:
        for _ in range(2):
            assert main(["data", "--corpus", CORPUS, "--host", server.url]) == 0
        assert [path.rpartition("/")[2] for path, _ in server.asked] == ["1188976", *published, *published]
    said = capsys.readouterr().out
    assert said.index("CC BY-NC-SA 4.0, not for commercial use") < said.index("are ready")
    folder = work / "data" / "raw" / CORPUS
    assert f"make report VOICES={folder}" in said
    assert list(voices.voices(folder)["clip_id"]) == ["03-01-05-02-01-01-01", "03-01-05-02-01-01-24"]
    assert len(list(folder.rglob("*.wav"))) == 2, "no song"


def test_voices_that_are_here_are_checked(work, capsys):
    folder = make(work / "my voices", *TOLD)
    assert main(["data", "--corpus", CORPUS, "--data", str(folder)]) == 0
    assert f"make report VOICES='{folder}'" in capsys.readouterr().out
    assert main(["data", "--corpus", CORPUS, "--data", str(work / "nowhere")]) == 1
    assert "nowhere: there is no such folder" in capsys.readouterr().err


def test_nobody_is_fetched_alone(capsys):
    assert main(["data", "--corpus", CORPUS, "--people", "1,2"]) == 1
    assert f"{CORPUS} comes whole" in capsys.readouterr().err


def test_only_the_published_archive_is_taken(work, capsys):
    """Its checksum has been known for long; the server's own does not count."""
    (source,) = sources.SOURCES[CORPUS]
    assert source.checksum == "md5:bc696df654c87fed845eb13823edef8a"
    with serve({source.archive: archive(["Actor_01/03-01-05-02-01-01-01.wav"])}) as server:
        assert main(["data", "--corpus", CORPUS, "--host", server.url]) == 1
    assert "not the one that was published" in capsys.readouterr().err
    assert not list(work.rglob("*.wav"))


def test_a_corpus_without_faces_makes_no_report(work, capsys):
    assert main(["report", "--corpus", CORPUS]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"Error: CORPUS={CORPUS} has voices and no faces") and "VOICES=" in line
    assert not (work / "reports").exists()
