"""Are generated faces spread like real ones? Fréchet distance and coverage in dlib's description of faces."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from s2f_utils.judging.picture_metrics import Films, Take, describe, with_truth
from s2f_utils.workers import each

_NEIGHBOURS = 5  # a real picture's neighbourhood reaches to its fifth nearest real one of another clip


def judge(
    takes: Sequence[Take], drawn: Mapping[str, Films], *, jobs: int = 2, every: int = 1
) -> pd.DataFrame:
    """Compare each generator's pictures, as one crowd, with the crowd of the real ones.

    Even frames of a generator stand against odd frames of the true films. The row ``real`` does the same with
    even true frames: the floor, which no generator can beat but by chance.

    Parameters
    ----------
    takes, drawn, jobs
        As in ``picture_metrics.judge``.
    every
        Only every so many frames are looked at, in both crowds.

    Returns
    -------
    pandas.DataFrame
        A row for each generator with ``frechet_distance`` and ``coverage``.

    See notebook 05_dcgan_generation.
    """
    films = with_truth(takes, drawn)
    crowds = [(films["real"], 1), *((film, 0) for film in films.values())]
    work = [
        (film[start :: 2 * every], item.landmarks[start :: 2 * every])
        for crowd, start in crowds
        for film, item in zip(crowd, takes, strict=True)
    ]
    described = each(describe, work, label="their spread", unit="take", jobs=jobs)
    real, *others = (
        np.concatenate(described[first : first + len(takes)]) for first in range(0, len(work), len(takes))
    )
    clip = np.repeat(np.arange(len(takes)), [len(one) for one in described[: len(takes)]])
    rows = [
        {"frechet_distance": frechet_distance(real, made), "coverage": coverage(real, made, clip=clip)}
        for made in others
    ]
    return pd.DataFrame(rows, index=pd.Index(films, name="generator"))


def frechet_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Fréchet distance of two crowds (N, d), (M, d), each taken for normally distributed.

    Heusel et al. (2017), "GANs trained by a two time-scale update rule", there on Inception's features. Small
    crowds come out too far apart, hence a floor of the same size. See notebook 05_dcgan_generation.
    """
    spread, spread_other = (np.cov(crowd, rowvar=False) for crowd in (one, other))
    # The trace of the root of a product is the sum of the roots of its eigenvalues, which are not negative.
    roots = np.sqrt(np.maximum(np.linalg.eigvals(spread @ spread_other).real, 0))
    apart = np.square(one.mean(axis=0) - other.mean(axis=0)).sum()
    return float(apart + np.trace(spread) + np.trace(spread_other) - 2 * roots.sum())


def coverage(real: np.ndarray, made: np.ndarray, *, clip: np.ndarray) -> float:
    """Share of real samples with a made one in their neighbourhood; small for a collapse.

    A neighbourhood reaches as far as the fifth nearest real sample of another clip: frames of one clip are
    nearly the same, and a generator that knows the person from another clip cannot come as near.

    Parameters
    ----------
    real, made
        (N, d) and (M, d) crowds.
    clip
        (N,) the clip of each real sample; where there is only one, every sample counts as its own.

    Notes
    -----
    Naeem et al. (2020), "Reliable fidelity and diversity metrics". See notebook 05_dcgan_generation.
    """
    others = clip[:, None] != clip
    others = others if others.any() else ~np.eye(len(real), dtype=bool)
    apart = np.where(others, cdist(real, real), np.inf)
    near = min(_NEIGHBOURS, int(others.sum(axis=1).min()))  # a short film has fewer
    radius = np.sort(apart, axis=1)[:, near - 1]
    return float((cdist(real, made).min(axis=1) <= radius).mean())
