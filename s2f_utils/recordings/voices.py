"""Voices without faces: sounds whose names tell, as RAVDESS' do, who speaks and with which emotion."""

from pathlib import Path

import pandas as pd

from s2f_utils import StudyError
from s2f_utils.recordings import containers, corpora, folders

COLUMNS = corpora.COLUMNS[:-1]  # nobody trains on them: there is no split
_SPEECH = 1  # the second field of a name; 2 is song


def voices(folder: str | Path, *, people: str = "") -> pd.DataFrame:
    """List the spoken sounds below a folder whose names tell an emotion.

    Parameters
    ----------
    folder
        Where the sounds lie, in any format and at any depth, named as RAVDESS names them: modality, channel,
        emotion, intensity, statement, repetition and actor, such as ``03-01-05-02-01-01-12.wav``. Nothing is
        written there.
    people
        Actors to keep, such as ``1-8`` or ``1,3,5``; by default all.

    Returns
    -------
    pandas.DataFrame
        One row for each take, sorted by speaker and name, with the columns ``COLUMNS``.

    Raises
    ------
    StudyError
        If there is no such folder, or the name of no sound in it tells an emotion.

    See notebook 05_expression.
    """
    rows = [(path.stem, *corpora.facts(path), str(path)) for path in listed(folder).files]
    table = pd.DataFrame(rows, columns=COLUMNS).sort_values(["speaker", "clip_id"], ignore_index=True)
    if not people:
        return table
    kept = table[table["speaker"].astype(int).isin(_numbers(people))].reset_index(drop=True)
    if kept.empty:
        raise StudyError(f"{folder}: none of the people {people} speaks here; choose others.")
    return kept


def listed(folder: str | Path) -> folders.Folder:
    """List the files that hold these takes, one for each, and what is passed over beside them.

    A ``StudyError`` where none is left. See notebook 05_expression.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StudyError(
            f"{folder}: there is no such folder; name the folder of the voices with VOICES=, or fetch some "
            "with `make data CORPUS=ravdess-speech`."
        )
    found = folders.look(folder)
    found.only(containers.SOUND_ENDINGS, "no sounds")
    found.keep(_is_speech, "not named as RAVDESS names speech")
    if not found.files:
        raise StudyError(
            f"{folder}: the name of no sound here tells an emotion, as 03-01-05-02-01-01-12.wav does in "
            "RAVDESS; name another folder with VOICES=, or fetch one with `make data CORPUS=ravdess-speech`."
        )
    alone = set(_first_of_each_take(found.files))
    found.keep(alone.__contains__, "takes that are there twice")
    return found


def _numbers(people: str) -> set[int]:
    """Read ranges and numbers of people between commas."""
    found: set[int] = set()
    for part in people.split(","):
        first, dash, last = part.partition("-")
        ends = (first.strip(), last.strip() if dash else first.strip())
        if not all(end.isdecimal() for end in ends):
            raise StudyError(f"REAL_SPEAKERS={people}: give numbers of people, such as 1-8 or 1,3,5.")
        found |= set(range(int(ends[0]), int(ends[1]) + 1))
    return found


def _is_speech(path: Path) -> bool:
    return corpora.fields(path)[1:2] == (_SPEECH,)


def _first_of_each_take(files: list[Path]) -> list[Path]:
    """Choose among files of one take, in two formats or two folders, or with and without pictures once."""
    takes: dict[tuple[int, ...], Path] = {}
    for path in files:
        takes.setdefault(corpora.fields(path)[1:], path)
    return list(takes.values())
