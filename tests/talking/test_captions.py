"""What is spoken in a film, and that a player finds it."""

import base64

import pytest

from s2f_utils.talking import captions


@pytest.mark.parametrize(
    ("corpus", "clip_id", "statement", "spoken"),
    [
        ("ravdess", "01-01-03-01-01-01-21", 1, "Kids are talking by the door."),
        ("synthetic", "01-01-03-01-02-01-21", 2, "Cats are dozing on the warm stove."),
        ("grid", "s1_bbaf2n", 0, "Bin blue at F two now."),
        ("grid", "s4_video_swizza", 0, "Set white in Z zero again."),
        ("grid", "s4_holiday", 0, ""),
        ("grid", "s4_bbaf2nn", 0, ""),
        ("folder", "anna_bbaf2n", 0, ""),
    ],
)
def test_the_corpus_tells_what_is_said(corpus, clip_id, statement, spoken):
    assert captions.words(corpus, clip_id=clip_id, statement=statement) == spoken


def test_a_long_text_is_spoken_in_portions_of_whole_sentences():
    text = "One sentence is like the other. " * 40 + "?!"
    parts = captions.portions(text)
    assert " ".join(parts) == text and len(parts) == 3
    assert all(500 < len(part) < 560 for part in parts[:-1]) and all(part[-1] in ".!" for part in parts)
    assert captions.portions("Short.") == ["Short."]


@pytest.mark.parametrize(
    ("spoken", "sound", "shown"),
    [
        ("Salt & <i>pepper</i>\n\n--> now.", True, "Salt &amp; &lt;i>pepper&lt;/i> → now."),
        ("", True, "[speech]"),
        ("", False, "[no sound]"),
    ],
)
def test_a_track_is_one_cue_of_webvtt_as_long_as_the_film(spoken, sound, shown):
    head, content = captions.track(spoken, seconds=64.25, sound=sound).split(",")
    assert head == "data:text/vtt;charset=utf-8;base64"
    lines = base64.b64decode(content).decode().splitlines()
    assert lines == ["WEBVTT", "", "00:00.000 --> 01:04.250", shown]
