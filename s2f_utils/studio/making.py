"""A studio: it holds the models, and makes the films that a panel orders."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from s2f_utils import FRAME_RATE, SAMPLE_RATE, StudyError
from s2f_utils.faces import geometry, rest
from s2f_utils.models import cnn_rnn, cnn_rnn_live, dcgan, net_2017_repairs, training
from s2f_utils.plots import recordings as recording_plots
from s2f_utils.sound import prosody, speech
from s2f_utils.studio import order as orders
from s2f_utils.studio.order import Order
from s2f_utils.talking import animate, captions, dials, films, reading

# Networks with a dial for expression, which hear a voice relative to itself.
DIALLED = ("cnn_rnn", cnn_rnn_live.NAME)


@dataclass(frozen=True, eq=False)
class Heard:
    """An order whose sound is there: ``audio`` (n,) at 16 kHz, ``hear`` (a rate → the sound in it).

    ``dial`` says how the face is to look, as ``cnn_rnn.predict`` takes it.
    """

    order: Order
    audio: np.ndarray
    hear: Callable[[int], np.ndarray]
    dial: dict = field(default_factory=dict)


class Studio:
    """Makes films of what is ordered, with trained models that are read once, when they are needed first.

    Parameters
    ----------
    models, store
        Folders of the trained models and of the features of people to choose from.

    See notebook 07_speech_to_face.
    """

    def __init__(self, models: str | Path, store: str | Path) -> None:
        self._models, self._store = Path(models), Path(store)
        self._generator = cache(lambda: dcgan.load(self._models))
        self._model = cache(lambda name: training.load(self._models, name))
        # Films can be made side by side, but these serve one at a time.
        self._voice, self._networks, self._pencil = (threading.Lock() for _ in range(3))

    def offer(self) -> orders.Offer:
        """Tell who and which networks are there."""
        models = sorted(path.stem for path in self._models.glob("*.keras"))
        return orders.Offer(reading.people(self._store), models)

    def make(self, order: Order) -> Iterator[orders.Message]:
        """Make a film, and files of it: a ``Film`` as soon as there is one, then each ``File``.

        Raises ``StudyError`` for what cannot be.
        """
        film, result = self.film(self.hear(order))
        yield film
        yield from files(order, film, result)

    def hear(self, order: Order) -> Heard:
        """Say or read what is to be said; all that is wrong with an order alone is said here, soon."""
        hear = cache(partial(self._say if order.source == "sentence" else _read, order))
        audio = hear(SAMPLE_RATE)
        speech.require_sound(audio, order.source)
        if order.view == "photo" and not order.photo:
            raise StudyError("There is no photograph yet; choose one, or another kind of film.")
        return Heard(order, audio, hear, _dial(order))

    def film(self, heard: Heard) -> tuple[orders.Film, animate.TalkingFace]:
        """Let the chosen person say it, by the chosen network: the film, and of what it was made."""
        order, seed = heard.order, dials.SEED if heard.order.chance else None
        with self._networks:
            start = time.perf_counter()
            generator = self._generator()
            person = self._person(order, dcgan.size_of(generator))
            motion = self._motion(heard, person.neutral)
            result = animate.draw(heard.audio, motion, person, generator, seed=seed).drawn()
        (film,) = _written(order, result, ["mp4"])
        with self._pencil:
            picture, span = _sound_picture(result)
        seconds, said = len(result.audio) / SAMPLE_RATE, order.text if order.source == "sentence" else ""
        track = captions.track(said, seconds=len(result.pictures) / FRAME_RATE)
        sentence = f"{seconds:.1f} s of speech in {time.perf_counter() - start:.1f} s."
        return orders.Film(film.content, picture, span, len(result.pictures), track, sentence), result

    def _say(self, order: Order, rate: int) -> np.ndarray:
        how = {"speaker": order.speaker, "emotion": order.spoken or order.expression}
        with self._voice:
            return animate.say(order.text, **how, intensity=order.intensity, rate=rate)

    def _person(self, order: Order, size: int) -> animate.Person:
        if not order.photo:
            return animate.person_from(self._store, order.person, size=size)
        how = {"size": size, "learned": rest.load(self._models), "moving": True}
        return reading.read(order.photo, partial(animate.person_in, **how))

    def _motion(self, heard: Heard, neutral: np.ndarray) -> np.ndarray:
        """Let the chosen model answer; the networks of 2017 hear their own spectra and need the face."""
        name = heard.order.model
        net, facts = self._model(name)
        if name in net_2017_repairs.PREDICTORS.values():
            return net_2017_repairs.answer(name, net, facts, heard.hear, neutral)
        return cnn_rnn.predict(net, [prosody.listen(heard.audio)], **heard.dial)[0]


def files(order: Order, film: orders.Film, result: animate.TalkingFace) -> Iterator[orders.File]:
    """Write what can be taken away; the gif of a large photograph takes longer than its film.

    See notebook 07_speech_to_face.
    """
    yield orders.File("talk.mp4", film.film)
    for ending in ("npz", "gif"):
        yield from _written(order, result, [ending])


def _written(order: Order, result: animate.TalkingFace, formats: list[str]) -> list[orders.File]:
    how = {"formats": formats, "view": order.view, "labelled": order.labelled}
    with tempfile.TemporaryDirectory() as folder:
        made = films.write(result, Path(folder, "talk"), **how)
        return [orders.File(path.name, path.read_bytes()) for path in made]


def _read(order: Order, rate: int) -> np.ndarray:
    if order.recording:
        return reading.hear(order.recording, rate)
    if order.source == "microphone":
        raise StudyError("Nothing is recorded yet; press Record, speak, and press Stop.")
    raise StudyError("There is no recording yet; choose a file first.")


def _dial(order: Order) -> dict:
    """Say how the face is to look, and which voice it is heard against, if the network can."""
    dial = {"emotion": order.expression, "intensity": order.intensity}
    as_heard = dial == {"emotion": "", "intensity": 1.0} and not order.reference
    if order.model not in DIALLED:
        if not as_heard:
            raise StudyError(
                "This network has no dial: choose CNN + RNN, or the expression as heard at intensity 1 "
                "and no other recording of the voice."
            )
        return {}
    if order.reference:
        voice = reading.hear(order.reference, SAMPLE_RATE)
        dials.require_voice(voice, "the other recording of the voice")
        dial["references"] = [[prosody.listen(voice)]]
    return dial


def _sound_picture(result: animate.TalkingFace) -> tuple[bytes, list[float]]:
    """Draw the sound and the mouth: a png, and where in its width the film begins and ends."""
    figure = recording_plots.sound(result.audio, opening=geometry.opening(result.landmarks))
    figure.set_size_inches(5, 4.6)  # it stands beside the film, not across the page: larger letters
    with tempfile.TemporaryDirectory() as folder, plt.rc_context({"savefig.bbox": "standard"}):
        path = Path(folder, "sound.png")
        figure.savefig(path, dpi=200)
        ends = figure.axes[-1].transData.transform([(0, 0), (len(result.pictures) / FRAME_RATE, 0)])[:, 0]
        plt.close(figure)
        return path.read_bytes(), (ends / figure.bbox.width).tolist()
