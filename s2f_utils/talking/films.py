"""Films and tables of talking faces, each of which says what it is: made, and not recorded."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from s2f_utils import FRAME_RATE, StudyError, files
from s2f_utils.recordings import encode
from s2f_utils.rigs import tracks
from s2f_utils.talking import animate

_LABEL = "generated"  # what is written into a film that is to say so to everybody


def side_by_side(*films: np.ndarray, size: int = 256) -> np.ndarray:
    """Put (T, S, S, 3) films next to each other, each enlarged to ``size`` pixels."""
    scaled = [
        np.stack([cv2.resize(frame, (size, size), interpolation=cv2.INTER_CUBIC) for frame in film])
        for film in films
    ]
    return np.concatenate(scaled, axis=2)


def write(
    result: animate.TalkingFace,
    path: str | Path,
    *,
    formats: Sequence[str] = ("mp4", "gif", "npz"),
    view: str = "",
    labelled: bool = False,
) -> list[Path]:
    """Write a talking face under one name, with each format's ending; each file whole or not at all.

    Parameters
    ----------
    result
        What to write.
    path
        A name whose ending is replaced.
    formats
        ``mp4``, the film with its sound; ``gif``, the film at the same speed; ``npz``, the arrays
        ``landmarks`` and ``motion`` (T, 68, 2) and ``fps``; ``csv``, a row of landmarks for each frame;
        ``arkit`` and ``visemes``, two files each, see `tracks.write`.
    view
        What the films show: ``photo``, the whole photograph; ``both``, the stick face and the drawn one
        beside it; ``face``, the latter alone. By default the photograph, where there is one, or both.
    labelled
        Whether the films say in their picture that they were generated. Their metadata say so in any case,
        and from which commit.

    Raises ``StudyError`` where a photograph shall be shown and there is none.

    See notebook 07_speech_to_face.
    """
    note = ""
    if {"mp4", "gif", *tracks.FORMATS}.intersection(formats):  # asking git takes longer than to write a table
        note = f"A generated face, made by s2f_utils at commit {files.commit()}; not a recording."
    if {"mp4", "gif"}.issubset(formats):
        result = result.drawn()
    for ending in formats:
        target = Path(path).with_suffix(f".{ending}")
        if ending == "mp4":
            film = _film(result, view, labelled)
            encode.write_video(target, film, fps=FRAME_RATE, audio=result.audio, note=note)
        elif ending == "gif":
            encode.write_gif(target, _film(result, view, labelled), fps=FRAME_RATE, note=note)
        elif ending in tracks.FORMATS:
            tracks.write(target, ending, result.motion, (result.landmarks - result.motion)[0], note=note)
        else:
            encode.write_landmarks(target, result.landmarks, motion=result.motion)
    return [Path(path).with_suffix(f".{ending}") for ending in tracks.endings(formats)]


def _film(result: animate.TalkingFace, view: str, labelled: bool) -> Iterator[np.ndarray]:
    frames = _frames(result, view or ("photo" if result.person and result.person.photo else "both"))
    return map(_with_label, frames) if labelled else frames


def _frames(result: animate.TalkingFace, view: str) -> Iterator[np.ndarray]:
    """Draw what a film shows, one frame at a time: a long film would fill the memory."""
    if view == "photo":
        if not (result.person and result.person.photo):
            raise StudyError("VIEW=photo: there is no photograph; give one with FACE=photo.jpg.")
        return result.photograph
    pairs = zip(result.shown, result.pictures, strict=True)
    if view == "face":
        return (side_by_side(picture[None])[0] for _, picture in pairs)
    return (side_by_side(animate.stick(points)[None], picture[None])[0] for points, picture in pairs)


def _with_label(picture: np.ndarray) -> np.ndarray:
    """Write into the lower left corner what the picture is."""
    height = max(12, len(picture) // 24)
    scale, picture = height / 22, picture.copy()
    spot = height // 2, len(picture) - height // 2
    for grey, thick in ((0, 3), (255, 1)):  # legible on any ground
        width = max(1, round(thick * scale * 1.5))
        cv2.putText(picture, _LABEL, spot, cv2.FONT_HERSHEY_SIMPLEX, scale, (grey,) * 3, width, cv2.LINE_AA)
    return picture
