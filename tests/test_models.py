"""The networks learn what can be learned, keep to their shapes and files, and repeat themselves."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from s2f_utils import StudyError, files


def utterance(seed: int, frames: int = 50) -> dict:
    """Make a toy utterance: the energy of low mel bands opens the mouth at once, by a known amount."""
    random = np.random.default_rng(seed)
    drop = np.clip(np.convolve(random.normal(0, 0.3, frames + 10), np.ones(5) / 5, "same")[5:-5], 0, None)
    log_mel = random.normal(-12, 0.3, (4 * frames, 40))
    log_mel[:, 5:15] += np.repeat(drop, 4)[:, None] * 30
    motion = np.zeros((frames, 68, 2), np.float32)
    motion[:, 65:68, 1] = drop[:, None]
    motion[:, 6:11, 1] = drop[:, None] * 0.8
    neutral = np.random.default_rng(0).normal(size=(68, 2)).astype(np.float32)
    spectra = np.repeat(drop, 65 * 23).reshape(frames, 65, 23).astype(np.float16)
    landmarks = neutral + motion
    loudness = log_mel.max(axis=1)
    arrays = {"log_mel": log_mel, "loudness": loudness, "fft_2017": spectra, "landmarks": landmarks}
    return {name: np.float32(a) for name, a in arrays.items()} | {"motion": motion, "neutral": neutral}


CLIPS = [utterance(seed) for seed in range(12)]
HELD_OUT = [utterance(seed + 100) for seed in range(4)]


def follow(predicted, clips=HELD_OUT) -> float:
    """Correlation of the lower lip's predicted and true height, on clips that were not trained on."""
    own = np.concatenate([motion[:, 66, 1] for motion in predicted])
    true = np.concatenate([clip["motion"][:, 66, 1] for clip in clips])
    return float(np.corrcoef(own, true)[0, 1])


@pytest.fixture(scope="module")
def trained():
    from s2f_utils.models import cnn_rnn

    return cnn_rnn.train(CLIPS, HELD_OUT, epochs=12, batch_size=4, channels=16, units=16, patience=12)


def test_it_learns_what_can_be_heard(trained):
    from s2f_utils.models import cnn_rnn

    model, history, gain = trained
    predicted = cnn_rnn.predict(model, [clip["log_mel"] for clip in HELD_OUT])
    assert follow(predicted) > 0.8
    assert history["val_loss"][-1] < 0.7 * history["val_loss"][0]


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


def test_louder_recordings_move_the_face_alike(trained):
    """Twice the amplitude adds log 4 to every log power: the answer must not change."""
    from s2f_utils.models import cnn_rnn

    model, _, _ = trained
    spectrum = CLIPS[0]["log_mel"]
    quiet, loud = cnn_rnn.predict(model, [spectrum, spectrum + np.log(4)])
    assert np.abs(quiet - loud).max() < 1e-3 * np.abs(quiet).max() + 1e-5


@pytest.mark.parametrize("frames", [7, 25, 60, 333])
def test_any_length_is_answered(trained, frames):
    from s2f_utils.models import cnn_rnn

    motion = cnn_rnn.predict(trained[0], [np.full((4 * frames, 40), -12, np.float32)])[0]
    assert motion.shape == (frames, 68, 2) and np.isfinite(motion).all()


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


def test_augmentation_keeps_sound_and_face_together():
    """However fast an utterance becomes and wherever it begins, loud moments still open the mouth."""
    from s2f_utils.models import utterances

    random = np.random.default_rng(0)
    clip = utterance(3)
    clip["motion"][:, 48, 0] = 0.1  # one corner of the mouth
    mirrored, muted, together = 0, 0, []
    for _ in range(200):
        log_mel, motion = utterances.augment(clip["log_mel"], clip["motion"], random)
        if not motion.any():
            muted += 1
            assert np.ptp(log_mel.mean(axis=1)) < 1.5  # nothing but a noise floor
            continue
        assert log_mel.shape == (4 * len(motion), 40) and 45 <= len(motion) <= 112
        level = np.log(np.exp(log_mel).mean(axis=1)).reshape(-1, 4).mean(axis=1)
        together.append(np.corrcoef(level, motion[:, 66, 1])[0, 1])
        mirrored += motion[0, 54, 0] < 0
    assert 8 < muted < 35 and 60 < mirrored < 130
    assert np.mean(together) > 0.6


def test_batches_mark_padding():
    from s2f_utils.models import utterances

    batch = utterances.Utterances(CLIPS[:3], 75, batch_size=2, seed=None)
    spectra, targets = batch[0]
    assert spectra.shape == (2, 300, 40) and targets.shape == (2, 75, 137) and len(batch) == 2
    assert targets[0, :50, -1].all() and not targets[0, 50:, -1].any()
    assert np.array_equal(targets[0, :50, :-1].reshape(50, 68, 2), CLIPS[0]["motion"])


def test_simple_predictors():
    from s2f_utils.models import baselines

    for predictor, least in ((baselines.ridge(alpha=10), 0.8), (baselines.loudness(), 0.5)):
        predictor.fit(CLIPS)
        assert follow([predictor.predict(clip) for clip in HELD_OUT]) > least
    still = baselines.StillFace().fit(CLIPS).predict(HELD_OUT[0])
    assert still.shape == (50, 68, 2) and not still.any()
    mean = baselines.MeanMotion().fit(CLIPS).predict(HELD_OUT[0])
    assert np.allclose(mean, np.concatenate([clip["motion"] for clip in CLIPS]).mean(axis=0), atol=1e-6)


REPEAT = """
import json, numpy as np
from test_models import CLIPS, HELD_OUT
from s2f_utils import cnn_rnn
model, history, gain = cnn_rnn.train(CLIPS[:4], HELD_OUT, epochs=2, batch_size=2, channels=8, units=8)
print(json.dumps([history["loss"], history["val_loss"], gain]))
"""


def run_again(**environment: str) -> list:
    environment = (
        os.environ | {"PYTHONPATH": f"{files.ROOT / 'tests'}", "TF_CPP_MIN_LOG_LEVEL": "3"} | environment
    )
    command = [sys.executable, "-c", REPEAT]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_two_runs_give_the_same_numbers():
    assert run_again() == run_again()


def test_another_pitch_moves_harmonics_and_leaves_the_envelope():
    """Ripples of a 400 Hz voice come to lie where a 480 Hz voice has them; a smooth spectrum stays."""
    from s2f_utils.models import utterances
    from s2f_utils.sound import speech

    hertz = speech.mel_centres()
    low = hertz < 1500  # where bands are narrow enough to show harmonics

    def ripples(pitch: float) -> np.ndarray:
        return np.tile(np.cos(2 * np.pi * hertz / pitch) * low, (8, 1))

    envelope = np.tile(-6 - hertz / 2000, (8, 1))
    moved = utterances._at_pitch(envelope + ripples(400), 1.2) - envelope
    assert np.corrcoef(moved[0, :15], ripples(480)[0, :15])[0, 1] > 0.9
    assert np.allclose(utterances._at_pitch(envelope, 1.2)[:, 4:-4], envelope[:, 4:-4], atol=0.05)


def test_a_room_dies_away_at_its_rate():
    from s2f_utils.models import utterances

    click = np.full((60, 40), -30.0)
    click[10] = 0.0
    echo = utterances._in_room(click, 0.5, 0.1)
    assert np.allclose(echo[10], 0) and np.allclose(echo[11], np.log(0.1), atol=1e-6)
    assert np.allclose(np.diff(echo[11:40], axis=0), np.log(1e-6) / 50, atol=1e-3)  # 60 dB in 0.5 s


def test_the_loss_asks_lips_to_meet():
    """Of two errors of one size, opening closed lips costs more than opening an open mouth too far."""
    from s2f_utils.models.motion_loss import motion_loss

    truth = np.zeros((1, 50, 137), np.float32)
    truth[..., -1] = 1
    truth[0, 25:, 2 * 66 + 1] = 0.2
    loss = motion_loss(CLIPS, velocity=0, concordance=0)
    scores = []
    for part in (slice(5, 20), slice(30, 45)):
        answer = truth[..., :-1].copy()
        answer[0, part, 2 * 66 + 1] += 0.1
        scores.append(float(loss(truth, answer)))
    plain = float(motion_loss(CLIPS, velocity=0, concordance=0, closure=0)(truth, answer))
    assert scores[0] > 1.2 * scores[1] and scores[1] == pytest.approx(plain, rel=1e-5)


def test_an_utterance_that_stops_at_once_is_answered_like_one_that_ends_in_quiet(trained):
    """What follows a recording is quiet: cutting its last second of quiet off changes nothing before."""
    from s2f_utils.models import cnn_rnn

    log_mel = HELD_OUT[0]["log_mel"].copy()
    log_mel[160:] = log_mel[160]
    whole, cut = (cnn_rnn.predict(trained[0], [part])[0] for part in (log_mel, log_mel[:168]))
    assert np.abs(whole[:42] - cut).max() < 0.1 * np.ptp(whole)


def test_updates_become_epochs():
    from s2f_utils.models import training

    assert training.epochs(350, range(512), 16) == 11 and training.epochs(240, range(54), 16) == 60


def test_held_noise_goes_on_as_noise():
    """As loud, as restless, and never a sound of its own; an utterance shorter than what is held, too."""
    from s2f_utils.models.utterances import lengthen

    noise = np.random.default_rng(0).normal(-12, 0.6, (100, 40))
    longer = lengthen(noise, 300)
    assert longer.shape == (300, 40) and np.array_equal(longer[:100], noise)
    assert 0.4 < longer[100:].std(axis=0).mean() < 0.8 and abs(longer[100:].mean() + 12) < 0.2
    assert lengthen(noise[:4], 100).shape == (100, 40)
