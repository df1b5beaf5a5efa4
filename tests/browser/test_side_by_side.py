"""Two passages side by side where sources differ or agree, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from browser import Page, ask, marked, resize, serve_in_background, violations
from fake_answers import MINERALS as TEXT
from fake_answers import make_citation, make_info, make_source, span_of
from web_fakes import FakeEngine

from bot.types import Answer, AnswerLine, Conflict, ConflictValue, LineKind

THIRD = "A note 🪨.\n\nThe region is rich in ores. It holds 30.07 percent of the world's chromium."
SENTENCE = "It holds 30.07 percent of the world's chromium."
OTHER = "The countries hold 31 percent of the chromium."


class Engine(FakeEngine):
    """Three sources: two agree on a figure, and only one of these is marked; the third differs."""

    def ask(self, question: str, **options: Any) -> Answer:
        found = super().ask(question, **options)
        if "chromium" not in question:
            return found
        third = self.answering["note"]
        start, end = span_of(THIRD, THIRD.split("\n\n")[1])
        citation = replace(
            make_citation(found.quotes[0], 3), source=third.info, start=start, end=end
        )
        text = self.answering["report"].text
        values = (
            ConflictValue("30.07 percent", 1, span_of(TEXT, "30.07 percent"),
                          span_of(TEXT, SENTENCE)),
            ConflictValue("31 percent", 2, span_of(text, "31 percent"), span_of(text, OTHER)),
            ConflictValue("30.07 percent", 3),
        )  # fmt: skip
        line = AnswerLine(
            LineKind.WORDS, "30.07 percent", *span_of(TEXT, "30.07 percent"), (1, 3), 2, 1
        )
        return replace(
            found,
            citations=(*found.citations[:2], citation),
            conflicts=(Conflict("chromium <b>*here*</b>", values),),
            line=line,
        )


@pytest.fixture(scope="module")
def address(browser: Any) -> str:
    engine = Engine()
    engine.answering["note"] = make_source(make_info("note", "A note", date="2020"), THIRD)
    return serve_in_background(engine)


def columns(page: Page) -> list[tuple[str, str, str]]:
    """Returns, for each column, its title, the marked sentence, and the value in it."""
    page.locator("#beside section").nth(1).wait_for()
    return [
        (
            one.locator("h3").inner_text(),
            "".join(one.locator("mark").all_inner_texts()),
            "".join(one.locator("mark strong").all_inner_texts()),
        )
        for one in page.locator("#beside section").all()
    ]


MINERALS_COLUMN = ("Minerals <b>&amp;</b> more", SENTENCE, "30.07 percent")
REPORT_COLUMN = ("A report", OTHER, "31 percent")
NOTE_COLUMN = ("A note", SENTENCE, "30.07 percent")


def test_where_sources_differ(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "How much chromium is there?")
    answer.locator(".conflict .beside").click()

    assert columns(page) == [MINERALS_COLUMN, REPORT_COLUMN]
    assert page.locator(".beside-about").inner_text() == (
        "Figures differ between sources: chromium <b>*here*</b>"
    )
    details = page.locator(".beside-details").all_inner_texts()
    assert details[0].startswith("The Geological Review · 2024-03-18 · ")
    boxes = [one.bounding_box() for one in page.locator("#beside section").all()]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    # With more than two passages, the reader chooses; the other side's passage is not available.
    right = page.get_by_label("Right")
    assert right.locator("option").all_inner_texts() == [
        "[1] Minerals <b>&amp;</b> more: 30.07 percent",
        "[3] A note: 30.07 percent",
        "[2] A report: 31 percent",
    ]
    assert right.locator("option").first.is_disabled()
    right.focus()
    right.select_option("1")
    page.locator("#beside h3", has_text="A note").wait_for()
    # The answer marks nothing there; the most similar sentence is found.
    assert columns(page) == [MINERALS_COLUMN, NOTE_COLUMN]
    assert page.get_by_label("Right").evaluate("one => one === document.activeElement")

    page.locator("#beside section").first.locator("a").click()
    assert marked(page)[1] == SENTENCE
    assert page.locator("#beside:visible").count() == 0


def test_where_sources_agree_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page(size=(390, 740))
    answer = ask(page, "How much chromium is there?")
    button = answer.locator(".line .beside")
    button.focus()
    page.keyboard.press("Enter")
    # The line's own passages, and the one that differs, which is shown first.
    assert columns(page) == [MINERALS_COLUMN, REPORT_COLUMN]
    assert page.get_by_label("Left").locator("option").count() == 3
    first, second = (one.bounding_box() for one in page.locator("#beside section").all())
    assert first["y"] + first["height"] <= second["y"]
    assert page.locator("#beside").evaluate("one => one.scrollWidth <= one.clientWidth")
    page.keyboard.press("Escape")
    assert page.locator("#beside:visible").count() == 0
    assert button.evaluate("one => one === document.activeElement")


def test_axe_finds_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "How much chromium is there?").locator(".conflict .beside").click()
    columns(page)
    # On the phone, the second passage is below: its link has to be scrolled to.
    for size in ((1280, 800), (390, 740), (320, 480)):
        resize(page, size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(100)
            assert violations(page) == [], (size, scheme)
