"""A photograph, or the beginning of a film, as upright pictures in which a face can be looked for."""

import io
import os
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import dropwhile, islice
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageCms, PngImagePlugin, UnidentifiedImageError

from s2f_utils import FRAME_RATE, StudyError
from s2f_utils.recordings import media

# What cameras, telephones and editors save photographs as. Pillow knows more, among them programs to run.
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF", "JPEG2000", "PPM")
SHORTEST_SIDE = 120  # pixels: there is no room in fewer for a face that can talk;
LONGEST_SIDE = 1920  # more make the search for a face slow and the face no better
_ANIMATED = ("GIF", "WEBP", "PNG", "AVIF")  # others with several pictures hold them in several sizes
_LARGEST = {"JPEG": 1e9, "MPO": 1e9}  # pixels of a picture: a jpg is not even decoded any larger than needed,
_LARGEST_OTHERS = 2.5e8  # others are, at three or four bytes each
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}  # ISO 23008-12, brands
BEGINNING = 2 * FRAME_RATE  # frames of a film in which a face is looked for,
_BLACK = 60 * FRAME_RATE  # after so many at most in which there is nothing to see,
_FLAT = 6.0  # since their grey levels deviate no more than that
_MOST, _ROOM = 60 * FRAME_RATE, 2e8  # frames, and pixels in all, of a film that is held in memory
# The eight ways in which a camera is held: EXIF's tag 274.
_TURN = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 2**26  # editors keep their history there


def read(path: str | Path, *, longest: int = LONGEST_SIDE, moving: bool = False) -> list[np.ndarray]:
    """Read a photograph as one picture, a film as the pictures of its beginning.

    Parameters
    ----------
    path
        A photograph, or a film; its beginning without anything to see is passed over.
    longest
        Pixels to which the longer side is reduced if it has more.
    moving
        Whether as much of a film is read as fits into memory, a minute at most, or two seconds.

    Returns
    -------
    (height, width, 3) uint8 RGB arrays in sRGB, turned as a camera's note says, what is transparent on white.
    Raises ``StudyError`` where there is no picture.

    See notebook 07_speech_to_face.
    """
    if not os.path.isfile(path):  # noqa: PTH113  unlike Path's, it takes a name of any length
        raise StudyError(f"FACE={path}: there is no picture of that name; check the path.")
    _require_no_heic(path)
    try:
        with _patient(), Image.open(path, formats=[name for name in _FORMATS if name in Image.OPEN]) as photo:
            _require_room(path, photo)
            if getattr(photo, "is_animated", False) and photo.format in _ANIMATED:
                raise StudyError(
                    f"FACE={path}: this picture is animated; give one of its frames, or a video."
                )
            if max(photo.size) > longest:
                print(f"FACE={path}: it is reduced from {photo.width}×{photo.height} pixels.")
            return [_upright(photo, longest)]
    except UnidentifiedImageError:
        return _beginning(path, longest, moving)
    except (OSError, SyntaxError, ValueError, MemoryError, Image.DecompressionBombError) as error:
        raise _unreadable(path) from error


def side_of(text: str) -> int:
    """Read to how many pixels the longer side of a picture is to be reduced; raises ``StudyError``.

    See notebook 07_speech_to_face.
    """
    try:
        side = int(text or LONGEST_SIDE)
    except ValueError:
        side = 0
    if not SHORTEST_SIDE <= side <= LONGEST_SIDE:
        raise StudyError(
            f"SIZE={text}: give a whole number of pixels from {SHORTEST_SIDE} to {LONGEST_SIDE}, such as 720."
        )
    return side


@contextmanager
def _patient() -> Iterator[None]:
    """Let Pillow open what is larger than its own limit, as some cameras' pictures are, without a warning."""
    Image.init()
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings(action="ignore"):  # of notes that it cannot read, too
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _beginning(path: str | Path, longest: int, moving: bool) -> list[np.ndarray]:
    frames, most = [], _MOST if moving else BEGINNING
    try:
        for frame in dropwhile(_is_empty, islice(media.read_frames(path), _BLACK + most)):
            small = _reduced(frame, longest)
            if len(frames) >= min(most, _ROOM // small[..., 0].size):
                if moving:
                    print(f"FACE={path}: its first {len(frames) / FRAME_RATE:.0f} s are used.")
                break
            frames.append(small)
    except StudyError as error:
        raise _unreadable(path) from error
    if not frames:
        raise StudyError(f"FACE={path}: the first minute shows nothing; cut the film, or give a picture.")
    return frames


def _require_no_heic(path: str | Path) -> None:
    with Path(path).open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" and head[8:] in _HEIC:
        raise StudyError(f"FACE={path}: pictures in HEIC cannot be read; save it as jpg or png.")


def _require_room(path: str | Path, photo: Image.Image) -> None:
    pixels = photo.width * photo.height
    if pixels > _LARGEST.get(photo.format, _LARGEST_OTHERS):
        raise StudyError(
            f"FACE={path}: {pixels / 1e6:.0f} megapixels are too many to decode; save it smaller, or as jpg."
        )


def _upright(photo: Image.Image, longest: int) -> np.ndarray:
    photo.thumbnail((longest, longest))  # a jpg is not even decoded any larger
    profile, turn = photo.info.get("icc_profile"), _TURNS.get(_note(photo, _TURN))
    if turn is not None:
        photo = photo.transpose(turn)
    if photo.mode.startswith("I"):  # 16 bits of grey, of which a conversion would keep the darkest 8
        photo = Image.fromarray((np.asarray(photo) // 257).astype(np.uint8))
    clear = photo.has_transparency_data
    if photo.mode == "P" or clear:
        photo = photo.convert("RGBA" if clear else "RGB")
    photo = _in_srgb(photo, profile)
    if clear:
        photo = Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo.convert("RGBA"))
    return np.array(photo.convert("RGB"))


def _note(photo: Image.Image, tag: int) -> object:
    """Read one of the camera's notes; what is malformed says nothing."""
    try:
        value = photo.getexif().get(tag)
        return value if isinstance(value, int) else None
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, OverflowError, struct.error):
        return None


def _in_srgb(photo: Image.Image, profile: bytes | None) -> Image.Image:
    """Show colours of another profile in sRGB; as they are where the profile is of no use."""
    if not profile:
        return photo
    try:
        own, ours = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        mode = "RGBA" if photo.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(photo, own, ours, outputMode=mode) or photo
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return photo


def _is_empty(frame: np.ndarray) -> bool:
    return float(frame[::4, ::4].std()) < _FLAT


def _reduced(frame: np.ndarray, longest: int) -> np.ndarray:
    scale = longest / max(frame.shape)
    return frame if scale >= 1 else cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _unreadable(path: str | Path) -> StudyError:
    return StudyError(f"FACE={path}: this is no picture that can be read; give a jpg, a png or a video.")
