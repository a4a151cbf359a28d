"""Helpers of the speech-to-face study: sound to spectra, faces to landmarks, and the models between them."""

FRAME_RATE = 25  # video frames per second of the whole study
SAMPLE_RATE = 16_000  # sound samples per second of the whole study
CORPORA = ("synthetic", "ravdess", "grid", "folder", "ravdess-landmarks")
# What a face can show, in the order of RAVDESS, and how far an expression can be turned up.
EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
MOST_INTENSE = 2.0
WITHOUT_PICTURES = ("ravdess-landmarks",)  # corpora that bring landmarks and sound alone
WITHOUT_FACES = ("ravdess-speech",)  # no corpora: voices alone, which `make data` fetches for VOICES=


class StudyError(Exception):
    """A problem the user can mend: one sentence saying which file, what is wrong and what to do."""
