"""How a run of the tests is dealt to workers, what these make once for all, and how long it took."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from filelock import FileLock

WORKERS = 2


def wanted(arguments: Sequence[str]) -> int:
    """Count the workers for what is asked for: none where it is a few files or tests, by their names."""
    by_name = all("::" in one or one.endswith(".py") for one in arguments)
    return 0 if by_name else WORKERS


def place(fixtures: Sequence[str], marks: Sequence[str]) -> int:
    """Say when a test is due: those that wait for the whole study first, and the quick ones last.

    The first worker starts from here and the other in the middle, so one makes the study while the other
    runs what is quick; who has nothing left takes from the other's end.
    """
    return 0 if "tiny_study" in fixtures else 1 if "slow" in marks else 2


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Let one of the workers make a folder, and the others wait for it."""
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        made = folder.with_name(f"{folder.name}.made")
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that could not finish it
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def spent(reports: Iterable) -> str:
    """Say how many quick and slow tests there were, and how long they took one after the other."""
    parts = {"quick": [], "slow": []}
    for report in reports:
        parts["slow" if "slow" in report.keywords else "quick"].append(report)
    said = []
    for kind, own in parts.items():
        tests = len({report.nodeid for report in own})
        said.append(f"{kind} tests: {tests} in {sum(report.duration for report in own):.0f} s")
    return ", ".join(said)
