"""What a film's speaker says: in portions to be spoken, and as a caption track that a page carries."""

import base64
import re

_PORTION = 500  # letters spoken at once

_RAVDESS = {1: "Kids are talking by the door.", 2: "Dogs are sitting by the door."}
_GRID = (  # a sentence of GRID is its file's name, letter for letter
    {"b": "Bin", "l": "Lay", "p": "Place", "s": "Set"},
    {"b": "blue", "g": "green", "r": "red", "w": "white"},
    {"a": "at", "b": "by", "i": "in", "w": "with"},
    {letter: letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"},
    dict(zip("z123456789", "zero one two three four five six seven eight nine".split(), strict=True)),
    {"a": "again", "n": "now", "p": "please", "s": "soon"},
)


def portions(text: str) -> list[str]:
    """Divide a long text after sentences, since speaking takes memory; each part has a word to say.

    See notebook 07_speech_to_face.
    """
    parts, portion = [], ""
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if len(portion) > _PORTION and any(map(str.isalnum, portion)) and any(map(str.isalnum, sentence)):
            parts.append(portion)
            portion = ""
        portion = f"{portion} {sentence}".strip()
    return [*parts, portion]


def words(corpus: str, *, clip_id: str, statement: int) -> str:
    """Say what is spoken in a clip; nothing where the corpus does not tell.

    Parameters
    ----------
    corpus
        The corpus' name, which says how its sentences are known.
    clip_id, statement
        The clip as in the corpus table.

    See notebook 07_speech_to_face.
    """
    if corpus == "synthetic":
        from s2f_utils.synthetic import texts

        return texts.text_of(int(statement))
    if corpus in ("ravdess", "ravdess-landmarks"):
        return _RAVDESS.get(int(statement), "")
    letters = clip_id.rpartition("_")[2] if corpus == "grid" else ""
    if len(letters) != len(_GRID) or any(a not in known for a, known in zip(letters, _GRID, strict=True)):
        return ""
    return " ".join(known[letter] for letter, known in zip(letters, _GRID, strict=True)) + "."


def track(spoken: str, *, seconds: float, sound: bool = True) -> str:
    """Write the caption track of a film as a ``data:`` address: pages opened from a file may read no other.

    Parameters
    ----------
    spoken
        What is said; where it is empty the caption says whether there is speech at all.
    seconds
        How long the film lasts.
    sound
        Whether the film has a sound.

    See notebook 07_speech_to_face.
    """
    text = spoken or ("[speech]" if sound else "[no sound]")
    text = " ".join(text.replace("&", "&amp;").replace("<", "&lt;").split())
    minutes, rest = divmod(seconds, 60)
    vtt = f"WEBVTT\n\n00:00.000 --> {int(minutes):02d}:{rest:06.3f}\n{text.replace('-->', '→')}\n"
    return f"data:text/vtt;charset=utf-8;base64,{base64.b64encode(vtt.encode()).decode()}"
