"""Sound that comes in pieces is heard as if it had come at once."""

import numpy as np
import pytest

from s2f_utils import SAMPLE_RATE
from s2f_utils.live import hearing
from s2f_utils.recordings import soundtrack
from s2f_utils.sound import prosody


@pytest.fixture(scope="module")
def sound(clips) -> np.ndarray:
    """A real recording without the silence of its codec, at which a whole one is mended."""
    return soundtrack.read_audio(clips / "grid" / "s1" / "bbal7s.mpg")[4000:]


def in_pieces(sound: np.ndarray, sizes) -> tuple[np.ndarray, np.ndarray]:
    ear, heard, start = hearing.Hearing(), [], 0
    while start < len(sound):
        size = next(sizes)
        heard.append(ear.hear(sound[start : start + size]))
        start += size
    return tuple(map(np.concatenate, zip(*heard, strict=True)))


@pytest.mark.parametrize("size", [1, 160, 640, 4096, 10**6])
def test_pieces_of_any_length_are_heard_as_the_whole(sound, size):
    sound = sound[: 12_000 if size == 1 else None]
    log_mel, summaries = in_pieces(sound, iter(lambda: size, None))
    whole = prosody.listen(sound)
    usual = prosody.so_far(prosody.running(whole))
    # Of a whole recording the last five milliseconds are mended, which two columns hear.
    assert len(log_mel) == 4 * len(summaries) and len(summaries) >= len(usual) - 2
    assert np.abs(log_mel - whole["log_mel"][: len(log_mel)])[:-2].max() < 1e-4
    assert np.abs(summaries - usual[: len(summaries)]).max() < 1e-3


def test_what_is_kept_does_not_grow(sound):
    ear, kept = hearing.Hearing(), []
    for _ in range(8):
        ear.hear(sound)
        tracks = ear._pitch._times, ear._pitch._voicing, ear._pitch._semitones, ear._samples
        kept.append(sum(map(len, tracks)) + len(ear._columns))
    assert max(kept) < 0.2 * SAMPLE_RATE


def test_nothing_is_heard_of_nothing():
    log_mel, summaries = hearing.Hearing().hear(np.zeros(0))
    assert log_mel.shape == (0, 40) and summaries.shape == (0, 22)
