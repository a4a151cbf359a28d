"""What is heard of a voice: its pitch against tones that are known, and what loudness must not change."""

import numpy as np
import pytest

from s2f_utils import SAMPLE_RATE
from s2f_utils.sound import prosody

NAMES = prosody.SUMMARY


def hum(pitch: float, *, slope: float = 0.0, seconds: float = 2.0) -> np.ndarray:
    """A voice of thirty harmonics that starts at ``pitch`` Hz and glides by ``slope`` semitones a second."""
    times = np.arange(round(SAMPLE_RATE * seconds)) / SAMPLE_RATE
    hertz = pitch * 2 ** (slope * times / 12)
    phase = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
    harmonics = [np.sin(k * phase) / k * (k * hertz < 7000) for k in range(1, 31)]
    return (0.1 * np.sum(harmonics, axis=0)).astype(np.float32)


def heard(audio: np.ndarray) -> dict[str, float]:
    return dict(zip(NAMES, map(float, prosody.summary(prosody.listen(audio))), strict=True))


def test_all_tracks_have_four_columns_for_each_frame():
    for frames, columns in ((None, 100), (30, 120)):
        tracks = prosody.listen(hum(120, seconds=1.0), n_frames=frames)
        shapes = {"log_mel": (columns, 40)} | dict.fromkeys(("loudness", "pitch", "voicing"), (columns,))
        assert {name: track.shape for name, track in tracks.items()} == shapes
        assert {track.dtype for track in tracks.values()} == {np.dtype("float32")}


@pytest.mark.parametrize("pitch", [80, 131, 220, 400])
def test_pitch_is_that_of_the_tone(pitch):
    found = prosody.track(hum(pitch))
    inside = slice(20, -20)
    assert np.abs(found["pitch"][inside] - 12 * np.log2(pitch / 100)).max() < 0.3
    assert found["voicing"][inside].min() > 0.9


def test_noise_and_silence_have_no_voice():
    """And nothing that is said of them is more than a number."""
    noise = np.random.default_rng(0).normal(0, 0.1, 2 * SAMPLE_RATE).astype(np.float32)
    for audio in (noise, 0 * noise):
        assert prosody.track(audio)["voicing"].max() < prosody.VOICED
        assert not prosody.track(audio)["pitch"].any()
        assert np.isfinite(prosody.running(prosody.listen(audio))).all() and heard(audio)["voiced_share"] == 0


def test_pitch_is_held_where_there_is_no_voice():
    """Half a second of noise between two tones: no voice, and a way from one to the other."""
    noise = np.random.default_rng(0).normal(0, 0.02, SAMPLE_RATE // 2).astype(np.float32)
    found = prosody.track(np.concatenate([hum(120, seconds=1.0), noise, hum(180, seconds=1.0)]))
    between = slice(106, 144)
    assert found["voicing"][between].max() < prosody.VOICED
    ends = 12 * np.log2([1.2, 1.8])
    assert found["pitch"][between].min() > ends[0] - 0.3 and found["pitch"][between].max() < ends[1] + 0.3


@pytest.mark.parametrize("slope", [-6.0, 4.0, 10.0])
def test_a_glide_is_told_by_its_slope(slope):
    """Of a straight glide mean, spread and movement follow, too."""
    numbers = heard(hum(160, slope=slope))
    assert numbers["pitch_slope"] == pytest.approx(slope, abs=0.15)
    assert numbers["pitch"] == pytest.approx(12 * np.log2(1.6) + slope, abs=0.15)
    assert numbers["pitch_spread"] == pytest.approx(abs(slope) * 2 / np.sqrt(12), abs=0.1)
    assert numbers["pitch_movement"] == pytest.approx(abs(slope) / 100, abs=0.02)


def test_voice_is_counted_in_time():
    """Three tones of half a second with pauses as long: three runs in 2.5 seconds, 60 % of them voiced."""
    quiet = np.zeros(SAMPLE_RATE // 2, np.float32)
    numbers = heard(np.concatenate([quiet, *[hum(150, seconds=0.5), quiet] * 3]))
    assert numbers["time"] == pytest.approx(np.log(2.5), abs=0.05)
    assert numbers["voiced_share"] == pytest.approx(0.6, abs=0.05)
    assert numbers["voiced_runs"] == pytest.approx(3 / 2.5, abs=0.1)


def test_only_the_level_tells_how_loud_a_recording_is():
    """Twenty decibels more, as loudness and log-mel show them; then all the way from the samples."""
    breath = np.random.default_rng(0).normal(0, 0.01, 2 * SAMPLE_RATE).astype(np.float32)
    audio = hum(160, slope=4) + breath
    clip = prosody.listen(audio)
    louder = clip | {"loudness": clip["loudness"] + 20, "log_mel": clip["log_mel"] + np.log(100)}
    change = prosody.running(louder) - prosody.running(clip)
    assert np.abs(change[:, :-1]).max() < 1e-3
    voiced = clip["voicing"].cumsum() > 1
    assert change[voiced, -1] == pytest.approx(20, abs=1e-3)
    quiet, loud = heard(0.1 * audio), heard(audio)
    assert loud.pop("level") - quiet.pop("level") == pytest.approx(20, abs=0.1)
    assert loud == pytest.approx(quiet, abs=0.1)


def test_the_last_moment_has_heard_all_and_no_moment_hears_ahead():
    clip = prosody.listen(hum(160, slope=4) * np.hanning(2 * SAMPLE_RATE).astype(np.float32))
    whole = prosody.running(clip)
    assert whole.shape == (200, len(NAMES)) and np.array_equal(whole[-1], prosody.summary(clip))
    half = {name: track[:100] for name, track in clip.items()}
    assert np.array_equal(whole[99], prosody.summary(half))


def test_what_is_known_at_a_frame_is_a_third_of_a_second_old():
    known = prosody.so_far(np.arange(200.0)[:, None] + [[1, 1000]])
    assert known.shape == (50, 2) and not known[:8].any()
    assert known[8:, 0].tolist() == list(range(4, 172, 4)) and np.ptp(known[8:, 1] - known[8:, 0]) == 0


@pytest.mark.parametrize("pitch", [110, 240])
def test_actors_are_measured_as_arithmetic_says(pitch):
    """A glide of eight semitones in two seconds, between two pauses."""
    quiet = np.zeros(SAMPLE_RATE // 2, np.float32)
    audio = hum(pitch, slope=4)
    measured = prosody.measures(prosody.listen(np.concatenate([quiet, audio, quiet])))
    assert measured["pitch"] == pytest.approx(12 * np.log2(pitch / 100) + 4, abs=0.2)
    assert measured["spread"] == pytest.approx(8 / np.sqrt(12), abs=0.2)
    assert measured["level"] == pytest.approx(10 * np.log10(np.mean(audio**2)), abs=0.3)
    assert measured["length"] == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("decibels", [-10, -20])
def test_tilt_is_that_of_two_tones(decibels):
    """One tone in each band; how loud both are together is no matter."""
    times = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    low, high = (np.sin(2 * np.pi * hertz * times).astype(np.float32) for hertz in (400, 2000))
    both = np.pad(0.1 * (low + 10 ** (decibels / 20) * high), SAMPLE_RATE // 2)
    tilts = [prosody.measures(prosody.listen(gain * both))["tilt"] for gain in (1, 0.1)]
    assert tilts == pytest.approx([decibels] * 2, abs=1.0)
