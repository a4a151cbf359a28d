"""The panel without a browser: it offers who is there, makes a film, and says what is missing."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from s2f_utils import SAMPLE_RATE
from s2f_utils.recordings import media, soundtrack
from s2f_utils.talking import animate, panel
from tests.samples.clips import clip


@pytest.fixture
def store(tmp_path):
    """Two people, of whom one was never seen."""
    rows = []
    for name, split in (("01", "train"), ("21", "test")):
        one = clip(int(name), speaker=name)
        faces = np.full((1, 128, 128, 3), 90, np.uint8)
        points = np.full((1, 68, 2), 64, np.float32)
        np.savez(tmp_path / f"{name}.npz", neutral=one["neutral"], faces=faces, face_landmarks=points)
        rows.append({"clip_id": name, "speaker": name, "split": split, "usable": True, "reason": ""})
    pd.DataFrame(rows).to_csv(tmp_path / "clips.csv", index=False)
    return tmp_path


@pytest.fixture
def shown(models, store) -> panel.Panel:
    return panel.Panel(models, store)


def test_it_offers_people_and_models_that_are_there(shown):
    assert list(shown.person.options.items()) == [("21, never seen", "21"), ("01", "01")]
    assert list(shown.model.options) == ["CNN + RNN"]


@pytest.mark.slow
def test_a_sentence_becomes_a_film_with_its_sound_and_words(shown, tmp_path):
    shown.text.value = "Good <b>morning</b>."
    shown.talk()
    assert "s of speech in" in shown.status.value and not shown.button.disabled
    (tmp_path / "film.mp4").write_bytes(shown.player.film)
    audio = soundtrack.read_audio(tmp_path / "film.mp4")
    spoken = animate.say(shown.text.value)
    assert abs(len(audio) - len(spoken)) < 0.1 * SAMPLE_RATE
    assert shown.player.frames == len(list(media.read_frames(tmp_path / "film.mp4")))
    left, right = shown.player.span
    assert 0 < left < right < 1, "the film begins and ends inside of the picture of its sound"
    (tmp_path / "sound.png").write_bytes(shown.player.picture)
    assert Image.open(tmp_path / "sound.png").width > 300
    assert all(f"talk.{ending}" in shown.downloads.value for ending in ("mp4", "gif", "npz"))


@pytest.mark.parametrize(
    "source, said",
    [("upload", "There is no recording yet"), ("microphone", "Nothing is recorded yet")],
)
def test_what_is_missing_is_said_in_one_sentence(shown, source, said):
    shown.source.value = source
    shown.talk()
    assert said in shown.status.value and "role='alert'" in shown.status.value
    assert shown.player.film == b"" and not shown.button.disabled


def test_names_are_shown_as_text(shown):
    """What a person typed is no HTML of the page."""
    shown.text.value = "<img src=x>!!"
    shown.recorder.sound = b"no sound at all"
    shown.talk()
    assert "<img" not in shown.status.value and "role='alert'" in shown.status.value
