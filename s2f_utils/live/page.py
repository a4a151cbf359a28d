"""A page that listens: somebody speaks into the microphone, and two faces move with the voice."""

import os
import socket
import threading
from pathlib import Path

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from s2f_utils import FRAME_RATE, SAMPLE_RATE, StudyError
from s2f_utils.faces import drawing, geometry
from s2f_utils.live import moving
from s2f_utils.live.outward import Outward
from s2f_utils.live.pieces import Pieces
from s2f_utils.live.session import Session
from s2f_utils.live.stream import Stream
from s2f_utils.models import cnn_rnn_live, dcgan, training
from s2f_utils.talking import controls, layout, reading

_LINES = [
    {"points": list(points), "closed": closed, "filled": part == "inner lip"}
    for part, lines in drawing.CONTOURS.items()
    for points, closed in lines
]


class Stage(anywidget.AnyWidget):
    """The button that listens, the face of lines and the moving picture beside it, and what goes wrong.

    ``resting`` (68, 2) float32 in sizes of an aligned crop, and ``picture``, a JPEG, are shown while nobody
    speaks; ``waits`` is the delay of the network in milliseconds; ``home`` says that no sound leaves the
    machine, once ``port``, where the page came from, is known; ``ready`` that speaking makes sense;
    ``outward`` where the face's numbers go, if anywhere, and ``unheard`` that this does not work.

    See notebook 07_speech_to_face.
    """

    _esm = Path(__file__).with_name("page.js")
    resting = traitlets.Bytes(b"").tag(sync=True)
    picture = traitlets.Bytes(b"").tag(sync=True)
    lines = traitlets.List(_LINES).tag(sync=True)
    waits = traitlets.Float(0.0).tag(sync=True)
    port = traitlets.Int(0).tag(sync=True)
    home = traitlets.Bool(False).tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)
    outward = traitlets.Unicode("").tag(sync=True)
    unheard = traitlets.Bool(False).tag(sync=True)


class Page(widgets.VBox):
    """Choose a face and an expression, press Speak, and see the face move while you talk.

    Parameters
    ----------
    models, store
        Folders of the trained models and of the features of people to choose from.
    out
        Where else what the face shows is sent, as `outward.Outward` does; by default nowhere.

    See notebook 07_speech_to_face.
    """

    def __init__(self, models: str | Path, store: str | Path, out: str = "") -> None:
        self._models, self._store = Path(models), Path(store)
        self._session: Session | None = None
        self._out, self._outward = out, None
        self._speaker = self._stream = self._face = None
        self.stage, self.status = Stage(), widgets.HTML()
        self._offer_faces()
        self._offer_dials()
        self.stage.on_msg(self._received)
        self.stage.observe(lambda change: self.stage.set_trait("home", stays_here(change.new)), "port")
        rows = layout.row(self.person, self.photo), layout.row(self.expression, self.intensity)
        super().__init__([*rows, self.status, self.stage])
        self._get_ready()

    def _open(self) -> None:
        """Let other programs know what the face shows, once a browser shows it: a port is for one page."""
        if self._outward or not self._out:
            return
        try:
            self._outward = Outward(self._out, self._say_outward)
        except StudyError as problem:
            self._say_outward(str(problem), True)

    def _say_outward(self, text: str, alarming: bool) -> None:
        with self.stage.hold_sync():
            self.stage.outward, self.stage.unheard = text, alarming

    def _offer_faces(self) -> None:
        self.person = widgets.Dropdown(description="Face")
        self.photo = controls.Chooser(accept="image/*", description="Photograph")

    def _offer_dials(self) -> None:
        self.expression, self.intensity = controls.expression_dials()
        for dial in (self.expression, self.intensity):
            dial.observe(lambda _: self._stream and self._stream.show(**self._dial()), "value")

    def _get_ready(self) -> None:
        """Read the models and use each once, since the first time takes longer, before anybody speaks."""
        self._choosing = threading.Lock()
        try:
            self._net = training.load(self._models, cnn_rnn_live.NAME)[0]
            self._generator = dcgan.load(self._models)
            stream = Stream(self._net)
            shown = reading.people(self._store)
            self.person.options, self.person.value = shown, next(iter(shown.values()), None)
            stream.hear(np.zeros(SAMPLE_RATE, np.float32))
            self._choose()
        except StudyError as problem:
            self._say(str(problem), alarming=True)
            return
        for thing, name in ((self.person, "value"), (self.photo, "content")):
            # Beside what goes on: a photograph takes seconds, in which the voice is heard as before.
            thing.observe(lambda _: threading.Thread(target=self._choose, daemon=True).start(), name)
        self.stage.waits, self.stage.ready = 1000 * stream.delay / FRAME_RATE, self._face is not None

    def _say(self, text: str, *, alarming: bool = False) -> None:
        self.status.value = text and controls.sentence(text, alarming=alarming)

    def _dial(self) -> dict:
        return {"emotion": self.expression.value, "intensity": self.intensity.value}

    def _choose(self) -> None:
        """Let the chosen person's face move from now on; a photograph comes before the list."""
        with self._choosing:
            self._say("Looking at the photograph …" if self.photo.content else "")
            try:
                if self.photo.content:
                    face = moving.from_upload(self.photo.content, self._models, self._generator)
                else:
                    face = moving.from_store(self._store, self.person.value, self._generator)
            except StudyError as problem:
                self._say(str(problem), alarming=True)
                return
            self._face = face
            with self.stage.hold_sync():
                self.stage.resting = geometry.in_crop(face.neutral, 1).tobytes()
                self.stage.picture = face.jpeg(face.neutral)
            self._say("")

    def _received(self, _: widgets.Widget, content: dict, buffers: list) -> None:
        """Take what the browser sends: ``start`` with its ``rate``, ``piece`` with a sound, ``stop``.

        ``here`` says that the page is shown. Each view of it, of which there may be several, says who it is.
        """
        kind, speaker = content.get("kind"), content.get("speaker")
        if kind == "here":
            self._open()
        elif kind == "start":
            self._start(speaker, content["rate"])
        elif speaker != self._speaker or self._session is None or self._session.over:
            if kind == "piece":
                self._send(
                    speaker, {"kind": "over", "sentence": "Speaking was interrupted; press Speak again."}
                )
        elif kind == "piece":
            samples = np.frombuffer(buffers[0], np.float32)
            self._session.add(samples, content["moment"], content.get("shown", 0))
        elif kind == "stop":
            self._session.close()

    def _start(self, speaker: str, rate: float) -> None:
        if self._session:
            self._session.close()
        self._speaker, self._stream = speaker, Stream(self._net, **self._dial())

        def send(message: dict, buffers: list) -> None:
            self._send(speaker, message, buffers)

        tell = self._outward and self._outward.tell
        self._session = Session(Pieces(self._stream, rate), lambda: self._face, send, tell)

    def _send(self, speaker: str, message: dict, buffers: list = ()) -> None:
        self.stage.send(message | {"speaker": speaker}, list(buffers))


def stays_here(port: int) -> bool:
    """Tell whether what a browser sends to a port of its own machine stays on it.

    That is so where a server of this machine listens on the loopback address and on no other, and this is
    no session from afar, through which the port may have been forwarded. See notebook 07_speech_to_face.
    """
    if any(name in os.environ for name in ("SSH_CONNECTION", "SSH_CLIENT", "JUPYTERHUB_API_URL")):
        return False
    own = _own_address()
    return _answers("127.0.0.1", port) and not (own and _answers(own, port))


def _own_address() -> str:
    """Tell under which address other machines see this one; empty where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        try:
            outward.connect(("192.0.2.1", 9))  # sends nothing
            own = outward.getsockname()[0]
        except OSError:
            return ""
    return "" if own.startswith("127.") else own


def _answers(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return 0 < port < 65536 and probe.connect_ex((address, port)) == 0
