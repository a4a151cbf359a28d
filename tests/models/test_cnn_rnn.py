"""The network learns what can be learned, and keeps to its shapes and files."""

import numpy as np
import pytest

from s2f_utils import StudyError
from tests.samples.clips import CLIPS, HELD_OUT, follow


@pytest.fixture(scope="module")
def trained():
    from s2f_utils.models import cnn_rnn

    return cnn_rnn.train(CLIPS, HELD_OUT, epochs=12, batch_size=4, channels=16, units=16, patience=12)


@pytest.mark.slow
def test_it_learns_what_can_be_heard(trained):
    from s2f_utils.models import cnn_rnn

    model, history, gain = trained
    predicted = cnn_rnn.predict(model, [clip["log_mel"] for clip in HELD_OUT])
    assert follow(predicted) > 0.8
    assert history["val_loss"][-1] < 0.7 * history["val_loss"][0]


@pytest.mark.slow
def test_the_gain_restores_the_range(trained):
    from s2f_utils.models import cnn_rnn

    model, _, gain = trained
    predicted = cnn_rnn.predict(model, [clip["log_mel"] for clip in HELD_OUT])
    ratio = np.mean(
        [
            own[:, 66, 1].std() / clip["motion"][:, 66, 1].std()
            for own, clip in zip(predicted, HELD_OUT, strict=True)
        ]
    )
    assert 0.5 <= gain <= 2 and 0.7 < ratio < 1.3


@pytest.mark.slow
def test_louder_recordings_move_the_face_alike(trained):
    """Twice the amplitude adds log 4 to every log power: the answer must not change."""
    from s2f_utils.models import cnn_rnn

    model, _, _ = trained
    spectrum = CLIPS[0]["log_mel"]
    quiet, loud = cnn_rnn.predict(model, [spectrum, spectrum + np.log(4)])
    assert np.abs(quiet - loud).max() < 1e-3 * np.abs(quiet).max() + 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("frames", [7, 25, 60, 333])
def test_any_length_is_answered(trained, frames):
    from s2f_utils.models import cnn_rnn

    motion = cnn_rnn.predict(trained[0], [np.full((4 * frames, 40), -12, np.float32)])[0]
    assert motion.shape == (frames, 68, 2) and np.isfinite(motion).all()


@pytest.mark.slow
def test_a_saved_model_answers_the_same(trained, tmp_path):
    from s2f_utils.models import cnn_rnn, training

    model, _, gain = trained
    training.save(model, tmp_path, {"gain": gain})
    again, facts = training.load(tmp_path, "cnn_rnn")
    one, two = (cnn_rnn.predict(each, [CLIPS[0]["log_mel"]])[0] for each in (model, again))
    assert np.array_equal(one, two) and facts == {"gain": gain}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cnn_rnn.json", "cnn_rnn.keras"]
    with pytest.raises(StudyError, match="make report"):
        training.load(tmp_path, "net_2017")


def test_the_basis_reconstructs_its_motion():
    from s2f_utils.models import cnn_rnn

    mean, basis = cnn_rnn.motion_basis(CLIPS, energy=0.999)
    motion = np.concatenate([clip["motion"].reshape(-1, 136) for clip in CLIPS]) - mean
    scores = motion @ np.linalg.pinv(basis)
    assert len(basis) == 1 and np.allclose(scores @ basis, motion, atol=1e-4)
    assert scores.std() == pytest.approx(1, abs=0.01)


@pytest.mark.slow
def test_an_utterance_that_stops_at_once_is_answered_like_one_that_ends_in_quiet(trained):
    """What follows a recording is quiet: cutting its last second of quiet off changes nothing before."""
    from s2f_utils.models import cnn_rnn

    log_mel = HELD_OUT[0]["log_mel"].copy()
    log_mel[160:] = log_mel[160]
    whole, cut = (cnn_rnn.predict(trained[0], [part])[0] for part in (log_mel, log_mel[:168]))
    assert np.abs(whole[:42] - cut).max() < 0.1 * np.ptp(whole)
