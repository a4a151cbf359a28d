"""How it is said is heard from the voice, beside a reference where only that tells, and can be asked for."""

import numpy as np
import pytest

from s2f_utils import EMOTIONS
from s2f_utils.models import cnn_rnn, content, manner, training
from s2f_utils.sound import prosody
from tests.samples.voices import UP, everybody, said

TRACKS = ("pitch", "voicing", "loudness", "log_mel")
NOBODY = np.zeros(manner.SIZE - 1, np.float32)


def hear(maps, clips, references=None, *, asked=NOBODY, intensity: float = 1.0) -> np.ndarray:
    """What the layer answers for some clips: (clips, 9)."""
    layer = manner.Manner()
    layer.build(None)
    layer.maps.assign(maps)
    summaries = np.stack([prosody.summary(clip) for clip in clips])
    usual = np.stack(
        [manner.reference([prosody.summary(clip) for clip in one]) for one in references or [[]] * len(clips)]
    )
    many = (len(clips), 1)
    return np.asarray(layer([summaries, usual, np.tile(asked, many), np.full(many, np.float32(intensity))]))


def right(answers: np.ndarray, clips: list[dict]) -> float:
    named = [EMOTIONS[row[:-1].argmax()] for row in answers]
    return float(np.mean([name == clip["emotion"] for name, clip in zip(named, clips, strict=True)]))


def neutral_of(clips: list[dict]) -> list[list[dict]]:
    """For each clip the neutral ones of its speaker, but never itself."""
    calm = [clip for clip in clips if clip["emotion"] == "neutral"]
    return [[one for one in calm if one["speaker"] == clip["speaker"] and one is not clip] for clip in clips]


@pytest.fixture(scope="module")
def alike():
    """Maps learned from people of one voice, and other such people."""
    clips = everybody(range(101, 173), differ=0.1)
    return manner.fit(clips, [0.3 * (clip["intensity"] - 1) for clip in clips]), everybody(
        range(40, 60), differ=0.1
    )


def test_emotions_strength_and_effort_are_heard(alike):
    maps, strangers = alike
    answers = hear(maps, strangers)
    assert right(answers, strangers) > 0.95
    strength = answers[:, :-1].sum(axis=1)
    strong = np.array([clip["intensity"] == 2 for clip in strangers])
    assert strength[strong].mean() == pytest.approx(1, abs=0.15)
    assert strength[~strong].mean() == pytest.approx(0.5, abs=0.15)
    assert answers[strong, -1].mean() == pytest.approx(0.1, abs=0.02), "alone, little is believed of effort"
    beside = hear(maps, strangers, neutral_of(strangers))
    assert beside[strong, -1].mean() == pytest.approx(0.3, abs=0.08)
    assert beside[~strong, -1].mean() == pytest.approx(0, abs=0.08)
    never = [EMOTIONS.index(name) for name in EMOTIONS if name not in UP]
    assert answers[:, never].max() < 1e-6, "what nobody acted in training is never heard"


def test_a_reference_helps_where_only_the_difference_tells():
    """Own voices an octave apart hide five semitones; beside the same voice in neutral they are plain."""
    maps = manner.fit(clips := everybody(range(101, 221), differ=10), np.zeros(len(clips)))
    strangers = everybody(range(60, 90), differ=10)
    alone, beside = (hear(maps, strangers, usual) for usual in (None, neutral_of(strangers)))
    assert right(alone, strangers) < 0.6 < 0.95 < right(beside, strangers)


def test_who_learned_from_beginnings_understands_them():
    """Voices begin twelve semitones high, whatever the emotion; only who has heard that is not misled."""
    clips = everybody(range(101, 173), differ=0.1)
    falling = np.float32(np.where(np.arange(200) < 50, 12, 0))
    clips = [clip | {"pitch": clip["pitch"] + falling} for clip in clips]
    early = [{name: one[:60] if name in TRACKS else one for name, one in clip.items()} for clip in clips[::7]]
    none = np.full(len(clips), np.nan)
    late, both = (hear(manner.fit(clips, none, so_far=so_far), early) for so_far in (False, True))
    assert right(late, early) < 0.6 < 0.8 < right(both, early)


def test_a_reference_is_the_mean_of_what_there_is():
    one, two = said(3, "calm"), said(9, "sad", seed=1)
    both = manner.reference([prosody.summary(one), prosody.summary(two)])
    assert both[0] == pytest.approx(6, abs=0.1) and both[-1] == 1
    assert np.array_equal(manner.reference([]), np.zeros(23))


def test_without_a_voice_there_is_no_manner(alike):
    """And little of one after a moment of it: half a second must be heard before it is believed."""
    maps, strangers = alike
    clip = strangers[-1]
    mute = clip | {"voicing": np.zeros(200, np.float32)}
    brief = clip | {"voicing": np.float32(np.arange(200) < 10)}
    answers = hear(maps, [mute, brief, clip])
    assert not answers[0].any()
    assert 0 < answers[1].max() < 0.4 * answers[2].max()


def test_what_is_asked_for_overrides_what_is_heard_and_intensity_scales_both(alike):
    maps, strangers = alike
    angry = np.float32([name == "angry" for name in EMOTIONS])
    heard = hear(maps, strangers)
    for intensity in (0.0, 0.5, 2.0):
        asked = hear(maps, strangers, asked=angry, intensity=intensity)
        assert np.allclose(asked[:, :-1], intensity * angry, atol=1e-6)
        scaled = hear(maps, strangers, intensity=intensity)
        assert np.allclose(scaled[:, :-1], intensity * heard[:, :-1], atol=1e-6)
        assert np.allclose(asked[:, -1], heard[:, -1]) and np.allclose(scaled[:, -1], heard[:, -1])


def test_loudness_and_a_microphones_gain_tell_nothing_alone(alike):
    """A recording that is louder as a whole is in the same manner."""
    maps, strangers = alike
    louder = [
        clip | {"loudness": clip["loudness"] + 20, "log_mel": clip["log_mel"] + np.float32(np.log(100))}
        for clip in strangers
    ]
    assert np.allclose(hear(maps, strangers), hear(maps, louder), atol=1e-4)


def test_one_emotion_is_no_expression():
    clips = [said(0, "neutral", speaker=str(person), seed=person) for person in range(6)]
    unknown = [clip | {"emotion": "spoken"} for clip in clips]
    for some in (clips, unknown, [*clips, *unknown]):
        maps = manner.fit(some, np.zeros(len(some)))
        assert not maps.any() and not hear(maps, some).any()


def test_mouths_that_nobody_saw_leave_the_effort_to_the_others():
    clips = everybody(range(101, 173), differ=0.1)
    unseen = np.arange(len(clips)) % 2 == 0
    effort = np.where(unseen, np.nan, 0.08)
    assert np.allclose(hear(manner.fit(clips, effort), clips)[:, -1], 0.08, atol=0.01)
    assert np.allclose(hear(manner.fit(clips, np.full(len(clips), np.nan)), clips)[:, -1], 0)


def test_one_clip_of_each_person_is_enough():
    """Nobody can be compared with; a reference is heard, and tells nothing."""
    clips = [said(UP[name], name, speaker=f"{name}{k}", seed=k) for name in UP for k in range(60)]
    maps = manner.fit(clips, np.zeros(len(clips)))
    alone, beside = hear(maps, clips), hear(maps, clips, [[said(8, "neutral")]] * len(clips))
    assert right(alone, clips) > 0.95 and np.allclose(alone, beside, atol=1e-5)


def test_a_description_is_a_manner():
    strong, weak = (manner.true(said(0, "fearful", intensity=intensity)) for intensity in (2, 1))
    assert strong[EMOTIONS.index("fearful")] == 1 and np.array_equal(weak, strong / 2) and strong.sum() == 1
    assert not manner.true(said(0, "spoken")).any() and not manner.true({}).any()


def test_a_saved_manner_hears_the_same(alike, tmp_path):
    maps, strangers = alike
    said_alone = content.build(np.zeros(136), np.eye(136)[:3], channels=4, units=4)
    expression = said_alone.get_layer("expression")
    expression.faces.assign(np.random.default_rng(0).normal(size=(8, 136)))
    model = cnn_rnn.with_manner(said_alone, maps)
    training.save(model, tmp_path, {})
    again, _ = training.load(tmp_path, "cnn_rnn")
    one, two = (
        cnn_rnn.predict(each, strangers[:3], references=neutral_of(strangers)[:3]) for each in (model, again)
    )
    assert np.array_equal(one, two) and np.abs(one).max() > 0.1
