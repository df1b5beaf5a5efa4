"""Nothing is clipped, and nothing moves while the page loads, at every screen width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from browser import Page, ask, marked, reload, resize, serve_in_background, wait_until_still
from fake_answers import make_answer, make_info, make_quote, make_source, span_of
from web_fakes import FakeEngine

from bot.types import Answer, Found, FoundCount, FoundPassage, FoundSource, Order
from bot.web.rendering.languages import NAMES

EXAMPLES = (
    "How much chromium is there?",
    "What is zinc used for in the north of the country?",
    "Where is lead mined?",
    "Who found the uranium deposits of the steppe?",
)
FIRST, SECOND = "It holds 30.07 percent of the chromium.", "Most of it was found long ago."
TEXT = f"Ores\n\nThe region is rich. {FIRST} {SECOND} More follows."

_SHIFTS = """
globalThis.shift = 0;
new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) shift += value;
}).observe({ type: "layout-shift", buffered: true });
"""


class Engine(FakeEngine):
    """Offers four examples, answers with two adjacent highlights, and finds a passage often."""

    def suggestions(self, count: int = 4) -> tuple[str, ...]:
        return EXAMPLES[:count]

    def ask(self, question: str, **options: Any) -> Answer:
        if "neighbours" not in question:
            return replace(super().ask(question, **options), found=FoundCount(12, 2))
        source = self.answering["ores"]
        spans = (span_of(TEXT, FIRST), span_of(TEXT, SECOND))
        quote = make_quote(source, 1, (6, len(TEXT)), *spans)
        return make_answer(question, replace(quote, answer=span_of(TEXT, "30.07 percent")))

    def find(self, question: str, *, order: Order, **options: Any) -> Found:
        answer = self.ask(question)
        sources = (self.answering[name].info for name in ("ores", "minerals"))
        passage = FoundPassage(1, "1", FIRST, 0.9, 26, 26 + len(FIRST), "line 3", ("Ores",), ())
        return Found(answer, order, tuple(FoundSource(one, (passage,) * 6) for one in sources))


@pytest.fixture(scope="module")
def address(browser: Any) -> str:
    engine = Engine()
    engine.answering["ores"] = make_source(make_info("ores", "Ores"), TEXT)
    return serve_in_background(engine)


# Visible elements that leave the window, and labels wider than their element.
_CLIPPED = """() => {
    const all = [...document.querySelectorAll(
        "#masthead a, #masthead summary, #composer button, .leads a, .summary, #found h2,"
        + " #found .found-tools, #found button, #found li"
    )];
    return all.filter(one => {
        const { left, right } = one.getBoundingClientRect();
        if (!one.checkVisibility()) return false;
        return left < 0 || right > innerWidth || one.scrollWidth > one.clientWidth + 1
            && getComputedStyle(one).display !== "inline";
    }).map(one => one.outerHTML);
}"""


@pytest.mark.parametrize("code", NAMES)
def test_the_names_of_what_can_be_done_are_shown_whole(
    open_page: Callable[..., Page], code: str
) -> None:
    page = open_page(size=(1280, 740), locale=code)
    ask(page, "chromium").locator(".all-found").wait_for()
    page.locator("#save").wait_for()
    for view in ("chat", "found"):
        if view == "found":
            page.locator(".all-found").click()
            page.locator("#found li li").first.wait_for()
        for width in (1280, 720, 640, 390, 320):
            resize(page, (width, 740))
            wait_until_still(page)
            assert page.evaluate(_CLIPPED) == [], width
            assert page.evaluate("document.documentElement.scrollWidth") == width
        nav = page.locator("#masthead nav")
        assert nav.evaluate("nav => nav.scrollWidth <= nav.clientWidth")


@pytest.mark.parametrize("size", [(1280, 800), (390, 740), (320, 640)])
@pytest.mark.parametrize("has_answers", [False, True], ids=["greeting", "answers"])
def test_nothing_moves_while_the_page_loads(
    open_page: Callable[..., Page], size: tuple[int, int], has_answers: bool
) -> None:
    page = open_page(size=size)
    page.add_init_script(_SHIFTS)
    if has_answers:
        ask(page, "chromium")
        page.wait_for_timeout(500)
    reload(page)
    page.wait_for_selector(".answer" if has_answers else ".example")
    page.wait_for_timeout(1000)
    assert page.evaluate("shift") <= 0.02


def test_the_fonts_come_with_the_page(open_page: Callable[..., Page]) -> None:
    # A font that loads only when text is drawn moves the text when it arrives.
    page = open_page()
    asked_for = page.locator("link[rel=preload][as=font]").evaluate_all(
        "links => links.map(link => new URL(link.href).pathname)"
    )
    drawn_with = page.evaluate(
        """[...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
            .filter(rule => rule instanceof CSSFontFaceRule)
            .filter(rule => /Source Sans Pro/.test(rule.style.fontFamily))
            .map(rule => new URL(/url\\("(.*?)"\\)/.exec(rule.style.src)[1], location).pathname)"""
    )
    assert sorted(asked_for) == sorted(drawn_with)
    assert len(drawn_with) == 2


@pytest.mark.parametrize("size", [(320, 480), (740, 320), (1280, 500)])
def test_the_greeting_begins_below_the_header(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page(size=size)
    page.locator(".example").nth(3).wait_for()
    header = page.locator("#masthead").bounding_box()
    assert page.locator(".welcome h2").bounding_box()["y"] >= header["y"] + header["height"]
    # An element without room can be scrolled to.
    page.locator(".example").nth(3).scroll_into_view_if_needed()
    last = page.locator(".example").nth(3).bounding_box()
    assert last["y"] + last["height"] <= page.locator("#composer").bounding_box()["y"] + 1


def test_neighbouring_highlights_are_one(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "neighbours")
    assert answer.locator("mark").all_inner_texts() == [f"{FIRST} {SECOND}"]
    answer.locator(".quote a.cite").first.focus()
    page.keyboard.press("Enter")
    assert marked(page) == (TEXT[6:], f"{FIRST} {SECOND}")
    assert page.locator("#source mark").count() == 1
    assert page.locator("#source mark strong").all_inner_texts() == ["30.07 percent"]
    # The focus outline is around the text, not around a piece of the passage.
    style = "node => getComputedStyle(node).outlineStyle"
    assert page.evaluate("document.activeElement.className") == "passage"
    assert page.locator("#source .passage").first.evaluate(style) == "none"
    assert page.locator(".source-body").evaluate(style) == "solid"


@pytest.mark.parametrize("factor", [1, 1.25, 1.5])
def test_no_slit_divides_two_lines_of_a_highlight(
    open_page: Callable[..., Page], factor: float
) -> None:
    page = open_page(size=(390, 740), device_scale_factor=factor)
    answer = ask(page, "neighbours")
    gaps = """mark => {
        const boxes = [...mark.getClientRects()];
        return boxes.slice(1).map((box, index) => box.top - boxes[index].bottom);
    }"""
    found = answer.locator("mark").first.evaluate(gaps)
    assert len(found) >= 1
    assert max(found) <= 0
