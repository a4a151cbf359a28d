"""Both halves under JAX: what TensorFlow learns, it learns too, and each reads the other's models."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from s2f_utils import files

TRAIN = """
import json, keras
from tests.samples.clips import CLIPS, HELD_OUT, follow
from s2f_utils.models import cnn_rnn, cnn_rnn_live, lstm_2018, net_2017_repairs, training
schedule = {"epochs": 12, "batch_size": 4, "patience": 12}
model, _, gain = cnn_rnn.train(CLIPS, HELD_OUT, channels=16, units=16, **schedule)
training.save(model, FOLDER, {"gain": gain})
causal = cnn_rnn_live.train(CLIPS, HELD_OUT, whole=model, delays=[0, 2], **schedule)
lstm, _ = lstm_2018.train(CLIPS, epochs=1, batch_size=4, units=8)
repaired, _ = net_2017_repairs.train(net_2017_repairs.STEPS["recurrent"], CLIPS[:4], epochs=1)
heard = [answer[:, 1] for answer in cnn_rnn_live.predict(causal, HELD_OUT)]
frames = [len(cnn_rnn.predict(lstm, HELD_OUT[:1])[0]), repaired.count_params() > 0]
print(json.dumps([keras.backend.backend(), follow(cnn_rnn.predict(model, HELD_OUT)), follow(heard), *frames]))
"""


DRAW = """
import json, keras
import numpy as np
from tests.models.test_adversarial_training import test_critic_and_generator_take_turns
from tests.samples.faces import settings, toy_faces
from s2f_utils.models import adversarial_training, dcgan, training
faces = toy_faces()
test_critic_and_generator_take_turns(faces)
chosen = settings(faces, epochs=4, pictures_per_epoch=160, batch_size=8)
generators, history, samples = adversarial_training.train(faces, FOLDER + "/training", **chosen)
training.save(generators["dcgan"], FOLDER, {})
known = {"reference_landmarks": faces.landmarks[0]}
drawn = dcgan.render(generators["dcgan"], faces.pictures[0], faces.landmarks[:2], **known)
np.save(FOLDER + "/drawn.npy", drawn)
losses, phases = ([epoch[name] for epoch in history] for name in ("loss", "phase"))
print(json.dumps([keras.backend.backend(), losses, phases]))
"""


# Nearly all of the time is spent on compiling; a few epochs are not worth what makes it thorough.
QUICKLY = "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"


def run_under_jax(code: str) -> list:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"KERAS_BACKEND": "jax", "PYTHONPATH": str(files.ROOT), "XLA_FLAGS": QUICKLY},
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_faces_are_learned_under_jax_and_drawn_by_tensorflow(tmp_path):
    """The pixels' loss falls, the critic joins, and the saved generator draws the same pictures elsewhere."""
    from s2f_utils.models import dcgan
    from tests.samples.faces import toy_faces

    backend, losses, phases = run_under_jax(DRAW.replace("FOLDER", repr(str(tmp_path))))
    assert backend == "jax" and phases == ["pixels"] * 4 + ["critic"] and np.isfinite(losses).all()
    assert losses[3] < 0.95 * losses[0]
    faces, generator = toy_faces(), dcgan.load(tmp_path)
    known = {"reference_landmarks": faces.landmarks[0]}
    drawn = dcgan.render(generator, faces.pictures[0], faces.landmarks[:2], **known).astype(int)
    assert np.abs(drawn - np.load(tmp_path / "drawn.npy")).max() <= 1


@pytest.mark.slow
def test_jax_trains_and_tensorflow_reads_its_model(tmp_path):
    from s2f_utils.models import cnn_rnn, training
    from tests.samples.clips import HELD_OUT, follow

    backend, whole, causal, frames, built = run_under_jax(TRAIN.replace("FOLDER", repr(str(tmp_path))))
    assert backend == "jax" and whole > 0.8 and causal > 0.6 and frames == 50 and built
    model, _ = training.load(tmp_path, "cnn_rnn")
    again = follow(cnn_rnn.predict(model, HELD_OUT))
    assert again == pytest.approx(whole, abs=1e-3)
