"""How it is said: emotion, strength and effort of an utterance, heard in a summary of the voice."""

from collections.abc import Mapping, Sequence

import keras
import numpy as np
from keras import ops
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from s2f_utils import EMOTIONS
from s2f_utils.sound import prosody
from s2f_utils.sound.speech import COLUMN_RATE

Clip = Mapping[str, np.ndarray]
SIZE = len(EMOTIONS) + 1  # an utterance's manner: a weight for each emotion, and the effort
_NUMBERS = len(prosody.SUMMARY)
_FREE = _NUMBERS - 1  # of them, those that are the same however loud the recording is
_ROWS = 2 * (_FREE + 1) + _NUMBERS
_SHARPNESS = 4.0  # exponent of the shares of the emotions before they are mixed
STRONGEST = 1.2  # bound of strength
# Bounds of effort, the logarithm of a factor: with a reference, and alone, where a voice tells little of it.
FARTHEST, FARTHEST_ALONE = 0.4, 0.1
ENOUGH = 0.5  # seconds of voice before its manner is believed
_EARLY = 0.4, 2.0  # seconds after a voice sets in at which a causal network is asked
_TIME, _SHARE = (prosody.SUMMARY.index(name) for name in ("time", "voiced_share"))
_COLOUR = 0.5  # spread of a microphone's colour on the numbers that describe the spectrum
_RECORDED = 8.0  # dB by which the levels of two recordings of a voice differ for no reason of its own
_SPECTRUM = [name.partition("spectrum_")[2] for name in prosody.SUMMARY]
_SMOOTH = np.array([1 / int(order) if order else 0.0 for order in _SPECTRUM])  # a colour is a smooth curve


@keras.saving.register_keras_serializable("s2f_utils")
class Manner(keras.layers.Layer):
    """Tell how an utterance is said from a summary of it, alone or beside one of the same voice.

    [(…, 22) ``prosody.summary``, or what ``running`` tells of each moment, (…, 23) reference summary and 1,
    or zeros where there is none, (…, 8) emotion asked for, or zeros, (…, 1) intensity] → (…, 9): a weight for
    each emotion, and the logarithm of how much farther than usual the mouth goes.

    Two linear maps, one for a voice alone and one with its reference, name the emotions; their shares are
    sharpened before they are mixed, since the mean of all expressions is nearly none.
    """

    def build(self, _):
        """Make room for both maps; `fit` fills it."""
        shape = (_ROWS, SIZE + 1)
        self.maps = self.add_weight(shape=shape, initializer="zeros", trainable=False, name="maps")
        sharp = keras.initializers.Constant(_SHARPNESS)
        self.sharpness = self.add_weight(shape=(), initializer=sharp, trainable=False, name="sharpness")

    def call(self, inputs):
        """Return the weights of the emotions and the effort."""
        summary, reference, asked, intensity = inputs
        known = reference[..., -1:]
        free, ones = summary[..., :_FREE], ops.ones_like(known)
        alone, beside = [free, ones], [free, summary - reference[..., :-1], ones]
        rows = [(1 - known) * part for part in alone] + [known * part for part in beside]
        heard = ops.matmul(ops.concatenate(rows, axis=-1), self.maps)
        shares = ops.softmax(self.sharpness * heard[..., :-2])
        voiced = summary[..., _SHARE : _SHARE + 1] * ops.exp(summary[..., _TIME : _TIME + 1])
        sure = ops.clip(voiced / ENOUGH, 0, 1)
        strength = sure * ops.clip(heard[..., -2:-1], 0, STRONGEST)
        far = FARTHEST_ALONE + (FARTHEST - FARTHEST_ALONE) * known
        effort = sure * ops.clip(heard[..., -1:], -far, far)
        told = ops.sum(asked, axis=-1, keepdims=True)
        return ops.concatenate([intensity * ((1 - told) * strength * shares + asked), effort], axis=-1)

    def compute_output_shape(self, shapes):
        """Return a row for each summary."""
        return (*shapes[0][:-1], SIZE)


def true(clip: Clip) -> np.ndarray:
    """Answer with the manner that a clip's description tells: (9,), zeros where it names no emotion.

    A strong emotion has weight 1, a normal one one half; neutral speech has the weight of its only intensity.
    """
    manner = np.zeros(SIZE, np.float32)
    if clip.get("emotion") in EMOTIONS:
        manner[EMOTIONS.index(clip["emotion"])] = _strength(clip["intensity"])
    return manner


def _strength(intensity: np.ndarray | int) -> np.ndarray:
    return np.where(np.equal(intensity, 2), 1.0, 0.5)


def reference(summaries: Sequence[np.ndarray]) -> np.ndarray:
    """Describe how a person usually speaks: (23,), the mean ``prosody.summary`` of their recordings, and 1.

    Without any, zeros. See notebook 05_expression.
    """
    if not len(summaries):
        return np.zeros(_NUMBERS + 1, np.float32)
    return np.append(np.mean(summaries, axis=0), 1).astype(np.float32)


def fit(
    clips: Sequence[Clip], effort: Sequence[float], *, so_far: bool = False, seed: int = 2017
) -> np.ndarray:
    """Learn both maps of ``Manner`` in closed form: logistic and ridge regressions.

    Parameters
    ----------
    clips
        What ``prosody.listen`` makes of each, with ``speaker``, ``emotion`` and ``intensity``. Other clips of
        a speaker serve as references: a neutral one, any one, and the mean of all.
    effort
        For each, the logarithm of how much farther than usual the mouth went, NaN where nobody saw it.
    so_far
        Whether to learn from the first second or so of each clip, too, for who has to answer then.
    seed
        Of the references, the microphones' colours and the moments that are drawn.

    Returns
    -------
    (66, 10) float32 array for ``Manner``; zeros where the clips name fewer than two emotions.

    See notebook 03_cnn_rnn_training.
    """
    told = [clip for clip in clips if clip["emotion"] in EMOTIONS]
    seen = [value for clip, value in zip(clips, effort, strict=True) if clip["emotion"] in EMOTIONS]
    words = {name: np.array([clip[name] for clip in told]) for name in ("emotion", "speaker", "intensity")}
    running = [prosody.running(clip) for clip in told]
    words["voice"] = np.array([summaries[-1] for summaries in running])
    if so_far:
        random = np.random.default_rng(seed)
        onsets = [np.argmax(clip["voicing"] > prosody.VOICED) for clip in told]
        moments = [onset + round(random.uniform(*_EARLY) * COLUMN_RATE) for onset in onsets]
        pairs = zip(running, moments, strict=True)
        words["early"] = np.array([one[min(moment, len(one) - 1)] for one, moment in pairs])
    return learn(words, seen, seed=seed)


@threadpool_limits.wrap(limits=1)  # sums depend on the number of threads
def learn(told: Mapping[str, np.ndarray], effort: Sequence[float], *, seed: int = 2017) -> np.ndarray:
    """Learn as `fit` does from what was described already.

    Takes ``voice`` (n, 22), and ``emotion``, ``speaker`` and ``intensity`` (n,); with ``early`` (n, 22) also
    from the beginnings of clips. See notebook 05_expression.
    """
    random = np.random.default_rng(seed)
    if len(np.unique(told["emotion"])) < 2:
        return np.zeros((_ROWS, SIZE + 1), np.float32)
    labels = np.array([EMOTIONS.index(name) for name in told["emotion"]])
    targets = np.column_stack([_strength(told["intensity"]), np.asarray(effort, np.float64)])
    heard = [told[name] for name in ("voice", "early") if name in told]
    coloured = np.concatenate([_coloured(numbers, random)[:, :_FREE] for numbers in heard])
    alone = _regress(coloured, np.tile(labels, len(heard)), np.tile(targets, (len(heard), 1)))
    pairs = [_beside(numbers, told["voice"], labels, told["speaker"], random) for numbers in heard]
    rows, used = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    if len(np.unique(labels[used])) < 2:  # nobody to compare with: a reference tells nothing
        beside = np.insert(alone, [_FREE] * _NUMBERS, 0, axis=0)
    else:
        beside = _regress(rows, labels[used], targets[used])
    return np.concatenate([alone, beside]).astype(np.float32)


def named(maps: np.ndarray, voice: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Name the emotion heard in each of (n, 22) summaries, beside (n, 23) references: (n,) words."""
    free, ones, known = voice[:, :_FREE], np.ones((len(voice), 1)), references[:, -1:]
    beside = np.column_stack([free, voice - references[:, :-1], ones])
    rows = np.column_stack([(1 - known) * np.column_stack([free, ones]), known * beside])
    return np.array(EMOTIONS)[(rows @ maps[:, : len(EMOTIONS)]).argmax(axis=1)]


def _beside(
    heard: np.ndarray, numbers: np.ndarray, labels: np.ndarray, speakers: np.ndarray, random
) -> tuple:
    """Lay what is heard of each clip beside summaries of its speaker's others: rows, and whose they are."""
    rows, used = [], []
    for index, speaker in enumerate(speakers):
        others = np.flatnonzero((speakers == speaker) & (np.arange(len(speakers)) != index))
        if not len(others):
            continue
        calm = others[labels[others] == EMOTIONS.index("neutral")]
        ones = [random.choice(calm if len(calm) else others), random.choice(others)]
        for usual in (*numbers[ones], numbers[others].mean(axis=0)):
            own, usual = _coloured(np.array([heard[index], usual]), random, together=True)
            usual[-1] += random.normal(0, _RECORDED)
            rows.append(np.concatenate([own[:_FREE], own - usual]))
            used.append(index)
    return np.array(rows).reshape(-1, _FREE + _NUMBERS), np.array(used, int)


def _coloured(numbers: np.ndarray, random: np.random.Generator, *, together: bool = False) -> np.ndarray:
    """Hear each through a microphone of its own, or all through one."""
    colour = random.normal(0, _COLOUR, (1 if together else len(numbers), len(_SPECTRUM)))
    return numbers + colour * _SMOOTH


def _regress(rows: np.ndarray, labels: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Fit emotions, strength and effort to rows: (columns + 1, 10) with the constant last."""
    emotions = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=1000)).fit(rows, labels)
    scale, logistic = emotions[0].scale_, emotions[-1]
    maps = np.zeros((rows.shape[1] + 1, SIZE + 1))
    maps[-1, : SIZE - 1] = -30.0  # what nobody acted in training is never heard
    coefficients, constants = logistic.coef_, logistic.intercept_
    if len(logistic.classes_) == 2:
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        constants = np.append(-constants, constants) / 2
    maps[:-1, logistic.classes_] = coefficients.T / scale[:, None]
    maps[-1, logistic.classes_] = constants - emotions[0].mean_ @ maps[:-1, logistic.classes_]
    for column, target in enumerate(targets.T, start=SIZE - 1):
        seen = np.isfinite(target)
        if seen.any():
            ridge = make_pipeline(StandardScaler(), Ridge(alpha=30.0)).fit(rows[seen], target[seen])
            maps[:-1, column] = ridge[-1].coef_ / ridge[0].scale_
            maps[-1, column] = ridge[-1].intercept_ - ridge[0].mean_ @ maps[:-1, column]
    return maps
