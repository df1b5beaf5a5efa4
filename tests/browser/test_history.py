"""Conversations that a browser keeps: after a reload, after a restart, in the list and as files."""

from __future__ import annotations

import json
from collections.abc import Callable

from browser import Page, ask, intercept, marked, reload
from history_page import kept, listed, questions
from web_fakes import FakeEngine

SENTENCE = "It holds 30.07 percent of the world's chromium."


def restart(page: Page) -> None:
    """Makes the server forget the conversation, like a restart."""
    page.evaluate(
        """() => fetch("pincite/conversation/forget", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ tab: sessionStorage.getItem("pincite.conversation") }),
        })"""
    )


def test_a_conversation_outlives_the_server(
    open_page: Callable[..., Page], engine: FakeEngine
) -> None:
    page = open_page()
    ask(page, "How much chromium is there?")
    ask(page, "hostile")
    kept(page, 2)
    restart(page)

    reload(page)
    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == ["How much chromium is there?", "hostile"]
    page.locator(".answer a.cite").first.click()
    assert marked(page)[1] == SENTENCE
    page.keyboard.press("Escape")
    ask(page, "And chromium again?")
    assert [turn.content for turn in engine.histories[-1][::2]] == [
        "How much chromium is there?",
        "hostile",
    ]
    kept(page, 3)


def test_a_server_that_was_restarted_under_an_open_page_loses_nothing(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "How much chromium is there?")
    kept(page, 1)
    restart(page)
    page.fill("#question textarea", "hostile")
    page.press("#question textarea", "Enter")
    # The earlier exchanges are restored and shown again.
    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == ["How much chromium is there?", "hostile"]
    kept(page, 2)

    reload(page)
    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == ["How much chromium is there?", "hostile"]


def test_earlier_conversations_are_listed_and_opened_again(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "How much chromium is there?")
    ask(page, "hostile")
    kept(page, 2)
    page.click("#start-over")
    page.locator(".welcome").wait_for()
    ask(page, "chromium <b>elsewhere</b>")
    kept(page, 1)

    assert listed(page) == ["chromium <b>elsewhere</b>", "How much chromium is there?"]
    details = page.locator("#history ol li p").all_inner_texts()
    assert [line.split(" · ")[0] for line in details] == ["1 question", "2 questions"]
    assert page.locator("#history a[aria-current]").inner_text() == "chromium <b>elsewhere</b>"
    page.click("#history ol a >> nth=1")
    page.locator(".answer").nth(1).wait_for()
    assert questions(page) == ["How much chromium is there?", "hostile"]
    assert page.locator("#history").is_hidden()


def test_conversations_are_deleted(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for question in ("chromium one", "chromium two", "chromium three"):
        ask(page, question)
        kept(page, 1)
        page.click("#start-over")
        page.locator(".welcome").wait_for()
    assert listed(page) == ["chromium three", "chromium two", "chromium one"]

    page.get_by_role("button", name="Delete chromium two").click()
    page.wait_for_function("() => document.querySelectorAll('#history ol a').length === 2")
    assert listed(page) == ["chromium three", "chromium one"]

    page.click(".delete-all")
    page.click("#confirm-deletion button[value=keep]")
    assert listed(page) == ["chromium three", "chromium one"]
    page.click(".delete-all")
    page.click("#confirm-deletion button[value=delete]")
    page.locator(".history-empty").wait_for()
    reload(page)
    page.locator(".history-empty").wait_for()


def test_a_deleted_conversation_can_be_taken_back_by_keyboard(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    for question in ("chromium <i>one</i>", "chromium two"):
        ask(page, question)
        kept(page, 1)
        page.click("#start-over")
        page.locator(".welcome").wait_for()
    before = listed(page)
    details = page.locator("#history ol li p").all_inner_texts()

    page.get_by_role("button", name="Delete chromium <i>one</i>").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").wait_for()
    assert page.locator(".undo p").inner_text() == "Deleted: “chromium <i>one</i>”"
    assert page.locator("#history ol a").all_inner_texts() == ["chromium two"]
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")

    page.locator("#history ol a", has_text="one").wait_for()
    assert page.locator(".undo").is_hidden()
    assert page.locator("#history ol a").all_inner_texts() == before
    assert page.locator("#history ol li p").all_inner_texts() == details
    assert page.evaluate("document.activeElement.textContent") == "chromium <i>one</i>"
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    assert questions(page) == ["chromium <i>one</i>"]


def test_the_conversation_that_is_shown_is_taken_back_into_the_chat(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium one")
    kept(page, 1)
    listed(page)
    page.get_by_role("button", name="Delete chromium one").click()
    page.click("nav a[data-view=chat]")
    page.locator(".welcome").wait_for()
    page.click("nav a[data-view=history]")
    page.get_by_role("button", name="Undo").click()
    page.locator("#history ol a[aria-current]", has_text="chromium one").wait_for()
    page.click("nav a[data-view=chat]")
    page.locator(".answer").wait_for()
    assert questions(page) == ["chromium one"]


def test_what_was_deleted_can_be_taken_back_for_some_seconds(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.clock.install()
    ask(page, "chromium one")
    listed(page)
    page.get_by_role("button", name="Delete chromium one").click()
    page.locator(".undo button").wait_for()
    page.mouse.move(5, 500)
    page.clock.fast_forward(9_000)
    assert page.locator(".undo").is_visible()
    page.clock.fast_forward(2_000)
    page.locator(".undo").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "history-title"


def test_saving_is_offered_where_there_is_something_to_save(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    assert page.locator("#save").is_hidden()
    ask(page, "chromium")
    page.locator("#save").wait_for()
    for view in ("history", "sources", "gaps"):
        page.click(f"nav a[data-view={view}]")
        page.locator(f"nav a[data-view={view}][aria-current]").wait_for()
        assert page.locator("#save").is_hidden(), view
    page.click("nav a[data-view=chat]")
    page.locator("#save").wait_for()
    page.click("#start-over")
    page.locator("#save").wait_for(state="hidden")


def test_a_browser_that_keeps_nothing_saves_what_the_server_has(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.evaluate(
        """() => {
            Object.defineProperty(IDBObjectStore.prototype, "getAll", { value() {
                const request = {};
                setTimeout(() => request.onsuccess?.call(Object.assign(request, { result: [] })));
                return request;
            } });
        }"""
    )
    ask(page, "How much chromium is there?")
    page.click("#save summary")
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON", exact=True).click()
    (exchange,) = json.loads(download.value.path().read_text("utf-8"))["exchanges"]
    assert exchange["question"] == "How much chromium is there?"


FILES = (
    ("Markdown", "md", "# How much chromium is there?\n"),
    ("JSON", "json", '{\n  "version": 1,'),
    ("Bibliography, BibTeX", "bib", "@online{minerals-"),
    ("Bibliography, RIS", "ris", "TY  - ELEC\r\nID  - minerals-"),
    ("Bibliography, CSL-JSON", "csl.json", '[\n  {\n    "id": "minerals-'),
)


def test_what_only_the_browser_forgets_is_said(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "chromium")
    kept(page, 1)
    intercept(page, "**/pincite/conversation/forget", lambda route: route.abort())
    page.click('#masthead [data-view="history"]')

    page.locator("#history ol li > button").last.click()

    page.locator(".history-empty").wait_for()
    assert page.locator(".history-fault").inner_text() == (
        "Deleted from this browser, but not from the memory of pincite: "
        "pincite does not answer. Is it still running?"
    )
    # It does not come back with the next refresh, either.
    page.click('#masthead [data-view="chat"]')
    page.click('#masthead [data-view="history"]')
    assert page.locator(".history-empty").is_visible()
    page.click('#masthead [data-view="chat"]')
    page.locator(".welcome").wait_for()


def test_a_conversation_is_saved_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page()
    assert page.locator("#save").is_hidden()
    ask(page, "How much chromium is there?")
    page.locator("#save").wait_for()
    for label, suffix, beginning in FILES:
        page.focus("#save summary")
        page.keyboard.press("Enter")
        page.get_by_role("button", name=label, exact=True).focus()
        with page.expect_download() as download:
            page.keyboard.press("Enter")

        name = download.value.suggested_filename
        assert name.startswith("pincite 20")
        assert name.endswith(f".{suffix}")
        content = download.value.path().read_bytes().decode()
        assert content.startswith(beginning)
        assert page.locator("#save[open]").count() == 0
        if suffix == "json":
            (exchange,) = json.loads(content)["exchanges"]
            passage = exchange["answer"]["passages"][0]
            assert passage["text"].endswith(SENTENCE)
            assert passage["source"]["sha256"] == "0" * 64


def test_a_browser_that_can_keep_no_more_says_so(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.evaluate(
        """() => {
            IDBObjectStore.prototype.put = () => { throw new Error("The disk is full."); };
        }"""
    )
    ask(page, "How much chromium is there?")
    page.click("nav a[data-view=history]")
    fault = page.locator(".history-fault", has_text="are not kept: The disk is full.")
    fault.wait_for()
    page.click("nav a[data-view=chat]")
    assert ask(page, "chromium").locator(".quote").count() == 2


def test_escape_closes_the_menu_and_gives_the_focus_back(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium")
    page.click("#save summary")
    page.get_by_role("button", name="Markdown").focus()
    page.keyboard.press("Escape")

    assert page.locator("#save[open]").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Save"


def test_a_menu_is_closed_by_a_click_elsewhere_but_not_by_one_of_the_page_itself(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium")
    page.click("#save summary")
    with page.expect_response("**/queue/join*"):
        page.locator("#show-examples").evaluate("button => button.click()")
    assert page.locator("#save[open]").count() == 1

    page.click("#conversation .question")
    assert page.locator("#save[open]").count() == 0


def test_history_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(size=(360, 740))
    ask(page, f"chromium {'and chromium ' * 20}")
    kept(page, 1)
    listed(page)

    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.click("#history .menu summary")
    box = page.locator("#history .menu ul").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
