"""The panel of notebook 07: a sentence or a recording in, a talking face beside its sound out."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

from s2f_utils import FRAME_RATE, SAMPLE_RATE, StudyError
from s2f_utils.faces import geometry, rest
from s2f_utils.models import cnn_rnn, cnn_rnn_live, dcgan, lstm_2018, net_2017_repairs, training
from s2f_utils.plots import recordings as recording_plots
from s2f_utils.sound import prosody, speech
from s2f_utils.synthetic import voice
from s2f_utils.talking import animate, captions, controls, dials, films, layout

MODELS = {
    "CNN + RNN": "cnn_rnn",
    "CNN + RNN, causal": cnn_rnn_live.NAME,
    "LSTM of 2018": lstm_2018.NAME,
    "network of 2017, repaired": "net_2017_repaired",
    "network of 2017": "net_2017",
}
# Networks with a dial for expression, which hear a voice relative to itself.
DIALLED = ("cnn_rnn", cnn_rnn_live.NAME)
# What a film shows, and how the command line calls it.
VIEWS = {"photograph": "photo", "face alone": "face", "landmarks and face": "both"}


class Panel(widgets.VBox):
    """Choose what is said, by whose face and through which model; see and hear it; take it away.

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
        self._offer_sounds()
        self._offer_faces()
        self._offer_dials()
        self.button = widgets.Button(description="Let it talk", button_style="primary")
        self.button.layout.margin = "2px 2px 2px 90px"  # under what is chosen, not under its names
        self.status = widgets.HTML()
        self.player, self.downloads = controls.Player(), widgets.HTML()
        self.button.on_click(lambda _: self.talk())
        expression = layout.row(self.expression, self.intensity, self.reference)
        drawing = layout.row(self.model, self.chance, self.labelled)
        self.more, rest = layout.folded(
            expression, drawing, tooltip="expression, model, and how films are made"
        )
        rows = (
            [self.source, self.voice, self.emotion, self.upload, self.recorder],
            [self.text],
            [self.person, self.photo, self.view],
            [self.button, self.more, self.status],
        )
        above = [layout.row(*row) for row in rows]
        super().__init__([*above, rest, self.player, self.downloads])

    def _offer_sounds(self) -> None:
        """Make what says what is said; only what belongs to the chosen source is shown."""
        wide = widgets.Layout(width="min(760px, 100%)")
        self.text = widgets.Textarea(
            "Good morning, is anybody there?", description="Sentence", rows=2, layout=wide
        )
        self.voice = widgets.Dropdown(options=range(1, 25), description="Voice")
        spoken = {"as the expression": ""} | {name: name for name in voice.EMOTIONS}
        self.emotion = widgets.Dropdown(options=spoken, description="Emotion")
        self.upload = controls.Chooser(accept="audio/*,video/*", description="Recording")
        self.recorder = controls.Recorder()
        self._sources = {"sentence": self._say, "upload": self._uploaded, "microphone": self._recorded}
        self.source = widgets.ToggleButtons(options=list(self._sources), description="Sound")
        self.voice.layout.width = "160px"
        layout.in_line(self.source)
        said = (self.text, self.voice, self.emotion)
        things = {"sentence": said, "upload": (self.upload,), "microphone": (self.recorder,)}
        layout.only_chosen(self.source, things)
        self.upload.observe(lambda _: self.source.set_trait("value", "upload"), "content")
        self.recorder.observe(lambda _: self.source.set_trait("value", "microphone"), "sound")

    def _offer_faces(self) -> None:
        """Make what says whose face is shown, and how; a photograph that was chosen is shown as such."""
        self.person = widgets.Dropdown(options=controls.people(self._store), description="Face")
        self.photo = controls.Chooser(accept="image/*,video/*", description="Photograph")
        self.view = widgets.Dropdown(options=VIEWS, value="both", description="Film")
        self.person.layout.width = self.view.layout.width = "265px"
        self.photo.observe(
            lambda change: self.view.set_trait("value", "photo" if change.new else "both"), "content"
        )

    def _offer_dials(self) -> None:
        """Make what says how it is said, by which network, and what is added to films."""
        self.expression, self.intensity = controls.expression_dials(continuous_update=False)
        self.reference = controls.Chooser(accept="audio/*,video/*", description="The same voice, calm")
        there = {name: file for name, file in MODELS.items() if (self._models / f"{file}.keras").exists()}
        self.model = widgets.Dropdown(options=there, description="Model")
        self.chance = widgets.Checkbox(True, description="blinks and sway, drawn by chance", indent=False)
        self.labelled = widgets.Checkbox(
            False, description="write “generated” into the picture", indent=False
        )

    def talk(self) -> None:
        """Do what the button does: make the film and show it, or say in one sentence why not."""
        self.button.disabled, self.status.value = True, controls.sentence("Working …")
        start = time.perf_counter()
        try:
            hear = cache(self._sources[self.source.value])  # a rate → the sound in it
            audio = hear(SAMPLE_RATE)
            speech.require_sound(audio, self.source.value)
            size = dcgan.size_of(self._generator())
            if self.view.value == "photo" and not self.photo.content:
                raise StudyError("There is no photograph yet; choose one, or another kind of film.")
            person = self._photographed(size) or animate.person_from(
                self._store, self.person.value, size=size
            )
            motion = self._motion(hear, person.neutral)
            seed = dials.SEED if self.chance.value else None
            result = animate.draw(audio, motion, person, self._generator(), seed=seed)
            self._show(
                replace(result, pictures=np.asarray(result.pictures)), start
            )  # drawn once for all films
        except StudyError as problem:
            self.status.value = controls.sentence(str(problem), alarming=True)
        finally:
            self.button.disabled = False

    def _say(self, rate: int) -> np.ndarray:
        emotion = self.emotion.value or self.expression.value
        how = {"speaker": self.voice.value, "emotion": emotion, "intensity": self.intensity.value}
        return animate.say(self.text.value, **how, rate=rate)

    def _uploaded(self, rate: int) -> np.ndarray:
        if not self.upload.content:
            raise StudyError("There is no recording yet; choose a file first.")
        return controls.hear(self.upload.content, rate)

    def _recorded(self, rate: int) -> np.ndarray:
        if not self.recorder.sound:
            raise StudyError("Nothing is recorded yet; press Record, speak, and press Stop.")
        return controls.hear(self.recorder.sound, rate)

    def _photographed(self, size: int) -> animate.Person | None:
        photo = self.photo.content
        if not photo:
            return None
        how = {"size": size, "learned": rest.load(self._models), "moving": True}
        return controls.read(photo, partial(animate.person_in, **how))

    def _motion(self, hear: Callable[[int], np.ndarray], neutral: np.ndarray) -> np.ndarray:
        """Let the chosen model answer; the networks of 2017 hear their own spectra and need the face."""
        name, dial = self.model.value, self._dial()
        net, facts = self._model(name)
        if name in net_2017_repairs.PREDICTORS.values():
            return net_2017_repairs.answer(name, net, facts, hear, neutral)
        return cnn_rnn.predict(net, [prosody.listen(hear(SAMPLE_RATE))], **dial)[0]

    def _dial(self) -> dict:
        """Say how the face is to look, and which voice it is heard against, if the network can."""
        dial = {"emotion": self.expression.value, "intensity": self.intensity.value}
        as_heard = dial == {"emotion": "", "intensity": 1.0} and not self.reference.content
        if self.model.value not in DIALLED:
            if not as_heard:
                raise StudyError(
                    "This network has no dial: choose CNN + RNN, or the expression as heard at intensity 1 "
                    "and no other recording of the voice."
                )
            return {}
        if self.reference.content:
            voice = controls.hear(self.reference.content, SAMPLE_RATE)
            dials.require_voice(voice, "the other recording of the voice")
            dial["references"] = [[prosody.listen(voice)]]
        return dial

    def _show(self, result: animate.TalkingFace, start: float) -> None:
        """Show the film as soon as there is one: the gif of a large photograph takes longer to make."""
        how, links = {"view": self.view.value, "labelled": self.labelled.value}, []
        with tempfile.TemporaryDirectory() as folder:
            for ending in ("mp4", "npz", "gif"):
                (path,) = films.write(result, Path(folder, "talk"), formats=[ending], **how)
                if ending == "mp4":
                    self._play(result, path.read_bytes())
                    spoken, took = len(result.audio) / SAMPLE_RATE, time.perf_counter() - start
                    self.status.value = controls.sentence(f"{spoken:.1f} s of speech in {took:.1f} s.")
                links.append(controls.link(path))
                self.downloads.value = f"Take it away: {' · '.join(links)}"

    def _play(self, result: animate.TalkingFace, film: bytes) -> None:
        picture, span = _sound_picture(result)
        with self.player.hold_sync():
            self.player.picture, self.player.span = picture, span
            self.player.frames = len(result.pictures)
            self.player.description = "The sound, its log-mel spectrum, and how far the mouth opens."
            said = self.text.value if self.source.value == "sentence" else ""
            self.player.track = captions.track(said, seconds=len(result.pictures) / FRAME_RATE)
            self.player.film = film


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
