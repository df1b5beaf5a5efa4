"""A server that stops while the page is open and comes back, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from browser import Page, ask
from history_page import kept
from served_apart import Server

GONE = "pincite does not answer. Is it still running?"
WAITING = "pincite does not answer. The question is asked again as soon as it does."
NEXT = "How much chromium is there?"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.kill()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


def opened(page: Page, server: Server) -> None:
    page.goto(server.address)
    page.locator("#conversation .example").first.wait_for()


def shows(page: Page, *questions: str) -> None:
    """Waits until the conversation shows exactly these questions, each answered."""
    page.wait_for_function(
        """questions => JSON.stringify(questions) === JSON.stringify(
            [...document.querySelectorAll("#conversation .question")].map(one => one.textContent)
        ) && document.querySelectorAll("#conversation .answer").length === questions.length""",
        arg=list(questions),
    )


def send(page: Page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def test_a_question_that_reaches_nobody_is_shown_and_answered_later(
    page: Page, server: Server
) -> None:
    server.start()
    opened(page, server)
    ask(page, "chromium first")
    kept(page, 1)
    server.kill()
    send(page, NEXT)

    unsent = page.locator(".unsent")
    unsent.wait_for()
    assert page.locator("#conversation .question").last.inner_text() == NEXT
    assert unsent.locator(".unsent-line").inner_text() == WAITING
    assert page.get_by_role("button", name="Send again").is_visible()
    page.locator("#state.fault", has_text=GONE).wait_for()

    server.start()
    shows(page, "chromium first", NEXT)
    page.wait_for_function("() => !document.querySelector('#state').textContent")
    assert page.locator(".unsent").count() == 0
    assert page.input_value("#question textarea") == ""


def test_a_question_under_way_when_the_server_goes_is_asked_again(
    page: Page, server: Server
) -> None:
    server.start(is_slow=True)
    opened(page, server)
    ask(page, "chromium first")
    kept(page, 1)
    send(page, "slow chromium")
    page.locator(".pending").wait_for()
    server.kill()

    page.locator("#state.fault", has_text=GONE).wait_for()
    assert page.locator(".unsent-line").inner_text() == WAITING
    assert page.locator(".pending").count() == 0
    assert page.locator("#conversation .question").last.inner_text() == "slow chromium"

    server.start()
    shows(page, "chromium first", "slow chromium")
    assert page.locator(".unsent").count() == 0


def test_the_first_question_of_all_can_be_sent_again(page: Page, server: Server) -> None:
    server.start()
    opened(page, server)
    # As when a proxy has lost the server behind it.
    page.route("**/pincite/ask", lambda route: route.fulfill(status=502, body="{}"))
    send(page, NEXT)
    page.locator(".unsent-line", has_text="did not get through").wait_for()
    assert page.locator(".welcome").is_hidden()

    page.unroute("**/pincite/ask")
    page.get_by_role("button", name="Send again").focus()
    page.keyboard.press("Enter")
    shows(page, NEXT)
    assert page.locator(".unsent").count() == 0
    assert page.input_value("#question textarea") == ""


def test_a_reload_does_not_lose_the_question_under_way(page: Page, server: Server) -> None:
    server.start(is_slow=True)
    opened(page, server)
    send(page, "slow chromium")
    page.locator(".pending").wait_for()
    page.reload()
    page.locator(".pending").wait_for()
    assert page.locator("#conversation .question").all_inner_texts() == ["slow chromium"]


def test_the_page_goes_on_by_itself_after_a_lost_network(page: Page, server: Server) -> None:
    server.start()
    opened(page, server)
    ask(page, "chromium first")
    page.context.set_offline(True)
    send(page, NEXT)
    page.locator(".unsent").wait_for()
    page.locator("#state.fault", has_text=GONE).wait_for()

    page.context.set_offline(False)
    shows(page, "chromium first", NEXT)
