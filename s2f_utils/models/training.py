"""What all networks of the study share: seeds, a progress bar, and models on disk."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from tqdm.auto import tqdm

from s2f_utils import StudyError
from s2f_utils.files import atomic_path, read_json, write_json
from s2f_utils.models import layers, manner  # noqa: F401  Keras reads models only if it has met their layers
from s2f_utils.models.utterances import Utterances, padded_length

Clip = dict[str, np.ndarray]


def set_seed(seed: int) -> None:
    """Seed every source of chance, and make TensorFlow add numbers in the same order every time."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()
        tensorflow.get_logger().setLevel("ERROR")  # it warns of every new length of an utterance
    keras.utils.set_random_seed(seed)


def epochs(updates: int, clips: Sequence, batch_size: int) -> int:
    """Count the epochs in which a network's weights are updated at least so often."""
    return math.ceil(updates / math.ceil(len(clips) / batch_size))


def jit() -> bool | str:
    """Answer whether to compile a recurrent model: XLA makes it slower on a CPU, JAX compiles in any case."""
    return False if keras.backend.backend() == "tensorflow" else "auto"


def fit(
    model: keras.Model,
    clips: Sequence[Clip],
    validation: Sequence[Clip],
    *,
    loss: Callable,
    epochs: int,
    batch_size: int = 16,
    learning_rate: float = 5e-3,
    longest: int = 100,
    patience: int = 12,
    seed: int = 2017,
) -> dict[str, list[float]]:
    """Fit a network to augmented utterances, and keep the weights that are best on the validation clips.

    Parameters
    ----------
    model
        Takes (batch, 4T, 40) log-mel spectra; its weights are changed.
    clips, validation
        Features of the training and validation clips.
    loss
        Takes the targets of `utterances.Utterances` and the model's answers.
    epochs, batch_size, learning_rate, patience
        The schedule: AdamW with a cosine decay, stopped after ``patience`` epochs without a better one.
    longest
        Frames of which an utterance has at most: of longer ones a piece is drawn.
    seed
        Seed of order and augmentation.

    Returns the history. See notebook 03_cnn_rnn_training.
    """
    length = min(longest, padded_length(max(len(clip["motion"]) for clip in clips)))
    told = len(model.inputs) > 1
    batches = Utterances(clips, length, batch_size=batch_size, seed=seed, told=told)
    held_out = Utterances(validation, length, batch_size=batch_size, seed=None, told=told)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, epochs * len(batches), alpha=0.02)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-3, clipnorm=1.0)
    model.compile(optimizer=optimizer, loss=loss, jit_compile=jit())
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    return model.fit(
        batches, validation_data=held_out, epochs=epochs, callbacks=[stop, Progress(epochs)], verbose=0
    ).history


def save(model: keras.Model, folder: str | Path, facts: dict) -> None:
    """Write a model as ``<name>.keras``, and what is needed to use it as ``<name>.json``."""
    folder = Path(folder)
    with atomic_path(folder / f"{model.name}.keras") as temporary:
        # A bare copy: the training loss and the optimizer's state are not part of the answer.
        keras.Model(model.inputs, model.outputs, name=model.name).save(temporary)
    write_json(folder / f"{model.name}.json", facts)


def load(folder: str | Path, name: str) -> tuple[keras.Model, dict]:
    """Read a model and its facts back, in Keras' safe mode.

    Raises ``StudyError`` where no model of that name was trained. See notebook 07_speech_to_face.
    """
    path = Path(folder) / f"{name}.keras"
    if not path.is_file():
        raise StudyError(f"{path}: there is no trained model yet; run `make report` first.")
    return keras.saving.load_model(path, compile=False, safe_mode=True), read_json(path.with_suffix(".json"))


class Progress(keras.callbacks.Callback):
    """One line that moves: epochs done, and the losses of the last one."""

    def __init__(self, epochs: int, name: str = "epochs"):
        super().__init__()
        self._bar = tqdm(total=epochs, desc=name, unit="epoch")

    def on_epoch_end(self, epoch, logs=None):
        """Move on by one epoch."""
        self._bar.set_postfix({key: f"{value:.3g}" for key, value in (logs or {}).items()}, refresh=False)
        self._bar.update()

    def on_train_end(self, logs=None):
        """Leave the finished line."""
        self._bar.close()
