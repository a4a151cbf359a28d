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
# - Hear what too few samples do to a sound, and what forty mel bands keep of it.
# - Know why the split goes by speaker and never by clip.
# - See how the embedded corpus is made, and what it knows that no recording does.
# - See lips prepare a sound before it is heard.

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

from s2f_utils import FRAME_RATE, SAMPLE_RATE, WITHOUT_PICTURES, StudyError
from s2f_utils.faces import drawing, geometry, tracking
from s2f_utils.judging import exercises, motion_metrics
from s2f_utils.plots import listening as listening_plots, recordings as recording_plots
from s2f_utils.recordings import corpora, media, openface, soundtrack
from s2f_utils.sound import listening, speech
from s2f_utils.study.record import Run
from s2f_utils.synthetic import coarticulation, portrait, talking_heads

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
    upright = geometry.in_crop(geometry.remove_pose(landmarks), 160)
    return (drawing.stick_face(points, 160) for points in upright)


shown, names = [], []
for name, group in clips.groupby("speaker", sort=False):
    try:
        frames = film(group["path"].iloc[0])
        shown.append(recording_plots.thumbnail(next(frames), 160))
        names.append(f"{name} ({group['split'].iloc[0]})")
    except StudyError as problem:
        print(problem)
fig = recording_plots.pictures(shown, names, columns=8)
run.figure(fig, "people", "Everybody in the corpus, one frame each.")

# %% [markdown]
# ## 3. One sentence
#
# Listen first, then look.

# %%
example = clips.sample(1, random_state=SEED).iloc[0]
audio = soundtrack.read_audio(openface.sound_of(example["path"]))
IPython.display.Audio(audio, rate=SAMPLE_RATE)

# %% [markdown]
# **Predict before you run.** You have just heard the sentence. At its loudest moment, is the mouth open as far as it ever is?

# %%
frames = list(film(example["path"]))
landmarks, detected = openface.read(example["path"]) if CORPUS in WITHOUT_PICTURES else tracking.track(frames)
opening = geometry.opening(geometry.remove_pose(landmarks)) if detected.any() else None
fig = recording_plots.sound(audio, opening=opening)
run.figure(
    fig,
    "sentence",
    f"Clip {example['clip_id']}: waveform, log-mel with 40 bands a hundred times a second, mouth opening 25 "
    "times a second. The spectrum says which vowel it is, and the vowel says how far the mouth opens.",
)

# %%
chosen = np.linspace(0, len(frames) - 1, 10).astype(int)
fig = recording_plots.pictures(
    [frames[index] for index in chosen], [f"{index / FRAME_RATE:.2f} s" for index in chosen], columns=5
)
run.figure(fig, "film", "The same sentence as a film strip, left to right, top to bottom.")

# %% [markdown]
# ## 4. How often a sound has to be looked at
#
# A computer knows a sound only at moments. Between two of them a fast swing can hide: a tone of more than half
# the rate gives the same samples as a slower one, its *alias*. To hear that, a tone rises evenly to half the rate
# of this study, and then only one sample in a few is left.
#
# **Predict before you run.** At a quarter of the rate the tone soon rises beyond half of it. What is heard from
# there on: silence, noise, or something else?

# %%
kept = 4  # one sample in so many is left
slow = SAMPLE_RATE // kept
highest, seconds = SAMPLE_RATE / 2, 3.0
tone = listening.rising_tone(highest, seconds=seconds)
tones = {
    "all samples": (tone, SAMPLE_RATE),
    f"one sample in {kept}": (tone[::kept], slow),
    "low-pass, then the same": (soundtrack.resample(tone, SAMPLE_RATE, slow), slow),
}
listening.players(tones)

# %%
halfway = listening.alias(0.75 * slow, slow)
fig = listening_plots.spectrograms(tones, tone=(highest, seconds))
run.figure(
    fig,
    "aliasing",
    f"Dotted, the tone as it was sung. Of {slow} samples a second only {slow // 2} Hz (dashed) can be told: above it the "
    f"tone comes back down, so that {0.75 * slow:.0f} Hz sound like {halfway:.0f} Hz, and up again from {slow} Hz on. "
    "A low-pass before it takes away what cannot be kept: silence instead of a wrong tone.",
)

# %% [markdown]
# Speech has its *s* and *f* up there, and half of its vowels' resonances. Without a low-pass they fold down among the
# others, and nothing can take them out again. `media` therefore resamples behind a low-pass. It holds for pictures too: at 25 a second nothing
# that swings more than 12.5 times a second can be told, in lips or anywhere else.

# %%
voice = listening.excerpt(audio, seconds=4)
fewer, clean = voice[::kept], soundtrack.resample(voice, SAMPLE_RATE, slow)
voices = {
    "all samples": (voice, SAMPLE_RATE),
    f"one sample in {kept}": (fewer, slow),
    "low-pass, then the same": (clean, slow),
    "what has folded down": (fewer - clean, slow),
}
listening.players(voices)

# %%
fig = listening_plots.spectrograms(voices)
run.figure(
    fig,
    "aliasing_speech",
    f"The same sentence. Whatever lies above {slow // 2} Hz on the left comes back under the dashed line; behind a low-pass "
    "it is gone. The difference of the two, on the right, is the alias alone. Each is drawn, and played, as loud as it goes.",
)

# %% [markdown]
# ## 5. Forty bands
#
# To an ear 200 and 300 Hz lie far apart, 7200 and 7300 Hz side by side. So they do in mel bands, which are narrow where
# the voice has its pitch and vowels their first two resonances, and wide where consonants hiss. High frequencies, of
# which speech has less, are lifted before.
#
# **Predict before you run.** Of 40 bands of equal width five would lie under 1000 Hz, an eighth of what can be heard
# here. How many of the 40 mel bands do?

# %%
log_mel = speech.log_mel(voice)
low = int((speech.mel_centres() < 1000).sum())
fig = listening_plots.linear_and_mel(voice, log_mel)
run.figure(
    fig,
    "mel",
    f"The same sound and the same frequencies, dashed: {low} of {speech.N_MELS} mel bands lie under 1000 Hz, where equal "
    f"widths would put {speech.N_MELS * 2000 / SAMPLE_RATE:.0f}. A vowel's resonances get room; the fine lines, "
    "multiples of the voice's pitch, run together.",
)

# %% [markdown]
# What do forty numbers, a hundred times a second, keep of a voice? Going back, the power of each band is spread
# over its frequencies, and phases are made up that suit it.
#
# **Predict before you run.** Will the words be understood? Will it be clear who speaks, a man or a woman?

# %%
again = listening.from_log_mel(log_mel, seed=SEED)
listening.players({"as recorded": (voice, SAMPLE_RATE), "what 40 bands keep": (again, SAMPLE_RATE)})

# %% [markdown]
# Words stay, for resonances stay; the voice turns hoarse, for its pitch is blurred. That is a fair trade here: lips
# follow the vowel, whoever says it and on whatever note.

# %% [markdown]
# ## 6. How long, how loud
#
# Extremes are worth a look before they are fed to a network: a clip that is cut off, or one that nobody
# speaks in.

# %%
rows = []
for row in clips.iloc[:: max(1, len(clips) // 100)].itertuples():
    try:
        track = soundtrack.read_audio(openface.sound_of(row.path))
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
# ## 7. What the embedded corpus knows
#
# Its voices come from a speech synthesiser that tells which phoneme sounds when. Each phoneme pulls at jaw,
# lips and corners of the mouth, more strongly the nearer it is in time (dominance functions: Cohen and
# Massaro, 1993), and a painter draws a face around the 68 points that follow.

# %% [markdown]
# **Predict before you run.** Where the sentence has a p, b or m the lips meet. Do they begin to close when that sound begins, or before?

# %%
if CORPUS == "synthetic":
    truth = talking_heads.read_truth(example["path"])
    true_opening = geometry.opening(geometry.remove_pose(truth["landmarks"]))
    fig = recording_plots.phonemes(truth, true_opening)
    run.figure(
        fig,
        "phonemes",
        f"“{truth['text']}” Shaded: p, b and m. The lips close in them, and begin to close before.",
    )

# %%
if CORPUS == "synthetic":
    visemes = portrait.viseme_pictures(20)
    fig = recording_plots.pictures(list(visemes.values()), list(visemes), columns=7)
    run.figure(fig, "visemes", "The mouth of speaker 20 for each phoneme, alone and held.")

# %% [markdown]
# ## 8. The same sound in company
#
# A phoneme alone is a fiction. While the tongue makes a *t*, nobody needs the lips: they still come from the sound
# before and are already on their way to the next. That is *coarticulation*.
#
# **Predict before you run.** One person says several sentences with a *t* in them. Is the mouth open equally
# far in each? Which neighbours open it, which close it?

# %%
if CORPUS == "synthetic":
    phoneme = "t"  # try n, s, k or ə
    own = clips.loc[clips["speaker"] == example["speaker"], "path"]
    truths = {path: talking_heads.read_truth(path) for path in own}
    said = coarticulation.occurrences(truths, phoneme)
    some = said.iloc[np.unique(np.linspace(0, len(said) - 1, 4).astype(int))]
    sounds = {}
    for row in some.itertuples():
        name = f"{listening_plots.company(truths[row.clip], row.place)} in “{truths[row.clip]['text']}”"
        sounds[name] = (listening.piece(soundtrack.read_audio(row.clip), row.middle), SAMPLE_RATE)
    IPython.display.display(listening.players(sounds))

# %%
if CORPUS == "synthetic":
    mouths = [coarticulation.mouth_at(row.clip, row.middle) for row in some.itertuples()]
    fig = listening_plots.same_phoneme(mouths, truths, some)
    run.figure(
        fig,
        "same_phoneme",
        f"Speaker {example['speaker']} says {phoneme} (shaded) {len(said)} times; half-way through it the mouth is "
        f"open by {said['opening'].min():.2f} to {said['opening'].max():.2f} inter-ocular distances. From left to "
        "right the most closed to the widest: the sound is the same, its neighbours are not.",
    )

# %% [markdown]
# Is that chance, or do the neighbours do it? Everybody's *t* is sorted by what comes next, and aligned on the
# moment at which that begins to sound.
#
# **Predict before you run.** How long before the next sound is heard do the lines part?

# %%
if CORPUS == "synthetic":
    truths = {
        path: talking_heads.read_truth(path) for path in clips["path"].iloc[:: max(1, len(clips) // 200)]
    }
    said = coarticulation.occurrences(truths, phoneme)
    offsets = np.arange(-0.24, 0.13, 0.02)  # seconds from the moment at which the next sound begins
    groups = coarticulation.by_what_follows(truths, said, offsets)

# %%
if CORPUS == "synthetic":
    ahead = int(np.argmin(np.abs(offsets + 0.04)))
    length = float((said["end"] - said["start"]).median())
    fig = listening_plots.by_what_follows(groups, offsets, length=length)
    means = ", ".join(f"{tracks[:, ahead].mean():.2f} ({name})" for name, tracks in groups.items())
    run.figure(
        fig,
        "what_follows",
        f"The mouth in {phoneme} (shaded, its median length) and after, by what follows, with standard errors. "
        f"{-1000 * offsets[ahead]:.0f} ms before that is heard, the mouth is open by {means}. A network that hears "
        "only the moment cannot know; one that hears what comes after can.",
    )

# %% [markdown]
# ## 9. Are they different people?
#
# Twenty-four drawn people are only worth that number if they differ. dlib describes a face by 128 numbers;
# under 0.6 apart it takes two pictures for the same person.

# %% [markdown]
# **Predict before you run.** How many of the pairs of two different drawn people will dlib take for one person: none, a few, or most?

# %%
if CORPUS == "synthetic":
    vectors, owners = [], []
    for name, group in clips.groupby("speaker"):
        for path in group["path"].iloc[:2]:
            frame = next(media.read_frames(path))
            points, found = tracking.track([frame])
            if found[0]:
                vectors.append(tracking.embedding(frame, points[0]))
                owners.append(name)
    within, between = motion_metrics.identity_distances(np.array(vectors), np.array(owners))
    fig = recording_plots.histogram(
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
        first = talking_heads.make(
            folder, clips_per_speaker=1, speakers=[1], jobs=1
        )  # loads voice and painter
        start = time.perf_counter()
        made = set(talking_heads.make(folder, clips_per_speaker=3, speakers=[1], jobs=1)) - set(first)
        seconds = time.perf_counter() - start
        frames_made = sum(len(talking_heads.read_truth(path)["times"]) for path in made)
    run.record("corpus.frames_per_second", frames_made / seconds)

# %% [markdown]
# ## Key takeaways

# %%
lines = [
    f"- Read {run.metric('corpus.clips')} clips of {run.metric('corpus.speakers')} people as one table.",
    f"- Heard and saw one sentence of {len(audio) / SAMPLE_RATE:.1f} s.",
    f"- Checked the split: {run.metric('corpus.speakers_in_training_and_test')} people are in training and test.",
    "- Heard a rising tone fold down where samples were too few, and what forty mel bands keep of a voice.",
    "- Saw what the embedded corpus knows: the phonemes behind the sound, and the points behind the face.",
    "- Saw lips prepare a sound before it was heard, where the corpus knows its phonemes.",
]
Markdown("\n".join(lines))

# %% [markdown]
# ## Exercises
#
# Write your answer into the cell under a task and run it; the cell that checks it says in one sentence how it stands.

# %% [markdown]
# ### Exercise 1: who is in the test and elsewhere?
#
# A split that somebody hands you is to be checked, not believed. Count the people who have clips in the test *and* in
# another part of the table.


# %% tags=["exercise"]
def people_in_both(table: pd.DataFrame) -> int | None:
    """Count the people of a table who are in the test and in another part as well."""
    return None  # your answer; the columns are table["speaker"] and table["split"]


# %% tags=["solution"]
# Solution
def people_in_both(table: pd.DataFrame) -> int:
    """Count the people of a table who are in the test and in another part as well."""
    parts = table.groupby("speaker")["split"].agg(set)
    return sum("test" in names and len(names) > 1 for names in parts)


# %% tags=["check"]
halves = pd.concat([clips, clips], ignore_index=True)  # every clip cut in two, the halves dealt anew
halves["split"] = np.random.default_rng(SEED).permutation(halves["split"])
tested = set(halves.loc[halves["split"] == "test", "speaker"])
met = tested & set(halves.loc[halves["split"] != "test", "speaker"])
exercises.check(
    lambda: [people_in_both(clips), people_in_both(halves)],
    [len(shared), len(met)],
    right=f"{len(shared)} people in this split; had half clips been dealt like cards, {len(met)} of the {len(tested)} in "
    "the test would be elsewhere, too.",
    hint="a person counts who has a row with test and a row with something else.",
)

# %% [markdown]
# ### Exercise 2: a tone that is not there
#
# Sound is kept here as 16,000 samples a second. Which frequency does a pure tone seem to have if it is sampled so,
# and nothing is filtered out before? Its samples may be those of a lower tone: that is **aliasing**.


# %% tags=["exercise"]
def heard_as(frequency: float) -> float | None:
    """Tell as which frequency, 0 to 8000 Hz, a tone of `frequency` Hz is heard after sampling."""
    return None  # your answer; the samples are SAMPLE_RATE a second


# %% tags=["solution"]
# Solution
def heard_as(frequency: float) -> float:
    """Tell as which frequency, 0 to 8000 Hz, a tone of `frequency` Hz is heard after sampling."""
    folded = frequency % SAMPLE_RATE  # a whole turn more between two samples is not seen
    return min(folded, SAMPLE_RATE - folded)  # nor is the direction of the turn


# %% tags=["check"]
tones = [1000, 7900, 9000, 15_500, 20_000]
moments = np.arange(SAMPLE_RATE) / SAMPLE_RATE  # one second, so that bins of the spectrum are Hz
peaks = [int(np.abs(np.fft.rfft(np.cos(2 * np.pi * tone * moments))).argmax()) for tone in tones]
exercises.check(
    lambda: [heard_as(tone) for tone in tones],
    peaks,
    right=f"{tones[2]} Hz would be heard as {peaks[2]} Hz, so what lies over {SAMPLE_RATE // 2} Hz is filtered out "
    "before sampling.",
    hint="count in whole turns of 16,000 Hz first; what remains is heard directly, or from above, mirrored.",
)

# %% [markdown]
# ### Exercise 3: the same words twice
#
# Take two clips of one person with the same words, or nearly. How alike can their mouth openings be, and what does
# that say about any prediction from the words?

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# Alike, but not the same: nobody says a sentence the same way twice. How well one take follows the other is a ceiling
# for whoever knows only the words. The sound of the take itself says more; notebook 04 measures both.
# </details>

# %% [markdown]
# ## Quiz

# %% [markdown]
# **1.** A network learns from nine of ten clips of each person and is tested on the tenth. It does well. What is shown?
#
# - A. It works on strangers.
# - B. It works on new clips of people whom it has met.
# - C. It has learned the ten sentences by heart.
# - D. Nothing at all.
#
# <details><summary>Answer</summary>
#
# B. Voice, habits and neutral face of everyone tested were known from training. A stranger's are not; only a split by
# speaker asks about strangers.
# </details>

# %% [markdown]
# **2.** A recording holds a whistle of 12,000 Hz and nothing else. What does the log-mel of this study show of it?
#
# - A. A line at 12,000 Hz.
# - B. A line at 4000 Hz.
# - C. Nothing: it is filtered out before sampling.
# - D. A line in every band.
#
# <details><summary>Answer</summary>
#
# C. Sixteen thousand samples a second can hold frequencies up to 8000 Hz. Without the filter, aliasing would put the
# whistle at 4000 Hz, into the middle of speech.
# </details>

# %% [markdown]
# **3.** The mouth's shape in a vowel is not the same in every word. Why?
#
# - A. Neighbouring sounds pull at it, even those that are yet to come.
# - B. The tracker is not exact enough.
# - C. Vowels have no shape of their own.
# - D. Loud vowels are longer.
#
# <details><summary>Answer</summary>
#
# A. That is coarticulation. It also means that a network which hears nothing of the future must guess part of it.
# </details>

# %% [markdown]
# **4.** Suppose 95 % of the pairs of the *same* drawn person lay farther apart for dlib than most pairs of *different*
# people. What would follow?
#
# - A. The corpus has more people than it says.
# - B. The landmarks would be wrong.
# - C. The network would fail on strangers.
# - D. Pictures of the corpus could not be judged by identity.
#
# <details><summary>Answer</summary>
#
# D. The distance would no longer tell who is who, so "the generated face is still this person" could not be measured.
# </details>

# %% [markdown]
# **Next:** [02 Feature extraction](02_feature_extraction.ipynb)

# %%
run.versions(seed=SEED)
