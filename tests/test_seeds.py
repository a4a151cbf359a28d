"""`make seeds` trains a small study from each seed, goes on after a break, and keeps how numbers scatter."""

import pytest

from bench import seeds
from s2f_utils import StudyError, files
from s2f_utils.study import headline, plan
from tests.samples.notebooks import HEADER, edit_notebook

# What is trained: it needs the features that are there, and fails from the second seed while told so.
TRAINING = """
# %%
from s2f_utils import StudyError, files
from s2f_utils.study import record

run = record.Run("03_cnn_rnn_training", corpus=CORPUS, profile=PROFILE)
store = files.DATA / "features"
with (store / "trained.txt").open("a") as log:
    log.write(f"{SEED} ")
if SEED == 2 and (store / "break").exists():
    raise StudyError("There is a break.")
run.models.mkdir(parents=True)
(run.models / "weights").write_text(str(SEED))
run.record({"training.cnn_rnn.gain": SEED * 10, "training.cnn_rnn.seconds": SEED})
"""
DRAWING = """
# %%
from s2f_utils.study import record

run = record.Run("06_dcgan_generation", corpus=CORPUS, profile=PROFILE)
run.record("dcgan.dcgan.detection_rate", 1.0)
if SEED == 2:
    run.record("dcgan.dcgan_2017.landmark_nme", 0.5)
"""
JUDGING = """
# %%
from s2f_utils.study import record

run = record.Run("04_evaluation", corpus=CORPUS, profile=PROFILE)
weights = int((run.models / "weights").read_text())
run.record("evaluation.cnn_rnn.mouth_correlation", run.metric("training.cnn_rnn.gain") / (30 * weights**2))
run.record({"ablation.breath.mouth_correlation": weights, "evaluation.folds.people": weights})
"""
READING = """
# %%
from s2f_utils.study import record

run = record.Run("05_expression", corpus=CORPUS, profile=PROFILE)
run.record("evaluation.expression.sound", int((run.models / "weights").read_text()) / 4)
"""
FEATURES = {"corpus": {"digest": "c"}, "notebooks": {"02_feature_extraction": {"executed": "today"}}}


@pytest.fixture
def toy(work, monkeypatch):
    """Four notebooks that train, draw, judge and read out, and the features of a report."""
    folder = work / "notebooks"
    (folder / "params").mkdir(parents=True)
    (folder / "params" / "toy.yaml").write_text("")
    earlier = HEADER.format(name="02", needs="", parameter="SEED")
    (folder / "02_feature_extraction.py").write_text(earlier)
    for name, needs, body in (
        ("03_cnn_rnn_training", "02_feature_extraction", TRAINING),
        ("04_evaluation", "03_cnn_rnn_training", JUDGING),
        ("05_expression", "03_cnn_rnn_training", READING),
        ("06_dcgan_generation", "02_feature_extraction", DRAWING),
    ):
        (folder / f"{name}.py").write_text(HEADER.format(name=name, needs=needs, parameter="SEED") + body)
    (work / "data" / "features").mkdir(parents=True)
    files.write_json(work / "reports" / "synthetic-toy" / "manifest.json", FEATURES)
    monkeypatch.setattr(headline, "REFERENCE", work / "reference")
    files.write_json(work / "reference" / "manifest.json", {"run": "synthetic-toy"})
    return folder


@pytest.mark.slow
def test_seeds_scatter_and_a_break_costs_no_finished_seed(toy, work, capsys):
    (work / "data" / "features" / "break").touch()
    with pytest.raises(StudyError, match="03_cnn_rnn_training: There is a break"):
        seeds.measure("toy", count=2, notebooks=toy)
    (work / "data" / "features" / "break").unlink()
    capsys.readouterr()
    path = seeds.measure("toy", count=2, notebooks=toy)
    said = capsys.readouterr().out
    assert "Seed 1 of 2\n  trained before\nSeed 2 of 2\n  8 numbers in " in said
    assert "Left out" in said and "ablation" in said
    assert (work / "data" / "features" / "trained.txt").read_text().split() == ["1", "2", "2"]
    kept = files.read_json(path)
    assert path == work / "reference" / "seeds.json"
    # By hand: 10 and 20; 1/3 and 1/6, which lie 1/6 apart, √2 standard deviations; 1/4 and 1/2.
    assert kept["mean"] == {
        "dcgan.dcgan.detection_rate": 1.0,
        "evaluation.cnn_rnn.mouth_correlation": 0.25,
        "evaluation.expression.sound": 0.375,
        "training.cnn_rnn.gain": 15.0,
    }
    assert kept["spread"] == {
        "dcgan.dcgan.detection_rate": 0.0,
        "evaluation.cnn_rnn.mouth_correlation": 0.1179,
        "evaluation.expression.sound": 0.1768,
        "training.cnn_rnn.gain": 7.071,
    }
    assert (kept["run"], kept["seeds"]) == ("synthetic-toy", [1, 2]) and kept["commit"]
    assert kept["real"] == kept["voices"] == ""
    assert sorted(one.name for one in (work / "data" / "seeds" / "synthetic-toy").iterdir()) == [
        "1.json",
        "2.json",
    ]
    assert headline.trainings("synthetic-toy", {})["spread"] == kept["spread"]
    assert not (work / "data" / "models").exists(), "a report's own models are left alone"


def test_a_seed_is_trained_again_when_anything_changes(toy, work):
    before = seeds.read("toy", "", toy).key(1)
    assert before == seeds.read("toy", "", toy).key(1) != seeds.read("toy", "", toy).key(2)
    edit_notebook(toy, "04_evaluation", "30 *", "40 *")
    changed = seeds.read("toy", "", toy)
    assert changed.key(1) != before
    files.write_json(
        work / "reports" / "synthetic-toy" / "manifest.json", FEATURES | {"corpus": {"digest": "d"}}
    )
    assert seeds.read("toy", "", toy).key(1) != changed.key(1)


def test_other_people_are_those_of_the_report(toy, work):
    """Recordings and voices reach the notebook that asks for them; what none asks for is said."""
    (work / "people").mkdir()
    for name in ("a.mp4", "03-01-05-02-01-01-12.wav"):
        (work / "people" / name).write_bytes(b"a")
    people = str(work / "people")
    with pytest.raises(StudyError, match="no notebook declares the parameter VOICES"):
        seeds.read("toy", "", toy, voices=people)
    edit_notebook(toy, "04_evaluation", 'PROFILE = "full"', 'PROFILE = "full"\nREAL = ""\nVOICES = ""')
    none, real = (seeds.read("toy", folder, toy) for folder in ("", people))
    heard = seeds.read("toy", "", toy, voices=people)
    assert none.inputs == {"CORPUS": "c", "REAL": "", "VOICES": ""}
    assert real.inputs["REAL"] == heard.inputs["VOICES"] != "" == heard.inputs["REAL"]
    assert heard.parameters(1)["04_evaluation"]["VOICES"] == people
    assert len({study.key(1) for study in (none, real, heard)}) == 3


def test_another_profile_is_not_kept_with_the_reference(toy, work):
    files.write_json(work / "reference" / "manifest.json", {"run": "synthetic-quick"})
    study = seeds.read("toy", "", toy)
    for seed in (1, 2):
        numbers = {"evaluation.cnn_rnn.mouth_correlation": seed / 8}
        files.write_json(
            work / "data" / "seeds" / study.run / f"{seed}.json", {"key": study.key(seed), "numbers": numbers}
        )
    path = seeds.measure("toy", count=2, notebooks=toy)
    assert path == work / "data" / "seeds" / "synthetic-toy" / "seeds.json"
    assert files.read_json(path)["mean"] == {"evaluation.cnn_rnn.mouth_correlation": 0.1875}
    assert not (work / "reference" / "seeds.json").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--seeds", "1"], "1 training does not scatter; give --seeds=2 or more."),
        (["--profile", "huge"], "There is no profile named huge"),
        (
            [],
            "There is no report synthetic-quick to take features from; `make report PROFILE=quick` makes it.",
        ),
        (["--real", "nowhere"], "say where the real recordings lie with REAL=."),
        (["--voices", "nowhere"], "VOICES="),
    ],
)
def test_a_bad_call_gets_one_sentence(options, sentence, work, capsys):
    assert seeds.main(options) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Error: ") and sentence in line


def test_what_costs_much_is_little_and_left_out():
    """Each parameter that is made small is one of notebook 04, and makes numbers that are not kept."""
    judging = plan.read(files.ROOT / "notebooks" / "04_evaluation.py")
    assert seeds.LITTLE.keys() <= judging.defaults.keys()
    found = {"ablation.breath.mouth_correlation": 0.1, "evaluation.folds.people": 6, "training.x.seconds": 1}
    assert seeds.scatter([found, found]) == {"mean": {}, "spread": {}}
