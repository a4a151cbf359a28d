"""The pages of a report lead where they say, with words for every picture, without a network."""

import shutil

import numpy as np
import pytest
from PIL import Image

from s2f_utils import files
from s2f_utils.recordings import media
from s2f_utils.study import headline, pages
from s2f_utils.talking import captions
from tests.samples.notebooks import Page


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "review.html"])
def test_every_link_of_a_page_resolves_without_a_network(small_report, name):
    page = Page((small_report / name).read_text())
    links = [attributes.get(key) for _, attributes in page.tags for key in ("href", "src", "poster")]
    links = [link for link in links if link and not link.startswith("data:")]
    assert len(links) > 3
    for link in links:
        path, _, anchor = link.partition("#")
        target = small_report / (path or name)
        assert target.is_file(), link
        assert not anchor or f'id="{anchor}"' in target.read_text(), link
    assert not any(tag in ("script", "link", "iframe") for tag, _ in page.tags)


@pytest.mark.slow
def test_every_picture_has_words_and_every_film_a_poster(small_report):
    page = Page((small_report / "index.html").read_text())
    pictures = {at["src"]: at["alt"] for tag, at in page.tags if tag == "img"}
    assert pictures == {"figures/01_first/opening.png": "A mouth that <opens>."}
    (film,) = [at for tag, at in page.tags if tag == "video"]
    assert film["aria-label"] == "It grows brighter."
    (track,) = [at for tag, at in page.tags if tag == "track"]
    assert track["kind"] == "captions" and track["src"] == captions.track("", seconds=0.44, sound=False)
    assert f'src="{track["src"]}"' in (small_report / "01_first.html").read_text()
    poster = np.asarray(Image.open(small_report / film["poster"]))
    frames = list(media.read_frames(small_report / film["src"]))
    assert (
        np.abs(poster.astype(float) - frames[5]).mean() < 2 < np.abs(poster.astype(float) - frames[0]).mean()
    )
    assert 'poster="data:image/jpeg;base64,' in (small_report / "01_first.html").read_text()


@pytest.mark.slow
def test_a_notebooks_page_leads_back_first_and_loads_nothing(small_report):
    """The page of nbconvert itself loads scripts for formulas, diagrams and widgets."""
    tags = Page((small_report / "01_first.html").read_text()).tags
    assert not [tag for tag, _ in tags if tag in ("script", "link", "iframe")]
    links = [attributes["href"] for tag, attributes in tags if tag == "a"]
    assert links[0] == "index.html" and (small_report / links[0]).is_file()


@pytest.mark.slow
def test_pages_say_how_far_trainings_scatter_once_it_was_measured(small_report, tmp_path, monkeypatch):
    run = shutil.copytree(small_report, tmp_path / small_report.name)
    monkeypatch.setattr(headline, "REFERENCE", tmp_path)
    spread = {"evaluation.cnn_rnn.motion_ratio": 0.034, "evaluation.cnn_rnn.mouth_correlation": 0.0219}

    def texts() -> list[str]:
        pages.index(run, files.read_json(run / "manifest.json"), files.read_json(run / "metrics.json"))
        return [
            " ".join(Page((run / name).read_text()).text.split()) for name in ("index.html", "review.html")
        ]

    index, review = texts()
    assert "0.90 people 0.75 to 1.06" in index and "±" not in index and "other seeds" not in review
    kept = {"run": run.name, "real": "", "seeds": [1, 2, 3], "spread": spread}
    files.write_json(tmp_path / "seeds.json", kept)
    index, review = texts()
    assert "0.90 people 0.75 to 1.06 trainings ± 0.03" in index
    assert "one standard deviation over 3 trainings from other seeds" in index
    assert (
        "over 3 trainings from other seeds the correlation of the mouth opening has a standard deviation of"
        in review
    )
    assert "deviation of 0.0219." in review
