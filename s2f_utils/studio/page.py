"""``make page``: the panel for a whole class, and the one studio that makes the films of all of them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import connection
from pathlib import Path

from s2f_utils import StudyError, files, surroundings
from s2f_utils.studio import client

_NOTEBOOK = files.ROOT / "notebooks" / "panel.ipynb"
# A class opens the page in the same minute; and of a tab that was closed, or a laptop that was shut, nothing
# is left for long.
_OF_A_CLASS = (
    "--VoilaExecutor.startup_timeout=600",
    "--MappingKernelManager.cull_interval=30",
    "--MappingKernelManager.cull_idle_timeout=300",
)
_REST = 1.0  # seconds before a studio that stopped is started again


def main(models: Path, store: Path, arguments: Sequence[str] = ()) -> None:
    """Serve the panel until somebody interrupts it; ``arguments`` are voila's.

    Raises ``StudyError`` where no models were trained. See notebook 07_speech_to_face.
    """
    if not (models / "dcgan.keras").is_file():
        raise StudyError(f"{models / 'dcgan.keras'}: there is no trained model yet; run `make report` first.")
    surroundings.shorten_addresses()
    address = connection.arbitrary_address(connection.default_family)  # nobody else may enter its folder
    os.environ[client.ADDRESS] = address
    if "MAKELEVEL" in os.environ:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    threading.Thread(target=_keep, args=(address, models, store), daemon=True).start()
    from voila.app import Voila

    Voila.launch_instance([str(_NOTEBOOK), *_OF_A_CLASS, *arguments])


def _keep(address: str, models: Path, store: Path) -> None:
    """Run a studio, and another one whenever it stops; it ends with this process, which holds its input."""
    command = [sys.executable, "-m", "s2f_utils.studio.server", address, str(models), str(store)]
    # Threads that come and go would each keep a heap of their own.
    environment = os.environ | {"MALLOC_ARENA_MAX": "2", "TF_CPP_MIN_LOG_LEVEL": "3"}
    while True:
        with suppress(OSError):
            Path(address).unlink(missing_ok=True)  # of one that was killed
        subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, cwd=files.ROOT).wait()
        time.sleep(_REST)


def _end_with(parent: int) -> None:
    """End when make has: interrupted it takes its children with it, killed it does not."""
    while os.getppid() == parent:
        time.sleep(_REST)
    os.kill(os.getpid(), signal.SIGTERM)  # on which voila ends its kernels
