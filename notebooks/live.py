# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Speak, and a face speaks with you
#
# The causal network hears your voice while you talk, and moves a face a moment later. It was trained on other people.

# %%
import os

from s2f_utils.live import page
from s2f_utils.study.record import Run

corpus, profile = os.environ.get("CORPUS") or "synthetic", os.environ.get("PROFILE") or "quick"
run = Run("live", corpus=corpus, profile=profile, pictures=True)
page.Page(run.models, run.features, out=os.environ.get("OUT") or "")
