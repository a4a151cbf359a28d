"""What extraction costs: beside the least that is possible, and on paper for a whole corpus."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from s2f_utils import features
from s2f_utils.faces import extraction, tracking
from s2f_utils.recordings import encode, media, soundtrack

RAVDESS_FRAMES, RAVDESS_CLIPS = 299_854, 2_452  # speech and song, as tracked by its authors
RAVDESS_SHAPE = (720, 1280)
_GREY, _FILLS = 96, 8 / 9  # what surrounds a film in larger pictures, and the height that it fills


def floor(path: str | Path) -> np.ndarray:
    """Decode, and place landmarks in every frame within the first frame's box: nothing can be quicker.

    Returns (T, 68, 2) pixels. See notebook 02_feature_extraction.
    """
    box, found = None, []
    for picture in media.read_pictures(path):
        gray = picture.gray()
        box = box or tracking.detect(gray)
        found.append(tracking.plain_landmarks(gray, box))
    return np.stack(found)


def in_turns(ways: Mapping[str, Callable[[], object]], *, rounds: int) -> pd.DataFrame:
    """Time several ways to the same end in turns, after one unmeasured turn.

    Returns
    -------
    pandas.DataFrame
        Seconds: a row for each round, a column for each way. What slows the machine for a while slows all of
        a row, so that two ways are best compared within rows.

    See notebook 02_feature_extraction.
    """
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            taken[name].append(time.perf_counter() - start)
    return pd.DataFrame(taken)[1:]


def ratio(spent: pd.DataFrame, way: str, other: str) -> float:
    """How many times as long one way takes as another: the median over rounds of ``in_turns``.

    See notebook 02_feature_extraction.
    """
    return float((spent[way] / spent[other]).median())


def framed(video: str | Path, path: str | Path, *, shape: tuple[int, int]) -> tuple[float, np.ndarray]:
    """Write a film again, enlarged, in the middle of pictures of another shape.

    Parameters
    ----------
    video, path
        The film, and the file to write.
    shape
        Height and width of the new pictures.

    Returns
    -------
    scale, corner
        A point of the film lies at ``(point + 0.5) * scale - 0.5 + corner`` in the new one, (x, y) pixels.

    See notebook 02_feature_extraction.
    """
    height, width = next(media.read_frames(video)).shape[:2]
    scale = min(_FILLS * shape[0] / height, shape[1] / width)
    size = round(width * scale), round(height * scale)
    left, top = (shape[1] - size[0]) // 2, (shape[0] - size[1]) // 2

    def pictures() -> Iterator[np.ndarray]:
        for frame in media.read_frames(video):
            shown = np.full((*shape, 3), _GREY, np.uint8)
            inside = cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC)
            shown[top : top + size[1], left : left + size[0]] = inside
            yield shown

    encode.write_video(path, pictures(), audio=soundtrack.read_audio(video, rate=48_000), audio_rate=48_000)
    return scale, np.array([left, top])


def beside_floor(videos: Mapping[str, str | Path], *, rounds: int) -> pd.DataFrame:
    """Measure extraction on some films: milliseconds a frame.

    Returns
    -------
    pandas.DataFrame
        A row for each film with ``floor``, ``face`` (landmarks, motion and crops), ``face and sound`` (all
        features), and ``times the floor``: the ``ratio`` of ``face`` to it.

    See notebook 02_feature_extraction.
    """
    rows = []
    for video in map(str, videos.values()):
        ways = {"floor": floor, "face": extraction.watch, "face and sound": features.clip_features}
        spent = in_turns({name: partial(way, video) for name, way in ways.items()}, rounds=rounds)
        frames = sum(1 for _ in media.read_pictures(video))
        row = (1000 * spent.median() / frames).to_dict()
        rows.append(row | {"times the floor": ratio(spent, "face", "floor")})
    return pd.DataFrame(rows, index=pd.Index(videos, name="film"))


def on_paper(seconds_per_frame: float, *, cores: int) -> float:
    """Seconds that all of RAVDESS takes on so many cores, each of which has whole clips to do.

    See notebook 02_feature_extraction.
    """
    return math.ceil(RAVDESS_CLIPS / cores) * RAVDESS_FRAMES / RAVDESS_CLIPS * seconds_per_frame
