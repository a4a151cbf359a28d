"""Imported once by the process that ``workers`` forks others from: what it has loaded, they share."""

from contextlib import suppress

from s2f_utils import StudyError, features  # noqa: F401  with all that extraction imports
from s2f_utils.faces import tracking

with suppress(StudyError):  # where a model is missing, the process that needs it says so
    tracking.load_models()
