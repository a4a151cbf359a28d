"""What moves a face is found in one picture of it, and taken out."""

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.faces import geometry, rest
from tests.samples.faces import mean_face

JAW, SMILE = np.zeros((2, 68, 2))
JAW[[65, 66, 67, 55, 56, 57, 58, 59], 1] = 1.0
JAW[5:12, 1] = 0.7
SMILE[[48, 60], 0], SMILE[[54, 64], 0], SMILE[[48, 54, 60, 64], 1] = -1.0, 1.0, -0.6


def person(number: int, *, frames: int = 30) -> dict:
    """Somebody with a face of their own, whose jaw drops by 0 to 0.2 and whose mouth smiles by 0 to 0.1."""
    random = np.random.default_rng(number)
    own = mean_face() * random.normal(1, 0.05, 2)
    own = (own + own[list(geometry.MIRROR)] * [-1, 1]) / 2
    motion = random.uniform(0, 0.2, (frames, 1, 1)) * JAW + random.uniform(0, 0.1, (frames, 1, 1)) * SMILE
    return {"neutral": own.astype(np.float32), "motion": motion.astype(np.float32)}


@pytest.fixture(scope="module")
def learned():
    return rest.learn([person(number) for number in range(60)])


def test_an_open_smiling_mouth_of_a_stranger_comes_to_rest(learned):
    stranger = person(100)
    faces = stranger["neutral"] + stranger["motion"]
    still = rest.at_rest(faces, learned)
    opened = geometry.opening
    assert np.abs(opened(faces) - opened(stranger["neutral"])).mean() > 0.08
    assert np.abs(opened(still) - opened(stranger["neutral"])).mean() < 0.02
    assert np.abs(still[:, [48, 54]] - stranger["neutral"][[48, 54]]).mean() < 0.015
    assert np.allclose(rest.at_rest(faces[3], learned), still[3], atol=1e-6)


def test_a_face_at_rest_stays_and_its_mirror_image_is_treated_alike(learned):
    still = person(101)["neutral"]
    assert np.abs(rest.at_rest(still, learned) - still).max() < 0.03
    flip = np.array([-1, 1], np.float32)
    turned = rest.at_rest(still[list(geometry.MIRROR)] * flip, learned)
    assert np.abs(turned[list(geometry.MIRROR)] * flip - rest.at_rest(still, learned)).max() < 0.01


def test_short_recordings_hear_a_second_opinion_and_long_ones_do_not(learned):
    """A mouth that never closes in half a second is not at rest; what the face shows stays what it was."""
    stranger = person(102, frames=75)
    assert np.array_equal(rest.second_opinion(stranger, learned)["neutral"], stranger["neutral"])
    seen = (stranger["neutral"] + stranger["motion"])[:13]
    own = geometry.neutral(seen)
    clip = rest.second_opinion({"neutral": own, "motion": seen - own, "speaker": "102"}, learned)
    errors = [np.abs(face - stranger["neutral"])[48:].mean() for face in (clip["neutral"], own)]
    assert errors[0] < 0.7 * errors[1]
    assert np.allclose(clip["neutral"] + clip["motion"], seen, atol=1e-6) and clip["speaker"] == "102"


def test_the_error_at_rest_is_the_mean_over_people(learned):
    """Two clips of one person and one of another: 0.1, 0.3 and 0.6 open as they are."""
    clips = []
    for speaker, opened in (("a", 0.1), ("a", 0.3), ("b", 0.6)):
        motion = np.zeros((4, 68, 2), np.float32)
        motion[:, 66, 1] = opened
        clips.append({"neutral": mean_face().astype(np.float32), "motion": motion, "speaker": speaker})
    assert rest.opening_error(clips) == pytest.approx((0.2 + 0.6) / 2, abs=1e-3)
    strangers = [person(number) | {"speaker": str(number)} for number in (103, 104)]
    assert rest.opening_error(strangers, learned) < 0.2 * rest.opening_error(strangers)


def test_lips_never_cross(learned):
    pressed = person(102)["neutral"] - 0.1 * JAW
    still = rest.at_rest(pressed, learned)
    assert (still[[67, 66, 65], 1] >= still[[61, 62, 63], 1]).all()


def test_what_is_learned_is_kept(learned, tmp_path):
    with pytest.raises(StudyError, match="make report"):
        rest.load(tmp_path)
    rest.save(learned, tmp_path)
    assert np.array_equal(rest.load(tmp_path), learned)
