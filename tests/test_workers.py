"""Nothing is lost: not to a killed run, a dead worker, a full disk; and a cluster makes the same bytes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import yaml

from s2f_utils import StudyError, features, files, workers
from s2f_utils.recordings import corpora, encode
from tests.samples.processes import wait_for


@pytest.fixture(scope="module")
def recordings(tmp_path_factory, clips):
    folder = tmp_path_factory.mktemp("recordings")
    found = sorted((clips / "grid").glob("s*/*.mpg"))[:6]
    for path in found:
        (folder / path.parent.name).mkdir(exist_ok=True)
        shutil.copyfile(path, folder / path.parent.name / path.name)
    return corpora.recordings(folder)


@pytest.fixture(scope="module")
def local(tmp_path_factory, recordings):
    store = tmp_path_factory.mktemp("local")
    features.extract(recordings, store, jobs=1)
    return store


def contents(store: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(store.glob("[!.]*.npz"))}


def whole(store: Path) -> list[str]:
    """Names of the files in a store, each of which must be readable to the end."""
    found = sorted(store.glob("[!.]*.npz"))
    for path in found:
        with np.load(path, allow_pickle=False) as arrays:
            assert all(len(arrays[name]) for name in arrays.files)
    return [path.name for path in found]


def remove_what_killed_writers_left(store: Path, *, at_most: int):
    """Hidden files that had no time to be renamed; a day later, nobody can be writing them any more."""
    left = list(store.glob(".*"))
    assert len(left) <= at_most and all("-unfinished-" in path.name for path in left)
    for path in left:
        os.utime(path, (0, 0))
    files.remove_unfinished(store)
    assert not list(store.glob(".*"))


def end_process(number: int):
    os.kill(os.getpid(), signal.SIGKILL) if number == 2 else None


def double(number: int) -> int:
    return 2 * number


def processes_of(group: int) -> list[str]:
    """Processes, other than zombies, of a session on Linux."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            state, _, _, session, *_ = path.read_text().rsplit(")", 1)[1].split()
            found += [path.parent.name] if int(session) == group and state != "Z" else []
    return found


@pytest.mark.parametrize("jobs", [1, 2])
def test_answers_come_in_the_order_of_the_tasks(jobs):
    numbers = [(number,) for number in range(20)]
    assert workers.each(double, numbers, label="a", unit="b", jobs=jobs) == list(range(0, 40, 2))


def test_a_worker_that_dies_is_said_in_one_sentence():
    with pytest.raises(StudyError, match="ended suddenly"):
        workers.each(end_process, [(number,) for number in range(4)], label="a", unit="b", jobs=2)
    assert workers.each(double, [(4,), (5,)], label="a", unit="b", jobs=2) == [8, 10]


def test_no_process_at_all_is_said_in_one_sentence():
    with pytest.raises(StudyError, match="JOBS=0: no process"):
        workers.each(double, [(1,)], label="a", unit="b", jobs=0)


def test_a_script_needs_no_guard(tmp_path):
    """It is run once, and not again by the processes that it asks for."""
    script = tmp_path / "script.py"
    script.write_text(
        "from operator import neg\nfrom s2f_utils import workers\n"
        "workers._COMMON = 'operator'\n"  # to load more than they need takes seconds
        "print(workers.each(neg, [(1,), (2,)], label='a', unit='b', jobs=2))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[-1, -2]\n"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux alone tells")
def test_processes_end_with_the_one_that_asked_for_them():
    code = "from time import sleep; from s2f_utils import workers; "
    code += "workers._COMMON = 'time'; "  # to load more than they need takes seconds
    code += "workers.each(sleep, [(600,), (600,)], label='a', unit='b', jobs=2)"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": files.ROOT}
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, **quiet)
    wait_for(lambda: len(processes_of(process.pid)) >= 5)  # two at work, and those that stand by them
    process.kill()
    process.wait()
    wait_for(lambda: not processes_of(process.pid))


@pytest.mark.slow
def test_an_interrupted_extraction_ends_with_the_clips_that_it_has_begun(tmp_path, recordings):
    store = tmp_path / "store"
    code = (
        "import sys, pandas as pd; from s2f_utils import features; from s2f_utils.recordings import corpora; "
    )
    code += "clips = corpora.recordings(sys.argv[1]); "
    code += "many = [clips.assign(clip_id=clips['clip_id'] + f'-{turn}') for turn in range(9)]; "
    code += "features.extract(pd.concat(many), sys.argv[2], jobs=2)"
    folder = Path(recordings["path"].iloc[0]).parents[1]
    command = [sys.executable, "-c", code, str(folder), str(store)]
    process = subprocess.Popen(
        command, start_new_session=True, stderr=subprocess.PIPE, text=True, cwd=files.ROOT
    )
    wait_for(lambda: store.is_dir() and list(store.glob("[!.]*.npz")))
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode and said.count("Traceback") == 1 and "KeyboardInterrupt" in said
    assert 1 <= len(whole(store)) < 9 * len(recordings) and not list(store.glob(".*"))


@pytest.mark.slow
@pytest.mark.parametrize("done", [0, 1, 3])
def test_a_killed_extraction_leaves_whole_files_and_goes_on(tmp_path, recordings, local, done):
    """Kill -9 of all its processes, at whatever they are."""
    recordings.to_csv(tmp_path / "clips.csv", index=False)
    store = tmp_path / "store"
    code = "import sys, pandas as pd; from s2f_utils import features; "
    code += "features.extract(pd.read_csv(sys.argv[1], dtype={'speaker': str}), sys.argv[2], jobs=2)"
    command = [sys.executable, "-c", code, str(tmp_path / "clips.csv"), str(store)]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL, cwd=files.ROOT)
    wait_for(lambda: store.is_dir() and len(list(store.glob("[!.]*.npz"))) >= done)
    time.sleep(0.05 * done)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = {name: (store / name).stat().st_mtime_ns for name in whole(store)}
    table = features.extract(recordings, store, jobs=2)
    assert table["usable"].all() and contents(store) == contents(local)
    notes = [name for name in kept if files.read_json(store / name.replace(".npz", ".json"))]
    assert len(kept) - len(notes) <= 3  # a file whose note was not written yet is made again
    remove_what_killed_writers_left(store, at_most=2)


def test_a_process_killed_while_it_writes_leaves_no_half_file(tmp_path, recordings, local):
    name = f"{recordings['clip_id'].iloc[0]}.npz"
    code = "import os, signal, sys; from s2f_utils import files\n"
    code += "with files.atomic_path(sys.argv[1]) as path:\n"
    code += "    path.write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)"
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path / name)], cwd=files.ROOT)
    assert ended.returncode == -signal.SIGKILL and not whole(tmp_path)
    features.extract(recordings[:1], tmp_path, jobs=1)
    assert contents(tmp_path) == {name: contents(local)[name]}
    remove_what_killed_writers_left(tmp_path, at_most=1)


def test_a_full_disk_is_said_in_one_sentence(tmp_path, recordings):
    """A file system of 2 MB: the first clips fit, the next does not, and what is there is whole."""
    store = tmp_path / "store"
    store.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(store)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root can make a small file system")
    try:
        with pytest.raises(StudyError, match="disk is full"):
            features.extract(recordings, store, jobs=1)
        assert 1 <= len(whole(store)) < len(recordings)
        with pytest.raises(StudyError, match="disk is full"):
            noise = np.random.default_rng(0).integers(0, 256, (50, 256, 256, 3), dtype=np.uint8)
            encode.write_video(store / "film.mp4", noise, quality=0)
        assert not (store / "film.mp4").exists() and not list(store.glob(".*"))
    finally:
        subprocess.run(["umount", str(store)], check=True)


def _in_cluster(name: str, address: str) -> list[str]:
    """Take a command from ``cluster.yaml``, with this environment's programs and another address."""
    parts = yaml.safe_load_all((files.ROOT / "cluster.yaml").read_text(encoding="utf-8"))
    (part,) = (part for part in parts if (part["kind"], part["metadata"]["name"]) == ("Deployment", name))
    program, *arguments = part["spec"]["template"]["spec"]["containers"][0]["command"]
    arguments = [address if "tcp://" in argument else argument for argument in arguments]
    return [str(Path(sys.executable).with_name(Path(program).name)), *arguments]


@pytest.fixture
def cluster(tmp_path_factory):
    """A scheduler and two workers on loopback, from their command lines: address and worker processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    scheduler, worker = (_in_cluster(name, address) for name in ("dask-scheduler", "dask-worker"))
    worker += ["--no-nanny", "--local-directory"]  # a nanny would start a killed one anew
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": files.ROOT}
    processes = [subprocess.Popen(scheduler, **quiet)]
    processes += [subprocess.Popen([*worker, tmp_path_factory.mktemp("worker")], **quiet) for _ in range(2)]
    try:
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_makes_the_same_bytes(tmp_path, recordings, local, cluster):
    address, _ = cluster
    table = features.extract(recordings, tmp_path, scheduler=address)
    assert table["usable"].all() and contents(tmp_path) == contents(local)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_loses_nothing(tmp_path, recordings, local, cluster):
    address, (first, _) = cluster

    def kill():
        wait_for(lambda: len(list(tmp_path.glob("[!.]*.npz"))) >= 2)
        first.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    table = features.extract(recordings, tmp_path, scheduler=address)
    killer.join()
    assert first.wait() == -signal.SIGKILL
    assert table["usable"].all() and contents(tmp_path) == contents(local)


def test_no_scheduler_is_said_in_one_sentence(tmp_path, recordings, monkeypatch):
    monkeypatch.setattr(workers, "_PATIENCE", 2)
    with pytest.raises(StudyError, match="SCHEDULER=tcp://127.0.0.1:9: no Dask scheduler"):
        features.extract(recordings, tmp_path, scheduler="tcp://127.0.0.1:9")


def test_a_worker_of_another_version_is_refused(tmp_path, recordings):
    with pytest.raises(StudyError, match="another version"):
        features._store_clip(recordings["path"].iloc[0], tmp_path / "a.npz", "other code", 0)
    assert not list(tmp_path.iterdir())
