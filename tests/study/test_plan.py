"""What a notebook depends on is named, and nothing else."""

import pytest

from s2f_utils import StudyError
from s2f_utils.study import plan
from tests.samples.notebooks import edit_notebook


def test_profiles_may_only_speak_of_what_is_declared(report, study):
    (study / "params" / "quick.yaml").write_text("02_second: {SISE: 5}\n")
    with pytest.raises(StudyError, match="sets SISE, which 02_second does not declare"):
        report()


def test_notebooks_about_pictures_are_left_out_where_there_are_none(study, capsys):
    edit_notebook(study, "02_second", "needs: [01_first]", "needs: [01_first]\n#     pictures: true")
    notebooks = plan.read_all(study)
    assert plan.of_corpus(notebooks, "grid") == notebooks and not capsys.readouterr().out
    assert [one.name for one in plan.of_corpus(notebooks, "ravdess-landmarks")] == ["01_first", "03_alone"]
    assert capsys.readouterr().out == "Left out, since ravdess-landmarks has no pictures: 02_second.\n"


def test_helpers_are_named(study):
    notebook = plan.read(study / "03_alone.py")
    key = plan.key(notebook, values={}, inputs={"CORPUS": "a"}, needs={})
    assert "s2f_utils.sound.speech" in key["helpers"]
    assert plan.changes(key | {"helpers": {}}, key)[0].startswith("helper ")
    changed = key | {"helpers": key["helpers"] | {"s2f_utils.sound.speech": "other"}}
    assert plan.changes(key, changed) == ["helper sound.speech changed"]


def test_where_the_work_is_done_changes_nothing(study):
    """A scheduler reaches the notebook that declares it; neither it nor the processes count as a change."""
    edit_notebook(
        study, "01_first", 'PROFILE = "full"', 'PROFILE = "full"\nJOBS = 2  # processes\nSCHEDULER = ""'
    )
    notebook, other = plan.read_all(study)[:2]
    values = [
        plan.parameters(notebook, {}, {"JOBS": jobs}, {"SCHEDULER": scheduler})
        for jobs, scheduler in ((1, ""), (8, "tcp://host:8786"))
    ]
    assert values[1]["SCHEDULER"] == "tcp://host:8786"
    assert "SCHEDULER" not in plan.parameters(other, {}, {}, {"SCHEDULER": "tcp://host:8786"})
    one, two = (plan.key(notebook, values=value, inputs={}, needs={}) for value in values)
    assert plan.changes(one, two) == []


def test_a_backend_that_is_not_there_is_named(report, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "abacus")
    with pytest.raises(StudyError, match="KERAS_BACKEND=abacus: abacus is none that this study knows"):
        report()
    monkeypatch.setattr(plan, "find_spec", lambda name: None)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(StudyError, match="KERAS_BACKEND=jax: jax is not installed; leave it empty"):
        report()
