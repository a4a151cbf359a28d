"""A corpus that cannot be there is said in one sentence."""

import pytest

from s2f_utils import StudyError
from s2f_utils.study import runner


def test_unknown_corpus_and_stray_data(study):
    with pytest.raises(StudyError, match="no corpus named ravens"):
        runner.report("ravens", notebooks=study)
    with pytest.raises(StudyError, match="DATA= goes with real recordings"):
        runner.report("synthetic", data="here", notebooks=study)


def test_a_folder_without_videos(report, work):
    (work / "empty").mkdir()
    with pytest.raises(StudyError, match="no video"):
        report(data=str(work / "empty"))
