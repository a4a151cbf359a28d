"""A corpus that cannot be there is said in one sentence."""

import pytest

from s2f_utils import StudyError
from s2f_utils.study import runner
from tests.samples.notebooks import edit_notebook


def test_unknown_corpus_and_stray_data(study):
    with pytest.raises(StudyError, match="no corpus named ravens"):
        runner.report("ravens", notebooks=study)
    with pytest.raises(StudyError, match="DATA= goes with real recordings"):
        runner.report("synthetic", data="here", notebooks=study)


def test_a_folder_without_videos(report, work):
    (work / "empty").mkdir()
    with pytest.raises(StudyError, match="no video"):
        report(data=str(work / "empty"))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (None, "no such folder"),
        (["anna/speech.wav", "03-01-05-02-01-01-12.mp4"], "the name of no sound here tells an emotion"),
    ],
)
def test_a_folder_without_voices_is_refused_before_any_work(report, study, work, names, words):
    edit_notebook(study, "03_alone", 'DATA = ""', 'DATA = ""\nVOICES = ""')
    for name in names or ():
        (work / "voices" / name).parent.mkdir(parents=True, exist_ok=True)
        (work / "voices" / name).touch()
    with pytest.raises(StudyError, match=words) as caught:
        report(voices=str(work / "voices"))
    assert str(caught.value).startswith(f"{work / 'voices'}: ") and "VOICES=" in str(caught.value)
    assert not (work / "reports").exists()


def test_voices_alone_are_no_corpus(study, work):
    with pytest.raises(StudyError, match="voices and no faces to learn from.*VOICES=") as caught:
        runner.report("ravdess-speech", notebooks=study)
    assert str(work / "data" / "raw" / "ravdess-speech") in str(caught.value)
    with pytest.raises(StudyError, match="VOICES=here"):
        runner.report("ravdess-speech", data="here", notebooks=study)
