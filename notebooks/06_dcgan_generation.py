# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   s2f:
#     makes:
#     - models/*/dcgan*
#     needs:
#     - 02_feature_extraction
#     pictures: true
# ---

# %% [markdown]
# # Landmarks to faces: a DCGAN that obeys and remembers
#
# **Question.** From 68 landmarks and a single picture of a person, can a small convolutional generator draw
# that person's face as the landmarks ask, for people it was never trained on?
#
# **Inputs.** The feature store of notebook 02; the recordings of the people to judge by.
#
# **Outputs.** `dcgan.keras` (the generator) and `dcgan.json`; tables, figures, films and the named results
# `dcgan.*`.
#
# **Runtime.** Quick: about four minutes on two cores, beside notebook 03. Full: hours on a processor; a GPU is used where there is one.
#
# **Learning goals**
# - Show landmarks to a network as pictures, where they keep their place.
# - Train a generator on windows of faces and let it draw whole ones; on true pixels first, then against a critic.
# - Judge generated faces by truth, sharpness, steadiness, identity and obedience, beside simple rivals.
# - Check that a condition is used, by shuffling it.

# %%
import time
from functools import partial

import numpy as np
import pandas as pd
from IPython.display import Markdown

from s2f_utils import features
from s2f_utils.faces import warping
from s2f_utils.judging import distribution_metrics, exercises, picture_metrics
from s2f_utils.models import adversarial_training, baselines_pictures, dcgan, face_pairs, training
from s2f_utils.plots import pictures as picture_plots
from s2f_utils.recordings import corpora
from s2f_utils.study.names import plain
from s2f_utils.study.record import Run

# %% tags=["parameters"]
CORPUS = "synthetic"  # synthetic, ravdess, grid or folder
DATA = ""  # folder of the recordings, named in the text
PROFILE = "quick"  # names the folders of results and models
SEED = 2017  # seed of weights, pairs and augmentation
PERSON = ""  # train on this person's clips alone, and judge on the kept ones of the same person, too
BACKGROUND = True  # keep what surrounds the face in the one known picture; grey otherwise
IMAGE_SIZE = 192  # pixels of the generated pictures: a multiple of 16
PATCH = 64  # pixels of the windows that are learned from: a multiple of 16
WIDTH = 24  # channels of generator and critic at half the size
EPOCHS = 6  # epochs that compare with the true pixels alone
ADVERSARIAL_EPOCHS = 2  # epochs with the critic, after those
WINDOWS_PER_EPOCH = 800  # random windows in an epoch, two of each training pair
BATCH_SIZE = 16  # windows in a step
WHOLE_EPOCHS = 2  # epochs of a generator that learns from whole pictures, as small as a window
L1_WEIGHT = 20.0  # weight of the pixels' distance beside the critic's score
FEATURE_WEIGHT = 10.0  # weight of the distance in the critic's features
AVERAGE = 0.99  # momentum of the averaged weights that draw
STEPS_2017 = 2  # steps of the generator of 2017
SIZE_2017 = 64  # pixels of its pictures: 64, 128 or 256
TAKES_PER_PERSON = 2  # clips of each person that are judged
JUDGED_PER_TAKE = 16  # pictures of a clip in which dlib looks for a face
EVERY = 8  # every so many pictures of a clip are counted for how real and generated ones are spread
JOBS = 2  # processes that judge

# %%
run = Run("06_dcgan_generation", corpus=CORPUS, profile=PROFILE, pictures=True)
clips = features.read_table(run.features)
clips = corpora.of_person(clips, PERSON) if PERSON else clips
faces = {
    split: face_pairs.gather(run.features, group, size=IMAGE_SIZE, background=BACKGROUND)
    for split, group in clips.groupby("split")
}
people = {split: len(np.unique(group.speaker)) for split, group in faces.items()}
Markdown(
    f"Trained on {len(faces['train'].pictures)} pictures of {people['train']} people; judged on "
    f"{people['test']} people never seen before ({plain(DATA) or 'the embedded corpus'})."
)

# %% [markdown]
# ## 1. What the generator sees
#
# In 2017 the 136 numbers of the landmarks were spread over constant planes, the same number at every pixel:
# nothing told a convolution *where* the mouth should open. Here each part of the face is drawn as a picture
# of its own. Who the face belongs to comes in as one **reference picture** of the same person, from another
# clip (a person with one clip only is shown by its last picture, and the last second is not judged). The same
# picture **bent** triangle by triangle to the asked landmarks shows the generator where things would go. All
# crops are aligned by the eyes and the nose. A last channel says **where to paint**: the mouth. Skin, eyes and hair
# are better bent than painted; no picture of a few bytes of landmarks holds a person's pores.
#
# The light and the background of another day cannot be known from the reference. So what shall come out is the
# true face **in the reference's light** (each colour's mean and spread over the face) and surroundings.

# %%
batch = next(
    face_pairs.batches(faces["train"], batch_size=8, steps=1, rng=np.random.default_rng(SEED), augment=False)
)
parts, reference, bent = np.split(batch["condition"], [face_pairs.PARTS, face_pairs.PARTS + 3], axis=-1)
drawn_parts = [np.repeat(np.uint8(255 * part.max(-1, keepdims=True)), 3, -1) for part in parts]
rows = {
    "landmarks": drawn_parts,
    "reference": face_pairs.to_pictures(reference),
    "bent": face_pairs.to_pictures(bent),
    "target": face_pairs.to_pictures(batch["target"]),
}
fig = picture_plots.sheet(rows)
run.figure(fig, "pairs", "Eight training pairs: what goes in (first three rows) and what shall come out.")

# %% [markdown]
# The bent picture is nearly right, except where the reference has nothing to bend: behind closed lips there
# are no teeth. That is what must be painted. In training every pair is also mirrored, stretched, moved and
# lit anew, so that a few people stand for many.
#
# ## 2. Pixels first, then a critic
#
# The generator is a DCGAN decoder behind a convolutional encoder. A convolution does not mind how large a picture is:
# so it learns from **windows** around the mouth, which are quick, and draws faces of any size. For that every place
# must look the same to it in a window and in a whole face; it is normalised over its own channels alone. What the
# generator draws is added to the bent picture
# before the final tanh: an empty drawing keeps the bent picture as it is. For some epochs it learns from the **absolute error**
# alone, weighted five-fold on mouth and eyes and nine-fold between the lips. Then a **critic** joins, which
# judges patches of a picture together with its landmarks and reference; it meets true pictures, generated
# ones, and true ones with wrong landmarks (hinge loss, spectral normalisation). Beside the picture it sees its
# **fine texture, twenty-fold**: a critic of bounded slope would overlook it, and blur would pass. What draws in the end are
# running **averages** of the weights.

# %%
unseen = faces["test"]
picks = np.linspace(0, len(unseen.pictures) - 1, 8).astype(int)
references = [face_pairs.reference_for(unseen, unseen.clip[index]) for index in picks]
watched = np.concatenate(
    [
        face_pairs.condition(
            unseen.landmarks[[index]],
            unseen.pictures[known],
            unseen.landmarks[known],
            background=BACKGROUND,
        )
        for index, known in zip(picks, references, strict=True)
    ]
)
generators, history, samples = adversarial_training.train(
    faces["train"],
    run.models / "dcgan-training",
    epochs=EPOCHS,
    adversarial_epochs=ADVERSARIAL_EPOCHS,
    pictures_per_epoch=WINDOWS_PER_EPOCH,
    batch_size=BATCH_SIZE,
    seed=SEED,
    watched=watched,
    patch=PATCH,
    width=WIDTH,
    l1_weight=L1_WEIGHT,
    feature_weight=FEATURE_WEIGHT,
    average=AVERAGE,
)
facts = {"size": IMAGE_SIZE, "training_speakers": sorted(set(faces["train"].speaker.tolist()))}
training.save(generators["dcgan"], run.models, facts)
early, _ = training.load(
    run.models / "dcgan-training" / f"epoch_{min(WHOLE_EPOCHS, EPOCHS) - 1:03d}", "dcgan"
)
adversarial_training.forget_training(run.models / "dcgan-training")
run.record("dcgan.training_seconds", sum(epoch["seconds"] for epoch in history))
run.record("dcgan.size", IMAGE_SIZE)  # the pixels at which all `dcgan.*` is measured

# %%
run.figure(picture_plots.losses(history), "losses", "The loss of each epoch; the critic's phase has its own.")

# %%
shown = np.unique(np.linspace(0, len(samples) - 1, 6).astype(int))
rows = {f"epoch {epoch + 1}\n({history[epoch]['phase']})": samples[epoch] for epoch in shown}
rows |= {"reference": unseen.pictures[references], "true": unseen.pictures[picks]}
fig = picture_plots.sheet(rows)
run.figure(fig, "time_lapse", "People never trained on, epoch by epoch: first the colours, then the mouths.")

# %% [markdown]
# ## 3. Rivals
#
# A picture is quickly made; is a network worth it? `mean_image` always answers with the average face,
# `nearest_frame` with the training picture whose landmarks lie nearest, `warp` with the bent reference alone:
# strong, and nothing learned. `l1_only` is the generator before it met the critic, `dcgan_2017` the network of
# 2017 layer by layer; each of its steps takes seconds on a processor, so the quick profile lets it draw 64 pixels, which
# are enlarged, and stops it while its pictures are still noise; only the full one is fair to it. `real` are the true pictures themselves, the floor of every measure that a judge makes.

# %%
old = baselines_pictures.Dcgan2017(SIZE_2017, seed=SEED).fit(faces["train"], steps=STEPS_2017)


def render(generator, reference, reference_landmarks, asked):
    """Draw as the rivals do: reference, its landmarks, asked landmarks."""
    return dcgan.render(generator, reference, asked, reference_landmarks=reference_landmarks)


draw = {
    "mean_image": baselines_pictures.MeanImage(faces["train"]).draw,
    "nearest_frame": baselines_pictures.NearestFrame(faces["train"]).draw,
    "warp": warping.warp,
    "dcgan_2017": old.draw,
    "l1_only": partial(render, generators["l1_only"]),
    "dcgan": partial(render, generators["dcgan"]),
}


def draw_all(takes: list[picture_metrics.Take]) -> dict[str, list[np.ndarray]]:
    """Let every generator draw every take."""
    return {
        name: [make(take.reference, take.reference_landmarks, take.landmarks) for take in takes]
        for name, make in draw.items()
    }


# %%
chosen = clips[clips["split"] == "test"].groupby("speaker").head(TAKES_PER_PERSON)
takes = [picture_metrics.take(run.features, clip, unseen) for _, clip in chosen.iterrows()]
drawn = draw_all(takes)
start = time.perf_counter()
for take in takes[:2]:
    draw["dcgan"](take.reference, take.reference_landmarks, take.landmarks)
seconds = time.perf_counter() - start
run.record("dcgan.pictures_per_second", sum(len(take.pictures) for take in takes[:2]) / seconds)

# %% [markdown]
# **Predict before you run.** Which row will show a face that nobody has, and which a mouth that is sharp but not the one asked for?

# %%
middle = [len(take.pictures) // 2 for take in takes]
show = np.unique(np.linspace(0, len(takes) - 1, 8).astype(int))
rows = {"reference": [takes[index].reference for index in show]}
rows |= {name: [films[index][middle[index]] for index in show] for name, films in drawn.items()}
rows["true"] = [takes[index].pictures[middle[index]] for index in show]
run.figure(
    picture_plots.sheet(rows), "rivals", "The same moments of people never trained on, by each generator."
)

# %% [markdown]
# ## 4. Judgement on people never trained on
#
# The squared error alone praises blur. So each generator is also asked: is it sharp (variance of the
# Laplacian), steady from frame to frame, does dlib find a face in it, are its
# landmarks where they were asked for, does its mouth open in time, and is it still the same person? Averages
# are taken over a person's clips first, then over people. Whose face it is dlib tells by 128 numbers. In the same
# numbers two measures look at all pictures as one crowd: the **Fréchet distance** between generated and real ones, and
# **coverage**, the share of real pictures to which a generated one lies nearer than pictures of another clip do,
# small where a generator always shows the same. For both, even frames stand against odd ones, and real against
# real is the floor. Pixels are compared inside the face only, with the
# true film in the reference's light.

# %% [markdown]
# **Predict before you run.** Which generator will have the larger PSNR: the mean picture, or the nearest true picture of somebody in training?

# %%
shuffle = np.random.default_rng(SEED)
drawn["dcgan_shuffled"] = [
    draw["dcgan"](take.reference, take.reference_landmarks, shuffle.permutation(take.landmarks))
    for take in takes
]
judged = picture_metrics.judge(takes, drawn, per_take=JUDGED_PER_TAKE, jobs=JOBS)
alone = {name: films for name, films in drawn.items() if name != "dcgan_shuffled"}  # the same crowd as dcgan
crowds = distribution_metrics.judge(takes, alone, every=EVERY, jobs=JOBS)
table = picture_metrics.summary(judged).join(crowds)
run.record(picture_metrics.named(table))
run.record({"dcgan.people": people["test"], "dcgan.clips": len(takes)})
run.table(table.round(4), "generators", "Generators on people never trained on; real pictures are the floor.")

# %%
fig = picture_plots.bars(table.drop(index="dcgan_shuffled"), list(picture_plots.LABELS))
run.figure(fig, "measures", "Each generator by each measure; the dotted line is what real pictures reach.")

# %% [markdown]
# ## 5. Does it obey?
#
# The row `dcgan_shuffled` asked for the landmarks of other moments of the same clip. Its found landmarks must
# lie farther from the right ones and its mouth must lose the beat; otherwise the landmarks were ignored.

# %% [markdown]
# **Predict before you run.** A generator that ignores its landmarks draws a fine face all the same. Would shuffling them change its numbers?

# %%
obedience = table.loc[
    ["real", "dcgan", "dcgan_shuffled"], ["landmark_nme", "mouth_correlation", "mouth_psnr"]
]
run.table(obedience.round(4), "shuffled", "With shuffled landmarks obedience is lost, as it should be.")

# %%
best = int(np.argmax([np.ptp(take.landmarks[:, 66, 1]) for take in takes]))
films = {"true": takes[best].pictures, "warp": drawn["warp"][best], "dcgan": drawn["dcgan"][best]}
frames = picture_plots.side_by_side(films, scale=1)
run.video(frames, "side_by_side", "A person never trained on: the true film, the bent reference, the DCGAN.")

# %% [markdown]
# ## 6. Windows or whole pictures
#
# Is it a loss to see a face through windows only? `whole` learned from whole pictures reduced to the size of a window, as
# many and as long; `windows` is the generator above after the same number of steps, its pictures reduced to that size.
#
# **Predict before you run.** The one draws fine and is reduced, the other has never seen anything finer. At the small
# size, which mouth is nearer to the truth?

# %%
small = {split: face_pairs.resized(group, PATCH) for split, group in faces.items()}
wholes, _, _ = adversarial_training.train(
    small["train"],
    run.models / "dcgan-whole",
    epochs=WHOLE_EPOCHS,
    adversarial_epochs=0,
    pictures_per_epoch=WINDOWS_PER_EPOCH,
    batch_size=BATCH_SIZE,
    seed=SEED,
    watched=watched[:1],
    width=WIDTH,
)
adversarial_training.forget_training(run.models / "dcgan-whole")
reduced = [picture_metrics.reduced(take, PATCH) for take in takes]
compared = {
    "windows": [
        face_pairs.resize(render(early, take.reference, take.reference_landmarks, take.landmarks), PATCH)
        for take in takes
    ],
    "whole": [
        render(wholes["l1_only"], take.reference, take.reference_landmarks, take.landmarks)
        for take in reduced
    ],
}
judged = picture_metrics.judge(reduced, compared, per_take=JUDGED_PER_TAKE, jobs=JOBS)
table_windows = picture_metrics.summary(judged).drop(index="real")
run.record(picture_metrics.named(table_windows, "dcgan.learned_from"))
run.table(
    table_windows.round(4), "windows", f"Two generators early in training, both judged at {PATCH} pixels."
)

# %% [markdown]
# ## 7. People it knows
#
# In a corpus of a few people some clips of the training people were kept apart. There the generator may
# remember; the table says how much that helps. The embedded corpus keeps whole people apart instead.
#
# A camera's noise makes a true film flicker, and nothing in the landmarks or in one picture says how. On recordings a
# flicker ratio well under 1 is therefore no fault of a generator, and `warp`, which paints nothing new, shares it.

# %%
known = clips[(clips["split"] == "validation") & clips["speaker"].isin(faces["train"].speaker)]
if len(known):
    chosen = known.groupby("speaker").head(TAKES_PER_PERSON)
    own = [picture_metrics.take(run.features, clip, faces["validation"]) for _, clip in chosen.iterrows()]
    drawn_own = draw_all(own)
    again = picture_metrics.judge(own, drawn_own, per_take=JUDGED_PER_TAKE, jobs=JOBS)
    crowds = distribution_metrics.judge(own, drawn_own, every=EVERY, jobs=JOBS)
    table_own = picture_metrics.summary(again).join(crowds)
    run.record({f"dcgan.same_speaker.{key}": float(value) for key, value in table_own.loc["dcgan"].items()})
    run.table(table_own.round(4), "same_speaker", "The same measures on unseen clips of the training people.")
else:
    print("Here nobody is in both the training and the validation clips.")

# %% [markdown]
# ## Key takeaways

# %%
metric = run.metric
rows = pd.Series({name: metric(f"dcgan.{name}.psnr") for name in draw})
lines = [
    f"- Showed landmarks as pictures: dlib finds a face in {metric('dcgan.dcgan.detection_rate'):.0%} of the "
    f"pictures, its landmarks {100 * metric('dcgan.dcgan.landmark_nme'):.1f} % of the inter-ocular distance "
    f"from those asked for (real pictures: {100 * metric('dcgan.real.landmark_nme'):.1f} %).",
    f"- Trained on pixels, then against a critic, in {metric('dcgan.training_seconds'):.0f} s; sharpness "
    f"{metric('dcgan.l1_only.sharpness_ratio'):.2f} before and {metric('dcgan.dcgan.sharpness_ratio'):.2f} "
    f"after the critic (real: 1).",
    f"- Judged beside rivals: PSNR {rows['dcgan']:.1f} dB, bent reference {rows['warp']:.1f}, mean image "
    f"{rows['mean_image']:.1f}, the generator of 2017 {rows['dcgan_2017']:.1f} dB; around the mouth "
    f"{metric('dcgan.dcgan.mouth_psnr'):.1f} against {metric('dcgan.warp.mouth_psnr'):.1f} dB of the bent "
    f"reference. Highest PSNR of all: {rows.idxmax()}.",
    f"- Kept the person in {metric('dcgan.dcgan.identity_kept'):.0%} of the pictures; flicker "
    f"{metric('dcgan.dcgan.flicker_ratio'):.2f} of the true films'; "
    f"{metric('dcgan.pictures_per_second'):.0f} pictures a second.",
    f"- Shuffled the landmarks: mouth correlation fell from {metric('dcgan.dcgan.mouth_correlation'):.2f} to "
    f"{metric('dcgan.dcgan_shuffled.mouth_correlation'):.2f}.",
]
Markdown("\n".join(lines))

# %% [markdown]
# ## Exercises
#
# Write your answer into the cell under a task and run it; the cell that checks it says in one sentence how it stands.

# %% [markdown]
# ### Exercise 1: the picture that is never quite wrong
#
# Some pictures of the training people lie on top of each other, pixel by pixel. Which one picture has the least *squared*
# error to all of them? And which the least *absolute* error?

# %% tags=["exercise"]
pile = faces["train"].pictures[:100].astype(np.float32)  # (n, S, S, 3), 0 to 255
least_squared, least_absolute = None, None  # your answer: two pictures (S, S, 3)

# %% tags=["solution"]
# Solution
least_squared, least_absolute = pile.mean(axis=0), np.median(pile, axis=0)


# %% tags=["check"]
def gained(picture: np.ndarray | None, power: int) -> float:
    """By how much a pixel's error can still fall when the picture becomes a grey level lighter or darker."""
    apart = pile - np.asarray(picture, dtype=float)
    error, lighter, darker = (np.mean(np.abs(apart - step) ** power, axis=0) for step in (0, 1, -1))
    return float(np.maximum(error - np.minimum(lighter, darker), 0).max())


exercises.check(
    lambda: [gained(least_squared, 2), gained(least_absolute, 1)],
    [0, 0],
    right="the mean and the median. Neither is anybody's face: whoever learns from pixels alone is drawn towards them "
    "wherever the answer is not known.",
    hint="each pixel stands for itself; think of one pixel's values as numbers on a line.",
    tolerance=1e-2,
)

# %% [markdown]
# ### Exercise 2: the critic's say
#
# Set `L1_WEIGHT` to 100, and to 5. What becomes of sharpness, and what of PSNR?

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# The smaller it is, the more the critic has to say: pictures get crisper, with invented texture, and PSNR falls, since
# texture in the wrong place costs more than none.
# </details>

# %% [markdown]
# ### Exercise 3: an open mouth as the reference
#
# Choose the reference with the mouth wide open instead of closed. Who gains more, `warp` or `dcgan`?

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# `warp`: an open mouth can be bent shut, but teeth that were never shown cannot be bent open. A generator that is
# trained for long can learn to paint them.
# </details>

# %% [markdown]
# ## Quiz

# %% [markdown]
# **1.** The mean picture has a fair squared error. Which measure gives it away?
#
# - A. PSNR, since it is another one.
# - B. The share of faces found.
# - C. The correlation of the mouth opening.
# - D. None.
#
# <details><summary>Answer</summary>
#
# C. Its mouth never moves. PSNR is the same squared error in decibels, and dlib does find a face in a mean of faces.
# </details>

# %% [markdown]
# **2.** With shuffled landmarks a generator's numbers stay as they were. What has it learned?
#
# - A. To draw from the reference alone; it ignores the landmarks.
# - B. To keep time.
# - C. To look ahead.
# - D. To blur.
#
# <details><summary>Answer</summary>
#
# A. A condition is used only if breaking it breaks the result. That is why `dcgan_shuffled` is in the table.
# </details>

# %% [markdown]
# **3.** The reference shows closed lips, the landmarks ask for an open mouth. What can `warp` not do?
#
# - A. Move the chin.
# - B. Keep the person.
# - C. Open the lips.
# - D. Show teeth.
#
# <details><summary>Answer</summary>
#
# D. It bends what is there. What was never seen has to be painted, and for that something must have been learned.
# </details>

# %% [markdown]
# **4.** A film on the embedded corpus has a flicker ratio of 0.2. What does it look like?
#
# - A. It trembles.
# - B. It changes far less from picture to picture than the true film: nearly frozen.
# - C. It is too sharp.
# - D. It is in the wrong light.
#
# <details><summary>Answer</summary>
#
# B. The true film's changes are 1. On real recordings part of those is the camera's noise, which no generator can know;
# in the embedded corpus the difference is movement.
# </details>

# %% [markdown]
# **Next:** [07 Speech to face](07_speech_to_face.ipynb)

# %%
run.versions(seed=SEED)
