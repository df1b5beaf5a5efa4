"""What helps with the next question: the card at a citation, keys, related questions, context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import Page, ask, faint, marked, reload, serve_in_background
from fake_answers import HOSTILE, MINERALS, make_info, make_source, span_of
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.errors import SourceGone
from bot.types import Block, BlockKind, Source
from bot.web import build_app
from bot.web.rendering.escaping import named
from bot.web.rendering.languages import language_of
from bot.web.routes.presenting import around_json

ENGLISH = language_of("en")

WORDS = "30.07 percent"
SENTENCE = f"It holds {WORDS} of the world's chromium."
PASSAGE = f"The region is rich in ores 𝔸𝔹. {SENTENCE}"
MORE = "The countries hold 31 percent of the chromium. It was released in 2023."
BEFORE = "Minerals 🪨🪨 of Central Asia\nHow much chromium is there?\n"

TEXT = "node => node.textContent"
FOCUSED = "node => node === document.activeElement"


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def address(browser: Any, engine: FakeEngine) -> str:
    return serve_in_background(engine)


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(engine.as_engine), base_url="http://127.0.0.1:7860") as client:
        yield client


# The text around a citation


def test_the_text_around_a_passage_is_cut_at_words() -> None:
    text = f"{'early ' * 50}before. CITED after {'later ' * 50}"
    source = make_source(make_info("a", "A"), text)
    start, end = span_of(text, "CITED")

    around = around_json(source, start, end, ENGLISH)

    assert around["text"] == "CITED"
    # Of 200 characters, what may be half a word is left out.
    assert around["before"] == f"{'early ' * 31}before. "
    assert around["after"] == f" after {'later ' * 32}".rstrip()
    assert (around["begins"], around["ends"]) == (False, False)
    assert around["locator"] == "paragraph 1"


def test_the_text_around_a_passage_ends_where_searching_did() -> None:
    text = "A menu\n\nBefore.\n\nCited.\n\nAfter.\n\nA footer"
    whole = make_source(make_info("a", "A"), text)
    blocks = tuple(
        Block(block.start, block.end, BlockKind.PARAGRAPH, skipped=skipped)
        for block, skipped in zip(
            whole.blocks, ("a menu", None, None, None, "a footer"), strict=True
        )
    )
    around = around_json(Source(whole.info, text, blocks), *span_of(text, "Cited."), ENGLISH)

    assert (around["before"], around["after"]) == ("Before.\n\n", "\n\nAfter.")
    assert (around["begins"], around["ends"]) == (False, False)


def test_text_without_blanks_is_cut_anywhere() -> None:
    around = around_json(make_source(make_info("a", "A"), "山" * 900), 400, 500, ENGLISH)
    assert (around["before"], around["after"]) == ("山" * 200, "山" * 200)
    around = around_json(make_source(make_info("a", "A"), "Whole."), 0, 6, ENGLISH)
    assert (around["begins"], around["before"], around["after"], around["ends"]) == (
        True,
        "",
        "",
        True,
    )


def test_any_span_is_answered_and_none_is_endless(client: TestClient) -> None:
    def around(start: object, end: object) -> Any:
        return client.get(f"/pincite/sources/minerals/around?start={start}&end={end}")

    assert around(0, 8).json()["text"] == "Minerals"
    assert around(0, 10**9).json()["text"] == MINERALS[:6_000]
    assert around(10**9, 5).json()["text"] == ""
    assert around(9, 5).json()["text"] == ""
    assert around(-1, 5).status_code == 422
    assert client.get("/pincite/sources/nowhere/around?start=0&end=1").status_code == 404


# The card


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
    # Nothing else has moved for it.
    assert citation.bounding_box() == before

    # The pointer may go to the card, and the card stays; away from both, it goes.
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
    # This source claims that its original is at an address of a script.
    assert page.locator("#card a").all_inner_texts() == ["Open in the source"]


def wait_for_card_of(citation: Any) -> None:
    """Waits until the card is that of a citation, and not of one on the way to it."""
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


# Keys


def test_the_keys_are_listed_and_can_be_switched_off(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "chromium")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    dialog.wait_for()
    assert "Next and previous citation" in dialog.inner_text()
    page.keyboard.press("n")
    assert not answer.locator("a.cite").first.evaluate(FOCUSED)

    dialog.locator("label").click()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    page.keyboard.press("n")
    assert not answer.locator("a.cite").first.evaluate(FOCUSED)
    page.locator("#show-keys").click()
    dialog.locator("label").click()
    dialog.locator("button").click()
    page.locator("#show-keys").evaluate("node => node.blur()")
    page.keyboard.press("n")
    assert answer.locator("a.cite").first.evaluate(FOCUSED)


# Questions and context


def test_related_questions_can_be_asked(open_page: Callable[..., Page], engine: FakeEngine) -> None:
    page = open_page()
    ask(page, "chromium")
    related = page.locator(".related:visible")
    related.wait_for()
    assert related.locator(".related-label").inner_text() == "Related questions"
    assert related.locator("button").all_inner_texts() == [
        "How much chromium is there?",
        "What is **hostile** $x$ <b>here</b>?",
        "Ores",
    ]

    page.fill("#question textarea", "half typed")
    related.locator("button").nth(1).click()
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 2")
    questions = page.locator("#conversation .question").all_inner_texts()
    assert questions == ["chromium", "What is **hostile** $x$ <b>here</b>?"]
    assert page.locator("#question textarea").input_value() == "half typed"
    page.wait_for_function("() => document.querySelectorAll('.related').length === 2")
    # Only under the newest answer, and without what was asked already.
    assert page.locator(".related:visible button").all_inner_texts() == [
        "How much chromium is there?",
        "Ores",
    ]
    assert page.locator(".related :is(b, em, strong)").count() == 0

    reload(page)
    page.locator(".related:visible").wait_for()
    assert page.locator(".related").count() == 1


def test_a_refusal_offers_what_the_sources_do_answer(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "What is the weather like?")
    label = page.locator(".related .related-label")
    label.wait_for()
    assert label.inner_text() == "The sources do answer"
    page.locator(".related button", has_text="chromium").click()
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 2")
    assert page.locator(".answer").last.locator(".refusal").count() == 0


def test_nothing_is_offered_where_nothing_is_near(open_page: Callable[..., Page]) -> None:
    page = open_page()
    with page.expect_response("**/conversation/related") as reply:
        ask(page, "chromium alone")
    assert reply.value.json()["questions"] == []
    assert page.locator(".related").count() == 0


def test_related_questions_of_a_conversation_that_is_not_there(client: TestClient) -> None:
    reply = client.post("/pincite/conversation/related", json={"tab": "0" * 32})
    assert reply.json() == {"answered": False, "questions": []}
    assert client.post("/pincite/conversation/related", json={"tab": 1}).status_code == 422


def test_carried_context_is_a_chip_with_a_named_button(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "chromium")
    second = ask(page, "And what about chromium there?")
    chip = second.locator(".context")
    assert chip.inner_text().splitlines()[0] == "About: chromium"
    button = chip.get_by_role("button", name="Ask again without it")
    box = button.bounding_box()
    assert box["width"] >= 24
    assert box["height"] >= 24

    button.click()
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 3")
    assert page.locator(".answer").last.locator(".context").count() == 0
    assert page.locator(".ask-alone:visible").count() == 0
    assert page.locator("#question textarea").evaluate(FOCUSED)


def test_the_original_is_a_link_beside_its_quote(open_page: Callable[..., Page]) -> None:
    page = open_page()
    links = ask(page, "chromium").locator("a.original")
    assert links.count() == 1
    found = links.evaluate(
        "node => ['href', 'title', 'target', 'rel'].map(name => node.getAttribute(name))"
    )
    assert found == [
        "https://example.invalid/minerals",
        "https://example.invalid/minerals",
        "_blank",
        "noopener noreferrer",
    ]
