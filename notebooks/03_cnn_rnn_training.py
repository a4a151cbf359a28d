# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   s2f:
#     makes:
#     - models/*/net_2017*
#     - models/*/lstm_2018*
#     - models/*/cnn_rnn*
#     - models/*/learned*
#     - models/*/rest*
#     needs:
#     - 02_feature_extraction
# ---

# %% [markdown]
# # Teaching a network to hear a face
#
# **Question.** Can a network learn how a face moves from nothing but the sound of its voice?
#
# **Inputs.** The feature store of notebook 02.
#
# **Outputs.** Five trained models: the CNN + RNN of this study and its causal sister, the network of 2017 as it was
# and repaired, and an LSTM of 2018.
#
# **Runtime.** Quick: about five minutes on two cores, beside notebook 06. Full: hours.
#
# **Learning goals**
# - See what the network is asked to show: displacement, not faces.
# - Know why squared error alone teaches a mouth to stay shut.
# - Train a CNN + RNN on whole utterances, stopped by speakers that it was not trained on.
# - Measure how much of the future a face has to hear.
# - Rebuild the network of 2017, mend it one thing at a time, and find out why its mouth stayed shut.
# - Break the mended network yourself, and say beforehand what will come out.

# %%
import time

import numpy as np
import pandas as pd
from IPython.display import Markdown

from s2f_utils import EMOTIONS, FRAME_RATE, features, files
from s2f_utils.faces import geometry, rest
from s2f_utils.judging import exercises, expression, latency, motion_metrics
from s2f_utils.models import (
    cnn_rnn,
    cnn_rnn_live,
    content,
    lstm_2018,
    net_2017,
    net_2017_repairs,
    training,
)
from s2f_utils.plots import (
    expression as expression_plots,
    motion as motion_plots,
    net_2017_repairs as repair_plots,
)
from s2f_utils.recordings import voices
from s2f_utils.study.record import Run
from s2f_utils.synthetic import unfilmed

# %% tags=["parameters"]
CORPUS = "synthetic"  # synthetic, ravdess, grid, folder or ravdess-landmarks
DATA = ""  # folder of the recordings, kept with the models for reference
PROFILE = "quick"  # names the folders of results and models
SEED = 2017  # seed of weights, order and augmentation
HEARD_VOICES = 160  # more embedded voices, each drawn anew, that are heard and never filmed
HEARD_CLIPS = 6  # utterances of each
REAL_VOICES = ""  # folder of real voices, named as in RAVDESS, that teach how things are said; empty: none
REAL_SPEAKERS = ""  # those of them that teach, such as 1-8; empty: all
PRETRAIN = False  # whether another corpus than the embedded one is to learn from those utterances, too
JOBS = 2  # processes that speak them
WATCHED_CLIPS = 16  # new utterances of each embedded validation person, to see what shows of the emotion
SHARPNESSES = [1, 2, 4]  # exponents of the shares of emotions that are compared; the study has 4
UPDATES = 560  # updates of the weights of the CNN + RNN; a small corpus is gone through more often
BATCH_SIZE = 16  # utterances in a batch
LEARNING_RATE = 5e-3  # of AdamW at the start; it decays by a cosine
CHANNELS = 96  # width of the convolutions over time
UNITS = 96  # width of the GRU in each direction
PATIENCE = 30  # epochs without a better validation loss before training stops
EPOCHS_ANATOMY = 2  # epochs of the 2017 network and of each mended one; its code had 5, its report says 100
SHARE_ANATOMY = 0.5  # share of the frames that these learn from, in batches as much smaller
UPDATES_LIVE = 560  # updates of the causal network
DELAYS = [0, 1, 2, 4, 8]  # frames of 40 ms by which its heads answer later than the sound
UPDATES_LSTM = 120  # updates of the LSTM of 2018
UNITS_LSTM = 128  # width of its first three layers

# %%
run = Run("03_cnn_rnn_training", corpus=CORPUS, profile=PROFILE)
table = features.read_table(run.features)
names = ["log_mel", "loudness", "pitch", "voicing", "motion", "neutral", "landmarks", "fft_2017"]
clips = {
    split: features.load_all(run.features, table[table["split"] == split], names=names)
    for split in ("train", "validation")
}
speakers = sorted({clip["speaker"] for clip in clips["train"]})
heard, real_voices = [], []
if REAL_VOICES:
    real_voices, _ = features.listen_to(
        voices.voices(files.ROOT / REAL_VOICES, people=REAL_SPEAKERS), jobs=JOBS
    )
if HEARD_CLIPS and (PRETRAIN or CORPUS == "synthetic"):
    heard = unfilmed.utterances(
        clips_per_speaker=HEARD_CLIPS,
        speakers=range(unfilmed.FIRST, unfilmed.FIRST + HEARD_VOICES),
        seed=SEED + 100,
        # Every fourth sentence is kept for notebook 04, which asks what sentences never heard cost.
        wanted=lambda clip: clip.statement % 4,
        jobs=JOBS,
    )
# Another corpus counts for half of what is learned, however small it is.
copies = 1 if CORPUS == "synthetic" else max(1, len(heard) // len(clips["train"]))
learned = clips["train"] * copies + heard
run.record({"training.clips": len(clips["train"]), "training.heard_only": len(heard)})
Markdown(
    f"{len(clips['train'])} clips of {len(speakers)} people to train on, {len(clips['validation'])} to validate. "
    f"{len(heard) or 'No'} more utterances of {len({clip['speaker'] for clip in heard})} embedded voices are heard and "
    "never filmed; their true landmarks stand for tracked ones. Networks that read log-mel learn from all of them, those "
    "of 2017 from the clips."
)

# %% [markdown]
# ## 1. What the network has to show
#
# Who speaks is not in the question. A face's shape is taken away by subtracting the person's neutral face;
# what is left are displacements of 68 points, and those do not move independently: a few principal
# components of the training speakers hold nearly all of it.

# %% [markdown]
# **Predict before you run.** A frame's motion is 136 numbers. How many principal components hold 99 % of it: about 5, 20 or 60?

# %%
mean, basis = content.motion_basis(learned)
run.record("training.components", len(basis))
neutral = np.median([clip["neutral"] for clip in clips["train"]], axis=0)
fig = motion_plots.components(mean, basis, neutral)
run.figure(
    fig,
    "components",
    f"The first of {len(basis)} components that hold 99 % of the motion, two standard deviations to either "
    "side: the jaw's drop comes first, then shapes of mouth and brows.",
)

# %% [markdown]
# ## 2. The CNN + RNN
#
# Two streams meet in the motion: *what* is said, which moves the mouth from moment to moment, and *how* it is said,
# which moves brows, lids and the corners of the mouth for as long as the utterance lasts, and says how far everything
# goes.
#
# **What.** Two convolutions over frequency and time make a voice with shifted formants look like the same vowel;
# three over time gather 100 columns a second into 25 frames; a GRU in both directions reads the whole
# utterance in steps of 80 ms, and a last convolution joins what it remembers with the moment itself. The output
# has no squashing function, and the fixed basis turns components into points.
#
# **How.** Twenty-two numbers sum up an utterance: pitch, its spread and moves, loudness, tempo, the mean spectrum of
# its voiced moments. A logistic regression names the emotion in them, two ridge regressions its strength and how much
# farther than usual the mouth goes. A second set of the three hears them beside *another recording of the same voice*:
# whether somebody is excited or always sounds so. What emotions look like are eight faces, the training people's means.
# While the first stream learns, it is told the emotion; so it leaves the expression to the second.
#
# Squared error rewards a mouth that hardly moves whenever the network is unsure. So the loss also asks for
# the right velocity, for concordance of the mouth opening (mean, range and timing must all agree), and for lips
# that meet where they should.

# %%
start = time.perf_counter()
model, history, gain = cnn_rnn.train(
    learned,
    clips["validation"],
    epochs=training.epochs(UPDATES, learned, BATCH_SIZE),
    batch_size=BATCH_SIZE,
    learning_rate=LEARNING_RATE,
    patience=PATIENCE,
    seed=SEED,
    channels=CHANNELS,
    units=UNITS,
    voices=real_voices,
)
seconds = time.perf_counter() - start
epochs = len(history["loss"])
rate = epochs * len(learned) / seconds
run.record({"training.cnn_rnn.seconds": seconds, "training.cnn_rnn.epochs": epochs})
run.record({"training.cnn_rnn.clips_per_second": rate, "training.cnn_rnn.gain": gain})
run.record("training.cnn_rnn.parameters", model.count_params())

# %% [markdown]
# ## 3. A face for each emotion
#
# What the second stream puts into a face, at full strength: the mean of what each emotion did to the training people's
# faces while they spoke, against the mean of all.

# %%
with_names = len({clip["emotion"] for clip in learned}) > 1
shown = model.get_layer("content").get_layer("expression").faces.numpy().reshape(-1, 68, 2)
raised = [geometry.mouth_measures(neutral + face)["brow"] for face in shown]
fig = expression_plots.faces(neutral, dict(zip(EMOTIONS, shown, strict=True)))
caption = "This corpus names no emotions: there is no expression to be shown."
if with_names:
    highest, lowest = EMOTIONS[int(np.argmax(raised))], EMOTIONS[int(np.argmin(raised))]
    caption = f"Grey, the face at rest. Brows are highest when {highest}, lowest when {lowest}."
run.figure(fig, "expressions", caption)

# %% [markdown]
# Squared error would answer with the mean of all emotions that are possible, which is nearly none. So the shares of
# the emotions are sharpened before their faces are mixed. What is that worth? Validation people, by a classifier that
# learned from the true motion of the training people; in the embedded corpus they speak anew for this.

# %%
described = expression.describe(learned, mean, basis)
expression.save(described, run.models)
watched = clips["validation"]
if CORPUS == "synthetic":
    who = sorted({int(clip["speaker"]) for clip in watched})
    watched = unfilmed.utterances(clips_per_speaker=WATCHED_CLIPS, speakers=who, seed=SEED + 200, jobs=JOBS)
if with_names:
    reader = expression.ReadOut(described, mean, basis)
    usual = [
        [other for other in watched if other["speaker"] == clip["speaker"] and other is not clip]
        for clip in watched
    ]
    hearing = model.get_layer("manner")
    chosen, rows = float(hearing.sharpness.numpy()), {}
    for sharpness in SHARPNESSES:
        hearing.sharpness.assign(sharpness)
        for name, others in (("blind", None), ("with reference", usual)):
            motions = cnn_rnn.predict(model, watched, references=others)
            told = expression.readings(watched, {"named": reader.of_motion(motions)})
            brows = motion_metrics.summary(motion_metrics.score({"cnn_rnn": motions}, watched))
            rows[sharpness, name] = {
                "emotions named rightly": expression.accuracy(told).loc["named"].mean(),
                "correlation of the brows": brows.loc["cnn_rnn", "brow_correlation"],
            }
    hearing.sharpness.assign(chosen)
    sharpened = pd.DataFrame(rows).T
    for (sharpness, name), row in sharpened.iterrows():
        key = f"training.expression.sharpness_{sharpness}.{name.replace(' ', '_')}"
        run.record(key, row["emotions named rightly"])
    run.table(
        sharpened.round(3),
        "sharpness",
        "Validation people: shares sharpened by an exponent; 1 is the mean of all.",
    )

# %% [markdown]
# ## 4. Two networks of other days
#
# The network of 2017 looks at 61 milliseconds of raw spectra at a time; a sigmoid answers with 136 numbers between
# 0 and 1, each frame's landmarks scaled to their own bounding box. Frames are never shuffled. Its report draws a
# recurrent layer that its code created and never called; here it is trained as the code was.

# %%
start = time.perf_counter()
as_2017, history_2017 = net_2017_repairs.train(
    net_2017_repairs.STEPS["as_2017"], clips["train"], epochs=EPOCHS_ANATOMY, share=SHARE_ANATOMY, seed=SEED
)
run.record({"training.net_2017.seconds": time.perf_counter() - start})
run.record("training.net_2017.final_loss", history_2017["loss"][-1])

# %% [markdown]
# A year later Eskimez and others stacked four LSTM layers over whole utterances, read only how the spectrum changes
# and not what it is, since that depends on the speaker, and let the network wait 40 ms for the sound to come.

# %%
start = time.perf_counter()
lstm, history_lstm = lstm_2018.train(
    learned,
    epochs=training.epochs(UPDATES_LSTM, learned, BATCH_SIZE),
    batch_size=BATCH_SIZE,
    units=UNITS_LSTM,
    seed=SEED,
)
run.record({"training.lstm_2018.seconds": time.perf_counter() - start})
run.record("training.lstm_2018.final_loss", history_lstm["loss"][-1])

# %%
fig = motion_plots.learning_curves({"cnn_rnn": history, "lstm_2018": history_lstm})
run.figure(
    fig,
    "learning_curves",
    "Left, the loss of this study in units in which a still face scores 2; right, the squared error of 2018. "
    f"The squared error of 2017 ends at {history_2017['loss'][-1]:.1e}; 6e-4 to 7e-4 was published, and the next "
    "section shows what such a number is worth.",
)

# %% [markdown]
# ## 5. The anatomy of a failure
#
# What was it that kept the mouth of 2017 shut? Its network is mended one thing at a time, and everything mended
# stays mended. First what it hears: the order of the examples, the spectra, how much of them. Then what it is asked
# for, then memory, then the loss. Each step learns from fresh weights, from the same people, for the same number of
# epochs, in batches of the same number of frames; only the step's own switch differs.

# %%
start = time.perf_counter()
networks = {"as_2017": as_2017}
for name, step in list(net_2017_repairs.STEPS.items())[1:]:
    networks[name], _ = net_2017_repairs.train(
        step, clips["train"], epochs=EPOCHS_ANATOMY, share=SHARE_ANATOMY, seed=SEED
    )
run.record("training.anatomy.seconds", time.perf_counter() - start)
pd.options.display.max_colwidth = None
pd.DataFrame({"what is mended": {name: step.sentence for name, step in net_2017_repairs.STEPS.items()}})

# %% [markdown]
# All are judged on the validation people, whom none of them was trained on, as notebook 04 judges: by the squared
# error of 2017, by whether the mouth opens when it should, and by whether it opens as far. Last comes the CNN + RNN
# trained above; it had its own schedule, and since its gain was set on these very people, its motion ratio here is
# no achievement.

# %% [markdown]
# **Predict before you run.** Which of the six mends opens the mouth of 2017 farthest: order, spectra, context, target, memory, or loss?

# %%
boxed = net_2017.mean_boxed(clips["train"])
answers = {
    name: net_2017_repairs.predict(network, net_2017_repairs.STEPS[name], clips["validation"], boxed)
    for name, network in networks.items()
}
answers["cnn_rnn"] = cnn_rnn.predict(model, clips["validation"])
answers["still_face"] = [np.zeros_like(clip["motion"]) for clip in clips["validation"]]
measures = ["mse_2017", "mouth_correlation", "motion_ratio"]
judged = motion_metrics.summary(motion_metrics.score(answers, clips["validation"]))
steps = judged[measures]
run.record(
    {f"training.anatomy.{name}.{key}": value for name, row in steps.iterrows() for key, value in row.items()}
)

# %%
fig = repair_plots.ladder(steps, measures)
run.figure(fig, "anatomy", repair_plots.ladder_caption(steps))

# %% [markdown]
# ## 6. Break and mend it yourself
#
# The ladder mends what the network hears before it mends what it is asked for, and what is mended stays mended.
# So it cannot tell whether the early steps were needed at all. Here every switch can be set alone: True is mended,
# False as in 2017. As it stands, all is mended but what the network hears: raw spectra of 61 ms, with their offset.
#
# **Predict before you run.** Look where the ladder gains most. With *target* and all after it mended, but the hearing
# of 2017 left as it was: does the mouth stay shut?

# %%
switches = {
    "shuffled": True,  # False: batches hold consecutive frames, so one or two people
    "spectrum": False,  # False: the offset drowns the spectra; has a say only while context is False
    "context": False,  # False: 61 ms of raw spectra, not half a second of log-mel
    "target": True,  # False: a face in its own bounding box, behind a sigmoid
    "recurrent": True,  # False: every frame alone
    "loss": True,  # False: squared error, not the loss of this study
}

# %%
start = time.perf_counter()
yours = net_2017_repairs.mended("yours", switches)
network, _ = net_2017_repairs.train(
    yours, clips["train"], epochs=EPOCHS_ANATOMY, share=SHARE_ANATOMY, seed=SEED
)
answer = {"yours": net_2017_repairs.predict(network, yours, clips["validation"], boxed)}
own = motion_metrics.summary(motion_metrics.score(answer, clips["validation"])).loc[["yours"], measures]
run.record({f"training.break_and_mend.{key}": value for key, value in own.loc["yours"].items()})
run.record("training.break_and_mend.seconds", time.perf_counter() - start)

# %%
beside = pd.concat([steps, own])
fig = repair_plots.ladder(beside, measures, apart="yours")
caption = repair_plots.break_and_mend_caption(beside, "yours", yours.sentence)
run.figure(fig, "break_and_mend", caption)

# %% [markdown]
# Set the switches anew, say first what will come out, and run these three cells again. All mended but *target*? Only
# *target* mended? All but *shuffled*? Where two broken things hide each other, mending one shows nothing: the order
# of a ladder is part of what it says.

# %% [markdown]
# ## 7. How long must it wait?
#
# The CNN + RNN hears the whole utterance before it answers. A face that is to move while somebody speaks cannot
# wait that long. A causal network has a GRU in one direction, convolutions that look back, and normalises by what
# it has heard so far; several heads on it answer after different delays, since lips prepare sounds that are yet to
# come. The shortest delay that costs next to nothing against the best is the one to live with. How something is said
# it hears in all that was said until a third of a second ago, by regressions that also learned from beginnings.

# %% [markdown]
# **Predict before you run.** Lips close before a p is heard. How long must a face wait until a longer look-ahead is of no more use: 0, 80 or 320 ms?

# %%
start = time.perf_counter()
live_model = cnn_rnn_live.train(
    learned,
    clips["validation"],
    whole=model,
    voices=real_voices,
    delays=DELAYS,
    epochs=training.epochs(UPDATES_LIVE, learned, BATCH_SIZE),
    batch_size=BATCH_SIZE,
    learning_rate=LEARNING_RATE,
    patience=PATIENCE,
    seed=SEED,
)
run.record("training.cnn_rnn_live.seconds", time.perf_counter() - start)
said = cnn_rnn_live.predict(live_model, clips["validation"])
by_delay = latency.score_delays(said, DELAYS, clips["validation"])
run.record(
    {
        f"training.cnn_rnn_live.mouth_correlation_{wait}": row["mouth_correlation"]
        for wait, row in by_delay.iterrows()
    }
)
delay = latency.shortest_delay(by_delay["mouth_correlation"])
run.record("training.cnn_rnn_live.delay_frames", delay)

# %%
fig = motion_plots.delays(by_delay, judged.loc["cnn_rnn"], chosen=delay)
run.figure(
    fig,
    "delays",
    f"Validation people. Answering at once the mouth correlates {by_delay['mouth_correlation'].iloc[0]:.2f}, after "
    f"{by_delay.index[-1] * 1000 // FRAME_RATE} ms {by_delay['mouth_correlation'].iloc[-1]:.2f}; dashed, the network "
    f"that hears everything first. {delay * 1000 // FRAME_RATE} ms are chosen: the shortest delay within "
    f"{latency.WORTH_WAITING_FOR} of the best.",
)

# %% [markdown]
# ## 8. A first look at the mouth
#
# Numbers come in notebook 04, on people that no network has met. Here is one validation clip.

# %% [markdown]
# **Predict before you run.** Whose line will be the flattest: that of 2017, that of 2018, or ours?

# %%
number = SEED % len(clips["validation"])
example = clips["validation"][number]
motions = {
    "true": example["motion"],
    "net_2017": answers["as_2017"][number],
    "net_2017_repaired": answers["recurrent"][number],
    "lstm_2018": cnn_rnn.predict(lstm, [example])[0],
    "cnn_rnn": answers["cnn_rnn"][number],
}
openings = {name: geometry.opening(example["neutral"] + motion) for name, motion in motions.items()}
spread = {name: opening.std() / openings["true"].std() for name, opening in openings.items()}
fig = motion_plots.tracks(openings, title=example["clip_id"])
run.figure(
    fig,
    "first_look",
    f"Mouth opening of one validation clip: the CNN + RNN moves {spread['cnn_rnn']:.0%} as much as the "
    f"person did, the network of 2017 {spread['net_2017']:.0%}, repaired {spread['net_2017_repaired']:.0%}, the LSTM of "
    f"2018 {spread['lstm_2018']:.0%}.",
)

# %% [markdown]
# ## 9. Keep the models
#
# A saved model takes raw log-mel, as it comes from the sound: the normalisation, the basis and the gain are
# layers of it. The facts beside it say what a user has to know. What moves a face from rest is kept as well, so that
# a smile can be taken out of a photograph before it talks. Of the anatomy two steps are kept: the network as
# it was, and as *net_2017_repaired* the one in which all is mended that was broken: its layers as the report draws
# them, with the squared error of the time.

# %%
named = learned if CORPUS == "synthetic" else clips["train"]  # another corpus numbers its own sentences
facts = {
    "training_speakers": speakers,
    "corpus": CORPUS,
    "recordings": DATA and "given by DATA",
    "statements": sorted({clip["statement"] for clip in named}),
    "heard_only": len(heard),
    "real_voices": sorted({clip["speaker"] for clip in real_voices}),
    "seed": SEED,
}
facts |= {"frames_per_second": 25, "columns_per_second": 100, "sample_rate": 16_000}
extra = {"gain": gain, "mean": mean.tolist(), "basis": basis.tolist(), "neutral": neutral.tolist()}
training.save(model, run.models, facts | extra)
rest.save(rest.learn(learned, seed=SEED), run.models)
training.save(lstm, run.models, facts)
live_model = cnn_rnn_live.with_delay(live_model, delay)
live_gain = cnn_rnn.calibrate(live_model, clips["validation"])
training.save(live_model, run.models, facts | {"gain": live_gain, "delay_frames": delay})
for name in net_2017_repairs.PREDICTORS:
    training.save(networks[name], run.models, facts | {"mean_boxed": boxed.tolist()})
sorted(path.name for path in run.models.iterdir())

# %% [markdown]
# ## Key takeaways

# %%
lines = [
    f"- Found that {run.metric('training.components')} components hold 99 % of the motion of 68 points.",
    f"- Trained {run.metric('training.cnn_rnn.parameters') / 1000:.0f} thousand weights in "
    f"{run.metric('training.cnn_rnn.seconds'):.0f} s ({run.metric('training.cnn_rnn.epochs')} epochs, "
    f"{run.metric('training.cnn_rnn.clips_per_second'):.0f} clips a second); the gain that makes mouths open "
    f"as far as those of the validation speakers is {run.metric('training.cnn_rnn.gain'):.2f}.",
    f"- Found that a face that moves live has to wait {run.metric('training.cnn_rnn_live.delay_frames') * 40:.0f} ms.",
    f"- Rebuilt the network of 2017, whose loss reached {run.metric('training.net_2017.final_loss'):.1e}, and mended "
    f"it: the motion ratio went from {run.metric('training.anatomy.as_2017.motion_ratio'):.2f} to "
    f"{run.metric('training.anatomy.loss.motion_ratio'):.2f}, the correlation to "
    f"{run.metric('training.anatomy.loss.mouth_correlation'):.2f}.",
    f"- Chose what is mended: such a network reached {run.metric('training.break_and_mend.mouth_correlation'):.2f}, and "
    f"{run.metric('training.break_and_mend.motion_ratio'):.0%} of the motion.",
]
Markdown("\n".join(lines))

# %% [markdown]
# ## Exercises
#
# Write your answer into the cell under a task and run it; the cell that checks it says in one sentence how it stands.

# %% [markdown]
# ### Exercise 1: concordance
#
# Correlation does not see that a mouth moves too little. Lin's concordance does: twice the covariance of two tracks,
# divided by the sum of their variances and the squared difference of their means. Write it.


# %% tags=["exercise"]
def concordance(x: np.ndarray, y: np.ndarray) -> float | None:
    """Lin's concordance of two (T,) tracks: 1 where they are the same."""
    return None  # your answer


# %% tags=["solution"]
# Solution
def concordance(x: np.ndarray, y: np.ndarray) -> float:
    """Lin's concordance of two (T,) tracks: 1 where they are the same."""
    covariance = np.mean((x - x.mean()) * (y - y.mean()))
    return 2 * covariance / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)


# %% tags=["check"]
true = openings["true"].astype(float)
timid = true.mean() + 0.3 * (true - true.mean())  # moves at the right time, and too little
tracks = [true, timid, openings["cnn_rnn"]]
# The same by another way: the squared distance, beside what it would be if the tracks had nothing in common.
agree = [
    1 - np.mean((true - y) ** 2) / (true.var() + y.var() + (true.mean() - y.mean()) ** 2) for y in tracks
]
exercises.check(
    lambda: [concordance(true, y) for y in tracks],
    agree,
    right=f"a mouth that moves 0.3 times as far has correlation {np.corrcoef(true, timid)[0, 1]:.2f} and concordance "
    f"{agree[1]:.2f}; ours has {agree[2]:.2f} in this clip.",
    hint="use variances and covariance that divide by T, and do not forget the means.",
)

# %% [markdown]
# ### Exercise 2: why squared error keeps a mouth shut
#
# Somebody guesses a mouth with the right timing and a lot of noise. By which factor must the guess be multiplied for
# the least squared error? Both tracks have a mean of zero.

# %% tags=["exercise"]
wanted = true - true.mean()
guess = wanted + np.random.default_rng(SEED).normal(scale=wanted.std(), size=len(wanted))
guess -= guess.mean()


def best_factor(guess: np.ndarray, wanted: np.ndarray) -> float | None:
    """Tell which factor brings a guess (T,) nearest to what is wanted (T,)."""
    return None  # your answer


# %% tags=["solution"]
# Solution
def best_factor(guess: np.ndarray, wanted: np.ndarray) -> float:
    """Tell which factor brings a guess (T,) nearest to what is wanted (T,)."""
    return np.sum(guess * wanted) / np.sum(guess**2)  # where the derivative of the error is zero


# %% tags=["check"]
factors = np.linspace(0, 2, 2001)
nearest = factors[np.argmin([np.mean((factor * guess - wanted) ** 2) for factor in factors])]
moves, follows = nearest * guess.std() / wanted.std(), np.corrcoef(guess, wanted)[0, 1]
exercises.check(
    lambda: best_factor(guess, wanted),
    nearest,
    right=f"{nearest:.2f}. The motion ratio is then {moves:.2f}, which is the correlation, {follows:.2f}: who is unsure "
    "moves less. The gain of the CNN + RNN makes up for that.",
    hint="write the squared error as a function of the factor and look where its derivative is zero.",
    tolerance=2e-3,
)

# %% [markdown]
# ### Exercise 3: the order of the examples
#
# Why does shuffling matter more to the 2017 network than to an average over all frames?

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# A batch of 300 consecutive frames holds two or three people: each step pulls the network towards the faces of the
# moment, and the last ones seen win. An average does not depend on the order.
# </details>

# %% [markdown]
# ## Quiz

# %% [markdown]
# **1.** A network trained with squared error cannot tell two words apart in which the mouth opens differently. What will
# it show?
#
# - A. One of the two, by chance.
# - B. The louder one.
# - C. Something between them, which moves less than either.
# - D. A still face.
#
# <details><summary>Answer</summary>
#
# C. The mean has the least squared error. Averages of unlike movements are smaller than the movements.
# </details>

# %% [markdown]
# **2.** Why is training stopped by the loss of *people* who are not trained on, and not of kept clips of those who are?
#
# - A. A network that learns its people's habits by heart still gets better on their other clips.
# - B. There are more of them.
# - C. It is quicker.
# - D. Kept clips have other sentences.
#
# <details><summary>Answer</summary>
#
# A. What is asked is how strangers move. Stopping asks the same question as the test, with other people.
# </details>

# %% [markdown]
# **3.** A causal network answers at once, without look-ahead. At a p it
#
# - A. closes the lips in time, as the CNN + RNN does.
# - B. closes them late, unless what came before gave the p away.
# - C. closes them early.
# - D. never closes them.
#
# <details><summary>Answer</summary>
#
# B. Lips close before the sound of p begins. Who has not heard it yet can only guess; a few frames of delay buy that
# knowledge.
# </details>

# %% [markdown]
# **4.** A prediction correlates 1 with the truth and has a motion ratio of 0.3. What is true?
#
# - A. Its concordance is 1, too.
# - B. It fits other sounds as well.
# - C. It is too late.
# - D. Its concordance is low, and one factor would mend it.
#
# <details><summary>Answer</summary>
#
# D. Correlation does not see size; concordance does. Timing and shape are right, so a gain is all that is missing.
# </details>

# %% [markdown]
# **5.** The 2017 network's loss was small, and its mouth shut. How can both be?
#
# - A. Most of a face hardly moves, so whoever shows its mean face is nearly right in most points.
# - B. The loss was computed wrongly.
# - C. It was trained for too long.
# - D. The landmarks were tracked too well.
#
# <details><summary>Answer</summary>
#
# A. The mouth is a small part of 136 numbers. A measure must ask for what matters.
# </details>

# %% [markdown]
# **Next:** [04 Evaluation](04_evaluation.ipynb)

# %%
run.versions(seed=SEED)
