"""The checks of a commit let a clean one pass, and say of another how to mend it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from s2f_utils import files

pytestmark = pytest.mark.slow
NAMES = (
    ".pre-commit-config.yaml",
    "pyproject.toml",
    "Makefile",
    "requirements.lock",
    "s2f_utils",
    "notebooks",
    "tests",
)


@pytest.fixture
def commit(tmp_path):
    """A repository with the house in it and the hooks installed; commits a change of one file."""
    beside = Path(sys.executable).parent
    program = shutil.which("pre-commit", path=f"{beside}:{os.environ['PATH']}")
    if program is None:
        pytest.skip("pre-commit is not installed")
    for name in NAMES:
        copy = shutil.copytree if (files.ROOT / name).is_dir() else shutil.copyfile
        copy(files.ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / ".gitignore").write_text(".venv\n__pycache__/\n.*_cache/\n")
    names = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    environment = os.environ | names | {"PRE_COMMIT_HOME": str(tmp_path / ".cache"), "PYTHONPATH": ""}

    def git(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["git", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message=First")
    subprocess.run([program, "install"], cwd=tmp_path, env=environment, check=True, capture_output=True)

    def change(name: str, old: str, new: str) -> subprocess.CompletedProcess:
        path = tmp_path / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
        git("add", "--update")
        return git("commit", "--message=Second")

    return change


def test_a_commit_is_checked(commit):
    """`pre-commit install` and a commit that is as it should be."""
    done = commit("s2f_utils/faces/geometry.py", "# Points that", "# Points which")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("Passed") == 2 and "no files to check" in done.stderr


STREAM = '"outputs": [{"output_type": "stream", "name": "stdout", "text": "a"}]'


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "s2f_utils/faces/geometry.py",
            "import numpy as np\n",
            "import numpy as np\nimport os\n",
            "ruff check --fix",
        ),
        (
            "s2f_utils/faces/geometry.py",
            "# Points that",
            "_ONE=1\n# Points that",
            "git add it and commit again",
        ),
        ("notebooks/01_exploration.py", "Every corpus becomes", "Each corpus becomes", "make pair, git add"),
        ("notebooks/01_exploration.ipynb", '"outputs": []', STREAM, "make pair, git add"),
    ],
)
def test_what_is_not_right_says_how_to_mend_it(commit, name, old, new, said):
    done = commit(name, old, new)
    (line,) = [line for line in done.stderr.splitlines() if line.endswith("Failed")]
    assert done.returncode and said in line
