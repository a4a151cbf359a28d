"""Voices whose pitch tells the emotion."""

import numpy as np

UP = {"neutral": 0, "happy": 5, "sad": -5}  # semitones against the person's own voice


def said(pitch: float, emotion: str, *, speaker: str = "01", intensity: int = 1, seed: int = 0) -> dict:
    """Two seconds of a voice at a known pitch; a strong emotion is in a restless voice."""
    random = np.random.default_rng(seed)
    track = np.full(200, pitch) + random.normal(0, 0.2 * intensity, 200)
    log_mel = random.normal(-5, 1, (200, 40))
    tracks = {"pitch": track, "voicing": np.ones(200), "loudness": np.full(200, -30.0), "log_mel": log_mel}
    facts = {"speaker": speaker, "emotion": emotion, "intensity": intensity}
    return {name: np.float32(values) for name, values in tracks.items()} | facts


def everybody(people: range, *, differ: float) -> list[dict]:
    """Each emotion weakly and strongly by people whose own voices lie ``differ`` semitones apart or so."""
    clips = []
    for person in people:
        random = np.random.default_rng(person)
        own = random.normal(0, differ)
        for emotion, up in UP.items():
            for intensity in (1, 1) if emotion == "neutral" else (1, 2):
                pitch = own + up + random.normal(0, 0.5)
                clips.append(said(pitch, emotion, speaker=f"{person:02d}", intensity=intensity,
                                  seed=int(random.integers(10**6))))  # fmt: skip
    return clips
