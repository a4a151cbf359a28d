"""Imported once by the process that ``workers`` forks others from: what it has loaded, they share."""

from contextlib import suppress

from s2f_utils import StudyError, features

with suppress(StudyError):  # where a model is missing, the process that needs it says so
    features.prepare()
