"""What lies below a folder: links followed, what is passed over named, and each file by a name of its own."""

import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from s2f_utils.files import digest

# What systems and devices keep for themselves beside the files of people.
_SYSTEM = {
    "__macosx",
    "@eadir",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "thumbs.db",
    "desktop.ini",
}
_LONGEST = 160  # bytes of a name: a file system takes 255, and endings and temporary names come to it
_NAMED = 3  # of what is passed over for one reason, so many by name


@dataclass
class Folder:
    """The files below a folder, sorted, and what was passed over: reason → paths below the folder."""

    path: Path
    files: list[Path] = field(default_factory=list)
    passed_over: dict[str, list[str]] = field(default_factory=dict)

    def pass_over(self, reason: str, path: Path) -> None:
        """Keep in mind that something was not taken."""
        self.passed_over.setdefault(reason, []).append(path.relative_to(self.path).as_posix())

    def keep(self, wanted: Callable[[Path], bool], otherwise: str) -> None:
        """Keep some of the files, and pass over the others for a reason."""
        for path in self.files:
            if not wanted(path):
                self.pass_over(otherwise, path)
        self.files = [path for path in self.files if wanted(path)]

    def only(self, endings: Collection[str], otherwise: str, *, beside: Collection[str] = ()) -> None:
        """Keep the files with one of these endings; those ``beside`` belong to them and are not named."""
        self.files = [path for path in self.files if path.suffix.lower() not in {*beside} - {*endings}]
        self.keep(lambda path: path.suffix.lower() in endings, otherwise)

    def note(self) -> str:
        """Say in one line what was passed over and why; nothing if nothing was."""
        parts = []
        for reason, names in self.passed_over.items():
            shown = ", ".join(printable(name) for name in names[:_NAMED])
            parts.append(f"{reason}: {len(names)} ({shown}{', …' if len(names) > _NAMED else ''})")
        return f"Passed over in {self.path}: {'; '.join(parts)}." if parts else ""


def look(folder: str | Path) -> Folder:
    """List all files below a folder, through links as well, each folder once.

    Hidden files and folders are passed over, such as the companions ``._name`` that another system leaves on
    a disk, and so are links that lead nowhere, in a circle or to a folder that is listed already, what is no
    file, and folders that may not be read.
    """
    found = Folder(Path(folder))
    root = Path(folder).resolve()
    seen, waiting, linked = {root}, [found.path], []
    while waiting or linked:  # links last: what lies here itself goes by its own name
        if waiting:
            inner, links = _look_into(waiting.pop(0), found)
            seen.update(path.resolve() for path in inner)
            waiting += inner
            linked += links
        elif (target := linked[0].resolve()) in seen or target in root.parents:
            found.pass_over("links in a circle or to a folder that is listed already", linked.pop(0))
        else:
            seen.add(target)
            waiting.append(linked.pop(0))
    found.files.sort()
    return found


def _look_into(place: Path, found: Folder) -> tuple[list[Path], list[Path]]:
    """List folders in a folder, and links to such; its files and what is passed over go into ``found``."""
    folders, links = [], []
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except OSError:
        found.pass_over("folders that may not be read", place)
        return folders, links
    for entry in entries:
        path = place / entry.name
        if entry.name.startswith(".") or entry.name.lower() in _SYSTEM:
            found.pass_over("hidden", path)
        elif entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif entry.is_symlink() and not os.path.exists(path):  # noqa: PTH110  False for a circle as well
            found.pass_over("links that lead nowhere", path)
        elif entry.is_dir():
            links.append(path)
        elif entry.is_file():
            found.files.append(path)
        else:
            found.pass_over("no files", path)
    return folders, links


def names_apart(paths: Sequence[Path], folder: Path, *, short: bool = False) -> list[str]:
    """Give each file below a folder a name of its own, which any disk takes.

    Parameters
    ----------
    paths
        Files below ``folder``.
    short
        Whether the stem alone will do where no other file has it; else the folders come before it.

    Returns
    -------
    list of str
        In the order of ``paths``: the stem, or ``folder_stem``, or ``folder_stem_ending`` where two files
        would have the same name, on a disk that does not tell capitals apart either.
    """

    def full(path: Path) -> str:
        return "_".join(path.relative_to(folder).with_suffix("").parts)

    def ending(path: Path) -> str:
        return f"{full(path)}_{path.suffix[1:]}"

    def numbered(path: Path) -> str:
        return f"{ending(path)}_{digest(os.fsencode(path).hex())[:8]}"

    names: dict[Path, str] = {}
    ways: list[Callable[[Path], str]] = [full, ending, numbered]
    for way in [lambda path: path.stem, *ways] if short else ways:
        tried = {path: _fitting(way(path)) for path in paths if path not in names}
        counts = Counter(map(_as_a_disk, [*tried.values(), *names.values()]))
        names |= {path: name for path, name in tried.items() if counts[_as_a_disk(name)] == 1}
    return [names[path] for path in paths]


def _as_a_disk(name: str) -> str:
    """Write a name as a disk compares it that tells neither capitals nor ways to write an accent apart."""
    return unicodedata.normalize("NFC", name).casefold()


def _fitting(name: str) -> str:
    """Shorten a name that with its ending would be longer than a disk takes."""
    name = printable(name)
    if len(name.encode()) <= _LONGEST:
        return name
    return f"{name.encode()[:_LONGEST].decode(errors='ignore')}_{digest(name)[:8]}"


def printable(name: str) -> str:
    """Write a name with a dash below for what no text can hold: line breaks, bytes that are no letters."""
    return "".join(letter if letter.isprintable() else "_" for letter in name)
