# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   s2f:
#     alone: true
#     makes:
#     - features/*
#     needs: []
# ---

# %% [markdown]
# # From recordings to features
#
# **Question.** What does a network get to hear, and what is it asked to show?
#
# **Inputs.** A corpus of recordings: any video files with sound, or landmarks that others tracked and their sound.
#
# **Outputs.** The feature store, one file for each clip, and a table that says for every clip whether it
# can be used or why not.
#
# **Runtime.** Quick: under a minute. Full: a few minutes for every hour of video.
#
# **Learning goals**
# - Follow a clip from pixels and samples to landmarks and log-mel.
# - Take the head's pose out, so that what is left is expression.
# - Know what the 2017 project fed its network, and why that hid the speech.
# - Find clips that cannot be used before they spoil a result.

# %%
import tempfile
import time
from pathlib import Path

import IPython.display
import numpy as np
import pandas as pd
from IPython.display import Markdown

from s2f_utils import FRAME_RATE, SAMPLE_RATE, WITHOUT_PICTURES, features
from s2f_utils.faces import geometry, tracking
from s2f_utils.judging import cost, exercises, motion_metrics, sync
from s2f_utils.plots import recordings as recording_plots
from s2f_utils.recordings import corpora, media, openface, soundtrack
from s2f_utils.sound import speech
from s2f_utils.study.record import Run
from s2f_utils.synthetic import talking_heads

# %% tags=["parameters"]
CORPUS = "synthetic"  # synthetic, ravdess, grid, folder or ravdess-landmarks
DATA = ""  # folder of the recordings; the embedded corpus has its own
PROFILE = "quick"  # names the folder of results
SEED = 2017  # chooses the clip that is looked at closely
TEST_SPEAKERS = ""  # speakers to keep for the test, separated by blanks; empty: the corpus' usual ones
SYNC = ""  # move each clip's sound by its "clip" or its "speaker" offset, where it lags; empty: leave it
JOBS = 2  # processes that extract clips side by side
SCHEDULER = ""  # address of a Dask scheduler, tcp://host:8786, whose workers extract instead

# %%
run = Run("02_feature_extraction", corpus=CORPUS, profile=PROFILE)
clips = corpora.load(CORPUS, DATA or run.raw, test_speakers=tuple(TEST_SPEAKERS.split()))
clips.groupby(["split", "speaker"]).size().groupby("split").agg(["size", "sum"]).set_axis(
    ["speakers", "clips"], axis=1
)

# %% [markdown]
# ## 1. The whole corpus
#
# Each clip is one independent task: read the sound, follow the face, write one file. A clip that is in the
# store already is recognised by the content of its recording and is not touched.

# %%
table = features.extract(clips, run.features, jobs=JOBS, scheduler=SCHEDULER)
usable = corpora.require_splits(table[table["usable"]], run.features / "clips.csv")

# %% [markdown]
# Whatever cannot be used is kept out of training and evaluation, and listed with its reason.

# %%
unusable = table.loc[~table["usable"], ["clip_id", "speaker", "reason"]]
run.record({"extraction.clips": len(table), "extraction.unusable_clips": len(unusable)})
if len(unusable):
    unusable = unusable.assign(reason=unusable["reason"].str.replace(r"^.*[/\\]", "", regex=True))
run.table(unusable, "unusable_clips", f"Clips that cannot be used: {len(unusable)} of {len(table)}.")

# %%
rate = np.average(usable["detection_rate"], weights=usable["frames"])
run.record("extraction.detection_rate", rate)
rates = {split: group["detection_rate"].to_numpy() for split, group in usable.groupby("split")}
fig = recording_plots.histogram(
    rates, xlabel="share of frames in which the face was found", bins=np.linspace(0.8, 1, 21)
)
run.figure(
    fig,
    "detection_rate",
    f"The face is found in {rate:.1%} of the frames; shorter gaps than "
    f"{tracking.MAX_GAP + 1} frames are filled by interpolation, longer ones make a clip unusable.",
)

# %% [markdown]
# ## 2. One clip, step by step: the sound
#
# The ear resolves low frequencies finely and high ones coarsely, and hears loudness by ratios. Log-mel does
# the same with 40 bands, 100 times a second, a hop of 10 ms: four columns for each picture.

# %%
example = usable.sample(1, random_state=SEED).iloc[0]
clip = features.clip_features(example["path"])
start = time.perf_counter()  # the first call has loaded the libraries
features.clip_features(example["path"])
run.record("extraction.frames_per_second", len(clip["detected"]) / (time.perf_counter() - start))
sound = openface.sound_of(example["path"])
audio = soundtrack.read_audio(sound)
IPython.display.Audio(audio, rate=SAMPLE_RATE)

# %%
opening = geometry.opening(clip["neutral"] + clip["motion"])
fig = recording_plots.sound(audio, log_mel=clip["log_mel"], opening=opening)
run.figure(
    fig,
    "sound",
    "Loud voiced columns and an open mouth go together, but not always: "
    "between them lies what a network has to learn.",
)

# %% [markdown]
# The 2017 project cut 61 milliseconds into 23 pieces of 128 samples, took the plain magnitude of each
# spectrum, and scaled 16-bit samples as if they were unsigned: a constant of −1 was left in the sound.

# %% [markdown]
# **Predict before you run.** A constant was left in the sound of 2017. Which rows of its spectra will be bright: the lowest, the middle, or all?

# %%
moment = int(np.argmax(clip["loudness"])) // speech.COLUMNS_PER_FRAME
audio48 = soundtrack.read_audio(sound, rate=48_000)
repaired = speech.fft_2017(audio48, n_frames=len(clip["detected"]), keep_offset=False)[moment]
columns = slice(max(0, moment * 4 - 12), moment * 4 + 12)
fig = recording_plots.spectra_2017(clip["log_mel"][columns].T, clip["fft_2017"][moment], repaired)
run.figure(
    fig,
    "spectra_2017",
    "The loudest moment of the clip: in the 2017 matrix one bright row, the constant, outshines all "
    "speech; without it the energy still sits in a few bins; log-mel spreads it out.",
)

# %% [markdown]
# ## 3. The same clip: the face
#
# dlib's detector finds the face, a cascade of regression trees places 68 landmarks, and the box of the next
# frame follows from them. A corpus without pictures was tracked by OpenFace (Baltrušaitis and others, 2018): its
# landmarks are moved from the times of its pictures to ours by interpolation.

# %%
chosen = np.linspace(0, len(clip["detected"]) - 1, 5).astype(int)
found = clip["landmarks"][chosen]
if CORPUS in WITHOUT_PICTURES:
    low, high = found.min(axis=(0, 1)) - 20, found.max(axis=(0, 1)) + 20
    frames, found = [np.zeros((*np.int_(high - low)[::-1], 3), np.uint8)] * len(chosen), found - low
else:
    wanted = set(chosen.tolist())
    frames = [frame for index, frame in enumerate(media.read_frames(example["path"])) if index in wanted]
fig = recording_plots.tracked(frames, found)
run.figure(fig, "tracked", "Five moments of the clip with the landmarks that were found in them.")

# %% [markdown]
# A head that nods moves all 68 points, and none of that is speech. The points that speech cannot move, on
# the nose and in the corners of the eyes, say how the head is turned; a similarity transform takes it out.

# %% [markdown]
# **Predict before you run.** Speech cannot move the corners of the eyes. By how much do they stray over this clip as filmed: a thousandth of the
# distance between the eyes, a hundredth, or a tenth?

# %%
upright = geometry.remove_pose(clip["landmarks"])
still = upright[:, geometry.RIGID].std(axis=0).mean()
eyes = np.linalg.norm(clip["landmarks"][:, 36] - clip["landmarks"][:, 45], axis=1).mean()
filmed = clip["landmarks"][:, geometry.RIGID].std(axis=0).mean() / eyes
run.record({"extraction.rigid_spread_filmed": filmed, "extraction.rigid_spread_pose_free": still})
fig = recording_plots.clouds(clip["landmarks"], upright)
run.figure(
    fig,
    "pose",
    f"All frames of the clip on top of each other: the points of nose and eyes stray by {filmed:.1%} of the "
    f"inter-ocular distance as filmed, by {still:.1%} once the pose is removed; mouth and jaw keep moving.",
)

# %% [markdown]
# ## 4. Does the picture keep time with the sound?
#
# A network cannot learn from a face that moves before or after its voice. How far sound and picture of a clip are
# apart is judged by a **linear reader**, which hears 0.5 s of log-mel and says how far a mouth should be open. It
# is taught on utterances of the embedded corpus, where both are in sync by construction; the lag at which its
# reading correlates best with the mouth that was filmed, in opening and in velocity together, is the clip's offset.
# To know how far it can be trusted, lags of 1 to 8 frames are planted in the clips of the embedded corpus and
# searched for.

# %%
reader = sync.learn(seed=SEED + 1, jobs=JOBS)
judged = features.load_all(run.features, usable, names=["log_mel", "motion", "neutral"])
offsets = sync.offsets(judged, reader)
lags = offsets["clip_offset"].to_numpy()
splits = {split: lags[usable["split"] == split] for split in usable["split"].unique()}
fig = recording_plots.histogram(
    splits, xlabel="frames by which the picture lags the sound", bins=np.arange(-10.5, 11)
)
median, within = float(np.median(lags)), float((np.abs(lags) <= 1).mean())
run.record({"extraction.av_offset_median": median, "extraction.av_offset_within_1": within})
if CORPUS == "synthetic":
    trusted = sync.recovered(judged, reader, shifts=[*range(-8, 0), *range(1, 9)])
    run.record("extraction.planted_offsets_found", trusted)
    print(f"{trusted:.0%} of all planted lags were found again within one frame.")
run.figure(
    fig,
    "av_offset",
    f"Estimated lag of the picture for each clip: the median is {median:+.0f} frames, and {within:.0%} of the "
    f"clips lie within one frame ({1000 / FRAME_RATE:.0f} ms).",
)

# %%
lag = offsets.groupby("speaker").agg(clips=("clip_offset", "size"), median=("clip_offset", "median"))
lag["spread"] = offsets.groupby("speaker")["clip_offset"].std().fillna(0)
run.table(
    lag.round(1),
    "av_offset_of_speakers",
    "Median lag of each speaker's pictures in frames, and how clips differ.",
)

# %% [markdown]
# `SYNC` decides what is done about it: nothing, or the sound of every clip is moved by its own offset or by its
# speaker's. A single clip is easily misjudged; where one camera filmed all clips of a speaker, the speaker's
# median is safer.

# %%
later = sync.moves(offsets, SYNC)
if later:
    features.extract(clips, run.features, jobs=JOBS, scheduler=SCHEDULER, later=later)
moved = sum(map(bool, later.values()))
run.record("extraction.clips_moved", moved)
print(f"{moved} of {len(usable)} clips have their sound moved.")

# %% [markdown]
# ## 5. Is the tracker right?
#
# The embedded corpus knows the true place of every landmark; with recordings of real people nobody does.

# %% [markdown]
# **Predict before you run.** Are the landmarks of the mouth found better or worse than the others?

# %%
if CORPUS == "synthetic":
    rows, own, true = [], [], []
    for row in usable.itertuples():
        landmarks = features.load(run.features, row.clip_id)["landmarks"]
        truth = talking_heads.true_landmarks(row.path, len(landmarks))
        rows.append(motion_metrics.against_truth(landmarks, truth))
        for points, track in ((landmarks, own), (truth, true)):
            track.append(geometry.opening(geometry.remove_pose(points)))
    truth_scores = pd.DataFrame(rows).mean()
    run.record({f"extraction.{name}_vs_truth": value for name, value in truth_scores.items()})
    fig = recording_plots.scatter(
        np.concatenate(true),
        np.concatenate(own),
        xlabel="true mouth opening (inter-ocular)",
        ylabel="tracked mouth opening",
    )
    run.figure(
        fig,
        "truth",
        f"Tracked against true mouth opening, one dot a frame: within a clip they correlate "
        f"{truth_scores['mouth_correlation']:.3f}; landmarks lie {truth_scores['nme']:.1%} of the inter-ocular "
        f"distance off on average, those of the mouth {truth_scores['nme_mouth']:.1%}.",
    )

# %% [markdown]
# ## 6. What does it cost?
#
# Following faces is where studies like this one spend their days. No way can be quicker than a **floor**: decode
# every picture, run the landmark model on it once, and do nothing else. The example clip is timed as it was filmed
# and, enlarged, in pictures as large as those of RAVDESS; a corpus is many such clips, each of them one task.

# %%
if CORPUS not in WITHOUT_PICTURES:
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder, "large.mp4")
        cost.framed(example["path"], large, shape=cost.RAVDESS_SHAPE)
        spent = cost.beside_floor({"as filmed": example["path"], "720p": large}, rounds=3)
    run.record(
        {
            "extraction.time_over_floor": spent.loc["as filmed", "times the floor"],
            "extraction.time_over_floor_720p": spent.loc["720p", "times the floor"],
        }
    )
    run.table(
        spent.round(2),
        "cost",
        "Milliseconds for each frame on one core: the floor, the face, and everything.",
    )

# %%
if CORPUS not in WITHOUT_PICTURES:
    seconds = spent.loc["720p", "face and sound"] / 1000
    hours = {cores: cost.on_paper(seconds, cores=cores) / 3600 for cores in (1, 16, 256)}
    run.record({f"extraction.ravdess_hours.cores_{cores}": value for cores, value in hours.items()})
    paper = pd.DataFrame({"cores": list(hours), "minutes": [60 * value for value in hours.values()]})
    run.table(
        paper.set_index("cores").round(2),
        "paper_cost",
        f"All of RAVDESS on paper, from what was measured here: {cost.RAVDESS_FRAMES:,} frames in "
        f"{cost.RAVDESS_CLIPS:,} clips take {60 * hours[1]:.0f} minutes on one such core, {60 * hours[16]:.1f} on 16 and "
        f"{60 * hours[256]:.1f} on 256, as long as the disk keeps up and no core waits for another.",
    )

# %% [markdown]
# ## Key takeaways

# %%
lines = [
    f"- Followed {len(usable)} clips ({usable['seconds'].sum() / 60:.1f} minutes of {usable['speaker'].nunique()} "
    f"people) from pixels and samples to features, at {run.metric('extraction.frames_per_second'):.0f} frames "
    f"a second on one core; the face was found in {run.metric('extraction.detection_rate'):.1%} of the frames.",
    f"- Took the pose out: the rigid points' spread fell from "
    f"{run.metric('extraction.rigid_spread_filmed'):.1%} to "
    f"{run.metric('extraction.rigid_spread_pose_free'):.1%} of the inter-ocular distance.",
    "- Saw the constant that hid the speech from the 2017 network.",
    f"- Kept {run.metric('extraction.unusable_clips')} of {run.metric('extraction.clips')} clips out, each with "
    "its reason.",
]
Markdown("\n".join(lines))

# %% [markdown]
# ## Exercises
#
# Write your answer into the cell under a task and run it; the cell that checks it says in one sentence how it stands.

# %% [markdown]
# ### Exercise 1: take the pose out
#
# Turn, shift and enlarge some points so that they lie as near as possible (least squares) to other points. Read as
# complex numbers, points `z` become `a * z + b`. `pose_transform` does this with the rigid points; here it is done with
# whatever points are given.


# %% tags=["exercise"]
def aligned(z: np.ndarray, target: np.ndarray) -> np.ndarray | None:
    """Bring complex points z (n,) as near to the target (n,) as turn, shift and scale can."""
    return None  # your answer: a * z + b with the best a and b


# %% tags=["solution"]
# Solution
def aligned(z: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Bring complex points z (n,) as near to the target (n,) as turn, shift and scale can."""
    centred = z - z.mean()  # the best shift lays the centres on each other
    a = np.vdot(centred, target - target.mean()) / np.vdot(centred, centred)
    return a * centred + target.mean()


# %% tags=["check"]
filmed_faces, rest = geometry.to_complex(clip["landmarks"]), np.median(geometry.to_complex(upright), axis=0)
columns = [np.stack([z, np.ones_like(z)], axis=1) for z in filmed_faces]
whole = np.stack([column @ np.linalg.lstsq(column, rest, rcond=None)[0] for column in columns])
strays = whole[:, geometry.RIGID].std(axis=0).mean()
exercises.check(
    lambda: [aligned(z, rest) for z in filmed_faces],
    whole,
    right=f"with all 68 points nose and eyes stray by {strays:.2%}, with the rigid points by {still:.2%}: the jaw's "
    "drop is taken for a nod.",
    hint="take the mean out of both first; then one complex number is left to find.",
)

# %% [markdown]
# ### Exercise 2: the constant of 2017
#
# In 2017 a silent sample, 0, was scaled to −1. How large does silence make the first bin, the sum, of the spectrum of
# a piece of 128 samples? And the bin after it?

# %% tags=["exercise"]
first_bins = [None, None]  # your answer: two magnitudes

# %% tags=["solution"]
# Solution
first_bins = np.abs(np.fft.rfft(np.full(128, -1.0)))[:2]

# %% tags=["check"]
silence = speech.fft_2017(np.zeros(48_000), n_frames=1)[0, :2, 0]
loudest = float(repaired.max())
exercises.check(
    first_bins,
    silence,
    right=f"{silence[0]:.0f} and {silence[1]:.0f}; without the constant no bin of this clip's loudest moment is over "
    f"{loudest:.1f}.",
    hint="the first bin of a spectrum is the sum of the samples; a constant has no part in any other bin.",
)

# %% [markdown]
# ### Exercise 3: loud and closed
#
# Which sounds make a loud column and a closed mouth?

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# The nasals m and n are voiced and loud while the lips (m) or the tongue (n) close the mouth. A predictor that hears
# only loudness opens the mouth there.
# </details>

# %% [markdown]
# ## Quiz

# %% [markdown]
# **1.** A microphone is moved twice as near, so that every sample doubles. What happens to the log-mel?
#
# - A. Every value doubles.
# - B. Only the loud columns change.
# - C. Every value grows by the same amount.
# - D. Nothing.
#
# <details><summary>Answer</summary>
#
# C. The power is four times as large, and a logarithm turns a factor into a sum: the pattern stays. That is one reason
# for the logarithm.
# </details>

# %% [markdown]
# **2.** Somebody removes the pose with all 68 points. What does the network then learn about a wide open mouth?
#
# - A. That it opens less, and that the eyes rise when it does.
# - B. The same as before.
# - C. That it opens wider.
# - D. Nothing, as the mouth cannot be tracked.
#
# <details><summary>Answer</summary>
#
# A. A dropped jaw looks like a nod to all points together. Part of it is taken out, and the eyes pay for it.
# </details>

# %% [markdown]
# **3.** The tracker loses a face for three frames of one clip, and for a second of another. What is right?
#
# - A. Keep both; a network forgives such things.
# - B. Interpolate the first, leave the second clip out and say so.
# - C. Leave both out.
# - D. Repeat the last frame in both.
#
# <details><summary>Answer</summary>
#
# B. Over three frames a mouth moves along a short path that its ends nearly tell. Over a second several syllables pass:
# what is filled in would be invented, and trained on.
# </details>

# %% [markdown]
# **4.** One camera's pictures lag its sound by three frames. Why not let the network learn the lag by itself?
#
# - A. It cannot learn a lag.
# - B. The landmarks would be wrong.
# - C. Training would take three times as long.
# - D. It would learn this camera's lag, and be late or early for everybody else's.
#
# <details><summary>Answer</summary>
#
# D. The lag says nothing about faces. It is estimated, and taken out where it is asked for (`SYNC`), before training.
# </details>

# %% [markdown]
# **Next:** [03 Training the CNN + RNN](03_cnn_rnn_training.ipynb)

# %%
run.versions(seed=SEED)
