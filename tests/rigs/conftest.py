"""Clips of the embedded corpus, whose tracks and phonemes are known; nothing is filmed."""

from dataclasses import dataclass

import numpy as np
import pytest

from s2f_utils.faces import geometry
from s2f_utils.synthetic import talking_heads


@dataclass(frozen=True)
class Performance:
    """What moved a face (``truth``), and how its landmarks moved: (T, 68, 2), from a (68, 2) neutral face."""

    truth: dict[str, np.ndarray]
    motion: np.ndarray
    neutral: np.ndarray


@pytest.fixture(scope="package")
def performances() -> list[Performance]:
    """Fifteen clips of as many people, without their pose, and with their true face at rest."""
    found = []
    for clip in talking_heads.plan(clips_per_speaker=8, speakers=range(1, 17), seed=2017)[::9]:
        _, truth, _, person = talking_heads.perform(clip)
        at_rest = person.face[None, :, :2]
        (neutral,), rigid = geometry.remove_pose(at_rest), geometry.rigid_points(at_rest)
        motion = geometry.remove_pose(truth["landmarks"], rigid=rigid) - neutral
        found.append(Performance(truth, motion, neutral))
    return found
