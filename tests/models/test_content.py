"""What is said moves the face in a basis of its own; a manner adds to it what it says it adds."""

import numpy as np
import pytest

from s2f_utils.models import content, layers, manner
from tests.samples.clips import CLIPS


def test_the_basis_reconstructs_its_motion():
    mean, basis = content.motion_basis(CLIPS, energy=0.999)
    motion = np.concatenate([clip["motion"].reshape(-1, 136) for clip in CLIPS]) - mean
    scores = motion @ np.linalg.pinv(basis)
    assert len(basis) == 1 and np.allclose(scores @ basis, motion, atol=1e-4)
    assert scores.std() == pytest.approx(1, abs=0.01)


def test_an_expression_adds_its_face_and_effort_scales_what_is_said():
    """Where half of it shows, which is where learning begins, and where the moment shows all or nothing."""
    random = np.random.default_rng(0)
    said, moment = random.normal(size=(1, 5, 136)), random.normal(size=(1, 5, 3))
    faces = random.normal(size=(8, 136))
    how = np.zeros((1, 5, manner.SIZE))
    how[..., 2], how[..., 4], how[..., -1] = 1.0, 0.5, np.log(1.3)
    layer = layers.Expression()
    layer.build([said.shape, moment.shape, how.shape])
    added = {}
    for usually in (0.0, 30.0, -30.0):
        layer.set_weights([np.zeros((3, 1)), np.array([usually]), faces])
        assert [weight.shape for weight in layer.trainable_weights] == [(3, 1), (1,)], "faces stay as given"
        answer = np.asarray(layer([np.float32(one) for one in (said, moment, how)]))
        added[usually] = answer - 1.3 * said
    mixed, parts = faces[2] + 0.5 * faces[4], [np.linalg.norm(faces[2]), 0.5 * np.linalg.norm(faces[4])]
    assert np.linalg.norm(mixed) < sum(parts), "a mixture is smaller than what is mixed"
    expected = np.broadcast_to(mixed * sum(parts) / np.linalg.norm(mixed), said.shape)
    assert np.allclose(added[0.0], expected, atol=1e-5)
    assert np.allclose(added[30.0], 2 * expected, atol=1e-5) and np.allclose(added[-30.0], 0, atol=1e-5)


def test_the_stream_answers_what_its_basis_can_say():
    """Nothing is learned yet: the mean face, and with a manner that face and the emotion's."""
    mean, basis = content.motion_basis(CLIPS)
    model = content.build(mean, basis, channels=8, units=8)
    smile = np.random.default_rng(1).normal(size=136).astype(np.float32)
    model.get_layer("expression").faces.assign(np.eye(8, 1) @ smile[None])
    spectra = np.stack([clip["log_mel"] for clip in CLIPS[:2]])
    how = np.zeros((2, 50, manner.SIZE), np.float32)
    how[1, :, 0] = 1
    plain, smiling = np.asarray(model([spectra, how]))
    assert plain.shape == (50, 136) and np.allclose(plain, mean, atol=1e-6)
    assert np.allclose(smiling, mean + smile, atol=1e-5)
    fixed = {weight.path.split("/")[0] for weight in model.non_trainable_weights}
    assert {"basis", "expression"} <= fixed


def test_only_the_components_of_most_motion_are_kept():
    """Forty directions as strong as each other are more than a voice can move."""
    motion = np.random.default_rng(0).normal(size=(400, 68, 2))
    _, basis = content.motion_basis([{"motion": motion}])
    assert len(basis) == 24


def test_the_loss_asks_lips_to_meet():
    """Of two errors of one size, opening closed lips costs more than opening an open mouth too far."""
    truth = np.zeros((1, 50, 137), np.float32)
    truth[..., -1] = 1
    truth[0, 25:, 2 * 66 + 1] = 0.2
    loss = content.motion_loss(CLIPS, velocity=0, concordance=0)
    scores = []
    for part in (slice(5, 20), slice(30, 45)):
        answer = truth[..., :-1].copy()
        answer[0, part, 2 * 66 + 1] += 0.1
        scores.append(float(loss(truth, answer)))
    plain = float(content.motion_loss(CLIPS, velocity=0, concordance=0, closure=0)(truth, answer))
    assert scores[0] > 1.2 * scores[1] and scores[1] == pytest.approx(plain, rel=1e-5)
