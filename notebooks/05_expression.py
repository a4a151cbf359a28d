# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   s2f:
#     needs:
#     - 02_feature_extraction
#     - 03_cnn_rnn_training
# ---

# %% [markdown]
# # Can the expression be heard?
#
# **Question.** A voice says how the lips move. Does it also say how the rest of the face moves, and is the emotion
# still there in the motion that we predict?
#
# **Inputs.** The feature store of notebook 02 and the models of notebook 03.
#
# **Outputs.** Tables and figures of the face region by region, and of the emotions that can be read out of motion and
# sound; their named results.
#
# **Runtime.** Under a minute; nothing is trained but two small classifiers.
#
# **Learning goals**
# - Score a face region by region, since a voice does not drive all of it alike.
# - Read an emotion out of motion with a classifier that has met other people only.
# - Tell what a share of right answers is worth: beside chance, beside a still face, with an interval over people.
# - Find where an emotion is lost on the way from a sound to a face.

# %%
import numpy as np
from IPython.display import Markdown, display

from s2f_utils import features
from s2f_utils.faces import geometry
from s2f_utils.judging import exercises, expression, motion_metrics, predictors, protocol
from s2f_utils.plots import protocol as protocol_plots
from s2f_utils.study.names import plain
from s2f_utils.study.record import Run

# %% tags=["parameters"]
CORPUS = "synthetic"  # synthetic, ravdess, grid, folder or ravdess-landmarks
DATA = ""  # folder of the recordings, named in the text
PROFILE = "quick"  # names the folders of results and models
SEED = 2017  # seed of the bootstrap
DRAWS = 2000  # bootstrap draws

# %% [markdown]
# ## 1. Who answers
#
# The predictors of notebook 04, which says what each of them knows, hear the same people once more: those whom no
# model has met.

# %%
run = Run("05_expression", corpus=CORPUS, profile=PROFILE)
table = features.read_table(run.features)
names = ["log_mel", "loudness", "pitch", "voicing", "motion", "neutral", "fft_2017"]
clips = {
    split: features.load_all(run.features, group, names=names) for split, group in table.groupby("split")
}
people = {split: len({clip["speaker"] for clip in group}) for split, group in clips.items()}
Markdown(
    f"Trained on {people['train']} people; judged on {len(clips['test'])} clips of {people['test']} people "
    f"never seen before ({plain(DATA) or 'the embedded corpus'})."
)

# %%
everybody = predictors.Predictors(run.models, clips["train"])
predictions = everybody.answer(clips["test"])

# %% [markdown]
# ## 2. Mouth, jaw, brows
#
# Sound drives the mouth. How much does it say about the rest of the face?

# %% [markdown]
# **Predict before you run.** A voice says how the lips move. What does it follow better, the jaw or the brows?

# %%
scores = motion_metrics.score(predictions, clips["test"])
parts = motion_metrics.summary(scores)[list(protocol_plots.REGIONS)]
parts = parts.join(protocol.regions(predictions, clips["test"]))
run.record(motion_metrics.named(parts.drop(columns=["mouth_correlation", "mouth_rmse"]), "evaluation"))
run.table(parts.round(5), "regions", "Correlation and error, region by region.")
own = parts.loc["cnn_rnn", list(protocol_plots.REGIONS)]
fig = protocol_plots.regions(parts)
run.figure(
    fig,
    "regions",
    f"The CNN + RNN follows the {protocol_plots.REGIONS[own.idxmax()]} best ({own.max():.2f}) and the "
    f"{protocol_plots.REGIONS[own.idxmin()]} least ({own.min():.2f}); who does not move is left out.",
)

# %% [markdown]
# ## 3. Is the expression in it?
#
# A classifier learns the emotions from the true motion of the training speakers: mean, spread and spread of
# the velocity of each component. Its read-out asks whether it can name them from never-seen people's motion, and from
# the predictions. A second classifier gets the same summary of the sound.

# %% [markdown]
# **Predict before you run.** From what will the emotion be named more often, from a person's true motion or from the
# sound of the voice? And how much of that is left in the predicted motion?

# %%
guess = expression.chance(clips["train"], clips["test"])
emotions_known = guess["chance"] < 1
if emotions_known:
    readings = expression.read_out(
        clips["train"], clips["test"], predictions["cnn_rnn"], everybody.mean, everybody.basis
    )
    right = expression.accuracy(readings)
    share = right.mean(axis=1)
    run.record({f"evaluation.expression.{name}": value for name, value in (dict(share) | guess).items()})

# %%
if emotions_known:
    spans = {
        name: motion_metrics.interval(row.to_numpy(), draws=DRAWS, seed=SEED)
        for name, row in right.iterrows()
    }
    for name, (low, high) in spans.items():
        run.record({f"evaluation.expression.{name}_low": low, f"evaluation.expression.{name}_high": high})
    commonest = readings["predicted_motion"].value_counts(normalize=True)
    xlabel = "share of emotions named rightly"
    run.figure(
        protocol_plots.dots(right, xlabel=xlabel, intervals=spans, line=guess["chance"]),
        "expression",
        f"True motion gives away {share['true_motion']:.2f} of the emotions, predicted motion "
        f"{share['predicted_motion']:.2f}, sound {share['sound']:.2f}; the dashed line is chance. "
        f"{commonest.iloc[0]:.0%} of the predictions are read as {commonest.index[0]}.",
    )
else:
    display(Markdown("This corpus does not name emotions; there is nothing to read out."))

# %% [markdown]
# ## Key takeaways

# %%
lines = [
    f"- Scored region by region: the CNN + RNN correlates {own['mouth_correlation']:.2f} with the mouth's opening, "
    f"{run.metric('evaluation.cnn_rnn.jaw_correlation'):.2f} with the jaw and "
    f"{run.metric('evaluation.cnn_rnn.brow_correlation'):.2f} with the brows.",
]
if emotions_known:
    found = {name: run.metric(f"evaluation.expression.{name}") for name in (*right.index, *guess)}
    low, high = (run.metric(f"evaluation.expression.predicted_motion_{end}") for end in ("low", "high"))
    lines += [
        f"- Read emotions out of motion: {found['true_motion']:.2f} of never-seen people's are named rightly from their "
        "true motion.",
        f"- Told what a share is worth: from predicted motion it is {found['predicted_motion']:.2f}, with an interval of "
        f"{low:.2f} to {high:.2f} over people, beside {found['chance']:.2f} by chance and {found['still_face']:.2f} of a "
        "still face.",
        f"- Found where emotions are lost: from true motion to sound the share changes by "
        f"{found['sound'] - found['true_motion']:+.2f}, from sound to predicted motion by "
        f"{found['predicted_motion'] - found['sound']:+.2f}.",
    ]
Markdown("\n".join(lines))

# %% [markdown]
# ## Exercises
#
# Write your answer into the cell under a task and run it; the cell that checks it says in one sentence how it stands.

# %% [markdown]
# ### Exercise 1: without looking
#
# Somebody looks at no face and hears no voice, and always names the emotion that was commonest in training. Which share
# of the emotions asked for does that name rightly?


# %% tags=["exercise"]
def always_commonest(learned: list[str], asked: list[str]) -> float | None:
    """Tell which share of the emotions asked for is the one that was commonest in training."""
    return None  # your answer


# %% tags=["solution"]
# Solution
def always_commonest(learned: list[str], asked: list[str]) -> float:
    """Tell which share of the emotions asked for is the one that was commonest in training."""
    commonest = max(sorted(set(learned)), key=learned.count)
    return asked.count(commonest) / len(asked)


# %% tags=["check"]
emotions = {split: [str(clip["emotion"]) for clip in group] for split, group in clips.items()}
exercises.check(
    lambda: [
        always_commonest(["calm", "sad", "calm"], ["sad", "calm", "angry", "happy"]),
        always_commonest(["sad", "sad", "calm"], ["calm", "calm", "sad"]),
    ],
    [1 / 4, 1 / 3],
    right=f"here it would be {guess['majority']:.2f} of the {len(emotions['test'])} test clips, and by guessing "
    f"{guess['chance']:.2f}.",
    hint="find the commonest emotion in `learned`, then count it in `asked`.",
)

# %% [markdown]
# ### Exercise 2: what the classifier sees
#
# The classifier sees no film, only three numbers for each track: mean, spread, and spread of the velocity. Compute them
# for one track with a value for each frame.


# %% tags=["exercise"]
def three_numbers(track: np.ndarray) -> list[float] | None:
    """Describe a (T,) track by its mean, its spread, and the spread of its change from frame to frame."""
    return None  # your answer; the spread is the standard deviation, and np.diff gives the changes


# %% tags=["solution"]
# Solution
def three_numbers(track: np.ndarray) -> list[float]:
    """Describe a (T,) track by its mean, its spread, and the spread of its change from frame to frame."""
    return [np.mean(track), np.std(track), np.std(np.diff(track))]


# %% tags=["check"]
example = clips["test"][SEED % len(clips["test"])]
brows = geometry.mouth_measures(example["neutral"] + example["motion"])["brow"]
seen = expression.summarise(brows[:, None])
exercises.check(
    lambda: [three_numbers(brows), three_numbers(np.array([0.0, 1.0, 0.0, 1.0]))],
    [seen, [1 / 2, 1 / 2, np.sqrt(8) / 3]],
    right=f"the brows of this person lie {seen[0]:.2f} inter-ocular distances above the eyes and spread by "
    f"{seen[1]:.3f}. Played backwards, the clip gives the same three numbers.",
    hint="three numbers in this order: np.mean, np.std, and np.std of np.diff.",
    tolerance=1e-5,
)

# %% [markdown]
# ### Exercise 3: teach it on predictions?
#
# The classifier has learned from true motion alone. Train it on the predictions for the training speakers instead, and
# more emotions may be named rightly. Why would that number answer another question?

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# It asks whether predictions differ at all from emotion to emotion, by whatever habit of the network. A viewer has only
# met people: what helps is motion that looks as people's does. On its own training speakers the network is also surer
# than on strangers, so that the classifier would learn from motion that it does not meet again.
# </details>

# %% [markdown]
# ## Quiz

# %% [markdown]
# **1.** The still face is given to the classifier. Which share of the emotions is named rightly?
#
# - A. None.
# - B. All emotions equally often, so exactly chance.
# - C. The share of clips with the one emotion that it always names.
# - D. As many as from true motion.
#
# <details><summary>Answer</summary>
#
# C. The same motion gets the same name every time. That is chance only where every emotion is acted equally often.
# </details>

# %% [markdown]
# **2.** From sound most emotions are named rightly, from predicted motion hardly more than by chance. What follows?
#
# - A. The emotion can be heard, and the network does not put it into the face as people do.
# - B. The emotion cannot be heard.
# - C. The classifier of motion is useless.
# - D. The actors show no emotion.
#
# <details><summary>Answer</summary>
#
# A. Whether the classifier of motion is any good is told by the true motion, and not by the predicted one.
# </details>

# %% [markdown]
# **3.** In inter-ocular distances the brows' error is as small as the mouth's, yet their correlation is far lower. How
# can that be?
#
# - A. One of the two is computed wrongly.
# - B. Brows are nearer to the eyes.
# - C. The tracker misses the mouth.
# - D. The brows move little, so that missing all of their movement is a small error.
#
# <details><summary>Answer</summary>
#
# D. An error has to be compared with how much there is to be missed; the correlation asks for the movement itself.
# </details>

# %% [markdown]
# **4.** Of eight emotions 0.25 are named rightly, with an interval over people of 0.10 to 0.40. What can be said?
#
# - A. Twice as good as chance, and certain.
# - B. Chance, 0.125, lies within the interval: other people might be named no better than by guessing.
# - C. Worse than chance.
# - D. More clips of the same people would settle it.
#
# <details><summary>Answer</summary>
#
# B. The interval says how much the mean depends on who was asked. More clips of the same people tell no more of others.
# </details>

# %% [markdown]
# **5.** Every clip is played backwards, sound and face. What does the classifier of motion name?
#
# - A. The opposite emotions.
# - B. Nothing sensible.
# - C. The same as before.
# - D. Always calm.
#
# <details><summary>Answer</summary>
#
# C. Mean, spread and spread of the velocity stay as they were. Whatever only the order of movements tells is lost on it.
# </details>

# %% [markdown]
# **Next:** [06 Generating faces](06_dcgan_generation.ipynb)

# %%
run.versions(seed=SEED)
