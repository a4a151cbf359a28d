"""Runs the notebooks headless: only those whose results are out of date, each with its reason."""

import datetime
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from s2f_utils import StudyError, files
from s2f_utils.study import execution, headline, pages, plan, provenance, record, ro_crate
from s2f_utils.study.corpus import corpus_folder, digests, other_folders, prepare_corpus
from s2f_utils.study.params import read as read_params
from s2f_utils.study.plan import Notebook

_SHELF = ".previous-"  # begins the names of folders in which results lie while they are made anew


def report(
    corpus: str = "synthetic",
    *,
    data: str = "",
    profile: str = "quick",
    real: str = "",
    voices: str = "",
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
    voices
        A folder of sounds without faces whose names tell an emotion, to judge on too.
    scheduler
        Address of a Dask scheduler whose workers extract features; by default this machine does.
    params
        Further parameters for all notebooks that declare them, as ``["EPOCHS=3"]``.
    """
    plan.backend()  # before the long work
    study = plan.read_all(notebooks)
    plan.require_pairs(study)
    settings = plan.read_profile(notebooks, profile, study)
    values = read_params(params or [], study)
    chosen = {"CORPUS": corpus, "DATA": corpus_folder(corpus, data), "PROFILE": profile}
    others = other_folders(study, real=real, voices=voices)
    chosen |= others | {"SCHEDULER": scheduler}
    run = files.REPORTS / f"{corpus}-{profile}"
    with _alone(run):
        manifest = files.read_json(run / "manifest.json")
        made = prepare_corpus(corpus, data=data, profile=profile, arguments=settings.get("corpus", {}))
        manifest["corpus"] = made
        inputs = {"CORPUS": made["digest"]} | digests(others)
        study = plan.of_corpus(study, corpus)
        given = {notebook.name: plan.parameters(notebook, settings, values, chosen) for notebook in study}
        if not _bring_up_to_date(study, run, manifest, given, inputs):
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
        except OSError:  # nor does a disk that knows no locks
            pass
        for shelf in run.glob(f"{_SHELF}*"):  # left by a run that was killed
            _put_back(shelf)
        for folder in (files.DATA, files.REPORTS):
            files.remove_unfinished(folder)
        try:
            yield
        finally:
            for place in run.glob(f"{execution.UNFINISHED}*"):
                files.remove(place)


def _bring_up_to_date(
    study: list[Notebook], run: Path, manifest: dict, given: dict[str, dict], digests: dict
) -> bool:
    """Run what is out of date, each notebook once what it needs is there; tell whether anything was."""
    entries = manifest.setdefault("notebooks", {})
    before, waiting, running, problems = dict(entries), list(study), {}, []
    with ThreadPoolExecutor() as threads, execution.Processes() as processes:
        while running or (waiting and not problems):
            while not problems and (notebook := _next(waiting, list(running.values()))):
                waiting.remove(notebook)
                if task := _task(notebook, run, entries, given[notebook.name], digests):
                    running[threads.submit(task, processes)] = notebook
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                notebook = running.pop(ended)
                if problem := ended.exception():  # what runs beside it may end, and is kept
                    problems.append(problem)
                else:
                    entries[notebook.name] = ended.result()
                    files.write_json(run / "manifest.json", manifest)
    if problems:
        raise problems[0]
    if entries != before:
        files.write_json(run / "manifest.json", manifest)
    return entries != before


def _next(waiting: list[Notebook], running: list[Notebook]) -> Notebook | None:
    """Choose, of those whose needs are there and that may run now, the notebook that most others wait for."""
    unfinished = {notebook.name for notebook in (*waiting, *running)}
    for notebook in sorted(waiting, key=lambda one: -sum(one.name in other.needs for other in waiting)):
        crowded = len(running) >= execution.AT_ONCE or any(one.alone for one in (notebook, *running))
        if unfinished.isdisjoint(notebook.needs) and not (running and crowded):
            return notebook
    return None


def _task(notebook: Notebook, run: Path, entries: dict, values: dict, digests: dict) -> Callable | None:
    """Say why a notebook has to run, and return how; None where its results hold, once its page does."""
    old = entries.get(notebook.name, {})
    needs = {name: entries[name]["executed"] for name in notebook.needs}
    key = plan.key(notebook, values=values, inputs=digests, needs=needs)
    page = files.digest([notebook.text, pages.look()])
    if reasons := _reasons(run, old, key):
        more = f" and {len(reasons) - 4} more" if len(reasons) > 4 else ""
        print(f"{notebook.name}: {'; '.join(reasons[:4])}{more}", flush=True)
        return lambda processes: _run(notebook, run, values, old, processes) | {"key": key, "page": page}
    if old["page"] != page or not (run / f"{notebook.name}.html").exists():
        print(f"{notebook.name}: page refreshed, nothing executed", flush=True)
        entries[notebook.name] = old | {"page": page, "title": notebook.title} | pages.refresh(notebook, run)
    return None


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


def _run(notebook: Notebook, run: Path, values: dict, old: dict, processes: execution.Processes) -> dict:
    """Execute one notebook; its earlier results come back when it fails, is interrupted or killed."""
    owned = record.parts(run, notebook.name)
    before = _made(notebook)
    shelf = _put_aside(run, notebook.name)
    started = datetime.datetime.now(datetime.UTC)
    try:
        cells = processes.execute(notebook, run, values)
    except BaseException:
        _put_back(shelf)
        raise
    files.remove(shelf)
    seconds = (datetime.datetime.now(datetime.UTC) - started).total_seconds()
    changed = {name for name, stamp in _made(notebook).items() if before.get(name) != stamp}
    kept = {name for name in old.get("products", []) if (files.WORK / name).exists()}
    outputs = sorted(path for part in owned for path in _files(part))
    return {
        "title": notebook.title,
        "executed": started.isoformat(),
        "seconds": round(seconds, 2),
        "commit": files.commit(),
        "parameters": plan.without_paths(values),
        "outputs": {path.relative_to(run).as_posix(): files.file_digest(path) for path in outputs},
        "products": sorted(changed | kept),
        **cells,
    }


def _put_aside(run: Path, name: str) -> Path:
    shelf = run / f"{_SHELF}{name}"
    shelf.mkdir()
    for number, part in enumerate(record.parts(run, name)):
        if part.exists():
            part.rename(shelf / str(number))
    return shelf


def _put_back(shelf: Path) -> None:
    """Give a notebook its earlier results again, in place of what it has made since."""
    for number, part in enumerate(record.parts(shelf.parent, shelf.name.removeprefix(_SHELF))):
        files.remove(part)
        if (kept := shelf / str(number)).exists():
            kept.rename(part)
    files.remove(shelf)


def _finish(run: Path, manifest: dict, names: list[str]) -> None:
    """Gather numbers and figures of all notebooks, and write the index page when anything differs."""
    entries = manifest["notebooks"] = {name: manifest["notebooks"][name] for name in names}
    seconds = {f"report.{name}.seconds": entry["seconds"] for name, entry in entries.items()}
    seconds |= {"report.corpus.seconds": manifest["corpus"]["seconds"]}
    seconds |= {"report.seconds": round(seconds["report.corpus.seconds"] + _busy(list(entries.values())), 2)}
    numbers = record.metrics(run) | seconds
    manifest["figures"] = provenance.shown(run, manifest)
    looks = pages.look(), files.code_digests("s2f_utils.study.ro_crate")
    trainings = headline.trainings(run.name, provenance.judged_on(manifest))
    page = files.digest([numbers, manifest["figures"], entries, looks, trainings])
    if manifest.get("page") != page or not (run / "index.html").exists():
        pages.index(run, manifest, numbers)
        ro_crate.write(run, manifest)
        files.write_json(run / "metrics.json", numbers)
        files.write_json(run / "manifest.json", manifest | {"page": page})


def _busy(entries: list[dict]) -> float:
    """Count the seconds in which any notebook ran: two that ran side by side count once."""
    starts = [datetime.datetime.fromisoformat(entry["executed"]).timestamp() for entry in entries]
    spans = [(start, start + entry["seconds"]) for start, entry in zip(starts, entries, strict=True)]
    busy, end = 0.0, 0.0
    for start, stop in sorted(spans):
        busy += max(stop - max(start, end), 0.0)
        end = max(stop, end)
    return busy


def _made(notebook: Notebook) -> dict[str, tuple[int, int]]:
    """Size and time of the features and models that a notebook says it makes, to see which it does make."""
    paths = (path for pattern in notebook.makes for path in files.DATA.glob(pattern))
    stamps = ((path, path.stat()) for found in paths for path in _files(found))
    return {path.relative_to(files.WORK).as_posix(): (it.st_size, it.st_mtime_ns) for path, it in stamps}


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [inner for inner in path.rglob("*") if inner.is_file() and not inner.name.startswith(".")]
    return [path] if path.exists() else []
