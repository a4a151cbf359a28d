"""Whose are generated faces, and are they spread like real ones? By dlib's description of faces."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from s2f_utils.judging.picture_metrics import Films, Take, describe, with_truth
from s2f_utils.workers import each

SAME_PERSON = 0.6  # dlib's own threshold of the distance between two pictures of one person
_NEIGHBOURS = 5  # a real picture's neighbourhood reaches to its fifth nearest real one of another clip


def judge(
    takes: Sequence[Take], drawn: Mapping[str, Films], *, jobs: int = 2, every: int = 1
) -> pd.DataFrame:
    """Ask whose face each generator draws, and compare its pictures, as one crowd, with the real ones.

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
        A row for each generator with the measures of ``identity``, ``frechet_distance`` and ``coverage``.

    Notes
    -----
    A picture is described as the face that was asked for, whether dlib finds one in it or not. See notebook
    06_dcgan_generation.
    """
    films = with_truth(takes, drawn)
    crowds = [(films["real"], 1), *((film, 0) for film in films.values())]
    work = [(item.reference[None], item.reference_landmarks[None]) for item in takes] + [
        (film[start :: 2 * every], item.landmarks[start :: 2 * every])
        for crowd, start in crowds
        for film, item in zip(crowd, takes, strict=True)
    ]
    described = each(describe, work, label="whose faces", unit="take", jobs=jobs)
    count = len(takes)
    references, real, *others = (described[first : first + count] for first in range(0, len(work), count))
    clip = np.repeat(np.arange(count), [len(one) for one in real])
    real, speakers = np.concatenate(real), [item.speaker for item in takes]
    rows = []
    for made in others:
        crowd = np.concatenate(made)
        row = identity(made, references, speakers)
        row["frechet_distance"] = frechet_distance(real, crowd)
        row["coverage"] = coverage(real, crowd, clip=clip)
        rows.append(row)
    return pd.DataFrame(rows, index=pd.Index(films, name="generator"))


def identity(
    made: Sequence[np.ndarray], references: Sequence[np.ndarray], speakers: Sequence[str]
) -> dict[str, float]:
    """Tell how far (n, 128) descriptions of each take's pictures lie from the (1, 128) one of its reference.

    Returns
    -------
    dict
        ``identity_distance``, and ``identity_kept``, the share under 0.6; averaged over takes, then speakers.

    See notebook 06_dcgan_generation.
    """
    apart = [np.linalg.norm(one - known, axis=1) for one, known in zip(made, references, strict=True)]
    by_take = pd.DataFrame(
        {
            "identity_distance": [one.mean() for one in apart],
            "identity_kept": [(one < SAME_PERSON).mean() for one in apart],
        }
    )
    return by_take.groupby(list(speakers)).mean().mean().to_dict()


def frechet_distance(one: np.ndarray, other: np.ndarray) -> float:
    """Fréchet distance of two crowds (N, d), (M, d), each taken for normally distributed.

    Heusel et al. (2017), "GANs trained by a two time-scale update rule", there on Inception's features. Small
    crowds come out too far apart, hence a floor of the same size. See notebook 06_dcgan_generation.
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
    Naeem et al. (2020), "Reliable fidelity and diversity metrics". See notebook 06_dcgan_generation.
    """
    others = clip[:, None] != clip
    others = others if others.any() else ~np.eye(len(real), dtype=bool)
    apart = np.where(others, cdist(real, real), np.inf)
    near = min(_NEIGHBOURS, int(others.sum(axis=1).min()))  # a short film has fewer
    radius = np.sort(apart, axis=1)[:, near - 1]
    return float((cdist(real, made).min(axis=1) <= radius).mean())
