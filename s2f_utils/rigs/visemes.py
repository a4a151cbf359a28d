"""How much of each of fifteen visemes a mouth shows: read off its landmarks, frame by frame."""

from functools import cache

import numpy as np
from scipy.special import softmax

from s2f_utils import FRAME_RATE
from s2f_utils.synthetic import motion, shape

# The visemes of Oculus Lipsync, which OpenXR and most avatars have taken over, and the symbols said in each.
SAID = {
    "sil": motion.PAUSE, "PP": "pbm", "FF": "fv", "TH": "θð", "DD": "tdɾʔ", "kk": "kɡŋxh", "CH": "ʃʒ",
    "SS": "sz", "nn": "nl", "RR": "ɹr", "aa": "ɑaæʌɐ", "E": "ɛeəɜɚ", "ih": "ɪᵻij", "oh": "ɒɔo", "ou": "uʊw",
}  # fmt: skip
NAMES = tuple(SAID)
VISEME_OF = {symbol: name for name, symbols in SAID.items() for symbol in symbols}

_POINTS = [*range(4, 13), *range(48, 68)]  # the chin and the lips
_AROUND = (-2, 0, 2)  # frames that are looked at: where a mouth comes from and goes tells what it says
LOOKS_BACK = 3  # frames before one on which its weights depend, and as many after it
_JITTER = 0.02  # of tracked or predicted landmarks, inter-ocular distances
_PHRASES, _SYLLABLES = 200, 7  # to learn from


def weights(displaced: np.ndarray) -> np.ndarray:
    """Tell how likely a mouth is at each viseme.

    Parameters
    ----------
    displaced
        (T, 68, 2) displacements of the landmarks from the face at rest, in inter-ocular distances, 25 frames
        a second.

    Returns
    -------
    numpy.ndarray
        (T, 15) weights 0 … 1 in the order of ``NAMES``, which add up to 1 in each frame.

    Notes
    -----
    The visemes are those that Meta documents for Oculus Lipsync and OpenXR for its extension
    ``XR_META_face_tracking_visemes`` (registry.khronos.org). What each looks like is known in closed form:
    the mean face articulates made-up phrases by the targets and dominances of the embedded corpus, with
    every symbol among others, and a linear discriminant with equal chances tells the visemes apart by the
    lips and chin of a frame and of two others, 80 ms before and after. On true landmarks of that corpus it
    finds the right class of lips far more often than always naming the commonest, and more often than the
    nearest of fifteen fixed mouths. Tracked landmarks tell less, predicted ones less still: a tracker does
    not see a lip tucked under the teeth (FF), and mouths that are predicted meet less firmly. Visemes that
    differ by the tongue alone (DD, kk, nn, TH) share their weights. See notebook 07_speech_to_face.
    """
    slopes, levels = _discriminant()
    found = softmax(_features(displaced) @ slopes + levels, axis=1)
    padded = np.pad(found, ((1, 1), (0, 0)), mode="edge")
    return 0.25 * padded[:-2] + 0.5 * found + 0.25 * padded[2:]


def _features(displaced: np.ndarray) -> np.ndarray:
    """Lay the points of a frame and of those around it side by side: (T, n)."""
    seen = np.asarray(displaced, float)[:, _POINTS].reshape(len(displaced), 2 * len(_POINTS))
    last = len(seen) - 1
    return np.hstack([seen[np.clip(np.arange(len(seen)) + step, 0, last)] for step in _AROUND])


@cache
def _discriminant() -> tuple[np.ndarray, np.ndarray]:
    """Learn Fisher's linear discriminant from made-up phrases: (n, 15) slopes and (15,) levels."""
    rng = np.random.default_rng(2017)
    phrases = [_phrase(rng) for _ in range(_PHRASES)]
    seen, said = (np.concatenate(parts) for parts in zip(*phrases, strict=True))
    means = np.stack([seen[said == index].mean(axis=0) for index in range(len(NAMES))])
    within = np.cov((seen - means[said]).T) + _JITTER**2 * np.eye(seen.shape[1])
    slopes = np.linalg.solve(within, means.T)
    return slopes, -0.5 * (means.T * slopes).sum(axis=0)


def _phrase(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Let the mean face say some syllables, with any expression: (T, n) features, (T,) which viseme."""
    phonemes, end = [], 0.0
    consonants = [symbol for symbol in VISEME_OF if symbol not in motion.VOWELS and symbol != motion.PAUSE]
    vowels = [symbol for symbol in VISEME_OF if symbol in motion.VOWELS]
    for _ in range(_SYLLABLES):
        for symbol in [*rng.choice(consonants, rng.integers(1, 3)), rng.choice(vowels)]:
            phonemes.append((str(symbol), end, end := end + rng.uniform(0.05, 0.14)))
    phonemes.append((motion.PAUSE, end, end := end + 0.2))
    times = np.arange(0, end, 1 / FRAME_RATE)
    tracks = dict.fromkeys((*motion.EXPRESSION, "blink"), np.zeros(len(times)))
    tracks |= motion.articulate(phonemes, times)
    energy, tracks["smile"] = rng.uniform(0.7, 1.4), np.full(len(times), rng.uniform(-0.7, 0.9))
    tracks["opening"], tracks["jaw"] = tracks["opening"] * energy, tracks["jaw"] * energy
    tracks["width"] = tracks["width"] + rng.uniform(-0.02, 0.05)
    displaced = (shape.move(shape.mean_face(), tracks) - shape.mean_face())[..., :2]
    starts = [start for _, start, _ in phonemes]
    now = np.searchsorted(starts, times, side="right") - 1
    return _features(displaced), np.array([NAMES.index(VISEME_OF[phonemes[place][0]]) for place in now])
