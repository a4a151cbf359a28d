"""Read the pictures of a film: upright, in their true shape, each at its time."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.sidedata.sidedata import Type
from av.video.reformatter import ColorRange, VideoReformatter

from s2f_utils import FRAME_RATE, StudyError
from s2f_utils.recordings import containers
from s2f_utils.recordings.soundtrack import JUMP

# Formats whose first plane is the picture in grey, and the way from video's 16 … 235 to 0 … 255.
_LUMA_FIRST = {"yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p", "nv12"}
_FULL_RANGE = np.arange(256, dtype=np.uint8)
_VIDEO_RANGE = np.clip(np.round((np.arange(256) - 16) * 255 / 219), 0, 255).astype(np.uint8)


class Picture:
    """One picture of a film as the decoder left it; what is not asked for is not converted.

    The pictures of a film share a reformatter: to set one up takes longer than to convert a small picture.
    ``widen`` is how much wider than high its pixels are, ``size`` the height and width to show it in.
    """

    def __init__(
        self,
        frame: av.VideoFrame,
        reformatter: VideoReformatter | None = None,
        *,
        widen: float = 1.0,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._frame = frame
        self._reformatter = reformatter or VideoReformatter()
        self._widen, self._size = widen, size

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
        return np.ascontiguousarray(self._upright(cv2.LUT(luma, _FULL_RANGE if full else _VIDEO_RANGE)))

    def _converted(self, format: str) -> np.ndarray:
        """Copy the picture out of the decoder's padded, reused buffer and turn it."""
        # One thread: to wake more for every picture takes longer than to convert a small one.
        converted = self._reformatter.reformat(self._frame, format=format, threads=1)
        return np.array(self._upright(converted.to_ndarray()), order="C")

    def _upright(self, picture: np.ndarray) -> np.ndarray:
        """Give pixels their shape; turn the picture, and mirror it, as the camera's note says."""
        if self._widen != 1:
            size = round(picture.shape[1] * self._widen), picture.shape[0]
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
        note = self._frame.side_data.get(Type.DISPLAYMATRIX)
        if note is not None:
            # Rows say where the picture's x and y axes go, in 1/65536.
            (a, b), (c, d) = np.round(np.frombuffer(bytes(note), np.int32).reshape(3, 3)[:2, :2] / 65536)
            if a == d == 0 and b and c:  # on its side: first mirror along the diagonal
                picture, a, d = np.swapaxes(picture, 0, 1), c, b
            picture = picture[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1]
        return picture if self._size in (None, picture.shape[:2]) else _fitted(picture, self._size)


def _fitted(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Show a picture in another size, undistorted, in the middle of black."""
    scale = min(size[0] / picture.shape[0], size[1] / picture.shape[1])
    inner = [max(1, round(length * scale)) for length in picture.shape[:2]]
    small = cv2.resize(np.ascontiguousarray(picture), inner[::-1], interpolation=cv2.INTER_AREA)
    top, left = ((whole - part) // 2 for whole, part in zip(size, inner, strict=True))
    shown = np.zeros((*size, *picture.shape[2:]), np.uint8)
    shown[top : top + inner[0], left : left + inner[1]] = small
    return shown


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
        A video file in any format of ``containers.FORMATS``, at any constant or variable frame rate.
    fps
        Pictures per second of the answer.

    Yields
    ------
    Picture
        Each as large as the first: where the size changes in the middle, in the middle of black.

    Raises
    ------
    StudyError
        If the file is absent, has no picture, or breaks off.

    See notebook 02_feature_extraction.
    """
    with containers.opened(path) as container:
        stream = next(iter(containers.films(container)), None)
        if stream is None:
            raise StudyError(f"{path}: there is no picture in this file; choose a video.")
        usual = 1 / float(stream.average_rate or fps)  # seconds that a picture lasts
        widen = float(stream.sample_aspect_ratio or 1)
        reformatter = VideoReformatter()
        previous, shown, tick, size = None, 0.0, 0, None
        for frame, time in _timed(containers.decoded(container, stream), usual):
            picture = Picture(frame, reformatter, widen=widen, size=size)
            size = size or picture.gray().shape
            while previous is not None and tick / fps < (shown + time) / 2:
                yield previous
                tick += 1
            previous, shown = picture, time
        if previous is None:
            raise StudyError(f"{path}: there is no picture in this file; choose a video.")
        while tick / fps < shown + usual - 1e-3:
            yield previous
            tick += 1


def _timed(frames: Iterable[av.VideoFrame], usual: float) -> Iterator[tuple[av.VideoFrame, float]]:
    """Put each picture at its seconds after the first.

    Where there is no time stamp, or a leap of more than ``JUMP``, it follows the one before it after the
    ``usual`` time.
    """
    origin, time = None, 0.0
    for frame in frames:
        following = time + usual
        if origin is None:
            origin, time = frame.time or 0.0, 0.0
        elif frame.time is None:
            time = following
        elif abs(frame.time - origin - time) > JUMP:
            origin, time = frame.time - following, following
        else:
            time = frame.time - origin
        yield frame, time
