"""What the network of 2017 heard, to the last bin."""

import numpy as np

from s2f_utils.models import net_2017
from s2f_utils.sound import speech


def test_the_offset_can_be_taken_out_of_the_spectra():
    """What remains is the spectrum of sound that was read right, to the precision in which it is stored."""
    audio = np.random.default_rng(0).normal(0, 0.1, 48_000)
    wrong, right = (speech.fft_2017(audio, n_frames=20, keep_offset=keep) for keep in (True, False))
    raw, mended, wanted = (
        hears({"fft_2017": spectra})
        for hears, spectra in (
            (net_2017.raw_spectrum, wrong),
            (net_2017.mended_spectrum, wrong),
            (net_2017.mended_spectrum, np.concatenate([128 - right[:, :1], right[:, 1:]], axis=1)),
        )
    )
    assert raw.shape == mended.shape == (20, 128, 23)
    assert raw[:, 0].mean() > 50 * raw[:, 1:].mean()
    assert np.array_equal(mended[:, 65:], mended[:, 63:0:-1])
    assert np.corrcoef(mended.ravel(), wanted.ravel())[0, 1] > 0.99
    assert np.allclose(mended.mean(axis=(0, 2)), 0, atol=1e-3)


def test_half_a_second_is_centred_on_its_frame():
    clip = {"log_mel": np.random.default_rng(0).normal(size=(200, 40))}
    heard = net_2017.half_second(clip)
    assert heard.shape == (50, 40, 23)
    assert np.array_equal(heard[20, :, 11], heard[19, :, 13]), "frames are four columns apart, columns two"
    loudest = {"log_mel": clip["log_mel"] + 30 * (np.arange(200) == 80)[:, None]}
    assert np.argmax(net_2017.half_second(loudest)[20].mean(axis=0)) == 11
