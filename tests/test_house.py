"""The rules of the house: imports go down, versions agree, notebooks keep their form and their pairs."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import jupytext
import jupytext.cli
import pytest

from s2f_utils import files
from s2f_utils.study import params, plan

ROOT = files.ROOT
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.py"))
PACKAGE = ROOT / "s2f_utils"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
WINGS = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
# What may import TensorFlow.
MODELLING = (
    *("s2f_utils.models", "s2f_utils.judging.predictors"),
    *("s2f_utils.live", "s2f_utils.studio.making", "s2f_utils.studio.server", "s2f_utils.__main__"),
)
LOCKS = ("requirements.lock", "requirements-test.lock")
CARD = ("**Question", "**Inputs", "**Outputs", "**Runtime", "**Learning goals")
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*==[^\s\\]+(?: ; [^\\]+?)?) *\\?$")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _pins(lines: list[str]) -> list[str]:
    return [match[1] for line in lines if (match := PIN.match(line))]


def test_imports_only_go_down():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.slow
def test_only_the_models_import_tensorflow():
    allowed = ("s2f_utils.models.baselines", "s2f_utils.models.face_pairs")  # these two need it as little
    modules = [name for name in map(_name, MODULES) if not name.startswith(MODELLING) or name in allowed]
    code = f"import sys, {', '.join(modules)}\n"
    code += "print([name for name in ('tensorflow', 'keras', 'torch', 'jax') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_every_module_has_its_tests(path):
    """In the same folder of `tests`, under the same name, with a test that can fail."""
    tests = ROOT / "tests" / path.relative_to(PACKAGE).with_name(f"test_{path.stem.strip('_')}.py")
    assert tests.is_file(), f"there is no {tests.relative_to(ROOT)}"
    nodes = ast.walk(ast.parse(tests.read_text(encoding="utf-8")))
    found = [node for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    assert (
        found
        and any(isinstance(node, ast.Assert) for test in found for node in ast.walk(test))
        or any("raises" in ast.unparse(test) for test in found)
    ), f"{tests.relative_to(ROOT)} tests nothing"


def test_the_house_has_few_doors_and_no_crowded_room():
    listed = [path for path in PACKAGE.iterdir() if path.name != "__pycache__"]
    assert sum(path.is_file() for path in listed) <= 7
    for wing in WINGS:
        assert sum(path.is_file() for path in wing.iterdir()) <= 16, f"{wing.name} is crowded"


@pytest.mark.parametrize("wing", WINGS, ids=lambda path: path.name)
def test_a_wing_says_who_lives_there_and_hides_nothing(wing):
    """Its first words are one paragraph, or a line and one; it names each module, and imports none."""
    said = ast.parse((wing / "__init__.py").read_text(encoding="utf-8"))
    words = set(re.findall(r"`(\w+)`", ast.get_docstring(said)))
    assert len(said.body) == 1, "a wing's __init__.py is its docstring alone"
    assert words == {path.stem for path in wing.glob("*.py") if path.name != "__init__.py"}


def test_the_readme_and_the_linter_know_every_wing():
    layers = tomllib.loads(_text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    floors = [name for layer in layers[0]["layers"] for name in layer.split(" | ")]
    table = re.findall(r"^\| `(\w+)/`", _text("README.md").partition("## The house")[2], flags=re.M)
    wings = [name for name in floors if (PACKAGE / name).is_dir()]
    assert [name for name in table if name in wings] == wings, "the README's table goes down as imports do"
    assert set(wings) == {wing.name for wing in WINGS}
    ordered = {contract["containers"][0] for contract in layers}
    assert ordered == {"s2f_utils", *(f"s2f_utils.{wing.name}" for wing in WINGS)}
    assert all(contract["exhaustive"] for contract in layers)


def test_nothing_changed_needs_no_heavy_import():
    code = "import sys, s2f_utils.study.runner, s2f_utils.study.headline\n"
    code += "heavy = ('papermill', 'nbconvert', 'jupytext', 'pandas', 'numpy', 'matplotlib', 'IPython')\n"
    code += "print([name for name in heavy if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_helpers_fit_on_a_screen(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 250, f"{path.name} is long; split it"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            documented = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
            length = node.end_lineno - node.body[documented and len(node.body) > 1].lineno + 1
            assert length <= 45, f"{path.name}: {node.name} has {length} lines; split it"


@pytest.mark.parametrize("name", LOCKS)
def test_the_locks_have_hashes_and_no_host(name):
    lock = _text(name)
    assert "://" not in lock and "--index-url" not in lock and "--find-links" not in lock
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert all("--hash=sha256:" in block for block in blocks)


def test_what_is_wanted_is_locked_once():
    project = tomllib.loads(_text("pyproject.toml"))
    groups = project["dependency-groups"]
    report, test = ({_package(pin) for pin in _pins(_text(name).splitlines())} for name in LOCKS)
    wanted = {_package(one) for one in [*project["project"]["dependencies"], *groups["install"]]}
    assert not wanted - report, f"run `make lock`: {wanted - report} are not locked"
    wanted = {_package(one) for one in groups["test"]}
    assert not wanted - report - test, f"run `make lock`: {wanted - report - test} are not locked"
    assert not report & test, "what a report needs is locked for it alone"
    assert not {"jax", "playwright", "ruff", "pytest"} & report, "a report needs none of these"


def _package(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def test_conda_users_get_the_same_versions():
    lines = _text("environment.yml").splitlines()
    listed = [line.strip().removeprefix("- ").strip('"') for line in lines if line.strip().startswith('- "')]
    assert listed == _pins(_text("requirements.lock").splitlines()), "run `make lock`"


def test_tracked_files_tell_nothing_of_a_machine():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("this is no git checkout")
    hosts = ("pypi" + ".org", "python" + "hosted.org", "find" + "-links=", "--index" + "-url=")
    places = tuple(f"/{name}/" for name in ("root", "home", "work", "opt", "Users"))
    for name in filter(None, done.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".mp4", ".gif", ".npz"}:
            text = path.read_text(encoding="utf-8", errors="ignore")
            found = [word for word in (*hosts, *places) if re.search(rf"(?<![\w.*]){re.escape(word)}", text)]
            assert not found, f"{name} speaks of {found}"


def test_what_jupyterlab_saves_is_the_source(tmp_path):
    """A notebook that is opened and saved leaves its .py as it was, to the byte."""
    folder = Path(shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks"))
    for path in folder.glob("*.py"):
        path.unlink()
    jupytext.cli.jupytext(["--quiet", "--to", "py:percent", *map(str, folder.glob("*.ipynb"))])
    for path in (ROOT / "notebooks").glob("*.py"):
        assert (folder / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_pairs_are_in_sync(path):
    mend = f"the .ipynb of {path.stem} does not follow its .py; run `make pair`"
    assert path.with_suffix(".ipynb").exists(), mend
    pair = json.loads(path.with_suffix(".ipynb").read_text(encoding="utf-8"))
    source = jupytext.read(path)
    of_source = [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in source.cells]
    of_pair = [
        (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", []))
        for cell in pair["cells"]
    ]
    assert of_pair == of_source, mend
    assert pair["metadata"].get("s2f") == source.metadata.get("s2f"), mend
    assert not any(cell.get("outputs") for cell in pair["cells"]), mend
    assert len({cell["id"] for cell in pair["cells"]}) == len(pair["cells"]), mend


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_keep_their_form(path):
    notebook = plan.read(path)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.kind == "markdown")
    code = [cell for cell in notebook.cells if cell.kind == "code"]
    card = notebook.cells[0].source
    assert card.startswith("# # ") and all(word in card for word in CARD), "the card"
    ending = ["Key takeaways", "Exercises", *(["Next"] if path != NOTEBOOKS[-1] else [])]
    assert [word for word in ending if word not in prose] == []
    assert "run.versions(" in notebook.cells[-1].source, "the last cell shows the versions"
    imports = [
        any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.parse(cell.source).body)
        for cell in code
    ]
    assert imports == [True] + [False] * (len(code) - 1), "one import cell, the first"
    opened = ", pictures=True)" in next(cell.source for cell in code if " = Run(" in cell.source)
    assert opened == notebook.pictures, "Run knows, too, that pictures are needed"
    assert "parameters" in code[1].tags and sum("parameters" in cell.tags for cell in code) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_parameters_are_explained_and_used(path):
    notebook = plan.read(path)
    (cell,) = (cell for cell in notebook.cells if "parameters" in cell.tags)
    assert {"CORPUS", "DATA", "PROFILE", "SEED"} <= notebook.defaults.keys()
    uncommented = [line for line in cell.source.splitlines() if "  # " not in line]
    assert not uncommented, "each parameter has a comment on its line"
    nodes = (node for source in notebook.code for node in ast.walk(ast.parse(source)))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    unused = [name for name in notebook.defaults if not name.isupper() or name not in used]
    assert not unused, "every parameter is upper case and used"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks" / "params").glob("*.yaml")), ids=lambda path: path.stem
)
def test_profiles_override_only_what_is_declared(path):
    notebooks = plan.read_all(ROOT / "notebooks")
    profile = plan.read_profile(ROOT / "notebooks", path.stem, notebooks)
    for name, overrides in profile.items():
        if name != "corpus":
            params.read([f"{key}={json.dumps(value)}" for key, value in overrides.items()], notebooks)


def _make(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment or None)


def test_make_lists_what_the_readme_speaks_of():
    targets = set(re.findall(r"^make (\S+)", _make(folder=ROOT).stdout, flags=re.MULTILINE))
    spoken = set(
        re.findall(r"\bmake ([a-z-]+)(?=[\s`]|$)", re.sub(r"(?s)^.*?```", "", _text("README.md"), count=1))
    )
    assert {"report", "test"} <= spoken <= targets


@pytest.fixture
def bare(tmp_path):
    """A folder with the Makefile and the locks, and no environment."""
    for name in ("Makefile", *LOCKS):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_no_python_is_said_in_one_sentence(bare):
    for choice in ("PYTHON=no-such-python", "PYTHON="):
        done = _make("report", choice, folder=bare)
        assert done.returncode and "Python 3.11, 3.12 or 3.13" in done.stderr.splitlines()[0]
    assert not (bare / ".venv").exists()


def test_no_room_is_said_in_one_sentence(bare, monkeypatch):
    (bare / "bin").mkdir()
    (bare / "bin" / "df").write_text("#!/bin/sh\necho head\necho disk 9 9 1000 99% /\n")
    (bare / "bin" / "df").chmod(0o755)
    monkeypatch.setenv("PATH", str(bare / "bin"), prepend=":")
    done = _make("report", f"PYTHON={sys.executable}", folder=bare)
    assert done.returncode and "less than 4 GB are free" in done.stderr.splitlines()[0]


@pytest.mark.slow
def test_no_network_is_said_in_one_sentence_and_leaves_nothing_that_looks_ready(bare, monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    done = _make("report", f"PYTHON={sys.executable}", folder=bare)
    assert done.returncode and "check the network" in done.stderr.splitlines()[0]
    assert not (bare / ".venv" / "requirements.lock").exists()


def test_a_wrong_choice_ends_make_with_one_sentence():
    if not (ROOT / ".venv" / "requirements.lock").exists():
        pytest.skip("the environment of make is not the one in use")
    done = _make("report", "PROFILE=huge", folder=ROOT)
    assert done.returncode and done.stderr.splitlines()[0].startswith("Error: There is no profile named huge")
