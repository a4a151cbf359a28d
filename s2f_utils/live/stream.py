"""Samples in, in pieces of any length; landmarks out, for each frame that they finish."""

from collections.abc import Mapping, Sequence

import keras
import numpy as np

from s2f_utils import EMOTIONS
from s2f_utils.live.hearing import Hearing
from s2f_utils.live.network import Network
from s2f_utils.models import manner
from s2f_utils.sound import prosody
from s2f_utils.sound.speech import COLUMNS_PER_FRAME, N_MELS


class Stream:
    """A face that moves while somebody speaks.

    The answers are those of ``cnn_rnn_live.predict`` on the whole recording, and a frame costs the same after
    an hour as at the beginning.

    Parameters
    ----------
    model
        The causal network with the head of one delay, as notebook 03 saves it.
    voice
        Other recordings of the same voice, what ``prosody.listen`` makes of each, against which expression is
        heard.
    emotion, intensity
        The expression, one of ``s2f_utils.EMOTIONS``, or as heard; 0 to 2 times as strong.

    Attributes
    ----------
    delay
        Frames, 25 a second, by which the face comes later than the sound that moves it.

    Examples
    --------
    >>> stream = Stream(model)
    >>> faces = [stream.hear(piece) for piece in np.array_split(sound, 100)]
    >>> len(sound) // 640 - sum(map(len, faces)) <= stream.delay + 1  # frames that are still to come
    True

    See notebook 07_speech_to_face.
    """

    def __init__(
        self,
        model: keras.Model,
        *,
        voice: Sequence[Mapping[str, np.ndarray]] = (),
        emotion: str = "",
        intensity: float = 1.0,
    ) -> None:
        self._hearing = Hearing()
        reference = manner.reference([prosody.summary(clip) for clip in voice])
        self._network = Network(model, reference=reference, asked=_asked(emotion), intensity=intensity)
        self.delay = self._network.delay
        self._silent = self.delay  # answers about frames before the first

    def show(self, *, emotion: str = "", intensity: float = 1.0) -> None:
        """Show another expression from the next frame on; what was heard so far stays known."""
        self._network.show(_asked(emotion), intensity)

    def hear(self, samples: np.ndarray) -> np.ndarray:
        """Take (n,) samples at 16 kHz; return the displacement of the frames that are known by now.

        Returns
        -------
        (m, 68, 2) float32 array, inter-ocular distances; m may be 0.
        """
        log_mel, summaries = self._hearing.hear(samples)
        columns = log_mel.reshape(len(summaries), COLUMNS_PER_FRAME, N_MELS)
        pairs = zip(columns, summaries, strict=True)
        faces = [self._network.answer(*heard) for heard in pairs]
        early, self._silent = min(self._silent, len(faces)), max(0, self._silent - len(faces))
        return np.array(faces[early:], np.float32).reshape(-1, 68, 2)


def _asked(emotion: str) -> np.ndarray:
    return np.float32([emotion == name for name in EMOTIONS])
