"""Imported once by the process that ``workers`` forks others from: what it has loaded, they share."""

import gc
from contextlib import suppress

import numpy as np

from s2f_utils import SAMPLE_RATE, StudyError, features  # noqa: F401  with all that extraction imports
from s2f_utils.faces import tracking
from s2f_utils.sound import speech
from s2f_utils.synthetic import unfilmed  # noqa: F401  with all that speaking and painting imports

speech.log_mel(np.zeros(SAMPLE_RATE, np.float32))  # makes librosa load what it needs
with suppress(StudyError):  # where a model is missing, the process that needs it says so
    tracking.load_models()
gc.collect()
gc.freeze()  # or the collector of each process would touch, and so copy, all that is shared
