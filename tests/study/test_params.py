"""What is typed in ``PARAMS`` is taken as meant, by the parameter's own type, or refused in one sentence."""

import pytest

from s2f_utils import StudyError
from s2f_utils.study import params, plan

NOTEBOOK = """
# %% tags=["parameters"]
TEXT = "Good morning."
PERSON = ""
SEED = 2017
LEARNING_RATE = 5e-3
PRETRAIN = False
DELAYS = [0, 1, 2]
"""


@pytest.fixture
def notebooks(tmp_path):
    (tmp_path / "01_all.py").write_text(NOTEBOOK)
    return plan.read_all(tmp_path)


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("LEARNING_RATE=1e-3", {"LEARNING_RATE": 0.001}),
        ("LEARNING_RATE=1", {"LEARNING_RATE": 1.0}),
        ("SEED=12_000", {"SEED": 12_000}),
        ("SEED=1e3", {"SEED": 1000}),
        ("SEED=12345678901234567891", {"SEED": 12345678901234567891}),
        ("SEED=0x", None),
        ("SEED=1:30", None),
        ("SEED=1.5", None),
        ("SEED=-1", None),
        ("SEED=true", None),
        ("SEED=", None),
        ("LEARNING_RATE=nan", None),
        ("LEARNING_RATE=1e999", None),
        ("PERSON=01", {"PERSON": "01"}),
        ("PERSON=null", {"PERSON": "null"}),
        ("PERSON=", {"PERSON": ""}),
        ("TEXT=yes", {"TEXT": "yes"}),
        ("TEXT=@home", {"TEXT": "@home"}),
        ("TEXT=1:30", {"TEXT": "1:30"}),
        ("TEXT=don't", {"TEXT": "don't"}),
        ("TEXT=don't go yet SEED=3", {"TEXT": "don't go yet", "SEED": 3}),
        ("TEXT=two words SEED=3", {"TEXT": "two words", "SEED": 3}),
        (
            'SEED=3 TEXT="say SEED=4, # please" PERSON=s1',
            {"SEED": 3, "TEXT": "say SEED=4, # please", "PERSON": "s1"},
        ),
        ("TEXT=a=b", {"TEXT": "a=b"}),
        (r"TEXT=C:\new", {"TEXT": r"C:\new"}),
        ("PRETRAIN=yes", {"PRETRAIN": True}),
        ("PRETRAIN=False", {"PRETRAIN": False}),
        ("PRETRAIN=2", None),
        ("DELAYS=[0, 4]", {"DELAYS": [0, 4]}),
        ("DELAYS=0,4", {"DELAYS": [0, 4]}),
        ("DELAYS=0,x", None),
        ("SEED 3", None),
        ("UNKNOWN=3", None),
        ("", {}),
    ],
)
def test_values_are_taken_as_meant(typed, meant, notebooks):
    if meant is None:
        with pytest.raises(StudyError):
            params.read(params.split(typed), notebooks)
        return
    values = params.read(params.split(typed), notebooks)
    assert values == meant
    assert [type(value) for value in values.values()] == [type(value) for value in meant.values()]


def test_a_value_must_fit_every_notebook_that_declares_it(notebooks, tmp_path):
    (tmp_path / "02_more.py").write_text('# %% tags=["parameters"]\nLEARNING_RATE = 3\n')
    both = plan.read_all(tmp_path)
    assert params.read(["LEARNING_RATE=2"], both) == {"LEARNING_RATE": 2}
    with pytest.raises(StudyError, match="does not fit"):
        params.read(["LEARNING_RATE=1e-3"], both)
