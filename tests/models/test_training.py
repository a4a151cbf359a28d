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


def run_again(**environment: str) -> list:
    environment = os.environ | {"PYTHONPATH": str(files.ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"} | environment
    command = [sys.executable, "-c", REPEAT]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_two_runs_give_the_same_numbers():
    assert run_again() == run_again()


def test_updates_become_epochs():
    from s2f_utils.models import training

    assert training.epochs(350, range(512), 16) == 11 and training.epochs(240, range(54), 16) == 60
