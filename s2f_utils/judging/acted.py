"""Do voices act as people do, does a face answer to effort? Embedded voices beside real actors."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import signal

from s2f_utils import SAMPLE_RATE
from s2f_utils.faces import geometry
from s2f_utils.sound import acting, prosody
from s2f_utils.synthetic import texts, voice
from s2f_utils.workers import each

Clip = dict[str, np.ndarray]
MEASURES = acting.MEASURES[:5]  # those that `prosody.measures` measures as the actors were
# What is done to a neutral take: semitones, dB and dB of tilt, and by how much it gets louder without effort.
DOSES = {
    "plain": (0, 0, 0, 0),
    "louder": (0, 0, 0, 6),
    "effort": (4.7, 7, 2.5, 0),
    "quiet effort": (4.7, 7, 2.5, -7),
}
_SLOWER = 0.17  # seconds that an effort takes longer: a tenth of a statement
_QUIET = 0.4  # seconds before and after


def takes(speakers: Iterable[int], *, jobs: int = 2) -> pd.DataFrame:
    """Let embedded voices act both statements in every emotion and intensity, as RAVDESS' actors do.

    Returns a row for each take: ``speaker``, ``emotion``, ``intensity`` and ``MEASURES``. See notebook
    05_expression.
    """
    styles = acting.table().index
    tasks = [
        (who, emotion, int(strength), line)
        for who in speakers
        for emotion, strength in styles
        for line in (1, 2)
    ]
    rows = each(_measure, tasks, label="acting", unit="take", jobs=jobs)
    return pd.DataFrame(rows)


def against_real(acted: pd.DataFrame) -> pd.DataFrame:
    """Lay what voices do against their own neutral takes beside what real actors do.

    Takes rows of `takes`. Returns a row for each (emotion, intensity) but neutral, and of each of
    ``MEASURES`` a column, its ``_real`` twin, and ``_take`` and ``_real_take``: the spread between takes. See
    notebook 05_expression.
    """
    names = list(MEASURES)
    neutral = acted[acted["emotion"] == "neutral"].groupby("speaker")[names].mean()
    beside = acted.copy()
    beside[names] = acted[names].to_numpy() - neutral.loc[acted["speaker"], names].to_numpy()
    groups = beside.groupby(["emotion", "intensity"])
    own = groups[names].mean()
    spread = (
        beside.groupby(["emotion", "intensity", "speaker"])[names]
        .std()
        .groupby(["emotion", "intensity"])
        .mean()
    )
    real = acting.table().loc[own.index]
    columns = [own, real[names].add_suffix("_real"), spread.add_suffix("_take")]
    columns.append(
        real[[f"{name}_take" for name in names]].set_axis([f"{name}_real_take" for name in names], axis=1)
    )
    return pd.concat(columns, axis=1).drop(index=("neutral", 1))


def dosed(speakers: Iterable[int], *, jobs: int = 2) -> dict[str, list[Clip]]:
    """Speak neutral statements plainly, louder, and with effort: name of the dose → what is heard.

    Louder is the same sound with 6 dB more; effort is what shouting a little does: 4.7 semitones, 7 dB, a
    brighter spectrum, and a tenth slower; quiet effort is that at the plain level. Clips of all doses come in
    one order. See notebook 05_expression.
    """
    spoken = [(who, line) for who in speakers for line in (1, 2)]
    tasks = [(who, line, dose) for dose in DOSES for who, line in spoken]
    heard = each(_dose, tasks, label="doses", unit="take", jobs=jobs)
    return {dose: heard[number * len(spoken) :][: len(spoken)] for number, dose in enumerate(DOSES)}


def brow_amplitude(motions: Sequence[np.ndarray], neutral: np.ndarray) -> np.ndarray:
    """How far brows move in each (T, 68, 2) displacement, 5th to 95th percentile, inter-ocular units."""
    brows = [geometry.mouth_measures(neutral + motion)["brow"] for motion in motions]
    return np.array([np.ptp(np.percentile(brow, [5, 95])) for brow in brows])


def _measure(speaker: int, emotion: str, intensity: int, line: int) -> dict:
    delivery = voice.delivery_of(speaker, texts.text_of(line), emotion, intensity)
    heard = _hear(speaker, line, delivery)
    who = {"speaker": speaker, "emotion": emotion, "intensity": intensity}
    return who | prosody.measures(heard)


def _dose(speaker: int, line: int, dose: str) -> Clip:
    pitch, level, tilt, louder = DOSES[dose]
    slower = _SLOWER if pitch else 0.0
    delivery = acting.PLAIN._replace(pitch=pitch, level=level, tilt=tilt, length=slower)
    return _hear(speaker, line, delivery, louder=louder)


def _hear(speaker: int, line: int, delivery: acting.Delivery, *, louder: float = 0.0) -> Clip:
    """Hear a take as in a quiet studio."""
    dry, rate, _ = voice.speak(texts.text_of(line), speaker=speaker, delivery=delivery)
    audio = signal.resample_poly(dry, SAMPLE_RATE // 50, rate // 50)
    audio = np.pad(audio, round(_QUIET * SAMPLE_RATE))
    audio += 1e-4 * np.random.default_rng(speaker).standard_normal(len(audio))
    return prosody.listen((audio * 10 ** (louder / 20)).astype(np.float32))
