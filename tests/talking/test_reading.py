"""What a browser hands over is read as the files are that it came from."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from s2f_utils import StudyError
from s2f_utils.talking import reading


def test_what_was_recorded_is_heard(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.sin(np.arange(48_000) / 10), 48_000)
    for sent in (memoryview, bytes):  # widgets receive views of memory
        heard = reading.hear(bytes(sent((tmp_path / "a.wav").read_bytes())), 16_000)
        assert heard.shape == (16_000,) and np.abs(heard).max() > 0.5
    with pytest.raises(StudyError, match="neither sound nor video"):
        reading.hear(b"no sound at all", 16_000)


def test_an_upload_is_a_file_for_its_reader():
    assert reading.read(b"content", lambda path: Path(path).read_bytes()) == b"content"
