"""Where things stand in the panel: what everybody needs, the film under it, the rest behind a button."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets

_SHUT, _OPEN = "More ▸", "More ▾"  # a button says in words what a triangle alone would not


def row(*things: widgets.Widget) -> widgets.HBox:
    """Put things beside each other, and under each other where a window is narrow.

    See notebook 07_speech_to_face.
    """
    return widgets.HBox(things, layout=widgets.Layout(flex_flow="row wrap", align_items="center"))


def in_line(choice: widgets.ToggleButtons) -> None:
    """Put toggle buttons, as wide as their words, beside their name: on a page of voila they stand below it.

    See notebook 07_speech_to_face.
    """
    choice.style.button_width = choice.layout.width = "auto"
    for name in ("jupyter-widgets", "jupyter-widget-inline-hbox", "widget-inline-hbox"):
        choice.add_class(name)


def only_chosen(choice: widgets.Widget, things: Mapping[str, Sequence[widgets.Widget]]) -> None:
    """Show of several groups of things the one whose name is the value of ``choice``, now and ever after.

    Parameters
    ----------
    choice
        A widget with a value, such as toggle buttons.
    things
        For each value what belongs to it.

    See notebook 07_speech_to_face.
    """

    def show(_=None) -> None:
        for name, group in things.items():
            for thing in group:
                _show(thing, name == choice.value)

    choice.observe(show, "value")
    show()


def folded(*rows: widgets.Widget, tooltip: str = "") -> tuple[widgets.ToggleButton, widgets.VBox]:
    """Fold rows up: returns the button that opens and shuts them, which a keyboard reaches, and their box.

    See notebook 07_speech_to_face.
    """
    box = widgets.VBox(rows)
    button = widgets.ToggleButton(False, tooltip=tooltip, layout=widgets.Layout(width="auto"))

    def show(_=None) -> None:
        button.description = _OPEN if button.value else _SHUT
        _show(box, button.value)

    button.observe(show, "value")
    show()
    return button, box


def _show(thing: widgets.Widget, shown: bool) -> None:
    thing.layout.display = None if shown else "none"
