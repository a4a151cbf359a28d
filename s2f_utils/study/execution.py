"""Executes a notebook in a process of its own, so that two can run side by side."""

import os
import shutil
import signal
import tempfile
import threading
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from queue import PriorityQueue

from tqdm.auto import tqdm

from s2f_utils import StudyError, files, surroundings
from s2f_utils.study import pages
from s2f_utils.study.plan import Notebook

AT_ONCE = min(2, os.cpu_count() or 1)  # one notebook keeps one to two cores busy, and takes up to 3 GB
# Each has its share of the cores: two that want all of them wait for one another, and spin meanwhile.
_SHARE = str(max(1, (os.cpu_count() or 1) // AT_ONCE))
KERNEL = {
    "TF_NUM_INTRAOP_THREADS": _SHARE,
    "TF_NUM_INTEROP_THREADS": _SHARE,
    "OPENBLAS_NUM_THREADS": _SHARE,
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "NUMBA_OPT": "0",  # the few functions that librosa compiles take longer to compile than to run
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # two notebooks may share a GPU
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    "PYTHONHASHSEED": "0",
    "MATPLOTLIBRC": str(files.ROOT / "matplotlibrc"),
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "JUPYTER_PLATFORM_DIRS": "1",
    "PYTHONUTF8": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
_GONE = "ended suddenly, most likely for want of memory; make room or choose less"
UNFINISHED = ".executing-"  # begins the names of folders that hold a notebook while it runs


class Processes:
    """Processes in which notebooks are executed; an interruption ends them and all that they have started."""

    def __init__(self) -> None:
        self._pool: Executor | None = None  # made when there is something to execute
        self._making = threading.Lock()
        self._lines: PriorityQueue[int] = PriorityQueue()  # of the terminal, for progress bars
        for line in range(AT_ONCE):
            self._lines.put(line)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if self._pool:
            ends = {} if isinstance(self._pool, ThreadPoolExecutor) else {"kill_workers": kind is not None}
            self._pool.shutdown(**ends)

    def _workers(self) -> Executor:
        with self._making:
            self._pool = self._pool or _pool()
        return self._pool

    def execute(self, notebook: Notebook, run: Path, values: dict, work: Path | None = None) -> dict:
        """Execute a notebook with its parameters, and write its copy and its page into the report's folder.

        ``work`` is where its data and reports lie, if not in the usual place. Returns what ``pages.cells_of``
        says of it; waits until a process is free. Raises ``StudyError`` when the notebook failed, or its
        process ended suddenly.
        """
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        work = work or files.WORK
        environment = KERNEL | surroundings.settings(work) | {"S2F_WORK": str(work)}
        line = self._lines.get()
        try:
            return self._workers().submit(_execute, notebook, run, values, environment, line).result()
        except TerminatedWorkerError as error:
            raise StudyError(f"{notebook.name}: its process {_GONE}.") from error
        finally:
            self._lines.put(line)


def _pool() -> Executor:
    if not surroundings.shares_memory():
        return ThreadPoolExecutor(1)  # the kernels are processes in any case
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(AT_ONCE, initializer=_end_with, initargs=(os.getpid(),))


def _end_with(parent: int) -> None:
    """Leave Ctrl-C to the command that started this process, and end when that has gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tqdm.set_lock(threading.RLock())  # the one that it makes by itself is missed when a process is killed
    threading.Thread(target=watch, daemon=True).start()


def _execute(notebook: Notebook, run: Path, values: dict, environment: dict, line: int) -> dict:
    """Run a temporary copy of a notebook through papermill."""
    import nbclient
    import nbformat
    import papermill

    os.environ.update(environment)
    log = run / f".{notebook.name}.log"
    with tempfile.TemporaryDirectory(dir=run, prefix=UNFINISHED) as folder:
        source, target = Path(folder, "source.ipynb"), Path(folder, "executed.ipynb")
        nbformat.write(pages.from_source(notebook), source)
        try:
            with files.quiet(log):
                executed = papermill.execute_notebook(
                    str(source),
                    str(target),
                    parameters=values,
                    kernel_name="python3",
                    cwd=str(notebook.path.parent),
                    progress_bar={"desc": notebook.name, "leave": False, "position": line},
                    extra_arguments=["--IPKernelApp.log_level=40"],  # errors only
                )
        except papermill.PapermillExecutionError as error:
            failed = run / f"{notebook.name}.failed.ipynb"
            shutil.copyfile(target, failed)
            raise StudyError(_failure(notebook.name, failed, error)) from error
        except nbclient.exceptions.DeadKernelError as error:
            raise StudyError(f"{notebook.name}: its Python {_GONE} (see {log}).") from error
    pages.write(executed, run, notebook.name)
    return pages.cells_of(executed, run, notebook.name)


def _failure(name: str, failed: Path, error: Exception) -> str:
    if error.ename == "StudyError":
        return f"{name}: {error.evalue}"
    last = (error.evalue.splitlines() or [""])[-1]
    return f"{name} failed with {error.ename}: {last} (see {failed})"
