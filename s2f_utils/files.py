"""Where things lie, whole-or-nothing writing, fingerprints by content, and quiet for what libraries print."""

import ast
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from functools import cache
from pathlib import Path

from s2f_utils import StudyError

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(os.environ.get("S2F_WORK", ROOT))  # what is made may lie on another disk than the code
DATA = WORK / "data"
REPORTS = WORK / "reports"
_UNFINISHED = "-unfinished-"  # in the names of files that are being written
_ABANDONED = 24 * 3600  # seconds without a write after which nobody is writing any more


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that replaces it when the block succeeds.

    A reader therefore sees the old file or the new one, never half of one.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.stem[:40]}{_UNFINISHED}"  # the whole stem could make it longer than a disk takes
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        problem = "the disk is full; make room and give the same command again, what is done is kept"
        raise StudyError(f"{path}: {problem}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def remove_unfinished(folder: str | Path) -> None:
    """Remove the temporary files that killed writers left anywhere below a folder.

    Others may be writing there, on this machine or another: what nobody has written to for a day goes.
    """
    for place, _, names in os.walk(folder):  # unlike rglob, not upset by a folder that has just gone
        for path in (Path(place, name) for name in names if _UNFINISHED in name):
            with suppress(FileNotFoundError):  # its writer has just ended
                if path.name.startswith(".") and time.time() - path.stat().st_mtime > _ABANDONED:
                    path.unlink()


def write_json(path: str | Path, value: object) -> None:
    """Write ``value`` as indented JSON with sorted keys, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read_json(path: str | Path) -> dict:
    """Read a JSON object; an absent file is an empty one."""
    path = Path(path)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON."""
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file's content."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_digests(source: str) -> dict[str, str]:
    """Digest every ``s2f_utils`` module that a module or a piece of code reaches by its imports.

    Parameters
    ----------
    source
        A module name (``"s2f_utils.faces.geometry"``, itself included in the answer) or Python source text.

    Returns
    -------
    dict
        Module name → digest of its syntax tree. Comments, docstrings and layout do not count.
    """
    is_module = source.startswith("s2f_utils") and "\n" not in source and " " not in source
    waiting = [source] if is_module else [*_imports(source, "")]
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        path = _module_path(name)
        if path is None:
            continue
        text = path.read_text(encoding="utf-8")
        found[name] = _syntax_digest(text)
        waiting += _imports(text, name if path.name == "__init__.py" else name.rpartition(".")[0])
    return dict(sorted(found.items()))


def _module_path(name: str) -> Path | None:
    stem = ROOT.joinpath(*name.split("."))
    candidates = (stem.with_suffix(".py"), stem / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


@cache
def _imports(source: str, package: str) -> tuple[str, ...]:
    """Names of ``s2f_utils`` modules imported anywhere in the source, functions included."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            # ``from package import thing``: the thing may be a module of its own.
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(name for name in names if name.split(".")[0] == "s2f_utils")


@cache
def _syntax_digest(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                del body[0]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def commit() -> str:
    """Short id of the commit in use, ``+changes`` when tracked files differ from it, or ``unknown``."""
    try:
        top, _, revision = _git("rev-parse", "--show-toplevel", "--short=12", "HEAD").rpartition("\n")
        if not ROOT.samefile(top):
            return "unknown"  # a copy without its history, inside of something else that has one
        return revision + ("+changes" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()


@contextmanager
def quiet(log: str | Path) -> Iterator[None]:
    """Send what libraries print past Python into a file; what Python prints still reaches the terminal."""
    sys.stderr.flush()
    terminal, messages = os.dup(2), Path(log).open("wb")
    letters = {"encoding": getattr(sys.stderr, "encoding", None) or "utf-8", "errors": "replace"}
    os.dup2(messages.fileno(), 2)
    with os.fdopen(terminal, "w", closefd=False, **letters) as stream, redirect_stderr(stream), messages:
        try:
            yield
        finally:
            os.dup2(terminal, 2)
    os.close(terminal)


def remove(path: Path) -> None:
    """Delete a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
