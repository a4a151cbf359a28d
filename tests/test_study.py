"""The whole study in its tiny profile as a user runs it: embedded corpus, real recordings, talking faces."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from s2f_utils import files
from s2f_utils.recordings import media, soundtrack
from tests.samples.tables import PLANNED, write_corpus

pytestmark = pytest.mark.slow
NOTEBOOKS = sorted(path.stem for path in (files.ROOT / "notebooks").glob("[0-9]*.py"))
SPEECH = (
    "mouth_correlation",
    "motion_ratio",
    "mouth_rmse",
    "skill",
    "velocity_correlation",
    "sync_offset_frames",
)
PICTURES = ("mse", "psnr", "ssim", "detection_rate", "flicker_ratio", "sharpness_ratio")
PREDICTORS = (
    *("still_face", "mean_motion", "loudness", "ridge", "sentence_mean", "oracle"),
    *("net_2017", "net_2017_repaired", "lstm_2018", "cnn_rnn_live", "cnn_rnn"),
)


def study(work: Path, *arguments: str, command: str = "report") -> subprocess.CompletedProcess:
    environment = os.environ | {"S2F_WORK": str(work)}
    line = [sys.executable, "-m", "s2f_utils", command, *arguments]
    return subprocess.run(line, capture_output=True, text=True, env=environment, cwd=files.ROOT, check=False)


def metrics(folder: Path) -> dict:
    return json.loads((folder / "metrics.json").read_text())


@pytest.fixture(scope="module")
def work(tmp_path_factory, tiny_study) -> Path:
    """A copy of the study, since some of what follows goes on with it."""
    return Path(shutil.copytree(tiny_study, tmp_path_factory.mktemp("work") / "study"))


@pytest.fixture(scope="module")
def report(work) -> Path:
    return work / "reports" / "synthetic-tiny"


def test_everything_is_there(report):
    for name in NOTEBOOKS:
        assert (report / f"{name}.ipynb").is_file() and (report / f"{name}.html").is_file()
    manifest = json.loads((report / "manifest.json").read_text())
    assert list(manifest["notebooks"]) == NOTEBOOKS
    for picture in report.glob("figures/*/*.png"):
        assert picture.stem in json.dumps(manifest["figures"])
    page = (report / "index.html").read_text()
    links = re.findall(r'(?:href|src)="([^"#:]+)"', page)
    assert any(link.endswith(".mp4") for link in links)
    for link in links:
        assert (report / link).exists(), link


def test_every_feature_and_model_is_known_to_its_notebook(work, report):
    """A notebook's header says what it makes; what nobody speaks of would not be missed when it is gone."""
    notebooks = json.loads((report / "manifest.json").read_text())["notebooks"]
    made = [name for entry in notebooks.values() for name in entry["products"]]
    places = [work / "data" / kind for kind in ("features", "models")]
    there = [path for place in places for path in place.rglob("[!.]*") if path.is_file()]
    assert there and sorted(made) == sorted(path.relative_to(work).as_posix() for path in there)


def test_named_results(report):
    numbers = metrics(report)
    wanted = [f"evaluation.{name}.{measure}" for name in PREDICTORS for measure in (*SPEECH, "mse_2017")]
    wanted += [f"dcgan.{name}.{measure}" for name in ("mean_image", "warp", "dcgan") for measure in PICTURES]
    wanted += [f"extraction.{name}_vs_truth" for name in ("nme", "nme_mouth", "mouth_correlation")]
    wanted += ["extraction.detection_rate", "training.cnn_rnn.seconds", "evaluation.cnn_rnn.permutation_p"]
    wanted += [
        f"evaluation.expression.{name}" for name in ("true_motion", "predicted_motion", "sound", "chance")
    ]
    wanted += ["evaluation.cnn_rnn.brow_correlation", "evaluation.oracle.jaw_rmse"]
    wanted += [
        "animate.realtime_factor",
        "report.seconds",
        "dcgan.training_seconds",
        "dcgan.pictures_per_second",
    ]
    assert sorted(set(wanted) - set(numbers)) == []
    assert all(np.isfinite(value) for value in numbers.values())
    assert numbers["evaluation.still_face.motion_ratio"] == pytest.approx(0, abs=1e-4)


def test_the_films_move_and_sound(report):
    """The old users' complaint: a film that does not move. Pictures change, and the sound is as long."""
    films = sorted(report.glob("videos/07_speech_to_face/*.mp4"))
    assert films
    for film in films:
        frames = [frame.astype(float) for frame in media.read_frames(film)]
        sound = soundtrack.read_audio(film)
        assert abs(len(frames) / 25 - len(sound) / 16_000) < 0.15
        assert np.abs(sound).max() > 0.05
        assert (
            np.mean([np.abs(one - other).mean() for one, other in zip(frames, frames[1:], strict=False)])
            > 0.01
        )


def test_nothing_changed_runs_nothing(report, work):
    before = json.loads((report / "manifest.json").read_text())
    done = study(work, "--profile", "tiny")
    after = json.loads((report / "manifest.json").read_text())
    assert done.returncode == 0 and before == after
    assert not any(name in done.stdout for name in NOTEBOOKS)


@pytest.fixture(scope="module")
def few(tmp_path_factory, clips) -> Path:
    """A handful of real recordings, one of them broken."""
    folder = tmp_path_factory.mktemp("few recordings é")
    chosen = sorted((clips / "grid" / "s1").glob("*.mpg"))[:6]
    chosen += sorted((clips / "grid" / "s2").glob("*.mpg")) + sorted((clips / "grid" / "s16").glob("*.mpg"))
    for path in [*chosen, clips / "damaged" / "truncated.mpg"]:
        (folder / path.parent.name).mkdir(exist_ok=True)
        shutil.copyfile(path, folder / path.parent.name / path.name)
    return folder


def test_real_recordings_from_end_to_end(tmp_path, few):
    done = study(tmp_path, "--corpus", "grid", "--data", str(few), "--profile", "tiny")
    assert done.returncode == 0, done.stderr[-3000:]
    numbers = metrics(tmp_path / "reports" / "grid-tiny")
    assert numbers["extraction.unusable_clips"] == 1 and numbers["evaluation.people"] == 2
    assert "evaluation.cnn_rnn.mouth_correlation" in numbers and "dcgan.dcgan.ssim" in numbers
    assert numbers["evaluation.same_speaker.mouth_correlation"] <= 1


def test_landmarks_without_pictures_from_end_to_end(tmp_path):
    """What only moves landmarks runs; what draws pictures is left out, and a parameter of it does no harm."""
    write_corpus(tmp_path / "data" / "raw" / "ravdess-landmarks", PLANNED)
    options = ("--profile", "tiny", "--params", "DELAYS=[0] EVERY=2")
    done = study(tmp_path, "--corpus", "ravdess-landmarks", *options)
    assert done.returncode == 0, done.stderr[-3000:]
    left_out = "Left out, since ravdess-landmarks has no pictures: 06_dcgan_generation, 07_speech_to_face."
    assert done.stdout.splitlines()[0] == left_out
    run = tmp_path / "reports" / "ravdess-landmarks-tiny"
    manifest = json.loads((run / "manifest.json").read_text())
    assert list(manifest["notebooks"]) == sorted(path.stem for path in run.glob("0*.html")) == NOTEBOOKS[:5]
    page = (run / "index.html").read_text()
    assert "The CNN + RNN follows" in page and "06_dcgan" not in page
    for link in re.findall(r'(?:href|src)="([^"#:]+)"', page):
        assert (run / link).exists(), link
    numbers = metrics(run)
    assert numbers["extraction.unusable_clips"] == 0 and numbers["evaluation.people"] == 1
    assert np.isfinite(numbers["evaluation.cnn_rnn.mouth_correlation"])


def test_other_people_are_judged_too(work, report, few):
    done = study(work, "--profile", "tiny", "--real", str(few))
    assert done.returncode == 0, done.stderr[-3000:]
    ran = [name for name in NOTEBOOKS if name in done.stdout]
    assert ran == ["04_evaluation", "07_speech_to_face"]
    numbers = metrics(report)
    assert numbers["transfer.people"] == 3
    assert -1 <= numbers["transfer.cnn_rnn.mouth_correlation"] <= 1
    for name in ("manifest.json", "index.html", "04_evaluation.html", "04_evaluation.ipynb"):
        text = (report / name).read_text()
        assert "few recordings" in text and str(few.parent) not in text, (
            f"{name} tells where the recordings lie"
        )


def test_a_face_talks_from_the_command_line(work, report, clips, tmp_path):
    out = tmp_path / "hello.mp4"
    arguments = ["--text", "Hello to everybody.", "--out", str(out)]
    done = study(work, *arguments, command="animate")
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(list(media.read_frames(out))) > 20 and len(soundtrack.read_audio(out)) > 10_000


@pytest.mark.parametrize("kind", ["empty", "silent", "words"])
def test_a_sound_that_is_none_is_refused(work, report, tmp_path, kind):
    path = tmp_path / f"{kind}.wav"
    if kind == "silent":
        soundfile.write(path, np.zeros(32_000), 16_000)
    else:
        path.write_text("" if kind == "empty" else "these are words, not samples")
    done = study(work, "--wav", str(path), "--out", str(tmp_path / "out.mp4"), command="animate")
    assert done.returncode != 0 and path.name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and not (tmp_path / "out.mp4").exists()
