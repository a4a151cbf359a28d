"""Utterances without pictures are those of the clips, less one ingredient if asked."""

import numpy as np
import pytest

from s2f_utils import StudyError
from s2f_utils.recordings import soundtrack
from s2f_utils.sound import prosody, speech
from s2f_utils.synthetic import talking_heads, unfilmed
from tests.samples.faces import opening


def test_utterances_without_pictures_are_the_clips_with_pictures(corpus):
    spoken = unfilmed.utterances(clips_per_speaker=2, speakers=[3, 10], seed=7, jobs=1)
    by_name = {clip["clip_id"]: clip for clip in spoken}
    assert set(by_name) == {video.stem for video in corpus[1]}
    for video in corpus[1]:
        clip, truth = by_name[video.stem], talking_heads.read_truth(video)
        points = clip["neutral"] + clip["motion"]
        heights = np.linalg.norm(points[:, 62] - points[:, 66], axis=1)
        true = np.interp(np.arange(len(heights)) / 25, truth["times"], opening(truth["landmarks"]))
        assert np.corrcoef(heights, true)[0, 1] > 0.99
        filmed = speech.log_mel(soundtrack.read_audio(video), n_frames=len(heights))
        assert np.corrcoef(filmed.ravel(), clip["log_mel"].ravel())[0, 1] > 0.95
        sung = prosody.track(soundtrack.read_audio(video), n_frames=len(heights))
        voiced = np.minimum(sung["voicing"], clip["voicing"]) > prosody.VOICED
        assert voiced.mean() > 0.15 and np.median(np.abs(sung["pitch"] - clip["pitch"])[voiced]) < 0.2


def test_each_ingredient_can_be_left_out():
    def clip(without):
        return unfilmed.utterances(clips_per_speaker=2, speakers=[10], seed=5, without=without, jobs=1)[1]

    whole = clip("")
    assert len(clip("voices")["log_mel"]) != len(whole["log_mel"]), "another voice takes another time"
    assert len(clip("texts")["log_mel"]) != len(whole["log_mel"]), "and so does another text"
    assert clip("conditions")["log_mel"][:20].max() < -20, "no noise without a room"
    rough, smooth = (np.abs(np.diff(c["motion"][:, 66, 1])).mean() for c in (clip("coarticulation"), whole))
    assert rough > smooth, "without coarticulation the mouth jumps"
    assert not np.array_equal(clip("breath")["motion"], whole["motion"])
    with pytest.raises(StudyError, match="left out"):
        clip("salt")
