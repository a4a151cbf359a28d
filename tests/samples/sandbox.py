"""A process with a limit of memory and of time, in which files of strangers are read."""

import multiprocessing
import multiprocessing.connection
import resource
import traceback
from collections.abc import Callable
from pathlib import Path

from s2f_utils import StudyError

MEMORY = 2 * 2**30  # bytes that reading may take on top of the programs
SECONDS = 60


class Sandbox:
    """Calls functions of files and says how they failed; a process that crashes or hangs is replaced."""

    def __init__(self) -> None:
        self._process: multiprocessing.Process | None = None

    def problem(self, read: Callable[[Path], object], path: Path) -> str:
        """Read a file; "" where that went well or was refused in one sentence, else what went wrong."""
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._ours, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        try:
            self._ours.send((read, path))
            if self._ours.poll(SECONDS):
                return self._ours.recv()
            said = f"no answer in {SECONDS} s"
        except (EOFError, ConnectionError):
            self._process.join(10)
            said = f"the process ended with {self._process.exitcode}"
        self.close()
        return said

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.join()
            self._process = None


def _serve(connection: multiprocessing.connection.Connection) -> None:
    limited = False
    while True:
        read, path = connection.recv()
        if not limited:  # what the function imports has come with it
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
            limited = True
        try:
            read(path)
            answer = ""
        except StudyError as error:
            answer = "" if str(error) and "\n" not in str(error) else f"not one sentence: {error}"
        except BaseException:
            answer = traceback.format_exc()
        connection.send(answer)
