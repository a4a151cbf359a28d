"""Sounds without speech: their levels, and what is measured of a mouth that hears them."""

import numpy as np
import pytest

from s2f_utils.sound import not_speech
from s2f_utils.sound.speech import COLUMNS_PER_FRAME


def test_sounds_have_the_levels_they_are_named_for():
    made = not_speech.sounds(seconds=1.0)
    level = {name: 20 * np.log10(sound.std() + 1e-12) for name, sound in made.items()}
    assert level["digital silence"] < -200
    assert level["quiet room"] == pytest.approx(-60, abs=0.5)
    assert level["white noise"] == pytest.approx(-20, abs=0.5)
    assert max(np.abs(sound).max() for sound in made.values()) < 1


def test_openings_are_measured_from_the_face_at_rest():
    neutral = np.zeros((68, 2), np.float32)
    neutral[66, 1] = 0.02  # lips a little apart at rest

    def predict(spectra):
        motions = [np.zeros((len(spectrum) // COLUMNS_PER_FRAME, 68, 2)) for spectrum in spectra]
        motions[-1][:, 66, 1] = 0.1
        return motions

    heard = not_speech.openings(predict, neutral)
    assert np.abs(heard["quiet room"]).max() == pytest.approx(0, abs=1e-7)
    assert heard["music"] == pytest.approx(0.1, abs=1e-6)
