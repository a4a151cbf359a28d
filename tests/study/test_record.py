"""Named results: numbers, figures with the same bytes, clear words for what is wrong."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from s2f_utils import StudyError, files
from s2f_utils.study import record


@pytest.fixture
def run(work):
    return record.Run("03_training", corpus="synthetic", profile="tiny")


def _figure():
    figure, axes = plt.subplots()
    axes.plot([0, 1, 4])
    return figure


def test_folders_follow_corpus_and_profile(run, work):
    assert run.folder == work / "reports" / "synthetic-tiny"
    assert run.features == work / "data" / "features" / "synthetic-tiny"
    assert record.Run("01_x", corpus="grid", profile="full").features == work / "data" / "features" / "grid"


def test_a_corpus_without_pictures_is_named_before_anything_is_cleared(work):
    choice = {"corpus": "ravdess-landmarks", "profile": "tiny"}
    record.Run("05_x", **choice).record("x.kept", 1)
    with pytest.raises(StudyError, match="05_x needs pictures, and CORPUS=ravdess-landmarks brings none"):
        record.Run("05_x", **choice, pictures=True)
    assert record.metrics(work / "reports" / "ravdess-landmarks-tiny") == {"x.kept": 1}
    record.Run("05_x", corpus="ravdess", profile="tiny", pictures=True)


def test_numbers_are_kept_and_read_across_notebooks(run):
    run.record("training.cnn_rnn.seconds", 12.5)
    run.record({"training.epochs": 3, "training.better": True})
    later = record.Run("04_evaluation", corpus="synthetic", profile="tiny")
    assert later.metric("training.cnn_rnn.seconds") == 12.5
    assert files.read_json(run.folder / "metrics" / "03_training.json")["training.epochs"] == 3


def test_unknown_number_is_a_clear_error(run):
    with pytest.raises(StudyError, match="No result named evaluation.nothing"):
        run.metric("evaluation.nothing")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, "12"])
def test_only_finite_numbers(run, value):
    with pytest.raises(StudyError, match="only finite numbers"):
        run.record("training.loss", value)


def test_figures_have_the_same_bytes_every_time(run):
    run.figure(_figure(), "curve", "It rises.")
    first = (run.folder / "figures" / "03_training" / "curve.png").read_bytes()
    again = record.Run("03_training", corpus="synthetic", profile="tiny")
    again.figure(_figure(), "curve", "It rises.")
    assert (run.folder / "figures" / "03_training" / "curve.png").read_bytes() == first
    assert b"Software" not in first


def test_opening_a_run_clears_only_its_own_results(run):
    run.record("training.old", 1)
    run.figure(_figure(), "old", "Old.")
    other = record.Run("04_evaluation", corpus="synthetic", profile="tiny")
    other.record("evaluation.kept", 1)
    record.Run("03_training", corpus="synthetic", profile="tiny").record("training.new", 2)
    assert record.metrics(run.folder) == {"evaluation.kept": 1, "training.new": 2}
    assert not (run.folder / "figures" / "03_training").exists()


def test_tables_and_names_given_twice(run):
    frame = pd.DataFrame({"a": [1.23456789]}, index=["x"])
    run.table(frame, "headline", "Numbers.")
    assert (run.folder / "tables" / "03_training" / "headline.csv").read_text() == ",a\nx,1.23457\n"
    with pytest.raises(StudyError, match="two tables named headline"):
        run.table(frame, "headline", "Numbers.")


def test_a_cell_that_is_run_again_shows_its_figure_anew(run, monkeypatch):
    """In JupyterLab, which names the cell; another cell with the same figure is still a mistake."""
    monkeypatch.setattr(record, "_cell", lambda: "one")
    for caption in ("Before.", "After."):
        run.figure(_figure(), "curve", caption)
    shown = files.read_json(run.folder / "shown" / "03_training.json")["items"]
    assert [item["caption"] for item in shown] == ["After."]
    for other in ("two", None):
        monkeypatch.setattr(record, "_cell", lambda other=other: other)
        with pytest.raises(StudyError, match="two figures named curve"):
            run.figure(_figure(), "curve", "Another.")
