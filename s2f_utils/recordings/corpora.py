"""Which clips there are, who speaks in them, and who is trained on, watched while training, or never seen."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from s2f_utils import CORPORA, EMOTIONS, WITHOUT_PICTURES, StudyError
from s2f_utils.files import file_digest
from s2f_utils.recordings import containers, folders, openface

COLUMNS = ["clip_id", "speaker", "emotion", "intensity", "statement", "repetition", "path", "split"]
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
    found = listed(name, folder)
    rows = _ravdess_rows if name in _NAMED_AS_RAVDESS else _speaker_rows
    clips = pd.DataFrame(rows(found.files, folder), columns=COLUMNS[:-1])
    split = _split_by_number if name in _NAMED_AS_RAVDESS else _split_by_size
    clips["split"] = split(clips)
    return _with_test_speakers(clips, test_speakers) if test_speakers else require_splits(clips, folder)


def recordings(folder: str | Path) -> pd.DataFrame:
    """List the recordings of people whom a model is only judged on: everyone's split is test."""
    folder = Path(folder)
    rows = _speaker_rows(listed("folder", folder).files, folder)
    return pd.DataFrame(rows, columns=COLUMNS[:-1]).assign(split="test")


def listed(name: str, folder: Path) -> folders.Folder:
    """List the files below a folder that hold a corpus' faces, and what is passed over beside them.

    They are films, or tables of landmarks that have their sound beside them; of two takes with the same table
    both are left out, since whose face it shows cannot be told. A ``StudyError`` where nothing is left. See
    notebook 01_exploration.
    """
    if not folder.is_dir():
        raise StudyError(f"{folder}: there is no such folder; give the folder of the recordings.")
    found = folders.look(folder)
    found = _tables(found) if name in WITHOUT_PICTURES else _films(found)
    if name in _NAMED_AS_RAVDESS:
        found.keep(_speech_of_ravdess, "not named as RAVDESS names speech")
        if not found.files:
            raise StudyError(
                f"{folder}: no file here is named as in RAVDESS; choose CORPUS=folder for other names."
            )
    return found


def _films(found: folders.Folder) -> folders.Folder:
    found.only(containers.FILM_ENDINGS, "no films", beside=containers.SOUND_ENDINGS)
    if not found.files:
        raise StudyError(
            f"{found.path}: there is no video in this folder; give the folder of the recordings."
        )
    return found


def _tables(found: folders.Folder) -> folders.Folder:
    found.only({".csv"}, "no tables", beside={".wav"})
    found.keep(lambda path: openface.sound_of(path).is_file(), "tables without their sound beside them")
    if not found.files:
        raise StudyError(
            f"{found.path}: no table of landmarks in this folder has its sound beside it; fetch both "
            "with `make data CORPUS=ravdess-landmarks`."
        )
    alone = set(_without_copies(found.files))
    found.keep(alone.__contains__, "tables that are there twice")
    return found


def _without_copies(files: list[Path]) -> list[Path]:
    """Leave out files of the same content; only files of the same size need to be read for that."""
    sizes = {path: path.stat().st_size for path in files}
    counts = Counter(sizes.values())
    content = {path: file_digest(path) if counts[size] > 1 else path for path, size in sizes.items()}
    counts = Counter(content.values())
    return [path for path in files if counts[content[path]] == 1]


def of_person(clips: pd.DataFrame, person: str) -> pd.DataFrame:
    """Keep one person's clips, and those of the people to be judged on.

    Raises ``StudyError`` where none of the person's is to train on. See notebook 06_dcgan_generation.
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


def fields(path: Path) -> tuple[int, ...]:
    """Read modality, channel, emotion, intensity, statement, repetition and actor off a name as in RAVDESS.

    Empty where the name is another, or its emotion is none of ``EMOTIONS``. See notebook 01_exploration.
    """
    parts = path.stem.split("-")
    if len(parts) != 7 or not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    numbers = tuple(map(int, parts))
    return numbers if 1 <= numbers[2] <= len(EMOTIONS) else ()


def facts(path: Path) -> tuple[str, str, int, int, int]:
    """Tell speaker, emotion, intensity, statement and repetition by a name that has such fields.

    See notebook 01_exploration.
    """
    emotion, intensity, statement, repetition, actor = fields(path)[2:]
    return f"{actor:02d}", EMOTIONS[emotion - 1], intensity, statement, repetition


def _speech_of_ravdess(path: Path) -> bool:
    return fields(path)[:2] == (1, 1)  # on film with its sound, and not sung


def _ravdess_rows(files: list[Path], folder: Path) -> Iterator[tuple]:
    for path, clip_id in zip(files, folders.names_apart(files, folder, short=True), strict=True):
        yield clip_id, *facts(path), str(path)


def _speaker_rows(files: list[Path], folder: Path) -> Iterator[tuple]:
    for path, clip_id in zip(files, folders.names_apart(files, folder), strict=True):
        below = path.relative_to(folder)
        speaker = below.parts[0] if len(below.parts) > 1 else path.stem
        yield clip_id, folders.printable(speaker), "neutral", 1, 0, 1, str(path)


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
