"""What ``animate`` is asked for: which sounds, whose face, which files; everything that needs no model."""

import argparse
import glob
import os
import shlex
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from s2f_utils import StudyError, files
from s2f_utils.recordings import containers, folders, photograph
from s2f_utils.rigs import tracks
from s2f_utils.talking import dials

FILMS = ("mp4", "gif")
FORMATS = (*FILMS, "npz", "csv", *tracks.FORMATS)
VIEWS = ("photo", "face", "both")  # what a film shows: the whole photograph, the face, landmarks beside it
_DETAILS = f"""\
examples:
  python -m s2f_utils animate --text "Good morning." --out talk.mp4
  python -m s2f_utils animate --wav speech.wav --face photo.jpg --out talk.mp4 --formats gif csv
  python -m s2f_utils animate --wav a.wav b.wav --out films/
  python -m s2f_utils animate --wav recordings/ --out tables/ --formats csv
  python -m s2f_utils animate --wav speech.wav --voice calm.wav --emotion happy --intensity 1.5

formats:
  mp4  the film with its sound: with --face the whole photograph, talking; without it the landmarks as a
       stick face, and beside it the face drawn for them (--view says otherwise)
  gif  the same film, silent
{tracks.HELP}
There are 25 frames a second, and frame 0 lies at the start of the sound. Landmarks come in the iBUG order,
free of pose: the unit is the distance between the outer corners of the eyes, the origin lies halfway between
them, x grows to the right of the picture and y downwards.

Blinks, the head's sway and its nods are no part of what a sound says: films get them by chance, the same from
the same --seed, and with --motion none not at all. Only films hold them: all else is as predicted. Who
is filmed in --face does what was filmed, but for mouth and jaw; its first shot plays to and fro.

With --text and --emotion the voice speaks in that emotion as well, strongly if --intensity is above 1.
"""


@dataclass(frozen=True)
class Request:
    """What is to be made.

    ``outputs`` maps each recording, or None for the line of text, to the file that is made from it; each of
    ``formats`` replaces that file's ending. ``view`` says what the films show, ``labelled`` whether their
    picture says that it was generated, ``dials`` how it is said, ``longest`` to how many pixels the picture's
    longer side is reduced. ``models`` is the folder of trained models.
    """

    outputs: dict[Path | None, Path]
    formats: tuple[str, ...]
    view: str
    labelled: bool
    text: str
    speaker: int
    face: str
    longest: int
    dials: dials.Dials
    models: Path

    @property
    def draws(self) -> bool:
        """Whether pictures are asked for, and not landmarks alone."""
        return bool(set(self.formats) & set(FILMS))


def read(arguments: Sequence[str]) -> Request:
    """Read the command line and check what can be checked before a model is loaded.

    Raises ``StudyError`` for what cannot be done. See notebook 07_speech_to_face.
    """
    options = _parser().parse_args(arguments)
    # What follows a = on make's command line, a shell leaves as it is.
    wavs = [os.path.expanduser(name) for name in options.wav if name]  # noqa: PTH111
    face, out, options.voice = map(os.path.expanduser, (options.face, options.out, options.voice))
    if bool(wavs) == (options.text is not None):
        raise StudyError('Give either a recording, WAV=speech.wav, or a line to say, TEXT="Good morning."')
    if options.view and options.view not in VIEWS:
        raise StudyError(f"VIEW={options.view}: a film shows {', '.join(VIEWS)}; choose one of them.")
    for name, given in ("VIEW", options.view == "photo" and "photo"), ("SIZE", options.size):
        if given and not face:
            raise StudyError(f"{name}={given}: there is no photograph; give one with FACE=photo.jpg.")
    how, longest = dials.read(options), photograph.side_of(options.size)
    names = [path for name in wavs for path in recordings(name)]
    sources = list(dict.fromkeys(names)) or [None]
    out = out or str(files.REPORTS / ("talk.mp4" if len(sources) == 1 else "talk"))
    folder, formats = _formats(out, options.formats)
    outputs = _in_folder(sources, Path(out), formats[0]) if folder else _one_file(sources, out)
    models = _find_models(options.models, drawing=bool(set(formats) & set(FILMS)))
    _require_writable(outputs.values(), formats, keep=[*names, *filter(None, (face, options.voice))])
    text = _text(options.text or "")
    shown = options.view, _yes("LABEL", options.label)
    return Request(outputs, formats, *shown, text, options.speaker, face, longest, how, models)


def _yes(name: str, word: str) -> bool:
    """Read an answer to a question that is no unless it is answered."""
    answers = {"": False, "false": False, "no": False, "0": False, "true": True, "yes": True, "1": True}
    if word.strip().lower() not in answers:
        raise StudyError(f"{name}={word}: this is neither true nor false; give one of them.")
    return answers[word.strip().lower()]


def recordings(name: str) -> list[Path]:
    """Find what a name stands for: a file, a folder's recordings, what fits a pattern, or several names.

    A file that is there is that file, whatever blanks its name has. Several names in one stand between
    blanks, quoted where they have blanks themselves. What is not found is left for its reader to say. See
    notebook 07_speech_to_face.
    """
    path = Path(name)
    if os.path.isfile(name):  # noqa: PTH113  a long list of names would be too long for Path
        return [path]
    if os.path.isdir(name):  # noqa: PTH112
        return _below(path)
    if fitting := sorted(glob.glob(name)):  # noqa: PTH207  the pattern may be absolute
        return [inner for one in map(Path, fitting) for inner in (_below(one) if one.is_dir() else [one])]
    words = _words(name)
    if len(words) > 1 and all(Path(word).suffix or os.path.exists(word) for word in words):  # noqa: PTH110
        return [path for word in words for path in recordings(word)]
    return [path]


def _below(folder: Path) -> list[Path]:
    """List the recordings below a folder, and say what else is there."""
    found = folders.look(folder)
    found.only(containers.SOUND_ENDINGS | containers.FILM_ENDINGS, "no recordings")
    if note := found.note():
        print(note)
    if not found.files:
        raise StudyError(f"WAV={folder}: there is no recording in this folder; choose another.")
    return found.files


def _text(line: str) -> str:
    """Take a line as it is, or read the text file that it names: no command line takes a whole book."""
    if not line.lower().endswith(".txt") or not os.path.isfile(line):  # noqa: PTH113  a line may be long
        return line
    try:
        return Path(line).read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise StudyError(
            f"TEXT={line}: this is no text in UTF-8 that can be read; save it as such."
        ) from error


def _words(name: str) -> list[str]:
    try:
        return shlex.split(name)
    except ValueError:  # a single apostrophe
        return [name]


def _formats(out: str, more: Iterable[str]) -> tuple[bool, tuple[str, ...]]:
    """Tell whether ``out`` is a folder, and list the endings to write: its own comes first."""
    own = Path(out).suffix.lower().removeprefix(".")
    folder = not own or out.endswith("/") or os.path.isdir(out)  # noqa: PTH112  a name may be too long for Path
    asked = [word.removeprefix(".") for words in more for word in words.lower().replace(",", " ").split()]
    formats = dict.fromkeys([*([] if folder else [own]), *asked] or ["mp4"])
    unknown = [ending for ending in formats if ending not in FORMATS]
    if unknown:
        raise StudyError(
            f"Nothing can be written as {unknown[0]}: choose {', '.join(FORMATS)}; folders end with a slash."
        )
    return folder, tuple(formats)


def _one_file(sources: list[Path | None], out: str) -> dict[Path | None, Path]:
    if len(sources) > 1:
        raise StudyError(f"OUT={out}: {len(sources)} recordings do not fit into one file; choose a folder.")
    return {sources[0]: Path(out)}


def _in_folder(sources: list[Path | None], folder: Path, ending: str) -> dict[Path | None, Path]:
    paths = [source.absolute() for source in sources if source]
    if not paths:
        return {None: folder / f"talk.{ending}"}
    above = Path(os.path.commonpath([path.parent for path in paths]))
    names = folders.names_apart(paths, above, short=True)
    return {source: folder / f"{name}.{ending}" for source, name in zip(sources, names, strict=True)}


def _find_models(folder: str, *, drawing: bool) -> Path:
    """Take the models that were asked for, or the newest ones."""
    known = [Path(folder)] if folder else [path.parent for path in files.DATA.glob("models/*/cnn_rnn.keras")]
    needed = ("cnn_rnn.keras", "dcgan.keras") if drawing else ("cnn_rnn.keras",)
    complete = [one for one in known if all((one / name).is_file() for name in needed)]
    if not complete:
        place = folder or "data/models"
        raise StudyError(f"There is no trained model in {place} yet; run `make report` first.")
    return max(complete, key=lambda one: (one / "cnn_rnn.keras").stat().st_mtime)


def _require_writable(outputs: Iterable[Path], formats: Sequence[str], *, keep: Sequence[str | Path]) -> None:
    """Find out now, not after the work, that a file cannot be written or would replace what is read."""
    precious = {Path(path).resolve() for path in keep}
    for target in (path.with_suffix(f".{ending}") for path in outputs for ending in tracks.endings(formats)):
        if target.resolve() in precious:
            raise StudyError(f"{target}: this would replace what it is made from; choose another OUT.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=target.parent).close()
            folder = target.is_dir()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise StudyError(f"{target}: this cannot be written ({reason}); choose another OUT.") from error
        if folder:
            raise StudyError(f"{target}: this is a folder; choose another OUT.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m s2f_utils animate",
        usage="%(prog)s (--wav SOUND ... | --text LINE) [options]",
        description="Let a face say recordings or a line of text.",
        epilog=_DETAILS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    what = "recordings of speech in any format, or videos for their sound; a folder stands for those in it"
    add("--wav", nargs="+", default=[], metavar="SOUND", help=what)
    said = "English words to be spoken by a voice of the embedded corpus, or the .txt file that holds them"
    add("--text", metavar="LINE", help=said)
    voice = "which voice speaks the text, from 1 on (default: 1)"
    add("--speaker", type=int, default=1, metavar="N", help=voice)
    who = "a photo of one face from the front, or a video of it (default: a drawn face)"
    add("--face", default="", metavar="PHOTO", help=who)
    least, most = photograph.SHORTEST_SIDE, photograph.LONGEST_SIDE
    large = f"pixels, {least} to {most}, to which its longer side is reduced if it has more (default: {most})"
    add("--size", default="", metavar="PIXELS", help=large)
    where = "the file to write, or the folder of one for each recording (default: reports/talk.mp4)"
    add("--out", default="", help=where)
    which = f"what to write beside --out under the same name: {', '.join(FORMATS)} (in a folder: mp4)"
    add("--formats", nargs="+", default=[], metavar="ENDING", help=which)
    seen = "films show the whole photograph, the face alone, or landmarks and face (default: photo, or both)"
    add("--view", default="", metavar="|".join(VIEWS), help=seen)
    said = "write into the films' picture that it was generated: true or false (default: false)"
    add("--label", default="", metavar="true|false", help=said)
    dials.offer(parser)
    trained = "the folder of trained models (default: the newest in data/models)"
    add("--models", default="", metavar="FOLDER", help=trained)
    return parser
