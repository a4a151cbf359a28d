"""What ``PARAMS`` sets: names of notebooks' parameters, and values read as each parameter's own type."""

import math
import re
import shlex
from collections.abc import Sequence

from s2f_utils import StudyError
from s2f_utils.study.plan import CHOSEN, Notebook

_NAME = re.compile(r"(?:^|\s+)(?=[A-Za-z_]\w*=)")
_SAID = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def split(text: str) -> list[str]:
    """Split ``EPOCHS=3 TEXT="It is late."`` between its pairs.

    Quotes hold a value with blanks together. Where they are missing, or an apostrophe is none, a value lasts
    until the next name: ``TEXT=don't go SEED=3`` are two pairs.
    """
    words = shlex.shlex(text, posix=True)
    words.whitespace_split, words.commenters, words.escape = True, "", ""
    try:
        pairs = list(words)
    except ValueError:  # a quotation that does not end
        pairs = []
    if pairs and all(_NAME.match(pair) for pair in pairs):
        return pairs
    return [pair.strip() for pair in _NAME.split(text) if pair.strip()]


def read(pairs: Sequence[str], notebooks: Sequence[Notebook]) -> dict[str, object]:
    """Turn ``["EPOCHS=3"]`` into values; some notebook must declare each, with the same kind of value.

    Raises ``StudyError`` for a name that no notebook declares, and for a value of another kind.
    """
    values: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        known = [notebook.defaults[name] for notebook in notebooks if name in notebook.defaults]
        if not equals or not known or name in CHOSEN:
            names = sorted({key for notebook in notebooks for key in notebook.defaults} - set(CHOSEN))
            raise StudyError(f"{pair} sets no parameter of a notebook; there are {', '.join(names)}.")
        try:
            values[name] = [_value(text, default) for default in known][0]  # it must fit all of them
        except (ValueError, KeyError, OverflowError) as error:
            raise StudyError(
                f"{pair} does not fit: {name} is {known[0]!r} by default; give a value like it."
            ) from error
    return values


def _value(text: str, default: object) -> object:
    """Read a text as a value of the default's kind: a text is itself, whatever it looks like."""
    if isinstance(default, bool):
        return _SAID[text.strip().lower()]
    if isinstance(default, list):
        parts = [part for part in text.strip().removeprefix("[").removesuffix("]").split(",") if part.strip()]
        return [_value(part, default[0]) for part in parts]
    if isinstance(default, int | float):
        number = int(text) if re.fullmatch(r"\s*[\d_]+\s*", text) else float(text)  # 1e3 is whole, too
        if number < 0 or not math.isfinite(number) or (isinstance(default, int) and number % 1):
            raise ValueError(text)
        return type(default)(number)
    return text
