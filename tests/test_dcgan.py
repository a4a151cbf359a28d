"""The generator of faces, its training, its rivals and its judges, against known truths."""

import dataclasses

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.faces import geometry, relighting, warping
from s2f_utils.judging import distribution_metrics, picture_metrics
from s2f_utils.models import adversarial_training, baselines_pictures, dcgan, face_pairs, training

SIZE = 32


def oval_face(opening: float = 0.1, *, width: float = 1.0) -> np.ndarray:
    """Write down 68 pose-free points of a plain face: (68, 2), inter-ocular distances, eyes level."""
    jaw = np.linspace(np.pi, 0, 17)
    points = np.zeros((68, 2))
    points[0:17] = np.stack([0.75 * width * np.cos(jaw), 1.15 * np.sin(jaw)], axis=-1)
    points[17:22] = [(x, -0.22) for x in np.linspace(-0.6, -0.15, 5)]
    points[22:27] = [(x, -0.22) for x in np.linspace(0.15, 0.6, 5)]
    points[27:31] = [(0, y) for y in np.linspace(0, 0.38, 4)]
    points[31:36] = [(x, 0.45) for x in np.linspace(-0.15, 0.15, 5)]
    eye = [(-0.14, 0), (-0.05, -0.05), (0.05, -0.05), (0.14, 0), (0.05, 0.05), (-0.05, 0.05)]
    points[36:42], points[42:48] = np.add(eye, (-0.36, 0)), np.add(eye, (0.36, 0))
    around = np.linspace(np.pi, 3 * np.pi, 13)[:12]
    points[48:60] = np.stack([0.3 * np.cos(around), 0.75 + (0.12 + opening / 2) * np.sin(around)], axis=-1)
    inside = np.linspace(np.pi, 3 * np.pi, 9)[:8]
    points[60:68] = np.stack([0.22 * np.cos(inside), 0.75 + opening / 2 * np.sin(inside)], axis=-1)
    return points


def paint(points: np.ndarray, colour: tuple[int, int, int], size: int = SIZE) -> np.ndarray:
    """Paint a toy portrait whose every pixel follows from its landmarks and a skin colour."""
    import cv2

    picture = np.full((size, size, 3), 90, np.uint8)
    for part, level in ((range(0, 17), colour), (range(48, 60), (190, 60, 60)), (range(60, 68), (40, 0, 0))):
        cv2.fillConvexPoly(picture, np.round(points[list(part)] * 16).astype(np.int32), level, cv2.LINE_AA, 4)
    return picture


def toy_faces(people: int = 3, clips: int = 2, frames: int = 6) -> face_pairs.Faces:
    rng = np.random.default_rng(5)
    columns = {"pictures": [], "landmarks": [], "speaker": [], "clip": [], "order": []}
    for person in range(people):
        colour, width = tuple(map(int, rng.integers(120, 240, 3))), rng.uniform(0.9, 1.1)
        openings = iter(rng.permutation(np.linspace(0, 0.4, clips * frames)))  # no picture comes twice
        for clip in range(clips):
            for frame in range(frames):
                points = geometry.in_crop(oval_face(next(openings), width=width), SIZE)
                row = paint(points, colour), points, f"p{person}", f"p{person}_{clip}", frame
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
    return face_pairs.Faces(**{key: np.array(value) for key, value in columns.items()})


@pytest.fixture(scope="module")
def faces():
    return toy_faces()


def first_batch(faces: face_pairs.Faces) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return next(face_pairs.batches(faces, batch_size=24, steps=1, rng=rng, augment=False))


def settings(faces, **changes):
    watched = face_pairs.condition(faces.landmarks[:2], faces.pictures[6], faces.landmarks[6])
    usual = dict(epochs=1, adversarial_epochs=1, pictures_per_epoch=8, batch_size=4, seed=1, width=8)
    return usual | {"watched": watched} | changes


def test_conditions_show_parts_reference_and_bent_reference(faces):
    made = face_pairs.condition(faces.landmarks[:3], faces.pictures[6], faces.landmarks[6])
    assert made.shape == (3, SIZE, SIZE, face_pairs.CHANNELS)
    assert made[..., :6].min() == 0 and made[..., :6].max() > 0.9
    assert np.array_equal(face_pairs.to_pictures(made[1, ..., 6:9]), faces.pictures[6])
    mouth = face_pairs.to_pictures(made[0, ..., 4:5])[..., 0]
    rows, columns = np.nonzero(mouth > 200)
    low, high = faces.landmarks[0, 48:60].min(axis=0), faces.landmarks[0, 48:60].max(axis=0)
    assert np.all(columns >= low[0] - 2) and np.all(columns <= high[0] + 2)
    assert np.all(rows >= low[1] - 2) and np.all(rows <= high[1] + 2)


def test_background_is_kept_or_grey_and_the_model_knows(faces, tmp_path):
    asked, reference, points = faces.landmarks[:1], faces.pictures[6] // 2, faces.landmarks[6]
    kept, grey = (
        face_pairs.to_pictures(face_pairs.condition(asked, reference, points, background=way)[0, ..., 6:])
        for way in (True, False)
    )
    corner, nose = (0, 0), tuple(points[30].round().astype(int)[::-1])
    assert np.all(kept[corner] == 45) and np.all(np.abs(grey[corner].astype(int) - 128) <= 1)
    assert np.array_equal(kept[nose][:3], reference[nose]) and np.allclose(grey[nose], kept[nose], atol=2)
    generator = dcgan.build_generator(SIZE, width=8, background=False)
    training.save(generator, tmp_path, {})
    drawn = dcgan.render(dcgan.load(tmp_path), reference, asked, reference_landmarks=points)
    assert np.all(np.abs(drawn[0][corner].astype(int) - 128) <= 2)


def test_mirrored_landmarks_lie_on_the_mirrored_picture(faces):
    pictures, points = face_pairs.mirrored(faces.pictures[:2], faces.landmarks[:2])
    assert np.array_equal(pictures[0][:, ::-1], faces.pictures[0])
    assert np.allclose(points[:, 36, 0], SIZE - 1 - faces.landmarks[:2, 45, 0])
    assert np.all(points[:, 36, 0] < points[:, 45, 0])  # the left eye stays on the left
    twice = face_pairs.mirrored(pictures, points)
    assert np.array_equal(twice[0], faces.pictures[:2]) and np.allclose(twice[1], faces.landmarks[:2])
    again = paint(points[0], tuple(map(int, faces.pictures[0][SIZE // 2, SIZE // 2])))
    assert np.abs(again.astype(int) - pictures[0]).mean() < 6


def test_batches_pair_pictures_of_one_person_from_different_clips(faces):
    batch = next(
        face_pairs.batches(faces, batch_size=24, steps=1, rng=np.random.default_rng(0), augment=False)
    )
    candidates = np.random.default_rng(0).integers(
        len(faces.pictures), size=(24, 2)
    )  # the first numbers drawn
    opening = geometry.opening(faces.landmarks)
    chosen = [max(two, key=lambda index: opening[index]) for two in candidates]
    references = face_pairs.to_pictures(batch["condition"][..., 6:9])
    for one, reference in zip(chosen, references, strict=True):
        other = np.flatnonzero((faces.pictures == reference).all(axis=(1, 2, 3)))[0]
        assert faces.speaker[one] == faces.speaker[other] and faces.clip[one] != faces.clip[other]
    assert batch["weight"].min() >= 1 and batch["weight"].max() > 4


def test_target_is_the_true_face_in_the_references_surroundings(faces):
    dim = np.isin(faces.clip, ["p0_0", "p1_0", "p2_0"])[:, None, None, None]
    dusk = dataclasses.replace(faces, pictures=np.where(dim, faces.pictures // 2, faces.pictures))
    batch = first_batch(dusk)
    target, bent = batch["target"], batch["condition"][..., 9:12]
    assert np.allclose(target[:, 0], bent[:, 0], atol=1e-3)  # the top row is all surroundings
    assert np.abs(target - bent).mean() < 0.1  # clips of half the light were brought into the reference's


def test_light_of_another_picture_is_taken_over(faces):
    dark = (faces.pictures[:4] * 0.6).astype(np.uint8)
    lit = relighting.in_light_of(dark, faces.landmarks[:4], faces.pictures[0], faces.landmarks[0])
    inside = relighting.face_mask(faces.landmarks[0], SIZE) > 0.5
    assert np.abs(lit[0][inside].astype(int) - faces.pictures[0][inside]).mean() < 8
    assert inside[SIZE // 2, SIZE // 2] and not inside[0, 0] and not inside[-1, 0]


def test_reference_is_a_typical_picture_of_another_clip_with_closed_lips(faces):
    chosen = face_pairs.reference_for(faces, "p1_0")
    assert faces.clip[chosen] == "p1_1"
    opening = geometry.opening(faces.landmarks)
    assert opening[chosen] <= np.quantile(opening[faces.clip == "p1_1"], 0.2)
    odd = dataclasses.replace(faces, landmarks=faces.landmarks.copy())
    odd.landmarks[chosen] += 6  # the lips closed, the head elsewhere
    assert face_pairs.reference_for(odd, "p1_0") != chosen
    single = toy_faces(clips=1)
    assert face_pairs.reference_for(single, "p1_0") == 11  # no other clip: the last picture of this one


def test_bending_to_the_same_place_changes_nothing_and_a_shift_shifts(faces):
    picture, points = faces.pictures[0], faces.landmarks[0]
    assert np.abs(warping.warp(picture, points, points[None])[0].astype(int) - picture).max() <= 1
    wide = geometry.in_crop(oval_face(0.4), SIZE)
    closed = geometry.in_crop(oval_face(0.1), SIZE)
    bent = warping.warp(paint(closed, (200, 170, 150)), closed, wide[None])[0]
    true = paint(wide, (200, 170, 150))
    before = np.abs(paint(closed, (200, 170, 150)).astype(int) - true).mean()
    assert np.abs(bent.astype(int) - true).mean() < 0.5 * before


def test_networks_take_and_give_the_right_shapes():
    generator, critic = dcgan.build_generator(64), dcgan.build_critic(64)
    assert generator.output_shape == (None, 64, 64, 3)
    assert 5e5 < generator.count_params() < 3e6
    assert critic.output_shape[0][-1] == 1
    for size in (64, 128):
        assert baselines_pictures.Dcgan2017(size, seed=0).generator.output_shape == (None, size, size, 3)


def test_training_beats_mean_image_and_reference(faces, tmp_path):
    plan = settings(faces, epochs=4, adversarial_epochs=1, pictures_per_epoch=192, batch_size=16, width=16)
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
    assert samples.shape == (5, 2, SIZE, SIZE, 3)


def test_saved_generator_draws_the_same_in_safe_mode(faces, tmp_path):
    generator = dcgan.build_generator(SIZE, width=8)
    generator.set_weights([weight + 0.02 for weight in generator.get_weights()])
    training.save(generator, tmp_path, {"size": SIZE, "training_speakers": ["p0"]})
    reference, points = faces.pictures[0], faces.landmarks[0]
    before = dcgan.render(generator, reference, faces.landmarks[:3], reference_landmarks=points)
    after = dcgan.render(dcgan.load(tmp_path), reference, faces.landmarks[:3], reference_landmarks=points)
    assert np.array_equal(before, after)
    assert dcgan.render(generator, reference, faces.landmarks[:0], reference_landmarks=points).shape[0] == 0


def test_render_says_what_is_wrong_with_a_reference(faces):
    generator = dcgan.build_generator(SIZE, width=8)
    with pytest.raises(StudyError, match="needs 32"):
        dcgan.render(generator, np.zeros((64, 64, 3), np.uint8), faces.landmarks[:1])
    with pytest.raises(StudyError, match="No face"):
        dcgan.render(generator, np.zeros((SIZE, SIZE, 3), np.uint8), faces.landmarks[:1])


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


def test_critic_and_generator_take_turns(faces):
    both = adversarial_training.Training(SIZE, width=8)
    batch = next(face_pairs.batches(faces, batch_size=4, steps=1, rng=np.random.default_rng(0)))
    critic, painter = both.critic.get_weights()[0], both.generator.get_layer("drawn").get_weights()[0]
    both.paint(batch)
    assert np.array_equal(critic, both.critic.get_weights()[0])
    painted = both.generator.get_layer("drawn").get_weights()[0]
    assert not np.array_equal(painter, painted)
    both.compete(batch)
    assert not np.array_equal(critic, both.critic.get_weights()[0])
    assert not np.array_equal(painted, both.generator.get_layer("drawn").get_weights()[0])


def test_picture_measures_match_closed_forms(faces):
    true = np.full((4, 64, 64, 3), 100, np.uint8)
    true[:, 20:40, 20:40] = 180
    true[1::2, 15:30] += 30
    landmarks = np.repeat(geometry.in_crop(oval_face(), 64)[None], 4, axis=0)
    found = picture_metrics.compare(true + 10, true, landmarks)
    assert found["psnr"] == pytest.approx(20 * np.log10(255 / 10), abs=1e-4)
    assert found["mouth_psnr"] == pytest.approx(found["psnr"], abs=1e-4)
    assert found["mse"] == pytest.approx((10 / 127.5) ** 2, rel=1e-4)
    assert found["flicker_ratio"] == pytest.approx(1) and found["sharpness_ratio"] == pytest.approx(1)
    same = picture_metrics.compare(true, true, landmarks)
    assert same["ssim"] == pytest.approx(1) and same["psnr"] == np.inf
    still = picture_metrics.compare(np.repeat(true[:1], 4, axis=0), true, landmarks)
    assert still["flicker_ratio"] == 0


def test_mse_of_2017_is_read_as_the_decibels_it_was():
    assert picture_metrics.psnr(np.array([0.108])) == pytest.approx(15.7, abs=0.05)


def test_opening_correlation_is_scale_free_and_zero_for_a_dead_mouth():
    openings = [0.0, 0.1, 0.3, 0.2, 0.05]
    asked = np.stack([geometry.in_crop(oval_face(opening), 64) for opening in openings])
    larger = np.stack([geometry.in_crop(oval_face(1.5 * opening), 64) for opening in openings])
    assert picture_metrics.opening_correlation(larger, asked) == pytest.approx(1, abs=1e-3)
    assert picture_metrics.opening_correlation(np.repeat(asked[:1], 5, axis=0), asked) == 0


def test_nothing_to_find_is_reported_not_hidden(faces):
    landmarks = np.repeat(geometry.in_crop(oval_face(), 64)[None], 4, axis=0)
    gray = np.full((4, 64, 64, 3), 128, np.uint8)
    item = picture_metrics.Take("p0", "p0_0", gray, landmarks, gray[0], landmarks[0])
    table = picture_metrics.summary(picture_metrics.judge([item], {"dcgan": [gray]}, jobs=1))
    names = picture_metrics.named(table)
    assert names["dcgan.dcgan.detection_rate"] == 0 and names["dcgan.dcgan.identity_kept"] == 0
    assert "dcgan.dcgan.landmark_nme" not in names  # no face, no distance


def test_frechet_distance_of_a_moved_and_stretched_crowd():
    """Scaled by s and moved by m, a crowd lies |m|² + (s − 1)² · trace of its covariance away."""
    crowd = np.random.default_rng(3).normal(size=(300, 6)) @ np.random.default_rng(4).normal(size=(6, 6))
    moved = 1.5 * crowd + np.arange(6)
    wanted = np.square(moved.mean(axis=0) - crowd.mean(axis=0)).sum() + 0.25 * np.cov(crowd.T).trace()
    assert distribution_metrics.frechet_distance(crowd, moved) == pytest.approx(wanted, rel=1e-6)
    assert distribution_metrics.frechet_distance(crowd, crowd) == pytest.approx(0, abs=1e-6)


def test_coverage_sees_a_collapse():
    """Two heaps far apart: who knows one of them covers half, and one answer for all hardly any."""
    rng = np.random.default_rng(5)
    real, made = (np.concatenate([rng.normal(0, 1, (100, 2)), rng.normal(50, 1, (100, 2))]) for _ in range(2))
    clip = np.zeros(200, int)
    assert distribution_metrics.coverage(real, made, clip=clip) > 0.9
    assert distribution_metrics.coverage(real, made[:100], clip=clip) == pytest.approx(0.5, abs=0.05)
    assert distribution_metrics.coverage(real, np.repeat(made[:1], 200, axis=0), clip=clip) < 0.1


def test_coverage_reaches_to_another_clip():
    """Two clips 4 apart: what lies 3 from one and 7 from the other covers one of them."""
    real = np.repeat([[0.0], [4.0]], 50, axis=0)
    clip = np.repeat([0, 1], 50)
    assert distribution_metrics.coverage(real, np.array([[-3.0]]), clip=clip) == 0.5
    assert distribution_metrics.coverage(real, np.array([[-5.0]]), clip=clip) == 0


def test_one_picture_for_all_is_no_crowd():
    """Real pictures lie nearest to real ones; the same picture again and again covers fewer of them."""
    openings = np.linspace(0, 0.4, 12)
    points = np.stack([geometry.in_crop(oval_face(opening), SIZE) for opening in openings])
    film = np.stack([paint(one, (200, 160, 140)) for one in points])
    item = picture_metrics.Take("p0", "p0_0", film, points, film[0], points[0])
    still = np.repeat(film[:1], len(film), axis=0)
    table = distribution_metrics.judge([item], {"still": [still]}, jobs=1)
    assert list(table.index) == ["real", "still"]
    assert table.loc["real", "frechet_distance"] < table.loc["still", "frechet_distance"]
    assert table.loc["real", "coverage"] > table.loc["still", "coverage"]
