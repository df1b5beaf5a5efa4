"""What helps with the next question: keys, related questions and context."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browser import Page, ask, reload
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.web import build_app

FOCUSED = "node => node === document.activeElement"


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(engine.as_engine), base_url="http://127.0.0.1:7860") as client:
        yield client


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
    # Only under the newest answer, and without questions already asked.
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
