"""No question is lost on its way, whatever the page is busy with, in a real browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import Page, ask, intercept, make_impatient, serve_in_background
from web_fakes import FakeEngine

from bot.web import conversations

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


# Types before Gradio is done with the answer that it shows, at whose end it draws it once more.
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

# The moments, in milliseconds, at which the page sends a question off. Between that and the request
# Gradio takes its time, more of it when the machine is busy.
_TELL_WHAT_IS_SENT = """
globalThis.sent = [];
addEventListener("keypress", ({ isTrusted }) => isTrusted || sent.push(performance.now()), true);
"""


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def address(browser: Any, engine: FakeEngine) -> str:
    return serve_in_background(engine)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


def test_what_is_typed_while_the_page_is_set_up_stays(page: Page, address: str) -> None:
    page.add_init_script(_TYPE_AT_ONCE)
    page.goto(address)
    page.locator("#conversation .example").first.wait_for()
    assert page.input_value("#question textarea") == "How much tin?"


def test_what_is_typed_as_soon_as_an_answer_shows_stays(page: Page, address: str) -> None:
    page.add_init_script(_TYPE_ON_THE_ANSWER)
    opened(page, address)
    for number in range(3):
        ask(page, f"How much chromium {number}?")
        page.wait_for_timeout(300)
        assert page.input_value("#question textarea") == "How much tin?"
    assert len(questions(page)) == 3


Held = list[tuple[Any, Any]]


def hold_the_stream(page: Page) -> Held:
    """Keeps back the next stream, which the server closes after its last event: the page does not
    know yet that what is asked now is answered to a stream that nobody reads.
    """
    held: Held = []
    intercept(page, "**/queue/data*", lambda route: held.append((route, route.fetch())), times=1)
    return held


def send_meanwhile(page: Page, held: Held, question: str) -> None:
    """Asks a question while the stream is held, which is let go then."""
    deadline = time.monotonic() + 60
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


def opened(page: Page, address: str) -> Page:
    """The page, ready for a first question."""
    page.goto(address)
    page.locator("#conversation .example").first.wait_for()
    return page


def questions(page: Page) -> list[str]:
    """What was asked, as the page shows it."""
    shown: list[str] = page.locator(".question").all_inner_texts()
    return shown


def send(page: Page, question: str) -> None:
    """Types a question and sends it with Enter."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


CONVERSATION = "sessionStorage.getItem('pincite.conversation')"
SLOW = "A slow question about chromium"
NEXT = "How much chromium?"


@pytest.fixture
def slow(engine: FakeEngine) -> Iterator[threading.Event]:
    """Slow questions are answered when it is set."""
    engine.slow.clear()
    yield engine.slow
    engine.slow.set()


@pytest.fixture
def answering(page: Page, address: str, slow: threading.Event) -> Page:
    """A page that waits for its first answer."""
    send(opened(page, address), SLOW)
    page.locator(".pending").wait_for()
    return page


@pytest.mark.parametrize("sent_with", ["Enter", "the button"])
def test_a_question_sent_while_another_is_answered_is_asked_after_it(
    answering: Page, slow: threading.Event, sent_with: str
) -> None:
    page = answering
    page.fill("#question textarea", NEXT)
    if sent_with == "Enter":
        page.press("#question textarea", "Enter")
    else:
        page.click("#question .submit-button")
    page.wait_for_timeout(1500)
    assert questions(page) == [SLOW]
    slow.set()

    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == [SLOW, NEXT]
    assert page.input_value("#question textarea") == ""


def test_what_is_written_on_after_it_was_sent_waits_for_its_writer(
    answering: Page, slow: threading.Event
) -> None:
    page = answering
    send(page, NEXT)
    page.press("#question textarea", "Backspace")
    page.locator("#question textarea").press_sequentially(" is")
    slow.set()
    page.locator(".answer").wait_for()
    page.wait_for_timeout(1500)
    assert questions(page) == [SLOW]
    assert page.input_value("#question textarea") == "How much chromium is"

    page.press("#question textarea", "Enter")
    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == [SLOW, "How much chromium is"]


def test_a_question_that_was_sent_several_times_is_asked_once(
    page: Page, address: str, slow: threading.Event
) -> None:
    send(opened(page, address), SLOW)
    for _ in range(3):
        page.press("#question textarea", "Enter")
    page.locator(".pending").wait_for()
    page.fill("#question textarea", NEXT)
    for _ in range(3):
        page.press("#question textarea", "Enter")
    slow.set()
    page.locator(".answer").nth(1).wait_for()
    page.wait_for_timeout(1500)
    assert questions(page) == [SLOW, NEXT]


def test_a_question_sent_before_another_shows_up_is_asked_after_it(
    page: Page, address: str
) -> None:
    opened(page, address)
    held: list[Any] = []
    intercept(page, "**/queue/join*", lambda route: held.append(route), times=1)
    send(page, "Is chromium first?")
    while not held:
        page.wait_for_timeout(20)
    page.wait_for_timeout(400)
    send(page, NEXT)
    page.wait_for_timeout(400)
    held[0].continue_()

    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == ["Is chromium first?", NEXT]
    assert page.input_value("#question textarea") == ""


def test_a_question_sent_while_a_related_one_is_answered_is_asked_after_it(
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
    page.wait_for_timeout(600)
    assert questions(page) == ["Is chromium first?", SLOW]
    slow.set()

    page.locator(".answer").nth(2).wait_for()
    assert questions(page) == ["Is chromium first?", SLOW, NEXT]


def test_the_latest_questions_that_are_kept_are_told_apart(
    page: Page, address: str, slow: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many as are kept take a while to ask, and a few will do.
    monkeypatch.setattr(conversations, "EXCHANGES_KEPT", 5)
    opened(page, address)
    for number in range(conversations.EXCHANGES_KEPT):
        ask_kept(page, f"How much chromium {number}?")
    send(page, SLOW)
    page.locator(".pending").wait_for()
    send(page, NEXT)
    page.wait_for_timeout(600)
    slow.set()

    page.locator(".question", has_text=NEXT).last.wait_for()
    assert questions(page)[-2:] == [SLOW, NEXT]


def ask_kept(page: Page, question: str) -> None:
    """Asks and waits for the answer, whether or not an earlier one goes for it."""
    send(page, question)
    row = page.locator(".user-row", has_text=question)
    row.wait_for()
    page.locator(".pending").wait_for(state="detached")


def test_what_is_asked_in_one_conversation_does_not_show_up_in_the_next(
    answering: Page, slow: threading.Event
) -> None:
    page = answering
    page.click("#start-over")
    page.locator("#conversation .example").first.wait_for()
    ask(page, NEXT)
    slow.set()
    page.wait_for_timeout(1500)
    assert questions(page) == [NEXT]

    page.click("nav a[data-view=history]")
    page.locator("#history ol a").first.wait_for()
    assert page.locator("#history ol a").all_inner_texts() == [NEXT]


def test_what_waits_in_one_conversation_is_not_asked_in_the_next(
    answering: Page, slow: threading.Event
) -> None:
    page = answering
    send(page, NEXT)
    page.click("#start-over")
    page.locator("#conversation .example").first.wait_for()
    slow.set()
    page.wait_for_timeout(1500)
    assert questions(page) == []
    assert page.input_value("#question textarea") == NEXT


def test_an_input_method_that_is_at_work_has_the_enter_key(page: Page, address: str) -> None:
    opened(page, address).focus("#question textarea")
    keys = page.context.new_cdp_session(page)
    composed = {"text": "クロムは", "selectionStart": 4, "selectionEnd": 4}
    keys.send("Input.imeSetComposition", composed)
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keys.send("Input.dispatchKeyEvent", enter)
    keys.send("Input.insertText", {"text": "クロムは"})
    page.wait_for_timeout(1000)
    assert questions(page) == []
    assert page.input_value("#question textarea") == "クロムは"

    page.press("#question textarea", "Enter")
    page.locator(".question").wait_for()
    assert questions(page) == ["クロムは"]


def test_a_server_that_is_full_is_asked_again_but_not_without_pause(
    page: Page, address: str
) -> None:
    page.add_init_script(_TELL_WHAT_IS_SENT)
    opened(page, address)
    refused: list[Any] = []

    # The page sends it four times at most, and of one sending a busy page may make no request.
    def refuse_two_questions(route: Any) -> None:
        if len(refused) == 2:
            route.continue_()
            return
        if NEXT in (route.request.post_data or ""):
            refused.append(route)
        route.fulfill(status=503, body="{}")

    intercept(page, "**/queue/join*", refuse_two_questions)
    send(page, NEXT)
    page.locator(".answer").wait_for()
    assert questions(page) == [NEXT]
    times = page.evaluate("sent.map(Math.round)")
    assert len(times) >= 3
    for pause, one, next_one in zip((250, 1000, 3000), times, times[1:], strict=False):
        assert next_one - one >= pause


def test_a_related_question_that_was_refused_is_asked_again(
    page: Page, address: str, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "related", lambda *_, **__: (NEXT,))
    ask(opened(page, address), "Is chromium first?")
    page.locator(".related button").wait_for()
    intercept(page, "**/queue/join*", lambda route: route.fulfill(status=503, body="{}"), times=1)
    page.locator(".related button").click()

    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == ["Is chromium first?", NEXT]


@pytest.fixture
def offering(page: Page, address: str, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page without patience, which offers a related question."""
    monkeypatch.setattr(engine, "related", lambda *_, **__: (NEXT,))
    make_impatient(page, 50)
    ask(opened(page, address), "Is chromium first?")
    page.locator(".related button").wait_for()
    return page


def wait_until_given_back(page: Page) -> None:
    page.wait_for_function(
        "question => document.querySelector('#question textarea').value === question", arg=NEXT
    )
    assert questions(page) == ["Is chromium first?"]


def test_a_question_that_never_gets_through_is_given_back(offering: Page) -> None:
    page = offering
    intercept(page, "**/queue/join*", lambda route: route.fulfill(status=503, body="{}"))
    page.locator(".related button").click()
    wait_until_given_back(page)

    page.unroute("**/queue/join*")
    page.press("#question textarea", "Enter")
    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == ["Is chromium first?", NEXT]
    assert page.input_value("#question textarea") == ""


def test_a_question_that_was_given_back_and_gets_through_is_asked_once(
    offering: Page, engine: FakeEngine
) -> None:
    page, asked = offering, len(engine.histories)
    held: list[Any] = []
    intercept(page, "**/queue/join*", lambda route: held.append(route), times=1)
    page.locator(".related button").click()
    wait_until_given_back(page)
    page.press("#question textarea", "Enter")
    wait_until_given_back(page)
    held[0].continue_()

    page.locator(".answer").nth(1).wait_for()
    page.wait_for_timeout(500)
    assert questions(page) == ["Is chromium first?", NEXT]
    assert page.input_value("#question textarea") == ""
    assert len(engine.histories) == asked + 1


def test_a_question_is_not_missed_in_the_next_conversation(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate(
        """() => {
            globalThis.presses = 0;
            document.querySelector("#show-again").addEventListener("click", () => presses++);
        }"""
    )
    intercept(page, "**/queue/join*", lambda route: None, times=1)
    send(page, NEXT)
    # Which is as empty as this one is, as long as the question has not shown up.
    before = page.evaluate(CONVERSATION)
    page.click("#start-over")
    page.wait_for_function(f"before => {CONVERSATION} !== before", arg=before)
    page.evaluate("presses = 0")
    page.wait_for_timeout(2000)
    assert page.evaluate("presses") == 0
