"""Every command of the README is understood as it stands there, and run by a test: here, or where `RUN` says.

The lines with kubectl need a cluster that no test has: they are held against `cluster.yaml` alone. Those that
bring the packages for a GPU are held against the lock and against what the installed packages offer.
"""

import ast
import importlib.metadata
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from PIL import Image

from bench import seeds
from s2f_utils import __main__, files
from s2f_utils.recordings import encode, media, soundtrack
from s2f_utils.rigs import tracks
from s2f_utils.study import params, plan
from s2f_utils.synthetic import portrait
from s2f_utils.talking import animate, options as animate_options
from tests.samples.archives import archive, serve
from tests.samples.houses import mark_ready

README = (files.ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
COMMANDS = [re.sub(r"\s+# .*", "", line) for block in BLOCKS for line in block.splitlines() if line.strip()]
PROGRAMS = ("python", "pip", "dask", "jupyter", "jupytext", "voila", "ruff", "pre-commit")
LOCKS = ("requirements.lock", "requirements-test.lock")
NOTEBOOKS = plan.read_all(files.ROOT / "notebooks")
TREE = ("Makefile", *LOCKS, "README.md", "matplotlibrc", "s2f_utils", "notebooks")
# Command → the test that runs it, of this file where none is named; and words by which that test, or a
# fixture that it uses, is seen to do so.
RUN = {
    "make report": "test_study.py::test_everything_is_there s2f_utils report",
    "make test": "test_make_test_lints_and_tests",
    'make animate TEXT="Dogs are sitting by the door"': "test_a_face_talks",
    "make animate WAV=speech.wav FACE=photo.jpg OUT=talk.mp4": "test_a_face_talks",
    "make animate WAV=speech.wav FACE=photo.jpg LABEL=true": "test_a_face_talks",
    "make animate WAV=speech.wav FACE=film.mp4 SIZE=720": "test_a_face_talks",
    'make animate WAV=speech.wav OUT=talk.mp4 FORMATS="gif csv npz"': "test_a_face_talks",
    "make animate WAV=speech.wav VIEW=face": "test_a_face_talks",
    "make animate WAV=speech.wav EMOTION=happy INTENSITY=1.5": "test_a_face_talks",
    "make animate WAV=speech.wav VOICE=calm.wav": "test_a_face_talks",
    "make animate WAV=speech.wav MOTION=none": "test_a_face_talks",
    'make animate WAV="a.wav b.wav" OUT=films/': "test_a_face_talks",
    "make animate WAV=speech.wav OUT=talk.csv": "test_a_face_talks",
    'make animate WAV=speech.wav OUT=talk.csv FORMATS="arkit visemes"': "test_a_face_talks",
    "make lab": "test_browser.py::test_lab_opens_on_the_list_of_notebooks jupyter lab "
    "--ServerApp.root_dir=notebooks --LabApp.default_url=/lab/tree/README.md",
    "make page": "test_browser.py::test_the_panel_is_a_page_of_its_own python -m s2f_utils page",
    "make live": "live/test_in_browser.py::test_a_face_moves_with_the_voice voila --Voila.ip=localhost "
    "notebooks/live.ipynb",
    "make live OUT=osc://127.0.0.1:39539": "live/test_in_browser.py::test_an_avatar_follows_the_voice OUT "
    "osc:// voila --Voila.ip=localhost notebooks/live.ipynb",
    "make live OUT=ws://127.0.0.1:9001": "live/test_page.py::"
    "test_other_programs_hear_what_the_face_shows out= ws://",
    "make student": "test_teaching.py::test_a_students_copy_lacks_the_solutions_alone make student",
    'make report CORPUS=folder DATA="my recordings"': "test_a_corpus_is_read",
    "make report REAL=path/to/videos": "test_study.py::test_other_people_are_judged_too --real",
    "make data CORPUS=grid SPEAKERS=s1,s4,s7": "test_recordings_arrive",
    "make report CORPUS=grid": "test_a_corpus_is_read",
    "make data CORPUS=ravdess ACTORS=1,2": "test_recordings_arrive",
    "make report CORPUS=ravdess": "test_a_corpus_is_read",
    "make report CORPUS=ravdess DATA=path/to/ravdess": "test_a_corpus_is_read",
    "make data CORPUS=ravdess-landmarks": "recordings/test_openface.py::"
    "test_tables_and_sounds_arrive_side_by_side main([ data --corpus",
    "make report CORPUS=ravdess-landmarks": "test_study.py::test_landmarks_without_pictures_from_end_to_end "
    "report --corpus ravdess-landmarks",
    "make data CORPUS=ravdess-speech": "recordings/test_voices.py::test_speech_arrives_where_it_is_told "
    "main([ data --corpus",
    "make report VOICES=data/raw/ravdess-speech": "study/test_runner.py::"
    "test_voices_reach_the_notebook_that_declares_them voices report(",
    ".venv/bin/dask scheduler --no-dashboard &": "test_a_cluster_comes_together",
    "srun --ntasks=64 .venv/bin/dask worker tcp://$(hostname):8786 --nthreads 1 --no-dashboard &": (
        "test_a_cluster_comes_together"
    ),
    "make report CORPUS=ravdess SCHEDULER=tcp://$(hostname):8786": (
        "test_workers.py::test_a_cluster_makes_the_same_bytes scheduler=address dask-worker"
    ),
    "kubectl apply -f cluster.yaml": "test_kubernetes_knows_the_names",
    "kubectl scale deployment dask-worker --replicas=64": "test_kubernetes_knows_the_names",
    "kubectl exec deploy/dask-scheduler -- make report CORPUS=ravdess SCHEDULER=tcp://dask-scheduler:8786": (
        "test_kubernetes_knows_the_names"
    ),
    ".venv/bin/pip uninstall --yes tensorflow-cpu": "test_a_gpu_gets_the_locked_versions",
    '.venv/bin/pip install "tensorflow[and-cuda]==2.21.0"': "test_a_gpu_gets_the_locked_versions",
    '.venv/bin/pip install "jax[cuda12]==0.10.2"': "test_a_gpu_gets_the_locked_versions",
    "make verify": "test_a_report_is_verified",
    "make verify REAL=path/to/videos": "study/test_verify.py::test_other_real_recordings_are_not_compared "
    "real= verify.check",
    "make where NAME=evaluation.cnn_rnn.mouth_correlation": "test_make_where_tells_a_cell",
    ".venv/bin/pre-commit install": "test_hooks.py::test_a_commit_is_checked pre-commit install",
    "make seeds REAL=path/to/videos": "test_seeds.py::"
    "test_seeds_scatter_and_a_break_costs_no_finished_seed seeds.measure",
    "make pair": "test_make_pair_lets_the_notebook_follow",
    '.venv/bin/python -m pytest -m "not slow"': "test_the_quick_tests_are_the_many",
}


def run_by(test: str) -> list[str]:
    """List the commands that a test of this file runs."""
    return [command for command, by in RUN.items() if by == test]


@cache
def functions_of(path: Path) -> dict[str, tuple[ast.FunctionDef, str]]:
    """Functions of a file of tests by their names, each with the file's text."""
    text = path.read_text(encoding="utf-8")
    nodes = ast.parse(text).body
    return {node.name: (node, text) for node in nodes if isinstance(node, ast.FunctionDef)}


def reached(path: Path, name: str) -> str:
    """Source of a test together with the functions and fixtures of its file and of conftest that it uses."""
    functions = functions_of(files.ROOT / "tests" / "conftest.py") | functions_of(path)
    waiting, found = [name], {}
    while waiting:
        if (one := waiting.pop()) in functions and one not in found:
            node, text = functions[one]
            found[one] = ast.get_source_segment(text, node)
            waiting += [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
            waiting += [inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)]
    return "\n".join(found.values())


def test_every_command_is_run_by_a_test():
    missing = [command for command in COMMANDS if command not in RUN]
    assert not missing, f"no test runs {missing}: write one, and say in RUN which it is"
    assert sorted(RUN) == sorted(set(COMMANDS)), "RUN speaks of commands that the README does not"
    for command, by in RUN.items():
        node, *words = by.split()
        path, _, name = node.rpartition("::")
        source = reached(Path(__file__).parent / (path or "test_readme.py"), name)
        assert name.startswith("test_") and source, f"{command}: there is no test {node}"
        absent = [word for word in words if word not in source]
        assert not absent, f"{command}: {node} does not speak of {absent}"


@pytest.fixture
def empty(tmp_path) -> Path:
    """The Makefile with stand-ins for every program, which write down what they were given."""
    for name in ("Makefile", *LOCKS, "cluster.yaml"):
        shutil.copy(files.ROOT / name, tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for name in LOCKS:
        mark_ready(tmp_path / ".venv", tmp_path, name)
    note = '#!/bin/sh\n{ printf "%s\\0" "${0##*/}" "$@"; printf "\\n"; } >>"$CALLS"\n'
    stand_ins = {f".venv/bin/{name}": note for name in PROGRAMS}
    stand_ins["bin/srun"] = f'{note}shift; exec "$@"\n'  # what follows the options
    stand_ins["bin/kubectl"] = (
        f'{note}while [ $# -gt 0 ]; do [ "$1" = -- ] && shift && exec "$@"; shift; done\n'
    )
    stand_ins["bin/hostname"] = "#!/bin/sh\necho node-1\n"
    for name, text in stand_ins.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def calls(command: str, folder: Path) -> list[list[str]]:
    """Let bash run a line of the README as it stands there; what each program was given."""
    noted = folder / "calls"
    noted.unlink(missing_ok=True)
    environment = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "CALLS": str(noted)}
    line = f"{command.removesuffix('&')}"
    done = subprocess.run(["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [line.split("\0")[:-1] for line in noted.read_text().splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_understood_as_it_is_written(command, empty):
    """Each NAME=value of a line of make arrives, through bash and make, in an option of that value."""
    *_, (program, *given) = calls(command, empty)
    if given[:2] == ["-m", "s2f_utils"]:
        if given[2] == "animate":
            options = vars(animate_options._parser().parse_args(given[3:]))
        else:
            options = vars(__main__._parser().parse_args(given[2:]))
        arrived = [" ".join(value) if isinstance(value, list) else value for value in options.values()]
        words = shlex.split(command.replace("$(hostname)", "node-1"))
        values = [word.partition("=")[2] for word in words[words.index("make") + 2 :]]
        assert [value for value in values if value not in map(str, arrived)] == []
    elif given[:2] == ["-m", "bench.seeds"]:
        assert command.endswith(f"REAL={seeds._parser().parse_args(given[2:]).real}")
    elif command.startswith(".venv/bin/"):
        assert [f".venv/bin/{program}", *given] == shlex.split(command.removesuffix("&"))
    else:
        assert program in command or command in (
            "make lab",
            "make page",
            "make live",
            "make live OUT=osc://127.0.0.1:39539",
            "make live OUT=ws://127.0.0.1:9001",
            "make test",
            "make pair",
            "make student",
        )


def test_make_lab_and_the_pages_start_what_the_browser_tests_start(empty):
    for command in ("make lab", "make page", "make live"):
        ((program, *given),) = calls(command, empty)
        others = {"--allow-root", "--corpus=synthetic", "--profile=quick"}  # for root; the tests have tiny
        assert set(RUN[command].split()[1:]) == {program, *given} - others


@pytest.mark.parametrize("out", ["osc://127.0.0.1:39539", "ws://127.0.0.1:9001", "a $(date) b"])
def test_make_live_asks_first_whether_its_numbers_can_go_out(out, empty):
    asked, page = calls(f"make live OUT='{out}'", empty)
    assert asked == ["python", "-m", "s2f_utils", "reach", "--", out] and page == calls("make live", empty)[0]


def test_make_test_lints_and_tests(empty):
    wanted = [["ruff", "check"], ["ruff", "format", "--check"], ["python", "-m", "pytest"]]
    assert calls("make test", empty) == wanted


@pytest.mark.parametrize("command", run_by("test_recordings_arrive"))
def test_recordings_arrive(command, empty, monkeypatch, work, capsys):
    """A line that fetches recordings, with a server on this machine in place of the publisher's."""
    ((_, _, _, *given),) = calls(command, empty)
    people = command.rpartition("=")[2].split(",")
    if "ravdess" in command:
        names = {f"Actor_{int(one):02d}/01-01-05-02-01-01-{int(one):02d}.mp4": one for one in people}
        archives = {f"Video_Speech_Actor_{int(one):02d}.zip": archive([name]) for name, one in names.items()}
    else:
        names = {f"{one}/bbaf2n.mpg": one for one in people}
        archives = {f"{one}.zip": archive([name]) for name, one in names.items()}
    with serve(archives) as server:
        assert __main__.main([*given, "--host", server.url]) == 0
    (corpus,) = (one.removeprefix("--corpus=") for one in given if one.startswith("--corpus="))
    folder = work / "data" / "raw" / corpus
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.mp*g*")}
    found |= {path.relative_to(folder).as_posix() for path in folder.rglob("*.mp4")}
    assert found == set(names) and f"The corpus {corpus} is ready" in capsys.readouterr().out


def tree(folder: Path) -> Path:
    """Copy what make works with; the environment in use serves as the one that make would build."""
    folder.mkdir(exist_ok=True)
    for name in TREE:
        source = files.ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, folder / name)
    shutil.copytree(files.ROOT / "reports" / "reference", folder / "reports" / "reference")
    (folder / ".venv").symlink_to(sys.prefix)
    mark_ready(folder / "ready", folder)
    return folder


def bash(command: str, folder: Path, **environment: object) -> subprocess.CompletedProcess:
    """Run a line of the README in such a copy, in the tiny profile."""
    given = {"PYTHONPATH": folder, "MAKEFLAGS": "READY=ready/requirements.lock PROFILE=tiny"} | environment
    environment = os.environ | {name: str(value) for name, value in given.items()}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory, tiny_study) -> tuple[Path, Path]:
    """A copy of the house, and one of a finished tiny study for it."""
    folder = tree(tmp_path_factory.mktemp("house"))
    return folder, Path(shutil.copytree(tiny_study, tmp_path_factory.mktemp("work") / "study"))


@pytest.fixture(scope="module")
def spoken(house) -> Path:
    folder, _ = house
    for number, name in enumerate(("speech", "a", "b", "calm"), start=1):
        soundfile.write(folder / f"{name}.wav", animate.say("Good morning to you.", speaker=number), 16_000)
    face = portrait.portrait_of(2, size=400)
    Image.fromarray(face).save(folder / "photo.jpg")
    encode.write_video(folder / "film.mp4", [np.roll(face, shift, axis=1) for shift in range(25)])
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", run_by("test_a_face_talks"))
def test_a_face_talks(command, house, spoken):
    options = dict(word.partition("=")[::2] for word in shlex.split(command)[2:])
    done = bash(command, spoken, S2F_WORK=house[1])
    assert done.returncode == 0, done.stderr[-2000:]
    out = spoken / options.get("OUT", house[1] / "reports" / "talk.mp4")
    endings = tracks.endings(options.get("FORMATS", "").split())
    names = [out.with_suffix(f".{ending}") for ending in endings]
    names += [out / "a.mp4", out / "b.mp4"] if out.is_dir() else [out]
    for path in names:
        if path.suffix == ".mp4":
            frames = [frame.astype(float) for frame in media.read_frames(path)]
            assert len(frames) > 20 and np.abs(np.diff(frames, axis=0)).mean() > 0.01
            assert np.abs(soundtrack.read_audio(path)).max() > 0.05
            height, width, _ = frames[0].shape
            alone = "FACE" in options or options.get("VIEW") == "face"
            assert width == (1 if alone else 2) * height
        assert path.stat().st_size > 1000
        path.unlink()


@pytest.mark.slow
def test_make_where_tells_a_cell(house):
    (command,) = run_by("test_make_where_tells_a_cell")
    done = bash(command, house[0], S2F_WORK=house[1])
    assert done.returncode == 0 and "mouth_correlation: 04_evaluation, cell " in done.stdout, done.stderr


@pytest.mark.slow
def test_a_report_is_verified(house):
    """Its own numbers made the reference, a report passes; one number tampered with is named."""
    folder, work = house
    kept = bash("make reference", folder, S2F_WORK=work)
    assert kept.returncode == 0, kept.stderr
    for name in ("photograph.webp", "talking_face.gif"):
        assert (folder / "reports" / "reference" / name).stat().st_size > 10_000
    numbers = files.read_json(folder / "reports" / "reference" / "metrics.json")
    name = "evaluation.cnn_rnn.mouth_rmse"
    assert f"{numbers[name]:.4f}" in (folder / "README.md").read_text().partition("<details>")[0]
    done = bash("make verify", folder, S2F_WORK=work)
    assert done.returncode == 0, done.stderr[-2000:]
    counts = re.search(r"(\d+) of (\d+) numbers are as in the reference", done.stdout)
    assert counts[1] == counts[2] and int(counts[1]) > 200
    reference = folder / "reports" / "reference" / "metrics.json"
    files.write_json(reference, numbers | {name: numbers[name] * 2 + 1})
    done = bash("make verify", folder, S2F_WORK=work)
    assert done.returncode and f"is not as its reference: {name}." in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", run_by("test_a_corpus_is_read"))
def test_a_corpus_is_read(command, tiny_study, tmp_path):
    """The first notebook of the study alone, on films of the embedded corpus in place of real ones."""
    folder, work = tree(tmp_path / "house"), tmp_path / "work"
    for path in (folder / "notebooks").glob("0[2-9]_*"):
        path.unlink()
    (folder / "notebooks" / "params" / "tiny.yaml").write_text("01_exploration: {}\n")
    options = dict(word.partition("=")[::2] for word in shlex.split(command)[2:])
    data = options.get("DATA")
    place = folder / data if data else work / "data" / "raw" / options["CORPUS"]
    for number, path in enumerate(sorted((tiny_study / "data" / "raw" / "synthetic-tiny").rglob("*.mp4"))):
        person = place / ("anna" if number % 4 else "ben" if number == 0 else "carl")
        person.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, person)
    done = bash(command, folder, S2F_WORK=work)
    assert done.returncode == 0, done.stderr[-2000:]
    run = work / "reports" / f"{options['CORPUS']}-tiny"
    numbers = files.read_json(run / "metrics.json")
    people = 24 if options["CORPUS"] == "ravdess" else 3
    assert numbers["corpus.clips"] == 24 and numbers["corpus.speakers"] == people
    for path in (run / "manifest.json", *run.glob("*.html"), *run.glob("*.ipynb")):
        assert str(place) not in path.read_text(), f"{path.name} tells where the recordings lie"
    parameters = files.read_json(run / "manifest.json")["notebooks"]["01_exploration"]["parameters"]
    assert parameters["DATA"] == place.name


@pytest.mark.slow
def test_a_cluster_comes_together(tmp_path):
    """The lines for SLURM, with two tasks on this machine and a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    lines = [line.replace("8786", port) for line in run_by("test_a_cluster_comes_together")]
    lines[0] = lines[0].replace("scheduler", f"scheduler --host 127.0.0.1 --port {port}")
    (tmp_path / "bin").mkdir()
    (tmp_path / ".venv").symlink_to(sys.prefix)
    srun = f'#!/bin/sh\nshift\n"$@" --local-directory {tmp_path} &\n"$@" --local-directory {tmp_path}\nwait\n'
    for name, text in {"srun": srun, "hostname": "#!/bin/sh\necho 127.0.0.1\n"}.items():
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    come = "import sys; from distributed import Client; client = Client(sys.argv[1])\n"
    come += (
        "client.wait_for_workers(2, timeout=120); print(sum(client.nthreads().values())); client.shutdown()"
    )
    lines.append(f'.venv/bin/python -c "{come}" tcp://127.0.0.1:{port}')
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    with (tmp_path / "log").open("w") as log:
        command, where = ["bash", "-c", "\n".join(lines)], {"cwd": tmp_path, "env": environment}
        process = subprocess.Popen(command, **where, stdout=subprocess.PIPE, stderr=log)
        said, _ = process.communicate(timeout=300)
    assert process.returncode == 0 and said.split()[-1] == b"2", (tmp_path / "log").read_text()[-2000:]


def test_kubernetes_knows_the_names():
    text = (files.ROOT / "cluster.yaml").read_text(encoding="utf-8")
    parts = {(one["kind"], one["metadata"]["name"]): one["spec"] for one in yaml.safe_load_all(text)}
    apply, scale, execute = map(shlex.split, run_by("test_kubernetes_knows_the_names"))
    assert apply == ["kubectl", "apply", "-f", "cluster.yaml"]
    assert scale[:3] == ["kubectl", "scale", "deployment"] and ("Deployment", scale[3]) in parts
    assert ("Deployment", execute[2].removeprefix("deploy/")) in parts
    host, port = execute[-1].removeprefix("SCHEDULER=tcp://").split(":")
    assert parts["Service", host]["ports"] == [{"port": int(port)}]
    claims = [one["template"]["spec"]["volumes"] for (kind, _), one in parts.items() if kind == "Deployment"]
    assert all(volume["persistentVolumeClaim"]["claimName"] == "study" for (volume,) in claims)


@pytest.mark.parametrize("command", run_by("test_a_gpu_gets_the_locked_versions"))
def test_a_gpu_gets_the_locked_versions(command):
    lock = "".join((files.ROOT / name).read_text(encoding="utf-8") for name in LOCKS)
    *_, wanted = shlex.split(command)
    if "uninstall" in command:
        assert re.search(rf"^{wanted}==", lock, re.M)
        return
    name, extra, version = re.fullmatch(r"(\w+)\[([\w-]+)\]==([\d.]+)", wanted).groups()
    assert re.search(rf"^{name}=={re.escape(version)} ", lock, re.M)
    # On Linux TensorFlow without CUDA stands for it here: the same release, with the same extras.
    (installed,) = {name, f"{name}-cpu"} & {
        one.name.replace("_", "-") for one in importlib.metadata.distributions()
    }
    assert importlib.metadata.version(installed) == version
    assert extra in importlib.metadata.metadata(installed).get_all("Provides-Extra")


@pytest.mark.slow
def test_make_pair_lets_the_notebook_follow(tmp_path):
    folder = tree(tmp_path / "house")
    path = folder / "notebooks" / "01_exploration.py"
    path.write_text(path.read_text().replace("Every corpus becomes the same table.", "One table for all."))
    done = bash("make pair", folder)
    assert done.returncode == 0, done.stderr
    pairs = folder.glob("notebooks/*.ipynb")
    before = {one: (files.ROOT / "notebooks" / one.name).read_text() for one in pairs}
    changed = [one for one, text in before.items() if one.read_text() != text]
    assert changed == [path.with_suffix(".ipynb")] and "One table for all." in changed[0].read_text()


@pytest.mark.slow
def test_the_quick_tests_are_the_many():
    """Collected, not run: this is one of the tests, and they run the others."""
    (command,) = run_by("test_the_quick_tests_are_the_many")
    line = [sys.executable, *shlex.split(command)[1:], "--collect-only"]
    done = subprocess.run(line, cwd=files.ROOT, capture_output=True, text=True)
    chosen, everything = map(int, re.search(r"(\d+)/(\d+) tests collected", done.stdout).groups())
    assert done.returncode == 0 and everything / 2 < chosen < everything


def test_make_clean_leaves_what_is_tracked(tmp_path):
    folder = tree(tmp_path)
    for name in ("README.md", "talk.mp4", "synthetic-quick/index.html", "reference/metrics.json"):
        path = folder / "reports" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert bash("make clean", folder).returncode == 0
    assert sorted(path.name for path in (folder / "reports").iterdir()) == ["README.md", "reference"]
    assert (folder / "reports" / "reference" / "metrics.json").exists() and (folder / ".venv").exists()


def test_parameters_that_are_spoken_of_can_be_given():
    text = README.partition("## Your own recordings")[2].partition("\n## ")[0]
    pairs = re.findall(r'`(?:PARAMS=")?([A-Z]+=[\w.]+)"?`', text)
    assert len(pairs) > 4
    values = params.read([one for one in pairs if one != "PROFILE=full"], NOTEBOOKS)
    assert values["PERSON"] == "s1" and plan.read_profile(files.ROOT / "notebooks", "full", NOTEBOOKS)


def test_the_citation_says_what_licence_and_package_say():
    citation = yaml.safe_load((files.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((files.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
    (author,) = citation["authors"]
    assert author["name"] in (files.ROOT / "LICENSE").read_text(encoding="utf-8")
    assert README.startswith(f"# {citation['title']}\n")
