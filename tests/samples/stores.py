"""A feature store, as small as one can be."""

from pathlib import Path

import numpy as np
import pandas as pd

from s2f_utils.faces import geometry
from tests.samples.clips import clip
from tests.samples.faces import oval_face, paint


def two_people(folder: Path) -> Path:
    """Make a feature store of two people, of whom one was never seen."""
    rows, points = [], geometry.in_crop(oval_face(), 128)
    for name, split, colour in (("01", "train", (220, 180, 160)), ("21", "test", (120, 90, 70))):
        drawn = {"faces": paint(points, colour, 128)[None], "face_landmarks": points[None]}
        arrays = clip(int(name), speaker=name) | {"neutral": oval_face().astype(np.float32)} | drawn
        np.savez(folder / f"{name}.npz", **arrays)
        rows.append({"clip_id": name, "speaker": name, "split": split, "usable": True, "reason": ""})
    pd.DataFrame(rows).to_csv(folder / "clips.csv", index=False)
    return folder
