"""Splits never share a person; bad folders are named in one sentence."""

from pathlib import Path

import pytest

from s2f_utils import StudyError
from s2f_utils.recordings import corpora


def make(folder: Path, names: list[str]) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def ravdess(actors=range(1, 25), clips: int = 2) -> list[str]:
    return [f"Actor_{n:02d}/01-01-05-02-0{k + 1}-01-{n:02d}.mp4" for n in actors for k in range(clips)]


def test_ravdess_names_and_split(tmp_path):
    extra = ["Actor_01/02-01-05-02-01-01-01.mp4", "Actor_01/01-02-05-02-01-01-01.mp4", "Actor_01/notes.mp4"]
    clips = corpora.load("ravdess", make(tmp_path, ravdess() + extra))
    assert len(clips) == 48 and list(clips.columns) == corpora.COLUMNS
    split = clips.groupby("split")["speaker"].unique().apply(lambda names: sorted(map(int, names))).to_dict()
    assert split == {
        "train": list(range(1, 17)),
        "validation": list(range(17, 21)),
        "test": list(range(21, 25)),
    }
    first = clips.iloc[0]
    assert (first["emotion"], first["intensity"], first["statement"], first["speaker"]) == (
        "angry",
        2,
        1,
        "01",
    )


def test_folder_split_keeps_people_apart(tmp_path):
    names = [f"anna/{k}.mp4" for k in range(10)] + [f"bé la/{k}.mov" for k in range(2)] + ["carl/only.MPG"]
    clips = corpora.load("folder", make(tmp_path, names))
    assert dict(clips["speaker"].value_counts()) == {"anna": 10, "bé la": 2, "carl": 1}
    assert (clips["split"] == "validation").sum() == 2
    seen = set(clips.loc[clips["split"] != "test", "speaker"])
    assert seen == {"anna"} and set(clips.loc[clips["split"] == "test", "speaker"]) == {"bé la", "carl"}
    assert clips["clip_id"].is_unique


def test_chosen_test_speakers(tmp_path):
    names = [f"{person}/{k}.mp4" for person in "abc" for k in range(6)]
    clips = corpora.load("folder", make(tmp_path, names), test_speakers=("b",))
    assert set(clips.loc[clips["split"] == "test", "speaker"]) == {"b"}
    with pytest.raises(StudyError, match="nobody here is called x"):
        corpora.load("folder", tmp_path, test_speakers=("x",))


def test_one_persons_own_model(tmp_path):
    """The person's clips and the strangers' are kept; a stranger has none to train on."""
    names = [f"{person}/{number}.mp4" for person in "ab" for number in range(6)] + ["c/0.mp4"]
    clips = corpora.load("folder", make(tmp_path, names))
    own = corpora.of_person(clips, "a")
    assert set(zip(own["speaker"], own["split"], strict=True)) == {
        ("a", "train"),
        ("a", "validation"),
        ("c", "test"),
    }
    with pytest.raises(StudyError, match="choose a, b"):
        corpora.of_person(clips, "c")


@pytest.mark.parametrize(
    ("name", "files", "words"),
    [
        ("folder", None, "no such folder"),
        ("folder", [], "no video"),
        ("folder", ["a/notes.txt"], "no video"),
        ("folder", ["a/1.mp4", "b/1.mp4"], "too few usable clips or speakers"),
        ("folder", [f"a/{k}.mp4" for k in range(8)], "too few usable clips or speakers"),
        ("ravdess", ["a/1.mp4"], "named as in RAVDESS"),
        ("ravdess", ravdess(range(1, 9)), "too few usable clips or speakers"),
        ("nonsense", ["a/1.mp4"], "no such corpus"),
        ("synthetic", None, "make data PROFILE="),
    ],
)
def test_bad_folders(tmp_path, name, files, words):
    folder = tmp_path / "data"
    if files is not None:
        folder.mkdir()
        make(folder, files)
    with pytest.raises(StudyError, match=words) as caught:
        corpora.load(name, folder)
    assert "\n" not in str(caught.value)


def test_grid_as_recorded(clips):
    table = corpora.load("grid", clips / "grid")
    assert set(table.loc[table["split"] == "train", "speaker"]) == {"s1", "s4"}
    assert set(table.loc[table["split"] == "test", "speaker"]) == {
        "s2",
        "s16",
        "s20",
        "s22",
        "s23",
        "s25",
        "s27",
    }
