"""Checks the quotes of a conversation again: the route, and the panel of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
from browser import Page, ask, intercept, marked, reload, resize
from fake_answers import HOSTILE, MINERALS, make_source
from fastapi import FastAPI
from starlette.testclient import TestClient
from web_fakes import FakeEngine

from bot.errors import CorpusMissing, PinciteError
from bot.types import Exchange
from bot.web.routes.checking import checking_router
from bot.web.routes.collection import error_response

SENTENCE = "It holds 30.07 percent of the world's chromium."


@pytest.fixture(autouse=True)
def as_it_was(engine: FakeEngine) -> Iterator[None]:
    """Undoes changes to the corpus after each test."""
    corpus, answering = dict(engine.corpus), dict(engine.answering)
    yield
    engine.corpus, engine.answering = corpus, answering
    engine.gone.clear()


# The route


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(checking_router(engine.as_engine))
    app.add_exception_handler(PinciteError, error_response)
    with TestClient(app) as client:
        yield client


def exchange(engine: FakeEngine, question: str, number: int = 0) -> dict[str, Any]:
    answer = engine.ask(question)
    return asdict(Exchange(number, "2024-02-08T10:15:00+00:00", question, False, answer, None))


def checked(client: TestClient, *exchanges: dict[str, Any], language: str = "en") -> Any:
    response = client.post(
        "/pincite/check", json={"exchanges": exchanges}, headers={"accept-language": language}
    )
    assert response.status_code == 200, response.text
    return response.json()


def test_every_quote_and_citation_is_checked(client: TestClient, engine: FakeEngine) -> None:
    fault = {**exchange(engine, "chromium", 6), "answer": None, "fault": "No."}

    result = checked(client, exchange(engine, "chromium", 5), fault, exchange(engine, "x", 7))

    assert result["summary"] == "4 quotes checked: 4 unchanged."
    assert [(each["exchange"], each["number"]) for each in result["passages"]] == [
        (5, 1),
        (5, 2),
        (5, 3),
        (7, 1),
    ]
    start = MINERALS.index("The region")
    assert result["passages"][0] == {
        "exchange": 5,
        "number": 1,
        "state": "unchanged",
        "said": "Unchanged",
        "findings": [],
        "text": f"The region is rich in ores 𝔸𝔹. {SENTENCE}",
        "source": "minerals",
        "title": "Minerals <b>&amp;</b> more",
        "locator": "line 1",
        "href": f"#src/minerals/{start}-{start + 78}",
        "now": None,
        "sha256": "0" * 64,
        "sha256_now": "0" * 64,
    }
    assert result["passages"][2]["text"] is None


def test_what_became_of_a_source_is_said_in_the_language_of_its_reader(
    client: TestClient, engine: FakeEngine
) -> None:
    kept = exchange(engine, "chromium")
    del engine.corpus["minerals"]
    report = engine.corpus["report"]
    later = make_source(replace(report.info, id="later", sha256="9" * 64), report.text)
    engine.corpus["report"] = later
    engine.answering = {"later": later}

    english = checked(client, kept)
    german = checked(client, kept, language="de")

    assert english["summary"] == "3 quotes checked: 2 of changed sources, 1 source removed."
    assert german["summary"] == "3 Zitate geprüft: 2 aus geänderten Quellen, 1 Quelle entfernt."
    removed, changed, _ = english["passages"]
    assert (removed["state"], removed["sha256_now"]) == ("removed", None)
    assert removed["findings"] == [
        "The file is not in the corpus any more.",
        "The index does not have the source any more.",
    ]
    start = report.text.index("The countries")
    assert (changed["state"], changed["sha256_now"], changed["now"]) == (
        "changed",
        "9" * 64,
        f"#src/later/{start}-{len(report.text)}",
    )
    assert german["passages"][1]["findings"] == [
        "Die Datei hat sich seit dem Zitieren geändert.",
        "Der Index hat eine andere Fassung der Quelle.",
        "Die Fassung im Index enthält denselben Wortlaut.",
    ]


def test_nothing_to_check_is_said(client: TestClient) -> None:
    assert checked(client) == {
        "summary": "There are no quotes to check.",
        "generation": 3,
        "passages": [],
    }


def test_what_is_no_conversation_is_refused(client: TestClient) -> None:
    for value in ({}, {"exchanges": 1}, {"exchanges": [{"number": 0}]}):
        assert client.post("/pincite/check", json=value).status_code == 422


def test_why_nothing_can_be_checked_is_told(
    client: TestClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise CorpusMissing("the corpus x does not exist.")

    monkeypatch.setattr(engine, "check", refuse)

    response = client.post("/pincite/check", json={"exchanges": []})

    assert (response.status_code, response.json()) == (
        422,
        {"error": "The corpus x does not exist."},
    )


# The page


def check(page: Page) -> list[str]:
    """Returns the states that a check shows, one per quote."""
    page.click("#check-quotes")
    page.wait_for_function(
        "() => !['', 'Checking…'].includes(document.querySelector('.check-summary').textContent)"
    )
    states: list[str] = page.locator("#check .check-state").all_inner_texts()
    return states


def summary(page: Page) -> str:
    said: str = page.locator("#check .check-summary").inner_text()
    return said


def test_a_check_lists_every_quote_with_links(open_page: Callable[..., Page]) -> None:
    page = open_page()
    assert page.locator("#check-quotes").is_hidden()
    ask(page, "How much chromium is there?")
    ask(page, "hostile")

    assert check(page) == ["Unchanged"] * 4
    assert summary(page) == "4 quotes checked: 4 unchanged."
    assert page.locator(".check-summary").get_attribute("role") == "status"
    assert page.evaluate("document.activeElement.id") == "check-title"
    lines = page.locator("#check li")
    assert lines.last.locator("button").inner_text().startswith("[1] “<script>document.title='own")
    assert page.title() == "pincite"
    hashes = lines.first.locator("details")
    assert hashes.locator("summary").inner_text() == "SHA-256 000000000000…"
    hashes.locator("summary").click()
    assert hashes.locator("p").inner_text() == "0" * 64

    lines.first.locator("button").click()
    focused = "document.activeElement.closest('.quote').querySelector('mark').textContent"
    assert page.evaluate(focused) == SENTENCE
    lines.first.locator(".check-source a").click()
    assert marked(page)[0].endswith(SENTENCE)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('#check li') !== null")
    page.keyboard.press("Escape")
    assert page.locator("#check").is_hidden()
    assert page.evaluate("document.activeElement.id") == "check-quotes"


def test_a_check_tells_of_removed_and_changed_sources(
    open_page: Callable[..., Page], engine: FakeEngine
) -> None:
    page = open_page()
    ask(page, "How much chromium is there?")
    minerals, report = engine.corpus["minerals"], engine.corpus["report"]
    del engine.corpus["minerals"]
    later = make_source(replace(report.info, id="later", sha256="9" * 64), report.text)
    engine.corpus["report"] = later
    engine.answering = {"later": later, "minerals": minerals}

    assert check(page) == ["Source removed", "Source changed", "Source changed"]
    assert summary(page) == "3 quotes checked: 2 of changed sources, 1 source removed."
    line = page.locator("#check li").nth(1)
    assert line.locator("summary").inner_text() == "SHA-256 111111111111… → 999999999999…"
    line.locator("summary").click()
    assert line.locator("details p").all_inner_texts() == [
        f"When quoted: {'1' * 64}",
        f"Now: {'9' * 64}",
    ]
    outcomes = page.locator("#conversation .quote a.cite.gone").evaluate_all(
        "links => links.map(link => link.dataset.outcome)"
    )
    assert outcomes == ["removed", "changed since", "changed since"]
    line.get_by_text("Open it as it is now").click()
    assert (
        marked(page)[0] == "The countries hold 31 percent of the chromium. It was released in 2023."
    )

    engine.corpus = {"minerals": minerals, "report": report}
    engine.answering = dict(engine.corpus)
    assert check(page) == ["Unchanged"] * 3
    assert page.locator("#conversation a.cite.gone").count() == 0


def test_a_quote_that_is_folded_up_is_opened(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "what is nearly an answer")

    assert check(page) == ["Unchanged"] * 2
    page.locator("#check li button").last.click()

    assert page.locator("#conversation details.row[open]").count() == 1
    assert page.evaluate("document.activeElement.matches('details[open] a.cite')")


def test_a_check_by_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "How much chromium is there?")
    page.focus("#check-quotes")
    page.keyboard.press("Enter")
    page.locator("#check li").first.wait_for()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Close the check"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.check-quote') !== null")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.locator("#check").is_hidden()


def test_a_check_goes_with_its_conversation(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "How much chromium is there?")
    check(page)
    page.click("nav a[data-view=sources]")
    assert page.locator("#check").is_hidden()
    page.click("nav a[data-view=chat]")
    assert page.locator("#check").is_visible()

    page.click("#start-over")
    page.locator(".welcome").wait_for()

    page.wait_for_function("() => document.querySelector('#check').hidden")
    assert page.locator("#check-quotes").is_hidden()


def test_a_check_that_fails_says_why(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "How much chromium is there?")
    intercept(page, "**/pincite/check", lambda route: route.abort())

    assert check(page) == []
    assert summary(page) == "pincite does not answer. Is it still running?"


def test_a_browser_that_keeps_nothing_has_what_the_server_knows(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    reload(page)
    page.locator(".welcome").wait_for()
    ask(page, "How much chromium is there?")

    assert check(page) == ["Unchanged"] * 3


def test_a_check_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(size=(320, 700))
    ask(page, "hostile")
    check(page)

    for width in (320, 390):
        resize(page, (width, 700))
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(
            "[...document.querySelectorAll('#check *')]"
            f".every(each => each.getBoundingClientRect().right <= {width})"
        ), width
        assert page.locator("#question textarea").bounding_box()["width"] > 100, width
    assert HOSTILE.startswith("<script>")
