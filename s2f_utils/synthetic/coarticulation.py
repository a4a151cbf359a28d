"""The same phoneme among different neighbours: where it is said, and how the mouth moves around it."""

from collections.abc import Mapping
from itertools import islice

import numpy as np
import pandas as pd

from s2f_utils import FRAME_RATE, StudyError
from s2f_utils.recordings import media
from s2f_utils.synthetic import talking_heads

Truth = Mapping[str, np.ndarray]
# What a sound that comes next asks of the lips, by its first symbol.
FOLLOWING = {
    "lips meet (p, b, m)": "pbm",
    "lips rounded (w, u, ʊ, ɔ)": "wuʊɔ",
    "lips apart (a, ɑ, ʌ, ɒ, ɛ, ɪ, i)": "aæɑʌɒɛeɪᵻi",
}
_MARKS = "ˈˌː_"  # stress and length, which are no sounds of their own, and pauses


def occurrences(truths: Mapping[str, Truth], phoneme: str) -> pd.DataFrame:
    """List where a phoneme is said.

    Parameters
    ----------
    truths
        Path → what is known about a clip of the embedded corpus, as ``talking_heads.read_truth`` reads it.
    phoneme
        Its symbol, without stress.

    Returns
    -------
    pandas.DataFrame
        A row for each time that it is said, from the most closed mouth to the widest: ``clip`` (its
        path), ``place`` (index in the clip's phonemes), ``before`` and ``after`` (its neighbours, empty for
        silence), ``start``, ``middle`` and ``end`` in seconds, ``opening`` of the mouth in the middle, in
        inter-ocular distances.

    Raises
    ------
    StudyError
        Nobody says it.

    See notebook 01_exploration.
    """
    rows = []
    for clip, truth in truths.items():
        symbols = ["", *(str(symbol).strip(_MARKS) for symbol in truth["phonemes"]), ""]
        for place, (before, symbol, after) in enumerate(zip(symbols, symbols[1:], symbols[2:], strict=False)):
            if symbol == phoneme:
                start, end = float(truth["starts"][place]), float(truth["ends"][place])
                middle = (start + end) / 2
                opening = float(around(truth, middle, np.zeros(1))[0])
                rows.append((clip, place, before, after, start, middle, end, opening))
    if not rows:
        raise StudyError(f"Nobody says {phoneme} in these clips; choose a phoneme that their sentences have.")
    names = ["clip", "place", "before", "after", "start", "middle", "end", "opening"]
    return pd.DataFrame(rows, columns=names).sort_values("opening", ignore_index=True)


def around(truth: Truth, moment: float, offsets: np.ndarray) -> np.ndarray:
    """Read the mouth opening of a clip at some ``offsets`` (n,) in seconds from a moment: (n,).

    See notebook 01_exploration.
    """
    return np.interp(moment + offsets, truth["times"], truth["opening"])


def by_what_follows(
    truths: Mapping[str, Truth], said: pd.DataFrame, offsets: np.ndarray
) -> dict[str, np.ndarray]:
    """Align the mouth openings on the moment at which a phoneme ends and the next sound begins.

    Takes the rows of ``occurrences`` and (n,) offsets in seconds. Returns (times said, n) openings for each
    group of ``FOLLOWING`` that comes next at least once. See notebook 01_exploration.
    """
    groups = {}
    for name, symbols in FOLLOWING.items():
        rows = said[[after != "" and after[0] in symbols for after in said["after"]]]
        if len(rows):
            groups[name] = np.stack([around(truths[row.clip], row.end, offsets) for row in rows.itertuples()])
    return groups


def mouth_at(video: str, moment: float) -> np.ndarray:
    """Cut the mouth out of what a clip of the embedded corpus shows at a moment in seconds.

    Returns a (side, side, 3) uint8 picture, as wide as the outer corners of the eyes are apart. See notebook
    01_exploration.
    """
    index = int(moment * FRAME_RATE)
    frame = next(islice(media.read_frames(video), index, None))
    landmarks = talking_heads.true_landmarks(video, index + 1)[index]
    half = round(np.linalg.norm(landmarks[36] - landmarks[45]) / 2)
    x, y = np.round(landmarks[48:].mean(axis=0)).astype(int)
    return frame[max(0, y - half) : y + half, max(0, x - half) : x + half]
