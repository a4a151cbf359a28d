"""What belongs to a choice is shown with it alone, and what is folded up opens and shuts."""

import ipywidgets as widgets
import pytest

from s2f_utils.talking import layout


def seen(*things: widgets.Widget) -> list[bool]:
    return [thing.layout.display != "none" for thing in things]


def test_only_what_belongs_to_the_choice_is_shown():
    choice = widgets.ToggleButtons(options=["said", "brought"])
    text, voice, file = widgets.Text(), widgets.Text(), widgets.Text()
    layout.only_chosen(choice, {"said": (text, voice), "brought": (file,)})
    assert seen(text, voice, file) == [True, True, False]
    choice.value = "brought"
    assert seen(text, voice, file) == [False, False, True]
    choice.value = "said"
    assert seen(text, voice, file) == [True, True, False]


def test_what_is_folded_opens_and_shuts_with_a_button_that_says_so():
    inside = widgets.Text()
    button, box = layout.folded(inside, tooltip="rarely used")
    assert box.children == (inside,) and button.tooltip == "rarely used"
    said = [button.description]
    assert seen(box) == [False]
    for shown in (True, False):
        button.value = shown
        assert seen(box) == [shown]
        said.append(button.description)
    assert said[0] == said[2] != said[1] and all(word.startswith("More") for word in said)


@pytest.mark.parametrize("count", [1, 3])
def test_a_row_wraps_where_a_window_is_narrow(count):
    things = [widgets.Text() for _ in range(count)]
    row = layout.row(*things)
    assert list(row.children) == things and "wrap" in row.layout.flex_flow


def test_toggle_buttons_are_as_wide_as_their_words_beside_their_name():
    choice = widgets.ToggleButtons(options=["a", "b"], description="Sound")
    layout.in_line(choice)
    assert choice.style.button_width == choice.layout.width == "auto"
    assert "widget-inline-hbox" in choice._dom_classes
