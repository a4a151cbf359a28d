"""Training repeats itself to the last digit."""

import json
import os
import subprocess
import sys

import pytest

from s2f_utils import files
from tests.samples.clips import CLIPS, HELD_OUT


def trained() -> list:
    """Losses and gain of a short training, as JSON keeps them."""
    from s2f_utils.models import cnn_rnn

    sizes = {"epochs": 2, "batch_size": 2, "channels": 8, "units": 8}
    _, history, gain = cnn_rnn.train(CLIPS[:4], HELD_OUT, **sizes)
    return json.loads(json.dumps([history["loss"], history["val_loss"], gain]))


def start() -> subprocess.Popen:
    code = "import json; from tests.models.test_training import trained; print(json.dumps(trained()))"
    environment = os.environ | {"PYTHONPATH": str(files.ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", code], text=True, env=environment, **pipes)


def end(process: subprocess.Popen) -> list:
    said, problems = process.communicate(timeout=600)
    assert process.returncode == 0, problems[-3000:]
    return json.loads(said.splitlines()[-1])


@pytest.mark.slow
def test_two_runs_give_the_same_numbers():
    """Also side by side, as two notebooks run: here, and in another process."""
    other = start()
    own = trained()
    assert own == end(other)


def test_updates_become_epochs():
    from s2f_utils.models import training

    assert training.epochs(350, range(512), 16) == 11 and training.epochs(240, range(54), 16) == 60
