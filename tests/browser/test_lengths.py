"""Texts over the limit are not cut: they are counted, kept in their box and refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser import Page, ask, reload
from web_fakes import FakeEngine

PASTED = "zinc " * 719 + "spar?"
PASTE = """text => {
    document.querySelector(":focus").select();
    document.execCommand("insertText", false, text);
}"""


def paste(page: Page, selector: str, text: str) -> None:
    page.focus(selector)
    page.evaluate(PASTE, text)


@pytest.mark.parametrize("sent_with", ["Enter", "the button"])
def test_a_question_that_is_too_long_stays_whole_and_is_not_sent(
    open_page: Callable[..., Page], engine: FakeEngine, sent_with: str
) -> None:
    asked = len(engine.histories)
    page = open_page()
    line = page.locator("#question-length")
    paste(page, "#question textarea", PASTED)

    assert len(PASTED) == 3600
    assert page.input_value("#question textarea") == PASTED
    line.locator(".length-count", has_text="3,600 of 2,000 characters").wait_for()
    if sent_with == "Enter":
        page.press("#question textarea", "Enter")
    else:
        page.click("#question .submit-button")
    said = "Too long to send: the limit is 2,000 characters (max_question_characters)."
    page.locator("#question-length [role=alert]", has_text=said).wait_for()
    page.wait_for_timeout(600)
    assert page.input_value("#question textarea") == PASTED
    assert len(engine.histories) == asked

    paste(page, "#question textarea", "How much chromium is there?")
    assert line.is_hidden()
    page.press("#question textarea", "Enter")
    page.locator(".answer").wait_for()


def test_the_length_of_a_question_is_counted_as_the_server_does(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    paste(page, "#question textarea", "🪨" * 1599 + "  ")
    assert page.locator("#question-length").is_hidden()
    paste(page, "#question textarea", "🪨" * 2000 + "\n")
    line = page.locator("#question-length")
    assert line.inner_text() == "2,000 of 2,000 characters"
    assert page.get_attribute("#question textarea", "aria-describedby") == "question-length"


def test_a_long_question_is_measured_after_a_reload_too(open_page: Callable[..., Page]) -> None:
    page = open_page()
    paste(page, "#question textarea", PASTED)
    reload(page)
    page.locator("#question-length.over").wait_for()
    assert page.input_value("#question textarea") == PASTED


def test_a_remark_that_is_too_long_stays_whole_and_is_not_sent(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    answer = ask(page, "How much chromium is there?")
    answer.locator(".thumb[data-verdict=down]").click()
    paste(page, "#why-text", "a" * 501)
    page.click("#why button[value=send]")

    assert page.locator("#why[open]").count() == 1
    assert page.input_value("#why-text") == "a" * 501
    assert page.locator("#why-length").inner_text() == (
        "501 of 500 characters · Too long to send: the limit is 500 characters."
    )
    paste(page, "#why-text", "a" * 500)
    page.click("#why button[value=send]")
    answer.locator(".thumbs-line", has_text="Noted").wait_for()
