"""The networks that nobody trained, of the wing below, and two people whose faces they move."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.samples.clips import clip
from tests.talking.conftest import models  # noqa: F401


def people_in(folder: Path) -> Path:
    """Make a feature store of two people, of whom one was never seen."""
    rows = []
    for name, split in (("01", "train"), ("21", "test")):
        one = clip(int(name), speaker=name)
        faces = np.full((1, 128, 128, 3), 90, np.uint8)
        points = np.full((1, 68, 2), 64, np.float32)
        np.savez(folder / f"{name}.npz", neutral=one["neutral"], faces=faces, face_landmarks=points)
        rows.append({"clip_id": name, "speaker": name, "split": split, "usable": True, "reason": ""})
    pd.DataFrame(rows).to_csv(folder / "clips.csv", index=False)
    return folder


@pytest.fixture
def store(tmp_path) -> Path:
    """Two people, of whom one was never seen."""
    return people_in(tmp_path)
