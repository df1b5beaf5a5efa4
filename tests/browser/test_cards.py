"""The card at a citation: opened by pointer, key and finger, and closed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, ask, faint, marked
from fake_answers import HOSTILE, PASSAGE, SENTENCE, WORDS
from web_fakes import FakeEngine

from bot.errors import SourceGone
from bot.web.rendering.escaping import named

MORE = "The countries hold 31 percent of the chromium. It was released in 2023."
BEFORE = "Minerals 🪨🪨 of Central Asia\nHow much chromium is there?\n"

TEXT = "node => node.textContent"
FOCUSED = "node => node === document.activeElement"


def test_a_card_shows_the_passage_with_the_text_around_it(open_page: Callable[..., Page]) -> None:
    page = open_page()
    citation = ask(page, "chromium").locator(".quote a.cite").first
    card = page.locator("#card")
    before = citation.bounding_box()
    citation.hover()
    card.wait_for()

    assert card.locator(".card-title").inner_text() == "Minerals <b>&amp;</b> more"
    meta = card.locator(".card-meta").inner_text()
    assert meta == "The Geological Review · 2024-03-18 · paragraph 3"
    shown = card.locator(".card-text").evaluate(TEXT)
    assert shown == f"{BEFORE}{PASSAGE} More follows. …"
    joined = "nodes => nodes.map(node => node.textContent).join('')"
    assert card.locator(".passage").evaluate_all(joined) == PASSAGE
    assert card.locator("mark").evaluate_all(joined) == SENTENCE
    assert card.locator("mark strong").all_inner_texts() == [WORDS]
    original = card.locator("a", has_text="Open the original")
    assert original.get_attribute("href") == "https://example.invalid/minerals"
    assert original.get_attribute("rel") == "noopener noreferrer"
    assert citation.get_attribute("aria-expanded") == "true"
    assert card.evaluate("node => node.matches('[role=dialog][aria-labelledby=card-title]')")
    # The card moved nothing else.
    assert citation.bounding_box() == before

    # The card stays while the pointer is on it, and closes when the pointer leaves both.
    card.locator("a").first.hover()
    page.wait_for_timeout(500)
    assert card.is_visible()
    card.locator("a").first.click()
    assert marked(page) == (PASSAGE, SENTENCE)
    assert card.is_hidden()
    page.keyboard.press("Escape")
    assert citation.evaluate(FOCUSED)
    assert card.is_hidden()
    citation.hover()
    card.wait_for()
    page.mouse.move(5, 400)
    card.wait_for(state="hidden")
    assert citation.get_attribute("aria-expanded") is None


def test_a_card_waits_for_the_pointer_to_rest(open_page: Callable[..., Page]) -> None:
    page = open_page()
    citation = ask(page, "chromium").locator(".quote a.cite").first
    citation.hover()
    page.mouse.move(5, 400)
    page.wait_for_timeout(500)
    assert page.locator("#card").is_hidden()


@pytest.mark.parametrize("selector", [".conflict a.cite", ".also a.cite"])
def test_every_citation_has_a_card(open_page: Callable[..., Page], selector: str) -> None:
    page = open_page()
    ask(page, "chromium").locator(selector).last.hover()
    page.locator("#card").wait_for()
    assert page.locator("#card .card-title").inner_text() == "A report"
    passages = ("A report.", MORE)
    assert page.locator("#card .passage").first.evaluate(TEXT) in passages
    # This source claims a script URL as its original address.
    assert page.locator("#card a").all_inner_texts() == ["Open in the source"]


def wait_for_card_of(citation: Any) -> None:
    """Waits for the card of this citation, not of one passed on the way to it."""
    citation.page.wait_for_function(
        "node => node.ariaExpanded === 'true'", arg=citation.element_handle()
    )


def test_keys_go_from_citation_to_citation_and_through_the_card(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    answer = ask(page, "chromium")
    page.keyboard.press("n")
    assert page.locator("#question textarea").input_value() == "n"
    page.locator("#question textarea").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    citations = answer.locator("a.cite")
    assert citations.nth(0).evaluate(FOCUSED)
    for _ in range(2):
        page.keyboard.press("n")
    assert citations.nth(2).evaluate(FOCUSED)
    card = page.locator("#card")
    wait_for_card_of(citations.nth(2))
    assert card.locator(".card-title").inner_text() == "Minerals <b>&amp;</b> more"

    page.keyboard.press("Tab")
    assert card.locator("a").first.evaluate(FOCUSED)
    page.keyboard.press("Shift+Tab")
    assert citations.nth(2).evaluate(FOCUSED)
    assert card.is_hidden()
    page.keyboard.press("p")
    page.keyboard.press("n")
    wait_for_card_of(citations.nth(2))
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert card.is_hidden()
    assert citations.nth(2).evaluate(FOCUSED)

    page.keyboard.press("Enter")
    assert marked(page) == (PASSAGE, SENTENCE)
    page.keyboard.press("Escape")
    assert citations.nth(2).evaluate(FOCUSED)
    page.wait_for_timeout(500)
    assert card.is_hidden()
    page.keyboard.press("/")
    assert page.locator("#question textarea").evaluate(FOCUSED)
    assert page.locator("#question textarea").input_value() == ""


def test_escape_closes_the_card_before_the_source(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "chromium")
    answer.locator(".quote a.cite").first.click()
    marked(page)
    answer.locator(".quote a.cite").nth(1).hover()
    page.locator("#card").wait_for()

    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    assert page.locator("#source").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#source").is_hidden()


def test_the_last_link_of_a_card_leads_on_in_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "chromium")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.locator("#card").wait_for()
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.locator("#card a").last.evaluate(FOCUSED)
    page.keyboard.press("Tab")
    assert answer.locator("a.cite").nth(1).evaluate(FOCUSED)


def test_a_finger_that_rests_opens_the_card(open_page: Callable[..., Page]) -> None:
    page = open_page(size=(360, 740), has_touch=True, is_mobile=True)
    citation = ask(page, "chromium").locator(".quote a.cite").first
    box = citation.bounding_box()
    at = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    touches = page.context.new_cdp_session(page)
    touches.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    page.locator("#card").wait_for()
    touches.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)

    assert page.locator("#card").is_visible()
    assert page.locator("#source").is_hidden()
    card = page.locator("#card").bounding_box()
    assert card["x"] >= 8
    assert card["x"] + card["width"] <= 352
    assert card["y"] + card["height"] <= 740
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    page.touchscreen.tap(180, 130)
    assert page.locator("#card").is_hidden()
    citation.tap()
    assert marked(page) == (PASSAGE, SENTENCE)
    assert page.locator("#card").is_hidden()


def test_a_card_shows_hostile_text_as_it_is(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "hostile").locator("a.cite").first.hover()
    card = page.locator("#card")
    card.wait_for()

    assert card.locator(".card-text").evaluate(TEXT) == HOSTILE
    assert card.locator(".card-title").evaluate(TEXT) == named(HOSTILE)
    assert card.locator("mark").all_inner_texts() == ["<b>not bold</b>", "end"]
    assert card.locator(":is(img, script, b, iframe)").count() == 0
    box = card.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 800
    assert page.title() == "pincite"


@pytest.mark.parametrize(("now", "says"), [(None, "Removed"), ("report", "Changed")])
def test_a_card_says_that_its_source_is_gone(
    open_page: Callable[..., Page], engine: FakeEngine, now: str | None, says: str
) -> None:
    page = open_page()
    citation = ask(page, "chromium").locator(".quote a.cite").first
    engine.gone["minerals"] = SourceGone("the source is <b>gone</b>.", now=now)
    try:
        citation.hover()
        page.locator("#card").wait_for()
    finally:
        engine.gone.clear()

    assert page.locator("#card-title").inner_text() == f"{says} since it was cited"
    assert page.locator(".card-text").inner_text() == "The source is <b>gone</b>."
    assert citation.evaluate("node => node.matches('.gone')")
    links = page.locator("#card a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links == ([f"#src/{now}/0-0"] if now else [])


def test_a_card_can_be_read(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "chromium")
    page.locator(".related").wait_for()
    answer.locator(".quote a.cite").first.hover()
    page.locator("#card").wait_for()
    assert (
        faint(
            page,
            "#card .card-meta",
            "#card .card-text",
            "#card mark",
            "#card .card-links a",
            ".related-label",
            ".related button",
            ".original",
            "#show-keys",
        )
        == {}
    )
