# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From a voice to a talking face
#
# The networks learned from other people. Only the sound moves the face; of the person they know one picture.

# %%
import os

from s2f_utils.studio import panel
from s2f_utils.study.record import Run

corpus, profile = os.environ.get("CORPUS") or "synthetic", os.environ.get("PROFILE") or "quick"
run = Run("panel", corpus=corpus, profile=profile, pictures=True)
panel.Panel(run.models, run.features)
