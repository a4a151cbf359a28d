"""Names of people and files, which anybody may have chosen: shown as text wherever they go."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def plain(text: str) -> str:
    """Write a name so that Markdown shows it letter for letter, and runs nothing that it holds."""
    return re.sub(r"[\\`*_{}\[\]<>&#$|~]", lambda letter: f"&#{ord(letter[0])};", text)


def as_cells(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Let no spreadsheet take a name for a formula: an apostrophe before it makes it text (OWASP)."""

    def cell(value: object) -> object:
        is_formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return f"'{value}" if is_formula else value

    return frame.map(cell).rename(index=cell, columns=cell)
