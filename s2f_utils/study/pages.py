"""What one reads of a report: executed notebooks as web pages, the results on one, the claims on another."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from s2f_utils import files
from s2f_utils.study import headline, names, plan, provenance, reference, review
from s2f_utils.study.plan import Notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

INJECTED = "injected-parameters"
WIDGET = "application/vnd.jupyter.widget-view+json"
NOISE = re.compile(
    r"^(WARNING: All log messages before absl|[IWE]0000 |To enable the following instructions|"
    r"[0-9-]{10} [0-9:.]+: [IWE] (tensorflow|external)).*\n?",
    flags=re.MULTILINE,
)
TEMPLATES = Path(__file__).with_name("templates")
DEFAULT = "synthetic-quick"  # the report that `make report` makes when nothing is chosen
OPENING = ("figures/07_speech_to_face/frames.png", reference.PICTURE_KEPT)
CARDS = {
    "evaluation.cnn_rnn.mouth_correlation": "correlation of the predicted with the true mouth opening",
    "evaluation.cnn_rnn.motion_ratio": "of the true mouth movement; 1 would be all of it",
    "dcgan.dcgan.identity_kept": "share of the pictures that keep the person",
    "animate.realtime_factor": "times faster than the speech itself lasts",
}


def from_source(notebook: Notebook) -> "NotebookNode":
    """Make a notebook from its source; cells are numbered from 1 in the order of the source."""
    import jupytext

    node = jupytext.reads(notebook.text, fmt="py:percent")
    for number, cell in enumerate(node.cells, start=1):
        cell.id = f"cell-{number}"
    node.nbformat, node.nbformat_minor = 4, 5
    node.metadata.pop("jupytext", None)
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return node


def cells_of(executed: "NotebookNode", run: Path, name: str) -> dict[str, dict[str, int]]:
    """Find which cell shows each figure, table and video, and which records each number."""
    cells, counts = {}, {}
    for cell in executed.cells:
        if cell.cell_type == "code" and cell.id != INJECTED:
            number = counts[cell.execution_count] = int(cell.id.removeprefix("cell-"))
            marks = (output.get("metadata", {}).get("s2f") for output in cell.outputs)
            cells |= {mark: number for mark in marks if mark}
    executions = files.read_json(run / "shown" / f"{name}.json").get("executions", {})
    return {
        "cells": cells,
        "numbers": {key: counts[count] for key, count in executions.items() if count in counts},
    }


def write(executed: "NotebookNode", run: Path, name: str) -> None:
    """Write an executed notebook beside its web page, without times and paths of the machine."""
    import nbformat

    for cell in executed.cells:
        if INJECTED in cell.metadata.get("tags", ()):
            cell.id = INJECTED
    _tidy(executed)
    with files.atomic_path(run / f"{name}.ipynb") as path:
        nbformat.write(executed, path)
    with files.atomic_path(run / f"{name}.html") as path:
        path.write_text(_html(executed, name), encoding="utf-8")
    (run / f"{name}.failed.ipynb").unlink(missing_ok=True)


def _tidy(executed: "NotebookNode") -> None:
    """Take out times and paths of the machine, TensorFlow's greetings, and widgets that no page can show."""
    given = executed.metadata.get("papermill", {}).get("parameters", {})
    named = plan.without_paths(given)
    folders = {given[name]: named[name] for name in given if given[name] != named[name]}
    for written in (_escaped, names.plain):
        folders |= {written(path): written(name) for path, name in folders.items()}
    for holder in [output for cell in executed.cells for output in cell.get("outputs", ())] + executed.cells:
        _name_folders(holder, folders)
    for holder in (executed, *executed.cells):
        for name in ("papermill", "execution", "widgets"):
            holder.metadata.pop(name, None)
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                output.text = NOISE.sub("", output.text)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if not _is_empty(output)]


def _escaped(text: str) -> str:
    """Write text as papermill does among the parameters."""
    return text.encode("unicode_escape").decode().replace('"', r"\"")


def _name_folders(holder: "NotebookNode", folders: dict[str, str]) -> None:
    """Call folders of recordings by their names in everything that a cell says."""
    for parts in (holder, holder.get("data", {})):
        for key, text in parts.items():
            if isinstance(text, str) and not key.startswith(("image/", "video/")):
                for path, name in folders.items():
                    text = re.sub(rf"(?<![\w/.]){re.escape(path)}(?![\w.-])", lambda _, name=name: name, text)
                parts[key] = text


def _is_empty(output: "NotebookNode") -> bool:
    return not output.get("text", "-").strip() or WIDGET in output.get("data", {})


def refresh(notebook: Notebook, run: Path) -> dict[str, dict[str, int]]:
    """Give a notebook's edited prose the results of its last execution, and count its cells anew."""
    import nbformat

    old = nbformat.read(run / f"{notebook.name}.ipynb", as_version=4)
    new = from_source(notebook)
    results = [cell for cell in old.cells if cell.cell_type == "code" and cell.id != INJECTED]
    for cell in (cell for cell in new.cells if cell.cell_type == "code"):
        result = results.pop(0)
        cell.outputs, cell.execution_count = result.outputs, result.execution_count
    declared = [n for n, cell in enumerate(new.cells) if "parameters" in cell.metadata.get("tags", ())]
    injected = [cell for cell in old.cells if cell.id == INJECTED]
    new.cells[declared[0] + 1 : declared[0] + 1] = injected
    write(new, run, notebook.name)
    return cells_of(new, run, notebook.name)


def _html(executed: "NotebookNode", name: str) -> str:
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="notebook", extra_template_basedirs=[str(TEMPLATES)])
    return exporter.from_notebook_node(executed, {"metadata": {"name": name}})[0]


def look() -> str:
    """Fingerprint of everything that decides how the pages look."""
    templates = [path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.j2"))]
    return files.digest([templates, files.code_digests("s2f_utils.study.pages")])


def index(run: Path, manifest: dict, numbers: dict[str, float]) -> None:
    """Write ``index.html`` with all results and ``review.html`` with the claims; they need no network."""
    import jinja2

    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    items, origins = manifest["figures"], provenance.numbers(run, manifest)
    trainings = headline.trainings(run.name, provenance.judged_on(manifest))
    facts = {
        "run": run.name,
        "tables": _tables(numbers, trainings),
        "explained": headline.explained(trainings),
        "trainings": trainings,
        "cards": [(label, headline.text(numbers[name])) for name, label in CARDS.items() if name in numbers],
        "picture": _opening_picture(items),
        "videos": [item for item in items if item["kind"] == "video"],
        "notebooks": manifest["notebooks"],
        "items": items,
        "groups": _groups(numbers),
        "origins": origins,
        "claims": review.claims(numbers, origins),
        "choice": _choice(run.name),
        "number": headline.text,
        "rows": _read_table,
        "folder": run,
    }
    for page in ("index.html", "review.html"):
        text = environment.get_template(f"{page}.j2").render(facts)
        with files.atomic_path(run / page) as path:
            path.write_text(text, encoding="utf-8")


def _tables(numbers: dict[str, float], trainings: dict) -> list[dict]:
    return [
        {
            "title": title,
            "names": "generator" if subject == "dcgan" else "predictor",
            "measures": [label for label, *_ in measures.values()],
            "rows": rows,
        }
        for subject, title, names, measures in headline.TABLES
        if (rows := headline.table(numbers, subject, names, measures, trainings))
    ]


def _opening_picture(items: list[dict]) -> dict | None:
    """Choose the figure that says most at a glance: a talking face, or where there is none, the measures."""
    shown = {item["path"]: item for item in items}
    return next((shown[path] for path in OPENING if path in shown), None)


def _choice(run: str) -> str:
    """What to add to ``make`` to speak of a report; nothing for the default one."""
    corpus, _, profile = run.rpartition("-")
    return "" if run == DEFAULT else f" CORPUS={corpus} PROFILE={profile}"


def _groups(numbers: dict[str, float]) -> dict[str, dict[str, float]]:
    groups: dict[str, dict[str, float]] = {}
    for name, value in sorted(numbers.items()):
        groups.setdefault(name.partition(".")[0], {})[name] = value
    return groups


def _read_table(path: Path) -> list[list[str]]:
    import csv

    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))
