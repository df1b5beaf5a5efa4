"""No question is lost on its way, whatever the page is busy with, in a real browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from browser import Page, ask, serve_in_background
from web_fakes import FakeEngine

# Types as soon as Gradio has drawn the box, before the page's own scripts have looked after it.
_TYPE_AT_ONCE = """
new MutationObserver((_, observer) => {
    const box = document.querySelector("#question textarea");
    if (!box) return;
    observer.disconnect();
    box.value = "How much tin?";
    box.dispatchEvent(new Event("input", { bubbles: true }));
}).observe(document, { childList: true, subtree: true });
"""


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def address(browser: Any, engine: FakeEngine) -> str:
    return serve_in_background(engine)


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_what_is_typed_while_the_page_is_set_up_stays(page: Page, address: str) -> None:
    page.add_init_script(_TYPE_AT_ONCE)
    page.goto(address)
    page.locator("#conversation .example").first.wait_for()
    assert page.input_value("#question textarea") == "How much tin?"


Held = list[tuple[Any, Any]]


def hold_the_stream(page: Page) -> Held:
    """Keeps back the next stream, which the server closes after its last event: the page does not
    know yet that what is asked now is answered to a stream that nobody reads.
    """
    held: Held = []
    page.route("**/queue/data*", lambda route: held.append((route, route.fetch())), times=1)
    return held


def send_meanwhile(page: Page, held: Held, question: str) -> None:
    """Asks a question while the stream is held, which is let go then."""
    deadline = time.monotonic() + 30
    while not held:
        assert time.monotonic() < deadline, "No stream was opened."
        page.wait_for_timeout(20)
    with page.expect_response("**/queue/join*"):
        page.fill("#question textarea", question)
        page.press("#question textarea", "Enter")
    [(route, reply)] = held
    route.fulfill(response=reply)


def test_a_question_sent_while_the_stream_of_answers_closes_is_answered(
    page: Page, address: str
) -> None:
    held = hold_the_stream(page)
    page.goto(address)
    send_meanwhile(page, held, "How much chromium?")

    page.locator(".answer").wait_for()
    assert page.locator(".question").all_inner_texts() == ["How much chromium?"]
    assert page.input_value("#question textarea") == ""
    # And the next one goes the usual way.
    ask(page, "How much chromium is there?")
    assert page.locator(".question").all_inner_texts() == [
        "How much chromium?",
        "How much chromium is there?",
    ]


def test_what_the_page_writes_into_an_answer_is_no_question(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#conversation .example").first.wait_for()
    ask(page, "How much chromium?")
    held = hold_the_stream(page)
    page.locator("#show-again").evaluate("button => button.click()")
    send_meanwhile(page, held, "How much chromium is there?")
    # As related questions do, which come at that very moment.
    page.locator(".answer").last.evaluate("answer => answer.append('Related questions')")

    page.locator(".answer").nth(1).wait_for()
    assert page.locator(".question").all_inner_texts() == [
        "How much chromium?",
        "How much chromium is there?",
    ]


@pytest.fixture
def answering(page: Page, address: str, engine: FakeEngine) -> Iterator[Page]:
    """A page that waits for its first answer, until `engine.slow` is set."""
    engine.slow.clear()
    page.goto(address)
    page.locator("#conversation .example").first.wait_for()
    page.fill("#question textarea", "A slow question about chromium")
    page.press("#question textarea", "Enter")
    page.locator(".pending").wait_for()
    yield page
    engine.slow.set()


@pytest.mark.parametrize("sent_with", ["Enter", "the button"])
def test_a_question_sent_while_another_is_answered_is_asked_after_it(
    answering: Page, engine: FakeEngine, sent_with: str
) -> None:
    page = answering
    page.fill("#question textarea", "How much chromium?")
    if sent_with == "Enter":
        page.press("#question textarea", "Enter")
    else:
        page.click("#question .submit-button")
    page.wait_for_timeout(1500)
    assert page.locator(".question").all_inner_texts() == ["A slow question about chromium"]
    engine.slow.set()

    page.locator(".answer").nth(1).wait_for()
    assert page.locator(".question").all_inner_texts() == [
        "A slow question about chromium",
        "How much chromium?",
    ]
    assert page.input_value("#question textarea") == ""


def test_what_is_written_on_after_it_was_sent_waits_for_its_writer(
    answering: Page, engine: FakeEngine
) -> None:
    page = answering
    page.fill("#question textarea", "How much chromium?")
    page.press("#question textarea", "Enter")
    page.press("#question textarea", "Backspace")
    page.locator("#question textarea").press_sequentially(" is")
    engine.slow.set()
    page.locator(".answer").wait_for()
    page.wait_for_timeout(1500)

    assert page.locator(".question").all_inner_texts() == ["A slow question about chromium"]
    assert page.input_value("#question textarea") == "How much chromium is"


def test_a_question_that_was_sent_twice_is_asked_once(answering: Page, engine: FakeEngine) -> None:
    page = answering
    page.fill("#question textarea", "How much chromium?")
    for _ in range(3):
        page.press("#question textarea", "Enter")
    engine.slow.set()
    page.locator(".answer").nth(1).wait_for()
    page.wait_for_timeout(1500)

    assert page.locator(".question").all_inner_texts() == [
        "A slow question about chromium",
        "How much chromium?",
    ]


def test_a_question_is_not_missed_in_the_next_conversation(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#conversation .example").first.wait_for()
    page.evaluate(
        """() => {
            globalThis.presses = 0;
            document.querySelector("#show-again").addEventListener("click", () => presses++);
        }"""
    )
    ask(page, "How much chromium?")
    # Which is as empty as the one before was, when the question was asked.
    page.click("#start-over")
    page.locator("#conversation .example").first.wait_for()
    page.wait_for_timeout(1500)
    assert page.evaluate("presses") == 0
