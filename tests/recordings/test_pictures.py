"""Pictures are upright, in their true shape and at their time, however a stranger's device has kept them."""

from fractions import Fraction

import av
import numpy as np
import pytest

from s2f_utils.recordings import encode, media

WIDTH, HEIGHT = 96, 64
CORNERS = {(-1, -1): (220, 40, 40), (1, -1): (40, 200, 40), (-1, 1): (40, 40, 220), (1, 1): (220, 220, 40)}


def four_colours() -> np.ndarray:
    """A picture of another colour in each corner: (x, y) of −1 and 1 → RGB."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for (x, y), colour in CORNERS.items():
        picture[(y > 0) * HEIGHT // 2 :][: HEIGHT // 2, (x > 0) * WIDTH // 2 :][:, : WIDTH // 2] = colour
    return picture


def colour_at(picture: np.ndarray, x: int, y: int) -> np.ndarray:
    height, width = picture.shape[:2]
    return picture[height // 4 if y < 0 else 3 * height // 4, width // 4 if x < 0 else 3 * width // 4]


@pytest.mark.parametrize(
    "matrix",
    [
        (1, 0, 0, 1), (-1, 0, 0, 1), (1, 0, 0, -1), (-1, 0, 0, -1),
        (0, 1, -1, 0), (0, -1, 1, 0), (0, 1, 1, 0), (0, -1, -1, 0),
    ],
)  # fmt: skip
def test_a_camera_may_be_held_or_mirrored_in_eight_ways(tmp_path, matrix):
    """The note in the file (ISO 14496-12, 8.3.2): x goes to (a, b), y to (c, d); so do the corners."""
    path = tmp_path / "a.mp4"
    encode.write_video(path, [four_colours()] * 5)
    a, b, c, d = matrix
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 44
    note = np.array([a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30], ">i4")
    assert np.frombuffer(bytes(data[place : place + 36]), ">i4")[[0, 4]].tolist() == [1 << 16, 1 << 16]
    data[place : place + 36] = note.tobytes()
    path.write_bytes(data)
    picture = next(media.read_pictures(path))
    shown = picture.rgb()
    assert shown.shape[:2] == ((HEIGHT, WIDTH) if a else (WIDTH, HEIGHT)) == picture.gray().shape
    for (x, y), colour in CORNERS.items():
        found = colour_at(shown, a * x + c * y, b * x + d * y)
        assert np.abs(found.astype(int) - colour).max() < 40


def test_pixels_that_are_not_square_are_given_their_shape(tmp_path):
    """A circle, kept in pixels four thirds as wide as high, is shown as a circle."""
    y, x = np.mgrid[:240, :180]
    circle = np.where(((x - 90) * 4 / 3) ** 2 + (y - 120) ** 2 < 80**2, 220, 30).astype(np.uint8)
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 180, 240, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.repeat(circle[..., None], 3, -1), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    picture = next(media.read_pictures(path))
    for shown in (picture.rgb()[..., 1], picture.gray()):
        assert shown.shape == (240, 240)
        inside = shown > 125
        assert abs(np.ptp(np.flatnonzero(inside.any(0))) - np.ptp(np.flatnonzero(inside.any(1)))) <= 2


def brightness(path) -> np.ndarray:
    return np.array([picture.gray().mean() for picture in media.read_pictures(path)])


def stairs(count: int) -> list[np.ndarray]:
    return [np.full((HEIGHT, WIDTH, 3), 30 + 3 * step, np.uint8) for step in range(count)]


def test_a_raw_stream_without_time_stamps_shows_every_picture(tmp_path):
    encode.write_video(tmp_path / "a.mp4", stairs(50), fps=25)
    with av.open(str(tmp_path / "raw.h264"), "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in stairs(50):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    assert np.abs(brightness(tmp_path / "raw.h264") - brightness(tmp_path / "a.mp4")).max() < 2


def test_time_stamps_that_leap_by_hours_repeat_no_picture(tmp_path):
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number, picture in enumerate(stairs(50)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number + 25 * 9 * 3600 * (number >= 25), Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    seen = brightness(tmp_path / "a.mkv")
    assert abs(len(seen) - 50) <= 1 and (np.diff(seen) > -1).all()


def test_a_size_may_change_in_the_middle(tmp_path):
    """Two halves of different sizes, one after the other, as telephones write them when they are turned."""
    parts = []
    for name, picture in (("a", four_colours()), ("b", np.rot90(four_colours()))):
        with av.open(str(tmp_path / f"{name}.ts"), "w", format="mpegts") as container:
            stream = container.add_stream("mpeg2video", rate=25)
            stream.height, stream.width = picture.shape[:2]
            stream.pix_fmt = "yuv420p"
            for number in range(25):
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
                frame.pts, frame.time_base = number + 25 * (name == "b"), Fraction(1, 25)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        parts.append((tmp_path / f"{name}.ts").read_bytes())
    (tmp_path / "both.ts").write_bytes(b"".join(parts))
    frames = list(media.read_frames(tmp_path / "both.ts"))
    assert abs(len(frames) - 50) <= 4 and {frame.shape for frame in frames} == {(HEIGHT, WIDTH, 3)}
    for (x, y), colour in CORNERS.items():
        assert np.abs(colour_at(frames[2], x, y).astype(int) - colour).max() < 40
        # Turned to the left, (x, y) goes to (y, −x); as high as the first half, it is 43 wide.
        inner = frames[-2][:, WIDTH // 2 - 21 : WIDTH // 2 + 21]
        assert np.abs(colour_at(inner, y, -x).astype(int) - colour).max() < 40
    assert frames[-2][:, :20].max() < 20 and frames[-2][:, -20:].max() < 20
