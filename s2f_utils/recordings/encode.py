"""Write films, animated pictures and landmarks, each whole or not at all."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from PIL import Image

from s2f_utils import FRAME_RATE, SAMPLE_RATE
from s2f_utils.files import atomic_path


def write_video(
    path: str | Path,
    frames: Iterable[np.ndarray],
    *,
    fps: int | Fraction = FRAME_RATE,
    audio: np.ndarray | None = None,
    audio_rate: int = SAMPLE_RATE,
    quality: int = 18,
    quickly: bool = False,
    note: str = "",
) -> None:
    """Write pictures and sound as mp4 (H.264 yuv420p, AAC) that every browser plays.

    Parameters
    ----------
    path
        The file to write, whole or not at all.
    frames
        (height, width, 3) uint8 RGB pictures of one size.
    fps
        Pictures per second; a ``Fraction`` for rates such as 30000/1001.
    audio
        (n,) samples in −1 … 1 that start with the first picture, or None.
    audio_rate
        Samples per second of ``audio``.
    quality
        The constant rate factor of x264: 0 is lossless, 18 looks it, 28 is small.
    quickly
        Take half the time, for a file four times as large.
    note
        What the file says of itself, as its comment.
    """
    with atomic_path(path) as temporary, av.open(str(temporary), "w", format="mp4") as container:
        if note:
            container.metadata["comment"] = note
        video = container.add_stream("libx264", rate=Fraction(fps))
        video.pix_fmt = "yuv420p"
        # One thread, and no arithmetic that is only approximate: the bytes depend neither on the machine nor
        # on what its memory held before. Clips are encoded in parallel anyway.
        preset, coder = ("ultrafast", "fast") if quickly else ("veryfast", "twoloop")
        exact = {"threads": "1", "x264-params": "cpu-independent=1"}
        video.options = {"crf": str(quality), "preset": preset, **exact}
        sound = None
        if audio is not None:
            sound = container.add_stream("aac", audio_rate, layout="mono", options={"aac_coder": coder})
        reformatter, sent = VideoReformatter(), 0
        for index, picture in enumerate(frames):
            picture = _even(picture)
            if index == 0:
                video.height, video.width = picture.shape[:2]
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(video.encode(reformatter.reformat(frame, format=video.pix_fmt, threads=1)))
            if sound is not None:  # keep sound and pictures close together in the file
                until = round((index + 1) / fps * audio_rate)
                sent = _encode_sound(container, sound, audio, sent, until, audio_rate)
        if sound is not None:
            _encode_sound(container, sound, audio, sent, len(audio), audio_rate)
            container.mux(sound.encode(None))
        container.mux(video.encode(None))


def write_gif(
    path: str | Path, frames: Iterable[np.ndarray], *, fps: float = FRAME_RATE, note: str = ""
) -> None:
    """Write (height, width, 3) uint8 pictures as a looping GIF that runs at the true speed.

    ``note`` is what the file says of itself, as its comment.

    GIF counts time in hundredths of a second: each frame's end is rounded, so that errors do not add up.
    """
    # The octree keeps a line's colour from frame to frame, where others let it drift.
    images = [Image.fromarray(picture).quantize(128, Image.Quantize.FASTOCTREE) for picture in frames]
    ends = np.round(np.arange(1, len(images) + 1) * 100 / fps).astype(int)
    durations = (np.diff(ends, prepend=0) * 10).tolist()
    with atomic_path(path) as temporary:
        said = {"comment": note.encode()} if note else {}
        images[0].save(
            temporary, "GIF", save_all=True, append_images=images[1:], duration=durations, loop=0, **said
        )


def write_webp(
    path: str | Path, frames: Iterable[np.ndarray], *, fps: float = FRAME_RATE, quality: int = 80
) -> None:
    """Write (height, width, 3) uint8 pictures as a looping WebP: small, with all colours."""
    first, *others = map(Image.fromarray, frames)
    shown = {"save_all": True, "append_images": others, "duration": round(1000 / fps), "loop": 0}
    with atomic_path(path) as temporary:
        first.save(temporary, "WEBP", quality=quality, method=4, **shown)


def write_landmarks(path: str | Path, landmarks: np.ndarray, **more: np.ndarray) -> None:
    """Write (T, 68, 2) landmarks as a csv table or an npz file, whichever the path ends with.

    The table has a row for each frame: ``frame``, ``seconds``, then ``x_0, y_0, … x_67, y_67`` in the unit of
    the landmarks. The npz holds ``landmarks``, ``fps``, and ``more`` arrays by their names. See notebook
    07_speech_to_face.
    """
    with atomic_path(path) as temporary:
        if temporary.suffix == ".npz":
            np.savez(temporary, landmarks=landmarks, fps=np.int32(FRAME_RATE), **more)
            return
        frames = np.arange(len(landmarks))
        names = ["frame", "seconds", *(f"{axis}_{number}" for number in range(68) for axis in "xy")]
        rows = np.column_stack([frames, frames / FRAME_RATE, landmarks.reshape(len(frames), -1)])
        form = ["%d", "%.6g", *["%.6f"] * 136]
        np.savetxt(temporary, rows, fmt=form, delimiter=",", header=",".join(names), comments="")


def _even(picture: np.ndarray) -> np.ndarray:
    """Repeat the last row or column of an odd-sized picture: H.264 stores colour for 2×2 pixels."""
    height, width = picture.shape[:2]
    padded = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(padded)


def _encode_sound(container, stream, audio: np.ndarray, start: int, end: int, rate: int) -> int:
    """Encode ``audio[start:end]`` at its place in time; return where the next call goes on."""
    end = min(end, len(audio))
    if end <= start:
        return start
    block = np.ascontiguousarray(audio[None, start:end], dtype=np.float32)
    frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    container.mux(stream.encode(frame))
    return end
