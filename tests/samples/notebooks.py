"""Small notebooks that make all kinds of results, and a reader of the pages made from them."""

from html.parser import HTMLParser

SHOWING = """
# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from s2f_utils.study import record

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


class Page(HTMLParser):
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


HEADER = """# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   s2f:
#     needs: [{needs}]
#     makes: [models/*/{name}*]
# ---

# %% [markdown]
# # {name}

# %% tags=["parameters"]
CORPUS = "folder"
DATA = ""
PROFILE = "full"
{parameter} = 2  # a number
"""


NOTHING = ["Nothing has changed; nothing is executed."]


FIRST = """
# %%
import matplotlib.pyplot as plt
from s2f_utils.study import record

run = record.Run("01_first", corpus=CORPUS, profile=PROFILE)

# %%
run.record("first.value", EPOCHS * 10)
figure, axes = plt.subplots()
axes.plot([0, EPOCHS])
run.figure(figure, "line", "A line that rises.")
"""


SECOND = """
# %%
from s2f_utils import StudyError
from s2f_utils.study import record

run = record.Run("02_second", corpus=CORPUS, profile=PROFILE)
run.models.mkdir(parents=True, exist_ok=True)
(run.models / "02_second.txt").write_text("weights")

# %%
run.record("second.value", run.metric("first.value") + SIZE)
"""


ALONE = """
# %%
from s2f_utils.sound import speech
from s2f_utils.study import record

run = record.Run("03_alone", corpus=CORPUS, profile=PROFILE)
run.record("alone.value", OTHER)
"""


def edit_notebook(study, name, old, new):
    path = study / f"{name}.py"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def write_notebook(study, name, body, *, parameter="OTHER"):
    (study / f"{name}.py").write_text(HEADER.format(name=name, needs="", parameter=parameter) + body)
