"""Helpers of the speech-to-face study: sound to spectra, faces to landmarks, and the models between them."""


class StudyError(Exception):
    """A problem the user can mend: one sentence saying which file, what is wrong and what to do."""
