"""The panel of notebook 07: a sentence or a recording in, a talking face beside its sound out.

A kernel for each visitor of a page imports this: all that is heavy is the studio's.
"""

import threading
from pathlib import Path

import ipywidgets as widgets

from s2f_utils import EMOTIONS, StudyError
from s2f_utils.studio import client, order as orders
from s2f_utils.talking import controls, layout

MODELS = {
    "CNN + RNN": "cnn_rnn",
    "CNN + RNN, causal": "cnn_rnn_live",
    "LSTM of 2018": "lstm_2018",
    "network of 2017, repaired": "net_2017_repaired",
    "network of 2017": "net_2017",
}
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
        self._studio = client.find(models, store)
        offer = self._studio.offer()
        self._offer_sounds()
        self._offer_faces(offer.people)
        self._offer_dials(offer.models)
        self.button = widgets.Button(description="Let it talk", button_style="primary")
        self.button.layout.margin = "2px 2px 2px 90px"  # under what is chosen, not under its names
        self.status = widgets.HTML()
        self.player, self.downloads = controls.Player(), widgets.HTML()
        self.button.on_click(lambda _: self.press())
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
        spoken = {"as the expression": ""} | {name: name for name in EMOTIONS}
        self.emotion = widgets.Dropdown(options=spoken, description="Emotion")
        self.upload = controls.Chooser(accept="audio/*,video/*", description="Recording")
        self.recorder = controls.Recorder()
        self.source = widgets.ToggleButtons(options=("sentence", "upload", "microphone"), description="Sound")
        self.voice.layout.width = "160px"
        layout.in_line(self.source)
        said = (self.text, self.voice, self.emotion)
        things = {"sentence": said, "upload": (self.upload,), "microphone": (self.recorder,)}
        layout.only_chosen(self.source, things)
        self.upload.observe(lambda _: self.source.set_trait("value", "upload"), "content")
        self.recorder.observe(lambda _: self.source.set_trait("value", "microphone"), "sound")

    def _offer_faces(self, people: dict[str, str]) -> None:
        """Make what says whose face is shown, and how; a photograph that was chosen is shown as such."""
        self.person = widgets.Dropdown(options=people, description="Face")
        self.photo = controls.Chooser(accept="image/*,video/*", description="Photograph")
        self.view = widgets.Dropdown(options=VIEWS, value="both", description="Film")
        self.person.layout.width = self.view.layout.width = "265px"
        self.photo.observe(
            lambda change: self.view.set_trait("value", "photo" if change.new else "both"), "content"
        )

    def _offer_dials(self, models: list[str]) -> None:
        """Make what says how it is said, by which network, and what is added to films."""
        self.expression, self.intensity = controls.expression_dials(continuous_update=False)
        self.reference = controls.Chooser(accept="audio/*,video/*", description="The same voice, calm")
        there = {name: file for name, file in MODELS.items() if file in models}
        self.model = widgets.Dropdown(options=there, description="Model")
        self.chance = widgets.Checkbox(True, description="blinks and sway, drawn by chance", indent=False)
        self.labelled = widgets.Checkbox(
            False, description="write “generated” into the picture", indent=False
        )

    def press(self) -> None:
        """Do what the button does, beside what else goes on; pressing again meanwhile changes nothing."""
        if not self.button.disabled:
            self.button.disabled = True
            threading.Thread(target=self.talk, daemon=True).start()

    def talk(self) -> None:
        """Have the film made and show it, say how long that takes, or in one sentence why it cannot be."""
        self.button.disabled, self.status.value = True, controls.sentence("Working …")
        try:
            links = []
            for news in self._studio.make(self._order()):
                if isinstance(news, orders.Wait):
                    self.status.value = controls.sentence(orders.waiting(news))
                elif isinstance(news, orders.Film):
                    self._play(news)
                else:
                    links.append(controls.link(news.name, news.content))
                    self.downloads.value = f"Take it away: {' · '.join(links)}"
        except StudyError as problem:
            self.status.value = controls.sentence(str(problem), alarming=True)
        finally:
            self.button.disabled = False

    def _order(self) -> orders.Order:
        recording = {"upload": self.upload.content, "microphone": self.recorder.sound}
        return orders.Order(
            source=self.source.value,
            text=self.text.value,
            speaker=self.voice.value,
            spoken=self.emotion.value,
            recording=recording.get(self.source.value, b""),
            person=self.person.value,
            photo=self.photo.content,
            view=self.view.value,
            expression=self.expression.value,
            intensity=self.intensity.value,
            reference=self.reference.content,
            model=self.model.value,
            chance=self.chance.value,
            labelled=self.labelled.value,
        )

    def _play(self, film: orders.Film) -> None:
        with self.player.hold_sync():
            self.player.picture, self.player.span = film.picture, film.span
            self.player.frames, self.player.track = film.frames, film.track
            self.player.description = "The sound, its log-mel spectrum, and how far the mouth opens."
            self.player.film = film.film
        self.status.value = controls.sentence(film.sentence)
