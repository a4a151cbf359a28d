"""What does not learn answers with what it was given; the generator of 2017 has the layers that it had."""

import numpy as np

from s2f_utils.models import baselines_pictures, face_pairs


def test_the_mean_picture_is_the_mean_whatever_is_asked(faces):
    drawn = baselines_pictures.MeanImage(faces).draw(
        faces.pictures[0], faces.landmarks[0], faces.landmarks[:3]
    )
    assert np.abs(drawn - faces.pictures.mean(axis=0)).max() <= 0.5 and len(drawn) == 3


def test_the_nearest_frame_of_a_known_face_is_itself(faces):
    nearest = baselines_pictures.NearestFrame(faces)
    drawn = nearest.draw(faces.pictures[0], faces.landmarks[0], faces.landmarks[[7, 2]] + 0.01)
    assert np.array_equal(drawn, faces.pictures[[7, 2]])


def test_the_generator_of_2017_draws_small_and_is_enlarged(faces):
    old = baselines_pictures.Dcgan2017(64, seed=1)
    reference = face_pairs.resize(faces.pictures[:1], 128)[0]
    points = 4 * faces.landmarks[:2]
    drawn = old.draw(reference, points[0], points)
    assert drawn.shape == (2, 128, 128, 3)
    small = old.draw(face_pairs.resize(reference[None], 64)[0], points[0] / 2, points / 2)
    assert np.abs(face_pairs.resize(small, 128).astype(int) - drawn).max() <= 1


def test_the_generator_of_2017_knows_no_place():
    """Landmarks enter as planes of one value: a 4×4×1024 start, four unpoolings to 64 pixels, a tanh."""
    generator = baselines_pictures.Dcgan2017(64, seed=1).generator
    noise, asked = generator.inputs
    assert noise.shape == (None, 100) and asked.shape == (None, 136)
    assert generator.output_shape == (None, 64, 64, 3) and generator.layers[-1].activation.__name__ == "tanh"
    # Weights and biases of the dense layer, of four transposed convolutions of 5×5, and four numbers for each
    # channel that is normalised.
    kernels = 25 * (1024 * 256 + 256 * 128 + 128 * 64 + (64 + 136) * 3) + 256 + 128 + 64 + 3
    assert generator.count_params() == 101 * 4 * 4 * 1024 + kernels + 4 * (1024 + 256 + 128 + 64)
