"""Pairs of asked landmarks and a reference, against toy faces of which everything is known."""

import dataclasses

import numpy as np

from s2f_utils.faces import geometry
from s2f_utils.models import face_pairs
from tests.samples.faces import FACE_SIZE, toy_faces


def first_batch(faces: face_pairs.Faces) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return next(face_pairs.batches(faces, batch_size=24, steps=1, rng=rng, augment=False))


def test_conditions_show_parts_reference_and_bent_reference(faces):
    made = face_pairs.condition(faces.landmarks[:3], faces.pictures[6], faces.landmarks[6])
    assert made.shape == (3, FACE_SIZE, FACE_SIZE, face_pairs.CHANNELS)
    assert made[..., :6].min() == 0 and made[..., :6].max() > 0.9
    assert np.array_equal(face_pairs.to_pictures(made[1, ..., 6:9]), faces.pictures[6])
    mouth = face_pairs.to_pictures(made[0, ..., 4:5])[..., 0]
    rows, columns = np.nonzero(mouth > 200)
    low, high = faces.landmarks[0, 48:60].min(axis=0), faces.landmarks[0, 48:60].max(axis=0)
    assert np.all(columns >= low[0] - 2) and np.all(columns <= high[0] + 2)
    assert np.all(rows >= low[1] - 2) and np.all(rows <= high[1] + 2)


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


def test_windows_are_cut_from_pictures_around_the_mouth(faces):
    rng = np.random.default_rng(0)
    batch = next(face_pairs.batches(faces, batch_size=7, steps=1, rng=rng, patch=16, augment=False))
    assert {key: value.shape[:3] for key, value in batch.items()} == dict.fromkeys(batch, (7, 16, 16))
    windows = np.lib.stride_tricks.sliding_window_view(faces.pictures, (16, 16), axis=(1, 2))
    for shown in face_pairs.to_pictures(batch["condition"][..., 6:9]):
        assert (windows == shown.transpose(2, 0, 1)).all(axis=(3, 4, 5)).any(), "a window of a true picture"
    assert batch["condition"][..., -1].max(axis=(1, 2)).min() > 0.9, "each shows a mouth"


def test_faces_are_resized_with_their_landmarks(faces):
    half = face_pairs.resized(faces, FACE_SIZE // 2)
    assert half.size == FACE_SIZE // 2 and np.allclose(2 * half.landmarks, faces.landmarks)
    blocks = faces.pictures.reshape(-1, half.size, 2, half.size, 2, 3).mean(axis=(2, 4))
    assert np.abs(half.pictures - blocks).max() <= 1


def test_target_is_the_true_face_in_the_references_surroundings(faces):
    dim = np.isin(faces.clip, ["p0_0", "p1_0", "p2_0"])[:, None, None, None]
    dusk = dataclasses.replace(faces, pictures=np.where(dim, faces.pictures // 2, faces.pictures))
    batch = first_batch(dusk)
    target, bent = batch["target"], batch["condition"][..., 9:12]
    assert np.allclose(target[:, 0], bent[:, 0], atol=1e-3)  # the top row is all surroundings
    assert np.abs(target - bent).mean() < 0.1  # clips of half the light were brought into the reference's


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
