"""A conversation in the browser: refusals, cautions, follow-ups, errors and waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, ask, reload, resize, serve_in_background
from fake_answers import HOSTILE
from web_fakes import FakeEngine


def test_a_refusal_is_not_an_answer(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "What is the weather like?")

    assert answer.locator(".refusal strong").inner_text() == "The sources don't answer this."
    assert answer.locator("blockquote").is_hidden()
    answer.locator("summary").click()
    assert answer.locator("blockquote").is_visible()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["screen", "phone"])
def test_each_closest_passage_is_a_row_that_opens_it(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page(size=size)
    answer = ask(page, "What is nearly an answer?")
    lines = answer.locator("details.row > summary")
    passages = answer.locator("details.row blockquote")

    assert [line[:30] for line in lines.all_text_contents()] == [
        "Filler paragraph about geology",
        HOSTILE[:30],
    ]
    for number in (0, 1):
        line = lines.nth(number)
        sentence = line.locator(".sentence")
        assert sentence.evaluate(
            "node => node.getBoundingClientRect().height"
            " < 3 * parseFloat(getComputedStyle(node).lineHeight)"
        )
        assert passages.nth(number).is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert answer.locator(":is(script, img, b)").count() == 0

    lines.nth(1).click()
    assert passages.nth(1).evaluate("node => node.textContent") == HOSTILE
    assert [passages.nth(number).is_visible() for number in (0, 1)] == [False, True]
    lines.nth(0).focus()
    page.keyboard.press("Enter")
    assert [passages.nth(number).is_visible() for number in (0, 1)] == [True, True]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('details.row[open] a.cite')")


def test_an_unsure_answer_is_cautioned_in_one_line(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "How much chromium is there perhaps?")
    caution = answer.locator(".caution")

    assert caution.inner_text().strip() == "This probably answers your question."
    # On a phone the thumbs are below it.
    for width, lines in ((1280, 1), (360, 2)):
        resize(page, (width, 800))
        height = "node => node.getBoundingClientRect().height"
        line_height = "node => parseFloat(getComputedStyle(node).lineHeight)"
        assert caution.evaluate(height) < (lines + 1) * caution.evaluate(line_height), width
        box, below = caution.bounding_box(), answer.locator(".quote").first.bounding_box()
        assert box["y"] + box["height"] <= below["y"], width
    assert answer.locator("mark strong").count() == 0
    assert answer.locator("mark").count() > 0


def test_a_conversation_goes_on_and_starts_over(
    open_page: Callable[..., Page], engine: FakeEngine
) -> None:
    page = open_page()
    page.locator(".example", has_text="hostile").wait_for()
    page.locator(".example", has_text="chromium").click()
    page.locator(".answer").wait_for()
    second = ask(page, "And what about chromium there?")
    assert "About: " in second.inner_text()
    top = page.locator("#conversation .question").last.bounding_box()["y"]
    assert 52 <= top <= 110

    second.locator(".ask-alone").click()
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 3")
    assert "asked on its own" in page.locator("#conversation .question").last.inner_text()
    assert page.locator(".answer").last.locator(".context").count() == 0

    page.click("#start-over")
    page.locator(".welcome").wait_for()
    ask(page, "chromium again")
    assert engine.histories[-1] == ()


def test_the_keyboard_alone_asks_again_without_what_was_carried(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium")
    button = ask(page, "And what about chromium there?").locator(".ask-alone")
    button.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert button.evaluate("node => node.matches(':focus-visible')")
    assert button.evaluate("node => getComputedStyle(node).outlineWidth") == "2px"

    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 3")
    assert page.locator(".ask-alone:visible").count() == 0
    box = page.locator("#question textarea")
    assert box.evaluate("node => node === document.activeElement")


def test_the_words_that_answer_stand_out_without_colour(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "chromium")

    def look(selector: str) -> tuple[str, str]:
        return tuple(
            answer.locator(selector).first.evaluate(
                "node => [getComputedStyle(node).fontWeight,"
                " getComputedStyle(node).textDecorationLine]"
            )
        )

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert (look("mark"), look("mark strong")) == (("400", "none"), ("700", "underline"))
    page.emulate_media(media="print", color_scheme="light")
    assert (look("mark"), look("mark strong")) == (("400", "underline"), ("700", "none"))


def test_a_reload_loses_neither_the_conversation_nor_what_is_typed(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium")
    page.fill("#question textarea", "half a thought")
    reload(page)

    page.locator(".answer").wait_for()
    assert page.locator("#question textarea").input_value() == "half a thought"
    ask(page, "And more chromium")
    reload(page)
    page.locator(".answer .context").wait_for()
    assert page.locator("#question textarea").input_value() == ""
    assert open_page().locator(".answer").count() == 0


def test_errors_are_shown_in_place_of_an_answer(open_page: Callable[..., Page]) -> None:
    page = open_page()
    fault = ask(page, "An unacceptable question")

    assert "The question is <b>not</b> valid. Ask another." in fault.inner_text()
    assert ask(page, "chromium").locator(".quote").count() == 2


def test_a_slow_answer_shows_its_question_at_once(
    open_page: Callable[..., Page], engine: FakeEngine
) -> None:
    engine.slow.clear()
    page = open_page()
    page.fill("#question textarea", "A slow question about chromium")
    page.press("#question textarea", "Enter")

    page.locator(".pending").wait_for()
    assert page.locator("#question textarea").input_value() == ""
    page.fill("#question textarea", "half a thought")
    engine.slow.set()
    page.locator(".answer").wait_for()
    assert page.locator("#question textarea").input_value() == "half a thought"


def test_the_page_says_that_the_model_is_loading(
    browser: Any, open_page: Callable[..., Page]
) -> None:
    engine = FakeEngine()
    engine.loaded.clear()
    page = open_page(at=serve_in_background(engine))

    page.locator("#state", has_text="Loading the model…").wait_for()
    engine.loaded.set()
    page.wait_for_function("() => document.querySelector('#state').textContent === ''")
