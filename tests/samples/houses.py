"""Copies of the project's folder, for make."""

from pathlib import Path

from s2f_utils import files


def mark_ready(place: Path, folder: Path, lock: str = "requirements.lock") -> None:
    """Let the environment in ``place`` pass for the one that make builds in ``folder``."""
    place.mkdir(parents=True, exist_ok=True)
    (place / lock).write_text((files.ROOT / lock).read_text() + f"{folder.resolve()}\n")
