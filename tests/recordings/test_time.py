"""Sound and pictures keep their time in every container: clicks and flashes come back when they were."""

from fractions import Fraction

import av
import numpy as np
import pytest

from s2f_utils.recordings import media, soundtrack

RATE, SECONDS = 48_000, 3


CLICKS = (0.5, 1.3, 2.1)  # seconds after the first picture


CLICK = (0.8 * np.sin(2 * np.pi * 2000 * np.arange(96) / RATE)).astype(np.float32)


CODECS = {
    "mp4": ("libx264", "aac"),
    "mov": ("libx264", "pcm_s16le"),
    "mkv": ("libx264", "libopus"),
    "webm": ("libvpx", "libopus"),
    "avi": ("mpeg4", "pcm_s16le"),  # has no place for the delay of a compressed sound
    "ts": ("libx264", "aac"),
    "mpg": ("mpeg1video", "mp2"),  # a program stream, as GRID's recordings are
}


FORMATS = {"mkv": "matroska", "ts": "mpegts", "mpg": "mpeg"}


_TICK = Fraction(1, 90_000)


def write(path, times: np.ndarray, *, fps: Fraction | None, late: float = 0, start: float = 0) -> np.ndarray:
    """Write pictures shown at ``times`` and clicks at ``CLICKS``; return which pictures are bright.

    ``late``: how much later than the first picture the sound begins; ``start``: the file's first time stamp.
    """
    bright = np.random.default_rng(7).random(len(times)) < 0.5
    suffix = path.suffix[1:]
    video_codec, sound_codec = CODECS[suffix]
    with av.open(str(path), "w", format=FORMATS.get(suffix, suffix)) as container:
        video = container.add_stream(video_codec, rate=fps or 30)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        video.codec_context.time_base = 1 / Fraction(fps) if fps else _TICK
        packets = []
        for index, (time, lit) in enumerate(zip(times, bright, strict=True)):
            picture = np.full((64, 64, 3), 220 if lit else 30, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.time_base = video.codec_context.time_base
            frame.pts = index + round(start * fps) if fps else round((time + start) / _TICK)
            packets += video.encode(frame)
        packets += video.encode(None) + _encode_clicks(container, sound_codec, late, start)
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            container.mux(packet)
    return bright


def _encode_clicks(container, codec: str, late: float, start: float) -> list:
    sound = np.zeros(SECONDS * RATE, np.float32)
    for click in CLICKS:
        first = round((click - late) * RATE)
        sound[first : first + len(CLICK)] = CLICK
    stream = container.add_stream(codec, rate=RATE, layout="mono")
    frame = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
    frame.sample_rate = RATE
    context = stream.codec_context
    resampler = av.AudioResampler(context.format, "mono", RATE, context.frame_size or 1024)
    packets, sent = [], round((late + start) * RATE)
    for part in resampler.resample(frame) + resampler.resample(None):
        part.pts, part.time_base = sent, Fraction(1, RATE)
        sent += part.samples
        packets += stream.encode(part)
    return packets + stream.encode(None)


def check(path, times: np.ndarray, bright: np.ndarray):
    """Clicks lie within a millisecond; each tick shows the picture nearest to it, so half a frame at most."""
    audio = soundtrack.read_audio(path, rate=RATE)
    for click in CLICKS:
        first = round(click * RATE) - RATE // 10
        found = np.argmax(np.correlate(audio[first : first + RATE // 5], CLICK, "valid")) + first
        assert abs(found / RATE - click) <= 1e-3 + 1 / RATE, (path.name, found / RATE - click)
    seen = np.array([picture.gray().mean() > 125 for picture in media.read_pictures(path)])
    ticks = np.arange(len(seen)) / media.FRAME_RATE
    nearest = np.abs(times - ticks[:, None]).argmin(axis=1)
    assert np.array_equal(seen, bright[nearest])
    assert abs(len(seen) - SECONDS * media.FRAME_RATE) <= 2


@pytest.mark.parametrize("suffix", CODECS)
@pytest.mark.parametrize("fps", [25, Fraction(30_000, 1001), 30, 50, 60])
def test_every_container_at_every_rate(tmp_path, suffix, fps):
    times = np.arange(int(SECONDS * fps)) / float(fps)
    path = tmp_path / f"film.{suffix}"
    check(path, times, write(path, times, fps=Fraction(fps)))


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_variable_frame_rate(tmp_path, suffix):
    """Pictures that last between 1/60 and 1/15 of a second."""
    times = np.cumsum(np.r_[0, np.random.default_rng(3).uniform(1 / 60, 1 / 15, 200)]).round(3)
    times = times[times < SECONDS - 1 / 30]
    path = tmp_path / f"film.{suffix}"
    check(path, times, write(path, times, fps=None))


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "mpg"])
@pytest.mark.parametrize(("late", "start"), [(0.25, 0), (-0.2, 1), (0, 1.4)])
def test_sound_that_starts_late_or_early(tmp_path, suffix, late, start):
    """Sound a quarter of a second after the picture, a fifth before it, and a file that starts at 1.4 s."""
    times = np.arange(SECONDS * 25) / 25
    path = tmp_path / f"film.{suffix}"
    check(path, times, write(path, times, fps=Fraction(25), late=late, start=start))


def test_a_hole_in_the_sound_is_silence(tmp_path):
    """Half a second of sound is missing; what comes after stays in its place."""
    times = np.arange(SECONDS * 25) / 25
    write(tmp_path / "whole.mkv", times, fps=Fraction(25))
    with av.open(str(tmp_path / "whole.mkv")) as whole, av.open(str(tmp_path / "hole.mkv"), "w") as hole:
        streams = {stream.index: hole.add_stream_from_template(stream) for stream in whole.streams}
        for packet in whole.demux():
            sound = packet.stream.type == "audio"
            if packet.dts is None or (sound and 0.7 < packet.pts * packet.time_base < 1.2):
                continue
            packet.stream = streams[packet.stream.index]
            hole.mux(packet)
    audio = soundtrack.read_audio(tmp_path / "hole.mkv", rate=RATE)
    for click in CLICKS:
        first = round(click * RATE) - RATE // 10
        found = np.argmax(np.correlate(audio[first : first + RATE // 5], CLICK, "valid")) + first
        assert abs(found / RATE - click) < 2e-3
    assert np.abs(audio[round(0.8 * RATE) : round(1.1 * RATE)]).max() == 0
