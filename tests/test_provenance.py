"""Where a result came from, and the pages that say so: of a small report that is made here."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image
from test_runner import HEADER

from s2f_utils import StudyError, __main__, files
from s2f_utils.recordings import media
from s2f_utils.study import headline, provenance, runner
from s2f_utils.talking import captions

BODY = """
# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from s2f_utils import record

run = record.Run("01_first", corpus=CORPUS, profile=PROFILE)

# %%
# The mouth opens once.
values = {"evaluation.cnn_rnn.motion_ratio": 0.9, "evaluation.cnn_rnn.skill": 0.25}
values |= {"evaluation.cnn_rnn.motion_ratio_low": 0.75, "evaluation.cnn_rnn.motion_ratio_high": 1.0625}
run.record(values | {"evaluation.net_2017.motion_ratio": 0.03125})

# %% [markdown]
# A figure and a table of one name.

# %%
figure, axes = plt.subplots()
axes.plot([0, SIZE])
run.figure(figure, "opening", "A mouth that <opens>.")

# %%
run.table(pd.DataFrame({"a": [1]}, index=["x"]), "opening", "The mouth as a table.")
run.record("evaluation.cnn_rnn.permutation_p", 0.25)

# %%
grey = (np.full((32, 48, 3), 20 * moment, np.uint8) for moment in range(11))
run.video(grey, "brighter", "It grows brighter.")

# %%
(run.folder / "videos" / "01_first" / "alone.gif").write_bytes(b"moving")
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("provenance")


@pytest.fixture(scope="module")
def report(place):
    """A report of one notebook, made as all reports are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("S2F_WORK", str(place))
        for name, path in (("WORK", place), ("DATA", place / "data"), ("REPORTS", place / "reports")):
            patch.setattr(files, name, path)
        notebooks, data = place / "notebooks", place / "recordings é"
        (notebooks / "params").mkdir(parents=True)
        (notebooks / "params" / "quick.yaml").write_text("01_first: {SIZE: 5}\n")
        text = HEADER.format(name="The first", needs="", parameter="SIZE") + BODY
        (notebooks / "01_first.py").write_text(text)
        (data / "anna").mkdir(parents=True)
        (data / "anna" / "one.mp4").write_bytes(b"one")
        yield runner.report("folder", data=str(data), notebooks=notebooks)


def _cell(report, number: int) -> str:
    """Source of the n-th cell as it stands in the notebook, the title being the first."""
    parts = re.split(r"^# %%.*\n", (report.parents[1] / "notebooks" / "01_first.py").read_text(), flags=re.M)
    return parts[number]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kinds", "words"),
    [
        ("evaluation.cnn_rnn.skill", ["number"], ["The mouth opens once."]),
        ("evaluation.cnn_rnn.permutation_p", ["number"], ['run.record("evaluation.cnn_rnn.permutation_p"']),
        ("opening", ["figure", "table"], ["run.figure(", "run.table("]),
        ("videos/01_first/brighter.mp4", ["video"], ["run.video("]),
        ("alone", ["file"], ["write_bytes"]),
    ],
)
def test_the_cell_that_is_named_is_the_one_that_made_it(report, name, kinds, words):
    found = provenance.find(report, name)
    assert [thing["kind"] for thing in found] == kinds
    for thing, word in zip(found, words, strict=True):
        assert word in _cell(report, thing["cell"])
        lines = provenance.describe(report, thing)
        assert lines[0].endswith(f"01_first, cell {thing['cell']}")
        assert _cell(report, thing["cell"]).splitlines()[0] in lines[1]
        assert "SIZE = 5" in "\n".join(lines)
        assert files.read_json(report / "manifest.json")["corpus"]["digest"] in "\n".join(lines)


@pytest.mark.slow
def test_an_unknown_name_suggests_its_neighbours(report, place, monkeypatch, capsys):
    with pytest.raises(StudyError, match="is named 'openning'; did you mean opening"):
        provenance.find(report, "openning")
    with pytest.raises(StudyError, match="`make report` measures it"):
        provenance.find(report, "report.seconds")
    monkeypatch.setattr(files, "REPORTS", place / "reports")
    where = ["where", "--corpus", "folder", "brighter"]
    assert __main__.main(where) == 0 and "video brighter: 01_first, cell 8" in capsys.readouterr().out
    assert __main__.main([*where, "--profile", "tiny"]) == 1
    assert "There is no report folder-tiny yet" in capsys.readouterr().err


@pytest.mark.slow
def test_cells_are_counted_anew_when_prose_comes_between(report, place, monkeypatch):
    for name, path in (("WORK", place), ("DATA", place / "data"), ("REPORTS", place / "reports")):
        monkeypatch.setattr(files, name, path)
    source = place / "notebooks" / "01_first.py"
    text = source.read_text()
    source.write_text(text.replace("# %%\n# The mouth", "# %% [markdown]\n# New.\n\n# %%\n# The mouth"))
    for count in (5, 4):
        runner.report("folder", data=str(place / "recordings é"), notebooks=source.parent)
        (thing,) = provenance.find(report, "evaluation.cnn_rnn.skill")
        assert thing["cell"] == count and "The mouth opens once." in _cell(report, count)
        source.write_text(text)


@pytest.mark.slow
def test_a_report_names_the_folder_of_recordings_and_not_its_path(report, place):
    """Neither its pages nor its notebooks nor what it keeps of its making tell where on a disk they lie."""
    assert (
        files.read_json(report / "manifest.json")["notebooks"]["01_first"]["parameters"]["DATA"]
        == "recordings é"
    )
    for path in [*report.glob("*.html"), *report.glob("*.ipynb"), *report.rglob("*.json")]:
        assert str(place) not in path.read_text(), path.name
    assert r"DATA = \"recordings \\xe9\"" in (report / "01_first.ipynb").read_text()


class _Page(HTMLParser):
    """Collects a page's tags with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.text += "" if tag == "wbr" else " "

    def handle_data(self, data):
        self.text += data


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "review.html"])
def test_every_link_of_a_page_resolves_without_a_network(report, name):
    page = _Page((report / name).read_text())
    links = [attributes.get(key) for _, attributes in page.tags for key in ("href", "src", "poster")]
    links = [link for link in links if link and not link.startswith("data:")]
    assert len(links) > 3
    for link in links:
        path, _, anchor = link.partition("#")
        target = report / (path or name)
        assert target.is_file(), link
        assert not anchor or f'id="{anchor}"' in target.read_text(), link
    assert not any(tag in ("script", "link", "iframe") for tag, _ in page.tags)


@pytest.mark.slow
def test_every_picture_has_words_and_every_film_a_poster(report):
    page = _Page((report / "index.html").read_text())
    pictures = {at["src"]: at["alt"] for tag, at in page.tags if tag == "img"}
    assert pictures == {"figures/01_first/opening.png": "A mouth that <opens>."}
    (film,) = [at for tag, at in page.tags if tag == "video"]
    assert film["aria-label"] == "It grows brighter."
    (track,) = [at for tag, at in page.tags if tag == "track"]
    assert track["kind"] == "captions" and track["src"] == captions.track("", seconds=0.44, sound=False)
    assert f'src="{track["src"]}"' in (report / "01_first.html").read_text()
    poster = np.asarray(Image.open(report / film["poster"]))
    frames = list(media.read_frames(report / film["src"]))
    assert (
        np.abs(poster.astype(float) - frames[5]).mean() < 2 < np.abs(poster.astype(float) - frames[0]).mean()
    )
    assert 'poster="data:image/jpeg;base64,' in (report / "01_first.html").read_text()


@pytest.mark.slow
def test_claims_speak_the_numbers_that_were_recorded_and_no_others(report):
    numbers = files.read_json(report / "metrics.json")
    text = " ".join(_Page((report / "review.html").read_text()).text.split())
    sections = re.split(r"(?<!\S)(?=\d\. [A-Z])", text.rpartition("What is not claimed ")[0])[1:]
    assert [section.partition(". ")[2].partition(".")[0] for section in sections] == [
        "The mouth moves",
        "It is this clip's sound that is used",
    ]
    ratio = numbers["evaluation.cnn_rnn.motion_ratio"]
    assert f"moves {ratio:.2f} times" in sections[0] and "0.75 to 1.06" in sections[0]
    assert "✓ Holds in this report" in sections[0]
    assert "p = 0.25" in sections[1] and "✗ Does not hold" in sections[1]
    rows = re.findall(r" ((?:\w+\.)+\w+) (\S+) 01_first, cell", text)
    assert dict(rows) == {name: headline.text(numbers[name]) for name in numbers if "evaluation." in name}
