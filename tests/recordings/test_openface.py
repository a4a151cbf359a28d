"""Landmarks that others tracked arrive, are placed in time, and say what the embedded corpus knows."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from s2f_utils import StudyError, features, files
from s2f_utils.__main__ import main
from s2f_utils.faces import geometry
from s2f_utils.recordings import corpora, downloads, openface
from s2f_utils.synthetic import talking_heads, unfilmed
from tests.samples.archives import archive, serve
from tests.samples.tables import PLANNED, TABLED, write_corpus, write_table

CORPUS = "ravdess-landmarks"


TABLES, SOUNDS = (source.archive for source in downloads.SOURCES[CORPUS])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), PLANNED)


@pytest.fixture(scope="module")
def store(tmp_path_factory, corpus):
    store = tmp_path_factory.mktemp("store")
    return store, features.extract(corpora.load(CORPUS, corpus), store, jobs=1)


@pytest.fixture
def published(corpus) -> dict[str, bytes]:
    """The two archives: tables side by side, sounds in a folder for each actor, songs in both."""
    known = {path.name: path.read_bytes() for path in corpus.glob("*/*")}
    tables = sorted(name for name in known if name.endswith("csv"))
    sounds = [f"Actor_{name[-6:-4]}/{name}" for name in sorted(set(known) - set(tables))]
    songs = "01-02-01-01-01-01-01.csv", "Actor_01/03-02-01-01-01-01-01.wav"

    def content(name: str) -> bytes:
        return known.get(Path(name).name, b"a song")

    return {
        TABLES: archive([*tables, songs[0]], content=content),
        SOUNDS: archive([*sounds, songs[1]], content=content),
    }


def trust(published: dict[str, bytes], monkeypatch) -> None:
    """Take what this test serves for what was published."""
    sources = tuple(
        replace(source, checksum=f"md5:{hashlib.md5(published[source.archive]).hexdigest()}")
        for source in downloads.SOURCES[CORPUS]
    )
    monkeypatch.setitem(downloads.SOURCES, CORPUS, sources)


def test_tables_and_sounds_arrive_side_by_side(corpus, published, tmp_path, monkeypatch, capsys):
    """Nobody is named, since all come at once; the second time nothing is asked of the network."""
    monkeypatch.setattr(files, "DATA", tmp_path)
    trust(published, monkeypatch)
    with serve(published, breaks=1) as server:
        for _ in range(2):
            assert main(["data", "--corpus", CORPUS, "--host", server.url]) == 0
        paths = [path.rpartition("/")[2] for path, _ in server.asked]
    assert paths == ["3255102", TABLES, TABLES, "1188976", SOUNDS]
    arrived = tmp_path / "raw" / CORPUS
    names = sorted(path.relative_to(corpus) for path in corpus.glob("*/*"))
    assert sorted(path.relative_to(arrived) for path in arrived.glob("*/*")) == names
    assert all((arrived / name).read_bytes() == (corpus / name).read_bytes() for name in names)
    said = capsys.readouterr().out
    assert said.index("Swanson") < said.index("is ready") and "Livingstone and Russo (2018)" in said


def test_only_the_published_files_are_taken(published, tmp_path):
    """The record's own checksum fits what it sends, but not what is known of the publication."""
    with serve(published) as server, pytest.raises(StudyError, match="not the one that was published"):
        downloads.fetch(CORPUS, [], tmp_path, host=server.url)
    assert len(server.asked) == 1 and not list(tmp_path.iterdir())


def test_nobody_is_fetched_alone(capsys):
    assert main(["data", "--corpus", CORPUS, "--people", "1,2"]) == 1
    assert f"{CORPUS} comes whole" in capsys.readouterr().err


def test_the_table_of_clips(corpus, tmp_path):
    """Splits by RAVDESS' numbers; only takes of which landmarks and sound are there, each with its own."""
    clips = corpora.load(CORPUS, corpus)
    assert dict(zip(clips["speaker"], clips["split"], strict=True)) == {
        "01": "train",
        "17": "validation",
        "21": "test",
    }
    assert set(clips["clip_id"]) == {clip.stem for clip in PLANNED} and len(clips) == len(PLANNED)
    for path in corpus.glob("*/*"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_bytes(path.read_bytes())
    one = Path(clips["path"].iloc[0]).relative_to(corpus)
    for number, content in enumerate(
        ["one of the two is wrong", "one of the two is wrong", "as long, but its own..."]
    ):
        copy = tmp_path / one.with_stem(f"01-01-08-02-01-0{number}-01")
        copy.write_text(content)
        openface.sound_of(copy).touch()
    openface.sound_of(tmp_path / one).unlink()
    kept = set(clips["clip_id"][1:]) | {"01-01-08-02-01-02-01"}
    assert set(corpora.load(CORPUS, tmp_path)["clip_id"]) == kept


def test_nothing_to_learn_from(tmp_path):
    write_table(tmp_path / "01-01-01-01-01-01-01.csv", [0, 0.03], np.ones((2, 68, 2)))
    with pytest.raises(StudyError, match="has its sound beside it; fetch both with `make data"):
        corpora.load(CORPUS, tmp_path)


def test_features_say_what_is_true(store):
    """Motion, neutral face and spectra are those of the same clips whose truth was never written down."""
    folder, table = store
    assert table["usable"].all() and (table["detection_rate"] == 1).all()
    for true in unfilmed.utterances(**TABLED, jobs=1):
        clip = features.load(folder, true["clip_id"])
        frames = len(clip["detected"])
        assert abs(frames - len(true["motion"])) <= 1
        assert clip["faces"].shape == (0, 64, 64, 3) and clip["faces"].dtype == np.uint8
        assert clip["face_frames"].shape == (0,) and clip["face_landmarks"].shape == (0, 68, 2)
        assert np.abs(clip["neutral"] - true["neutral"]).mean() < 0.01
        shared = slice(0, min(frames, len(true["motion"])))
        own, known = (geometry.opening(one["neutral"] + one["motion"]) for one in (clip, true))
        assert np.corrcoef(own[shared], known[shared])[0, 1] > 0.99
        heard = slice(0, 4 * shared.stop - 8)
        assert np.median(np.abs(clip["log_mel"][heard] - true["log_mel"][heard])) < 0.05


def test_a_changed_sound_is_heard_again(store, corpus, tmp_path):
    clips = corpora.load(CORPUS, write_corpus(tmp_path / "corpus", PLANNED))
    features.extract(clips, tmp_path / "store", jobs=1)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "store").glob("*.npz")}
    changed = openface.sound_of(clips["path"].iloc[2])
    soundfile.write(changed, 0.5 * soundfile.read(changed)[0], 48_000)
    features.extract(clips, tmp_path / "store", jobs=1)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "store").glob("*.npz")}
    assert {name for name in after if after[name] != before[name]} == {f"{clips['clip_id'].iloc[2]}.npz"}


def test_the_sound_beside_a_table_is_moved(store, corpus, tmp_path):
    clips = corpora.load(CORPUS, corpus).head(1)
    (clip,) = clips["clip_id"]
    for later in (0, 2):  # made, then only its sound moved
        features.extract(clips, tmp_path, jobs=1, later={clip: later})
    moved, still = features.load(tmp_path, clip), features.load(store[0], clip)
    assert np.array_equal(moved["motion"], still["motion"])
    assert np.median(np.abs(moved["log_mel"][16:-8] - still["log_mel"][8:-16])) < 1e-3


def test_rows_are_placed_by_their_time_stamps(tmp_path):
    """Points that move steadily are where they must be at every tick, however unevenly rows are spaced."""
    times = np.sort(np.random.default_rng(0).uniform(0, 0.01, 60)) + np.arange(60) / 29.97
    landmarks = np.ones((60, 68, 2)) * (100 * times)[:, None, None]
    found, detected = openface.read(write_table(tmp_path / "a.csv", times, landmarks))
    ticks = np.arange(len(found)) / 25
    assert detected.all() and abs(len(found) / 25 - 60 / 29.97) < 0.05
    inside = (ticks > times[0]) & (ticks < times[-1])
    assert np.abs(found - (100 * ticks)[:, None, None])[inside].max() < 0.2


@pytest.mark.parametrize("absent", [False, True])
@pytest.mark.parametrize(("rows", "words"), [(4, ""), (9, "lost for [678] frames")])
def test_short_gaps_are_filled_and_long_ones_are_not(corpus, tmp_path, rows, words, absent):
    """Rows that OpenFace is not sure of, and rows that are not there."""
    clip = PLANNED[0]
    sound, truth, _, _ = talking_heads.perform(clip)
    path, confidence = tmp_path / f"{clip.stem}.csv", np.full(len(truth["times"]), 0.77)
    confidence[30 : 30 + rows] = 0.7
    landmarks = truth["landmarks"].copy()
    landmarks[30 : 30 + rows] = 0
    kept = confidence > 0.75 if absent else np.full(len(confidence), True)
    write_table(path, truth["times"][kept], landmarks[kept], confidence=confidence[kept])
    soundfile.write(openface.sound_of(path), sound, 48_000)
    if words:
        with pytest.raises(StudyError, match=words):
            features.clip_features(path)
        return
    filled = features.clip_features(path)
    whole = features.clip_features(corpus / "Actor_01" / path.name)
    assert 1 <= (~filled["detected"]).sum() <= 4
    assert np.abs(filled["landmarks"] - whole["landmarks"]).max() < 20  # pixels, and not the zeros


GOOD = [[0, 0.033, 0.067, 0.1], np.full((4, 68, 2), 7.0)]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text.replace(" y_67,", " y_68,"), "no column y_67"),
        (lambda text: "", "no table that can be read"),
        (lambda text: text.splitlines()[0], "no rows"),
        (lambda text: text[: len(text) - 300], "breaks off"),
        (lambda text: text.replace(" 7.0,", " seven,", 1), "no table that can be read"),
        (lambda text: text.replace("0.067,", "0.020,"), "times do not rise"),
        (lambda text: text.replace("0.100,", "1e12,"), "times do not rise"),
        (lambda text: text.replace("0.98", "0.70"), "sure of a face in no row"),
    ],
)
def test_bad_tables_are_said_in_one_sentence(tmp_path, spoil, words):
    path = write_table(tmp_path / "take.csv", *GOOD)
    openface.read(path)
    path.write_text(spoil(path.read_text()))
    with pytest.raises(StudyError, match=words) as caught:
        openface.read(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


def test_what_lacks_its_sound_or_is_no_text_is_a_row_with_its_reason(tmp_path):
    """One lost or broken file never stops the others."""
    lost = write_table(tmp_path / "01-01-01-01-01-01-01.csv", *GOOD)
    noise = tmp_path / "01-01-02-01-01-01-01.csv"
    noise.write_bytes(np.random.default_rng(0).bytes(4000))
    soundfile.write(openface.sound_of(noise), np.random.default_rng(0).normal(0, 0.1, 48_000), 48_000)
    clips = pd.DataFrame({"clip_id": ["lost", "noise"], "path": [str(lost), str(noise)]})
    table = features.extract(clips, tmp_path / "store", jobs=1)
    assert not table["usable"].any()
    assert "03-01-01-01-01-01-01.wav: there is no such file" in table["reason"][0]
    assert "no table that can be read" in table["reason"][1]
