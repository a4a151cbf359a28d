"""The embedded corpus: talking heads with known truth, made from nothing but code.

Voices by espeak-ng, mouths by dominance functions, faces by a painter that follows 68 landmarks.
"""

from s2f_utils.synthetic.gallery import portrait_of, viseme_pictures
from s2f_utils.synthetic.motion import ADJUSTED_TO
from s2f_utils.synthetic.talking_heads import INGREDIENTS, make, read_truth, true_landmarks
from s2f_utils.synthetic.unfilmed import utterances
from s2f_utils.synthetic.voice import EMOTIONS, speak

__all__ = [
    "ADJUSTED_TO",
    "EMOTIONS",
    "INGREDIENTS",
    "make",
    "portrait_of",
    "read_truth",
    "speak",
    "true_landmarks",
    "utterances",
    "viseme_pictures",
]
