"""Read video and sound on one time base: every picture and sample is placed by its timestamp."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import soxr
from av.video.reformatter import ColorRange, VideoReformatter

from s2f_utils import FRAME_RATE, SAMPLE_RATE, StudyError

# Formats whose first plane is the picture in grey, and the way from video's 16 … 235 to 0 … 255.
_LUMA_FIRST = {"yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p", "nv12"}
_HOLE = 0.02  # seconds: where so much sound is missing between two blocks, there is silence
_FULL_RANGE = np.arange(256, dtype=np.uint8)
_VIDEO_RANGE = np.clip(np.round((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)


def read_audio(path: str | Path, *, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Read the sound of any recording as mono samples.

    In a recording with pictures, sample 0 lies at the first picture, so that sound and
    ``read_frames`` share one time line; sound that starts later is preceded by silence.

    Parameters
    ----------
    path
        A sound or video file in any format that FFmpeg reads.
    rate
        Samples per second of the answer.

    Returns
    -------
    (n,) float32 array, channels averaged, full scale −1 … 1.

    Raises
    ------
    StudyError
        If the file is absent, empty, not sound, or breaks off.

    See notebook 02_feature_extraction.
    """
    return resample(*read_sound(path), rate)


def read_sound(path: str | Path) -> tuple[np.ndarray, int]:
    """Read sound as ``read_audio`` does, at the rate at which it was recorded: samples, and that rate."""
    sound, start = bytearray(), None  # bytes grow in place: a list of blocks would need twice the memory
    with _opened(path) as container:
        if not container.streams.audio:
            raise StudyError(f"{path}: there is no sound track in this file; record it with sound.")
        stream = container.streams.audio[0]
        rate = stream.codec_context.sample_rate
        for frame in container.decode(stream):
            start = frame.time if start is None else start
            missing = round((frame.time - start) * rate) - len(sound) // 4
            if missing > rate * _HOLE:
                sound += bytes(4 * missing)
            sound += _mono(frame).tobytes()
    if not sound:
        raise StudyError(f"{path}: the sound track is empty; choose a recording with sound.")
    late = (start or 0.0) - _first_picture_time(path, start)
    return _shift(np.frombuffer(sound, np.float32), round(late * rate)), rate


def resample(audio: np.ndarray, rate: int, to: int = SAMPLE_RATE) -> np.ndarray:
    """Bring (n,) samples from one rate to another, band-limited: float32, as many as begin in its time."""
    if rate == to:
        return np.ascontiguousarray(audio, dtype=np.float32)
    wanted = -(-len(audio) * to // rate)
    changed = soxr.resample(audio, rate, to)[:wanted]
    return np.pad(changed, (0, wanted - len(changed))).astype(np.float32, copy=False)


class Picture:
    """One picture of a film as the decoder left it; what is not asked for is not converted.

    The pictures of a film share a reformatter: to set one up takes longer than to convert a small picture.
    """

    def __init__(self, frame: av.VideoFrame, reformatter: VideoReformatter | None = None) -> None:
        self._frame = frame
        self._reformatter = reformatter or VideoReformatter()

    def rgb(self) -> np.ndarray:
        """Return (height, width, 3) uint8, upright, C-contiguous."""
        return self._converted("rgb24")

    def gray(self) -> np.ndarray:
        """Return (height, width) uint8, upright, C-contiguous, black at 0 and white at 255."""
        if self._frame.format.name not in _LUMA_FIRST:
            return self._converted("gray")
        plane = self._frame.planes[0]
        luma = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        full = self._frame.color_range == ColorRange.JPEG or self._frame.format.name.startswith("yuvj")
        return np.ascontiguousarray(self._turned(cv2.LUT(luma, _FULL_RANGE if full else _VIDEO_RANGE)))

    def _converted(self, format: str) -> np.ndarray:
        """Copy the picture out of the decoder's padded, reused buffer and turn it."""
        # One thread: to wake more for every picture takes longer than to convert a small one.
        converted = self._reformatter.reformat(self._frame, format=format, threads=1)
        return np.array(self._turned(converted.to_ndarray()), order="C")

    def _turned(self, picture: np.ndarray) -> np.ndarray:
        return np.rot90(picture, k=round(self._frame.rotation / 90))


def read_frames(path: str | Path, *, fps: int | Fraction = FRAME_RATE) -> Iterator[np.ndarray]:
    """Stream the pictures of a video as ``read_pictures`` does, in colour.

    Yields (height, width, 3) uint8 RGB arrays, C-contiguous, upright. See notebook 02_feature_extraction.
    """
    return (picture.rgb() for picture in read_pictures(path, fps=fps))


def read_pictures(path: str | Path, *, fps: int | Fraction = FRAME_RATE) -> Iterator[Picture]:
    """Stream the pictures of a video at a fixed rate, each tick taking the picture nearest in time.

    Parameters
    ----------
    path
        A video file in any format that FFmpeg reads, at any constant or variable frame rate.
    fps
        Pictures per second of the answer.

    Yields
    ------
    Picture

    Raises
    ------
    StudyError
        If the file is absent, has no picture, or breaks off.

    See notebook 02_feature_extraction.
    """
    with _opened(path) as container:
        stream = _video_stream(container)
        if stream is None:
            raise StudyError(f"{path}: there is no picture in this file; choose a video.")
        reformatter = VideoReformatter()
        previous, origin, tick = None, 0.0, 0
        for frame in container.decode(stream):
            if previous is None:
                origin = frame.time
            else:
                middle = (previous.time + frame.time) / 2 - origin
                while tick / fps < middle:
                    yield Picture(previous, reformatter)
                    tick += 1
            previous = frame
        if previous is None:
            raise StudyError(f"{path}: there is no picture in this file; choose a video.")
        # The last picture lasts as long as the stream's usual one.
        end = previous.time - origin + 1 / float(stream.average_rate or fps)
        while tick / fps < end - 1e-3:
            yield Picture(previous, reformatter)
            tick += 1


@contextmanager
def _opened(path: str | Path) -> Iterator[av.container.InputContainer]:
    """Open a recording; turn every way in which that or the decoding can fail into one sentence."""
    path = Path(path)
    if not path.is_file():
        raise StudyError(f"{path}: there is no such file; check the path.")
    if path.stat().st_size == 0:
        raise StudyError(f"{path}: the file is empty; copy it again.")
    try:
        container = av.open(str(path))
    except (av.FFmpegError, ValueError) as error:
        raise StudyError(f"{path}: this is neither sound nor video that FFmpeg reads ({error}).") from error
    with container:
        for stream in (*container.streams.video, *container.streams.audio):
            stream.codec_context.thread_count = 1  # clips are read side by side: more would only wait
        try:
            yield container
        except av.FFmpegError as error:
            raise StudyError(f"{path}: the stream breaks off with a decoder error; copy it again.") from error


def _video_stream(container: av.container.InputContainer) -> av.VideoStream | None:
    """Return the moving pictures of a recording; a cover picture in a sound file does not count."""
    cover = av.stream.Disposition.attached_pic
    return next((stream for stream in container.streams.video if not stream.disposition & cover), None)


def _first_picture_time(path: str | Path, default: float | None) -> float:
    with _opened(path) as container:
        stream = _video_stream(container)
        frame = next(container.decode(stream), None) if stream else None
        return frame.time if frame is not None else default or 0.0


def _mono(frame: av.AudioFrame) -> np.ndarray:
    """Average a block's channels as float samples in −1 … 1."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.uint8:  # 8-bit sound is unsigned
        samples = samples.astype(np.float32) / 128 - 1
    elif np.issubdtype(samples.dtype, np.integer):
        samples = samples.astype(np.float32) / (np.iinfo(samples.dtype).max + 1)
    return samples.mean(axis=0, dtype=np.float32)


def _shift(audio: np.ndarray, samples: int) -> np.ndarray:
    """Move the sound later (silence before it) or earlier (its head cut off)."""
    return np.pad(audio, (samples, 0)) if samples > 0 else audio[-samples:]
