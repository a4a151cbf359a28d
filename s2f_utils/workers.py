"""Independent tasks side by side: on the cores of this machine, or on the machines of a Dask cluster."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType

from tqdm.auto import tqdm

from s2f_utils import StudyError, surroundings

_COMMON = "s2f_utils.study.preloaded"  # what all processes of this machine have in memory once
_PATIENCE = 60  # seconds to wait for a scheduler, and for its first worker


def each(
    function: Callable, tasks: Iterable[tuple], *, label: str, unit: str, jobs: int, scheduler: str = ""
) -> list:
    """Call a function on every task, with a progress bar; answers come in the order of the tasks.

    Parameters
    ----------
    function
        A function of a module, since other processes import it.
    tasks
        The arguments of each call.
    label, unit
        What the progress bar says.
    jobs
        Processes on this machine.
    scheduler
        Address of a Dask scheduler, such as ``tcp://host:8786``, whose workers are used instead. What a lost
        worker was at is done by another.

    Raises
    ------
    StudyError
        No scheduler or no worker at that address, or a process that ended suddenly.

    See notebook 02_feature_extraction.
    """
    tasks = list(tasks)
    work = _on_cluster(function, tasks, scheduler) if scheduler else _here(function, tasks, jobs)
    done = dict(tqdm(work, total=len(tasks), desc=label, unit=unit))
    return [done[number] for number in range(len(tasks))]


def _here(function: Callable, tasks: list[tuple], jobs: int) -> Iterator[tuple[int, object]]:
    if jobs < 1:
        raise StudyError(f"JOBS={jobs}: no process is left to do the work; choose 1 or more.")
    if jobs == 1 or not surroundings.shares_memory():
        yield from enumerate(function(*task) for task in tasks)
        return
    try:
        with ProcessPoolExecutor(jobs, mp_context=_forking(), initializer=_end_with_parent) as pool:
            with _without_script():
                answers = pool.map(function, *zip(*tasks, strict=True))
            yield from enumerate(answers)
    except BrokenProcessPool as error:
        raise StudyError(
            "A process ended suddenly, most likely for want of memory; what is done is kept, go on with "
            "fewer JOBS."
        ) from error


def _forking() -> multiprocessing.context.BaseContext:
    """Fork processes from one that has loaded dlib's models, and nothing that cannot be forked.

    They read the same memory. With 100 MB of models each, they would push one another out of the cache.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    surroundings.shorten_addresses()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_COMMON])
    return context


@contextmanager
def _without_script() -> Iterator[None]:
    """Let new processes not run the script that wants them, which would start them without end."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _end_with_parent() -> None:
    """Leave Ctrl-C to the process that gives this one work, and end when that has gone."""

    def watch() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a clip that has begun is finished
    threading.Thread(target=watch, daemon=True).start()


def _on_cluster(function: Callable, tasks: list[tuple], scheduler: str) -> Iterator[tuple[int, object]]:
    from distributed import Client, KilledWorker, as_completed

    try:
        client = Client(scheduler, timeout=_PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise StudyError(
            f"SCHEDULER={scheduler}: no Dask scheduler with a worker answers there; start both, or leave "
            "SCHEDULER empty."
        ) from error
    with client:
        numbers = {client.submit(function, *task, pure=False): at for at, task in enumerate(tasks)}
        try:
            for future in as_completed(numbers, loop=client.loop):
                yield numbers[future], future.result()
        except KilledWorker as error:
            raise StudyError(
                "A task has ended several workers of the cluster, most likely for want of memory; what is "
                "done is kept, give the workers more."
            ) from error
