"""Sources are listed, added and removed, and the index is rebuilt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from browser import Page, ask, serve_in_background
from fake_answers import HOSTILE
from web_fakes import FakeEngine

from bot.errors import SourceGone
from bot.web.rendering.escaping import named


def test_earlier_citations_of_what_is_gone_are_marked(
    open_page: Callable[..., Page], own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    page = open_page(at=at)
    answer = ask(page, "chromium")
    chip = answer.locator("a.cite[href^='#src/minerals/']").first
    engine.gone["minerals"] = SourceGone("Ores <i>x</i> was removed.", None)
    chip.click()

    page.locator("#source-title", has_text="Removed since it was cited").wait_for()
    assert page.locator(".source-fault").inner_text() == "Ores <i>x</i> was removed."
    assert page.locator(".source-links a").count() == 0
    assert chip.get_attribute("data-outcome") == "removed"
    assert answer.locator("a.cite.gone[href^='#src/report/']").count() == 0

    page.keyboard.press("Escape")
    engine.gone["minerals"] = SourceGone("Ores have changed.", "report")
    chip.click()
    page.locator("#source-title", has_text="Changed since it was cited").wait_for()
    assert chip.get_attribute("data-outcome") == "changed since"
    page.click(".source-links a")
    page.locator("#source-title", has_text="A report").wait_for()


def test_a_source_that_is_removed_while_it_is_read_is_not_shown_any_longer(
    open_page: Callable[..., Page], own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    page = open_page(at=at)
    answer = ask(page, "chromium")
    chip = answer.locator("a.cite[href^='#src/minerals/']").first
    chip.click()
    page.locator("#source .passage").first.wait_for()
    page.locator("#question textarea").fill("half a quest")
    engine.gone["minerals"] = SourceGone("Ores was removed.", None)
    engine.number += 1

    # Simulate a switch from another tab to this one.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    page.locator("#source-title", has_text="Removed since it was cited").wait_for()
    assert page.locator(".source-fault").inner_text() == "Ores was removed."
    assert page.locator("#source .passage").count() == 0
    assert chip.get_attribute("data-outcome") == "removed"
    # Typing is not interrupted.
    assert page.locator("#question textarea").evaluate("box => box === document.activeElement")


def test_nothing_is_added_after_second_thoughts(
    open_page: Callable[..., Page], own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    page = open_page("/#sources", at=at)
    page.set_input_files(
        "#upload", [{"name": "a.zip", "mimeType": "application/zip", "buffer": b"PK"}]
    )
    page.locator("#review li", has_text="a.zip/b.png: format '.png' is not read.").wait_for()
    assert "a.zip/a.md: “A”, 1 passage, 9 characters" in page.locator("#review li").inner_text()
    page.keyboard.press("Escape")

    assert page.locator("#review").is_hidden()
    assert sorted(engine.corpus) == ["hostile", "minerals", "report"]


def test_a_list_that_stays_as_it_is_stays_under_the_pointer(open_page: Callable[..., Page]) -> None:
    page = open_page("/#sources")
    remove = page.locator("#collection .remove").first
    remove.hover()
    page.mouse.down()
    with page.expect_response("**/pincite/sources"):
        page.evaluate("location.hash = '#chat'")
        page.evaluate("location.hash = '#sources'")
    page.wait_for_timeout(300)
    page.mouse.up()

    page.click("#confirm-removal button[value=keep]")


def test_sources_are_listed_added_and_removed(
    open_page: Callable[..., Page], own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    page = open_page("/#sources", at=at)
    rows = page.locator("#collection tbody tr")
    rows.first.wait_for()
    assert rows.count() == 3
    assert "Minerals <b>&amp;</b> more" in rows.first.inner_text()
    assert "The Geological Review" in rows.first.inner_text()
    summary = page.locator("#collection .collection-summary").text_content()
    assert summary is not None
    assert summary.startswith("3 sources, 6 passages · generation 3, built ")
    assert "Kept in this browser" in str(
        page.locator("#history .collection-summary").text_content()
    )
    assert (
        page.locator("#collection .skipped li").inner_text() == "corpus/scan.pdf: it holds no text."
    )

    engine.pause.set()
    page.set_input_files(
        "#upload",
        [
            {"name": "new <i>x</i>.md", "mimeType": "text/markdown", "buffer": b"New text."},
            {"name": "bad.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
        ],
    )
    review = page.locator("#review")
    review.locator("li", has_text="bad.exe: not a kind of file that pincite reads").wait_for()
    looked = review.locator("li").all_inner_texts()
    assert "“new <i>x</i>”, 2 passages, 9 characters" in looked[0]
    assert "Will be skipped: <b>menu</b> (3 blocks), teaser (1 block)" in looked[0]
    assert "decoded as cp1252" in looked[0]
    assert review.locator("button[value=add]").inner_text() == "Add"
    review.locator("button[value=add]").click()
    progress = page.locator(".run-text", has_text="Reading, 0 of")
    progress.wait_for()
    assert page.locator(".run progress").is_visible()
    page.click("#masthead [data-view=chat]")
    assert ask(page, "chromium").locator(".quote").count() == 2
    page.click("#masthead [data-view=sources]")
    engine.pause.clear()
    page.locator(".run-text", has_text="1 added").wait_for()
    page.wait_for_function("() => document.querySelectorAll('#collection tbody tr').length === 4")
    results = page.locator(".upload-results").inner_text()
    assert "new <i>x</i>.md: added as corpus/new <i>x</i>.md" in results
    assert "bad.exe" not in results
    assert "corpus/scan.pdf: it holds <b>no</b> text." in page.locator(".run-details").inner_text()

    page.locator("#state", has_text="Generation 4 of the index answers now").wait_for()

    page.get_by_role("button", name="Remove new <i>x</i>").click()
    page.click("#confirm-removal button[value=keep]")
    assert rows.count() == 4
    page.get_by_role("button", name="Remove new <i>x</i>").click()
    page.click("#confirm-removal button[value=remove]")
    page.locator(".run-text", has_text="1 removed").wait_for()
    page.wait_for_function("() => document.querySelectorAll('#collection tbody tr').length === 3")
    assert sorted(engine.answering) == ["hostile", "minerals", "report"]


def test_the_index_is_rebuilt_and_a_run_stopped(
    open_page: Callable[..., Page], own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    engine.current = False
    page = open_page("/#sources", at=at)
    page.locator(".collection-outdated").wait_for()
    rows = page.locator("#collection tbody tr")
    states = rows.evaluate_all(
        "rows => rows.map(row => [row.cells[0].textContent, row.cells[5].textContent])"
    )
    assert dict(states) == {
        "Minerals <b>&amp;</b> more": "File removed",
        "A report": "File changed",
        named(HOSTILE): "File renamed",
        "corpus/<i>new</i>.md": "Not read yet",
    }
    engine.pause.set()
    page.click(".rebuild")
    page.locator(".run .stop").click()
    page.locator(".run-text", has_text="Stopped. The index is as it was before.").wait_for()

    engine.pause.clear()
    page.click(".update")
    page.locator(".run-text", has_text="3 unchanged").wait_for()
    page.locator(".collection-outdated").wait_for(state="hidden")


def test_a_read_only_chat_offers_no_changes(browser: Any, open_page: Callable[..., Page]) -> None:
    at = serve_in_background(FakeEngine(), read_only=True)
    page = open_page("/#sources", at=at)
    page.locator("#collection tbody tr").first.wait_for()
    page.locator("body.read-only").wait_for()

    assert page.locator("#collection .writing:visible").count() == 0
    page.locator("#collection tbody a").first.click()
    page.wait_for_selector("#source:not([hidden])")
    assert page.locator("#source-title").inner_text() == "Minerals <b>&amp;</b> more"


def test_a_chat_with_a_password(browser: Any, open_page: Callable[..., Page]) -> None:
    at = serve_in_background(FakeEngine(), auth=("ada", "secret"))
    page = open_page(at=at, http_credentials={"username": "ada", "password": "secret"})

    assert ask(page, "chromium").locator(".quote").count() == 2
