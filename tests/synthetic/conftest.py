"""An embedded corpus of two speakers."""

import pytest

from s2f_utils.synthetic import talking_heads
from tests.samples.clips import TWO_SPEAKERS


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    return folder, talking_heads.make(folder, jobs=2, **TWO_SPEAKERS)
