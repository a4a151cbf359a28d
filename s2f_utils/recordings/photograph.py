"""A photograph, or the beginning of a film, as upright pictures in which a face can be looked for."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from s2f_utils import FRAME_RATE, StudyError
from s2f_utils.recordings import media

_LONGEST_SIDE = 1600  # pixels: more make the search for a face slow and the face no better
_BEGINNING = 2 * FRAME_RATE  # frames of a film that are looked at


def read(path: str | Path) -> list[np.ndarray]:
    """Read a photograph as one picture, a film as the pictures of its first two seconds.

    Returns (height, width, 3) uint8 RGB arrays, turned as a camera's note says, what is transparent on white,
    large ones reduced. Raises ``StudyError`` where there is no picture. See notebook 06_speech_to_face.
    """
    if not Path(path).is_file():
        raise StudyError(f"FACE={path}: there is no picture of that name; check the path.")
    try:
        with Image.open(path) as photo:
            return [_upright(photo)]
    except UnidentifiedImageError as error:
        try:
            return [_reduced(frame) for frame in islice(media.read_frames(path), _BEGINNING)]
        except StudyError:
            raise _unreadable(path) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable(path) from error


def _upright(photo: Image.Image) -> np.ndarray:
    photo.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))  # a jpg is not even decoded any larger
    photo = ImageOps.exif_transpose(photo)
    if photo.mode.startswith("I"):  # 16 bits of grey, of which a conversion would keep the darkest 8
        photo = Image.fromarray((np.asarray(photo) // 257).astype(np.uint8))
    if photo.has_transparency_data:
        photo = photo.convert("RGBA")
        photo = Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo)
    return np.array(photo.convert("RGB"))


def _reduced(frame: np.ndarray) -> np.ndarray:
    scale = _LONGEST_SIDE / max(frame.shape)
    return frame if scale >= 1 else cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _unreadable(path: str | Path) -> StudyError:
    return StudyError(f"FACE={path}: this is no picture that can be read; give a jpg, a png or a video.")
