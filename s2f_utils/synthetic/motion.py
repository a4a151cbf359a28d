"""Motion: phonemes to articulatory tracks by dominance functions, and what a head does besides."""

from fractions import Fraction

import numpy as np

from s2f_utils.synthetic.voice import BREATH, PAUSE, STRESS, Phonemes

FRAME_RATE = Fraction(30_000, 1001)  # pictures per second, as in RAVDESS

# Speakers of the GRID corpus to whose lips openings and dominance below were adjusted: no test of what is
# learned from them.
ADJUSTED_TO = ("s1", "s4")
# Articulatory targets of a symbol: opening (inner lips, inter-ocular distances), width (relative), rounding,
# tuck of the lower lip under the teeth 0…1, jaw 0…1, and dominance: how much the symbol insists on them.
TRACKS = ("opening", "width", "rounding", "tuck", "jaw")
_GROUPS = {
    "ɑ": (0.27, 0.00, 0.05, 0, 0.90, 1.0),
    "ɒ": (0.20, -0.05, 0.35, 0, 0.75, 0.9),
    "a æ": (0.22, 0.08, 0.00, 0, 0.85, 0.75),
    "ʌ ɐ": (0.20, 0.03, 0.00, 0, 0.60, 0.55),
    "ɛ e": (0.20, 0.10, 0.00, 0, 0.58, 1.2),
    "ɪ ᵻ": (0.19, 0.11, 0.00, 0, 0.35, 0.55),
    "i": (0.18, 0.18, 0.00, 0, 0.26, 0.65),
    "u": (0.03, -0.14, 0.90, 0, 0.20, 1.0),
    "ʊ": (0.03, -0.10, 0.70, 0, 0.28, 1.3),
    "ɔ o": (0.14, -0.11, 0.75, 0, 0.52, 0.95),
    "ɜ ɚ": (0.15, -0.03, 0.35, 0, 0.38, 0.8),
    "ə": (0.18, 0.00, 0.05, 0, 0.34, 0.45),
    "p b m": (0.00, 0.00, 0.00, 0, 0.18, 1.35),
    "f v": (0.055, 0.02, 0.00, 1, 0.15, 1.0),
    "θ ð": (0.08, 0.02, 0.00, 0, 0.24, 0.6),
    "t d n ɾ ʔ": (0.115, 0.03, 0.00, 0, 0.22, 0.2),
    "s z": (0.10, 0.07, 0.00, 0, 0.12, 0.7),
    "l": (0.16, 0.03, 0.00, 0, 0.32, 0.5),
    "ʃ ʒ": (0.13, -0.07, 0.60, 0, 0.14, 0.9),
    "k ɡ ŋ x": (0.19, 0.02, 0.00, 0, 0.34, 0.2),
    "ɹ r": (0.02, -0.05, 0.45, 0, 0.25, 1.5),
    "w": (0.01, -0.14, 1.00, 0, 0.15, 1.3),
    "j": (0.14, 0.09, 0.00, 0, 0.22, 0.65),
    "h": (0.14, 0.00, 0.00, 0, 0.34, 0.1),
    BREATH: (0.13, -0.02, 0.00, 0, 0.45, 0.5),
    PAUSE: (0.00, 0.00, 0.00, 0, 0.00, 0.8),
}
TARGETS = {symbol: np.array(target) for group, target in _GROUPS.items() for symbol in group.split()}
VOWELS = set("ɑɒaæʌɐɛeɪᵻiuʊɔoɜɚə")
_FIRM = np.array([0.8, 0.7, 1.2, 1.3, 0.6])  # how firmly each track is held against its neighbours
_REACH = np.array([0.055, 0.080, 0.110, 0.050, 0.075])  # seconds over which a symbol's hold on a track decays

# Emotion → smile, brow raise, brow frown, inner brow up, eye opening, lip opening (×), width (+)
_EMOTIONAL_FACE = {
    "neutral": (0, 0, 0, 0, 0, 1.0, 0),
    "calm": (0.15, 0.05, 0, 0, -0.15, 0.92, 0.01),
    "happy": (0.9, 0.25, 0, 0, -0.12, 1.10, 0.05),
    "sad": (-0.7, 0, 0.15, 0.9, -0.3, 0.82, -0.02),
    "angry": (-0.4, -0.15, 1.0, 0, 0.1, 1.12, 0.02),
    "fearful": (-0.3, 0.5, 0.2, 0.8, 0.5, 0.98, 0.03),
    "disgust": (-0.5, -0.1, 0.6, 0, -0.35, 0.95, 0.0),
    "surprised": (0.1, 1.0, 0, 0.2, 0.6, 1.12, -0.01),
}
_WIDER = 0.015  # growth of the opening for each dB of effort
_BY_NOSE = 0.2  # how often a breath is drawn with the mouth shut
EXPRESSION = ("smile", "brow_raise", "brow_frown", "inner_brow", "eye_opening")


def breathe(phonemes: Phonemes, rng: np.random.Generator) -> Phonemes:
    """Draw breath before the sentence and in most of its longer pauses, mostly through the open mouth.

    People open the mouth well before the first sound. Explained in notebook 01.
    """
    if rng.uniform() > _BY_NOSE:
        onset = phonemes[0][1]
        phonemes = [(BREATH, onset - rng.uniform(0.35, 0.6), onset), *phonemes]
    result: Phonemes = []
    for symbol, start, end in phonemes:
        if symbol == PAUSE and end - start > 0.2 and rng.uniform() > _BY_NOSE:
            middle = start + rng.uniform(0.1, 0.4) * (end - start)
            result += [(PAUSE, start, middle), (BREATH, middle, end)]
        else:
            result.append((symbol, start, end))
    return result


def articulate(
    phonemes: Phonemes, times: np.ndarray, *, breath: float = 1.0, reach: float = 1.0
) -> dict[str, np.ndarray]:
    """Articulatory tracks of a phoneme sequence, with coarticulation.

    Each symbol pulls every track towards its target with a strength that decays exponentially with the
    distance in time; the track is the weighted mean (dominance functions: Cohen & Massaro, 1993). Closures of
    p, b and m and the tuck of f and v are then made complete, since no neighbour ever wins against them.
    ``breath`` is the depth of the breaths in it, ``reach`` scales the time over which neighbours are felt.

    Returns
    -------
    dict
        ``opening`` (inter-ocular distances), ``width`` (relative), ``rounding``, ``tuck``, ``jaw``,
        ``closure`` (0…1), each (len(times),). Explained in notebook 01.
    """
    symbols, starts, ends, stressed = _segments(phonemes)
    targets = np.array([TARGETS[symbol] for symbol in symbols])
    centres, halves = (starts + ends) / 2, (ends - starts) / 2
    held = np.maximum(0.5 * halves, halves - 0.05)  # within this far from its centre a symbol is undisputed
    distance = np.maximum(np.abs(times[:, None] - centres) - held, 0)[..., None]
    weight = targets[:, 5, None] * _FIRM
    targets[[symbol == BREATH for symbol in symbols], :5] *= breath
    dominance = weight * np.exp(-distance / (reach * _REACH)) + 1e-9
    emphasis = np.where(stressed, 1.12, np.where([symbol in VOWELS for symbol in symbols], 0.85, 1.0))
    targets[:, [0, 4]] *= emphasis[:, None]  # stressed vowels open wider
    values = (dominance * targets[:, :5]).sum(1) / dominance.sum(1)
    tracks = dict(zip(TRACKS, values.T, strict=True))
    closure = _hold(symbols, "pbm", starts, ends, times)
    tracks["closure"] = closure
    tracks["tuck"] = np.maximum(tracks["tuck"], _hold(symbols, "fv", starts, ends, times))
    tracks["opening"] = tracks["opening"] * (1 - closure) * (1 - 0.75 * tracks["tuck"])
    return tracks


def act(
    phonemes: Phonemes,
    loudness: np.ndarray,
    times: np.ndarray,
    rng: np.random.Generator,
    *,
    emotion: str,
    intensity: int,
    energy: float,
    effort: float = 0.0,
    reach: float = 1.0,
) -> dict[str, np.ndarray]:
    """Everything that moves in one clip: speech, expression, blinks and head.

    ``loudness`` (T,) is the sound's envelope 0…1 at ``times``, ``energy`` how much this person articulates,
    ``effort`` by how many dB this take is louder than the person's neutral ones: a shout opens wider.
    Adds to `articulate`: the tracks of ``EXPRESSION``, ``blink`` (0…1) and ``pose`` (T, 5): yaw, pitch, roll
    in radians and a shift in inter-ocular distances. Explained in notebook 01.
    """
    tracks = articulate(phonemes, times, breath=rng.uniform(0.5, 1.5), reach=reach)
    *face, lips, width = np.array(_EMOTIONAL_FACE[emotion]) * (1.0 if intensity == 2 else 0.5)
    lips += 0.0 if intensity == 2 else 0.5
    lips *= np.clip(np.exp(_WIDER * effort), 0.85, 1.45)
    speech = _envelope(phonemes, times)
    for name in ("opening", "jaw"):
        tracks[name] = tracks[name] * energy * lips * (0.9 + 0.2 * loudness)
    tracks["width"] = tracks["width"] + width * (0.3 + 0.7 * speech)
    # An actor's expression comes with the sentence, grows with every loud word, and stays a little.
    swell = 0.15 + 0.85 * speech * (0.45 + 0.55 * _smooth(loudness, 15))
    for name, value in zip(EXPRESSION, face, strict=True):
        tracks[name] = value * swell
    accents = _smooth(np.maximum(loudness - 0.55, 0) * 2, 5)
    tracks["brow_raise"] = tracks["brow_raise"] + 0.3 * accents + 0.05 * _wander(times, rng, 0.5)
    tracks["blink"] = _blinks(times, rng)
    sway = np.stack([_wander(times, rng, 0.35) for _ in range(5)], axis=1) * [0.055, 0.035, 0.03, 0.02, 0.015]
    sway[:, 1] += 0.05 * accents
    tracks["pose"] = sway + rng.normal(0, [0.05, 0.03, 0.03, 0.03, 0.02])
    return tracks


def _segments(phonemes: Phonemes) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Rest, the symbols that have targets (diphthongs split), rest; and which are stressed vowels."""
    rest_before = (PAUSE, phonemes[0][1] - 1, phonemes[0][1])
    rest_after = (PAUSE, phonemes[-1][2], phonemes[-1][2] + 1)
    symbols, starts, ends, stressed = [], [], [], []
    for ipa, start, end in [rest_before, *phonemes, rest_after]:
        parts = [part for part in ipa if part in TARGETS] or [PAUSE]
        edges = np.linspace(start, end, len(parts) + 1)
        for part, left, right in zip(parts, edges, edges[1:], strict=False):
            symbols.append(part)
            starts.append(left)
            ends.append(right)
            stressed.append(part in VOWELS and ipa[0] in STRESS)
    return symbols, np.array(starts), np.array(ends), np.array(stressed)


def _hold(
    symbols: list[str], which: str, starts: np.ndarray, ends: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """1 while one of the symbols is held (60 % of its time, one picture at least), with smooth ramps."""
    track = np.zeros(len(times))
    for symbol, start, end in zip(symbols, starts, ends, strict=True):
        if symbol in which:
            stop = max(start + 0.6 * (end - start), start + float(1.05 / FRAME_RATE))
            ramp = np.minimum((times - start) / 0.055, (stop - times) / 0.055)
            track = np.maximum(track, 0.5 + 0.5 * np.cos(np.pi * np.clip(-ramp, 0, 1)))
    return track


def _envelope(phonemes: Phonemes, times: np.ndarray) -> np.ndarray:
    """0 in the silence before and after, 1 while the sentence lasts."""
    spoken = [(start, end) for symbol, start, end in phonemes if symbol != PAUSE]
    inside = np.minimum(times - spoken[0][0] + 0.2, spoken[-1][1] + 0.3 - times) / 0.3
    return _smooth(np.clip(inside, 0, 1), 5)


def _blinks(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two blinks or three in ten seconds, 100 ms to shut and 150 ms to open."""
    track, moment = np.zeros(len(times)), rng.uniform(0.2, 5)
    while moment < times[-1]:
        past = times - moment
        track = np.maximum(track, np.clip(np.where(past < 0, 1 + past / 0.1, 1 - past / 0.15), 0, 1))
        moment += rng.uniform(2, 6)
    return track * track * (3 - 2 * track)


def _wander(times: np.ndarray, rng: np.random.Generator, rate: float) -> np.ndarray:
    """A slow random motion of unit size: four sines with random phases around ``rate`` Hz."""
    rates = rate * rng.uniform(0.4, 2.2, 4)
    return (
        np.sin(2 * np.pi * (times[:, None] * rates + rng.uniform(size=4))) @ (0.7 / np.sqrt(rates / rate)) / 2
    )


def _smooth(track: np.ndarray, width: int) -> np.ndarray:
    """Moving average with a Hann window and held edges."""
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(track, width // 2, mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")
