"""What pages read: what was brought to them, and who is there to choose from."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from s2f_utils.recordings import soundtrack
from s2f_utils.talking import animate


def people(store: str | Path) -> dict[str, str]:
    """Offer a clip of each person in the feature store, and say who was there in training.

    See notebook 07_speech_to_face.
    """
    never = {"test": ", never seen", "validation": ", seen while training"}
    rows = animate.people(store).itertuples()
    return {f"{row.speaker}{never.get(row.split, '')}": row.clip_id for row in rows}


def read(content: bytes, reader: Callable):
    """Let a reader of files read what was uploaded. See notebook 07_speech_to_face."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "upload")
        path.write_bytes(content)
        return reader(path)


def hear(content: bytes, rate: int) -> np.ndarray:
    """Read the whole sound of what was uploaded or recorded. See notebook 07_speech_to_face."""
    return read(content, partial(soundtrack.read_audio, rate=rate, beside_film=False))
