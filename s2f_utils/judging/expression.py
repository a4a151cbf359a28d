"""Is the expression in the motion? Classifiers learn emotions from people, and name them in predictions."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from s2f_utils import StudyError, files
from s2f_utils.sound import prosody

Clip = Mapping[str, np.ndarray]
Learned = Mapping[str, np.ndarray]
AROUSED = ("happy", "angry", "fearful", "surprised")  # emotions of high arousal
NAME = "learned.npz"


def summarise(track: np.ndarray) -> np.ndarray:
    """Describe a (T, k) track by mean, spread and spread of the velocity: (3k,)."""
    return np.concatenate([track.mean(axis=0), track.std(axis=0), np.diff(track, axis=0).std(axis=0)])


def motion_summary(motion: np.ndarray, mean: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Describe a clip's (T, 68, 2) displacement by mean and spread of its (k, 136) components: (2k,).

    How fast they move is left out: landmarks that were tracked tremble, true ones do not.
    See notebook 05_expression.
    """
    track = (motion.reshape(-1, 136) - mean) @ np.linalg.pinv(basis)
    return np.concatenate([track.mean(axis=0), track.std(axis=0)])


def sound_summary(clip: Clip) -> np.ndarray:
    """Describe how a clip sounds: ``prosody.summary`` and its (4T, 40) log-mel over time, (141,)."""
    spectrum = clip["log_mel"] - clip["log_mel"].mean()
    return np.concatenate([prosody.summary(clip)[:-1], summarise(spectrum)])


@threadpool_limits.wrap(limits=1)  # sums depend on the number of threads, and these are small
def describe(clips: Sequence[Clip], mean: np.ndarray, basis: np.ndarray) -> dict[str, np.ndarray]:
    """Keep of clips what read-outs learn from: a row for each.

    Takes features as in the store, and the (136,) mean motion and (k, 136) components in which motion is
    described. Returns ``motion`` (n, 2k), ``sound`` (n, 141), ``voice`` (n, 22) and who says it how:
    ``emotion``, ``intensity`` and ``speaker``. See notebook 03_cnn_rnn_training.
    """
    rows = {
        "motion": [motion_summary(clip["motion"], mean, basis) for clip in clips],
        "sound": [sound_summary(clip) for clip in clips],
        "voice": [prosody.summary(clip) for clip in clips],
    }
    described = {name: np.array(values, np.float32) for name, values in rows.items()}
    words = {name: np.array([str(clip[name]) for clip in clips]) for name in ("emotion", "speaker")}
    return described | words | {"intensity": np.array([int(clip["intensity"]) for clip in clips])}


def save(learned: Learned, folder: str | Path) -> None:
    """Write what `describe` keeps into a folder of models."""
    with files.atomic_path(Path(folder) / NAME) as temporary:
        np.savez(temporary, **learned)


def load(folder: str | Path) -> dict[str, np.ndarray]:
    """Read what notebook 03 has kept; raises ``StudyError`` where it has not run."""
    path = Path(folder) / NAME
    if not path.is_file():
        raise StudyError(f"{path}: nothing was learned yet; run 03_cnn_rnn_training first.")
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


class ReadOut:
    """Names emotions from motion, and from sound: logistic regressions that learned from training people.

    Parameters
    ----------
    learned
        What `describe` keeps of the training people's clips.
    mean, basis
        Those that it was described with.

    See notebook 05_expression.
    """

    @threadpool_limits.wrap(limits=1)
    def __init__(self, learned: Learned, mean: np.ndarray, basis: np.ndarray):
        self._mean, self._basis = mean, basis
        self._by_motion = classifier().fit(learned["motion"], learned["emotion"])
        self._by_sound = classifier().fit(learned["sound"], learned["emotion"])

    @threadpool_limits.wrap(limits=1)
    def of_motion(self, motions: Sequence[np.ndarray]) -> np.ndarray:
        """Name the emotion of each of n (T, 68, 2) displacements: (n,) words."""
        return self._by_motion.predict([motion_summary(one, self._mean, self._basis) for one in motions])

    @threadpool_limits.wrap(limits=1)
    def of_sound(self, clips: Sequence[Clip]) -> np.ndarray:
        """Name the emotion of each of n sounds: (n,) words."""
        return self._by_sound.predict([sound_summary(clip) for clip in clips])


def readings(clips: Sequence[Clip], named: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Lay what was named beside what is true: a row for each clip.

    ``named`` maps a source to (n,) words. Returns ``speaker``, ``emotion``, ``intensity`` and a column for
    each source. See notebook 05_expression.
    """
    said = {name: [clip[name] for clip in clips] for name in ("speaker", "emotion", "intensity")}
    return pd.DataFrame(said | dict(named))


def accuracy(table: pd.DataFrame, *, aroused: bool = False) -> pd.DataFrame:
    """Share of emotions named rightly: one row for each source of ``readings``, one column a person.

    With ``aroused`` it is enough to tell the emotions in ``AROUSED`` from the others. See notebook
    05_expression.
    """
    sources = table.drop(columns=["speaker", "emotion", "intensity"])
    true = table["emotion"]
    if aroused:
        sources, true = sources.isin(AROUSED), true.isin(AROUSED)
    return sources.eq(true, axis=0).groupby(table["speaker"]).mean().T


def shares(table: pd.DataFrame) -> pd.DataFrame:
    """Share of emotions named rightly, people counted once: a row for each source of ``readings``.

    Columns ``all``, ``strong``, of the strong ones alone, and ``arousal``, high or low. See notebook
    05_expression.
    """
    asked = {
        "all": accuracy(table),
        "strong": accuracy(table[table["intensity"] == 2]),
        "arousal": accuracy(table, aroused=True),
    }
    return pd.DataFrame({name: right.mean(axis=1) for name, right in asked.items()})


def recorded(rates: pd.DataFrame, subject: str) -> dict[str, float]:
    """Name what ``shares`` tells, for the record: ``<subject>.<source>``, ``…_strong`` and ``…_arousal``."""
    numbers = {"all": "", "strong": "_strong", "arousal": "_arousal"}
    return {
        f"{subject}.{source}{numbers[kind]}": float(value)
        for kind, column in rates.items()
        for source, value in column.dropna().items()
    }


def taught_by(learned: Learned, clips: Sequence[Clip], *, groups: int, seed: int = 2017) -> pd.DataFrame:
    """Ask who teaches best to hear the emotions of real voices: embedded ones, real ones, or both.

    Parameters
    ----------
    learned
        What `describe` keeps of the embedded voices.
    clips
        What ``prosody.listen`` makes of real voices, with ``speaker``, ``emotion`` and ``intensity``.
    groups
        Groups of people of whom each is judged by what the others taught.

    Returns
    -------
    pandas.DataFrame
        Share of emotions heard rightly, people counted once: a row for each teacher, columns ``blind`` and
        ``referenced``, where the person's other recordings are the reference.

    See notebook 05_expression.
    """
    from s2f_utils.models import manner

    names = ("emotion", "speaker", "intensity")
    real = {name: np.array([clip[name] for clip in clips]) for name in names}
    real["voice"] = np.array([prosody.summary(clip) for clip in clips])
    people, numbers = np.unique(real["speaker"]), np.arange(len(clips))
    usual = np.array([
        manner.reference(real["voice"][(real["speaker"] == who) & (numbers != own)])
        for own, who in enumerate(real["speaker"])
    ])  # fmt: skip
    rows = []
    for group in range(groups):
        judged = np.isin(real["speaker"], people[group::groups])
        others = {name: values[~judged] for name, values in real.items()}
        others["speaker"] = np.char.add("real ", others["speaker"])  # embedded people have numbers, too
        both = {name: np.concatenate([learned[name], others[name]]) for name in others}
        for teacher, told in (("embedded voices", learned), ("real voices", others), ("both", both)):
            maps = manner.learn(told, np.full(len(told["voice"]), np.nan), seed=seed)
            for heard, references in (("blind", 0 * usual), ("referenced", usual)):
                named = manner.named(maps, real["voice"][judged], references[judged])
                right = named == real["emotion"][judged]
                rows += [
                    (teacher, heard, who, one)
                    for who, one in zip(real["speaker"][judged], right, strict=True)
                ]
    table = pd.DataFrame(rows, columns=["teacher", "heard", "speaker", "right"])
    people_once = table.groupby(["teacher", "heard", "speaker"], sort=False)["right"].mean()
    return people_once.groupby(["teacher", "heard"], sort=False).mean().unstack()


def confusion(table: pd.DataFrame, source: str, emotions: Sequence[str]) -> pd.DataFrame:
    """Share of each emotion's clips (rows) that a source names as each (columns). Notebook 05_expression."""
    shares = pd.crosstab(table["emotion"], table[source], normalize="index")
    return shares.reindex(index=emotions, columns=emotions, fill_value=0.0)


def permutation_p(table: pd.DataFrame, source: str, *, draws: int, seed: int) -> float:
    """How often shuffled names are right as often as a source is: (1 + hits) / (1 + draws).

    Names change places within each person's clips. See notebook 05_expression.
    """
    random = np.random.default_rng(seed)
    people = [group.to_numpy() for _, group in table[["emotion", source]].groupby(table["speaker"])]
    right = sum((group[:, 0] == group[:, 1]).sum() for group in people)
    shuffled = [
        sum((group[:, 0] == random.permutation(group[:, 1])).sum() for group in people) for _ in range(draws)
    ]
    return (1 + sum(hits >= right for hits in shuffled)) / (1 + draws)


def chance(learned: Sequence[str], asked: Sequence[str]) -> dict[str, float]:
    """Share of right answers without looking: ``chance`` (guessing) and ``majority`` (always the commonest).

    Takes the emotions learned from and those asked for. See notebook 05_expression.
    """
    names, counts = np.unique(list(learned), return_counts=True)
    return {"chance": 1 / len(names), "majority": float(np.mean(np.array(asked) == names[counts.argmax()]))}


def classifier() -> Pipeline:
    """Make a logistic regression on standardised numbers, strongly regularised since clips are few.

    See notebook 05_expression.
    """
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
