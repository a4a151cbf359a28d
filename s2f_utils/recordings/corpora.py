"""Which clips there are, who speaks in them, and who is trained on, watched while training, or never seen."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from s2f_utils import CORPORA, WITHOUT_PICTURES, StudyError
from s2f_utils.files import file_digest
from s2f_utils.recordings import openface

EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
COLUMNS = ["clip_id", "speaker", "emotion", "intensity", "statement", "repetition", "path", "split"]
VIDEO_SUFFIXES = {".mp4", ".mpg", ".mpeg", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".flv", ".wmv", ".3gp"}
_NAMED_AS_RAVDESS = ("synthetic", "ravdess", "ravdess-landmarks")
_MIN_CLIPS_TO_TRAIN = 5
_VALIDATION_SHARE = 5  # every fifth clip of a training speaker is kept apart


def load(name: str, folder: str | Path, *, test_speakers: tuple[str, ...] = ()) -> pd.DataFrame:
    """List a corpus' clips.

    Parameters
    ----------
    name
        ``synthetic``, ``ravdess`` and ``ravdess-landmarks`` carry emotion, statement and speaker in RAVDESS
        file names; in ``grid`` and ``folder`` the first folder below ``folder`` names the speaker.
    folder
        Where the recordings lie; nothing is written there.
    test_speakers
        Speakers to keep for the test, instead of the corpus' usual ones.

    Returns
    -------
    pandas.DataFrame
        One row for each clip, sorted, with the columns ``COLUMNS``; ``split`` is train, validation or test.
        RAVDESS-shaped corpora: speakers 1–16, 17–20, 21–24. Others: speakers with at least five clips
        train, every fifth clip of theirs validates, and everyone else is never seen before the test.

    Raises
    ------
    StudyError
        For an unknown corpus, an absent or empty folder, or too few speakers to split.

    See notebook 01_exploration.
    """
    if name not in CORPORA:
        raise StudyError(f"CORPUS={name}: there is no such corpus; choose one of {', '.join(CORPORA)}.")
    folder = Path(folder)
    if name == "synthetic" and not folder.is_dir():
        profile = folder.name.removeprefix("synthetic-")
        raise StudyError(f"{folder}: the embedded corpus is not made yet; run `make data PROFILE={profile}`.")
    files = files_of(name, folder)
    rows = list(_ravdess_rows(files) if name in _NAMED_AS_RAVDESS else _speaker_rows(files, folder))
    if not rows:
        raise StudyError(
            f"{folder}: no file here is named as in RAVDESS; choose CORPUS=folder for other names."
        )
    clips = pd.DataFrame(rows, columns=COLUMNS[:-1])
    split = _split_by_number if name in _NAMED_AS_RAVDESS else _split_by_size
    clips["split"] = split(clips)
    return _with_test_speakers(clips, test_speakers) if test_speakers else require_splits(clips, folder)


def recordings(folder: str | Path) -> pd.DataFrame:
    """List the recordings of people whom a model is only judged on: everyone's split is test."""
    folder = Path(folder)
    return pd.DataFrame(_speaker_rows(videos(folder), folder), columns=COLUMNS[:-1]).assign(split="test")


def files_of(name: str, folder: Path) -> list[Path]:
    """List the files that hold a corpus' faces: videos, or tables of landmarks."""
    return tables(folder) if name in WITHOUT_PICTURES else videos(folder)


def videos(folder: Path) -> list[Path]:
    """List all video files below a folder, sorted; a ``StudyError`` where there are none."""
    files = _files(folder, VIDEO_SUFFIXES)
    if not files:
        raise StudyError(
            f"DATA={folder}: there is no video in this folder; give the folder of the recordings."
        )
    return files


def tables(folder: Path) -> list[Path]:
    """List the tables of landmarks that have their sound beside them, sorted.

    Two takes with the same table are left out: whose face it shows cannot be told. A ``StudyError`` where
    nothing is left. See notebook 01_exploration.
    """
    files = [path for path in _files(folder, {".csv"}) if openface.sound_of(path).is_file()]
    if not files:
        raise StudyError(
            f"DATA={folder}: no table of landmarks in this folder has its sound beside it; fetch both with "
            "`make data CORPUS=ravdess-landmarks`."
        )
    return _without_copies(files)


def _files(folder: Path, suffixes: set[str]) -> list[Path]:
    if not folder.is_dir():
        raise StudyError(f"DATA={folder}: there is no such folder; give the folder of the recordings.")
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)
    return [path for path in files if not path.name.startswith(".")]


def _without_copies(files: list[Path]) -> list[Path]:
    """Leave out files of the same content; only files of the same size need to be read for that."""
    sizes = {path: path.stat().st_size for path in files}
    counts = Counter(sizes.values())
    content = {path: file_digest(path) if counts[size] > 1 else path for path, size in sizes.items()}
    counts = Counter(content.values())
    return [path for path in files if counts[content[path]] == 1]


def of_person(clips: pd.DataFrame, person: str) -> pd.DataFrame:
    """Keep one person's clips, and those of the people to be judged on.

    Raises ``StudyError`` where none of the person's is to train on. See notebook 05_dcgan_generation.
    """
    kept = clips[(clips["speaker"] == person) | (clips["split"] == "test")]
    if not (kept["split"] == "train").any():
        people = ", ".join(sorted(clips.loc[clips["split"] == "train", "speaker"].unique()))
        raise StudyError(f"PERSON={person}: there is no clip of this person to train on; choose {people}.")
    return kept


def require_splits(clips: pd.DataFrame, folder: str | Path) -> pd.DataFrame:
    """Return a corpus table as it is if training, validation and test all have clips, else ``StudyError``."""
    for split in ("train", "validation", "test"):
        if not (clips["split"] == split).any():
            raise StudyError(
                f"{folder}: too few usable clips or speakers, nobody is left for {split}; at least one "
                f"speaker with {_MIN_CLIPS_TO_TRAIN} clips and another, or TEST_SPEAKERS, are needed."
            )
    return clips


def _ravdess_rows(files: list[Path]) -> Iterator[tuple]:
    """Read modality-channel-emotion-intensity-statement-repetition-actor names; keep speech with sound."""
    for path in files:
        fields = path.stem.split("-")
        if len(fields) != 7 or not all(field.isdigit() for field in fields):
            continue
        modality, channel, emotion, intensity, statement, repetition, actor = map(int, fields)
        if (modality, channel) == (1, 1) and 1 <= emotion <= len(EMOTIONS):
            name = EMOTIONS[emotion - 1]
            yield path.stem, f"{actor:02d}", name, intensity, statement, repetition, str(path)


def _speaker_rows(files: list[Path], folder: Path) -> Iterator[tuple]:
    for path in files:
        below = path.relative_to(folder)
        speaker = below.parts[0] if len(below.parts) > 1 else path.stem
        clip_id = "_".join((*below.parts[:-1], path.stem))
        yield clip_id, speaker, "neutral", 1, 0, 1, str(path)


def _split_by_number(clips: pd.DataFrame) -> pd.Series:
    edges = [0, 16, 20, float("inf")]
    return pd.cut(clips["speaker"].astype(int), edges, labels=["train", "validation", "test"]).astype(str)


def _split_by_size(clips: pd.DataFrame) -> pd.Series:
    counts = clips.groupby("speaker")["clip_id"].transform("size")
    number = clips.groupby("speaker").cumcount()
    split = pd.Series("train", index=clips.index)
    split[number % _VALIDATION_SHARE == _VALIDATION_SHARE - 1] = "validation"
    split[counts < _MIN_CLIPS_TO_TRAIN] = "test"
    return split


def _with_test_speakers(clips: pd.DataFrame, speakers: tuple[str, ...]) -> pd.DataFrame:
    unknown = sorted(set(speakers) - set(clips["speaker"]))
    if unknown:
        raise StudyError(f"TEST_SPEAKERS: nobody here is called {', '.join(unknown)}; check the names.")
    clips = clips.copy()
    clips["split"] = _split_by_size(clips)
    clips.loc[clips["speaker"].isin(speakers), "split"] = "test"
    return require_splits(clips, Path(clips["path"].iloc[0]).parent)
