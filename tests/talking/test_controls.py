"""What a browser hands over is read as the files are that it came from."""

import base64
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile

from s2f_utils import StudyError
from s2f_utils.talking import controls


def test_what_was_recorded_is_heard(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.sin(np.arange(48_000) / 10), 48_000)
    for sent in (memoryview, bytes):  # widgets receive views of memory
        heard = controls.hear(bytes(sent((tmp_path / "a.wav").read_bytes())), 16_000)
        assert heard.shape == (16_000,) and np.abs(heard).max() > 0.5
    with pytest.raises(StudyError, match="neither sound nor video"):
        controls.hear(b"no sound at all", 16_000)


def test_an_upload_is_a_file_for_its_reader():
    assert controls.read(b"content", lambda path: Path(path).read_bytes()) == b"content"


@pytest.mark.parametrize("kind", [controls.Player, controls.Chooser, controls.Recorder])
def test_a_control_brings_a_script_that_knows_all_that_is_shared(kind):
    script = str(kind()._esm)
    shared = [name for name in kind.class_trait_names(sync=True) if name in vars(kind)]
    assert shared and all(name in script for name in shared)


def test_a_sentence_is_text_and_says_whether_it_is_an_alarm():
    text = "a < b & <script>alert('x')</script>"
    for alarming, role in ((False, "status"), (True, "alert")):
        written = ElementTree.fromstring(controls.sentence(text, alarming=alarming))
        assert written.text == text and len(written) == 0 and written.get("role") == role


def test_a_link_holds_its_file(tmp_path):
    (tmp_path / "talk.gif").write_bytes(bytes(range(256)))
    written = ElementTree.fromstring(controls.link(tmp_path / "talk.gif"))
    assert written.text == "gif" and written.get("download") == "talk.gif"
    assert base64.b64decode(written.get("href").partition(";base64,")[2]) == bytes(range(256))
