"""The command line finds what reports look for."""

from s2f_utils import files
from s2f_utils.__main__ import main
from tests.samples.archives import archive, serve


def test_the_command_fetches_where_reports_look(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(files, "DATA", tmp_path)
    names = ["s1/bbaf2n.mpg", "s1/bbaf3s.mpg"]
    with serve({"s1.zip": archive(names), "s4.zip": archive(["video/s4/lbad6n.mpg"])}) as server:
        assert main(["data", "--corpus", "grid", "--people", "s1,s4", "--host", server.url]) == 0
    assert sorted(path.name for path in (tmp_path / "raw" / "grid").rglob("*.mpg"))[-1] == "lbad6n.mpg"
    assert "The corpus grid is ready" in capsys.readouterr().out
