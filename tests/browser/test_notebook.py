"""The notebook: pinning quotes, ordering them, notes, checks, and files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from browser import Page, ask, intercept, marked, reload, resize
from docx import Document
from fake_answers import HOSTILE, SECOND, SENTENCE, make_source
from web_fakes import FakeEngine

QUOTE = "The region is rich in ores 𝔸𝔹. It holds 30.07 percent of the world's chromium."


@pytest.fixture(autouse=True)
def as_it_was(engine: FakeEngine) -> Iterator[None]:
    """Undoes changes to the corpus after each test."""
    corpus, answering = dict(engine.corpus), dict(engine.answering)
    yield
    engine.corpus, engine.answering = corpus, answering


def pin_all(page: Page) -> None:
    """Pins every quote that the conversation shows."""
    page.evaluate(
        "() => document.querySelectorAll('.rows details').forEach((row) => (row.open = true))"
    )
    buttons = page.locator("#conversation .pin:not(.pinned)")
    while buttons.count():
        buttons.first.click()
        page.wait_for_function(
            "() => document.querySelector('#done').textContent === 'Pinned to the notebook'"
        )
        page.evaluate("() => { document.querySelector('#done').textContent = ''; }")


def open_notebook(page: Page) -> None:
    page.click("nav a[data-view=notebook]")
    page.locator(".notebook-list li").first.wait_for()


def checked(page: Page) -> str:
    page.wait_for_function("() => document.querySelector('.notebook-status').textContent !== ''")
    said: str = page.locator(".notebook-status").inner_text()
    return said


def quotes(page: Page) -> list[str]:
    shown: list[str] = page.locator("#notebook blockquote").evaluate_all(
        "all => all.map(each => each.textContent)"
    )
    return shown


@pytest.fixture
def filled(open_page: Callable[..., Page]) -> Page:
    """Opens a notebook of three quotes."""
    page = open_page()
    ask(page, "How much chromium is there?")
    ask(page, "hostile")
    pin_all(page)
    open_notebook(page)
    assert checked(page) == "3 quotes checked: 3 unchanged."
    return page


def test_pinned_quotes_outlive_a_reload(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.click("nav a[data-view=notebook]")
    page.locator(".notebook-empty").wait_for()
    page.click("nav a[data-view=chat]")
    ask(page, "How much chromium is there?")
    pin = page.locator("#conversation .pin").first
    assert pin.get_attribute("aria-label") == "Pin to the notebook"
    pin_all(page)
    assert pin.get_attribute("aria-label") == "In the notebook: open it there"

    reload(page)
    page.locator("#conversation .pin.pinned").nth(1).wait_for(state="attached")
    open_notebook(page)

    assert quotes(page) == [QUOTE, SECOND]
    first = page.locator(".notebook-list li").first
    assert first.locator(".notebook-from").inner_text() == (
        "Minerals <b>&amp;</b> more "
        "The Geological Review · 2024-03-18 · line 1 · Ores · Metals & more"
    )
    assert first.locator(".notebook-asked").inner_text() == "Question: How much chromium is there?"
    first.locator("a.notebook-source").click()
    assert marked(page) == (QUOTE, SENTENCE)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "notebook-source"


def test_hostile_quotes_are_shown_as_text(filled: Page) -> None:
    assert quotes(filled)[2] == HOSTILE
    assert filled.title() == "pincite"


def test_a_quote_is_pinned_by_key_and_opened_in_the_notebook(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "How much chromium is there?")
    page.keyboard.press("Escape")
    page.locator("#conversation .quote a.cite").first.focus()
    page.keyboard.press("b")
    page.locator("#conversation .pin.pinned").wait_for()
    assert page.locator("#done").inner_text() == "Pinned to the notebook"
    page.keyboard.press("b")
    page.locator(".notebook-list li").wait_for()

    page.wait_for_function("() => document.activeElement.matches('#notebook textarea')")
    assert quotes(page) == [QUOTE]


def test_quotes_are_ordered_by_buttons(filled: Page) -> None:
    page = filled
    page.get_by_role("button", name="Move quote 3 up").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.querySelector('.notebook-status').textContent === 'Now quote 2 of 3'"
    )
    assert quotes(page) == [QUOTE, HOSTILE, SECOND]
    assert page.evaluate("document.activeElement.ariaLabel") == "Move quote 2 up"
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.querySelector('.notebook-status').textContent === 'Now quote 1 of 3'"
    )
    # At the end of the list that button is disabled.
    assert page.evaluate("document.activeElement.ariaLabel") == "Move quote 1 down"
    assert page.get_by_role("button", name="Move quote 1 up").is_disabled()

    reload(page)
    page.locator(".notebook-list li").nth(2).wait_for()
    assert quotes(page) == [HOSTILE, QUOTE, SECOND]
    page.get_by_role("button", name="Move quote 1 down").click()
    page.get_by_role("button", name="Move quote 2 down").click()
    page.wait_for_function(
        "() => document.querySelector('.notebook-status').textContent === 'Now quote 3 of 3'"
    )
    assert quotes(page) == [QUOTE, SECOND, HOSTILE]


def test_quotes_are_ordered_without_end(filled: Page) -> None:
    page = filled
    for _ in range(120):
        page.evaluate("document.querySelectorAll('[data-act=up]')[2].click()")
    page.wait_for_timeout(200)
    shown = quotes(page)
    reload(page)
    page.locator(".notebook-list li").nth(2).wait_for()

    assert quotes(page) == shown == [QUOTE, SECOND, HOSTILE]


def test_quotes_are_ordered_by_dragging(filled: Page) -> None:
    page = filled
    page.set_viewport_size({"width": 1280, "height": 2000})
    handles, items = page.locator("#notebook .drag"), page.locator(".notebook-list li")
    handles.nth(2).drag_to(items.first, target_position={"x": 300, "y": 5})
    page.wait_for_function(
        "() => document.querySelector('.notebook-status').textContent === 'Now quote 1 of 3'"
    )
    assert quotes(page) == [HOSTILE, QUOTE, SECOND]
    last = items.last.bounding_box()
    handles.first.drag_to(items.last, target_position={"x": 300, "y": last["height"] - 5})
    page.wait_for_function(
        "() => document.querySelector('.notebook-status').textContent === 'Now quote 3 of 3'"
    )

    assert quotes(page) == [QUOTE, SECOND, HOSTILE]
    assert page.locator("#notebook :is(.dragged, .drop-before, .drop-last)").count() == 0


def test_notes_are_kept_as_plain_text(filled: Page) -> None:
    page = filled
    page.get_by_label("Your note on quote 2").fill("Compare <b>this</b>\nwith the census.")
    reload(page)
    page.locator(".notebook-list li").nth(2).wait_for()

    assert [page.get_by_label(f"Your note on quote {n}").input_value() for n in (1, 2, 3)] == [
        "",
        "Compare <b>this</b>\nwith the census.",
        "",
    ]


def test_a_removal_can_be_undone(filled: Page) -> None:
    page = filled
    page.get_by_label("Your note on quote 2").fill("My note")
    page.get_by_role("button", name="Remove quote 2").click()
    page.locator(".notebook-undo").wait_for()
    assert quotes(page) == [QUOTE, HOSTILE]
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    page.locator(".notebook-list li").nth(2).wait_for()

    assert quotes(page) == [QUOTE, SECOND, HOSTILE]
    assert page.get_by_label("Your note on quote 2").input_value() == "My note"
    assert page.evaluate("document.activeElement.ariaLabel") == "Remove quote 2"

    page.get_by_role("button", name="Remove quote 2").click()
    page.click("nav a[data-view=chat]")
    assert page.locator("#conversation .pin.pinned").count() == 2
    open_notebook(page)
    assert quotes(page) == [QUOTE, HOSTILE]
    assert page.locator(".notebook-undo").is_hidden()


def test_the_notebook_says_what_became_of_sources(filled: Page, engine: FakeEngine) -> None:
    page = filled
    hostile, report = engine.corpus["hostile"], engine.corpus["report"]
    later = make_source(replace(report.info, id="later", sha256="9" * 64), report.text)
    engine.corpus = {"report": later, "hostile": hostile}
    engine.answering = {"later": later, "hostile": hostile}
    reload(page)
    page.locator("#notebook .notebook-state:visible").nth(1).wait_for()

    assert checked(page) == ("3 quotes checked: 1 unchanged, 1 source changed, 1 source removed.")
    assert page.locator(".notebook-state:visible").all_inner_texts() == [
        "Source removed The file is not in the corpus any more. "
        "The index does not have the source any more.",
        "Source changed The file has changed since it was quoted. "
        "The index has another version of the source. "
        "The version in the index has the same words. Open it as it is now",
    ]
    page.locator(".notebook-state a").click()
    assert marked(page)[0] == SECOND


def test_a_notebook_is_exported(filled: Page) -> None:
    page = filled
    page.get_by_label("Your note on quote 1").fill("My note")
    page.get_by_label("Bibliography").select_option("apa")
    files = {}
    for name, suffix in (("Markdown", "md"), ("Word", "docx")):
        page.click(".notebook-save summary")
        with page.expect_download() as download:
            page.locator(".notebook-save").get_by_role("button", name=name).click()
        assert download.value.suggested_filename.endswith(f".{suffix}")
        files[suffix] = download.value.path().read_bytes()
        page.locator(".notebook-save:not([open])").wait_for()

    assert files["md"].decode().startswith("# Notebook\n")
    paragraphs = Document(io.BytesIO(files["docx"])).paragraphs
    assert [each.text for each in paragraphs if each.style.name == "Quote"] == [
        QUOTE,
        SECOND,
        HOSTILE,
    ]
    assert "My note" in [each.text for each in paragraphs]
    assert any(
        each.text.startswith("The Geological Review. (2024, March 18).") for each in paragraphs
    )
    reload(page)
    page.locator(".notebook-list li").first.wait_for()
    assert page.get_by_label("Bibliography").input_value() == "apa"


def test_what_goes_wrong_is_said(filled: Page) -> None:
    page = filled
    intercept(page, "**/pincite/notebook/export", lambda route: route.abort())
    page.click(".notebook-save summary")
    page.locator(".notebook-save").get_by_role("button", name="Word").click()

    page.locator(".notebook-fault", has_text="pincite does not answer").wait_for()


def test_a_browser_that_keeps_nothing_says_so(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    reload(page)
    page.locator(".welcome").wait_for()
    ask(page, "How much chromium is there?")
    page.locator("#conversation .pin").first.click()

    page.locator("#done.shown", has_text="This browser keeps no notebook").wait_for()


def test_a_notebook_on_a_phone(open_page: Callable[..., Page]) -> None:
    widths = (390, 320)
    page = open_page(size=(390, 700))
    ask(page, "How much chromium is there?")
    ask(page, "hostile")
    for width in widths:
        resize(page, (width, 700))
        assert page.evaluate("document.documentElement.scrollWidth") == width
    pin_all(page)
    open_notebook(page)

    for width in widths:
        resize(page, (width, 700))
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(
            "[...document.querySelectorAll('#notebook *')]"
            f".every(each => each.getBoundingClientRect().right <= {width})"
        ), width
