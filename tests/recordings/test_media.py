"""Sound and pictures keep their time and their values; a bad file is named in one sentence."""

from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile

from s2f_utils import StudyError
from s2f_utils.recordings import encode, media, soundtrack
from tests.samples.faces import numbered

RATE = 48_000


def tone(seconds: float = 1.0, rate: int = RATE) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)


def number_of(picture: np.ndarray) -> int:
    return round((float(picture.mean()) - 20) / 4)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT"])
def test_wav_of_every_depth_reads_as_the_same_sound(tmp_path, subtype):
    path = tmp_path / "sound with spaces é.wav"
    soundfile.write(path, tone(), RATE, subtype=subtype)
    audio = soundtrack.read_audio(path, rate=RATE)
    assert audio.dtype == np.float32
    assert np.abs(audio - tone()).max() < 1.5 / (128 if subtype == "PCM_U8" else 2**14)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000])
def test_any_rate_becomes_16_khz(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", tone(rate=rate), rate)
    audio = soundtrack.read_audio(tmp_path / "a.wav")
    expected = tone(rate=16_000)
    assert abs(len(audio) - 16_000) <= 1
    inner = slice(1000, 15_000)
    assert np.abs(audio[inner] - expected[inner]).max() < 0.01


def test_channels_are_averaged(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.stack([tone(), 0 * tone()], axis=1), RATE)
    audio = soundtrack.read_audio(tmp_path / "a.wav", rate=RATE)
    assert np.abs(audio - tone() / 2).max() < 1e-3


@pytest.mark.parametrize(("suffix", "codec"), [("mp3", "mp3"), ("m4a", "aac"), ("flac", "flac")])
def test_compressed_sound_keeps_its_pitch(tmp_path, suffix, codec):
    path = tmp_path / f"a.{suffix}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone()[None], format="fltp", layout="mono")
        frame.sample_rate = RATE
        for part in av.AudioResampler(stream.format, "mono", RATE, stream.frame_size or None).resample(frame):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    audio = soundtrack.read_audio(path)
    spectrum = np.abs(np.fft.rfft(audio[:16_000]))
    assert abs(np.argmax(spectrum) * 16_000 / len(audio[:16_000]) - 440) < 3


@pytest.mark.parametrize("fps", [Fraction(30_000, 1001), 25, 50, Fraction(60_000, 1001)])
def test_frames_are_taken_by_time(tmp_path, fps):
    path = tmp_path / "a.mp4"
    count = round(2 * fps)
    encode.write_video(path, numbered(min(count, 55)), fps=fps, quality=1)
    seen = [number_of(picture) for picture in media.read_frames(path)]
    shown = np.array(seen) / float(fps)
    ticks = np.arange(len(seen)) / media.FRAME_RATE
    assert np.abs(shown - ticks)[:-1].max() <= 0.5 / float(fps) + 1e-6 + 0.5 / media.FRAME_RATE * (fps < 25)
    assert abs(len(seen) - round(min(count, 55) / float(fps) * media.FRAME_RATE)) <= 1


def test_sound_and_picture_start_together(tmp_path):
    """A flash and a click at half a second stay within a millisecond and half a frame of each other."""
    click = np.zeros(RATE, np.float32)
    click[RATE // 2 : RATE // 2 + 48] = 0.9
    frames = [np.full((64, 64, 3), 255 if index in (15, 16) else 0, np.uint8) for index in range(30)]
    encode.write_video(tmp_path / "a.mp4", frames, fps=30, audio=click, audio_rate=RATE)
    audio = soundtrack.read_audio(tmp_path / "a.mp4", rate=RATE)
    assert abs(np.argmax(np.abs(audio)) / RATE - 0.5) < 0.002
    flash = [picture.mean() for picture in media.read_frames(tmp_path / "a.mp4")]
    assert abs(np.argmax(flash) / media.FRAME_RATE - 0.5) <= 0.5 / 30 + 0.5 / 25


@pytest.mark.parametrize("name", ["grid/s1/bbal7s.mpg", None])
def test_grey_is_the_brightness_of_the_colours(tmp_path, clips, name):
    """Taken from the luma plane, it is what FFmpeg's own conversion gives, in MPEG-1 and in H.264."""
    path = clips / name if name else tmp_path / "a.mp4"
    if name is None:
        encode.write_video(path, numbered(20), fps=25)
    with av.open(str(path)) as container:
        expected = [np.array(frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    found = [picture.gray() for picture in media.read_pictures(path)]
    assert len(found) == len(expected) and all(gray.flags.c_contiguous for gray in found)
    assert all(np.abs(one.astype(int) - other).max() <= 1 for one, other in zip(found, expected, strict=True))


def test_frames_are_copies(tmp_path):
    encode.write_video(tmp_path / "a.mp4", numbered(10), fps=25, quality=1)
    frames = list(media.read_frames(tmp_path / "a.mp4"))
    assert [number_of(frame) for frame in frames] == list(range(10))
    assert all(frame.flags.c_contiguous and frame.flags.owndata for frame in frames)


def broken_video(tmp_path) -> str:
    encode.write_video(tmp_path / "whole.mp4", numbered(50), fps=25, audio=tone(2), audio_rate=RATE)
    data = bytearray((tmp_path / "whole.mp4").read_bytes())
    (tmp_path / "broken.mp4").write_bytes(data[: len(data) // 2])
    return tmp_path / "broken.mp4"


def test_bad_files_are_named_in_one_sentence(tmp_path):
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("no sound at all, only words " * 100)
    soundfile.write(tmp_path / "sound.wav", tone(), RATE)
    encode.write_video(tmp_path / "mute.mp4", numbered(10), fps=25)
    cases = [
        (soundtrack.read_audio, tmp_path / "absent.wav", "no such file"),
        (soundtrack.read_audio, tmp_path / "empty.wav", "empty"),
        (soundtrack.read_audio, tmp_path / "text.wav", "neither sound nor video"),
        (soundtrack.read_audio, tmp_path / "mute.mp4", "no sound track"),
        (lambda path: list(media.read_frames(path)), tmp_path / "sound.wav", "no picture"),
        (lambda path: list(media.read_frames(path)), broken_video(tmp_path), ""),
    ]
    for read, path, words in cases:
        with pytest.raises(StudyError) as caught:
            read(path)
        message = str(caught.value)
        assert path.name in message and words in message and message.count("\n") == 0


def test_a_truncated_recording_says_so(clips):
    with pytest.raises(StudyError, match="breaks off"):
        soundtrack.read_audio(clips / "damaged" / "truncated.mpg")


@pytest.mark.parametrize("length", [13_909 * 4 - 3, 16_000, 7])
def test_resampling_keeps_every_sample_that_begins_in_time(length):
    assert len(soundtrack.resample(np.ones(length, np.float32), 16_000, 4_000)) == len(np.ones(length)[::4])
