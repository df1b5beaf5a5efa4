"""The main use of the chat in Firefox; the other browser tests use Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import (
    CONTRAST,
    Browser,
    Page,
    ask,
    marked,
    reload,
    resize,
    serve_in_background,
    wait_until_still,
)
from fake_answers import HOSTILE
from fake_answers import MINERALS as TEXT
from firefox import Firefox, launched_firefox
from history_page import kept, listed, questions
from keyboard import Keyboard
from pages_view import BOXES, INK, REPORT, as_pages, current, near, sentence_hash
from pdf_files import pdf
from programs_site import served
from web_fakes import FakeEngine
from word_encoder import MINERALS, WordEncoder

import bot
from bot.web import build_app

QUESTION = "How much chromium is there?"
SENTENCE = "It holds 30.07 percent of the world's chromium."
PASSAGE = f"The region is rich in ores 𝔸𝔹. {SENTENCE}"
GROUND = "element => getComputedStyle(element).backgroundColor"


@pytest.fixture(scope="module")
def browser(kept_browser: Browser) -> Iterator[Firefox]:
    """Starts Firefox. Chromium ends first, since Playwright runs only once per process."""
    kept_browser.close()
    with launched_firefox() as firefox:
        yield firefox


@pytest.fixture(scope="module")
def address(browser: Firefox) -> str:
    return serve_in_background(FakeEngine())


@pytest.fixture(autouse=True)
def _no_request_fails(browser: Firefox) -> Iterator[None]:
    browser.failed.clear()
    yield
    assert browser.failed == []


def test_a_citation_opens_its_source(open_page: Callable[..., Page]) -> None:
    page = open_page()
    assert "Firefox/" in page.evaluate("navigator.userAgent")
    page.click("#question textarea")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    answer = page.locator(".answer")
    answer.wait_for()

    assert questions(page) == [QUESTION]
    assert answer.locator("blockquote").first.inner_text() == SENTENCE
    assert answer.locator("mark").first.inner_text() == SENTENCE
    answer.locator(".extend").first.click()
    assert answer.locator("blockquote").first.inner_text() == PASSAGE
    assert answer.locator("mark strong").all_inner_texts() == ["30.07 percent"]
    citation = answer.locator(".quote a.cite").first
    citation.click()

    assert marked(page) == (PASSAGE, SENTENCE)
    assert page.locator("#source mark strong").all_inner_texts() == ["30.07 percent"]
    assert page.locator(".source-text").evaluate("node => node.textContent") == TEXT
    assert page.locator("#source-title").inner_text() == "Minerals <b>&amp;</b> more"
    page.keyboard.press("Escape")
    assert page.locator("#source").is_hidden()
    assert citation.evaluate("node => node === document.activeElement")
    page.wait_for_function("() => !location.hash")


def test_by_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()
    keyboard = Keyboard(page)
    keyboard.wait_at("#question textarea")
    keyboard.type(QUESTION)
    keyboard.press("Enter")
    page.locator(".answer").wait_for()
    page.locator(".related button").first.wait_for()
    citation = "#conversation .quote a.cite"
    keyboard.tab_to(citation, "Shift+Tab")
    keyboard.tab_to("#question textarea")
    keyboard.press("Escape", "n", "n", "n")
    keyboard.wait_at(citation)
    page.locator("#card").wait_for()
    keyboard.press("Enter")

    assert marked(page) == (PASSAGE, SENTENCE)
    keyboard.press("Escape")
    assert page.locator("#source").is_hidden()
    keyboard.wait_at(citation)


def test_a_filter_is_set_and_removed(open_page: Callable[..., Page]) -> None:
    page = open_page()
    chips = page.locator(".filter-chip")
    page.click(".filter-toggle")
    page.locator("#filter-panel label", has_text="The Geological Review").click()
    page.keyboard.press("Escape")

    assert page.locator("#filter-panel").is_hidden()
    assert chips.all_inner_texts() == ["The Geological Review"]
    answer = ask(page, QUESTION)
    assert answer.locator(".remark").all_inner_texts() == ["Only: The Geological Review"]
    chips.first.click()
    assert chips.count() == 0
    assert ask(page, QUESTION).locator(".remark").count() == 0


def test_a_conversation_is_kept(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, QUESTION)
    ask(page, "hostile")
    kept(page, 2)
    reload(page)
    page.locator(".answer").nth(1).wait_for()

    assert questions(page) == [QUESTION, "hostile"]
    assert listed(page) == [QUESTION]
    reload(page)
    page.locator("#history ol a").first.wait_for()
    assert page.locator("#history ol a").all_inner_texts() == [QUESTION]
    page.click("nav a[data-view=chat]")
    page.click("#start-over")
    page.locator(".welcome").wait_for()
    assert listed(page) == [QUESTION]
    page.locator("#history ol a").click()
    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == [QUESTION, "hostile"]


@pytest.mark.parametrize(
    ("question", "copied"),
    [
        (QUESTION, f"“{SENTENCE}”\n— Minerals <b>&amp;</b> more, The Geological Review"),
        # Includes the directional marks, which Firefox leaves out of the displayed text.
        ("hostile", f"“{HOSTILE}”\n— "),
    ],
)
def test_a_quote_is_copied(open_page: Callable[..., Page], question: str, copied: str) -> None:
    page = open_page()
    answer = ask(page, question)
    if question == "hostile":
        answer.locator(".extend").click()
    answer.locator(".copy").first.click()
    page.locator("#done.shown", has_text="Copied").wait_for()

    assert page.evaluate("navigator.clipboard.readText()")[: len(copied)] == copied


def test_a_quote_is_pinned(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, QUESTION).locator("button.pin").first.click()
    page.click("nav a[data-view=notebook]")
    quotes = page.locator("#notebook .notebook-list blockquote")
    quotes.first.wait_for()
    assert quotes.all_inner_texts() == [PASSAGE]
    note = page.locator(".notebook-list textarea")
    note.fill("Compare <b>this</b>.")
    page.locator("a.notebook-source").click()
    assert marked(page) == (PASSAGE, SENTENCE)
    page.keyboard.press("Escape")
    page.wait_for_function("() => location.hash === '#notebook'")
    # Firefox drops the focus when it goes back there.
    assert page.evaluate("document.activeElement.className") == "notebook-source"

    reload(page)
    quotes.first.wait_for()
    assert quotes.all_inner_texts() == [PASSAGE]
    assert note.input_value() == "Compare <b>this</b>."


def test_the_pages_of_a_pdf(
    open_page: Callable[..., Page], tmp_path: Path, quick_disk: None
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "report.pdf").write_bytes(pdf(REPORT))
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(MINERALS))
    engine.sync()
    with served(build_app(engine)) as at:
        page = as_pages(open_page(sentence_hash(engine), at=at))
        page.locator(".pdf-page i.lit").first.wait_for()

        assert (current(page), page.locator(".page-total").inner_text()) == ("2", "/ 3")
        assert 0.002 < page.locator(".pdf-page[data-number='2'] canvas").evaluate(INK) < 0.1
        lines = [
            "It is dug from the hill by the",
            "river and mel-",
            "ted with coke for a whole day.",
        ]
        marks, printed = page.evaluate(BOXES, ["lit", lines])
        assert len(marks) == 3
        assert all(map(near, marks, printed)), (marks, printed)
        page.close()


def test_in_dark_colours(open_page: Callable[..., Page]) -> None:
    page = open_page(colours="dark")
    ask(page, QUESTION).locator(".quote a.cite").first.click()
    marked(page)
    wait_until_still(page)

    assert page.locator("body").evaluate(GROUND) == "rgb(20, 21, 23)"
    assert page.locator("#source").evaluate(GROUND) == "rgb(27, 29, 32)"
    texts = ("#conversation .question", ".answer blockquote", ".answer mark", "#source mark")
    contrasts = {each: page.locator(each).first.evaluate(CONTRAST) for each in texts}
    assert {each: ratio for each, ratio in contrasts.items() if ratio < 4.5} == {}


def test_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(size=(390, 844))
    ask(page, QUESTION)
    ask(page, "hostile")
    for view in ("chat", "sources", "history", "notebook"):
        page.click(f"nav a[data-view={view}]")
        for width in (390, 320):
            resize(page, (width, 844))
            assert page.evaluate("document.documentElement.scrollWidth") == width, view
    page.click("nav a[data-view=chat]")
    page.locator(".answer .quote a.cite").first.click()
    assert marked(page) == (PASSAGE, SENTENCE)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.click("#source .close")
    assert page.locator("#source").is_hidden()
