"""A photograph is the same face in every format, turned or not."""

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from s2f_utils import StudyError
from s2f_utils.recordings import encode, photograph
from s2f_utils.talking import animate


def test_a_photograph_turned_by_a_note_gives_the_same_face(photo, tmp_path):
    with Image.open(photo) as image:
        large = image.resize((2400, 2400))
    note = Image.Exif()
    note[0x0112] = 6  # the top of the scene is at the right of the pixels
    large.save(tmp_path / "upright.jpg", quality=95)
    large.rotate(90).save(tmp_path / "turned.jpg", quality=95, exif=note)
    upright, turned = (animate.person_in(tmp_path / f"{name}.jpg", size=64) for name in ("upright", "turned"))
    assert np.abs(upright.landmarks - turned.landmarks).max() < 1
    assert np.abs(upright.picture.astype(int) - turned.picture).mean() < 2


@pytest.mark.parametrize("kind", ["grey", "16 bits", "transparent", "palette"])
def test_any_kind_of_picture_gives_the_same_face(photo, tmp_path, kind):
    with Image.open(photo) as image:
        grey = np.asarray(image.convert("L"))
        if kind == "transparent":
            image.putalpha(255)
        kinds = {
            "grey": Image.fromarray(grey),
            "16 bits": Image.fromarray(grey.astype(np.uint16) * 257),
            "transparent": image,
            "palette": image.convert("RGB").quantize(256),
        }
        kinds[kind].save(tmp_path / "a.png")
    one, other = (animate.person_in(path, size=64) for path in (photo, tmp_path / "a.png"))
    assert np.abs(one.landmarks - other.landmarks).max() < 1.5
    assert abs(one.picture.mean() - other.picture.mean()) < 5


@pytest.mark.parametrize("note", [0, 9, 65_535])
def test_a_note_that_means_nothing_turns_nothing(photo, tmp_path, note):
    written = Image.Exif()
    written[0x0112] = note
    with Image.open(photo) as image:
        image.convert("RGB").save(tmp_path / "a.jpg", quality=95, exif=written)
        plain = np.asarray(image.convert("RGB"))
    (shown,) = photograph.read(tmp_path / "a.jpg")
    assert np.abs(shown.astype(int) - plain).mean() < 3


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_face_on_its_side_without_a_note_is_turned(photo, tmp_path, turns):
    with Image.open(photo) as image:
        image.convert("RGB").rotate(90 * turns).save(tmp_path / "a.png")
    upright, turned = (animate.person_in(path, size=64) for path in (photo, tmp_path / "a.png"))
    assert np.abs(upright.landmarks - turned.landmarks).max() < 1


def test_a_program_is_no_picture(tmp_path):
    program = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\nshowpage\n"
    for name in ("a.eps", "a.jpg"):
        (tmp_path / name).write_bytes(program)
        with pytest.raises(StudyError, match="no picture that can be read"):
            photograph.read(tmp_path / name)


def test_two_megabytes_of_text_in_a_picture_do_no_harm(photo, tmp_path):
    text = PngImagePlugin.PngInfo()
    text.add_text("history", "edited again, " * 150_000, zip=True)
    with Image.open(photo) as image:
        image.save(tmp_path / "a.png", pnginfo=text)
    assert np.array_equal(photograph.read(tmp_path / "a.png")[0], photograph.read(photo)[0])


def test_a_film_that_begins_in_black_is_read_from_where_something_is_seen(photo, tmp_path):
    with Image.open(photo) as image:
        face = np.asarray(image.convert("RGB"))
    encode.write_video(tmp_path / "a.mp4", [np.zeros_like(face)] * 70 + [face] * 60)
    frames = photograph.read(tmp_path / "a.mp4")
    assert len(frames) == 50 and all(frame.std() > 20 for frame in frames)
    encode.write_video(tmp_path / "b.mp4", [np.zeros_like(face)] * 30)
    with pytest.raises(StudyError, match="shows nothing"):
        photograph.read(tmp_path / "b.mp4")


def test_pictures_of_strangers(clips):
    for path in sorted((clips / "strangers").glob("*.[jp][pn]g")):
        assert animate.person_in(path, size=64).faces == 1, path.name
    with pytest.raises(StudyError, match="HEIC"):
        photograph.read(clips / "strangers" / "17-iphone.heic")
    for name in ("09-raw-camera.h264", "28-mirrored.mp4", "30-black-beginning.mp4"):
        assert animate.person_in(clips / "strangers" / name, size=64).faces == 1, name


def test_an_animated_picture_is_no_photograph(photo, tmp_path):
    with Image.open(photo) as image:
        frames = [image.convert("RGB"), image.convert("RGB").rotate(5)]
    for ending in ("gif", "webp", "png"):
        path = tmp_path / f"moving.{ending}"
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
        with pytest.raises(StudyError, match=f"moving.{ending}: this picture is animated; give one of its"):
            photograph.read(path)
        frames[0].save(path)
        assert len(photograph.read(path)) == 1


def test_of_a_film_that_is_shown_as_much_is_read_as_memory_holds(photo, tmp_path, monkeypatch, capsys):
    """Two seconds of it, where one picture is wanted; large frames reduced in any case."""
    with Image.open(photo) as image:
        face = np.asarray(image.convert("RGB"))
    encode.write_video(tmp_path / "a.mp4", [face] * 80)
    assert len(photograph.read(tmp_path / "a.mp4")) == 50
    small = photograph.read(tmp_path / "a.mp4", longest=200, moving=True)
    assert len(small) == 80 and small[0].shape == (200, 200, 3) and capsys.readouterr().out == ""
    monkeypatch.setattr(photograph, "_ROOM", 60 * face[..., 0].size)
    assert len(photograph.read(tmp_path / "a.mp4", moving=True)) == 60
    assert capsys.readouterr().out == f"FACE={tmp_path / 'a.mp4'}: its first 2 s are used.\n"
    assert len(photograph.read(tmp_path / "a.mp4", longest=200, moving=True)) == 80
