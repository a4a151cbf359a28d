# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   s2f:
#     alone: true
#     needs:
#     - 02_feature_extraction
#     - 03_cnn_rnn_training
#     - 06_dcgan_generation
#     pictures: true
# ---

# %% [markdown]
# # From a voice to a talking face
#
# **Question.** What does it look like when everything is put together: a sound goes in, a face talks?
#
# **Inputs.** The models of notebooks 03 and 06, a recording, a line of text, and one picture of a face.
#
# **Outputs.** Talking faces as mp4 with sound, as gif, and their landmarks as npz.
#
# **Runtime.** Under a minute.
#
# **Learning goals**
# - Follow a sound to log-mel, to displacement, to landmarks on a face, to pictures.
# - See where a person's identity enters: one neutral face and one picture.
# - Measure on the finished pictures whether the mouth does what was asked.
# - Make a talking face from your own text, recording and photograph.

# %%
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import IPython.display
import numpy as np
import pandas as pd
from IPython.display import Markdown
from PIL import Image
from skimage import data

from s2f_utils import FRAME_RATE, SAMPLE_RATE, features
from s2f_utils.faces import geometry, rest, tracking
from s2f_utils.judging import exercises, motion_metrics, photograph_metrics
from s2f_utils.models import cnn_rnn, dcgan, net_2017_repairs, training
from s2f_utils.plots import pictures as picture_plots, recordings as recording_plots
from s2f_utils.recordings import corpora, media, soundtrack
from s2f_utils.sound import prosody, speech
from s2f_utils.studio import panel
from s2f_utils.study.names import plain
from s2f_utils.study.record import Run
from s2f_utils.talking import animate, captions, dials, films

# %% tags=["parameters"]
CORPUS = "synthetic"  # synthetic, ravdess, grid or folder
DATA = ""  # folder of the recordings, named in the text
PROFILE = "quick"  # names the folders of results and models
SEED = 2017  # chooses the never-seen person, and what chance does
TEXT = "Every morning the old baker opens his window and whistles."  # a line to be spoken
WAV = ""  # a recording to be spoken instead of the never-seen person's own; empty: none
FACE = ""  # a photograph of the face that speaks the recording; empty: the never-seen person
REAL = ""  # folder of real recordings of other people, to see how their faces look at rest; empty: none
JOBS = 2  # processes that extract the recordings in REAL
SPEAKER = 1  # which of the 24 embedded voices speaks the line of text
PHOTOGRAPHED_SPEAKER = 2  # which of them speaks it for the photograph
MOTION = "chance"  # films blink and sway by chance; none: they do not

# %%
run = Run("07_speech_to_face", corpus=CORPUS, profile=PROFILE, pictures=True)
model, facts = training.load(run.models, "cnn_rnn")
generator = dcgan.load(run.models)
size = dcgan.size_of(generator)
chance = dials.seed_of(MOTION, SEED)
table = features.read_table(run.features)
strangers = table[table["split"] == "test"]
clip = strangers.iloc[SEED % len(strangers)]
speaker, heard = plain(clip["speaker"]), plain(clip["clip_id"])
Markdown(f"The stranger is {speaker} ({plain(DATA) or 'embedded corpus'}), heard in clip {heard}.")

# %% [markdown]
# ## 1. A line of text
#
# A voice of the embedded corpus speaks the line; from there on only its sound is used.

# %%
voice = animate.say(TEXT, speaker=SPEAKER)
IPython.display.Audio(voice, rate=SAMPLE_RATE)

# %%
person = animate.person_from(run.features, clip["clip_id"], size=size)
for sound in (voice[:SAMPLE_RATE], voice):  # the first call compiles the networks
    start = time.perf_counter()
    spoken = animate.animate(sound, person, model, generator).drawn()
factor = len(voice) / SAMPLE_RATE / (time.perf_counter() - start)
run.record("animate.realtime_factor", factor)
opening = geometry.opening(spoken.landmarks)
fig = recording_plots.sound(voice, opening=opening)
run.figure(
    fig,
    "spoken_text",
    f"The line as sound, as the network hears it, and how far it opens the mouth: "
    f"{opening.min():.2f} to {opening.max():.2f} inter-ocular distances.",
)

# %% [markdown]
# **Predict before you run.** One picture of this person is known. What will be drawn between the lips where they open: teeth, darkness, or a smear?

# %%
windows = np.array_split(np.arange(len(opening)), 8)
chosen = [
    window[opening[window].argmax() if number % 2 else opening[window].argmin()]
    for number, window in enumerate(windows)
]
drawn = [*spoken.stick[chosen], *spoken.pictures[chosen]]
fig = recording_plots.pictures(drawn, [f"{index / FRAME_RATE:.2f} s" for index in chosen], columns=8)
run.figure(
    fig,
    "frames",
    "The sentence in eight parts, in turn the moment at which the mouth is most closed and most open: the "
    "stick face that the sound moved, and the face drawn for it.",
)

# %% [markdown]
# A sound says nothing of when its speaker blinks, and little of how the head sways. A film without that looks
# frozen, so films get it from chance: the same from the same seed, nothing where `MOTION = "none"`. Whatever is
# measured here, and every table of landmarks, is without it.

# %%
alive = animate.draw(voice, spoken.motion, person, generator, seed=chance).drawn()
film = films.side_by_side(alive.stick, alive.pictures)
caption = "The line of text, spoken by a face of whom one picture is known; turn the sound on." + (
    " Blinks and the head's sway are drawn by chance." if chance is not None else ""
)
run.video(film, "spoken_text", caption, fps=FRAME_RATE, audio=voice, spoken=TEXT)
made = films.write(alive, run.folder / "videos" / "07_speech_to_face" / "talking_face.mp4")
[path.name for path in made]

# %% [markdown]
# ## 2. A recording of somebody never seen
#
# Now a real test: the sound of a clip that no model has met, beside what that person's face did. The network of
# 2017 hears the same sound.

# %%
source = WAV or clip["path"]
listen = partial(soundtrack.read_audio, source, beside_film=not WAV)  # a clip's begins with its pictures
audio = listen()
speech.require_sound(audio, source)
speaker = animate.person_in(FACE, size=size, learned=rest.load(run.models)) if FACE else person
heard = animate.animate(audio, speaker, model, generator)
alive = animate.draw(audio, heard.motion, speaker, generator, seed=chance)
IPython.display.Audio(audio, rate=SAMPLE_RATE)

# %%
net_2017, known_2017 = training.load(run.models, "net_2017")
motion_2017 = net_2017_repairs.answer(
    "net_2017", net_2017, known_2017, lambda rate: listen(rate=rate), speaker.neutral
)
beside = {
    "2017 network": animate.draw(audio, motion_2017, speaker, None, seed=chance).stick,
    "ours: landmarks": alive.stick,
    "ours: drawn": alive.pictures,
}
said = ""
if not WAV:
    said = captions.words(CORPUS, clip_id=clip["clip_id"], statement=clip["statement"])

# %%
if not WAV and not FACE:
    a, b = geometry.pose_transform(features.load(run.features, clip["clip_id"])["landmarks"])
    true = [geometry.crop(*frame, 256) for frame in zip(media.read_frames(clip["path"]), a, b, strict=True)]
    beside = {"true face": true} | beside
shortest = min(map(len, beside.values()))
beside = {name: film[:shortest] for name, film in beside.items()}
caption = "Left to right: the true face (where it is known), the network of 2017 on its sound, ours as lines, drawn."
if chance is not None:
    caption += " The same chance lets all but the true face blink and sway."
strip = picture_plots.side_by_side(beside, scale=1)
run.video(strip, "never_seen", caption, fps=FRAME_RATE, audio=audio, spoken=said)

# %% [markdown]
# ## 3. Back into the picture
#
# People bring a photograph and want that to talk: all of it, at its own size. So the photograph itself is bent to where
# the landmarks go; hair follows the head, the neck a little the chin, and only the inside of the mouth comes from the
# generator. But who is photographed may smile or be in the middle of a word. What the face does at that moment is
# **estimated and taken out** first: a ridge regression from 68 landmarks to their displacement from rest, which learned
# from all embedded people.
#
# **Predict before you run.** Somebody's mouth is open in the picture, and the estimate is not used. What would be seen
# at p, b and m?

# %%
learned = rest.load(run.models)
names = ["neutral", "motion"]
groups = {"corpus_": features.load_all(run.features, strangers, names=names)}
if REAL:
    store = features.store_of(REAL)
    found = features.extract(corpora.recordings(REAL), store, jobs=JOBS)
    groups[""] = features.load_all(store, found[found["usable"]], names=names)
for group, moving in groups.items():
    run.record(f"animate.{group}rest_opening_error", rest.opening_error(moving, learned))
    run.record(f"animate.{group}rest_opening_error_as_is", rest.opening_error(moving))

# %%
with tempfile.TemporaryDirectory() as folder:
    known = Path(folder, "astronaut.png")  # Eileen Collins, photographed by NASA, in the public domain
    Image.fromarray(data.astronaut()).save(known)
    photographed = animate.person_in(FACE or known, size=size, learned=learned)
says = audio if FACE else animate.say(TEXT, speaker=PHOTOGRAPHED_SPEAKER)
spoken_there = animate.animate(says, photographed, model)
talks = animate.draw(says, spoken_there.motion, photographed, generator, seed=chance)
caption = (
    f"A photograph talks, all of it; who is on it was smiling. Single frames of people never seen are taken for "
    f"{run.metric('animate.corpus_rest_opening_error'):.3f} inter-ocular distances too open or too shut at rest; taken as they "
    f"are, for {run.metric('animate.corpus_rest_opening_error_as_is'):.3f}."
)
run.video(
    np.stack(list(talks.photograph)),
    "photograph",
    caption,
    fps=FRAME_RATE,
    audio=says,
    spoken=said if FACE else TEXT,
)

# %% [markdown]
# Is the finished picture still that person, is a seam to be seen around what was painted, and does the tracker, which
# now sees the whole picture, find the mouth that was asked for? Chance is left out, as everywhere where something is measured.

# %%
still = animate.draw(says, spoken_there.motion, photographed, generator)
bent = replace(still, pictures=still.pictures[:0])  # nothing is painted
photo = photographed.photo
whole = photograph_metrics.judge(
    still.photograph,
    bent.photograph,
    photo.place(still.landmarks),
    photo.picture,
    photo.place(photo.landmarks),
)
run.record({f"animate.photo.{name}": value for name, value in whole.items()})
run.table(
    pd.DataFrame([whole]).round(4), "photograph", "The whole photograph that talks, measured as it is shown."
)

# %% [markdown]
# ## 4. Does it move, and does it obey?
#
# A tracker looks at the drawn film, without blinks and sway, and measures the mouth that it sees.

# %% [markdown]
# **Predict before you run.** Will the mouth in the finished pictures move more than the landmarks asked for, less, or as much?

# %%
start = time.perf_counter()
seen, detected = tracking.track(films.side_by_side(heard.pictures, size=max(256, size)))
asked = geometry.opening(heard.landmarks)
found = float(detected.mean())
run.record({"animate.detection_rate": found, "animate.opening_spread": float(asked.std())})
if found > 0.5:
    measured = geometry.opening(geometry.remove_pose(seen))
    run.record("animate.mouth_correlation", motion_metrics.correlation(measured, asked))
    run.record("animate.motion_ratio", float(measured.std() / asked.std()))
    fig = recording_plots.scatter(
        asked, measured, xlabel="mouth opening asked for", ylabel="mouth opening seen"
    )
    caption = (
        f"From sound to pixels and back: the mouth seen in the film follows the one asked for with "
        f"correlation {run.metric('animate.mouth_correlation'):.2f} and moves "
        f"{run.metric('animate.motion_ratio'):.2f} times as much; the face is found in {found:.0%} of the frames."
    )
    run.figure(fig, "obedience", caption)

# %% [markdown]
# ## 5. Your turn
#
# Type a sentence, or bring a recording, or speak into the microphone; choose a face or bring a photograph; and let
# different networks, also that of 2017, move it. The expression is as heard, relative to another recording of the
# same voice if you bring one, or it is what you choose, up to twice as strong; this and the networks stand under
# “More”. The film shows your photograph, the landmarks beside the face, or the face alone, and runs beside its sound
# and the spectrum that the network heard; a click into that picture, the slider and the arrows go to a single frame.
# The panel needs JupyterLab; in a report nothing is seen of
# it. `make page` shows it alone, for a class. `make live` listens while you speak, and `make live OUT=…` lets an avatar in
# another program follow, by the blendshapes and visemes that films have as tables.

# %%
panel.Panel(run.models, run.features)

# %% [markdown]
# ## Key takeaways

# %%
lines = [
    f"- Followed a sound to a film at {run.metric('animate.realtime_factor'):.1f} times real time.",
    "- Saw identity enter twice: a neutral face that displacements are added to, and one picture.",
    f"- Measured on pixels: the face is found in {run.metric('animate.detection_rate'):.0%} of the frames"
    + (
        f", its mouth follows with correlation {run.metric('animate.mouth_correlation'):.2f}."
        if found > 0.5
        else "."
    ),
    '- Next, make your own: `make animate TEXT="Good morning."` or `make animate WAV=speech.wav FACE=photo.jpg`.',
]
Markdown("\n".join(lines))

# %% [markdown]
# ## Exercises
#
# Write your answer into the cell under a task and run it; the cell that checks it says in one sentence how it stands.

# %% [markdown]
# ### Exercise 1: one sound, two people
#
# Let the sound of the line of text move somebody else. What is left of a talking face's landmarks when the person is
# taken out of them?


# %% tags=["exercise"]
def without_person(talking: animate.TalkingFace, person: animate.Person) -> np.ndarray | None:
    """Take the person out of a talking face: (T, 68, 2) from talking.landmarks."""
    return None  # your answer; what is known of the person is in person.neutral and person.picture


# %% tags=["solution"]
# Solution
def without_person(talking: animate.TalkingFace, person: animate.Person) -> np.ndarray:
    """Take the person out of a talking face: (T, 68, 2) from talking.landmarks."""
    return talking.landmarks - person.neutral


# %% tags=["check"]
others = table[table["speaker"] != clip["speaker"]]
somebody = animate.person_from(run.features, others["clip_id"].iloc[0], size=size)
talk = animate.animate(voice, somebody, model)  # landmarks alone
moved = cnn_rnn.predict(model, [prosody.listen(voice)])[0]  # the network's own answer
apart = np.abs(talk.landmarks - spoken.landmarks).mean()
exercises.check(
    lambda: [without_person(spoken, person), without_person(talk, somebody)],
    [moved, moved],
    right=f"the landmarks of the two lie {apart:.3f} inter-ocular distances apart, their displacement is the same: it "
    "depends on the sound alone.",
    hint="landmarks = a neutral face + displacement.",
)

# %% [markdown]
# ### Exercise 2: backwards
#
# Play the sound backwards. Does the mouth still look right?

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# Loud parts still open it, but the lips do not meet where they should: before the burst of p and b comes a closure, and
# backwards it comes after.
# </details>

# %% [markdown]
# ## Quiz

# %% [markdown]
# **1.** You keep the sound and the neutral face and change the reference picture. What changes?
#
# - A. The displacement.
# - B. The landmarks.
# - C. The drawn pictures alone.
# - D. Everything.
#
# <details><summary>Answer</summary>
#
# C. The picture enters at the very end, when landmarks are dressed. The displacement comes from the sound, and the
# landmarks add it to the neutral face.
# </details>

# %% [markdown]
# **2.** A film is made several times faster than the sentence lasts. Can this CNN + RNN then speak live in a call?
#
# - A. Yes, it is quick enough.
# - B. No, as pictures are too large.
# - C. Yes, if the sentence is short.
# - D. No: it hears the whole utterance before it answers; speed is not delay.
#
# <details><summary>Answer</summary>
#
# D. The causal network of notebook 03 is made for that; it waits a few frames and no longer.
# </details>

# %% [markdown]
# **3.** The mouth seen in the film follows the landmarks closely, and yet fits the true mouth badly. Where is the fault?
#
# - A. In the network that hears the sound.
# - B. In the generator.
# - C. In the tracker.
# - D. In the reference picture.
#
# <details><summary>Answer</summary>
#
# A. The generator does what it is asked; it is asked for the wrong thing. Measuring each part by its own truth tells
# which one to mend.
# </details>

# %% [markdown]
# **Back to:** [01 Exploration](01_exploration.ipynb)

# %%
run.versions(seed=SEED)
