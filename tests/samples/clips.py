"""Clips whose sound and motion follow a formula."""

import numpy as np

from tests.samples.faces import mean_face


def clip(seed: int, frames: int = 100, speaker: str = "a") -> dict:
    """A schematic face whose lower lip follows smoothed noise."""
    random = np.random.default_rng(seed)
    drop = np.convolve(random.normal(0, 0.1, frames + 8), np.ones(5) / 5, "same")[4:-4]
    motion = np.zeros((frames, 68, 2), np.float32)
    motion[:, 65:68, 1] = np.abs(drop)[:, None]
    return {"clip_id": str(seed), "speaker": speaker, "motion": motion, "neutral": mean_face()}


def utterance(seed: int, frames: int = 50) -> dict:
    """Make a toy utterance: the energy of low mel bands opens the mouth at once, by a known amount."""
    random = np.random.default_rng(seed)
    drop = np.clip(np.convolve(random.normal(0, 0.3, frames + 10), np.ones(5) / 5, "same")[5:-5], 0, None)
    log_mel = random.normal(-12, 0.3, (4 * frames, 40))
    log_mel[:, 5:15] += np.repeat(drop, 4)[:, None] * 30
    motion = np.zeros((frames, 68, 2), np.float32)
    motion[:, 65:68, 1] = drop[:, None]
    motion[:, 6:11, 1] = drop[:, None] * 0.8
    neutral = np.random.default_rng(0).normal(size=(68, 2)).astype(np.float32)
    spectra = np.repeat(drop, 65 * 23).reshape(frames, 65, 23).astype(np.float16)
    landmarks = neutral + motion
    loudness = 10 / np.log(10) * log_mel.max(axis=1)
    arrays = {"log_mel": log_mel, "loudness": loudness, "fft_2017": spectra, "landmarks": landmarks}
    arrays |= {"pitch": np.zeros(4 * frames), "voicing": np.ones(4 * frames)}
    facts = {"speaker": "01", "emotion": "neutral", "intensity": 1}
    facts |= {"motion": motion, "neutral": neutral}
    return {name: np.float32(a) for name, a in arrays.items()} | facts


def acted(seed: int, emotion: str, **facts) -> dict:
    """An utterance in a high voice with raised brows if it is ``happy``, in a low one with lowered if sad."""
    clip = utterance(seed) | {"emotion": emotion, "intensity": 2} | facts
    up = {"happy": 1, "sad": -1}[emotion]
    wander = np.random.default_rng([1, seed]).normal(0, 0.5)
    clip["pitch"] = clip["pitch"] + np.float32(6 * up + wander)
    clip["motion"][:, 17:27, 1] -= BROWS * up
    return clip


BROWS = 0.1  # inter-ocular distances by which brows go up or down


CLIPS = [utterance(seed) for seed in range(12)]


HELD_OUT = [utterance(seed + 100) for seed in range(4)]


def follow(predicted, clips=HELD_OUT) -> float:
    """Correlation of the lower lip's predicted and true height, on clips that were not trained on."""
    own = np.concatenate([motion[:, 66, 1] for motion in predicted])
    true = np.concatenate([clip["motion"][:, 66, 1] for clip in clips])
    return float(np.corrcoef(own, true)[0, 1])


def performances(count: int = 12) -> list[dict]:
    """Different openings of the mouth; four sentences, two people, two emotions."""
    facts = [
        {"speaker": f"{1 + seed % 2:02d}", "statement": 1 + seed // 2 % 2, "emotion": "calm"}
        for seed in range(count)
    ]
    loud = np.full(400, -70.0, np.float32)
    loud[80:320] = -20
    return [clip(seed) | fact | {"loudness": loud} for seed, fact in enumerate(facts)]


TWO_SPEAKERS = {"clips_per_speaker": 2, "speakers": [3, 10], "seed": 7}


def take(frames: int, first: int, last: int, *, clip_id: str = "a", **facts) -> dict:
    """A clip that is audible from ``first`` to ``last``, whose chin tells how much of the speech is over."""
    loudness = np.full((frames, 4), -70.0, np.float32)
    loudness[first : last + 1] = -20
    motion = np.zeros((frames, 68, 2), np.float32)
    motion[:, 8, 1] = np.clip((np.arange(frames) - first) / (last - first), 0, 1)
    known = {"speaker": "01", "statement": 1, "emotion": "calm", "intensity": 1, "repetition": 1}
    features = {"motion": motion, "loudness": loudness.ravel(), "neutral": mean_face(), "clip_id": clip_id}
    return features | known | facts
