"""An answer and its source as a person meets them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from browser import Page, ask, faint, marked, reload, wait_until_still
from fake_answers import HOSTILE, MINERALS, PASSAGE, SENTENCE, WORDS

from bot.web.rendering.escaping import named


def test_an_answer_and_its_source(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "How much chromium is there?")

    # The answering sentence is visible; the rest of the passage opens on request.
    assert answer.locator("blockquote").first.inner_text() == SENTENCE
    assert answer.locator("mark").first.inner_text() == SENTENCE
    answer.locator(".extend").first.click()
    assert answer.locator("blockquote").first.inner_text() == PASSAGE
    assert answer.locator(".extend").count() == 0
    assert answer.locator("mark strong").all_inner_texts() == [WORDS]
    assert page.locator("#question textarea").input_value() == ""
    citation = answer.locator(".quote a.cite").first
    citation.click()

    assert marked(page) == (PASSAGE, SENTENCE)
    assert page.locator("#source mark strong").all_inner_texts() == [WORDS]
    assert page.locator(".source-text").evaluate("node => node.textContent") == MINERALS
    assert page.locator("#source-title").inner_text() == "Minerals <b>&amp;</b> more"
    assert "The Geological Review · 2024-03-18" in page.locator(".source-meta").inner_text()
    original = page.locator(".source-links a")
    assert original.get_attribute("href") == "https://example.invalid/minerals"
    assert original.get_attribute("rel") == "noopener noreferrer"
    assert page.locator(".source-text .passage").first.is_visible()
    assert "passage" in page.evaluate("document.activeElement.className")
    page.locator(".source-text summary").click()
    assert page.locator(".source-text .skipped").inner_text().startswith("Related news")

    page.keyboard.press("Escape")
    assert page.locator("#source").is_hidden()
    assert citation.evaluate("node => node === document.activeElement")
    assert "#src" not in page.url


def test_the_keyboard_alone_opens_and_closes_a_source(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "chromium")
    citation = answer.locator(".quote a.cite").nth(1)
    citation.focus()
    page.keyboard.press("Enter")

    assert marked(page)[0] == PASSAGE.replace(PASSAGE, "A report.")
    page.locator("#source .close").focus()
    page.keyboard.press("Enter")
    assert page.locator("#source").is_hidden()
    assert citation.evaluate("node => node === document.activeElement")


def test_a_link_to_a_passage_survives_a_reload(open_page: Callable[..., Page]) -> None:
    page = open_page("/?__theme=light")
    ask(page, "chromium").locator(".quote a.cite").first.click()
    marked(page)
    linked = page.url
    assert "?__theme=light#src/minerals/" in linked

    reload(page)
    assert marked(page) == (PASSAGE, SENTENCE)
    page.go_back()
    page.wait_for_selector("#source", state="hidden")


def test_an_address_that_is_typed_opens_its_source(open_page: Callable[..., Page]) -> None:
    page = open_page("/#src/report/0-9")
    assert marked(page) == ("A report.", "")
    assert page.locator(".source-links a").count() == 0

    page.evaluate("location.hash = '#src/minerals/0-8/0-8'")
    page.locator("#source mark", has_text="Minerals").wait_for()
    page.evaluate("location.hash = '#src/minerals/0-11//9-11'")
    page.locator("#source mark strong", has_text="🪨🪨").wait_for()
    assert marked(page) == ("Minerals 🪨🪨", "🪨🪨")
    page.evaluate("location.hash = '#src/nowhere/0-8'")
    page.locator(".source-fault", has_text="No source has the id 'nowhere'.").wait_for()


def test_hostile_text_is_shown_as_it_is_and_does_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page()
    question = HOSTILE.replace("\n", " ").replace("chromium", "")[:400] + " hostile"
    answer = ask(page, question)

    answer.locator(".extend").click()
    assert answer.locator("blockquote").inner_text() == HOSTILE
    assert answer.locator("mark").all_inner_texts() == ["<b>not bold</b>", "end"]
    assert answer.locator(".remark").all_inner_texts() == [
        f"Searched for: {HOSTILE}",
        f'No passage has the exact words "{HOSTILE}"; searched without the quotes.',
    ]
    assert page.locator("#conversation .question").inner_text() == question
    assert answer.locator("cite").evaluate("node => node.textContent") == named(HOSTILE)
    answer.locator("a.cite").first.click()
    marked(page)
    assert page.locator(".source-text").evaluate("node => node.textContent") == HOSTILE
    assert page.locator("#source-title").evaluate("node => node.textContent") == named(HOSTILE)
    assert page.locator("#conversation :is(img, script, .katex, h1, table)").count() == 0
    assert (
        page.locator("#conversation .message-row a:not(.cite, .all-found, .answer-link)").count()
        == 0
    )
    assert page.locator("#source :is(img, script, iframe)").count() == 0
    assert page.title() == "pincite"


def test_a_quote_is_copied_as_text_with_its_source(open_page: Callable[..., Page]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    answer = ask(page, "chromium")
    answer.locator(".copy").first.click()
    page.locator("#done.shown", has_text="Copied").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{SENTENCE}”\n— Minerals <b>&amp;</b> more, The Geological Review")
    # A button with only an icon is large enough to click and has a name.
    for role, name in (
        ("button", "Copy"),
        ("button", "Pin to the notebook"),
        ("link", "Copy link"),
    ):
        sign = answer.get_by_role(role, name=name, exact=True).first
        box = sign.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert sign.locator("svg").count() == 1
        assert sign.get_attribute("title") == name


def test_on_a_phone_the_source_is_a_drawer(open_page: Callable[..., Page]) -> None:
    page = open_page(size=(360, 740), has_touch=True)
    ask(page, "chromium").locator(".quote a.cite").first.tap()

    assert marked(page) == (PASSAGE, SENTENCE)
    wait_until_still(page)
    drawer = page.locator("#source").bounding_box()
    assert (drawer["x"], drawer["width"]) == (0, 360)
    assert drawer["y"] > 150
    assert drawer["y"] + drawer["height"] == pytest.approx(740, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#source .close").tap()
    assert page.locator("#source").is_hidden()


def test_on_a_phone_the_newest_question_goes_to_the_top(open_page: Callable[..., Page]) -> None:
    page = open_page(size=(360, 740), has_touch=True)
    for question in ("What is hostile?", "chromium", "What else is hostile?", "And what is not?"):
        ask(page, question)
        page.wait_for_timeout(300)
        top = page.locator("#conversation .user-row").last.bounding_box()["y"]
        masthead = page.locator("#masthead").bounding_box()
        assert top == pytest.approx(masthead["y"] + masthead["height"], abs=1), question


def test_text_stands_out_from_its_ground(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "How much chromium?")
    answer = ask(page, "And how much chromium?")
    answer.locator("a.cite").nth(2).click()
    marked(page)
    ask(page, "What is hostile?")

    assert (
        faint(
            page,
            ".question",
            ".summary",
            ".quote blockquote",
            ".quote mark",
            ".quote mark strong",
            ".details",
            ".quote .cite",
            ".conflict caption",
            ".conflict td",
            "#state",
            "#masthead nav a",
            "#source .source-meta",
            "#source mark",
            "#source mark strong",
            "#source .passage",
            "#source .skipped",
            "#start-over",
            ".context li",
            ".ask-alone",
            ".remark",
        )
        == {}
    )


def test_messages_are_named_for_screen_readers(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "chromium")

    names = page.locator("#conversation .message-row > [role=group]").evaluate_all(
        "nodes => nodes.map(node => node.getAttribute('aria-label'))"
    )
    assert names == ["Question", "Answer"]
    assert page.locator("#conversation [role=log][aria-live=polite]").count() == 1
    assert page.locator("#question textarea").evaluate("node => node.labels.length") >= 1
