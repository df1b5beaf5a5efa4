"""The focus goes around the page and is never lost."""

from __future__ import annotations

import pytest
from keyboard import BOX, PHONE, Keyboard, ask, everywhere, turn_to


def read_a_source(keyboard: Keyboard) -> None:
    keyboard.press("Escape", "n", "Enter")
    keyboard.wait_at("#source .passage")


@everywhere
def test_the_focus_goes_around_the_page_and_is_held_nowhere(keyboard: Keyboard) -> None:
    ask(keyboard, "What is the weather like?")
    ask(keyboard)
    keyboard.tab_to(".answer .pin", "Shift+Tab")
    keyboard.press("Enter")
    keyboard.page.locator(".pin.pinned").wait_for()
    for view in ("history", "notebook", "sources", "gaps", "chat"):
        turn_to(keyboard, view)
        inside = f"main#{view} li a, main:visible tbody a, .gap"
        if view != "chat":
            keyboard.page.locator(inside).locator("visible=true").first.wait_for()
        assert keyboard.lap("Tab") == []
        assert keyboard.lap("Shift+Tab") == []
    keyboard.tab_to(BOX)
    read_a_source(keyboard)
    if keyboard.page.viewport_size["width"] > 900:
        assert keyboard.lap("Tab") == []
        assert keyboard.lap("Shift+Tab") == []


def test_a_mark_beside_the_scroll_bar_keeps_the_focus(keyboard: Keyboard) -> None:
    ask(keyboard)
    read_a_source(keyboard)
    keyboard.tab_to(".tick")

    # The marks are redrawn at their new position.
    keyboard.page.set_viewport_size({"width": 1280, "height": 500})
    keyboard.page.wait_for_timeout(500)

    keyboard.wait_at(".tick")


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_what_lies_under_the_drawer_closes_it(keyboard: Keyboard) -> None:
    ask(keyboard)
    read_a_source(keyboard)
    keyboard.tab_to(BOX)
    assert keyboard.page.locator("#source").is_hidden()
