"""Named results: the numbers, figures, tables and videos of one notebook, and where they came from."""

import base64
import importlib.metadata
import math
import platform
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from s2f_utils import WITHOUT_PICTURES, StudyError, files
from s2f_utils.study import names

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

PARTS = ("metrics/{}.json", "shown/{}.json", "figures/{}", "tables/{}", "videos/{}")
PACKAGES = ("numpy", "pandas", "scikit-learn", "keras", "tensorflow", "av", "librosa", "matplotlib")

DPI = 150


class Run:
    """What one notebook makes, and where it goes; opening it clears what the notebook left last time.

    Works the same headless and in JupyterLab.

    Parameters
    ----------
    notebook
        The notebook's name, such as ``"03_cnn_rnn_training"``.
    corpus, profile
        Which recordings, and how much of the study; together they name the folder of the report.
    pictures
        Whether the notebook needs pictures; a ``StudyError`` where the corpus has none.

    Attributes
    ----------
    folder, features, models, raw
        The report, the feature store, the trained models, and (embedded corpus only) the recordings.
    """

    def __init__(self, notebook: str, *, corpus: str, profile: str, pictures: bool = False) -> None:
        if pictures and corpus in WITHOUT_PICTURES:
            raise StudyError(
                f"{notebook} needs pictures, and CORPUS={corpus} brings none; choose one with videos, such "
                "as CORPUS=ravdess."
            )
        size = f"{corpus}-{profile}"
        self.notebook = notebook
        self.folder = files.REPORTS / size
        self.models = files.DATA / "models" / size
        self.features = files.DATA / "features" / (size if corpus == "synthetic" else corpus)
        self.raw = files.DATA / "raw" / (size if corpus == "synthetic" else corpus)
        self._numbers: dict[str, float] = {}
        self._shown: list[dict] = []
        self._executions: dict[str, int] = {}
        self._cells: dict[tuple[str, str], str | None] = {}
        for path in parts(self.folder, notebook):
            files.remove(path)

    def record(self, name: str | Mapping[str, float], value: float | None = None) -> None:
        """Keep one number under its name, or several from a mapping of names to numbers.

        Raises ``StudyError`` for a value that is no finite number.
        """
        values = dict(name) if isinstance(name, Mapping) else {name: value}
        for key, number in values.items():
            if not _is_finite(number):
                raise StudyError(f"The result {key} is {number}; only finite numbers can be recorded.")
            self._numbers[key] = number if type(number) is int else float(number)
        if count := _execution():
            self._executions |= dict.fromkeys(values, count)
            self._write_shown()
        files.write_json(self.folder / "metrics" / f"{self.notebook}.json", self._numbers)

    def metric(self, name: str) -> float:
        """Read a number that this or an earlier notebook of the same run has recorded."""
        known = metrics(self.folder) | self._numbers
        if name not in known:
            raise StudyError(
                f"No result named {name} in {self.folder.name}; run the notebook that records it first."
            )
        return known[name]

    def figure(self, fig: "Figure", name: str, caption: str) -> None:
        """Save a figure as a PNG with the same bytes every time, and show it with its caption."""
        import matplotlib.pyplot as plt
        from IPython.display import Image

        with self._part("figures", name, ".png") as path:
            fig.savefig(path, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None})
            picture = path.read_bytes()
        plt.close(fig)
        width, height = (int.from_bytes(picture[start : start + 4], "big") for start in (16, 20))
        self._add("figure", "figures", name, ".png", caption, width=width, height=height)
        self._show(Image(picture, width=width * 96 // DPI, alt=caption), f"figure/{name}", caption)

    def table(self, frame: "pd.DataFrame", name: str, caption: str) -> None:
        """Save a table as CSV and show it with its caption."""
        with self._part("tables", name, ".csv") as path:
            names.as_cells(frame).to_csv(path, lineterminator="\n", float_format="%.6g")
        self._add("table", "tables", name, ".csv", caption)
        self._show(frame, f"table/{name}", caption)

    def video(
        self,
        source: "str | Path | Iterable[np.ndarray]",
        name: str,
        caption: str,
        *,
        fps: float = 25,
        audio: "np.ndarray | None" = None,
        spoken: str = "",
    ) -> None:
        """Keep an mp4 and show it with its caption; the source is a file, or (H, W, 3) uint8 frames.

        ``spoken``, what is said in it, becomes the film's caption track.
        """
        from IPython.display import HTML, Video

        from s2f_utils.talking import captions

        with self._part("videos", name, ".mp4") as path:
            if isinstance(source, str | Path):
                shutil.copyfile(source, path)
            else:
                from s2f_utils.recordings import encode

                encode.write_video(path, source, fps=fps, audio=audio)
        poster, length, size = _poster(self.folder / "videos" / self.notebook / f"{name}.mp4")
        track = captions.track(spoken, seconds=length / fps, sound=audio is not None)
        more = {"poster": poster.relative_to(self.folder).as_posix(), "track": track} | size
        film = self._add("video", "videos", name, ".mp4", caption, **more)
        picture = base64.b64encode(poster.read_bytes()).decode()
        look = f'controls playsinline poster="data:image/jpeg;base64,{picture}"'
        player = Video(film, embed=True, html_attributes=look)._repr_html_()
        words = f'<track kind="captions" srclang="en" label="English" src="{track}">'
        self._show(HTML(player.replace("</video>", f"{words}</video>")), f"video/{name}", caption)

    def versions(self, *, seed: int | None = None) -> None:
        """Show Python, the packages that matter, the seed and the commit; every notebook's last cell."""
        from IPython.display import Markdown, display

        # TensorFlow without CUDA goes by another name.
        installed = importlib.metadata.distributions()
        versions = {re.sub("[-_]cpu$", "", one.name): one.version for one in installed}
        lines = [f"Python {platform.python_version()}", *(f"{name} {versions[name]}" for name in PACKAGES)]
        lines += [] if seed is None else [f"seed {seed}"]
        display(Markdown(" · ".join([*lines, f"commit {files.commit()}"])))

    def _part(self, kind: str, name: str, suffix: str):
        cell = _cell()
        if cell and self._cells.get((kind, name)) == cell:  # run again by a reader: it takes its own place
            self._shown = [item for item in self._shown if (item["kind"] + "s", item["name"]) != (kind, name)]
        if any(item["kind"] + "s" == kind and item["name"] == name for item in self._shown):
            raise StudyError(f"{self.notebook} shows two {kind} named {name}; give each its own name.")
        self._cells[kind, name] = cell
        return files.atomic_path(self.folder / kind / self.notebook / f"{name}{suffix}")

    def _add(self, kind: str, folder: str, name: str, suffix: str, caption: str, **more: object) -> Path:
        path = self.folder / folder / self.notebook / f"{name}{suffix}"
        item = {"kind": kind, "name": name, "path": path.relative_to(self.folder).as_posix()}
        self._shown.append(item | {"caption": caption, "sha256": files.file_digest(path)} | more)
        self._write_shown()
        return path

    def _write_shown(self) -> None:
        shown = {"items": self._shown, "executions": self._executions}
        files.write_json(self.folder / "shown" / f"{self.notebook}.json", shown)

    def _show(self, thing: object, mark: str, caption: str) -> None:
        from IPython.display import Markdown, display

        display(thing, metadata={"s2f": mark})  # the runner finds the cell of each figure by this mark
        display(Markdown(f"*{names.plain(caption)}*"))


def parts(folder: Path, notebook: str) -> list[Path]:
    """Files and folders in which a notebook's results lie."""
    return [folder / part.format(notebook) for part in PARTS]


def metrics(folder: Path) -> dict[str, float]:
    """All numbers that the notebooks of a report have recorded so far."""
    numbers: dict[str, float] = {}
    for path in sorted((folder / "metrics").glob("*.json")):
        numbers |= files.read_json(path)
    return numbers


def _execution() -> int | None:
    """Count of the cell that is being executed, by which the runner finds the cell of each number."""
    from IPython import get_ipython

    shell = get_ipython()
    # Not ``shell.execution_count``: whether it counts the cell before or after it ran depends on the version.
    return len(shell.history_manager.input_hist_parsed) - 1 if shell else None


def _cell() -> str | None:
    """Id of the cell that is being executed, where the editor tells it, as JupyterLab does."""
    from IPython import get_ipython

    parent = getattr(get_ipython(), "get_parent", dict)()
    return parent.get("metadata", {}).get("cellId")


def _poster(film: Path) -> tuple[Path, int, dict[str, int]]:
    """Keep the frame in the middle of a film as a JPEG beside it, since a player is blank until it plays.

    Returns its path, how many frames there are, and their width and height.
    """
    from PIL import Image

    from s2f_utils.recordings import media

    frames = list(media.read_frames(film))
    picture = Image.fromarray(frames[len(frames) // 2])
    with files.atomic_path(film.with_suffix(".jpg")) as path:
        picture.save(path, quality=85)
    return film.with_suffix(".jpg"), len(frames), {"width": picture.width, "height": picture.height}


def _is_finite(value: object) -> bool:
    try:
        return math.isfinite(value)
    except TypeError:
        return False
