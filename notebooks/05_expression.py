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
# **Inputs.** The feature store of notebook 02 and the models of notebook 03; with `VOICES`, a folder of sounds named as
# in RAVDESS, of real people whose faces nobody sees.
#
# **Outputs.** Tables and figures of the face region by region, and of the emotions that can be read out of motion and
# sound; a film of one sentence in eight emotions; their named results.
#
# **Runtime.** Two minutes; with `VOICES`, half a minute more for each hundred sounds.
#
# **Learning goals**
# - Compare how synthetic voices act with what real actors do.
# - Score a face region by region, beside followers that only hear pitch or loudness.
# - Read an emotion out of motion with a classifier that has met other people only.
# - Tell what a share of right answers is worth: beside chance, beside a still face, with an interval over people.
# - Find out what another recording of the same voice is worth.
# - Ask real voices whose faces nobody saw.

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from s2f_utils import EMOTIONS, FRAME_RATE, SAMPLE_RATE, features
from s2f_utils.faces import drawing, geometry
from s2f_utils.judging import acted, exercises, expression, motion_metrics, predictors, protocol
from s2f_utils.models import baselines, cnn_rnn
from s2f_utils.plots import expression as expression_plots, protocol as protocol_plots
from s2f_utils.recordings import voices
from s2f_utils.sound import acting, prosody
from s2f_utils.study.names import plain
from s2f_utils.study.record import Run
from s2f_utils.synthetic import unfilmed
from s2f_utils.talking import animate

# %% tags=["parameters"]
CORPUS = "synthetic"  # synthetic, ravdess, grid, folder or ravdess-landmarks
DATA = ""  # folder of the recordings, named in the text
PROFILE = "quick"  # names the folders of results and models
VOICES = ""  # folder of real voices, sounds named as in RAVDESS, to ask as well; empty: none
SEED = 2017  # seed of bootstrap and permutations, and of what strangers say
DRAWS = 2000  # bootstrap draws and permutations
JOBS = 2  # processes that speak and listen
STRANGERS = 20  # embedded people, never filmed, who join the test people in sections 4 to 6
STRANGER_CLIPS = 12  # what each of them says
ACTORS = 8  # embedded voices that are compared with real actors

# %% [markdown]
# ## 1. Who answers
#
# The predictors of notebook 04, which says what each of them knows, hear the same people once more: those whom no
# model has met. Two more join them, which a face that only seems to listen would be as good as: *pitch_follower* is a
# linear regression on how high the voice is, *loudness_follower* on how loud it is (in notebook 04 *loudness*).

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
followers = {
    "pitch_follower": baselines.pitch().fit(clips["train"]),
    "loudness_follower": baselines.loudness().fit(clips["train"]),
}


def follow(group: list[dict]) -> dict[str, list[np.ndarray]]:
    """Let both followers answer."""
    return {name: [follower.predict(clip) for clip in group] for name, follower in followers.items()}


predictions = everybody.answer(clips["test"])

# %% [markdown]
# ## 2. Do the voices act?
#
# The embedded voices learned to act from twelve real ones: actors 1 to 12 of RAVDESS, of whom only statistics are
# here, the mean of each emotion against the actor's own neutral speech, its spread between takes and between actors.
# A voice is bent to them: its melody by laying its periods anew, its effort by tilting the spectrum. On these twelve
# actors, whatever is learned from such voices is flattered by that; other actors are the clean check.

# %% [markdown]
# **Predict before you run.** Who is higher than in neutral speech, somebody who weeps or somebody who is calm?

# %%
first = unfilmed.STRANGERS
beside = acted.against_real(acted.takes(range(first, first + ACTORS), jobs=JOBS))
for name in acted.MEASURES:
    run.record(f"corpus.prosody.{name}_error", float((beside[name] - beside[f"{name}_real"]).abs().mean()))
    spread = (beside[f"{name}_take"] / beside[f"{name}_real_take"]).mean()
    run.record(f"corpus.prosody.{name}_spread_between_takes", float(spread))
fig = expression_plots.acted(beside, acted.MEASURES)
weeping, calm = beside.loc[("sad", 2), "pitch"], beside.loc[("calm", 2), "pitch"]
run.figure(
    fig,
    "acted",
    f"Each dot is an emotion, filled where it is strong, and on the dashed line embedded voices do what actors do. "
    f"Weeping raises the pitch by {weeping:.1f} semitones, calm speech changes it by {calm:+.1f}.",
)

# %% [markdown]
# ## 3. Mouth, jaw, brows
#
# Sound drives the mouth. How much does it say about the rest of the face?

# %% [markdown]
# **Predict before you run.** A voice says how the lips move. What does it follow better, the jaw or the brows?

# %%
everyone = predictions | follow(clips["test"])
scores = motion_metrics.score(everyone, clips["test"])
parts = motion_metrics.summary(scores)[list(protocol_plots.REGIONS)]
parts = parts.join(protocol.regions(everyone, clips["test"]))
run.record(motion_metrics.named(parts.drop(columns=["mouth_correlation", "mouth_rmse"]), "evaluation"))
run.table(parts.round(5), "regions", "Correlation and error, region by region.")
own = parts.loc["cnn_rnn", list(protocol_plots.REGIONS)]
fig = protocol_plots.regions(parts.drop(index=list(followers)))
run.figure(
    fig,
    "regions",
    f"The CNN + RNN follows the {protocol_plots.REGIONS[own.idxmax()]} best ({own.max():.2f}) and the "
    f"{protocol_plots.REGIONS[own.idxmin()]} least ({own.min():.2f}); who does not move is left out. The brows of who "
    f"follows pitch correlate {parts.loc['pitch_follower', 'brow_correlation']:.2f}, of who follows loudness "
    f"{parts.loc['loudness_follower', 'brow_correlation']:.2f}.",
)

# %% [markdown]
# ## 4. Is the expression in it?
#
# A classifier learns the emotions from the true motion of all training people, also of those who were only heard:
# mean and spread of each component. Its read-out asks whether it can name them from never-seen people's motion, and
# from the predictions. A second classifier gets a summary of the sound.
#
# Emotions take many voices to judge. In the embedded corpus the test people speak anew, and more people join them
# whom nothing has met, voices and faces drawn for this; true landmarks stand for tracked ones. Each is heard blind,
# and with a *voice reference*: the other recordings of that person, whatever their mood. *Told* the emotion, the
# network no longer has to hear it, and what is missed then is what it does not show. The causal network (*live*) knows
# at each moment only what has been said so far.

# %% [markdown]
# **Predict before you run.** From what will the emotion be named more often, from a person's true motion or from the
# sound of the voice? And how much of that is left in the predicted motion?

# %%
asked = clips["test"]
if CORPUS == "synthetic":
    strangers = [*sorted({int(clip["speaker"]) for clip in asked}), *range(first, first + STRANGERS)]
    asked = unfilmed.utterances(
        clips_per_speaker=STRANGER_CLIPS, speakers=strangers, seed=SEED + 2, jobs=JOBS
    )


def others_of(group: list[dict], index: int) -> list[dict]:
    """Find a person's other clips."""
    mine = group[index]["speaker"]
    return [clip for number, clip in enumerate(group) if clip["speaker"] == mine and number != index]


def over_people(right: pd.DataFrame, subject: str) -> dict[str, tuple[float, float]]:
    """Find and record the interval over people of each row's mean."""
    spans = {}
    for name, row in right.iterrows():
        spans[name] = low, high = motion_metrics.interval(row.to_numpy(), draws=DRAWS, seed=SEED)
        run.record({f"{subject}.{name}_low": low, f"{subject}.{name}_high": high})
    return spans


learned = expression.load(run.models)
guess = expression.chance(learned["emotion"], [clip["emotion"] for clip in asked])
emotions_known = guess["chance"] < 1
if emotions_known:
    reader = expression.ReadOut(learned, everybody.mean, everybody.basis)
    references = [others_of(asked, index) for index in range(len(asked))]
    answers = {
        "true_motion": [clip["motion"] for clip in asked],
        "predicted_motion": cnn_rnn.predict(everybody.model, asked),
        "predicted_motion_referenced": cnn_rnn.predict(everybody.model, asked, references=references),
        "predicted_motion_told": everybody.told(asked),
        "predicted_motion_live": cnn_rnn.predict(everybody.live, asked),
        "predicted_motion_live_referenced": cnn_rnn.predict(everybody.live, asked, references=references),
        "still_face": [np.zeros_like(clip["motion"]) for clip in asked],
    } | follow(asked)
    named = {source: reader.of_motion(motions) for source, motions in answers.items()}
    readings = expression.readings(asked, named | {"sound": reader.of_sound(asked)})
    right, rates = expression.accuracy(readings), expression.shares(readings)
    share = rates["all"]
    run.record(expression.recorded(rates, "evaluation.expression"))
    run.record({f"evaluation.expression.{name}": value for name, value in guess.items()})
    run.record({"evaluation.expression.people": right.shape[1], "evaluation.expression.clips": len(asked)})
    brows = motion_metrics.summary(motion_metrics.score(answers, asked))["brow_correlation"]
    run.record({f"evaluation.expression.brow_correlation.{name}": value for name, value in brows.items()})
    caption = "Share of emotions named rightly, people counted once, and whether brows move when they should."
    run.table(rates.join(brows.rename("brow correlation")).round(3), "read_out", caption)

# %%
if emotions_known:
    spans = over_people(right, "evaluation.expression")
    for source in ("predicted_motion", "predicted_motion_referenced"):
        p = expression.permutation_p(readings, source, draws=DRAWS, seed=SEED)
        run.record(f"evaluation.expression.{source}_p", p)
    commonest = readings["predicted_motion"].value_counts(normalize=True)
    xlabel = "share of emotions named rightly"
    run.figure(
        protocol_plots.dots(right, xlabel=xlabel, intervals=spans, line=guess["chance"]),
        "expression",
        f"True motion gives away {share['true_motion']:.2f} of the emotions, predicted motion "
        f"{share['predicted_motion']:.2f}, with a voice reference {share['predicted_motion_referenced']:.2f}, sound "
        f"{share['sound']:.2f}; the dashed line is chance. "
        f"{commonest.iloc[0]:.0%} of the predictions are read as {commonest.index[0]}.",
    )
else:
    display(Markdown("This corpus does not name emotions; there is nothing to read out."))

# %% [markdown]
# A shout opens wide. Does the mouth that is predicted for strong anger?

# %%
asked_loud = [
    number for number, clip in enumerate(asked) if (clip["emotion"], clip["intensity"]) == ("angry", 2)
]
if emotions_known and asked_loud:
    heard = {"cnn_rnn": [answers["predicted_motion"][number] for number in asked_loud]}
    opened = motion_metrics.summary(motion_metrics.score(heard, [asked[number] for number in asked_loud]))
    run.record("evaluation.expression.motion_ratio_of_shouts", float(opened.loc["cnn_rnn", "motion_ratio"]))
    display(opened[["mouth_correlation", "motion_ratio"]].round(2))

# %% [markdown]
# Which emotions are taken for which?

# %%
if emotions_known:
    shown = {
        "true motion": "true_motion",
        "predicted, blind": "predicted_motion",
        "predicted, with reference": "predicted_motion_referenced",
    }
    emotions = [name for name in EMOTIONS if name in set(learned["emotion"])]
    tables = {title: expression.confusion(readings, source, emotions) for title, source in shown.items()}
    off = tables["predicted, with reference"].to_numpy().copy()
    np.fill_diagonal(off, 0)
    one, other = np.unravel_index(off.argmax(), off.shape)
    run.figure(
        expression_plots.confusions(tables),
        "confusion",
        f"A bright diagonal is right. With a reference, {emotions[one]} is most often taken for {emotions[other]}, in "
        f"{off.max():.0%} of its clips.",
    )

# %% [markdown]
# ## 5. What another recording of the voice is worth
#
# Is somebody excited, or does that voice always sound so? Another recording of the same person answers that. Must it
# be a calm one?

# %%
if emotions_known:
    random = np.random.default_rng(SEED)

    def chosen(others: list[dict], kind: str) -> list[dict]:
        """Choose references of a kind among a person's other clips."""
        calm = [clip for clip in others if clip["emotion"] == "neutral"]
        return {
            "none": [],
            "one neutral": calm[:1] or others[:1],
            "one of any mood": [others[random.integers(len(others))]] if others else [],
            "all of them": others,
        }[kind]

    kinds = {}
    for kind in ("none", "one neutral", "one of any mood", "all of them"):
        some = [chosen(others, kind) for others in references]
        told = reader.of_motion(cnn_rnn.predict(everybody.model, asked, references=some))
        kinds[kind] = expression.accuracy(expression.readings(asked, {kind: told})).loc[kind]
        run.record(f"evaluation.expression.reference_{kind.replace(' ', '_')}", float(kinds[kind].mean()))
    gains = pd.DataFrame(kinds).T
    run.figure(
        expression_plots.worth(gains, chance=guess["chance"], xlabel=xlabel),
        "reference",
        f"Read out of predicted motion: {gains.mean(axis=1)['none']:.2f} without a reference, "
        f"{gains.mean(axis=1)['one neutral']:.2f} with one neutral recording, "
        f"{gains.mean(axis=1)['one of any mood']:.2f} with one of any mood, {gains.mean(axis=1)['all of them']:.2f} with "
        "all the person's others. Bars are 95 % over people.",
    )

# %% [markdown]
# ## 6. Louder is not more
#
# Whoever stands nearer to the microphone is louder and feels nothing else. A sentence is played 6 dB louder, and the
# brows should not care; spoken with effort, 4.7 semitones higher, 7 dB louder, brighter and a tenth slower, people's
# brows move farther: by 0.22 in the logarithm (0.09 to 0.36 in a published experiment). *Quiet effort* is the same
# effort at the level of before.

# %%
doses = acted.dosed(range(first, first + ACTORS), jobs=JOBS)
neutral = np.array(everybody.facts["neutral"])
calm_voices = [[clip] for clip in doses["plain"]]
listeners = {
    "cnn_rnn": lambda group: cnn_rnn.predict(everybody.model, group),
    "cnn_rnn_referenced": lambda group: cnn_rnn.predict(everybody.model, group, references=calm_voices),
} | {name: lambda group, name=name: [followers[name].predict(clip) for clip in group] for name in followers}
effects = {}
for name, answer in listeners.items():
    amplitude = {dose: acted.brow_amplitude(answer(group), neutral) for dose, group in doses.items()}
    effects[name] = {
        dose: float(np.mean(np.log(own / amplitude["plain"])))
        for dose, own in amplitude.items()
        if dose != "plain"
    }
    for dose, effect in effects[name].items():
        run.record(f"evaluation.expression.dose.{name}.{dose.replace(' ', '_')}", effect)
run.table(pd.DataFrame(effects).T.round(3), "doses", "How much farther brows move: logarithms of factors.")

# %% [markdown]
# ## 7. Real voices
#
# Real people, of whom there is only the sound: no model has met them, and nobody knows their faces. The classifier of
# section 4 reads the emotion from the motion that is predicted for them.

# %%
spoken = []
if VOICES and emotions_known:
    spoken, problems = features.listen_to(voices.voices(VOICES), jobs=JOBS)
    known = set(everybody.facts["real_voices"])
    spoken = [clip for clip in spoken if clip["speaker"] not in known]
    display(Markdown("\n".join(f"- {plain(problem)}" for problem in problems)))
if spoken:
    theirs = [others_of(spoken, index) for index in range(len(spoken))]
    real_answers = {
        "predicted_motion": cnn_rnn.predict(everybody.model, spoken),
        "predicted_motion_referenced": cnn_rnn.predict(everybody.model, spoken, references=theirs),
    }
    real_named = {source: reader.of_motion(motions) for source, motions in real_answers.items()}
    real_readings = expression.readings(spoken, real_named | {"sound": reader.of_sound(spoken)})
    real_right, real_rates = expression.accuracy(real_readings), expression.shares(real_readings)
    real_share = real_rates["all"]
    run.record(expression.recorded(real_rates, "voices.expression"))
    run.record("voices.expression.chance", guess["chance"])
    run.record({"voices.people": real_right.shape[1], "voices.clips": len(spoken)})

# %%
if spoken:
    spans = over_people(real_right, "voices.expression")
    adjusted = sum(number in acting.ADJUSTED_TO for number in {int(clip["speaker"]) for clip in spoken})
    run.figure(
        protocol_plots.dots(real_right, xlabel=xlabel, intervals=spans, line=guess["chance"]),
        "voices",
        f"{len(spoken)} recordings of {real_right.shape[1]} real people: {real_share['predicted_motion']:.2f} of the "
        f"emotions are named rightly from motion predicted blind, {real_share['predicted_motion_referenced']:.2f} with "
        f"the person's other recordings as reference. To {adjusted} of them, if they are RAVDESS' own, the acting of "
        "the embedded voices was adjusted.",
    )
    tables = {
        "blind": expression.confusion(real_readings, "predicted_motion", emotions),
        "with reference": expression.confusion(real_readings, "predicted_motion_referenced", emotions),
    }
    run.figure(
        expression_plots.confusions(tables),
        "voices_confusion",
        "Real voices: which emotions are taken for which.",
    )
else:
    display(Markdown("No real voices were given: `make report VOICES=<folder>` asks them."))

# %% [markdown]
# What if the stream that hears how something is said learns from real voices, too? Their faces are not needed: the
# expression that belongs to an emotion is the embedded faces'. People are left out in three groups, so that each is
# judged by what others taught.

# %%
if spoken and real_right.shape[1] >= 3:
    taught = expression.taught_by(learned, spoken, groups=3, seed=SEED)
    for (teacher, heard), value in taught.stack().items():
        run.record(f"voices.taught_by.{teacher.replace(' ', '_')}.{heard}", float(value))
    run.table(taught.round(3), "taught_by", "Share of real voices' emotions heard rightly, by who taught it.")

# %% [markdown]
# ## 8. One sentence, eight emotions
#
# A stranger of the embedded corpus says one sentence in eight emotions, one after the other; the face that speaks is
# predicted from the sound, with the neutral one as reference.

# %%
stranger = first
heard = {
    name: animate.say("Dogs are sitting by the door.", speaker=stranger, emotion=name, intensity=2.0)
    for name in EMOTIONS
}
listened = {name: prosody.listen(audio) for name, audio in heard.items()}
usual = [[listened["neutral"]]] * len(EMOTIONS)
moved = cnn_rnn.predict(everybody.model, list(listened.values()), references=usual)
rest = drawing.stick_face(geometry.in_crop(neutral, 192), 192)
turns = {
    name: [drawing.stick_face(points, 192) for points in geometry.in_crop(neutral + motion, 192)]
    for name, motion in zip(EMOTIONS, moved, strict=True)
}
film = expression_plots.in_turn(turns, rest, columns=4)
pieces = zip(heard.values(), turns.values(), strict=True)
sound = np.concatenate([audio[: len(own) * SAMPLE_RATE // FRAME_RATE] for audio, own in pieces])
caption = f"One after the other: {', '.join(EMOTIONS)}. Turn the sound on."
run.video(
    film, "eight_emotions", caption, fps=FRAME_RATE, audio=sound, spoken="Dogs are sitting by the door."
)

# %% [markdown]
# ## Key takeaways

# %%
lines = [
    f"- Compared voices with actors: embedded ones miss the pitch of real emotions by "
    f"{run.metric('corpus.prosody.pitch_error'):.1f} semitones, their level by "
    f"{run.metric('corpus.prosody.level_error'):.1f} dB, their tilt by {run.metric('corpus.prosody.tilt_error'):.1f} dB.",
    f"- Scored region by region: the CNN + RNN correlates {own['mouth_correlation']:.2f} with the mouth's opening, "
    f"{run.metric('evaluation.cnn_rnn.jaw_correlation'):.2f} with the jaw and "
    f"{run.metric('evaluation.cnn_rnn.brow_correlation'):.2f} with the brows; who follows pitch "
    f"{run.metric('evaluation.pitch_follower.brow_correlation'):.2f}.",
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
        f"- Found what a voice reference is worth: {found['predicted_motion_referenced']:.2f} instead of "
        f"{found['predicted_motion']:.2f}.",
    ]
if spoken:
    lines.append(
        f"- Asked {run.metric('voices.people')} real people: {run.metric('voices.expression.predicted_motion'):.2f} "
        f"blind, {run.metric('voices.expression.predicted_motion_referenced'):.2f} with reference."
    )
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
words = [str(clip["emotion"]) for clip in asked]
exercises.check(
    lambda: [
        always_commonest(["calm", "sad", "calm"], ["sad", "calm", "angry", "happy"]),
        always_commonest(["sad", "sad", "calm"], ["calm", "calm", "sad"]),
    ],
    [1 / 4, 1 / 3],
    right=f"here it would be {guess['majority']:.2f} of the {len(words)} clips, and by guessing "
    f"{guess['chance']:.2f}.",
    hint="find the commonest emotion in `learned`, then count it in `asked`.",
)

# %% [markdown]
# ### Exercise 2: what the classifier sees
#
# The classifier sees no film, only two numbers for each track: its mean and its spread. Compute them for one track with
# a value for each frame.


# %% tags=["exercise"]
def two_numbers(track: np.ndarray) -> list[float] | None:
    """Describe a (T,) track by its mean and its spread."""
    return None  # your answer; the spread is the standard deviation


# %% tags=["solution"]
# Solution
def two_numbers(track: np.ndarray) -> list[float]:
    """Describe a (T,) track by its mean and its spread."""
    return [np.mean(track), np.std(track)]


# %% tags=["check"]
example = clips["test"][SEED % len(clips["test"])]
brows = geometry.mouth_measures(example["neutral"] + example["motion"])["brow"]
seen = expression.summarise(brows[:, None])[:2]
exercises.check(
    lambda: [two_numbers(brows), two_numbers(np.array([0.0, 1.0, 0.0, 1.0]))],
    [seen, [1 / 2, 1 / 2]],
    right=f"the brows of this person lie {seen[0]:.2f} inter-ocular distances above the eyes and spread by "
    f"{seen[1]:.3f}. Played backwards, the clip gives the same two numbers.",
    hint="two numbers in this order: np.mean and np.std.",
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
# C. Mean and spread stay as they were. Whatever only the order of movements tells is lost on it.
# </details>

# %% [markdown]
# **Next:** [06 Generating faces](06_dcgan_generation.ipynb)

# %%
run.versions(seed=SEED)
