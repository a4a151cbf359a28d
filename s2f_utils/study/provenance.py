"""Where something in a report came from: notebook and cell, commit, parameters, recordings."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path

from s2f_utils import StudyError, files

# Who else a report's models may be judged on → how the numbers begin that are recorded only then.
OTHERS = {"real": ("transfer.", "ablation.", "animate.rest_"), "voices": ("voices.",)}


def link(notebook: str, cell: int | None) -> str:
    """Address of a cell in the report's page of a notebook; of the page where the cell is not known."""
    return f"{notebook}.html#cell-id=cell-{cell}" if cell else f"{notebook}.html"


def shown(run: Path, manifest: dict) -> list[dict]:
    """List the figures, tables and videos that the notebooks show, each with its notebook and cell."""
    found = []
    for notebook, entry in manifest["notebooks"].items():
        for item in files.read_json(run / "shown" / f"{notebook}.json").get("items", ()):
            cell = entry["cells"].get(f"{item['kind']}/{item['name']}")
            found.append(item | {"notebook": notebook, "cell": cell, "link": link(notebook, cell)})
    return found


def numbers(run: Path, manifest: dict) -> dict[str, dict]:
    """Map each number that a notebook recorded to its value, notebook and cell."""
    found = {}
    for notebook, entry in manifest["notebooks"].items():
        for name, value in files.read_json(run / "metrics" / f"{notebook}.json").items():
            cell = entry["numbers"].get(name)
            origin = {"notebook": notebook, "cell": cell, "link": link(notebook, cell)}
            found[name] = {"kind": "number", "name": name, "value": value} | origin
    return found


def judged_on(manifest: dict) -> dict[str, str]:
    """Fingerprints of what REAL= and VOICES= gave a report's models to be judged on; empty for none."""
    inputs = [entry["key"]["inputs"] for entry in manifest["notebooks"].values()]
    return {
        name: next((given[name.upper()] for given in inputs if given.get(name.upper())), "")
        for name in OTHERS
    }


def of_others(one: Mapping[str, str], two: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Tell by their fingerprints which of REAL= and VOICES= differ, and how the numbers of each begin."""
    return {name: starts for name, starts in OTHERS.items() if one.get(name, "") != two.get(name, "")}


def find(run: Path, name: str) -> list[dict]:
    """Find everything of this name in a report: figures, tables, videos, other files, numbers.

    Parameters
    ----------
    run
        The folder of a report.
    name
        A name such as ``measures`` or ``evaluation.people``, or a path below the report.

    Raises
    ------
    StudyError
        If there is no such report or nothing of this name; names like it are suggested.
    """
    manifest = files.read_json(run / "manifest.json")
    if not manifest:
        raise StudyError(f"There is no report {run.name} yet; make it with `make report`.")
    everything = [*shown(run, manifest), *_unmarked(run, manifest), *numbers(run, manifest).values()]
    if found := [thing for thing in everything if name in (thing["name"], thing.get("path"))]:
        return found
    if name in files.read_json(run / "metrics.json"):
        raise StudyError(f"{name} comes from no notebook: `make report` measures it while it runs them.")
    names = list(dict.fromkeys(thing["name"] for thing in everything))
    near = difflib.get_close_matches(name, names, n=5) or [known for known in names if name in known][:5]
    hint = f"; did you mean {', '.join(near)}?" if near else "; index.html shows all there is."
    raise StudyError(f"Nothing in {run.name} is named {name!r}{hint}")


def _unmarked(run: Path, manifest: dict) -> list[dict]:
    """List films that a notebook wrote by itself; they are from the first cell that speaks of them."""
    marked = {item[key] for item in manifest["figures"] for key in ("path", "poster") if key in item}
    found = []
    for notebook, entry in manifest["notebooks"].items():
        for path in entry["outputs"]:
            if path.startswith("videos/") and path not in marked:
                name, sources = Path(path).stem, _sources(run / f"{notebook}.ipynb")
                cell = next((number for number, source in sources.items() if name in source), None)
                found.append({"kind": "file", "name": name, "path": path, "notebook": notebook, "cell": cell})
    return found


def describe(run: Path, thing: dict) -> list[str]:
    """Say in a few lines who made a thing that ``find`` found, and from what."""
    notebook, cell = thing["notebook"], thing["cell"]
    entry = files.read_json(run / "manifest.json")["notebooks"][notebook]
    place = f"{notebook}, cell {cell}" if cell else notebook
    parameters = ", ".join(f"{name} = {value!r}" for name, value in entry["parameters"].items())
    recordings = ", ".join(f"{name} {digest}" for name, digest in entry["key"]["inputs"].items() if digest)
    facts = {
        "source": _sources(run / f"{notebook}.ipynb").get(cell, "").partition("\n")[0],
        "value": thing.get("value"),
        "file": thing.get("path"),
        "page": link(notebook, cell),
        "commit": entry["commit"],
        "parameters": parameters,
        "recordings": recordings,
    }
    lines = [f"  {label:11} {fact}" for label, fact in facts.items() if fact not in ("", None)]
    return [f"{thing['kind']} {thing['name']}: {place}", *lines]


def _sources(executed: Path) -> dict[int, str]:
    """Number of each code cell of an executed notebook → its source; injected parameters have no number."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    numbered = [cell for cell in cells if cell["cell_type"] == "code" and cell["id"].startswith("cell-")]
    return {int(cell["id"].removeprefix("cell-")): "".join(cell["source"]) for cell in numbered}
