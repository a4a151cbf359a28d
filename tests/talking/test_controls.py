"""What pages are made of: scripts that know what is shared, sentences and links that are safe."""

import base64
from xml.etree import ElementTree

import pytest

from s2f_utils.talking import controls


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


def test_a_link_holds_its_file():
    written = ElementTree.fromstring(controls.link("talk.gif", bytes(range(256))))
    assert written.text == "gif" and written.get("download") == "talk.gif"
    assert base64.b64decode(written.get("href").partition(";base64,")[2]) == bytes(range(256))
