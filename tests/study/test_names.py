"""What a name says is neither run nor drawn as anything but its letters."""

import io

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from s2f_utils import files
from s2f_utils.study import names, record
from tests.samples.notebooks import Page

NAMES = [
    "<img src=x onerror=alert(1)>",
    "_a_ **b** `c` [d](e) # f",
    "$x^2$",
    "&lt;",
    "\\alpha |~| ~~x~~",
    "=1+1",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_text(work, name):
    """In what a page makes of Markdown, in a spreadsheet, and in a figure."""
    run = record.Run("01_first", corpus="synthetic", profile="tiny")
    shown = Page(markdown2html_mistune(f"Heard: {names.plain(name)}."))
    assert shown.text.strip() == f"Heard: {name}." and {tag for tag, _ in shown.tags} == {"p"}
    with plt.rc_context(fname=files.ROOT / "matplotlibrc"):
        figure, axes = plt.subplots()
        axes.set_title(f"{name} $\\no$")
        run.figure(figure, "name", name)
    run.table(pd.DataFrame({"name": [name], "value": [-1.5]}, index=[name]), "names", name)
    lines = (run.folder / "tables" / "01_first" / "names.csv").read_text().splitlines()
    read = pd.read_csv(io.StringIO("\n".join(lines)), index_col=0)
    assert read["value"].item() == -1.5 and read["name"].item().lstrip("'") == name
    assert not read["name"].item().startswith("=") and not read.index[0].startswith("=")
