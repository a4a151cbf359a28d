"""Processes share the models that the first of them has loaded."""

from pathlib import Path

import pytest

from s2f_utils import workers
from s2f_utils.faces import tracking
from s2f_utils.study import preloaded


def own_memory(_: int) -> float:
    """MB that this process has for itself when it has dlib's models."""
    tracking.load_models()
    rows = (line.split() for line in Path("/proc/self/smaps_rollup").read_text().splitlines())
    return sum(int(row[1]) for row in rows if row[0].startswith("Private")) / 1000


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux alone tells")
def test_processes_share_the_models():
    assert max(workers.each(own_memory, [(1,), (2,)], label="a", unit="b", jobs=2)) < 50
    assert workers._COMMON == preloaded.__name__
