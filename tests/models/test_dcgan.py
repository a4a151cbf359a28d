"""The generator keeps its shapes and its file, and says what is wrong with a reference."""

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.faces import warping
from s2f_utils.models import baselines_pictures, dcgan, face_pairs, training
from tests.samples.faces import FACE_SIZE


def test_background_is_kept_or_grey_and_the_model_knows(faces, tmp_path):
    asked, reference, points = faces.landmarks[:1], faces.pictures[6] // 2, faces.landmarks[6]
    kept, grey = (
        face_pairs.to_pictures(face_pairs.condition(asked, reference, points, background=way)[0, ..., 6:12])
        for way in (True, False)
    )
    corner, nose = (0, 0), tuple(points[30].round().astype(int)[::-1])
    assert np.all(kept[corner] == 45) and np.all(np.abs(grey[corner].astype(int) - 128) <= 1)
    assert np.array_equal(kept[nose][:3], reference[nose]) and np.allclose(grey[nose], kept[nose], atol=2)
    generator = dcgan.build_generator(FACE_SIZE, width=8, background=False)
    training.save(generator, tmp_path, {})
    drawn = dcgan.render(dcgan.load(tmp_path), reference, asked, reference_landmarks=points)
    assert np.all(np.abs(drawn[0][corner].astype(int) - 128) <= 2)


def test_networks_take_and_give_the_right_shapes():
    generator, critic = dcgan.build_generator(64), dcgan.build_critic()
    assert dcgan.size_of(generator) == 64 and generator.output_shape == (None, None, None, 3)
    for height, width in ((64, 64), (96, 48)):
        asked = np.zeros((1, height, width, face_pairs.CHANNELS), np.float32)
        assert generator(asked).shape == (1, height, width, 3)
        score, *_ = critic([asked[..., :3], asked[..., : dcgan.CRITIC_CHANNELS]])
        assert score.shape == (1, height // 8, width // 8, 1)
    assert 5e5 < generator.count_params() < 3e6
    assert critic.output_shape[0][-1] == 1
    for size in (64, 128):
        assert baselines_pictures.Dcgan2017(size, seed=0).generator.output_shape == (None, size, size, 3)


def test_only_the_mouth_is_painted(faces):
    """However a generator's weights stand, all else is the bent reference, to the last grey level."""
    generator = dcgan.build_generator(FACE_SIZE, width=8)
    generator.set_weights([weight + 0.05 for weight in generator.get_weights()])
    reference, points, asked = faces.pictures[0], faces.landmarks[0], faces.landmarks[2:5]
    drawn = dcgan.render(generator, reference, asked, reference_landmarks=points).astype(int)
    changed = np.abs(drawn - warping.warp(reference, points, asked)).max(axis=-1)
    for moment, mouth in zip(changed, asked[:, 48:60], strict=True):
        low, high = np.floor(mouth.min(axis=0)).astype(int) - 4, np.ceil(mouth.max(axis=0)).astype(int) + 5
        inside = np.zeros(moment.shape, bool)
        inside[low[1] : high[1], low[0] : high[0]] = True
        assert moment[inside].max() > 20 and moment[~inside].max() == 0


def test_saved_generator_draws_the_same_in_safe_mode(faces, tmp_path):
    generator = dcgan.build_generator(FACE_SIZE, width=8)
    generator.set_weights([weight + 0.02 for weight in generator.get_weights()])
    training.save(generator, tmp_path, {"size": FACE_SIZE, "training_speakers": ["p0"]})
    reference, points = faces.pictures[0], faces.landmarks[0]
    before = dcgan.render(generator, reference, faces.landmarks[:3], reference_landmarks=points)
    after = dcgan.render(dcgan.load(tmp_path), reference, faces.landmarks[:3], reference_landmarks=points)
    assert np.array_equal(before, after)
    assert dcgan.render(generator, reference, faces.landmarks[:0], reference_landmarks=points).shape[0] == 0


def test_frames_are_drawn_when_they_are_looked_at_and_not_kept(faces, monkeypatch):
    generator = dcgan.build_generator(FACE_SIZE, width=8)
    generator.set_weights([weight + 0.02 for weight in generator.get_weights()])
    reference, points, asked = faces.pictures[0], faces.landmarks[0], faces.landmarks[:10]
    whole = [dcgan.render(generator, reference, one[None], reference_landmarks=points)[0] for one in asked]
    drawn, draw = [], dcgan.draw
    monkeypatch.setattr(dcgan, "draw", lambda *given, **how: drawn.append(1) or draw(*given, **how))
    frames = dcgan.Frames(generator, reference, asked, reference_landmarks=points, block=4)
    assert len(frames) == 10 and frames.shape == (10, FACE_SIZE, FACE_SIZE, 3) and not drawn
    assert np.allclose(frames[9], whole[9], atol=1) and np.allclose(frames[8], whole[8], atol=1)
    assert len(drawn) == 1
    assert all(np.allclose(one, other, atol=1) for one, other in zip(frames, whole, strict=True))
    assert len(drawn) == 4 and np.array_equal(frames[[2, 5]], np.asarray(frames)[[2, 5]])
    with pytest.raises(IndexError):
        frames[10]


def test_render_says_what_is_wrong_with_a_reference(faces):
    generator = dcgan.build_generator(FACE_SIZE, width=8)
    with pytest.raises(StudyError, match="needs 32"):
        dcgan.render(generator, np.zeros((64, 64, 3), np.uint8), faces.landmarks[:1])
    with pytest.raises(StudyError, match="No face"):
        dcgan.render(generator, np.zeros((FACE_SIZE, FACE_SIZE, 3), np.uint8), faces.landmarks[:1])
