"""What `make bench` measures is the same work: each way finds the landmarks, and the study's no worse."""

import numpy as np
import pytest

from bench import __main__ as bench
from bench import extraction
from s2f_utils import synthetic


@pytest.fixture(scope="module")
def framed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    (clip,) = synthetic.make(folder, clips_per_speaker=1, speakers=[21], jobs=1)
    return bench._framed(clip, bench.SHAPES["grid"], folder / "grid.mp4")


def test_ways_find_the_same_face(framed):
    path, truth = framed
    result = extraction.compare(path, truth, rounds=1, frames_2017=3)
    assert all(result[f"nme.{way}"] < 0.05 for way in ("ours", "every_frame", "way_of_2017"))
    assert result["nme.ours"] <= 1.02 * result["nme.every_frame"]
    assert all(np.isfinite(value) and value > 0 for value in result.values())
