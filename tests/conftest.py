"""What several tests share."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

from s2f_utils import files

matplotlib.use("Agg")


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
def tiny_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole study in its tiny profile, made once as a user makes it; ``S2F_WORK`` for what follows."""
    work = tmp_path_factory.mktemp("study")
    command = [sys.executable, "-m", "s2f_utils", "report", "--profile", "tiny"]
    environment = os.environ | {"S2F_WORK": str(work)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=files.ROOT)
    assert done.returncode == 0, done.stderr[-3000:]
    return work
