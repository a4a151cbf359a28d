"""Runs the notebooks headless: only those whose results are out of date, in order, each with its reason."""

import datetime
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

from . import StudyError, files, pages, plan, provenance, record, recordings
from .plan import Notebook

KERNEL = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONHASHSEED": "0",
    "MATPLOTLIBRC": str(files.ROOT / "matplotlibrc"),
    "JUPYTER_PLATFORM_DIRS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def report(
    corpus: str = "synthetic",
    *,
    data: str = "",
    profile: str = "quick",
    real: str = "",
    scheduler: str = "",
    params: list[str] | None = None,
    notebooks: Path = files.ROOT / "notebooks",
) -> Path:
    """Bring a report up to date and return its folder; what still holds is not run again.

    Parameters
    ----------
    corpus, data
        Which recordings, and the folder where real ones lie.
    profile
        How much of the study: a file in ``notebooks/params``.
    real
        A folder of real recordings that the finished model is judged on as well.
    scheduler
        Address of a Dask scheduler whose workers extract features; by default this machine does.
    params
        Further parameters for all notebooks that declare them, as ``["EPOCHS=3"]``.
    """
    study = plan.read_all(notebooks)
    settings = plan.read_profile(notebooks, profile, study)
    values = plan.read_params(params or [], study)
    if real and not any("REAL" in notebook.defaults for notebook in study):
        raise StudyError("REAL= is given, but no notebook declares the parameter REAL.")
    chosen = {
        "CORPUS": corpus,
        "DATA": recordings.folder_of(corpus, data),
        "PROFILE": profile,
        "REAL": recordings.real_folder(real),
        "SCHEDULER": scheduler,
    }
    run = files.REPORTS / f"{corpus}-{profile}"
    with _alone(run):
        manifest = files.read_json(run / "manifest.json")
        made = recordings.prepare(corpus, data=data, profile=profile, arguments=settings.get("corpus", {}))
        manifest["corpus"] = made
        digests = {"CORPUS": made["digest"], "REAL": plan.folder_digest(Path(real)) if real else ""}
        changed = False
        study = plan.of_corpus(study, corpus)
        for notebook in study:
            given = plan.parameters(notebook, settings, values, chosen)
            changed |= _bring_up_to_date(notebook, run, manifest, given, digests)
        if not changed:
            print("Nothing has changed; nothing is executed.")
        _finish(run, manifest, [notebook.name for notebook in study])
    return run


@contextmanager
def _alone(run: Path) -> Iterator[None]:
    """Hold a report's folder, so that two commands never write into it at once."""
    run.mkdir(parents=True, exist_ok=True)
    with (run / ".lock").open("w") as stream:
        try:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows has no fcntl; there the reports are not guarded
            pass
        except BlockingIOError:
            raise StudyError(
                f"Another command is already making the report {run.name}; wait until it has ended."
            ) from None
        for shelf in run.glob(".previous-*"):  # left by a run that was killed
            files.remove(shelf)
        for folder in (files.DATA, files.REPORTS):
            files.remove_unfinished(folder)
        yield


def _bring_up_to_date(notebook: Notebook, run: Path, manifest: dict, values: dict, digests: dict) -> bool:
    entries = manifest.setdefault("notebooks", {})
    old = entries.get(notebook.name, {})
    needs = {name: entries[name]["executed"] for name in notebook.needs}
    key = plan.key(notebook, values=values, inputs=digests, needs=needs)
    page = files.digest([notebook.text, files.code_digests("s2f_utils.pages")])
    if reasons := _reasons(run, old, key):
        more = f" and {len(reasons) - 4} more" if len(reasons) > 4 else ""
        print(f"{notebook.name}: {'; '.join(reasons[:4])}{more}", flush=True)
        entries[notebook.name] = _run(notebook, run, values, old) | {"key": key, "page": page}
    elif old["page"] != page or not (run / f"{notebook.name}.html").exists():
        print(f"{notebook.name}: page refreshed, nothing executed")
        old |= {"page": page, "title": notebook.title} | pages.refresh(notebook, run)
    else:
        return False
    files.write_json(run / "manifest.json", manifest)
    return True


def _reasons(run: Path, old: dict, key: dict) -> list[str]:
    if not old:
        return ["never run"]
    reasons = plan.changes(old["key"], key)
    for name, digest in old["outputs"].items():
        if not (run / name).exists():
            return [*reasons, f"{name} is gone"]
        if digest != files.file_digest(run / name):
            return [*reasons, f"{name} was changed since"]
    gone = [name for name in old["products"] if not (files.WORK / name).exists()]
    return [*reasons, *(f"{name} is gone" for name in gone[:1])]


def _run(notebook: Notebook, run: Path, values: dict, old: dict) -> dict:
    """Execute one notebook; results of the time before come back when it fails or is interrupted."""
    owned = record.parts(run, notebook.name)
    before = _made()
    started = datetime.datetime.now(datetime.UTC)
    with tempfile.TemporaryDirectory(dir=run, prefix=".previous-") as shelf:
        for number, part in enumerate(owned):
            if part.exists():
                part.rename(Path(shelf, str(number)))
        try:
            executed = _execute(notebook, run, values)
        except BaseException:
            for number, part in enumerate(owned):
                files.remove(part)
                if (kept := Path(shelf, str(number))).exists():
                    kept.rename(part)
            raise
    seconds = (datetime.datetime.now(datetime.UTC) - started).total_seconds()
    pages.write(executed, run, notebook.name)
    changed = {name for name, stamp in _made().items() if before.get(name) != stamp}
    kept = {name for name in old.get("products", []) if (files.WORK / name).exists()}
    outputs = sorted(path for part in owned for path in _files(part))
    return {
        "title": notebook.title,
        "executed": started.isoformat(),
        "seconds": round(seconds, 2),
        "commit": record.commit(),
        "parameters": plan.without_paths(values),
        "outputs": {path.relative_to(run).as_posix(): files.file_digest(path) for path in outputs},
        "products": sorted(changed | kept),
        **pages.cells_of(executed, run, notebook.name),
    }


def _finish(run: Path, manifest: dict, names: list[str]) -> None:
    """Gather numbers and figures of all notebooks, and write the index page when anything differs."""
    entries = manifest["notebooks"] = {name: manifest["notebooks"][name] for name in names}
    seconds = {f"report.{name}.seconds": entry["seconds"] for name, entry in entries.items()}
    seconds |= {"report.corpus.seconds": manifest["corpus"]["seconds"]}
    numbers = record.metrics(run) | seconds | {"report.seconds": round(sum(seconds.values()), 2)}
    manifest["figures"] = provenance.shown(run, manifest)
    page = files.digest([numbers, manifest["figures"], entries, pages.look()])
    if manifest.get("page") != page or not (run / "index.html").exists():
        pages.index(run, manifest, numbers)
        files.write_json(run / "metrics.json", numbers)
        files.write_json(run / "manifest.json", manifest | {"page": page})


def _made() -> dict[str, tuple[int, int]]:
    """Size and time of all features and models, to see what a notebook makes of them."""
    paths = (path for kind in ("features", "models") for path in _files(files.DATA / kind))
    stamps = ((path, path.stat()) for path in paths)
    return {path.relative_to(files.WORK).as_posix(): (it.st_size, it.st_mtime_ns) for path, it in stamps}


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [inner for inner in path.rglob("*") if inner.is_file() and not inner.name.startswith(".")]
    return [path] if path.exists() else []


def _execute(notebook: Notebook, run: Path, values: dict) -> dict:
    """Run a temporary copy of a notebook through papermill and return the executed notebook."""
    import nbclient
    import nbformat
    import papermill

    os.environ.update(KERNEL | {"S2F_WORK": str(files.WORK)})
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source.ipynb"), Path(folder, "executed.ipynb")
        nbformat.write(pages.from_source(notebook), source)
        try:
            with _quiet(run / ".kernel.log"):
                return papermill.execute_notebook(
                    str(source),
                    str(target),
                    parameters=values,
                    kernel_name="python3",
                    cwd=str(notebook.path.parent),
                    progress_bar={"desc": notebook.name, "leave": False},
                    extra_arguments=["--IPKernelApp.log_level=40"],  # errors only
                )
        except papermill.PapermillExecutionError as error:
            failed = run / f"{notebook.name}.failed.ipynb"
            shutil.copyfile(target, failed)
            raise StudyError(_failure(notebook.name, failed, error)) from error
        except nbclient.exceptions.DeadKernelError as error:
            problem = "its Python ended suddenly, most likely for want of memory; make room or choose less"
            raise StudyError(f"{notebook.name}: {problem} (see {run / '.kernel.log'}).") from error


@contextmanager
def _quiet(log: Path) -> Iterator[None]:
    """Send what libraries print past Python into a file; our own progress still reaches the terminal."""
    sys.stderr.flush()
    terminal, messages = os.dup(2), log.open("w")
    os.dup2(messages.fileno(), 2)
    with os.fdopen(terminal, "w", closefd=False) as stream, redirect_stderr(stream), messages:
        try:
            yield
        finally:
            os.dup2(terminal, 2)
    os.close(terminal)


def _failure(name: str, failed: Path, error: Exception) -> str:
    if error.ename == "StudyError":
        return f"{name}: {error.evalue}"
    last = (error.evalue.splitlines() or [""])[-1]
    return f"{name} failed with {error.ename}: {last} (see {failed})"
