"""People differ, and the mean of them is symmetric."""

import numpy as np

from s2f_utils.faces import geometry
from s2f_utils.synthetic import people, portrait, shape


def test_people_differ_and_mean_face_is_symmetric():
    mean = shape.mean_face()
    assert np.allclose(mean, mean[list(geometry.MIRROR)] * [-1, 1, 1])
    portraits = [portrait.portrait_of(speaker, size=64).astype(float) for speaker in (1, 2, 3, 4)]
    gaps = [np.abs(a - b).mean() for i, a in enumerate(portraits) for b in portraits[i + 1 :]]
    assert min(gaps) > 5
    pictures = portrait.viseme_pictures(2)
    mouth = {name: picture[70:110, 40:88].astype(float) for name, picture in pictures.items()}
    assert np.abs(mouth["ɑː"] - mouth["p b m"]).mean() > np.abs(mouth["t d n"] - mouth["p b m"]).mean()


def test_people_go_on_after_the_last_who_is_filmed():
    """Each has a face of their own, always the same; odd numbers are men."""
    drawn = [people.person_of(speaker) for speaker in range(20, 60)]
    assert len({person.face.tobytes() for person in drawn}) == 40
    assert [person.male for person in drawn] == [False, True] * 20
    again = people.draw_person(drawn[-1].seed, male=True)
    assert np.array_equal(again.face, drawn[-1].face)
