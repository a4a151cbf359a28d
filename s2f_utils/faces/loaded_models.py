"""Imported once by the process that others are forked from: dlib's models, which they then share."""

from contextlib import suppress

from s2f_utils import StudyError
from s2f_utils.faces import tracking

with suppress(StudyError):  # where a model is missing, the process that needs it says so
    tracking.load_models()
