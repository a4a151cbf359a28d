"""Independent tasks side by side: on the cores of this machine, or on the machines of a Dask cluster."""

from collections.abc import Callable, Iterable, Iterator

from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import TerminatedWorkerError
from tqdm.auto import tqdm

from s2f_utils import StudyError

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
    work = Parallel(n_jobs=jobs, return_as="generator")
    try:
        yield from enumerate(work(delayed(function)(*task) for task in tasks))
    except TerminatedWorkerError as error:
        raise StudyError(
            "A process ended suddenly, most likely for want of memory; what is done is kept, go on with "
            "fewer JOBS."
        ) from error


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
