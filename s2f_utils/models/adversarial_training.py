"""The critic of the generator's faces, and the training of both: true pixels first, the critic after."""

import shutil
import time
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops
from tqdm.auto import tqdm

from s2f_utils import files
from s2f_utils.models import face_pairs
from s2f_utils.models.dcgan import CRITIC_CHANNELS, CRITIC_HALVINGS, build_critic, build_generator, draw
from s2f_utils.models.face_pairs import CHANNELS, PARTS, Faces
from s2f_utils.models.training import load, save, set_seed

_LEARNING_RATES = {"painter": 2e-3, "generator": 2e-4, "critic": 4e-4}


class Training:
    """The networks with their optimisers, and the two kinds of step; runs on every Keras backend.

    Parameters
    ----------
    size, width
        Pixels of the faces, and channels at half of them.
    l1_weight, feature_weight
        How much the pixels' and the critic's features' distance count beside the critic's score.
    average
        Momentum of the running average of the generator's weights, which is what draws in the end.
    background
        Whether references keep their surroundings.

    See notebook 06_dcgan_generation.
    """

    def __init__(
        self,
        size: int,
        *,
        width: int = 32,
        l1_weight: float = 20,
        feature_weight: float = 10,
        average: float = 0.99,
        background: bool = True,
    ) -> None:
        self.generator = build_generator(size, width=width, background=background)
        self.critic = build_critic(width=width)
        self.drawing = build_generator(size, width=width, background=background)  # has the averaged weights
        self.average, self.steps = average, 0
        self.averaged = [np.array(weight) for weight in self.generator.get_weights()]
        self.painter = keras.Model(self.generator.input, self.generator.output)
        self.painter.compile(_adam("painter", beta_1=0.9), loss="mae")
        self.judge = keras.Model(self.critic.input, self.critic.outputs[0])
        self.judge.compile(_adam("critic"), loss="hinge")
        self.critic.trainable = False
        self.rival = self._rival()
        losses = ["mae", _mean_score, _mean_distance]
        self.rival.compile(_adam("generator"), loss=losses, loss_weights=[l1_weight, 1, feature_weight])
        for model in (self.painter, self.rival):  # an optimiser must be built before it can be restored
            model.optimizer.build(model.trainable_variables)
        self.critic.trainable = True
        self.judge.optimizer.build(self.judge.trainable_variables)
        self.critic.trainable = False

    def _rival(self) -> keras.Model:
        """Join generator and critic: the picture, its score, and its features' distance from the truth's."""
        asked, target = layers.Input((None, None, CHANNELS)), layers.Input((None, None, 3))
        picture = self.generator(asked)
        score, *made = self.critic([picture, asked[..., :CRITIC_CHANNELS]], training=False)
        _, *true = self.critic([target, asked[..., :CRITIC_CHANNELS]], training=False)
        pairs = zip(made, true, strict=True)
        distances = [ops.mean(ops.abs(one - other), axis=(1, 2, 3)) for one, other in pairs]
        distance = ops.expand_dims(sum(distances), -1)
        return keras.Model([asked, target], [picture, ops.mean(score, axis=(1, 2)), distance])

    def paint(self, batch: dict[str, np.ndarray]) -> float:
        """Take one step towards the true pixels alone; returns the weighted mean absolute error."""
        loss = self.painter.train_on_batch(batch["condition"], batch["target"], sample_weight=batch["weight"])
        self._follow()
        return float(loss)

    def compete(self, batch: dict[str, np.ndarray]) -> float:
        """Take one step of the critic and one of the generator; returns the generator's loss."""
        asked, target = batch["condition"], batch["target"]
        seen = asked[..., :CRITIC_CHANNELS]
        # As much falsehood as truth: of one half generated pictures, of the other wrong landmarks.
        half = -(-len(target) // 2)
        made = np.asarray(ops.convert_to_numpy(self.generator.predict_on_batch(asked[:half])))
        wrong = np.concatenate([batch["wrong"], seen[..., PARTS:]], axis=-1)[half:]
        shown = [np.concatenate([target, made, target[half:]]), np.concatenate([seen, seen[:half], wrong])]
        verdict = np.repeat(np.float32([1, -1]), len(target)).reshape(-1, 1, 1, 1)
        scores = [-(-side // 2**CRITIC_HALVINGS) for side in target.shape[1:3]]
        self.critic.trainable = True
        self.judge.train_on_batch(shown, np.broadcast_to(verdict, (len(verdict), *scores, 1)))
        self.critic.trainable = False
        nothing = np.zeros((len(target), 1), np.float32)
        weights = [batch["weight"], nothing[:, 0] + 1, nothing[:, 0] + 1]
        answers = [target, nothing, nothing]
        loss = self.rival.train_on_batch([asked, target], answers, sample_weight=weights)
        self._follow()
        return float(np.ravel(loss)[0])

    def _follow(self) -> None:
        """Let the averaged weights follow, quickly at first."""
        self.steps += 1
        keep = min(self.average, (1 + self.steps) / (10 + self.steps))
        for mean, weight in zip(self.averaged, self.generator.get_weights(), strict=True):
            mean += (1 - keep) * (weight - mean)

    def averaged_generator(self) -> keras.Model:
        """Give the generator that draws: its weights are averages over the last steps."""
        self.drawing.set_weights(self.averaged)
        return self.drawing

    def save(self, folder: Path) -> None:
        """Write weights, averages and optimisers, so that training can go on from here."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("painter", "judge", "rival"):
            getattr(self, name).save_weights(folder / f"{name}.weights.h5")
        np.savez(folder / "averaged.npz", *self.averaged, steps=self.steps)

    def restore(self, folder: Path) -> None:
        """Read what ``save`` wrote."""
        for name in ("painter", "judge", "rival"):
            getattr(self, name).load_weights(folder / f"{name}.weights.h5")
        with np.load(folder / "averaged.npz", allow_pickle=False) as arrays:
            self.steps = int(arrays["steps"])
            self.averaged = [arrays[f"arr_{index}"] for index in range(len(self.averaged))]


def train(
    faces: Faces,
    folder: str | Path,
    *,
    epochs: int,
    adversarial_epochs: int,
    pictures_per_epoch: int,
    batch_size: int,
    seed: int,
    watched: np.ndarray,
    patch: int | None = None,
    **networks: float,
) -> tuple[dict[str, keras.Model], list[dict], np.ndarray]:
    """Train the generator: the pixels first, the critic afterwards; an interrupted training goes on.

    Parameters
    ----------
    faces
        The training people's pictures.
    folder
        Where each epoch is kept until the end; removed by ``forget_training``.
    epochs, adversarial_epochs
        Epochs against the true pixels alone, and epochs with the critic after them.
    pictures_per_epoch, batch_size, seed
        Random pairs in an epoch and in a step, and the seed that draws them.
    watched
        (N, S, S, 13) conditions to draw after each epoch.
    patch
        Pixels of the windows to learn from; whole pictures if None.
    **networks
        See ``Training``: ``width``, ``l1_weight``, ``feature_weight``, ``average``.

    Returns
    -------
    generators : dict
        ``l1_only``, as it was before it met the critic, and ``dcgan``; both with averaged weights.
    history : list of dict
        For each epoch its ``phase``, mean ``loss`` and ``seconds``.
    samples : (epochs, N, S, S, 3) uint8 array
        The watched pictures after each epoch.

    See notebook 06_dcgan_generation.
    """
    networks |= {"size": faces.size, "background": faces.background}
    schedule = [epochs, adversarial_epochs, pictures_per_epoch, batch_size, seed, patch]
    key = files.digest([networks, *schedule, len(watched), faces.landmarks.tolist()])
    set_seed(seed)
    training = Training(**networks)
    folder = Path(folder)
    history, samples = _resume(training, folder, key)
    steps = max(1, pictures_per_epoch // batch_size)
    phases = ["pixels"] * epochs + ["critic"] * adversarial_epochs
    for epoch in tqdm(range(len(history), len(phases)), desc="dcgan", unit="epoch"):
        step = training.paint if phases[epoch] == "pixels" else training.compete
        rng = np.random.default_rng([seed, epoch])
        start = time.perf_counter()
        drawn = {"batch_size": batch_size, "steps": steps, "rng": rng, "patch": patch}
        stream = face_pairs.ahead(face_pairs.batches(faces, **drawn))
        losses = [step(batch) for batch in tqdm(stream, total=steps, leave=False, unit="step")]
        facts = {"phase": phases[epoch], "loss": float(np.mean(losses))}
        history.append(facts | {"seconds": time.perf_counter() - start})
        samples.append(draw(training.averaged_generator(), watched, batch_size=len(watched)))
        _keep(training, folder, key, history, samples)
    painted, _ = load(folder / f"epoch_{max(epochs, 1) - 1:03d}", "dcgan")
    return {"l1_only": painted, "dcgan": training.averaged_generator()}, history, np.stack(samples)


def forget_training(folder: str | Path) -> None:
    """Remove what ``train`` keeps to go on after an interruption. See notebook 06_dcgan_generation."""
    shutil.rmtree(folder, ignore_errors=True)


def _keep(training: Training, folder: Path, key: str, history: list[dict], samples: list[np.ndarray]) -> None:
    """Keep one epoch; the note that names it is written last, so that it never names half of one."""
    place = folder / f"epoch_{len(history) - 1:03d}"
    training.save(place)
    save(training.averaged_generator(), place, {})
    np.save(place / "samples.npy", np.stack(samples))
    files.write_json(folder / "state.json", {"key": key, "history": history})
    for old in sorted(folder.glob("epoch_*/*.weights.h5")):
        if old.parent != place:
            old.unlink()


def _resume(training: Training, folder: Path, key: str) -> tuple[list[dict], list[np.ndarray]]:
    """Go on with the last epoch of the same training, if there is one; else begin with nothing."""
    state = files.read_json(folder / "state.json")
    if state.get("key") != key:
        forget_training(folder)
        return [], []
    place = folder / f"epoch_{len(state['history']) - 1:03d}"
    training.restore(place)
    return state["history"], list(np.load(place / "samples.npy", allow_pickle=False))


def _adam(name: str, *, beta_1: float = 0.5) -> keras.optimizers.Adam:
    return keras.optimizers.Adam(_LEARNING_RATES[name], beta_1=beta_1, beta_2=0.99)


def _mean_score(_nothing, score):
    """Loss of a generator that wants high scores: the generator's side of the hinge loss."""
    return -ops.mean(score, axis=-1)


def _mean_distance(_nothing, distance):
    return ops.mean(distance, axis=-1)
