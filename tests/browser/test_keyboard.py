"""A conversation is led with a keyboard alone."""

from __future__ import annotations

import pytest
from browser import marked, reload
from fake_answers import PASSAGE, SECOND, SENTENCE
from keyboard import BOX, SCREEN, Keyboard, Open, answered, ask, everywhere, turn_to
from web_fakes import FakeEngine

from bot.gaps import GapLog


@everywhere
def test_from_a_question_into_its_source_and_back(keyboard: Keyboard) -> None:
    page = keyboard.page
    ask(keyboard)
    keyboard.press("Escape", "n", "n", "p", "n", "n")
    chip = "#conversation .conflict + * a.cite, #conversation .quote a.cite"
    keyboard.wait_at(chip)
    page.locator("#card").wait_for()
    keyboard.press("Tab")
    keyboard.wait_at("#card a")
    keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    keyboard.wait_at(chip)

    keyboard.press("Enter")
    assert marked(page) == (PASSAGE, SENTENCE)
    keyboard.wait_at("#source .passage")
    keyboard.press("/")
    keyboard.type("geology")
    result = page.locator("#source .find-result")
    assert result.inner_text() == "1 of 120"
    keyboard.press("Enter")
    assert result.inner_text() == "2 of 120"
    keyboard.press("Shift+Enter")
    assert result.inner_text() == "1 of 120"
    keyboard.press("Escape")
    keyboard.wait_at(".source-body")
    keyboard.press("Escape")
    assert page.locator("#source").is_hidden()
    keyboard.wait_at(chip)
    keyboard.press("/")
    keyboard.wait_at(BOX)


@everywhere
def test_from_one_cited_place_to_the_next(keyboard: Keyboard) -> None:
    page = keyboard.page
    ask(keyboard)
    keyboard.press("Escape", "n")
    keyboard.tab_to(".also a.cite")
    keyboard.press("Enter")
    line = page.locator("#source .cited-line")
    line.get_by_text("Cited place 1 of 2").wait_for()
    keyboard.press("n")
    assert (marked(page)[0], line.inner_text()) == (SECOND, "Cited place 2 of 2")
    keyboard.tab_to(".cited-step[data-step='-1']", "Shift+Tab")
    keyboard.press("Enter")
    assert (marked(page)[0], line.inner_text()) == ("A report.", "Cited place 1 of 2")
    keyboard.tab_to("#source .close", "Shift+Tab")
    keyboard.press("Enter")
    assert page.locator("#source").is_hidden()
    keyboard.wait_at(".also a.cite")


def test_a_step_to_the_only_cited_place(keyboard: Keyboard) -> None:
    ask(keyboard)
    turn_to(keyboard, "sources")
    keyboard.tab_to("#collection tbody a")
    keyboard.press("Enter")
    keyboard.wait_at("#source h2")
    keyboard.tab_to(".cited-step[data-step='1']")
    keyboard.press("Enter")
    # There is no next place, and a disabled button cannot have the focus.
    keyboard.wait_at("#source .passage")
    assert marked(keyboard.page) == (PASSAGE, SENTENCE)


@everywhere
def test_a_deep_link_is_read_and_left(open_keyboard: Open) -> None:
    keyboard = open_keyboard("/#src/report/0-9")
    keyboard.wait_at("#source .passage")
    assert marked(keyboard.page) == ("A report.", "")
    keyboard.press("Escape")
    keyboard.wait_at(BOX)
    assert keyboard.page.url.endswith("/")


def test_a_citation_that_is_folded_up_again(keyboard: Keyboard) -> None:
    page = keyboard.page
    ask(keyboard, "What is the weather like?")
    keyboard.tab_to("details.row summary", "Shift+Tab")
    keyboard.press("Enter")
    keyboard.tab_to("details.row a.cite")
    keyboard.press("Enter")
    keyboard.wait_at("#source .passage")
    reload(page)
    keyboard.wait_at("#source .passage")
    page.locator("details.row summary").first.wait_for()
    assert page.locator("details.row[open]").count() == 0
    keyboard.press("Escape")
    keyboard.wait_at(BOX)

    ask(keyboard)
    # Step back from the first citation of this answer, past those in closed folds.
    keyboard.press("Escape", "n", "p")
    last = page.locator("#conversation a.cite:visible").last
    assert last.evaluate("node => node === document.activeElement")


def test_a_source_is_left_for_another_view(keyboard: Keyboard) -> None:
    ask(keyboard)
    keyboard.press("Escape", "n", "Enter")
    keyboard.wait_at("#source .passage")
    turn_to(keyboard, "history")
    assert keyboard.page.locator("#source").is_hidden()


@pytest.mark.parametrize("is_offered", [True, False], ids=["clipboard", "no clipboard"])
def test_a_quote_is_copied(open_keyboard: Open, is_offered: bool) -> None:
    keyboard = open_keyboard(permissions=["clipboard-read", "clipboard-write"])
    page = keyboard.page
    keyboard.wait_at(BOX)
    if not is_offered:
        # Simulate a page without HTTPS under a name that is not local.
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    ask(keyboard)
    keyboard.press("Escape", "n")
    keyboard.tab_to(".copy")
    keyboard.press("Enter")
    page.locator("#done.shown", has_text="Copied").wait_for()
    keyboard.look()
    keyboard.wait_at(".copy")
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"“{SENTENCE}”\n— Minerals")


@everywhere
def test_a_thumb_down_with_its_reason(keyboard: Keyboard, engine: FakeEngine) -> None:
    page = keyboard.page
    down = ".thumb[data-verdict=down]"
    ask(keyboard)
    keyboard.tab_to(down, "Shift+Tab")
    keyboard.press("Enter")
    keyboard.wait_at("#why input")
    keyboard.press("Escape")
    keyboard.wait_at(f"{down}[aria-pressed=false]")
    keyboard.press("Enter", "Space", "ArrowDown")
    keyboard.tab_to("#why-text")
    keyboard.type("It is 2026.")
    keyboard.tab_to("#why .primary")
    keyboard.press("Enter")
    page.locator(f"{down}[aria-pressed=true]").wait_for()
    keyboard.look()
    keyboard.wait_at(down)
    last = list(GapLog(engine.settings.index).remarks())[-1]
    assert (last.kind, last.reason, last.text) == ("down", "incomplete", "It is 2026.")


@everywhere
def test_offered_questions_context_and_a_new_conversation(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.tab_to("#conversation .example", "Shift+Tab")
    keyboard.press("Enter")
    answered(keyboard, 1)
    keyboard.look()
    keyboard.wait_at(BOX)
    keyboard.tab_to(".related button", "Shift+Tab")
    keyboard.press("Enter")
    answered(keyboard, 2)
    keyboard.wait_at(BOX)

    keyboard.type("And how much chromium?")
    keyboard.tab_to("#question .submit-button")
    keyboard.press("Enter")
    answered(keyboard, 3)
    keyboard.look()
    keyboard.tab_to(".ask-alone", "Shift+Tab")
    keyboard.press("Enter")
    answered(keyboard, 4)
    assert page.locator(".ask-alone:visible").count() == 0
    keyboard.look()
    keyboard.wait_at(BOX)
    keyboard.tab_to("#start-over")
    keyboard.press("Enter")
    page.locator(".welcome").wait_for()
    keyboard.wait_at(BOX)


@everywhere
def test_the_list_of_keys(keyboard: Keyboard, size: tuple[int, int]) -> None:
    keyboard.press("Escape", "?")
    keyboard.wait_at("#keys button")
    keyboard.tab_to("#keys input", "Shift+Tab")
    keyboard.press("Space", "Space", "Escape")
    if size == SCREEN:
        keyboard.tab_to("#show-keys", "Shift+Tab")
        keyboard.press("Enter")
        keyboard.wait_at("#keys button")
        keyboard.press("Enter")
        keyboard.wait_at("#show-keys")
