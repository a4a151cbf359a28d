"""Voices: espeak-ng through ctypes, the time of every phoneme, and the rooms they are recorded in."""

import _ctypes
import ctypes
from functools import cache
from typing import NamedTuple

import espeakng_loader
import numpy as np
from scipy import fft, ndimage, signal

from s2f_utils import EMOTIONS, StudyError
from s2f_utils.sound import acting, bending

RATE = 48_000  # of a finished recording, as in RAVDESS
STRESS = "ˈˌ"
PAUSE = "_"
BREATH = "↓"  # air drawn in: the extended IPA's sign for ingressive flow

Phonemes = list[tuple[str, float, float]]

# espeak-ng's own numbers: speak_lib.h
_SYNCHRONOUS, _PHONEME_EVENTS_AS_IPA, _UTF8, _EVENT_PHONEME = 2, 0x1 | 0x2, 1, 7
_PARAMETERS = {"rate": 1, "pitch": 3, "range": 4}

_MALE = "m1 m2 m3 m4 m5 m6 m7 m8 adam john michel paul".split()
_FEMALE = "f1 f2 f3 f4 f5 belinda linda Alicia Annie steph anika steph2".split()


class Voice(NamedTuple):
    """One speaker's voice.

    espeak-ng's name, words per minute, pitch and range 0…99, tilt in dB per octave, how far the breath lies
    below the voice in dB, how large the throat is (formants are divided by it), and the level of neutral
    speech in dB below full scale.
    """

    name: str
    rate: float
    pitch: float
    range: float
    tilt: float
    breath: float
    size: float
    level: float


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@cache
def voice_of(speaker: int) -> Voice:
    """The voice of a speaker: odd numbers male, even female; every other pair speaks British English.

    Speakers 1 to 24 have a variant of espeak-ng of their own; for all others, only heard, it is drawn.
    Explained in notebook 01.
    """
    if speaker < 1:
        raise StudyError(f"Speaker {speaker} is unknown: speakers of the embedded corpus count from 1.")
    rng = np.random.default_rng([11, speaker])
    pair, even = (speaker - 1) // 2, speaker % 2 == 0
    traits = ((128, 168), (39, 56), (50, 80), (-1.2, 1.2), (6, 12), (0.94, 1.07), (-49, -39))
    drawn = [rng.uniform(low, high) for low, high in traits]
    accent = "en-us" if pair % 2 else "en"
    variants = _FEMALE if even else _MALE
    variant = variants[pair] if speaker <= 24 else rng.choice(variants)
    return Voice(f"{accent}+{variant}", *drawn)


def delivery_of(
    speaker: int, text: str, emotion: str = "neutral", intensity: int = 1, *, take: int = 1
) -> acting.Delivery:
    """How a speaker delivers a line in an emotion; of several takes no two are alike. Notebook 01."""
    if emotion not in EMOTIONS or intensity not in (1, 2):
        raise StudyError(
            f"Emotion {emotion!r} of intensity {intensity} is unknown; use {EMOTIONS} in 1 or 2."
        )
    intensity = 1 if emotion == "neutral" else intensity
    rng = np.random.default_rng([17, speaker, take, intensity, *text.encode(), *emotion.encode()])
    return acting.deliver(emotion, intensity, speaker=speaker, take=rng)


def speak(
    text: str, *, speaker: int = 1, delivery: acting.Delivery = acting.PLAIN
) -> tuple[np.ndarray, int, Phonemes]:
    """Say a text in a speaker's voice: the dry sound, always the same for the same arguments.

    Returns
    -------
    audio, rate, phonemes
        (n,) float32 −1…1, samples per second, and (IPA symbol, start, end) in seconds without gaps.
        A stressed symbol keeps its mark; ``_`` is a pause. Explained in notebook 01.
    """
    voice = voice_of(speaker)
    settings = {"rate": voice.rate, "pitch": voice.pitch, "range": voice.range}
    pcm, own_rate, events = _synthesise(text, voice.name, settings)
    pcm = np.trim_zeros(pcm, "b")
    if not len(pcm):
        raise StudyError(f"There is nothing to say in {text!r}: give a sentence with words in it.")
    phonemes = _phonemes(events, pcm, own_rate)
    sample_rate = round(own_rate / voice.size / 50) * 50  # played slower, everything is larger
    plain = bending.usual_colour(pcm.astype(np.float32) / 2**15, sample_rate, own=voice.tilt)
    audio, stretch = bending.perform(plain, sample_rate, delivery)
    audio = _aspirate(audio, sample_rate, voice.breath - delivery.breath)
    audio = bending.strain(audio, plain, sample_rate, delivery)
    audio *= 10 ** ((voice.level + delivery.level - bending.level(audio, sample_rate)) / 20)
    scale = stretch * own_rate / sample_rate
    phonemes = [(symbol, start * scale, end * scale) for symbol, start, end in phonemes]
    return np.clip(audio, -1, 1).astype(np.float32), sample_rate, phonemes


def record(
    audio: np.ndarray,
    rate: int,
    rng: np.random.Generator,
    *,
    lead: float,
    seconds: float,
    level: float,
    dry: bool = False,
) -> np.ndarray:
    """Record a dry voice in a room drawn by ``rng``: reverberation, distance and noise.

    ``lead`` seconds of room come first and the whole lasts ``seconds``; (n,) float32 at 48 kHz. With ``dry``
    there is no room and no noise. Explained in notebook 01.
    """
    sound = np.zeros(round(seconds * RATE), np.float32)  # Fourier transforms take half as long
    spoken = signal.resample_poly(audio, RATE // 50, rate // 50)
    start = round(lead * RATE)
    sound[start : start + len(spoken)] = spoken[: len(sound) - start]
    if dry:
        return sound
    decay = np.arange(int(0.4 * RATE)) / RATE
    tail = rng.standard_normal(len(decay)) * 10 ** (-3 * decay / rng.uniform(0.12, 0.45))
    wet = signal.oaconvolve(sound, np.float32(tail / np.linalg.norm(tail)))[: len(sound)]
    sound += rng.uniform(0.0, 0.35) * wet
    noise = _tilt(np.float32(rng.standard_normal(len(sound))), RATE, rng.uniform(-5, -1))
    sound += noise / noise.std() * 10 ** ((level - rng.uniform(22, 48)) / 20)
    return np.clip(sound, -0.99, 0.99).astype(np.float32)


def _synthesise(text: str, name: str, settings: dict[str, float]) -> tuple[np.ndarray, int, list]:
    """Raw PCM and phoneme events from a freshly loaded library.

    espeak-ng keeps state between utterances, even over its own re-initialisation: what was said before
    changes what comes next by a few samples. Loaded anew (8 ms), it depends on its arguments only.
    """
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    chunks, events = [], []

    def collect(wave, count, event):
        if wave and count > 0:
            chunks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        while event.contents.type:
            if event.contents.type == _EVENT_PHONEME:
                symbol = event.contents.id.string.decode("utf-8", "ignore")
                events.append((symbol, event.contents.milliseconds / 1000))
            event = ctypes.pointer(
                _Event.from_address(ctypes.addressof(event.contents) + ctypes.sizeof(_Event))
            )
        return 0

    callback = _Callback(collect)
    data = str(espeakng_loader.get_data_path()).encode()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, _PHONEME_EVENTS_AS_IPA)
    library.espeak_SetSynthCallback(callback)
    if rate <= 0 or library.espeak_SetVoiceByName(name.encode()):
        raise StudyError(f"espeak-ng cannot speak as {name!r}: reinstall the package espeakng-loader.")
    library.espeak_ng_SetRandSeed(ctypes.c_long(1))
    for key, value in settings.items():
        library.espeak_SetParameter(_PARAMETERS[key], round(value), 0)
    raw = text.encode()
    library.espeak_Synth(raw, ctypes.c_size_t(len(raw) + 1), 0, 1, 0, _UTF8, None, None)
    library.espeak_Terminate()
    getattr(_ctypes, "dlclose", getattr(_ctypes, "FreeLibrary", None))(library._handle)
    return np.concatenate(chunks or [np.zeros(1, np.int16)]), rate, events


def _phonemes(events: list, pcm: np.ndarray, rate: int) -> Phonemes:
    """Intervals from onsets. A voiceless stop begins with its silence, not with its burst as in espeak-ng."""
    end = len(pcm) / rate
    quiet = np.abs(pcm) < 30
    starts = []
    for symbol, onset in events:
        index = floor = round(onset * rate)
        if symbol.strip(STRESS)[:1] in ("p", "t", "k"):
            while index > max(0, floor - int(0.07 * rate)) and quiet[min(index, len(pcm)) - 1]:
                index -= 1
        starts.append(max(min(index / rate, end), starts[-1] if starts else 0.0))
    result: Phonemes = []
    if starts and starts[0] > 0:
        result.append((PAUSE, 0.0, starts[0]))
    for (symbol, _), start, stop in zip(events, starts, [*starts[1:], end], strict=True):
        symbol = symbol.strip("_:") or PAUSE
        if stop - start > 1e-4:
            result.append((symbol, start, stop))
    return result


def _aspirate(audio: np.ndarray, rate: int, below: float) -> np.ndarray:
    """Add breath under the voice: noise that follows its spectrum blurred over 300 Hz, little below 1 kHz.

    A formant synthesiser leaves the valleys between its formants empty; no throat does.
    """
    window = rate // 40
    steps = {"fs": rate, "nperseg": window, "noverlap": window - window // 4}
    frequencies, _, voiced = signal.stft(audio, **steps)  # ShortTimeFFT goes frame by frame, and is slow
    blurred = ndimage.gaussian_filter1d(np.abs(voiced) ** 2, 300 / frequencies[1], axis=0)
    _, _, noise = signal.stft(np.float32(np.random.default_rng(1).standard_normal(len(audio))), **steps)
    noise *= np.sqrt(blurred / np.mean(np.abs(noise) ** 2)) * 10 ** (-below / 20)
    noise *= np.minimum(frequencies / 1000, 1)[:, None]
    return audio + signal.istft(noise, **steps)[1][: len(audio)].astype(np.float32)


def _tilt(audio: np.ndarray, rate: int, decibels_per_octave: float) -> np.ndarray:
    """Tilt a spectrum around 1 kHz, held flat below 100 Hz."""
    size = fft.next_fast_len(len(audio), real=True)
    octaves = np.log2(np.maximum(fft.rfftfreq(size, 1 / rate), 100) / 1000)
    gain = np.float32(10 ** (decibels_per_octave * octaves / 20))
    return fft.irfft(fft.rfft(audio, size) * gain, size)[: len(audio)]


def envelope(audio: np.ndarray, rate: int, times: np.ndarray) -> np.ndarray:
    """Loudness 0…1 of a sound at given times (T,), smoothed over a tenth of a second. Notebook 01."""
    window = np.hanning(int(0.1 * rate))
    power = signal.oaconvolve(audio**2, np.float32(window / window.sum()), mode="same")
    level = np.sqrt(np.maximum(np.interp(times, np.arange(len(power)) / rate, power, left=0, right=0), 0))
    return np.clip(level / np.percentile(np.sqrt(np.maximum(power, 0)), 97), 0, 1)
