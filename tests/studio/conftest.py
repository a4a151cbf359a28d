"""The networks that nobody trained, of the wing below, and two people whose faces they move."""

from pathlib import Path

import pytest

from tests.samples.stores import two_people
from tests.talking.conftest import models  # noqa: F401


@pytest.fixture
def store(tmp_path) -> Path:
    """Two people, of whom one was never seen."""
    return two_people(tmp_path)
