"""The speech half under JAX: what TensorFlow learns, it learns too."""

import json
import os
import subprocess
import sys

import pytest

from s2f_utils import files

TRAIN = """
import json, keras
from test_models import CLIPS, HELD_OUT, follow
from s2f_utils import anatomy, cnn_rnn, live, lstm_2018, training
sounds = [clip["log_mel"] for clip in HELD_OUT]
schedule = {"epochs": 12, "batch_size": 4, "patience": 12}
model, _, gain = cnn_rnn.train(CLIPS, HELD_OUT, channels=16, units=16, **schedule)
training.save(model, FOLDER, {"gain": gain})
causal = live.train(CLIPS, HELD_OUT, delays=[0, 2], **schedule)
lstm, _ = lstm_2018.train(CLIPS, epochs=1, batch_size=4, units=8)
repaired, _ = anatomy.train(anatomy.STEPS["recurrent"], CLIPS[:4], epochs=1)
heard = [answer[:, 1] for answer in live.predict(causal, sounds)]
frames = [len(cnn_rnn.predict(lstm, sounds[:1])[0]), repaired.count_params() > 0]
print(json.dumps([keras.backend.backend(), follow(cnn_rnn.predict(model, sounds)), follow(heard), *frames]))
"""


@pytest.mark.slow
def test_jax_trains_and_tensorflow_reads_its_model(tmp_path):
    from test_models import HELD_OUT, follow

    from s2f_utils import cnn_rnn, training

    paths = os.pathsep.join([str(files.ROOT), str(files.ROOT / "tests")])
    code = TRAIN.replace("FOLDER", repr(str(tmp_path)))
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"KERAS_BACKEND": "jax", "PYTHONPATH": paths},
    )
    backend, whole, causal, frames, built = json.loads(done.stdout.splitlines()[-1])
    assert backend == "jax" and whole > 0.8 and causal > 0.6 and frames == 50 and built
    model, _ = training.load(tmp_path, "cnn_rnn")
    again = follow(cnn_rnn.predict(model, [clip["log_mel"] for clip in HELD_OUT]))
    assert again == pytest.approx(whole, abs=1e-3)
