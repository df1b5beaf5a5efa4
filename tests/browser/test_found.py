"""All passages found, by source: from an answer and as a search mode, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_plus

import pytest
from browser import Page, ask, intercept, marked, reload, resize, violations
from filtered_corpus import FILES as DIALOGUES
from filtered_corpus import HOSTILE, QUESTION
from programs_site import served
from word_encoder import engine_over

import bot
from bot.web import build_app

FILES = {
    **DIALOGUES,
    "long.md": "---\ntitle: Aged <i>report</i>\ndate: 2019\n---\n\n"
    + "".join(
        f"## Part {part}\n\nThe dialogue of part {part} was launched in February, too.\n\n"
        for part in range(4)
    ),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, quick_disk: None) -> bot.Engine:
    return engine_over(tmp_path_factory.mktemp("site"), FILES)


@pytest.fixture(scope="module")
def address(engine: bot.Engine) -> Iterator[str]:
    with served(build_app(engine)) as address:
        yield address


def titles(page: Page) -> list[str]:
    page.locator("#found:not([aria-busy]) .found-sources h3").first.wait_for()
    found: list[str] = page.locator(".found-sources h3").all_inner_texts()
    return found


def find(page: Page, words: str) -> None:
    page.fill("#found-question", words)
    page.press("#found-question", "Enter")
    page.locator("#found:not([aria-busy])").wait_for()


def test_from_an_answer_to_each_passage_at_its_spot(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = open_page()
    answer = ask(page, QUESTION)
    found = engine.find(QUESTION)
    line = f"All passages found: {found.passages} in {len(found.sources)} sources"
    assert answer.locator(".all-found").inner_text() == f"All passages ({found.passages})"
    assert answer.locator(".all-found").get_attribute("title") == line
    assert found.passages > answer.locator(".quote").count()

    answer.locator(".all-found").click()

    assert titles(page) == [each.source.title for each in found.sources]
    assert page.locator(".found-summary").inner_text() == (
        f"{found.passages} passages in {len(found.sources)} sources"
    )
    assert page.input_value("#found-question") == QUESTION
    assert page.locator("#found i, #found b").count() == 0
    listed = page.locator(".found-sources > li", has_text="Aged <i>report</i>")
    assert listed.locator(".found-details").inner_text().startswith("2019 · ")
    own = next(each for each in found.sources if each.source.title.startswith("Aged"))
    assert listed.locator("ol a").count() == len(own.passages) > 1
    last = own.passages[-1]
    listed.locator("ol a").last.click()
    assert marked(page)[0] == last.text
    # Closing the source returns to the list without fetching it again.
    page.keyboard.press("Escape")
    page.locator("#source").wait_for(state="hidden")
    assert page.locator("#found:visible ol ol a").count() == found.passages
    page.go_back()
    page.locator("#conversation .answer:visible").wait_for()


def test_sorting_and_filters(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/#found/q={QUESTION.replace(' ', '+')}")
    by_relevance = titles(page)
    page.select_option("#found-order", "title")
    page.wait_for_function("location.hash.endsWith('sort=title')")
    assert titles(page) == sorted(by_relevance, key=str.casefold)
    page.select_option("#found-order", "date")
    page.wait_for_function("location.hash.endsWith('sort=date')")
    assert titles(page)[0] == "State"
    assert titles(page)[-1] == "undated"
    # The order survives a reload and another question.
    reload(page)
    assert titles(page)[0] == "State"
    find(page, "dialogue February")
    assert page.input_value("#found-order") == "date"
    assert titles(page)[0] == "State"

    page.goto(f"{page.url.partition('#')[0]}#found/q=dialogue&publisher=The+Diplomat")
    page.locator(".found-remarks a").wait_for()
    assert titles(page) == ["Diplomat"]
    assert page.locator(".found-remarks li").first.inner_text() == "Only: The Diplomat"
    assert page.locator(".found-tools:visible").count() == 0
    page.locator(".found-remarks a").click()
    page.locator(".found-remarks a").wait_for(state="detached")
    assert len(titles(page)) > 1


def test_as_a_mode_with_the_filter_of_the_tab(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.click(".filter-toggle")
    page.locator("#filter-panel label", has_text="State Department").first.click()
    page.keyboard.press("Escape")
    page.locator(".find-all").click()
    page.locator("#found-question:focus").wait_for()
    find(page, "dialogue launched")
    assert titles(page) == ["State"]
    assert page.locator("#conversation .user-row").count() == 0
    # The typed text is kept.
    page.click("nav a[data-view=chat]")
    page.fill("#question textarea", "What is lead?")
    page.locator(".find-all").click()
    page.locator(".found-sources h3", has_text="Lead").wait_for()
    assert page.input_value("#found-question") == "What is lead?"


def test_context_and_hostile_values_go_along(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, QUESTION)
    answer = ask(page, f"And what about {HOSTILE} & zinc=1?")
    href = answer.locator(".all-found").get_attribute("href")
    assert f"q=And what about {HOSTILE} & zinc=1?&about={QUESTION}" in unquote_plus(href)
    answer.locator(".all-found").click()
    titles(page)
    assert page.input_value("#found-question") == f"And what about {HOSTILE} & zinc=1?"
    assert page.locator(".found-remarks li").first.inner_text() == f"About: {QUESTION}"


def test_what_goes_wrong_is_said(open_page: Callable[..., Page]) -> None:
    page = open_page("/#found/q=asdfgh&publisher=nobody")
    page.locator(".found-fault:visible").wait_for()
    assert "o source is published by 'nobody'" in page.locator(".found-fault").inner_text()
    page.goto(f"{page.url.partition('#')[0]}#found/q={'x' * 20_001}")
    page.locator(".found-fault", has_text="This address is too long.").wait_for()
    intercept(page, "**/pincite/found", lambda route: route.abort())
    find(page, "zinc")
    page.locator(".found-fault", has_text="pincite does not answer").wait_for()
    page.unroute("**/pincite/found")
    page.press("#found-question", "Enter")
    page.locator(".found-sources h3").first.wait_for()
    assert page.locator(".found-fault:visible").count() == 0


def test_axe_finds_nothing_and_it_fits(open_page: Callable[..., Page]) -> None:
    page = open_page("/#found/q=dialogue&since=2019")
    titles(page)
    for size, scheme in (((1280, 800), "dark"), ((320, 640), "light")):
        resize(page, size)
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.locator("#found").evaluate("found => found.scrollWidth <= found.clientWidth")
        assert violations(page) == [], size


def test_requests_are_bounded(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page()
    post = """body => fetch("pincite/found", { method: "POST", body: JSON.stringify(body),
        headers: { "Content-Type": "application/json" } }).then((reply) => reply.status)"""
    status: Any = page.evaluate(post, {"question": "zinc", "order": "relevance"})
    assert status == 200
