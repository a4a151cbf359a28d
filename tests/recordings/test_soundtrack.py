"""What is said is heard, however a stranger's device has kept it; the truth is the sound that was written."""

import resource
import subprocess
import sys
from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile

from s2f_utils.recordings import encode, soundtrack
from tests.samples.faces import numbered

RATE = 16_000


def speech(seconds: float = 3.0, seed: int = 1) -> np.ndarray:
    """Noise in bursts: as lively as syllables."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.2 * random.standard_normal(len(time)) * (np.sin(2 * np.pi * 2 * time) > 0)).astype(np.float32)


def alike(one: np.ndarray, other: np.ndarray) -> float:
    length = min(len(one), len(other))
    return float(np.corrcoef(one[:length], other[:length])[0, 1])


OTHERS = {
    "cancels": lambda said, noise: -said,
    "nearly cancels": lambda said, noise: -0.98 * said + 1e-3 * noise,
    "is noise": lambda said, noise: 0.1 * noise,
    "is empty": lambda said, noise: 0 * said,
    "says the same": lambda said, noise: said,
}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("kind", OTHERS)
def test_the_channel_that_speaks_is_heard(tmp_path, kind, first):
    said = speech()
    other = OTHERS[kind](said, np.random.default_rng(2).standard_normal(len(said)))
    channels = [said, other] if first else [other, said]
    soundfile.write(tmp_path / "a.wav", np.stack(channels, axis=1), RATE, subtype="FLOAT")
    assert abs(alike(soundtrack.read_audio(tmp_path / "a.wav"), said)) > 0.99  # upside down sounds the same


def test_two_people_in_two_channels_are_both_heard(tmp_path):
    one, other = speech(seed=1), np.roll(speech(seed=2), RATE // 4)
    soundfile.write(tmp_path / "a.wav", np.stack([one, other], axis=1), RATE, subtype="FLOAT")
    assert np.abs(soundtrack.read_audio(tmp_path / "a.wav") - (one + other) / 2).max() < 1e-6


def test_what_is_no_number_is_silence(tmp_path):
    said = speech()
    wrong = said.copy()
    wrong[[5, 500, 40_000]] = np.nan, np.inf, -np.inf
    soundfile.write(tmp_path / "a.wav", wrong, RATE, subtype="FLOAT")
    heard = soundtrack.read_audio(tmp_path / "a.wav")
    assert (heard[[5, 500, 40_000]] == 0).all() and np.array_equal(
        np.delete(heard, [5, 500, 40_000]), np.delete(said, [5, 500, 40_000])
    )


def packets(path, tracks: list[tuple[np.ndarray, int, str]], *, leap: float = 0.0, default: int = 0) -> None:
    """Write tracks of (samples, rate, codec); after a second their time stamps leap by some seconds."""
    with av.open(str(path), "w") as container:
        streams = [container.add_stream(codec, rate=rate, layout="mono") for _, rate, codec in tracks]
        for number, stream in enumerate(streams):
            stream.disposition = av.stream.Disposition.default if number == default else 0
        for (sound, rate, _), stream in zip(tracks, streams, strict=True):
            context, sent = stream.codec_context, 0
            frame = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
            frame.sample_rate = rate
            resampler = av.AudioResampler(context.format, "mono", rate, context.frame_size or 1024)
            for part in resampler.resample(frame) + resampler.resample(None):
                part.pts, part.time_base = sent + round(leap * rate) * (sent > rate), Fraction(1, rate)
                sent += part.samples
                container.mux(stream.encode(part))
            container.mux(stream.encode(None))


@pytest.mark.parametrize("default", [0, 1])
def test_a_silent_track_is_passed_over(tmp_path, default):
    """The default track is heard; if that is silent, the other."""
    said, mute = speech(), np.zeros(3 * RATE, np.float32)
    packets(tmp_path / "a.mkv", [(mute, RATE, "flac"), (said, RATE, "flac")], default=default)
    assert alike(soundtrack.read_audio(tmp_path / "a.mkv"), said) > 0.99


def test_of_two_tracks_that_speak_the_default_is_heard(tmp_path):
    said, other = speech(seed=1), speech(seed=2)
    packets(tmp_path / "a.mkv", [(other, RATE, "flac"), (said, RATE, "flac")], default=1)
    assert alike(soundtrack.read_audio(tmp_path / "a.mkv"), said) > 0.99


def test_a_rate_may_change_in_the_middle(tmp_path):
    """A second of 300 Hz at one rate and a second at another: both sound as they were sung."""
    for rate in (44_100, 22_050):
        tone = 0.5 * np.sin(2 * np.pi * 300 * np.arange(rate) / rate).astype(np.float32)
        packets(tmp_path / f"{rate}.mp2", [(tone, rate, "mp2")])
    path = tmp_path / "both.mp2"
    path.write_bytes(b"".join((tmp_path / f"{rate}.mp2").read_bytes() for rate in (44_100, 22_050)))
    heard = soundtrack.read_audio(path)
    assert abs(len(heard) / RATE - 2) < 0.2
    for piece in (heard[4000:12_000], heard[20_000:28_000]):
        assert abs(np.argmax(np.abs(np.fft.rfft(piece * np.hanning(8000)))) * RATE / 8000 - 300) <= 2


def test_damage_in_the_middle_costs_no_more_than_itself(tmp_path):
    said = speech(6)
    packets(tmp_path / "a.mp2", [(said, RATE, "mp2")])
    whole = soundtrack.read_audio(tmp_path / "a.mp2")
    data = bytearray((tmp_path / "a.mp2").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 1500] = np.random.default_rng(1).bytes(1500)
    (tmp_path / "b.mp2").write_bytes(data)
    heard = soundtrack.read_audio(tmp_path / "b.mp2")
    assert abs(len(heard) - len(whole)) < 0.5 * RATE
    assert alike(heard[: 2 * RATE], whole[: 2 * RATE]) > 0.99
    assert alike(heard[-2 * RATE :], whole[-2 * RATE :]) > 0.99


def test_time_stamps_that_leap_by_hours_fill_no_memory(tmp_path):
    """Read in a process that may take 2 GB more than its imports."""
    said = speech()
    packets(tmp_path / "a.mkv", [(said, RATE, "flac")], leap=9 * 3600)
    program = (
        "import resource, sys, pathlib\n"
        "from s2f_utils.recordings import soundtrack\n"
        "used = int(pathlib.Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 2**28, used + 2**28))\n"
        "print(len(soundtrack.read_audio(sys.argv[1])))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "a.mkv"], capture_output=True, text=True, check=True
    )
    assert abs(int(done.stdout) / RATE - 3) < 0.2
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 4e6  # kB


def test_sound_before_the_picture_is_whole_where_only_sound_is_asked_for(clips):
    path = clips / "strangers" / "08-picture-comes-later.mp4"
    beside, whole = (soundtrack.read_audio(path, rate=44_100, beside_film=choice) for choice in (True, False))
    assert abs(len(whole) - len(beside) - 1.2 * 44_100) <= 0.05 * 44_100
    assert np.array_equal(whole[-len(beside) :], beside)


def test_sound_without_pictures_is_the_same_either_way(tmp_path):
    encode.write_video(tmp_path / "a.mp4", numbered(50), audio=speech(2))
    one, other = (soundtrack.read_audio(tmp_path / "a.mp4", beside_film=choice) for choice in (True, False))
    assert alike(one, other) > 0.99 and abs(len(one) - len(other)) < 0.1 * RATE


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("01-spatial-track.mov", 3),
        ("02-first-track-silent.mkv", 3),
        ("05-junk-in-middle.mp3", 5.9),
        ("06-rate-changes.mp3", 6),
    ],
)
def test_what_strangers_sent_speaks(clips, name, seconds):
    heard = soundtrack.read_audio(clips / "strangers" / name)
    assert abs(len(heard) / RATE - seconds) < 0.15 and heard.std() > 0.1


def test_nearly_inverted_channels_say_what_one_of_them_says(clips):
    folder = clips / "strangers"
    one, other = (
        soundtrack.read_audio(folder / f"03-{name}.m4a") for name in ("left-alone", "nearly-inverted")
    )
    assert alike(one, other) > 0.98
