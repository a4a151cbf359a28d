"""What a reference keeps of a report: numbers, a figure, and a film for the README."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence

from s2f_utils import StudyError, files
from s2f_utils.recordings import encode
from s2f_utils.study import headline, reference


def test_a_report_without_pictures_is_no_reference(tmp_path, monkeypatch):
    monkeypatch.setattr(headline, "REFERENCE", tmp_path / "reference")
    with pytest.raises(
        StudyError, match="ravdess-landmarks-quick has no videos/07_speech_to_face/photograph"
    ):
        reference.keep(tmp_path / "ravdess-landmarks-quick")
    assert not (tmp_path / "reference").exists()


def test_the_kept_film_is_small_legible_and_loops(tmp_path):
    pictures = np.zeros((100, 280, 1024, 3), np.uint8)
    pictures[:] = np.linspace(0, 255, 1024, dtype=np.uint8)[:, None]
    pictures[:, :, 500:540] = (np.arange(100) * 2)[:, None, None, None]
    encode.write_video(tmp_path / "a.mp4", pictures)
    reference._keep_film(tmp_path / "a.mp4", tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.info["loop"] == 0 and gif.info["duration"] == 80 and gif.n_frames == 40
        assert gif.width >= 800 and abs(gif.width / gif.height - 1024 / 280) < 0.05


def test_a_photograph_keeps_its_size_and_colours(tmp_path):
    coarse = np.random.default_rng(1).integers(0, 255, (8, 10, 3), np.uint8)
    picture = cv2.resize(coarse, (300, 240), interpolation=cv2.INTER_CUBIC)
    encode.write_video(tmp_path / "a.mp4", [picture] * 25 + [picture[::-1]] * 25)
    reference._keep_film(tmp_path / "a.mp4", tmp_path / "a.webp")
    with Image.open(tmp_path / "a.webp") as kept:
        assert kept.size == (300, 240) and kept.info["loop"] == 0
        assert np.abs(np.asarray(kept.convert("RGB"), float) - picture).mean() < 8


@pytest.mark.parametrize("name", reference.FILMS_KEPT)
def test_the_films_of_the_readme_move_and_weigh_little(name):
    path = files.ROOT / "reports" / "reference" / name
    assert path.stat().st_size < 2_000_000
    with Image.open(path) as film:
        frames = [np.asarray(frame.convert("RGB"), float) for frame in ImageSequence.Iterator(film)]
        assert film.info["loop"] == 0 and 1.5 < 0.08 * len(frames) < 5
    assert np.abs(np.diff(frames, axis=0)).mean() > 0.3
