"""The command line finds what reports look for."""

from s2f_utils import StudyError, files
from s2f_utils.__main__ import main
from s2f_utils.study import runner
from tests.samples.archives import archive, serve


def test_the_command_fetches_where_reports_look(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(files, "DATA", tmp_path)
    names = ["s1/bbaf2n.mpg", "s1/bbaf3s.mpg"]
    with serve({"s1.zip": archive(names), "s4.zip": archive(["video/s4/lbad6n.mpg"])}) as server:
        assert main(["data", "--corpus", "grid", "--people", "s1,s4", "--host", server.url]) == 0
    assert sorted(path.name for path in (tmp_path / "raw" / "grid").rglob("*.mpg"))[-1] == "lbad6n.mpg"
    assert "The corpus grid is ready" in capsys.readouterr().out


def test_the_command_says_where_no_live_face_can_go(capsys):
    assert main(["reach", "--", "talk.mp4"]) == 1
    assert capsys.readouterr().err.startswith(
        "Error: OUT=talk.mp4: a live face goes out to osc://host:port or ws"
    )
    assert main(["reach", "--", "osc://127.0.0.1:39539"]) == 0


def test_what_a_report_is_to_be_judged_on_is_handed_on(monkeypatch):
    given = {}

    def report(corpus, **options):
        given.update(options, corpus=corpus)
        raise StudyError("enough")

    monkeypatch.setattr(runner, "report", report)
    assert main(["report", "--real=a b", "--voices=c's d", "--data=e", "--scheduler=f", "--params=A=1"]) == 1
    wanted = {"real": "a b", "voices": "c's d", "data": "e", "scheduler": "f", "params": ["A=1"]}
    assert given == wanted | {"corpus": "synthetic", "profile": "quick"}
