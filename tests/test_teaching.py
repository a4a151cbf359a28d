"""What teaches: exercises that check themselves, students' copies, quizzes, glossary, lesson plan."""

import os
import re
import shutil
import subprocess
import sys
import unicodedata
from itertools import takewhile
from pathlib import Path

import jupytext
import nbformat
import pytest

from s2f_utils import files
from s2f_utils.study import plan
from tests.samples.houses import mark_ready

FOLDER = files.ROOT / "notebooks"


NOTEBOOKS = plan.read_all(FOLDER)


NAMES = [notebook.name for notebook in NOTEBOOKS]


each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)


@each_notebook
def test_exercises_have_a_solution_and_a_check(notebook):
    tags = [[tag for tag in cell.tags if tag in ("exercise", "solution", "check")] for cell in notebook.cells]
    kinds = [cell.kind for cell in notebook.cells]
    starts = [number for number, tag in enumerate(tags) if tag == ["exercise"]]
    for start in starts:
        assert kinds[start - 1] == "markdown" and notebook.cells[start - 1].source.startswith(
            "# ### Exercise"
        )
        assert tags[start : start + 3] == [["exercise"], ["solution"], ["check"]]
        assert kinds[start : start + 3] == ["code"] * 3
        assert "exercises.check(" in notebook.cells[start + 2].source
    assert sum(tag == ["check"] for tag in tags) == len(starts)
    tasks = [number for number, cell in enumerate(notebook.cells) if cell.source.startswith("# ### Exercise")]
    assert len(starts) >= (2 if notebook.name < "06" else 1) and 2 <= len(tasks) <= 3
    for number in tasks:
        assert ["solution"] in tags[number + 1 : number + 3], "every task has a solution"


@each_notebook
def test_every_notebook_asks_before_and_after(notebook):
    predict = "# **Predict before you run.**"
    asked = [number for number, cell in enumerate(notebook.cells) if cell.source.startswith(predict)]
    assert 2 <= len(asked) <= 4
    for number in asked:
        assert "?" in notebook.cells[number].source and notebook.cells[number + 1].kind == "code"
    sources = [cell.source for cell in notebook.cells]
    quiz = sources.index("# ## Quiz")
    questions = list(takewhile(re.compile(r"# \*\*\d\.\*\*").match, sources[quiz + 1 :]))
    assert 3 <= len(questions) <= 5
    answers = set()
    for question in questions:
        options = re.findall(r"^# - ([A-D])\. ", question, flags=re.M)
        (answer,) = re.findall(r"<summary>Answer</summary>\n#\n# ([A-D])\. ", question)
        assert options == list("ABCD") and answer in options
        answers.add(answer)
    assert len(answers) > 2, "the right answers are spread over the letters"


@pytest.fixture(scope="module")
def student(tmp_path_factory) -> Path:
    """The students' copies, as `make student` makes them."""
    place = tmp_path_factory.mktemp("class")
    shutil.copytree(FOLDER, place / "notebooks", ignore=shutil.ignore_patterns("student"))
    (place / ".venv").mkdir()
    (place / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(files.ROOT / name, place)
    mark_ready(place / ".venv", place)
    done = subprocess.run(["make", "student"], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return place / "notebooks" / "student"


@pytest.mark.slow
@each_notebook
def test_a_students_copy_lacks_the_solutions_alone(student, notebook):
    copy = nbformat.read(student / f"{notebook.name}.ipynb", as_version=4)
    source = nbformat.read(FOLDER / f"{notebook.name}.ipynb", as_version=4)
    nbformat.validate(copy)
    kept = [cell for cell in source.cells if "solution" not in cell.metadata.get("tags", ())]
    assert [(cell.id, cell.source, cell.metadata) for cell in copy.cells] == [
        (cell.id, cell.source, cell.metadata) for cell in kept
    ]
    assert copy.metadata.kernelspec == source.metadata.kernelspec
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in copy.cells)
    assert not re.search(
        r"^# Solution|<summary>Solution", "\n".join(cell.source for cell in copy.cells), re.M
    )
    prose = "\n".join(cell.source for cell in copy.cells if cell.cell_type == "markdown")
    for link in re.findall(r"\]\(([^)#:]+)\)", prose):
        assert (student / link).exists(), link


@pytest.mark.slow
def test_students_answers_are_not_overwritten(student):
    before = (student / f"{NAMES[0]}.ipynb").stat().st_mtime_ns
    done = subprocess.run(["make", "student"], cwd=student.parents[1], capture_output=True, text=True)
    assert done.returncode and "rename or remove it" in done.stderr.splitlines()[0]
    assert (student / f"{NAMES[0]}.ipynb").stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_students_copy_stands_alone_when_it_is_saved(student, tmp_path):
    """JupyterLab saves a notebook and its .py; beside a student's copy there is none."""
    folder = Path(shutil.copytree(student.parent, tmp_path / "notebooks"))
    (folder / f"{NAMES[0]}.py").unlink()
    contents = jupytext.TextFileContentsManager(root_dir=str(folder))
    for path, paired in ((f"{NAMES[0]}.ipynb", True), (f"student/{NAMES[0]}.ipynb", False)):
        model = contents.get(path)
        contents.save({"type": "notebook", "format": "json", "content": model["content"]}, path)
        assert (folder / path).with_suffix(".py").exists() is paired


def _verdicts(notebook) -> list[str]:
    """The first words of what each check has said."""
    checks = [cell for cell in notebook.cells if "check" in cell.metadata.get("tags", ())]
    said = [output.data["text/markdown"] for cell in checks for output in cell.outputs]
    assert len(said) == len(checks)
    return [text.partition(":**")[0].strip("*") for text in said]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_solutions_are_right(tiny_study, name):
    executed = nbformat.read(tiny_study / "reports" / "synthetic-tiny" / f"{name}.ipynb", as_version=4)
    assert set(_verdicts(executed)) == {"Right"}


@pytest.mark.slow
def test_a_students_copy_runs_from_top_to_bottom(student, tiny_study, tmp_path):
    work, done = shutil.copytree(tiny_study, tmp_path / "study"), tmp_path / "done.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "-p", "PROFILE", "tiny"]
    command += [str(student / f"{NAMES[0]}.ipynb"), str(done)]
    environment = os.environ | {"S2F_WORK": str(work), "MATPLOTLIBRC": str(files.ROOT / "matplotlibrc")}
    ran = subprocess.run(command, cwd=student, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert _verdicts(nbformat.read(done, as_version=4)) == ["Not yet"] * 2


def _plain(text: str) -> str:
    return re.sub(r"[\s#_*]+", " ", text).lower()


def test_the_glossary_explains_what_the_study_says():
    text = (FOLDER / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(
        r"^- \*\*(.+?)\*\*: (.+?) \[(\d\d)\]\((\S+)\.ipynb\)$", re.sub(r"\n +", " ", text), re.M
    )
    assert len(entries) == text.count("- **") > 40
    terms = [_letters(term) for term, *_ in entries]
    assert terms == sorted(set(terms)), "sorted, and no term twice"
    helpers = "\n".join(path.read_text(encoding="utf-8") for path in (files.ROOT / "s2f_utils").rglob("*.py"))
    for term, meaning, number, name in entries:
        assert name in NAMES and name.startswith(number), f"{term} leads nowhere"
        assert meaning.endswith(".") and len(re.findall(r"[.:] [A-Z]", meaning)) <= 2, (
            f"{term} is explained at length"
        )
        places = (FOLDER / f"{name}.py").read_text(encoding="utf-8"), helpers
        assert any(re.search(rf"\b{re.escape(_plain(term))}", _plain(place)) for place in places), (
            f"nobody says {term}"
        )


def _letters(term: str) -> str:
    return unicodedata.normalize("NFKD", term).encode("ascii", "ignore").decode().lower()


@pytest.mark.parametrize(
    "page", ["README.md", "notebooks/README.md", "notebooks/glossary.md", "notebooks/lesson_plan.md"]
)
def test_pages_lead_where_they_say(page):
    path = files.ROOT / page
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
    if path.name == "README.md":
        assert {"glossary.md", "lesson_plan.md"} <= {Path(link).name for link in links}


def test_the_lesson_plan_keeps_to_its_time_and_to_what_there_is():
    text = (FOLDER / "lesson_plan.md").read_text(encoding="utf-8")
    minutes = [int(row) for row in re.findall(r"^\| (\d+) \|", text, re.M)]
    assert minutes == sorted(set(minutes)) and minutes[0] == 0 and 80 < minutes[-1] < 90
    targets = set(re.findall(r"^([a-z-]+):", (files.ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {"report", "student", "page"} <= set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    sources = {notebook.name[:2]: notebook.text for notebook in NOTEBOOKS}
    for number, where, row in re.findall(r"^\| \d+ \| (\d\d), (.*?) \| (.*?) \|", text, re.M):
        for section in re.findall(r"\*(.+?)\*", where):
            heading = rf"^# ## \d+\. {re.escape(section)}$"
            assert re.search(heading, sources[number], re.M), f"notebook {number} has no section {section}"
        for name in re.findall(r"`(\w+)`", row):
            assert f"{name}(" in sources[number] or f"{name} = " in sources[number], f"{number} has no {name}"
