"""Films last as long as their sound, show what was asked for, and say that they were made."""

import json

import av
import numpy as np
import pytest
from PIL import Image

from s2f_utils import StudyError, files
from s2f_utils.faces import geometry
from s2f_utils.recordings import media, soundtrack
from s2f_utils.rigs import arkit
from s2f_utils.talking import animate, compositing, films
from tests.samples.faces import mean_face


def talking(seconds: float = 1.2) -> animate.TalkingFace:
    frames = round(seconds * 25)
    audio = np.sin(np.arange(round(seconds * 16_000)) / 10).astype(np.float32) * 0.3
    motion = np.random.default_rng(0).normal(0, 0.02, (frames, 68, 2)).astype(np.float32)
    film = np.random.default_rng(1).integers(0, 255, (frames, 64, 64, 3)).astype(np.uint8)
    return animate.TalkingFace(audio, motion, motion + 1, film)


def test_written_films_move_last_as_long_as_the_sound_and_carry_it(tmp_path):
    result = talking()
    written = films.write(result, tmp_path / "my talk.mp4")
    assert [path.name for path in written] == ["my talk.mp4", "my talk.gif", "my talk.npz"]
    frames = list(media.read_frames(written[0]))
    sound = soundtrack.read_audio(written[0])
    assert len(frames) == 30 and abs(len(sound) / 16_000 - 1.2) < 0.1
    middle = slice(4000, 12_000)
    assert np.corrcoef(sound[middle], result.audio[middle])[0, 1] > 0.95
    assert np.abs(np.diff([frame.astype(float) for frame in frames], axis=0)).mean() > 1
    with Image.open(written[1]) as gif:
        durations = []
        for index in range(gif.n_frames):
            gif.seek(index)
            durations.append(gif.info["duration"])
    assert sum(durations) == 1200 and gif.n_frames == 30
    with np.load(written[2], allow_pickle=False) as arrays:
        assert arrays["landmarks"].shape == (30, 68, 2) and int(arrays["fps"]) == 25


def test_tracks_for_other_faces_are_those_of_the_motion(tmp_path):
    """Two files each, beside the others, and in the JSON what wrote them."""
    result = talking(0.4)
    written = films.write(result, tmp_path / "talk.mp4", formats=("csv", "arkit", "visemes"))
    names = ["talk.csv", "talk.arkit.csv", "talk.arkit.json", "talk.visemes.csv", "talk.visemes.json"]
    assert [path.name for path in written] == names
    assert {path.name for path in tmp_path.iterdir()} == set(names)
    value = json.loads(written[2].read_text())
    expected = arkit.weights(result.motion, result.landmarks[0] - result.motion[0])
    assert np.allclose(value["weights"], expected, atol=1e-4) and len(value["weights"]) == 10
    assert "generated" in value["note"] and files.commit() in value["note"]


def test_films_show_landmarks_and_face_or_the_face_alone(tmp_path):
    result, shown = talking(0.4), {}
    for view in ("face", "both"):
        mp4, gif = films.write(result, tmp_path / view, formats=("mp4", "gif"), view=view)
        shown[view] = np.stack(list(media.read_frames(mp4))).astype(float)
        with Image.open(gif) as image:
            assert image.size == shown[view].shape[2:0:-1]
    assert shown["both"].shape == (10, 256, 512, 3) and shown["face"].shape == (10, 256, 256, 3)
    assert np.abs(shown["face"] - shown["both"][:, :, 256:]).mean() < 10 < shown["face"].std()


def test_who_has_a_photograph_talks_in_it(tmp_path):
    """Of odd size, by default and if asked; who has none cannot be shown in one."""
    result, points = talking(0.4), mean_face()
    with pytest.raises(StudyError, match="FACE=photo.jpg"):
        films.write(result, tmp_path / "a", formats=["mp4"], view="photo")
    assert not list(tmp_path.iterdir())
    picture = np.random.default_rng(2).integers(0, 255, (241, 321, 3), np.uint8)
    photo = compositing.Photograph(picture, points, complex(1 / 50), complex(-3.2, -2))
    person = animate.Person(result.pictures[0], geometry.in_crop(points, 64), points, photo=photo)
    result = animate.TalkingFace(
        result.audio, result.motion, points + result.motion, result.pictures, None, person
    )
    for view in ("", "photo"):
        (path,) = films.write(result, tmp_path / f"{view}b", formats=["mp4"], view=view)
        assert np.stack(list(media.read_frames(path))).shape == (10, 242, 322, 3)


def test_every_film_says_that_it_was_made_and_by_what(tmp_path):
    mp4, gif = films.write(talking(0.4), tmp_path / "a", formats=("mp4", "gif"))
    with av.open(str(mp4)) as container:
        notes = [container.metadata["comment"]]
    with Image.open(gif) as image:
        notes.append(image.info["comment"].decode())
    assert notes[0] == notes[1] and "generated" in notes[0] and files.commit() in notes[0]


def test_a_label_stands_in_the_corner_and_nowhere_else(tmp_path):
    (plain,), (told,) = (
        films.write(talking(0.4), tmp_path / str(label), formats=["gif"], labelled=label) for label in (0, 1)
    )
    with Image.open(plain) as one, Image.open(told) as other:
        differs = (
            np.abs(np.asarray(one.convert("RGB"), float) - np.asarray(other.convert("RGB"))).max(axis=2) > 60
        )
    rows, columns = np.nonzero(differs)
    assert len(rows) > 50 and rows.min() > 225 and columns.max() < 150
