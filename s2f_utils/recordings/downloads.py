"""Corpora that arrive: archives from Zenodo, verified, resumed after a break, unpacked safely."""

import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pooch
import requests
from tqdm.auto import tqdm

from s2f_utils import StudyError, files
from s2f_utils.recordings.sources import SOURCES, Source, comes_whole

ZENODO = "https://zenodo.org"
pooch.get_logger().setLevel("WARNING")
_CHUNK = 1 << 16  # bytes
_PATIENCE = 60  # seconds without an answer
_BREAKS = 5  # breaks without a byte in between after which a transfer is given up
_LARGEST = 4 << 30  # bytes: no recording is larger, and an archive that says so is a bomb
_EXPANDS = 20  # times: video is packed already, and tables of numbers do not shrink so far


def fetch(corpus: str, people: Sequence[str], folder: str | Path, *, host: str = ZENODO) -> Path:
    """Bring some people's recordings of a published corpus into a folder, or everybody's.

    Each archive is checked against the checksum that its record lists, then unpacked and removed. What is
    there already is not fetched again; a broken transfer goes on where it stopped.

    Parameters
    ----------
    corpus
        One of ``sources.SOURCES``.
    people
        Whom, as the corpus names them: ``1`` to ``24``, or ``s1`` to ``s34``; nobody for a corpus that comes
        whole.
    folder
        Gets ``Actor_01/….mp4``, ``s1/….mpg``, or ``Actor_01/….wav`` with or without ``….csv``.
    host
        Where the records are kept.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StudyError
        An unknown corpus or person, no connection, a wrong checksum, an archive that is broken or not safe.

    See notebook 02_feature_extraction.
    """
    if corpus not in SOURCES:
        raise StudyError(f"CORPUS={corpus} cannot be fetched; choose one of {', '.join(SOURCES)}.")
    _require_known(corpus, people)
    sources, folder = SOURCES[corpus], Path(folder)
    for source in sources:
        print(source.licence, flush=True)
    for source in sources:
        _bring(source, people, folder, host)
    return folder


def _require_known(corpus: str, people: Sequence[str]) -> None:
    if people and comes_whole(corpus):
        raise StudyError(f"{corpus} comes whole, with everybody in it; leave ACTORS and SPEAKERS away.")
    for person in people:
        if not all(re.fullmatch(source.people, person) for source in SOURCES[corpus]):
            raise StudyError(f"SPEAKERS={person}: there is nobody of that name in {corpus} with video.")


def _bring(source: Source, people: Sequence[str], folder: Path, host: str) -> None:
    """Fetch and unpack what is missing of a source."""
    wanted = [source.archive.format(person) for person in people] if source.people else [source.archive]
    missing = [name for name in wanted if not _done(folder, name).exists()]
    listed = _listed(host, source.record) if missing else {}
    for name in missing:
        if name not in listed:
            raise StudyError(f"{name} is not in record {source.record} at {host}; its layout has changed.")
        checksum = listed[name]["checksum"]
        if source.checksum and checksum != source.checksum:
            problem = f"is not the one that was published there ({source.checksum})"
            raise StudyError(f"{name} in record {source.record} at {host} {problem}; take it from elsewhere.")
        archive = download(folder / name, **listed[name])
        unpack(archive, folder, source.member, target=source.target)
        files.write_json(_done(folder, name), {"checksum": checksum})
        archive.unlink()


def _done(folder: Path, name: str) -> Path:
    """The note that an archive was unpacked to the end."""
    return folder / f".{name}.done.json"


def _listed(host: str, record: str) -> dict[str, dict]:
    """Ask a record for its files: name → url and checksum."""
    try:
        answer = requests.get(f"{host}/api/records/{record}", timeout=_PATIENCE)
        answer.raise_for_status()
        listed = answer.json()["files"]
        return {one["key"]: {"url": one["links"]["self"], "checksum": one["checksum"]} for one in listed}
    except (requests.RequestException, KeyError, TypeError) as error:
        raise StudyError(
            f"{host} does not tell what record {record} holds ({type(error).__name__}); try again later, or "
            "fetch the archives by hand and name their folder with DATA=, that of voices with VOICES=."
        ) from error


def download(path: Path, *, url: str, checksum: str) -> Path:
    """Fetch a file whose checksum, such as ``md5:…``, is known; what is there already is not fetched again.

    See notebook 02_feature_extraction.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        pooch.retrieve(url, checksum, fname=path.name, path=path.parent, downloader=_Resuming(path))
    except requests.RequestException as error:
        raise StudyError(
            f"{path.name}: the transfer broke off ({type(error).__name__}); the same command goes on there."
        ) from error
    except ValueError as error:
        raise StudyError(
            f"{path.name}: what arrived has the wrong checksum and was removed; try again."
        ) from error
    return path


class _Resuming:
    """A downloader for pooch that keeps what it has in a ``.part`` file and goes on from there."""

    def __init__(self, path: Path) -> None:
        self._part = path.with_name(path.name + ".part")

    def __call__(self, url: str, output_file: str, _pooch: pooch.Pooch) -> None:
        """Fetch ``url`` to the end, however often the connection breaks, as long as it brings anything."""
        breaks = 0
        while True:
            before = self._size()
            try:
                self._go_on(url)
                break
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
                breaks = breaks + 1 if self._size() == before else 0
                if breaks == _BREAKS:
                    raise
        self._part.replace(output_file)

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _go_on(self, url: str) -> None:
        have = self._size()
        asked = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=asked, stream=True, timeout=_PATIENCE) as answer:
            if have and answer.status_code == requests.codes.requested_range_not_satisfiable:
                return  # all of it is here; the checksum will tell
            answer.raise_for_status()
            if answer.status_code != requests.codes.partial_content:
                have = 0  # a server that cannot go on starts again
            left = int(answer.headers.get("Content-Length", 0))
            bar = tqdm(total=have + left, initial=have, unit="B", unit_scale=True, desc=self._part.stem)
            with self._part.open("ab" if have else "wb") as part, bar:
                for chunk in answer.iter_content(_CHUNK):
                    part.write(chunk)
                    bar.update(len(chunk))
            if left and self._size() < have + left:  # a connection closed in the middle may look like an end
                raise requests.ConnectionError("closed too early")


def unpack(archive: Path, folder: Path, member: str, *, target: str = r"\1") -> list[Path]:
    """Unpack the recordings of an archive, each written to the end or not at all.

    Parameters
    ----------
    archive
        A zip file.
    folder
        Where the recordings go.
    member
        Pattern of the names to unpack.
    target
        Where each goes, below ``folder``, by groups of ``member``.

    Raises
    ------
    StudyError
        The archive is broken, leads out of the folder, holds much more than it seems, or no recording.

    See notebook 02_feature_extraction.
    """
    made = []
    try:
        with zipfile.ZipFile(archive) as opened:
            members = opened.infolist()
            _require_safe(archive, members)
            found = [(item, re.fullmatch(member, item.filename)) for item in members]
            for item, name in tqdm([pair for pair in found if pair[1]], desc=archive.name, unit="file"):
                made.append(folder / name.expand(target))
                with opened.open(item) as packed, files.atomic_path(made[-1]) as temporary:
                    with temporary.open("wb") as out:
                        shutil.copyfileobj(packed, out, _CHUNK)
    except (zipfile.BadZipFile, EOFError) as error:
        raise StudyError(f"{archive.name} is broken ({error}); remove it and fetch it again.") from error
    if not made:
        raise StudyError(f"{archive.name} holds no recording of the expected name; its layout has changed.")
    return made


def _require_safe(archive: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse names that lead out of a folder, and archives that say they hold more than recordings can."""
    for item in members:
        parts = PurePosixPath(item.filename.replace("\\", "/")).parts
        if item.filename.startswith(("/", "\\")) or ".." in parts or ":" in item.filename:
            raise StudyError(f"{archive.name} is not safe: it would write to {item.filename}.")
    whole = sum(item.file_size for item in members)
    if whole > _EXPANDS * archive.stat().st_size or any(i.file_size > _LARGEST for i in members):
        raise StudyError(f"{archive.name} is not safe: it would grow to {whole / 1e9:.1f} GB.")
