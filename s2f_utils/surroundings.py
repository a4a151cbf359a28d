"""What surrounds the study: settings of its user that must not change it, and what a machine may lack."""

import multiprocessing
import os
import sys
import tempfile
from contextlib import suppress
from functools import cache
from multiprocessing import util
from pathlib import Path

# Files that would run, and kernels and figures of another kind, wherever the study is started from.
_FOREIGN = ("PYTHONSTARTUP", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "MPLBACKEND")
_ADDRESS = 60  # bytes of a temporary folder; with the name of a socket in it, 107 is the most


def settings(work: Path) -> dict[str, str]:
    """Make a place below ``work`` for libraries' settings, and name the variables that send them there.

    In the user's home, kernels and start-up files of IPython, a ``keras.json`` and the like would decide what
    is computed; and a home may be absent or read-only.
    """
    own = work / "data" / ".settings"
    with suppress(OSError):  # where nothing can be written, libraries make do with a temporary folder
        own.mkdir(parents=True, exist_ok=True)
    places = {
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "jupyter",
        "JUPYTER_DATA_DIR": "jupyter",
        "JUPYTER_RUNTIME_DIR": "jupyter-runtime",
        "KERAS_HOME": "keras",
        "MPLCONFIGDIR": "matplotlib",
        "NUMBA_CACHE_DIR": "numba",
    }
    return {name: str(own / place) for name, place in places.items()} | {"JUPYTER_PREFER_ENV_PATH": "1"}


def settle(work: Path) -> None:
    """Keep this process and its children apart from the user's settings and the terminal's letters.

    What a terminal cannot show is replaced there, and no reason to stop.
    """
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(settings(work))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@cache
def shares_memory() -> bool:
    """Tell whether processes can wait for one another here, which takes shared memory; else one must do."""
    try:
        multiprocessing.get_context("spawn").Lock()
    except (ImportError, OSError):
        return False
    return True


def shorten_addresses() -> None:
    """Let processes talk to one another though the temporary folder's path is too long for a socket's."""
    usual = tempfile.gettempdir()
    if os.name != "posix" or len(os.fsencode(usual)) <= _ADDRESS:
        return
    tempfile.tempdir = "/tmp"
    try:
        util.get_temp_dir()  # makes a folder of its own in it, and keeps to that
    finally:
        tempfile.tempdir = usual
