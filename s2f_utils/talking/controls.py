"""What the panel is made of: a player, a chooser, a recorder, and what is written beside them.

A kernel for each visitor imports this: nothing here is heavy.
"""

import base64
import html
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

from s2f_utils import EMOTIONS, FRAME_RATE, MOST_INTENSE

MOST = 10_000_000  # bytes: the servers take messages of 10 MiB, and end the connection for a larger one


class Player(anywidget.AnyWidget):
    """A film with its sound under a picture of that sound, along which a cursor runs.

    ``film`` mp4 and ``picture`` png as bytes; ``track`` is the address of the captions; ``span`` says where
    between left (0) and right (1) of the picture the film begins and ends. See notebook 07_speech_to_face.
    """

    _esm = Path(__file__).with_name("player.js")
    film = traitlets.Bytes(b"").tag(sync=True)
    picture = traitlets.Bytes(b"").tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)
    track = traitlets.Unicode("").tag(sync=True)
    span = traitlets.List(traitlets.Float(), [0.0, 1.0]).tag(sync=True)
    frames = traitlets.Int(0).tag(sync=True)
    frame_rate = traitlets.Int(FRAME_RATE).tag(sync=True)


def _bytes() -> traitlets.Bytes:
    """What a browser sends arrives as a view of memory."""
    return traitlets.Bytes(b"").tag(sync=True, from_json=lambda value, _: bytes(value))


class Chooser(anywidget.AnyWidget):
    """A button that puts a file into ``content``, unless it is larger than a connection carries.

    ``description`` is what the button says, ``accept`` which kinds of files it offers. See notebook
    07_speech_to_face.
    """

    _esm = Path(__file__).with_name("chooser.js")
    description = traitlets.Unicode("").tag(sync=True)
    accept = traitlets.Unicode("").tag(sync=True)
    most = traitlets.Int(MOST).tag(sync=True)
    content = _bytes()


class Recorder(anywidget.AnyWidget):
    """A button that records the microphone into ``sound``. See notebook 07_speech_to_face."""

    _esm = Path(__file__).with_name("recorder.js")
    most = traitlets.Int(MOST).tag(sync=True)
    sound = _bytes()


def expression_dials(**slider: bool) -> tuple[widgets.Dropdown, widgets.FloatSlider]:
    """Make what chooses an expression, and how strong it is. See notebook 07_speech_to_face."""
    expressions = {"as heard": ""} | {name: name for name in EMOTIONS}
    strength = {"min": 0.0, "max": MOST_INTENSE, "step": 0.1, "description": "Intensity"}
    expression = widgets.Dropdown(options=expressions, description="Expression")
    return expression, widgets.FloatSlider(1.0, **strength, **slider)


def sentence(text: str, *, alarming: bool = False) -> str:
    """Write a sentence as HTML that a screen reader reads out, too. See notebook 07_speech_to_face."""
    role, style = "status", "margin: 0 8px"
    if alarming:
        role, style = "alert", f"{style}; color: var(--jp-error-color1, #b00020)"
    return f"<p role='{role}' style='{style}'>{html.escape(text)}</p>"


def link(name: str, content: bytes) -> str:
    """Write a file as a link that holds it and saves it under its name. See notebook 07_speech_to_face."""
    data, address = base64.b64encode(content).decode(), "data:application/octet-stream;base64"
    return f'<a download="{name}" href="{address},{data}">{Path(name).suffix[1:]}</a>'
