"""What panel and studio tell each other, and its bytes: what was chosen, the wait, a film, files."""

import json
import struct
from dataclasses import dataclass, field, fields

_LENGTHS = struct.Struct("<Q")


@dataclass(frozen=True)
class Question:
    """Asks a studio what there is to choose from; the answer is an ``Offer``."""


@dataclass(frozen=True)
class Offer:
    """People to choose from, name → clip, and the trained models' files."""

    people: dict[str, str]
    models: list[str]


@dataclass(frozen=True)
class Order:
    """A film that is asked for.

    ``source`` is ``sentence``, which is spoken as ``text`` by a ``speaker`` in an emotion of its own, if
    ``spoken`` names one; or it is where the ``recording`` came from. ``person`` is a clip of the feature
    store, ``photo`` comes before it; ``reference`` is another recording of the voice. Recordings and
    photographs are whole files. The other choices are those of ``animate.animate`` and ``films.write``.
    """

    source: str = "sentence"
    text: str = ""
    speaker: int = 1
    spoken: str = ""
    recording: bytes = b""
    person: str = ""
    photo: bytes = b""
    view: str = "both"
    expression: str = ""
    intensity: float = 1.0
    reference: bytes = b""
    model: str = "cnn_rnn"
    chance: bool = True
    labelled: bool = False


@dataclass(frozen=True)
class Wait:
    """How many films are made before, none if this one is being made; and about how many seconds it takes."""

    ahead: int
    seconds: float


@dataclass(frozen=True)
class Film:
    """A film, and the picture of its sound: see ``controls.Player``; ``sentence`` says how long it took."""

    film: bytes
    picture: bytes
    span: list[float] = field(default_factory=list)
    frames: int = 0
    track: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class File:
    """A file to take away."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Problem:
    """One sentence about why there is no film."""

    sentence: str


@dataclass(frozen=True)
class Done:
    """Nothing more comes."""


Message = Question | Offer | Order | Wait | Film | File | Problem | Done
_KINDS = {kind.__name__: kind for kind in (Question, Offer, Order, Wait, Film, File, Problem, Done)}


def pack(message: Message) -> bytes:
    """Write a message as bytes that hold data and no code: a line of JSON, and what is bytes behind it.

    See notebook 07_speech_to_face.
    """
    values = {one.name: getattr(message, one.name) for one in fields(message)}
    blobs = {name: value for name, value in values.items() if isinstance(value, bytes)}
    plain = {name: value for name, value in values.items() if name not in blobs}
    lengths = {name: len(blob) for name, blob in blobs.items()}
    head = json.dumps([type(message).__name__, plain, lengths]).encode()
    return b"".join([_LENGTHS.pack(len(head)), head, *blobs.values()])


def unpack(data: bytes) -> Message:
    """Read what ``pack`` wrote. See notebook 07_speech_to_face."""
    start = _LENGTHS.size + _LENGTHS.unpack_from(data)[0]
    kind, values, lengths = json.loads(data[_LENGTHS.size : start])
    for name, length in lengths.items():
        values[name] = data[start : start + length]
        start += length
    return _KINDS[kind](**values)


def waiting(wait: Wait) -> str:
    """Say in a sentence how long a film and those before it take. See notebook 07_speech_to_face."""
    if not wait.ahead:
        return f"Working: about {_duration(wait.seconds)}."
    few = "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()
    number = few[wait.ahead - 1] if wait.ahead <= len(few) else str(wait.ahead)
    return f"{number} film{'s' * (wait.ahead > 1)} before yours: about {_duration(wait.seconds)}."


def _duration(seconds: float) -> str:
    if seconds >= 90:
        return f"{round(seconds / 60)} minutes"
    number = max(round(seconds), 1) if seconds < 10 else 5 * round(seconds / 5)
    return f"{number} second{'s' * (number > 1)}"
