"""Voices are compared with actors against known tables, and doses are what they say."""

import numpy as np
import pandas as pd
import pytest

from s2f_utils.judging import acted
from s2f_utils.sound import acting, prosody
from s2f_utils.synthetic import texts, voice
from tests.samples.faces import mean_face

SPEAKER = 103
MEASURES = list(acted.MEASURES)


def actors(off: float = 0.0) -> pd.DataFrame:
    """Two people of different voices who do what the table of actors says, and ``off`` beside it.

    Of each emotion there are two takes, as far apart as two actors' are.
    """
    rows = []
    for speaker, usual in ((1, 0.0), (2, 7.0)):
        for (emotion, intensity), row in acting.table().iterrows():
            for side in (-1, 1):
                apart = side * row[[f"{name}_take" for name in MEASURES]].to_numpy() / np.sqrt(2)
                own = usual + row[MEASURES].to_numpy() + apart + off * (emotion != "neutral")
                who = {"speaker": speaker, "emotion": emotion, "intensity": intensity}
                rows.append(who | dict(zip(MEASURES, own, strict=True)))
    return pd.DataFrame(rows).astype(dict.fromkeys(MEASURES, float))


@pytest.mark.parametrize("off", [0.0, 1.5])
def test_who_does_as_actors_do_has_no_error(off):
    beside = acted.against_real(actors(off))
    assert len(beside) == 14 and "neutral" not in beside.index.get_level_values("emotion")
    for name in MEASURES:
        assert (beside[name] - beside[f"{name}_real"]).to_numpy() == pytest.approx(off, abs=1e-9)
        assert (beside[f"{name}_take"] / beside[f"{name}_real_take"]).to_numpy() == pytest.approx(1)


def test_takes_are_heard_as_they_were_to_be_delivered(monkeypatch):
    """Level and length of both statements, calm and neutral, against what the voice was told."""
    few = acting.table().iloc[:3]
    monkeypatch.setattr(acting, "table", lambda: few)
    heard = acted.takes([SPEAKER], jobs=1)
    assert list(heard.columns) == ["speaker", "emotion", "intensity", *MEASURES] and len(heard) == 6
    told = [
        voice.delivery_of(SPEAKER, texts.text_of(line), emotion, intensity)
        for emotion, intensity in few.index
        for line in (1, 2)
    ]
    level = np.array([delivery.level for delivery in told]) + voice.voice_of(SPEAKER).level
    assert heard["level"].to_numpy() == pytest.approx(level, abs=1.0)
    longer, first = np.array([delivery.length for delivery in told]), heard["length"].to_numpy()
    assert first[2::2] - first[0] == pytest.approx(longer[2::2] - longer[0], abs=0.2)


@pytest.fixture(scope="module")
def doses() -> dict[str, list[dict]]:
    return acted.dosed([SPEAKER], jobs=1)


def changed(doses: dict, dose: str) -> pd.DataFrame:
    """What a dose changes, against the plain take: a row for each statement."""
    plain, own = (pd.DataFrame([prosody.measures(clip) for clip in doses[name]]) for name in ("plain", dose))
    return own - plain


def test_louder_is_the_same_sound_six_decibels_up(doses):
    assert list(doses) == ["plain", "louder", "effort", "quiet effort"]
    assert [len(clips) for clips in doses.values()] == [2] * 4
    for plain, louder in zip(doses["plain"], doses["louder"], strict=True):
        loud = plain["loudness"] > plain["loudness"].max() - 40
        assert (louder["loudness"] - plain["loudness"])[loud] == pytest.approx(6, abs=0.01)
        rise = (louder["log_mel"] - plain["log_mel"])[loud]
        assert np.median(rise) == pytest.approx(0.6 * np.log(10), abs=0.01)


def test_effort_is_higher_louder_brighter_and_slower(doses):
    effort, quiet = changed(doses, "effort"), changed(doses, "quiet effort")
    for change in (effort, quiet):
        assert change["pitch"].mean() == pytest.approx(4.7, abs=0.7)
        assert change["tilt"].to_numpy() == pytest.approx(2.5, abs=1.0)
        assert change["length"].to_numpy() == pytest.approx(0.19, abs=0.05)
    assert effort["level"].to_numpy() == pytest.approx(7, abs=0.3)
    assert quiet["level"].to_numpy() == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("height", [0.05, 0.2])
def test_brows_that_rise_evenly_move_nine_tenths_of_the_way(height):
    """Between the 5th and the 95th percentile; a jaw that drops is no matter."""
    motion = np.zeros((101, 68, 2))
    motion[:, 17:27, 1] = -np.linspace(0, height, 101)[:, None]
    motion[:, 5:12, 1] = np.sin(np.arange(101))[:, None]
    neutral = mean_face()
    neutral[[37, 44], 0] = neutral[[19, 24], 0]  # brows that rise right above the eyes
    amplitudes = acted.brow_amplitude([motion, 0 * motion], neutral)
    assert amplitudes == pytest.approx([0.9 * height, 0], abs=1e-6)
