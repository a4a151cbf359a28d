# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   s2f:
#     makes:
#     - features/real-*
#     needs:
#     - 02_feature_extraction
#     - 03_cnn_rnn_training
# ---

# %% [markdown]
# # Does it work on people it has never heard?
#
# **Question.** Can we predict how the face of a never-seen person moves when we only hear that person speak?
#
# **Inputs.** The feature store of notebook 02 and the models of notebook 03; with `REAL`, a folder of other
# recordings, one sub-folder for each person.
#
# **Outputs.** Tables of measures with intervals, figures, the named results of the study.
#
# **Runtime.** About a minute; with `REAL`, also the extraction of those recordings and six minutes (full: over an
# hour) of training for section 11. The full study also trains anew for each group of people in section 9.
#
# **Learning goals**
# - Judge a moving face by correlation, motion ratio and error together, since none suffices alone.
# - Average over people, not over frames, and put an interval on it.
# - Ask whether a prediction fits its own sound better than somebody else's, even of the same sentence.
# - Know which question a number answers: which frames, whose face, which sentence.
# - See what a small squared error is worth.

# %%

import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from s2f_utils import FRAME_RATE, features
from s2f_utils.faces import drawing, geometry, rest
from s2f_utils.judging import ceilings, exercises, motion_metrics, predictors, protocol
from s2f_utils.models import cnn_rnn
from s2f_utils.plots import motion as motion_plots, pictures as picture_plots, protocol as protocol_plots
from s2f_utils.recordings import corpora, openface, soundtrack
from s2f_utils.sound import not_speech
from s2f_utils.study.names import plain
from s2f_utils.study.record import Run
from s2f_utils.synthetic import talking_heads, unfilmed
from s2f_utils.synthetic.motion import ADJUSTED_TO
from s2f_utils.talking import captions

# %% tags=["parameters"]
CORPUS = "synthetic"  # synthetic, ravdess, grid, folder or ravdess-landmarks
DATA = ""  # folder of the recordings, named in the text
PROFILE = "quick"  # names the folders of results and models
REAL = ""  # folder of real recordings of other people to judge the models on as well; empty: none
SEED = 2017  # seed of bootstrap and permutations
DRAWS = 2000  # bootstrap draws and permutations
JOBS = 2  # processes that extract the recordings in REAL
FRESH_CLIPS = 12  # new utterances of each embedded speaker, of which section 6 judges half
FOLDS = 0  # groups of people that are left out of training in turn; 0: none
FOLD_EPOCHS = 40  # epochs of such a training
GATE = True  # a mouth that has collapsed ends the report with an error
ABLATION_EPOCHS = 12  # with REAL: epochs of a training that leaves an ingredient out
ABLATION_CLIPS = 8  # utterances of each embedded speaker in such a training
ABLATION_RUNS = 2  # trainings for each ingredient, from different seeds

# %%
run = Run("04_evaluation", corpus=CORPUS, profile=PROFILE)
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

# %% [markdown]
# ## 1. The predictors
#
# Every one answers with the displacement of 68 points. Two know nothing of the sound: the still face, and
# the average face of the training speakers. *loudness* hears only how loud it is, *ridge* is a linear
# regression on 17 log-mel columns. *sentence_mean* does not listen but knows the words: the training speakers'
# mean motion for the sentence, stretched to the utterance from its first to its last audible frame; where
# nobody in training said the sentence, the average face. Those five are fitted here in closed form, on the
# training speakers. The networks come from notebook 03: that of 2017 as it was and repaired, an LSTM of 2018,
# the CNN + RNN, and its causal sister *cnn_rnn_live*. The *oracle* knows the answer: the true motion, projected
# on the components that the CNN + RNN speaks in, is the best that it could reach.

# %%
everybody = predictors.Predictors(run.models, clips["train"])
model, facts = everybody.model, everybody.facts
predictions = everybody.answer(clips["test"])
heard_before = sum(everybody.knows(clip) for clip in clips["test"])
run.record("evaluation.sentence_mean.known_clips", heard_before)
Markdown(f"Somebody in training said the sentence of {heard_before} of the {len(clips['test'])} test clips.")

# %% [markdown]
# ## 2. One sentence
#
# Before any number: how far did the mouth open, and how far did each predictor think it would?

# %% [markdown]
# **Predict before you run.** Of all these predictors, which will stay flat through the whole sentence?

# %%
number = SEED % len(clips["test"])
example = clips["test"][number]
motions = {"true": example["motion"]} | {name: answers[number] for name, answers in predictions.items()}
openings = {name: geometry.opening(example["neutral"] + motion) for name, motion in motions.items()}
fig = motion_plots.tracks(openings, title=f"{example['clip_id']}, a person never seen before")
run.figure(
    fig,
    "one_sentence",
    "The black line is the person's own mouth. Whoever stays flat has a small error and a dead mouth.",
)

# %% [markdown]
# The same sentence to watch: on the person's own neutral face, the true motion, the network of 2017, and ours.

# %%
labels = {"true": "true", "net_2017": "2017 network", "cnn_rnn": "CNN + RNN (ours)"}
films = {
    label: [
        drawing.stick_face(points, 256)
        for points in geometry.in_crop(example["neutral"] + motions[name], 256)
    ]
    for name, label in labels.items()
}
row = table.set_index("clip_id").loc[example["clip_id"]]
sound = soundtrack.read_audio(openface.sound_of(row["path"]))
said = captions.words(CORPUS, clip_id=example["clip_id"], statement=row["statement"])
caption = "One sentence of a person never met. Left to right: the true face, the 2017 network's, ours."
strip = picture_plots.side_by_side(films, scale=1)
run.video(strip, "side_by_side", caption, fps=FRAME_RATE, audio=sound, spoken=said)

# %% [markdown]
# ## 3. All never-seen people
#
# A person's clips are averaged first, then people: each counts once, however much they said. A predictor
# that does not move has no correlation; it is counted as 0.

# %%
scores = motion_metrics.score(predictions, clips["test"])
summary = motion_metrics.summary(scores)[list(motion_metrics.MEASURES)]
run.record(
    {
        f"evaluation.{name}.{measure}": value
        for name, row in summary.iterrows()
        for measure, value in row.items()
    }
)
run.record({"evaluation.people": people["test"], "evaluation.clips": len(clips["test"])})
run.table(summary.round(5), "never_seen", "Measures on never-seen people, each person counted once.")

# %%
speakers = motion_metrics.by_speaker(scores)
intervals = {
    (name, measure): motion_metrics.interval(group[measure].to_numpy(), draws=DRAWS, seed=SEED)
    for name, group in speakers.groupby("predictor")
    for measure in ("mouth_correlation", "motion_ratio", "mouth_rmse")
}
for measure in ("mouth_correlation", "motion_ratio", "mouth_rmse"):
    low, high = intervals["cnn_rnn", measure]
    run.record({f"evaluation.cnn_rnn.{measure}_low": low, f"evaluation.cnn_rnn.{measure}_high": high})
fig = motion_plots.measures(speakers, ["mouth_correlation", "motion_ratio", "mouth_rmse"], intervals)
run.figure(
    fig,
    "measures",
    "Dots are people, diamonds their mean, bars the 95 % bootstrap interval over people. A good face is far "
    "right on the left panel, at 1 in the middle, far left on the right.",
)

# %% [markdown]
# Where the CNN + RNN is not ahead, the line below says so. The oracle is no rival.

# %%
verdicts = []
for measure, better in (
    ("mouth_correlation", 1),
    ("mouth_rmse", -1),
    ("velocity_correlation", 1),
    ("skill", 1),
):
    others = summary[measure].drop(["cnn_rnn", "oracle"]) * better
    ahead = summary.loc["cnn_rnn", measure] * better > others.max()
    rival = others.idxmax()
    verdicts.append(
        f"- {motion_plots.LABELS[measure].replace(chr(10), ' ')}: {summary.loc['cnn_rnn', measure]:.3f}, "
        f"{'ahead of' if ahead else '**not** ahead of'} {rival} ({summary.loc[rival, measure]:.3f})"
    )
Markdown("\n".join(verdicts))

# %% [markdown]
# Squared error rewards caution, so every network shrinks what it is unsure of. The model's gain undoes that; it was
# set on the validation people. Dividing by it shows what the network had learned.

# %%
run.record("evaluation.gate", float(GATE))
shrunk = {"cnn_rnn": [motion / facts["gain"] for motion in predictions["cnn_rnn"]]}
shrunk = motion_metrics.summary(motion_metrics.score(shrunk, clips["test"])).loc["cnn_rnn"]
gained = summary.loc["cnn_rnn"]
for measure in ("motion_ratio", "mouth_rmse", "skill"):
    run.record(f"evaluation.cnn_rnn.{measure}_without_gain", shrunk[measure])
Markdown(
    f"The gain is {facts['gain']:.2f}. With it the motion ratio is {gained['motion_ratio']:.2f} and the mouth's error "
    f"{gained['mouth_rmse']:.4f}, without it {shrunk['motion_ratio']:.2f} and {shrunk['mouth_rmse']:.4f}."
)

# %% [markdown]
# ## 4. What a small error is worth
#
# The published success of 2017 was a squared error of 6e-4 to 7e-4, with every frame scaled to its own
# bounding box. In that measure the still face is hard to beat, since most of a face hardly moves.

# %% [markdown]
# **Predict before you run.** Sorted by the squared error of 2017, will the still face stand before or after the network of 2017?

# %%
lines = [
    f"- {name}: squared error as in 2017 {row['mse_2017']:.1e}, motion ratio {row['motion_ratio']:.2f}"
    for name, row in summary.sort_values("mse_2017").iterrows()
]
Markdown("\n".join(lines))

# %% [markdown]
# ## 5. Is it this sound, or any sound?
#
# If predictions fit the true clip no better than clips shuffled among them, the sound was not used. Shuffled
# among all clips, a network passes that only knows the sentence; so the second test shuffles among clips of
# one sentence, the third among takes of one person, sentence and emotion.

# %% [markdown]
# **Predict before you run.** Shuffled among all clips, or only among takes of one sentence: where will the shuffled predictions fit better?

# %%
tiers = protocol.permutation_tiers(predictions["cnn_rnn"], clips["test"], draws=DRAWS, seed=SEED)
run.record({f"evaluation.cnn_rnn.{name}": value for name, value in tiers["p"].items()})
words = [
    f"{label.replace(chr(10), ' ')}: {tiers.loc[name, 'true']:.2f} against {tiers.loc[name, 'shuffled']:.2f} "
    f"shuffled (p = {tiers.loc[name, 'p']:.2g})"
    if name in tiers.index
    else f"{label.replace(chr(10), ' ')}: not asked, no two test clips are known to be alike in this"
    for name, label in protocol_plots.TIERS.items()
]
fig = protocol_plots.tiers(tiers)
run.figure(
    fig, "permutation", f"Correlation with its own clip against others. {'; '.join(words).capitalize()}."
)

# %% [markdown]
# People do not say a sentence the same way twice. A second take of the same person, stretched to the first,
# says how much of the motion a listener could not know from the words.

# %%
same, takes = ceilings.second_takes(clips["test"])
run.record("evaluation.second_take.clips", len(takes))
if takes:
    answers = {
        "second_take": list(takes.values()),
        "cnn_rnn": [predictions["cnn_rnn"][index] for index in takes],
    }
    doubled = [clips["test"][index] for index in takes]
    again = motion_metrics.summary(motion_metrics.score(answers, doubled))["mouth_correlation"]
    run.record("evaluation.second_take.mouth_correlation", again["second_take"])

# %%
line = "Nobody is known to say a sentence twice among these test clips; there is no second take to compare."
if takes:
    line = (
        f"{len(takes)} test clips have another with the same {', '.join(same)}: it correlates "
        f"{again['second_take']:.2f}, the prediction from the clip's own sound {again['cnn_rnn']:.2f}."
    )
Markdown(line)

# %% [markdown]
# ## 6. New sentences, new people
#
# What is harder, a stranger's voice or unheard words? Clips that were in no training, sorted by whether their
# speaker and their sentence were: of the embedded corpus new utterances are made (with their true landmarks),
# elsewhere training speakers' clips that were kept apart serve, where there are any.

# %%
known = sorted({clip["speaker"] for clip in clips["train"]})
fresh = [clip for clip in clips["validation"] if clip["speaker"] in known] + clips["test"]
if CORPUS == "synthetic":
    numbers = map(int, [*known, *sorted({clip["speaker"] for clip in clips["test"]})])
    fresh = unfilmed.utterances(
        clips_per_speaker=FRESH_CLIPS,
        speakers=list(numbers),
        seed=SEED + 1,
        # About as many of the sentences that notebook 03 kept apart as of the others.
        wanted=lambda clip: clip.statement % 4 == 0 or clip.statement % 3 == 0,
        jobs=JOBS,
    )

# %%
answers = {"cnn_rnn": cnn_rnn.predict(model, fresh)}
fresh_scores = motion_metrics.score(answers, fresh)
cells = protocol.seen_and_unseen(fresh_scores, fresh, speakers=known, statements=facts["statements"])
run.record({f"evaluation.cnn_rnn.{name}": value for name, value in cells["correlation"].items()})
if (of_known := fresh_scores["speaker"].isin(known)).any():
    same_speaker = motion_metrics.summary(fresh_scores[of_known]).loc["cnn_rnn", "mouth_correlation"]
    run.record("evaluation.same_speaker.mouth_correlation", same_speaker)

# %%
if len(cells):
    order = cells["correlation"].sort_values()
    hardest, easiest = (name.replace("_", " ") for name in order.index[[0, -1]])
    caption = f"Hardest: {hardest} ({order.iloc[0]:.2f}); easiest: {easiest} ({order.iloc[-1]:.2f})."
    if len(cells) < 4:
        caption += f" Fields that have clips here: {len(cells)} of 4."
    run.figure(protocol_plots.seen_and_unseen(cells), "seen_and_unseen", caption)

# %%
lines = [] if len(cells) else ["This corpus does not say which sentence is spoken."]
if of_known.any():
    lines.append(f"New clips of training speakers: correlation {same_speaker:.3f}.")
else:
    lines.append("Every clip of a training speaker is trained on; their row stays empty.")
Markdown(" ".join(lines))

# %% [markdown]
# ## 7. Speech and silence
#
# In silence a still face is nearly right, and a long silence flatters it. A frame counts as speech when its
# sound lies within 30 dB of the clip's loud moments and 6 dB above its quiet ones.

# %%
spoken = protocol.speech_and_silence(predictions, clips["test"])
truth = protocol.speech_and_silence({"true": [clip["motion"] for clip in clips["test"]]}, clips["test"])
run.record(
    motion_metrics.named(spoken, "evaluation") | motion_metrics.named(truth[["silence_spread"]], "evaluation")
)
run.table(spoken.round(5), "speech_and_silence", "The mouth in audible frames and in the others.")
fig = protocol_plots.speech_and_silence(spoken)
run.figure(
    fig,
    "speech_and_silence",
    protocol_plots.speech_and_silence_caption(spoken, truth),
)

# %% [markdown]
# And when nobody speaks at all? Each sound below lasts four seconds; the mouth's range in speech is the measure of
# how far it opens to them.

# %%
speaking = [
    geometry.opening(clip["neutral"] + motion)
    for clip, motion in zip(clips["test"], predictions["cnn_rnn"], strict=True)
]
speaking_range = float(np.mean([np.ptp(np.percentile(opening, [5, 95])) for opening in speaking]))
heard = not_speech.openings(lambda sounds: cnn_rnn.predict(model, sounds), np.array(facts["neutral"]))
shares = {name: float(np.percentile(np.abs(opening), 95)) / speaking_range for name, opening in heard.items()}
run.record(
    {f"evaluation.cnn_rnn.opening_in_{name.replace(' ', '_')}": share for name, share in shares.items()}
)
Markdown(
    "\n".join(
        f"- {name}: the mouth opens by {share:.0%} of its speaking range" for name, share in shares.items()
    )
)

# %% [markdown]
# ## 8. Whose face?
#
# A displacement needs a face to be added to. With the person's own face at rest, the error of the landmarks is
# the error of the displacement, since the face cancels. A camera that sees the person only before the first
# sound knows a little less; who only hears has to take the average face of others.

# %%
whose = protocol.levels(predictions, clips["test"], protocol.mean_neutral(clips["train"]))
run.record(motion_metrics.named(whose.add_prefix("rmse_"), "evaluation"))
run.table(whose.round(5), "levels", "Error of all 68 points, knowing ever less of the face.")
fig = protocol_plots.levels(whose)
run.figure(
    fig,
    "levels",
    f"Heard only, the CNN + RNN errs by {whose.loc['cnn_rnn', 'mean_neutral']:.3f}, the average face that "
    f"never moves (still_face, at the right) by {whose.loc['still_face', 'mean_neutral']:.3f}, and even the true "
    f"motion's projection by {whose.loc['oracle', 'mean_neutral']:.3f}. What a line gains from left to right is "
    "the shape of the face.",
)

# %% [markdown]
# ## 9. Every person once never seen
#
# So far the people judged are few. In the full study everyone is left out of training once, in groups of as many men
# as women where the corpus numbers them as RAVDESS does; a fifth of the others validates.


# %%
def left_out(learners: list[str], watched: list[str], strangers: list[str]) -> pd.DataFrame:
    """Train on some people, stop by others, and score on people never seen."""
    everyone = [clip for group in clips.values() for clip in group]
    learned, held, unseen = (
        [clip for clip in everyone if clip["speaker"] in names] for names in (learners, watched, strangers)
    )
    student, *_ = cnn_rnn.train(learned, held, epochs=FOLD_EPOCHS, seed=SEED)
    answers = {"cnn_rnn": cnn_rnn.predict(student, unseen)}
    return motion_metrics.by_speaker(motion_metrics.score(answers, unseen))


# %%
dealt = protocol.folds(table["speaker"], FOLDS)
if dealt:
    folded = pd.concat([left_out(*fold).assign(fold=number) for number, fold in enumerate(dealt, start=1)])
    per_fold = folded.groupby("fold")[list(motion_metrics.MEASURES)].mean()
    middle, spread = per_fold["mouth_correlation"].mean(), per_fold["mouth_correlation"].std(ddof=0)
    run.record("evaluation.folds.mouth_correlation", middle)
    run.record("evaluation.folds.mouth_correlation_spread", spread)
    run.record("evaluation.folds.people", folded["speaker"].nunique())
    run.table(per_fold.round(5), "folds", "Measures on each group of people that training left out.")

# %%
if dealt:
    order = folded.groupby("fold").cumcount()
    drawn = folded.assign(order=order).pivot(index="fold", columns="order", values="mouth_correlation")
    drawn = drawn.rename(index="group {}".format)
    run.figure(
        protocol_plots.dots(drawn, xlabel="correlation of mouth opening", line=middle),
        "folds",
        f"Dots are people, diamonds the mean of a group that training left out, the dashed line the mean of "
        f"the groups: {middle:.2f}, with a spread of {spread:.2f} over {len(dealt)} groups.",
    )
else:
    display(Markdown("Not in this profile: the network would have to be trained anew for each group."))

# %% [markdown]
# ## 10. Other people, another corpus
#
# The hardest question: real recordings of people who have nothing to do with the corpus trained on. One
# exception: how far the lips of the embedded corpus open was adjusted to two speakers of GRID. Where they are
# among these people, the line below the table leaves them out.

# %%
if REAL:
    store = features.store_of(REAL)
    strangers = features.extract(corpora.recordings(REAL), store, jobs=JOBS)
    group = features.load_all(store, strangers[strangers["usable"]], names=names)
    at_rest = rest.load(run.models)  # who speaks for less than three seconds may never close their lips
    group = [rest.second_opinion(clip, at_rest) for clip in group]
    transfer = motion_metrics.score(everybody.answer(group), group)
    transferred = motion_metrics.summary(transfer)[list(motion_metrics.MEASURES)]
    run.record(
        {
            f"transfer.{name}.{key}": value
            for name, row in transferred.iterrows()
            for key, value in row.items()
        }
    )
    run.record({"transfer.people": transfer["speaker"].nunique(), "transfer.clips": len(group)})
    run.table(transferred.round(5), "transfer", "The same measures on real people of another corpus.")
    untouched = transfer[~transfer["speaker"].isin(ADJUSTED_TO)]
    row = motion_metrics.summary(untouched).loc["cnn_rnn"]
    run.record("transfer.cnn_rnn.mouth_correlation_untouched", row["mouth_correlation"])
    line = (
        f"CNN + RNN on the {untouched['speaker'].nunique()} people whom nothing was adjusted to: correlation "
        f"{row['mouth_correlation']:.3f}, motion ratio {row['motion_ratio']:.2f}, sync offset "
        f"{row['sync_offset_frames']:+.0f} frames."
    )
    display(Markdown(line))

# %%
if REAL:
    real_people = motion_metrics.by_speaker(transfer)
    wanted = ["mouth_correlation", "motion_ratio"]
    spans = {
        (name, measure): motion_metrics.interval(rows[measure].to_numpy(), draws=DRAWS, seed=SEED)
        for name, rows in real_people.groupby("predictor")
        for measure in wanted
    }
    fig = motion_plots.measures(real_people, wanted, spans)
    run.figure(fig, "transfer", "Real people, in a corpus that no model was trained on.")

# %% [markdown]
# ## 11. What each ingredient of the embedded corpus is worth
#
# The embedded corpus can leave things out: the pull of neighbouring phonemes, breath before speech, rooms and
# noise, voices other than the first, all sentences but two. Each time a new network learns from what remains,
# hears the same real people, and is compared with one that had everything. Pictures are not needed for that:
# the true landmarks stand for the tracked ones.


# %%
def without(ingredient: str, seed: int) -> list[dict]:
    """Train on utterances that lack an ingredient; each real person's correlation."""
    spoken = unfilmed.utterances(
        clips_per_speaker=ABLATION_CLIPS, seed=seed, without=ingredient.removeprefix("everything"), jobs=JOBS
    )
    learners = [clip for clip in spoken if int(clip["speaker"]) <= 16]
    watched = [clip for clip in spoken if int(clip["speaker"]) > 16]
    student, *_ = cnn_rnn.train(learners, watched, epochs=ABLATION_EPOCHS, seed=seed)
    answers = {"cnn_rnn": cnn_rnn.predict(student, group)}
    rows = motion_metrics.by_speaker(motion_metrics.score(answers, group)).assign(
        ingredient=ingredient, seed=seed
    )
    return rows.to_dict("records")


if REAL:
    left_out = ["everything", *talking_heads.INGREDIENTS]
    trained = [
        row for name in left_out for seed in range(SEED, SEED + ABLATION_RUNS) for row in without(name, seed)
    ]
    ablation = pd.DataFrame(trained).groupby(["ingredient", "speaker"])["mouth_correlation"].mean().unstack()
    worth = ablation.loc["everything"] - ablation.loc[list(talking_heads.INGREDIENTS)]
    gains = worth.mean(axis=1).sort_values(ascending=False)
    run.record({f"ablation.{name}.mouth_correlation": value for name, value in ablation.mean(axis=1).items()})

# %%
if REAL:
    fig = motion_plots.worth(worth.loc[gains.index])
    run.figure(
        fig,
        "ablation",
        f"With everything the correlation is {ablation.loc['everything'].mean():.2f}. What is lost without an "
        f"ingredient, dots for people, diamonds for their mean: {gains.index[0]} is worth most "
        f"({gains.iloc[0]:+.3f}), {gains.index[-1]} least ({gains.iloc[-1]:+.3f}).",
    )

# %% [markdown]
# ## Key takeaways

# %%
best = run.metric("evaluation.cnn_rnn.mouth_correlation")
asked = {
    protocol_plots.TIERS[name].replace("\n", " "): run.metric(f"evaluation.cnn_rnn.{name}")
    for name in tiers.index
}
lines = [
    f"- Judged three measures together: on {run.metric('evaluation.people')} never-seen people the CNN + RNN "
    f"correlates {best:.2f}, moves {run.metric('evaluation.cnn_rnn.motion_ratio'):.2f} times as much as they "
    f"do, and errs by {run.metric('evaluation.cnn_rnn.mouth_rmse'):.3f} inter-ocular distances.",
    f"- Averaged over people: the 95 % interval of that correlation is "
    f"{run.metric('evaluation.cnn_rnn.mouth_correlation_low'):.2f} to "
    f"{run.metric('evaluation.cnn_rnn.mouth_correlation_high'):.2f}.",
    f"- Shuffled the clips: {', '.join(f'p = {p:.2g} ({name})' for name, p in asked.items())}.",
    f"- Asked when: skill {spoken.loc['cnn_rnn', 'skill_speech']:.2f} in speech and "
    f"{spoken.loc['cnn_rnn', 'skill_silence']:.2f} in silence; asked whose: all points err by "
    f"{run.metric('evaluation.cnn_rnn.rmse_displacement'):.3f} on the person's own face, by "
    f"{run.metric('evaluation.cnn_rnn.rmse_mean_neutral'):.3f} on the average one.",
    f"- Saw the network of 2017 reach a squared error of {run.metric('evaluation.net_2017.mse_2017'):.1e} with a "
    f"motion ratio of {run.metric('evaluation.net_2017.motion_ratio'):.2f}; the still face has "
    f"{run.metric('evaluation.still_face.mse_2017'):.1e} and 0.",
]
Markdown("\n".join(lines))

# %% [markdown]
# ## Exercises
#
# Write your answer into the cell under a task and run it; the cell that checks it says in one sentence how it stands.

# %% [markdown]
# ### Exercise 1: everybody counts once
#
# `scores` has a row for each predictor and clip. Average the `mouth_correlation` of one predictor's rows so that each
# person counts once, however much they said.


# %% tags=["exercise"]
def over_people(table: pd.DataFrame) -> float | None:
    """Average the mouth correlation of some clips over people, each of whom counts once."""
    return None  # your answer; the columns are table["speaker"] and table["mouth_correlation"]


# %% tags=["solution"]
# Solution
def over_people(table: pd.DataFrame) -> float:
    """Average the mouth correlation of some clips over people, each of whom counts once."""
    return table.groupby("speaker")["mouth_correlation"].mean().mean()


# %% tags=["check"]
own = scores[scores["predictor"] == "cnn_rnn"]
first = own[own["speaker"] == own["speaker"].iloc[0]]
talkative = pd.concat([own, *[first] * 9])  # as if the first person had said everything ten times
each_once = summary.loc["cnn_rnn", "mouth_correlation"]
exercises.check(
    lambda: [over_people(own), over_people(talkative)],
    [each_once, each_once],
    right=f"{each_once:.3f}, also when the first person says everything ten times; over clips it would then be "
    f"{talkative['mouth_correlation'].mean():.3f}.",
    hint="average within each person first, then over people.",
)

# %% [markdown]
# ### Exercise 2: a p-value by hand
#
# A permutation test compares one score with those of shuffled pairs. The pairing that was found counts as one of the
# shuffles, so that p is never 0. What is p?


# %% tags=["exercise"]
def p_value(score: float, shuffled: np.ndarray) -> float | None:
    """Tell which share of the pairings, the true one counted in, scores at least as well as the true one."""
    return None  # your answer


# %% tags=["solution"]
# Solution
def p_value(score: float, shuffled: np.ndarray) -> float:
    """Tell which share of the pairings, the true one counted in, scores at least as well as the true one."""
    return (1 + np.sum(np.asarray(shuffled) >= score)) / (1 + len(shuffled))


# %% tags=["check"]
exercises.check(
    lambda: [p_value(0.5, np.array([0.1, 0.5, 0.9])), p_value(0.5, np.zeros(999))],
    [3 / 4, 1 / 1000],
    right=f"the smallest p that {DRAWS} shuffles can show is {1 / (1 + DRAWS):.2g}; among all clips it is "
    f"{tiers['p'].iloc[0]:.2g} here.",
    hint="count the shuffles that are as good or better, and the true pairing with them, above and below the line.",
)

# %% [markdown]
# ### Exercise 3: clips are not people
#
# Draw clips instead of people in the bootstrap. Why is the interval narrower, and why is that wrong?

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# Clips of one person resemble each other. Counting them as independent pretends to have asked more people than were
# asked; the next stranger may lie far outside.
# </details>

# %% [markdown]
# ## Quiz

# %% [markdown]
# **1.** Every prediction of *ridge* is multiplied by two. Which measure stays as it was?
#
# - A. The mouth correlation.
# - B. The motion ratio.
# - C. The mouth's error.
# - D. The skill.
#
# <details><summary>Answer</summary>
#
# A. Correlation does not see size. The motion ratio doubles, and the error grows, since least squares had already chosen
# the best size for it.
# </details>

# %% [markdown]
# **2.** Among all clips p is small; among takes of one sentence it is large. What does the network know?
#
# - A. Which sentence is spoken, and little of how it is spoken this time.
# - B. Nothing of the sound.
# - C. Who speaks.
# - D. Everything there is to know.
#
# <details><summary>Answer</summary>
#
# A. A clip of the same sentence serves it as well as the right one. Only the narrower shuffle shows that.
# </details>

# %% [markdown]
# **3.** Four people with eight clips each are judged. How many things does the interval draw from?
#
# - A. 32 clips.
# - B. 4 people.
# - C. All frames.
# - D. As many as there are draws.
#
# <details><summary>Answer</summary>
#
# B. The question is how the next person will fare. More clips make each person's mean firmer, and no more people of it.
# </details>

# %% [markdown]
# **4.** A predictor that never moves has a smaller squared error as in 2017 than one whose mouth follows the sound. What
# does that say?
#
# - A. The still face is the better model.
# - B. The landmarks are wrong.
# - C. Most points hardly move, so the measure is about the rest of the face.
# - D. The correlation is computed wrongly.
#
# <details><summary>Answer</summary>
#
# C. And scaling each frame to its own box spreads the chin's movement over all points. Correlation and motion ratio of
# the mouth ask what was meant.
# </details>

# %% [markdown]
# **5.** The *oracle* knows the true motion and still errs a little. Why?
#
# - A. The tracker trembles.
# - B. It takes the average neutral face.
# - C. It does not hear the sound.
# - D. It may only combine the components that the CNN + RNN speaks in.
#
# <details><summary>Answer</summary>
#
# D. What those components cannot show is lost before any learning: a floor under the error of the network.
# </details>

# %% [markdown]
# **Next:** [05 Can the expression be heard?](05_expression.ipynb)

# %%
run.versions(seed=SEED)
