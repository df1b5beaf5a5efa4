"""A link to one answer: its content, and what it opens, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import pytest
from browser import Page, ask, reload
from filtered_corpus import FILES, HOSTILE, QUESTION
from programs_site import served
from word_encoder import MINERALS, WordEncoder, engine_over

import bot
from bot.web import build_app


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, quick_disk: None) -> bot.Engine:
    return engine_over(tmp_path_factory.mktemp("site"), FILES)


@pytest.fixture(scope="module")
def address(engine: bot.Engine) -> Iterator[str]:
    with served(build_app(engine)) as address:
        yield address


def copied(page: Page, answer: Any) -> str:
    """Returns what "Copy link" under an answer copies."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer.locator(".answer-link").click()
    page.locator("#done.shown", has_text="Link copied").wait_for()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def questions(page: Page) -> list[str]:
    found: list[str] = page.locator("#conversation .user-row .question").all_inner_texts()
    return found


def answered(page: Page, count: int) -> Any:
    page.wait_for_function(
        "count => document.querySelectorAll('.answer, .fault').length >= count", arg=count
    )
    return page.locator(".answer, .fault").last


def test_a_colleague_gets_question_filter_and_context(
    open_page: Callable[..., Page], address: str
) -> None:
    page = open_page()
    page.click(".filter-toggle")
    page.locator(".filter-source label", has_text="Diplomat").click()
    page.locator("#filter-panel label", has_text="md").click()
    page.keyboard.press("Escape")
    ask(page, QUESTION)
    answer = ask(page, "And what about zinc?")
    assert answer.locator(".context").count() == 1
    link = copied(page, answer)
    assert link.startswith(f"{address}/#ask/")
    assert page.locator("#conversation .user-row").count() == 2

    other = open_page(link.removeprefix(address))
    found = answered(other, 2)

    assert questions(other) == [QUESTION, "And what about zinc?"]
    assert found.locator(".context").inner_text().strip().startswith(f"About: {QUESTION}")
    assert found.locator(".remark").all_inner_texts() == ["Only: Diplomat, type md"]
    assert other.locator(".filter-chip").all_inner_texts() == ["Diplomat", "md"]
    assert other.evaluate("location.hash") in ("", "#chat")
    # A reload does not ask again.
    reload(other)
    answered(other, 2)
    other.wait_for_timeout(300)
    assert len(questions(other)) == 2


def test_in_an_open_page_it_begins_another_conversation(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "What is lead?")
    page.evaluate("location.hash = '#ask/q=When+was+the+dialogue+launched%3F'")
    page.locator(".question", has_text=QUESTION).wait_for()
    answered(page, 1)
    assert questions(page) == [QUESTION]
    assert page.locator(".linked").count() == 0
    page.go_back()
    page.locator(".question", has_text="What is lead?").wait_for()


def test_it_says_that_the_sources_were_indexed_anew(
    open_page: Callable[..., Page], engine: bot.Engine, address: str
) -> None:
    page = open_page()
    link = copied(page, ask(page, QUESTION)).removeprefix(address)
    same = open_page(link)
    assert answered(same, 1).locator(".linked").count() == 0

    file = engine.settings.corpus / "new.md"
    file.write_text("# New\n\nThe dialogue was launched in February 2020.\n")
    engine.sync()
    try:
        later = open_page(link)
        line = answered(later, 1).locator(".linked")
        line.wait_for()
        assert line.inner_text() == (
            "The sources were indexed anew since this link was made; the answer may differ."
        )
        # The note applies to the linked answer only, and survives a reload.
        ask(later, "What is lead?")
        reload(later)
        answered(later, 2)
        later.locator(".linked").wait_for()
        assert later.locator(".linked").count() == 1
    finally:
        file.unlink()
        engine.sync()


def test_hostile_links_are_harmless(open_page: Callable[..., Page], address: str) -> None:
    markup = f"<img src=x onerror=\"document.title='owned'\"> {HOSTILE} javascript:alert(1)"
    page = open_page(f"/#ask/q={quote_plus(markup)}&generation=<b>1</b>&publisher={'x' * 50}")
    found = answered(page, 1)
    assert questions(page) == [markup]
    assert "o source is published by" in found.inner_text()
    assert page.locator("#conversation :is(img, b)").count() == 0
    assert page.title() == "pincite"
    chips = page.locator(".filter-chip")
    assert chips.all_inner_texts() == ["x" * 50]
    chips.click()

    # An address that is too long or empty asks nothing; an invalid date is left out.
    page.evaluate("location.hash = '#ask/q=' + 'x'.repeat(20001)")
    page.locator("#link-fault").wait_for()
    assert page.locator("#link-fault").inner_text() == "This address is too long."
    page.evaluate("location.hash = '#ask/'")
    page.evaluate("location.hash = '#ask/%E0%A4%A&q=+&about=lead'")
    page.wait_for_timeout(300)
    assert questions(page) == [markup]
    page.evaluate("location.hash = '#ask/q=lead%3F&since=soon&until=2024'")
    page.locator(".question", has_text="lead?").wait_for()
    assert page.locator(".filter-chip").all_inner_texts() == ["until 2024"]
    page.locator(".filter-chip").click()
    # For a question over the limit, the server's message takes the place of an answer.
    page.evaluate("location.hash = '#ask/q=' + 'zinc+'.repeat(3000)")
    page.locator(".fault", has_text="the limit is").wait_for()


def test_below_a_path_and_after_login(open_page: Callable[..., Page], engine: bot.Engine) -> None:
    settings = engine.settings.model_copy(update={"root_path": "/docs/pincite"})
    below = bot.Engine(settings, encoder=WordEncoder(MINERALS))
    login = {"username": "ada", "password": "a secret"}
    with served(build_app(below, auth=("ada", "a secret"))) as address:
        page = open_page("/docs/pincite/", at=address, http_credentials=login)
        link = copied(page, ask(page, QUESTION))
        assert link.startswith(f"{address}/docs/pincite/#ask/q=")
        other = open_page(link.removeprefix(address), at=address, http_credentials=login)
        answered(other, 1)
        assert questions(other) == [QUESTION]


def test_a_document_that_the_question_named_is_linked_by_its_title(engine: bot.Engine) -> None:
    from bot.web.rendering.asked_addresses import answer_href

    answer = engine.ask("What does the Diplomat say about the dialogue?")
    assert answer.filter is not None
    href = unquote_plus(answer_href(answer))
    assert "&source=Diplomat&" in href
    assert answer.filter.only.sources[0] not in href
    assert href.endswith(f"&generation={answer.generation}")
