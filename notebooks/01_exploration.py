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

from s2f_utils import (
    FRAME_RATE,
    SAMPLE_RATE,
    WITHOUT_PICTURES,
    StudyError,
    coarticulation,
    corpora,
    drawing,
    evaluation,
    face,
    listening,
    media,
    openface,
    plots,
    plots_listening,
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
    "low-pass, then the same": (media.resample(tone, SAMPLE_RATE, slow), slow),
}
listening.players(tones)

# %%
halfway = listening.alias(0.75 * slow, slow)
fig = plots_listening.spectrograms(tones, tone=(highest, seconds))
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
fewer, clean = voice[::kept], media.resample(voice, SAMPLE_RATE, slow)
voices = {
    "all samples": (voice, SAMPLE_RATE),
    f"one sample in {kept}": (fewer, slow),
    "low-pass, then the same": (clean, slow),
    "what has folded down": (fewer - clean, slow),
}
listening.players(voices)

# %%
fig = plots_listening.spectrograms(voices)
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
fig = plots_listening.linear_and_mel(voice, log_mel)
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
# ## 7. What the embedded corpus knows
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
    truths = {path: synthetic.read_truth(path) for path in own}
    said = coarticulation.occurrences(truths, phoneme)
    some = said.iloc[np.unique(np.linspace(0, len(said) - 1, 4).astype(int))]
    sounds = {}
    for row in some.itertuples():
        name = f"{plots_listening.company(truths[row.clip], row.place)} in “{truths[row.clip]['text']}”"
        sounds[name] = (listening.piece(media.read_audio(row.clip), row.middle), SAMPLE_RATE)
    IPython.display.display(listening.players(sounds))

# %%
if CORPUS == "synthetic":
    mouths = [coarticulation.mouth_at(row.clip, row.middle) for row in some.itertuples()]
    fig = plots_listening.same_phoneme(mouths, truths, some)
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
    truths = {path: synthetic.read_truth(path) for path in clips["path"].iloc[:: max(1, len(clips) // 200)]}
    said = coarticulation.occurrences(truths, phoneme)
    offsets = np.arange(-0.24, 0.13, 0.02)  # seconds from the moment at which the next sound begins
    groups = coarticulation.by_what_follows(truths, said, offsets)

# %%
if CORPUS == "synthetic":
    ahead = int(np.argmin(np.abs(offsets + 0.04)))
    length = float((said["end"] - said["start"]).median())
    fig = plots_listening.by_what_follows(groups, offsets, length=length)
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
