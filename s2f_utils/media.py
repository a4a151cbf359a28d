"""Read and write video and sound on one time base: every picture and sample is placed by its timestamp."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import librosa
import numpy as np
import soundfile
from PIL import Image

from s2f_utils import FRAME_RATE, SAMPLE_RATE, StudyError
from s2f_utils.files import atomic_path


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
    with _opened(path) as container:
        if not container.streams.audio:
            raise StudyError(f"{path}: there is no sound track in this file; record it with sound.")
        stream = container.streams.audio[0]
        blocks, start = [], None
        for frame in container.decode(stream):
            start = frame.time if start is None else start
            blocks.append(_mono(frame))
        native_rate = stream.codec_context.sample_rate
    if not blocks or not sum(map(len, blocks)):
        raise StudyError(f"{path}: the sound track is empty; choose a recording with sound.")
    audio = np.concatenate(blocks)
    audio = _shift(audio, round(((start or 0.0) - _first_picture_time(path, start)) * native_rate))
    return resample(audio, native_rate, rate)


def resample(audio: np.ndarray, rate: int, to: int = SAMPLE_RATE) -> np.ndarray:
    """Bring (n,) samples from one rate to another, band-limited: float32."""
    changed = audio if rate == to else librosa.resample(audio, orig_sr=rate, target_sr=to)
    return np.ascontiguousarray(changed, dtype=np.float32)


def read_frames(path: str | Path, *, fps: int | Fraction = FRAME_RATE) -> Iterator[np.ndarray]:
    """Stream the pictures of a video at a fixed rate, each tick taking the picture nearest in time.

    Parameters
    ----------
    path
        A video file in any format that FFmpeg reads, at any constant or variable frame rate.
    fps
        Pictures per second of the answer.

    Yields
    ------
    (height, width, 3) uint8 RGB arrays, C-contiguous, upright.

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
        previous, origin, tick = None, 0.0, 0
        for frame in container.decode(stream):
            if previous is None:
                origin = frame.time
            else:
                middle = (previous.time + frame.time) / 2 - origin
                while tick / fps < middle:
                    yield _picture(previous)
                    tick += 1
            previous = frame
        if previous is None:
            raise StudyError(f"{path}: there is no picture in this file; choose a video.")
        # The last picture lasts as long as the stream's usual one.
        end = previous.time - origin + 1 / float(stream.average_rate or fps)
        while tick / fps < end - 1e-3:
            yield _picture(previous)
            tick += 1


def write_video(
    path: str | Path,
    frames: Iterable[np.ndarray],
    *,
    fps: int | Fraction = FRAME_RATE,
    audio: np.ndarray | None = None,
    audio_rate: int = SAMPLE_RATE,
    quality: int = 18,
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
    """
    with atomic_path(path) as temporary, av.open(str(temporary), "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=Fraction(fps))
        video.pix_fmt = "yuv420p"
        # One thread: the bytes do not depend on the machine, and clips are encoded in parallel anyway.
        video.options = {"crf": str(quality), "preset": "veryfast", "threads": "1"}
        sound = container.add_stream("aac", rate=audio_rate, layout="mono") if audio is not None else None
        sent = 0
        for index, picture in enumerate(frames):
            picture = _even(picture)
            if index == 0:
                video.height, video.width = picture.shape[:2]
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            if sound is not None:  # keep sound and pictures close together in the file
                until = round((index + 1) / fps * audio_rate)
                sent = _encode_sound(container, sound, audio, sent, until, audio_rate)
        if sound is not None:
            _encode_sound(container, sound, audio, sent, len(audio), audio_rate)
            container.mux(sound.encode(None))
        container.mux(video.encode(None))


def write_gif(path: str | Path, frames: Iterable[np.ndarray], *, fps: int = FRAME_RATE) -> None:
    """Write (height, width, 3) uint8 pictures as a looping GIF that runs at the true speed.

    GIF counts time in hundredths of a second: each frame's end is rounded, so that errors do not add up.
    """
    images = [Image.fromarray(picture).quantize(64) for picture in frames]
    ends = np.round(np.arange(1, len(images) + 1) * 100 / fps).astype(int)
    durations = (np.diff(ends, prepend=0) * 10).tolist()
    with atomic_path(path) as temporary:
        images[0].save(
            temporary, format="GIF", save_all=True, append_images=images[1:], duration=durations, loop=0
        )


def write_wav(path: str | Path, audio: np.ndarray, *, rate: int = SAMPLE_RATE) -> None:
    """Write (n,) samples in −1 … 1 as a 16-bit wav file."""
    with atomic_path(path) as temporary:
        soundfile.write(temporary, audio, rate, subtype="PCM_16", format="WAV")


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
        raise StudyError(
            f"{path}: this is neither sound nor video that FFmpeg can read ({error})."
        ) from error
    with container:
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


def _picture(frame: av.VideoFrame) -> np.ndarray:
    """Copy a decoded frame out of the decoder's padded, reused buffer and turn it upright."""
    picture = np.rot90(frame.to_ndarray(format="rgb24"), k=round(frame.rotation / 90))
    return np.array(picture, order="C")


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
