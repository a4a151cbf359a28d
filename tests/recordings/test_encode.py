"""What is written can be read, whole or not at all."""

import cv2
import numpy as np
import pytest
from PIL import Image

from s2f_utils.recordings import encode, media, soundtrack
from tests.samples.faces import numbered


def test_odd_sizes_are_written(tmp_path):
    encode.write_video(tmp_path / "a.mp4", [np.zeros((33, 47, 3), np.uint8)] * 5, fps=25)
    assert next(media.read_frames(tmp_path / "a.mp4")).shape == (34, 48, 3)


@pytest.mark.parametrize("quickly", [False, True])
def test_films_look_and_sound_like_what_was_written(tmp_path, quickly):
    y, x = np.mgrid[:64, :64]
    film = [np.stack([3 * x, 3 * y, 100 + 50 * np.sin(x / 9 + at)], -1).astype(np.uint8) for at in range(25)]
    tone = np.sin(2 * np.pi * 300 * np.arange(48_000) / 48_000).astype(np.float32) / 2
    path = tmp_path / "a.mp4"
    encode.write_video(path, film, fps=25, audio=tone, audio_rate=48_000, quickly=quickly)
    shown = np.stack(list(media.read_frames(path))).astype(float)
    assert shown.shape == (25, 64, 64, 3) and np.abs(shown - np.stack(film)).mean() < 3
    heard = soundtrack.read_audio(path)
    assert np.corrcoef(heard[1600:14_400], tone[::3][1600:14_400])[0, 1] > 0.99


def test_one_film_is_always_the_same_bytes(tmp_path):
    """Whatever the memory held before: the encoder's approximate arithmetic once depended on that."""
    rng = np.random.default_rng(0)
    still = cv2.resize(rng.integers(0, 255, (20, 20, 3), np.uint8), (400, 400))
    film, written = [np.roll(still, at, 1) for at in range(25)], set()
    for _ in range(25):
        stirred = [rng.integers(0, 255, (rng.integers(100, 900), 500, 3), np.uint8) for _ in range(3)]
        encode.write_video(tmp_path / "a.mp4", film)
        written.add((tmp_path / "a.mp4").read_bytes())
        del stirred
    assert len(written) == 1


@pytest.mark.parametrize("fps", [25, 30])
def test_gif_lasts_as_long_as_the_film(tmp_path, fps):
    encode.write_gif(tmp_path / "a.gif", numbered(3 * fps), fps=fps)
    with Image.open(tmp_path / "a.gif") as gif:
        total = 0
        for index in range(gif.n_frames):
            gif.seek(index)
            total += gif.info["duration"]
    assert abs(total - 3000) <= 10


def test_nothing_half_written_is_left(tmp_path):
    def frames():
        yield np.zeros((32, 32, 3), np.uint8)
        raise RuntimeError("the disk is on fire")

    with pytest.raises(RuntimeError):
        encode.write_video(tmp_path / "a.mp4", frames(), fps=25)
    assert list(tmp_path.iterdir()) == []
