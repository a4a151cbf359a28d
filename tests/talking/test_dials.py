"""What is asked of an expression is understood, or refused in one sentence that says what there is."""

import argparse

import numpy as np
import pytest
import soundfile

from s2f_utils import StudyError
from s2f_utils.talking import dials


def given(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    dials.offer(parser)
    return parser.parse_args(words)


def test_without_options_the_expression_is_as_heard_and_chance_moves_films():
    how = dials.read(given())
    assert vars(how) == {"voice": None, "emotion": "", "intensity": 1.0, "seed": 2017}
    assert vars(dials.read(given("--emotion=", "--intensity=", "--voice=", "--motion=", "--seed="))) == vars(
        how
    )


def test_all_dials_are_read(tmp_path):
    soundfile.write(tmp_path / "calm é.wav", np.sin(np.arange(48_000) / 10), 48_000)
    words = [
        "--emotion",
        "Happy",
        "--intensity",
        "1.5",
        "--voice",
        str(tmp_path / "calm é.wav"),
        "--seed",
        "0",
    ]
    how = dials.read(given(*words))
    assert (how.emotion, how.intensity, how.seed) == ("happy", 1.5, 0)
    assert how.voice.shape == (16_000,)
    assert dials.read(given("--motion", "none", "--seed", "3")).seed is None
    assert dials.seed_of("chance", 5) == 5


@pytest.mark.parametrize("text", ["-0.1", "2.01", "nan", "inf", "-inf", "much", "1,5", "1e999"])
def test_an_intensity_is_a_number_from_0_to_2(text):
    with pytest.raises(StudyError, match=f"^INTENSITY={text}: give a number from 0 to 2"):
        dials.intensity_of(text)
    assert [dials.intensity_of(good) for good in ("0", "2", " 1 ", "")] == [0, 2, 1, 1]


@pytest.mark.parametrize("name", ["glad", "happy sad", "neutral,"])
def test_an_emotion_is_one_of_eight(name):
    known = "neutral, calm, happy, sad, angry, fearful, disgust, surprised"
    with pytest.raises(StudyError, match=f"^EMOTION={name}: a face can be {known}; without"):
        dials.emotion_of(name)


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", "9" * 5000])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(StudyError, match="^SEED=.*: give a whole number from 0 on"):
        dials.seed_of("none", seed)


def test_motion_is_by_chance_or_none():
    with pytest.raises(StudyError, match="^MOTION=off: .*MOTION=none"):
        dials.seed_of("off")


@pytest.mark.parametrize(
    ("samples", "said"),
    [(np.zeros(32_000), "only silence"), (np.sin(np.arange(15_000)), "0.9 s tell too little of a voice")],
)
def test_a_reference_that_tells_nothing_is_named(tmp_path, samples, said):
    soundfile.write(tmp_path / "calm.wav", samples, 16_000)
    with pytest.raises(StudyError, match=f"calm.wav: .*{said}"):
        dials.voice_in(str(tmp_path / "calm.wav"))
