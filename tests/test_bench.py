"""What `make bench` measures is the same work: each way finds the landmarks, and the study's no worse."""

import numpy as np
import pytest

from bench import __main__ as bench, extraction
from s2f_utils.recordings import media
from s2f_utils.synthetic import talking_heads


@pytest.fixture(scope="module")
def framed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    (clip,) = talking_heads.make(folder, clips_per_speaker=1, speakers=[21], jobs=1)
    return bench.framed(clip, folder / "grid.mp4", bench.SHAPES["grid"])


@pytest.mark.slow
def test_memory_and_processes_are_measured(framed, tmp_path):
    path, _ = framed
    taken = extraction.memory(path, tmp_path / "long.mp4", minutes=0.2)
    assert len(list(media.read_pictures(tmp_path / "long.mp4"))) == pytest.approx(0.2 * 60 * 25, rel=0.2)
    assert 100 < taken["peak_mb_short"] <= taken["peak_mb_long"] * 1.05
    scaling = extraction.scaling([path] * 1, tmp_path, rounds=1)
    spent = scaling["seconds_1_process"] / scaling["seconds_2_processes"]
    assert scaling["speedup_2_processes"] == pytest.approx(spent)
    assert np.isfinite(scaling["speedup_2_processes_counting"])


@pytest.mark.slow
def test_ways_find_the_same_face(framed):
    path, truth = framed
    result = extraction.compare(path, truth, rounds=1, frames_2017=3)
    assert all(result[f"nme_{way}"] < 0.05 for way in ("ours", "every_frame", "2017"))
    assert result["nme_over_every_frame"] <= 1.02
    assert all(np.isfinite(value) and value > 0 for value in result.values())
