"""What several tests share."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image

from s2f_utils import files
from tests import runs

matplotlib.use("Agg")
if "PYTEST_XDIST_WORKER" in os.environ:  # each worker keeps to one core
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    return runs.wanted(config.args)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: runs.place(item.fixturenames, [mark.name for mark in item.iter_markers()]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for kind in terminalreporter.stats.values() for one in kind if hasattr(one, "duration")]
    terminalreporter.write_line(runs.spent(reports))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of a run have in common; see ``runs.once``."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def clips() -> Path:
    """Real recordings, in a folder ``shared/clips`` beside the project; tests are skipped without it."""
    folder = files.ROOT.parent / "shared" / "clips"
    if not folder.is_dir():
        pytest.skip(
            f"there are no real recordings in {folder.relative_to(files.ROOT.parent)} beside the project"
        )
    return folder


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for what is made: ``data`` and ``reports`` lie in it, here and in kernels."""
    monkeypatch.setenv("S2F_WORK", str(tmp_path))
    monkeypatch.setattr(files, "WORK", tmp_path)
    monkeypatch.setattr(files, "DATA", tmp_path / "data")
    monkeypatch.setattr(files, "REPORTS", tmp_path / "reports")
    return tmp_path


@pytest.fixture(scope="session")
def tiny_study(shared: Path) -> Path:
    """The whole study in its tiny profile, made once as a user makes it: ``S2F_WORK`` for what only reads."""

    def make(work: Path) -> None:
        command = [sys.executable, "-m", "s2f_utils", "report", "--profile", "tiny"]
        environment = os.environ | {"S2F_WORK": str(work)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=files.ROOT)
        assert done.returncode == 0, done.stderr[-3000:]

    return runs.once(shared / "study", make)


@pytest.fixture(scope="session")
def photo(tmp_path_factory) -> Path:
    """A drawn portrait; what a fixture needs is imported there, since most tests need none of it."""
    from s2f_utils.synthetic import portrait

    path = tmp_path_factory.mktemp("photo") / "a face.png"
    Image.fromarray(portrait.portrait_of(2, size=400)).save(path)
    return path


@pytest.fixture(scope="session")
def faces():
    """Toy faces, of which everything is known."""
    from tests.samples.faces import toy_faces

    return toy_faces()


@pytest.fixture(scope="session")
def recordings(tmp_path_factory, clips):
    """Real recordings, and one for each way in which a recording can be bad."""
    from s2f_utils.recordings import encode, media
    from tests.samples.faces import grey_like

    folder = tmp_path_factory.mktemp("recordings")
    for name in ("s1/bbal7s", "s1/bbbm3a", "s2/pwij3p"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(clips / "grid" / f"{name}.mpg", folder / f"{name}.mpg")
    (folder / "bad").mkdir()
    shutil.copyfile(clips / "damaged" / "truncated.mpg", folder / "bad" / "truncated.mpg")
    (folder / "bad" / "empty.mp4").touch()
    grey = [np.full((120, 160, 3), 128, np.uint8)] * 30
    noise = np.random.default_rng(0).normal(0, 0.1, 19_200).astype(np.float32)
    encode.write_video(folder / "bad" / "faceless.mp4", grey, audio=noise)
    frames = list(media.read_frames(folder / "s1" / "bbal7s.mpg"))
    encode.write_video(folder / "bad" / "mute.mp4", frames)
    encode.write_video(folder / "bad" / "silent.mp4", frames, audio=np.zeros(48_000, np.float32))
    encode.write_video(
        folder / "bad" / "covered.mp4", frames[:20] + grey_like(frames[:20]) + frames[40:], audio=noise
    )
    return folder


@pytest.fixture(scope="session")
def store(tmp_path_factory, recordings):
    """The feature store of these recordings, and its table."""
    from s2f_utils import features
    from s2f_utils.recordings import corpora

    store = tmp_path_factory.mktemp("store")
    return store, features.extract(corpora.recordings(recordings), store, jobs=2)
