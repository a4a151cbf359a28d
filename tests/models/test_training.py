"""Training repeats itself to the last digit."""

import json
import os
import subprocess
import sys

from s2f_utils import files

REPEAT = """
import json, numpy as np
from tests.samples.clips import CLIPS, HELD_OUT
from s2f_utils.models import cnn_rnn
model, history, gain = cnn_rnn.train(CLIPS[:4], HELD_OUT, epochs=2, batch_size=2, channels=8, units=8)
print(json.dumps([history["loss"], history["val_loss"], gain]))
"""


def start() -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(files.ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", REPEAT], text=True, env=environment, **pipes)


def end(process: subprocess.Popen) -> list:
    said, problems = process.communicate(timeout=600)
    assert process.returncode == 0, problems[-3000:]
    return json.loads(said.splitlines()[-1])


def test_two_runs_give_the_same_numbers():
    """Also side by side, as two notebooks run."""
    one, other = start(), start()
    assert end(one) == end(other)


def test_updates_become_epochs():
    from s2f_utils.models import training

    assert training.epochs(350, range(512), 16) == 11 and training.epochs(240, range(54), 16) == 60
