# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   s2f:
#     needs: []
# ---

# %% [markdown]
# # Who speaks, and what do we see and hear?
#
# **Question.** What is in a corpus of talking people, before anything is computed from it?
#
# **Inputs.** The embedded corpus, or recordings of your own.
#
# **Outputs.** A table of clips and speakers, and figures of sounds and faces.
#
# **Runtime.** Under a minute; making the embedded corpus takes one to two minutes before it.
#
# **Learning goals**
# - Read a corpus as a table: who speaks, what, how, and in which split.
# - Hear and see one sentence: waveform, log-mel, mouth.
# - Know why the split goes by speaker and never by clip.
# - See how the embedded corpus is made, and what it knows that no recording does.

# %%
import tempfile
import time
from collections.abc import Iterator

import IPython.display
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import Markdown
from matplotlib import pyplot as plt

from s2f_utils import (
    FRAME_RATE,
    SAMPLE_RATE,
    WITHOUT_PICTURES,
    StudyError,
    corpora,
    drawing,
    evaluation,
    face,
    media,
    openface,
    plots,
    speech,
    synthetic,
    tracking,
)
from s2f_utils.record import Run

# %% tags=["parameters"]
CORPUS = "synthetic"  # synthetic, ravdess, grid, folder or ravdess-landmarks
DATA = ""  # folder of the recordings; the embedded corpus has its own
PROFILE = "quick"  # names the folder of results
SEED = 2017  # chooses the clip that is looked at closely
TEST_SPEAKERS = ""  # speakers to keep for the test, separated by blanks; empty: the corpus' usual ones

# %%
run = Run("01_exploration", corpus=CORPUS, profile=PROFILE)
clips = corpora.load(CORPUS, DATA or run.raw, test_speakers=tuple(TEST_SPEAKERS.split()))
clips.drop(columns="path").sample(min(6, len(clips)), random_state=SEED).sort_index()

# %% [markdown]
# ## 1. The table of clips
#
# Every corpus becomes the same table. What counts is that nobody is in two of its parts: a network that has
# met a person's clips in training has met the person.

# %%
counts = clips.groupby(["split", "speaker"], sort=False).size().rename("clips").reset_index()
run.record({"corpus.clips": len(clips), "corpus.speakers": clips["speaker"].nunique()})
shared = set(clips.loc[clips["split"] != "test", "speaker"]) & set(
    clips.loc[clips["split"] == "test", "speaker"]
)
run.record("corpus.speakers_in_training_and_test", len(shared))
fig, ax = plt.subplots(figsize=(8, 2.8))
sns.barplot(counts, x="speaker", y="clips", hue="split", dodge=False, palette="colorblind", ax=ax)
ax.tick_params(axis="x", labelsize=8)
ax.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), fontsize=9)
run.figure(
    fig,
    "speakers",
    f"{len(clips)} clips of {clips['speaker'].nunique()} people; {len(shared)} people are both in training and "
    "in the test.",
)

# %% [markdown]
# ## 2. Faces
#
# One frame of each person, as filmed. A corpus that brings landmarks and no pictures is drawn in lines.


# %%
def film(path: str) -> Iterator[np.ndarray]:
    """Show a clip's pictures, or its landmarks as stick faces."""
    if CORPUS not in WITHOUT_PICTURES:
        return media.read_frames(path)
    landmarks, _ = openface.read(path)
    upright = face.in_crop(face.remove_pose(landmarks), 160)
    return (drawing.stick_face(points, 160) for points in upright)


shown, names = [], []
for name, group in clips.groupby("speaker", sort=False):
    try:
        frames = film(group["path"].iloc[0])
        shown.append(plots.thumbnail(next(frames), 160))
        names.append(f"{name} ({group['split'].iloc[0]})")
    except StudyError as problem:
        print(problem)
fig = plots.pictures(shown, names, columns=8)
run.figure(fig, "people", "Everybody in the corpus, one frame each.")

# %% [markdown]
# ## 3. One sentence
#
# Listen first, then look.

# %%
example = clips.sample(1, random_state=SEED).iloc[0]
audio = media.read_audio(openface.sound_of(example["path"]))
IPython.display.Audio(audio, rate=SAMPLE_RATE)

# %%
frames = list(film(example["path"]))
landmarks, detected = openface.read(example["path"]) if CORPUS in WITHOUT_PICTURES else tracking.track(frames)
opening = face.opening(face.remove_pose(landmarks)) if detected.any() else None
fig = plots.sound(audio, opening=opening)
run.figure(
    fig,
    "sentence",
    f"Clip {example['clip_id']}: waveform, log-mel with 40 bands a hundred times a second, mouth opening 25 "
    "times a second. The spectrum says which vowel it is, and the vowel says how far the mouth opens.",
)

# %%
chosen = np.linspace(0, len(frames) - 1, 10).astype(int)
fig = plots.pictures(
    [frames[index] for index in chosen], [f"{index / FRAME_RATE:.2f} s" for index in chosen], columns=5
)
run.figure(fig, "film", "The same sentence as a film strip, left to right, top to bottom.")

# %% [markdown]
# ## 4. How long, how loud
#
# Extremes are worth a look before they are fed to a network: a clip that is cut off, or one that nobody
# speaks in.

# %%
rows = []
for row in clips.iloc[:: max(1, len(clips) // 100)].itertuples():
    try:
        track = media.read_audio(openface.sound_of(row.path))
        level = float(np.percentile(speech.loudness(track), 95))
        rows.append({"split": row.split, "seconds": len(track) / SAMPLE_RATE, "level": level})
    except StudyError as problem:
        print(problem)
facts = pd.DataFrame(rows)
run.record(
    {"corpus.median_seconds": facts["seconds"].median(), "corpus.median_level": facts["level"].median()}
)
fig, ax = plt.subplots(figsize=(6, 3.2))
sns.scatterplot(facts, x="seconds", y="level", hue="split", palette="colorblind", ax=ax)
ax.set(xlabel="length of the clip (s)", ylabel="loud moments\n(dB below full scale)")
run.figure(
    fig,
    "length_and_level",
    f"A clip lasts {facts['seconds'].median():.1f} s (median); its loud moments lie at "
    f"{facts['level'].median():.0f} dB of full scale.",
)

# %% [markdown]
# ## 5. What the embedded corpus knows
#
# Its voices come from a speech synthesiser that tells which phoneme sounds when. Each phoneme pulls at jaw,
# lips and corners of the mouth, more strongly the nearer it is in time (dominance functions: Cohen and
# Massaro, 1993), and a painter draws a face around the 68 points that follow.

# %%
if CORPUS == "synthetic":
    truth = synthetic.read_truth(example["path"])
    true_opening = face.opening(face.remove_pose(truth["landmarks"]))
    fig = plots.phonemes(truth, true_opening)
    run.figure(
        fig,
        "phonemes",
        f"“{truth['text']}” Shaded: p, b and m. The lips close in them, and begin to close before.",
    )

# %%
if CORPUS == "synthetic":
    visemes = synthetic.viseme_pictures(20)
    fig = plots.pictures(list(visemes.values()), list(visemes), columns=7)
    run.figure(fig, "visemes", "The mouth of speaker 20 for each phoneme, alone and held.")

# %% [markdown]
# Twenty-four drawn people are only worth that number if they differ. dlib describes a face by 128 numbers;
# under 0.6 apart it takes two pictures for the same person.

# %%
if CORPUS == "synthetic":
    vectors, owners = [], []
    for name, group in clips.groupby("speaker"):
        for path in group["path"].iloc[:3]:
            frame = next(media.read_frames(path))
            points, found = tracking.track([frame])
            if found[0]:
                vectors.append(tracking.embedding(frame, points[0]))
                owners.append(name)
    within, between = evaluation.identity_distances(np.array(vectors), np.array(owners))
    fig = plots.histogram(
        {"between people": between}, xlabel="distance of two faces", ylabel="pairs", bins=40
    )
    if len(within):
        run.record("corpus.identity_within_p95", np.percentile(within, 95))
        fig.axes[0].axvline(np.percentile(within, 95), color="black", ls="--")
    run.record("corpus.identity_between_p05", np.percentile(between, 5))
    caption = (
        f"Distances between different people; 5 % of the pairs lie under {np.percentile(between, 5):.2f}. The "
        "dashed line is where 95 % of the pairs of one and the same person stay below."
    )
    run.figure(fig, "identities", caption)

# %%
if CORPUS == "synthetic":
    with tempfile.TemporaryDirectory() as folder:
        first = synthetic.make(folder, clips_per_speaker=1, speakers=[1], jobs=1)  # loads voice and painter
        start = time.perf_counter()
        made = set(synthetic.make(folder, clips_per_speaker=3, speakers=[1], jobs=1)) - set(first)
        seconds = time.perf_counter() - start
        frames_made = sum(len(synthetic.read_truth(path)["times"]) for path in made)
    run.record("corpus.frames_per_second", frames_made / seconds)

# %% [markdown]
# ## Key takeaways

# %%
lines = [
    f"- Read {run.metric('corpus.clips')} clips of {run.metric('corpus.speakers')} people as one table.",
    f"- Heard and saw one sentence of {len(audio) / SAMPLE_RATE:.1f} s.",
    f"- Checked the split: {run.metric('corpus.speakers_in_training_and_test')} people are in training and test.",
    "- Saw what the embedded corpus knows: the phonemes behind the sound, and the points behind the face.",
]
Markdown("\n".join(lines))

# %% [markdown]
# ## Exercises
#
# 1. Find two clips of one person with the same words, or nearly. How alike are their mouth openings?
# 2. Split by clip instead of by speaker. Why would every number of this study look better?
#
# <details><summary>Solutions</summary>
#
# 1. Alike but not the same: the correlation of two takes is a ceiling for any prediction from sound.
# 2. Neutral faces, habits and voices of the test people would be known from training; a number from such a
#    split says nothing about strangers.
# </details>
#
# **Next:** [02 Feature extraction](02_feature_extraction.ipynb)

# %%
run.versions(seed=SEED)
