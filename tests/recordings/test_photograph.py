"""A photograph is the same face in every format, turned or not."""

import numpy as np
import pytest
from PIL import Image

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
