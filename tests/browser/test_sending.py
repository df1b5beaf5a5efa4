"""No question is lost on its way, whatever the page is doing, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import Page, ask, intercept
from history_page import kept
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


# Types as soon as an answer shows.
_TYPE_ON_THE_ANSWER = """
let answers = 0;
new MutationObserver(() => {
    const box = document.querySelector("#question textarea");
    const count = document.querySelectorAll(".answer").length;
    if (!box || count === answers) return;
    answers = count;
    box.value = "How much tin?";
    box.dispatchEvent(new Event("input", { bubbles: true }));
}).observe(document, { childList: true, subtree: true });
"""


ASK = "**/pincite/ask"
SLOW = "A slow question about chromium"
NEXT = "How much chromium?"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


def opened(page: Page, address: str) -> Page:
    """Opens the page, ready for a first question."""
    page.goto(address)
    page.locator("#conversation .example").first.wait_for()
    return page


def questions(page: Page) -> list[str]:
    """Returns the questions that the page shows."""
    shown: list[str] = page.locator(".question").all_inner_texts()
    return shown


def send(page: Page, question: str) -> None:
    """Types a question and sends it with Enter."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def answered(page: Page, *expected: str) -> None:
    """Waits until the conversation shows these questions, each with its answer."""
    page.wait_for_function(
        """expected => {
            const texts = [...document.querySelectorAll(".question")].map(one => one.textContent);
            const answers = document.querySelectorAll("#conversation .answer").length;
            return JSON.stringify(texts) === JSON.stringify(expected) && answers === texts.length;
        }""",
        arg=list(expected),
    )


@pytest.fixture
def slow(engine: FakeEngine) -> Iterator[threading.Event]:
    """Slow questions are answered once this event is set."""
    engine.slow.clear()
    yield engine.slow
    engine.slow.set()


@pytest.fixture
def answering(page: Page, address: str, slow: threading.Event) -> Page:
    """Opens a page that waits for its first answer."""
    send(opened(page, address), SLOW)
    page.locator(".pending").wait_for()
    return page


def test_what_is_typed_while_the_page_is_set_up_stays(page: Page, address: str) -> None:
    page.add_init_script(_TYPE_AT_ONCE)
    opened(page, address)
    assert page.input_value("#question textarea") == "How much tin?"


def test_what_is_typed_as_soon_as_an_answer_shows_stays(page: Page, address: str) -> None:
    page.add_init_script(_TYPE_ON_THE_ANSWER)
    opened(page, address)
    for number in range(3):
        ask(page, f"How much chromium {number}?")
        kept(page, number + 1)
        assert page.input_value("#question textarea") == "How much tin?"
    assert len(questions(page)) == 3


@pytest.mark.parametrize("sent_with", ["Enter", "the button"])
def test_a_question_sent_while_another_is_answered_is_answered_after_it(
    answering: Page, engine: FakeEngine, slow: threading.Event, sent_with: str
) -> None:
    page, asked = answering, len(engine.histories)
    page.fill("#question textarea", NEXT)
    if sent_with == "Enter":
        page.press("#question textarea", "Enter")
    else:
        page.click("#question .submit-button")
    page.locator(".pending").nth(1).wait_for()
    assert questions(page) == [SLOW, NEXT]
    assert page.input_value("#question textarea") == ""
    assert len(engine.histories) == asked
    slow.set()

    answered(page, SLOW, NEXT)
    assert engine.histories[-1][0].content == SLOW


def test_a_question_that_was_sent_several_times_is_asked_once(
    answering: Page, slow: threading.Event
) -> None:
    page = answering
    for _ in range(2):
        for _ in range(3):
            page.press("#question textarea", "Enter")
        # The same one, as from a button that is clicked twice.
        send(page, SLOW)
    send(page, NEXT)
    slow.set()
    answered(page, SLOW, NEXT)


def test_a_question_sent_while_a_related_one_is_answered_is_answered_after_it(
    page: Page,
    address: str,
    engine: FakeEngine,
    slow: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "related", lambda *_, **__: (SLOW,))
    ask(opened(page, address), "Is chromium first?")
    page.locator(".related button").click()
    page.locator(".pending").wait_for()
    send(page, NEXT)
    slow.set()
    answered(page, "Is chromium first?", SLOW, NEXT)


def test_another_conversation_does_not_show_what_is_asked_in_this_one(
    answering: Page, slow: threading.Event
) -> None:
    page = answering
    send(page, NEXT)
    page.click("#start-over")
    page.locator("#conversation .example").first.wait_for()
    ask(page, "Is chromium elsewhere?")
    answered(page, "Is chromium elsewhere?")
    # The questions under way are answered meanwhile, and shown to whoever comes back.
    with page.expect_response(lambda reply: NEXT in (reply.request.post_data or "")):
        slow.set()
    answered(page, "Is chromium elsewhere?")
    page.go_back()
    answered(page, SLOW, NEXT)


def test_a_deleted_conversation_asks_nothing_more(
    answering: Page, engine: FakeEngine, slow: threading.Event
) -> None:
    page = answering
    send(page, NEXT)
    tab = page.evaluate("sessionStorage.getItem('pincite.conversation')")
    page.evaluate(
        f"import('./pincite/assets/chat/keeping.js').then(({{forget}}) => forget('{tab}'))"
    )
    page.locator("#conversation .example").first.wait_for()
    asked = len(engine.histories)
    with page.expect_response(ASK):
        slow.set()
    ask(page, "Is chromium elsewhere?")
    answered(page, "Is chromium elsewhere?")
    assert len(engine.histories) == asked + 1


def test_a_tab_that_opens_the_conversation_shows_the_question_under_way(
    answering: Page, engine: FakeEngine, slow: threading.Event, new_page: Callable[..., Page]
) -> None:
    tab = answering.evaluate("sessionStorage.getItem('pincite.conversation')")
    other, asked = new_page(), len(engine.histories)
    other.add_init_script(f"sessionStorage.setItem('pincite.conversation', '{tab}')")
    other.goto(answering.url)
    other.locator(".pending").wait_for()
    assert questions(other) == [SLOW]
    slow.set()

    for page in (answering, other):
        answered(page, SLOW)
    assert len(engine.histories) == asked


def test_an_input_method_that_is_at_work_has_the_enter_key(page: Page, address: str) -> None:
    opened(page, address).focus("#question textarea")
    keys = page.context.new_cdp_session(page)
    composed = {"text": "クロムは", "selectionStart": 4, "selectionEnd": 4}
    keys.send("Input.imeSetComposition", composed)
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keys.send("Input.dispatchKeyEvent", enter)
    keys.send("Input.insertText", {"text": "クロムは"})
    assert page.input_value("#question textarea") == "クロムは"
    assert questions(page) == []

    page.press("#question textarea", "Enter")
    page.locator(".question").wait_for()
    assert questions(page) == ["クロムは"]


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_question_that_is_refused_can_be_sent_again(
    page: Page, address: str, status: int
) -> None:
    opened(page, address)
    intercept(page, ASK, lambda route: route.fulfill(status=status, body="{}"), times=1)
    send(page, NEXT)
    said = page.locator(".unsent-line")
    said.wait_for()
    assert said.inner_text() == "The question did not get through."
    assert questions(page) == [NEXT]
    assert page.input_value("#question textarea") == ""

    # A later question does not wait for it, and it goes below that one.
    ask(page, "Is chromium first?")
    page.get_by_role("button", name="Send again").click()
    answered(page, "Is chromium first?", NEXT)
    assert page.locator("#question textarea").evaluate("box => box === document.activeElement")


def test_an_answer_that_was_lost_on_its_way_is_fetched_again(
    page: Page, address: str, engine: FakeEngine
) -> None:
    opened(page, address)

    def lose(route: Any) -> None:
        route.fetch()
        route.fulfill(status=502, body="{}")

    intercept(page, ASK, lose, times=1)
    asked = len(engine.histories)
    send(page, NEXT)
    page.get_by_role("button", name="Send again").click()
    answered(page, NEXT)
    assert len(engine.histories) == asked + 1


def test_a_question_that_did_not_get_through_outlives_a_reload(page: Page, address: str) -> None:
    opened(page, address)
    intercept(page, ASK, lambda route: route.fulfill(status=502, body="{}"), times=1)
    send(page, NEXT)
    page.locator(".unsent").wait_for()
    page.reload()
    answered(page, NEXT)
