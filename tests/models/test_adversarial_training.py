"""The generator beats what does not learn; an interrupted training comes to the same end."""

import numpy as np
import pytest

from s2f_utils.models import adversarial_training, baselines_pictures, dcgan, face_pairs
from tests.samples.faces import FACE_SIZE, settings, toy_faces


@pytest.fixture
def step_by_step():
    """Without the graph, which takes longer to build than the few steps that are taken here."""
    import tensorflow

    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


@pytest.mark.slow
def test_training_beats_mean_image_and_reference(faces, tmp_path):
    plan = settings(faces, epochs=4, adversarial_epochs=1, pictures_per_epoch=64)
    made, history, samples = adversarial_training.train(faces, tmp_path, **plan)
    stranger = toy_faces(people=6)
    index = np.flatnonzero(stranger.speaker == "p5")[:6]
    known = face_pairs.reference_for(stranger, "p5_0")
    reference, points = stranger.pictures[known], stranger.landmarks[known]
    asked = stranger.landmarks[index]
    drawn = dcgan.render(made["dcgan"], reference, asked, reference_landmarks=points)
    mean = baselines_pictures.MeanImage(faces).draw(reference, points, asked)
    errors = [np.abs(guess.astype(float) - stranger.pictures[index]).mean() for guess in (drawn, mean)]
    assert errors[0] < 0.5 * errors[1]
    assert [epoch["phase"] for epoch in history] == ["pixels"] * 4 + ["critic"]
    assert history[3]["loss"] < history[0]["loss"]
    assert samples.shape == (5, 2, FACE_SIZE, FACE_SIZE, 3)


@pytest.mark.slow
@pytest.mark.usefixtures("step_by_step")
def test_interrupted_training_goes_on_to_the_same_end(faces, tmp_path, monkeypatch):
    whole, history, samples = adversarial_training.train(faces, tmp_path / "whole", **settings(faces))
    compete = adversarial_training.Training.compete

    def stop(self, batch):
        raise KeyboardInterrupt

    monkeypatch.setattr(adversarial_training.Training, "compete", stop)
    with pytest.raises(KeyboardInterrupt):
        adversarial_training.train(faces, tmp_path / "cut", **settings(faces))
    monkeypatch.setattr(adversarial_training.Training, "compete", compete)
    monkeypatch.setattr(adversarial_training.Training, "paint", stop)  # what is done is not done again
    again, resumed, samples_again = adversarial_training.train(faces, tmp_path / "cut", **settings(faces))
    assert [epoch["loss"] for epoch in resumed] == pytest.approx(
        [epoch["loss"] for epoch in history], rel=1e-3
    )
    for one, other in zip(whole["dcgan"].get_weights(), again["dcgan"].get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-4)
    assert np.abs(samples.astype(int) - samples_again).max() <= 1
    adversarial_training.forget_training(tmp_path / "cut")
    assert not (tmp_path / "cut").exists()


@pytest.mark.usefixtures("step_by_step")
def test_critic_and_generator_take_turns(faces):
    both = adversarial_training.Training(FACE_SIZE, width=8)
    batch = next(face_pairs.batches(faces, batch_size=4, steps=1, rng=np.random.default_rng(0)))
    critic, painter = both.critic.get_weights()[0], both.generator.get_layer("drawn").get_weights()[0]
    both.paint(batch)
    assert np.array_equal(critic, both.critic.get_weights()[0])
    painted = both.generator.get_layer("drawn").get_weights()[0]
    assert not np.array_equal(painter, painted)
    both.compete(batch)
    assert not np.array_equal(critic, both.critic.get_weights()[0])
    assert not np.array_equal(painted, both.generator.get_layer("drawn").get_weights()[0])
