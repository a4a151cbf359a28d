"""What a report has to do: which notebooks and parameters there are, what each depends on, what changed."""

import ast
import json
import os
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from s2f_utils import WITHOUT_PICTURES, StudyError, files
from s2f_utils.recordings import folders

BACKENDS = ("tensorflow", "jax")
CHOSEN = ("CORPUS", "DATA", "PROFILE", "REAL", "VOICES", "SCHEDULER")  # belong to the whole run
_FOLDERS = ("DATA", "REAL", "VOICES")  # where recordings lie
_WHERE = (*_FOLDERS, "SCHEDULER", "JOBS")  # where they lie and work is done, not what comes out


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook in percent format: ``code`` or ``markdown``, its tags and its source."""

    kind: str
    tags: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Notebook:
    """A notebook's source, its parameters, and what its header says.

    ``needs`` whose results it uses; ``makes`` patterns of the features and models that it leaves in ``data``;
    ``pictures`` whether it is about pictures; ``alone`` whether it times its work, so that nothing may run
    beside it.
    """

    path: Path
    text: str
    cells: tuple[Cell, ...]
    defaults: dict[str, object]
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    pictures: bool
    alone: bool

    @property
    def name(self) -> str:
        """The name without the suffix, such as ``03_cnn_rnn_training``."""
        return self.path.stem

    @property
    def title(self) -> str:
        """The first heading, without its mark."""
        heading = re.search(r"^# # (.+)$", self.text, flags=re.MULTILINE)
        return heading[1] if heading else self.name

    @property
    def code(self) -> list[str]:
        """Sources of the code cells that do the work; the parameters are counted by value instead."""
        return [cell.source for cell in self.cells if cell.kind == "code" and "parameters" not in cell.tags]


def read(path: Path) -> Notebook:
    """Read a notebook in percent format; ``StudyError`` when its code is no Python."""
    text = path.read_text(encoding="utf-8-sig")
    head, *blocks = re.split(r"^# %%", text, flags=re.MULTILINE)
    cells = tuple(_cell(block) for block in blocks)
    declared = "\n".join(cell.source for cell in cells if "parameters" in cell.tags)
    try:
        ast.parse("\n".join(cell.source for cell in cells if cell.kind == "code"))
        statements = ast.parse(declared).body
    except SyntaxError as error:
        raise StudyError(f"{path.name} holds code that is no Python ({error.msg}); mend the cell.") from error
    defaults = dict(_assignment(node) for node in statements if isinstance(node, ast.Assign))
    header = _header(head)
    lists = (tuple(header.get(name, ())) for name in ("needs", "makes"))
    flags = (bool(header.get(name)) for name in ("pictures", "alone"))
    return Notebook(path, text, cells, defaults, *lists, *flags)


def _cell(block: str) -> Cell:
    marker, _, source = block.partition("\n")
    tags = re.search(r"tags=(\[.*?\])", marker)
    kind = "markdown" if "[markdown]" in marker or "[md]" in marker else "code"
    return Cell(kind, tuple(ast.literal_eval(tags[1])) if tags else (), source.strip())


def _assignment(node: ast.Assign) -> tuple[str, object]:
    try:
        return ast.unparse(node.targets[0]), ast.literal_eval(node.value)
    except ValueError:
        return ast.unparse(node.targets[0]), ast.unparse(node.value)


def _header(head: str) -> dict:
    import yaml

    lines = [line.removeprefix("#").removeprefix(" ") for line in head.splitlines() if line.startswith("#")]
    header = yaml.safe_load("\n".join(lines).strip().strip("-")) if "---" in lines else None
    return ((header or {}).get("jupyter") or {}).get("s2f") or {}


def read_all(folder: Path) -> list[Notebook]:
    """Read the numbered notebooks of a folder in reading order."""
    notebooks = [read(path) for path in sorted(folder.glob("[0-9][0-9]_*.py"))]
    earlier: set[str] = set()
    for notebook in notebooks:
        if missing := set(notebook.needs) - earlier:
            raise StudyError(f"{notebook.path.name} needs {min(missing)}, which is no earlier notebook.")
        earlier.add(notebook.name)
    return notebooks


def require_pairs(notebooks: list[Notebook]) -> None:
    """Raise ``StudyError`` where somebody has changed the code of an .ipynb alone, which is not what runs."""
    for notebook in notebooks:
        pair = notebook.path.with_suffix(".ipynb")
        if not pair.is_file() or pair.stat().st_mtime <= notebook.path.stat().st_mtime:
            continue
        try:
            cells = json.loads(pair.read_text(encoding="utf-8-sig"))["cells"]
            code = ["".join(cell["source"]).strip() for cell in cells if cell["cell_type"] == "code"]
        except (ValueError, KeyError, TypeError):  # no notebook, such as one that git could not merge
            continue
        if code != [cell.source for cell in notebook.cells if cell.kind == "code"]:
            raise StudyError(
                f"{pair.name} was changed after {notebook.path.name}, which is what runs, and its code is "
                f"another; `.venv/bin/jupytext --sync notebooks/{pair.name}` gives both the newer one."
            )


def of_corpus(notebooks: list[Notebook], corpus: str) -> list[Notebook]:
    """Leave out the notebooks about pictures where a corpus has none, and say so."""
    left_out = [notebook.name for notebook in notebooks if notebook.pictures and corpus in WITHOUT_PICTURES]
    if left_out:
        print(f"Left out, since {corpus} has no pictures: {', '.join(left_out)}.", flush=True)
    return [notebook for notebook in notebooks if notebook.name not in left_out]


def read_profile(folder: Path, name: str, notebooks: list[Notebook]) -> dict[str, dict]:
    """Read what a profile overrides, per notebook; every name must be declared."""
    import yaml

    known = sorted(path.stem for path in (folder / "params").glob("*.yaml"))
    if name not in known:
        raise StudyError(f"There is no profile named {name}; choose one of {', '.join(known)}.")
    profile = yaml.safe_load((folder / "params" / f"{name}.yaml").read_text(encoding="utf-8-sig")) or {}
    declared = {notebook.name: notebook.defaults for notebook in notebooks}
    for key, overrides in profile.items():
        if key != "corpus" and key not in declared:
            raise StudyError(f"The profile {name} speaks of {key}, but there is no such notebook.")
        for parameter in overrides or {}:
            if key != "corpus" and parameter not in declared[key]:
                raise StudyError(f"The profile {name} sets {parameter}, which {key} does not declare.")
    return {key: overrides or {} for key, overrides in profile.items()}


def parameters(notebook: Notebook, profile: dict, params: dict, chosen: dict) -> dict[str, object]:
    """Values that a notebook runs with: defaults, then the profile, the command line, the run's choices."""
    values = notebook.defaults | profile.get(notebook.name, {})
    return values | {name: value for name, value in (params | chosen).items() if name in notebook.defaults}


def without_paths(values: dict[str, object]) -> dict[str, object]:
    """Call the folders of recordings by their names alone: a report tells nothing of where they lie."""
    return {name: Path(value).name if name in _FOLDERS and value else value for name, value in values.items()}


def backend() -> str:
    """Name what Keras is to compute with; ``StudyError`` where that is not installed."""
    name = os.environ.get("KERAS_BACKEND") or BACKENDS[0]
    if name not in BACKENDS or find_spec(name) is None:
        reason = "is not installed" if name in BACKENDS else "is none that this study knows"
        raise StudyError(
            f"KERAS_BACKEND={name}: {name} {reason}; leave it empty, or see 'On a GPU' in README.md."
        )
    return name


def folder_digest(folder: Path) -> str:
    """Fingerprint recordings by name and content; unchanged size and time save reading them again."""
    memory = files.DATA / ".digests.json"
    known, seen = files.read_json(memory), {}
    for path in folders.look(folder).files:
        status = path.stat()
        stamp = [status.st_size, status.st_mtime_ns]
        old = known.get(str(path), [])
        seen[str(path)] = old if old[:2] == stamp else [*stamp, files.file_digest(path)]
    if any(known.get(path) != entry for path, entry in seen.items()):
        files.write_json(memory, known | seen)
    named = [(Path(path).relative_to(folder).as_posix(), entry[2]) for path, entry in seen.items()]
    return files.digest(named)


def key(notebook: Notebook, *, values: dict, inputs: dict, needs: dict[str, str]) -> dict[str, dict]:
    """Name everything that a notebook's results depend on, by digest or value."""
    code = notebook.code
    return {
        "code": {"cells": files.digest(code)},
        "parameters": {name: value for name, value in values.items() if name not in _WHERE},
        "helpers": files.code_digests("\n".join(code)),
        "inputs": {name: value for name, value in inputs.items() if name in ("CORPUS", *notebook.defaults)},
        "environment": {
            "packages": files.file_digest(files.ROOT / "requirements.lock"),
            "backend": backend(),
        },
        "needs": {name: needs[name] for name in notebook.needs},
    }


def changes(old: dict[str, dict], new: dict[str, dict]) -> list[str]:
    """Say in a few words each what differs between two keys."""
    reasons = []
    for part, values in new.items():
        before = old.get(part, {})
        for name in sorted(before.keys() | values.keys()):
            if before.get(name) != values.get(name):
                reasons.append(_change(part, name, before.get(name), values.get(name)))
    return reasons


def _change(part: str, name: str, before: object, after: object) -> str:
    if part == "parameters":
        return f"parameter {name} {before!r} → {after!r}"
    if part == "helpers":
        verb = "is new" if before is None else "is no longer used" if after is None else "changed"
        return f"helper {name.removeprefix('s2f_utils.')} {verb}"
    if part == "needs":
        return f"needs {name}, which ran" if after else f"no longer needs {name}"
    words = {"code": "its code changed", "environment": "the packages changed"}
    return words.get(part) or f"the recordings of {name} changed"
