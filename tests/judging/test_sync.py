"""Planted lags are found again on people whom the reader has never heard."""

import numpy as np
import pytest

from s2f_utils import StudyError, features
from s2f_utils.judging import sync
from s2f_utils.synthetic import unfilmed

pytestmark = pytest.mark.slow  # a reader is taught


@pytest.fixture(scope="module")
def reader():
    """The study's own: of voices that act, a few are not enough to read real ones by."""
    return sync.learn(jobs=1)


@pytest.fixture(scope="module")
def strangers():
    return unfilmed.utterances(clips_per_speaker=2, speakers=range(21, 25), seed=9, jobs=1)


def test_planted_lags_are_found_again(reader, strangers):
    assert sync.recovered(strangers, reader, shifts=[-8, -3, -1, 1, 2, 5, 8]) >= 0.9


def test_planted_lags_are_found_again_in_real_recordings(clips, reader):
    """A clock that heard loudness alone had some of this person's pictures 3 to 7 frames off."""
    recorded = [features.clip_features(path) for path in sorted((clips / "grid" / "s4").glob("*.mpg"))]
    assert max(abs(sync.offset(clip, reader)) for clip in recorded) <= 1
    assert sync.recovered(recorded, reader, shifts=[-8, -3, -1, 1, 2, 5, 8]) >= 0.9


def test_a_late_picture_lags(reader, strangers):
    """The sign: with its sound begun five frames earlier, a clip's picture lags by five."""
    clip = next(clip for clip in strangers if sync.offset(clip, reader) == 0)
    early = clip | {"log_mel": clip["log_mel"][20:], "motion": clip["motion"][: len(clip["motion"]) - 5]}
    assert sync.offset(early, reader) == 5 == sync.offset(clip, reader, planted=5)
    table = sync.offsets([clip, early, early], reader)
    assert table["clip_offset"].tolist() == [0, 5, 5]
    assert table.groupby("speaker")["speaker_offset"].first().tolist() == [5]
    assert sync.moves(table.tail(1), "clip") == {clip["clip_id"]: 5} and sync.moves(table, "") == {}
    with pytest.raises(StudyError, match="choose clip or speaker"):
        sync.moves(table, "everyone")


def test_a_dead_mouth_or_silence_has_no_offset(reader, strangers):
    still = strangers[0] | {"motion": np.zeros_like(strangers[0]["motion"])}
    assert sync.offset(still, reader) == 0
