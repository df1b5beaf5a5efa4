"""A source in its pane: layout, search, and steps through the cited places."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from browser import Page, ask, faint, marked, reload, serve_in_background
from fake_answers import REPORT, span_of
from laid_out_sources import FOUND, SOURCES
from web_fakes import FakeEngine


@pytest.fixture(scope="module")
def address(browser: object) -> str:
    engine = FakeEngine()
    engine.answering.update(SOURCES)
    return serve_in_background(engine)


@pytest.fixture
def open_source(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a page at a passage of a source and waits until all of it is laid out."""

    def open_source(source_id: str, part: str = "", **options: object) -> Page:
        start, end = span_of(SOURCES[source_id].text, part) if part else (0, 0)
        page = open_page(f"/#src/{source_id}/{start}-{end}", **options)
        page.wait_for_selector(".source-text[data-complete]")
        assert text_of(page) == SOURCES[source_id].text
        return page

    return open_source


def text_of(page: Page) -> str:
    """Returns the text of the pane in order, including closed folds."""
    return page.locator(".source-text").evaluate("node => node.textContent")


def found(page: Page) -> list[str]:
    """Returns the highlighted hits: the current one, then the others near it."""
    return page.evaluate(
        "['found-current', 'found'].flatMap(name =>"
        " [...CSS.highlights.get(name) ?? []].map(range => range.toString()))"
    )


def test_headings_lists_tables_and_code_are_laid_out(open_source: Callable[..., Page]) -> None:
    page = open_source("manual")

    headings = page.locator(".source-text").get_by_role("heading")
    assert headings.all_inner_texts() == ["Smelting", "Ores by colour"]
    assert [node.get_attribute("aria-level") for node in headings.all()] == ["3", "4"]
    assert page.locator(".source-text .flowing").inner_text().startswith("Ore is crushed, and then")
    items = page.locator(".source-text").get_by_role("listitem")
    assert [words.split("\n")[-1] for words in items.all_inner_texts()] == [
        "galena, which is grey",
        "sphalerite",
        "a variety that is black",
        "first wash",
        "then dry",
    ]
    lefts = [item.locator(".words").bounding_box()["x"] for item in items.all()]
    assert lefts[0] == lefts[1] == lefts[3] == lefts[4] == lefts[2] - 24
    table = page.locator(".source-text").get_by_role("table")
    headers = table.get_by_role("columnheader").all()
    assert [header.get_attribute("aria-label") for header in headers] == ["Metal", "Melts at"]
    assert table.get_by_role("cell").all_inner_texts() == ["zinc", "420", "lead", "327"]
    assert page.locator(".source-text .code").inner_text() == "heat(ore,\n     hours=24)"


def test_rows_that_name_their_columns_make_one_table(open_source: Callable[..., Page]) -> None:
    page = open_source("rows", "price: 9")

    table = page.locator(".source-text").get_by_role("table")
    headers = table.get_by_role("columnheader")
    assert [header.get_attribute("aria-label") for header in headers.all()] == [
        "metal",
        "price",
        "mine",
    ]
    cells = table.get_by_role("cell").all_inner_texts()
    assert cells == ["zinc", "3", "north", "lead", "2", "", "copper", "9", "south"]
    assert marked(page)[0] == "price: 9"


def test_pages_are_marked_where_they_begin(open_source: Callable[..., Page]) -> None:
    passage = "ends here\nand goes on.\n\nA footer\n\nA header\n\nLast"
    page = open_source("paged", passage)

    marks = page.get_by_role("separator")
    assert [mark.get_attribute("aria-label") for mark in marks.all()] == [
        "page 1",
        "page 2",
        "page 3",
        "page 4",
    ]
    tops = [mark.bounding_box()["y"] for mark in marks.all()]
    assert tops == sorted(set(tops))
    assert marked(page)[0] == passage
    assert page.locator(".source-text .fold").count() == 2
    assert page.locator(".source-text .fold:not([open])").count() == 0


def test_a_fold_says_what_it_holds_and_opens_when_cited(open_source: Callable[..., Page]) -> None:
    page = open_source("found")
    fold = page.locator(".source-text .fold")
    summary = fold.locator("summary")
    assert summary.get_attribute("aria-label") == "1 block not searched: a menu"
    shown = summary.evaluate("node => getComputedStyle(node, '::before').content")
    assert shown == '"1 block not searched: a menu"'
    assert fold.get_attribute("open") is None

    summary.focus()
    page.keyboard.press("Enter")
    assert fold.locator(".skipped").inner_text() == "Menu with a cafe \U0001f600"
    page.keyboard.press("Enter")
    assert fold.get_attribute("open") is None
    start, end = span_of(FOUND, "cafe \U0001f600")
    page.evaluate(f"location.hash = '#src/found/{start}-{end}'")
    page.locator(".source-text .fold[open] .passage").wait_for()
    assert marked(page)[0] == "cafe \U0001f600"


_WALK = """async ([id, spans]) => {
    const wrong = [];
    const text = document.querySelector(".source-text");
    for (const [start, end, expected] of spans) {
        location.hash = `#src/${id}/${start}-${end}/${start}-${start + 3}`;
        let shown;
        for (let frame = 0; frame < 60 && shown !== expected; frame += 1) {
            await new Promise(requestAnimationFrame);
            shown = [...text.querySelectorAll(".passage")].map(node => node.textContent).join("");
        }
        const body = document.querySelector(".source-body").getBoundingClientRect();
        const boxes = [...text.querySelectorAll(".passage")].flatMap(node =>
            [...node.getClientRects()]);
        const isSeen = boxes.some(box => box.top >= body.top && box.top < body.bottom);
        if (shown !== expected || (!isSeen && expected.trim())) wrong.push([start, end, shown]);
    }
    return [wrong, text.textContent];
}"""


@pytest.mark.parametrize(("source_id", "passages"), [("tangled", 80), ("giant", 20)])
def test_the_passage_is_exact_whatever_stands_in_it(
    open_source: Callable[..., Page], source_id: str, passages: int
) -> None:
    text = SOURCES[source_id].text
    page = open_source(source_id)
    chance = random.Random(3)
    spans = []
    for _ in range(passages):
        start = chance.randrange(len(text) - 5)
        end = min(len(text), start + chance.choice([4, 30, 400, 3_000, 20_000]))
        spans.append((start, end, text[start:end]))

    wrong, whole = page.evaluate(_WALK, [source_id, spans])
    assert wrong == []
    assert whole == text
    assert page.title() == "pincite"
    assert page.locator("#source :is(img, script, iframe, .source-text a)").count() == 0


def test_words_are_found_by_the_keyboard_alone(open_source: Callable[..., Page]) -> None:
    page = open_source("found", "one")
    result = page.locator("#source .find-result")
    page.keyboard.press("/")
    field = page.get_by_role("textbox", name="Find in this source")
    assert field.evaluate("node => node === document.activeElement")
    page.keyboard.type("Cafe")

    assert result.get_attribute("role") == "status"
    assert result.inner_text() == "2 of 3"
    assert found(page) == ["CAFE\u0301\u0323", "Caf\u00e9", "cafe"]
    page.keyboard.press("Enter")
    assert result.inner_text() == "3 of 3"
    page.locator(".source-text .fold[open]").wait_for()
    page.keyboard.press("Enter")
    assert (result.inner_text(), found(page)[0]) == ("1 of 3", "Caf\u00e9")
    page.keyboard.press("Shift+Enter")
    assert (result.inner_text(), found(page)[0]) == ("3 of 3", "cafe")

    field.fill("nowhere")
    assert result.inner_text() == "Not found"
    field.fill("the old furnace")
    assert found(page) == ["THE  OLD furnace\u00ad", "the old\nfurnace"]
    page.keyboard.press("Escape")
    assert page.locator("#find-bar").is_hidden()
    assert page.evaluate("document.getSelection().toString()") != ""
    assert found(page) == []
    page.keyboard.press("Control+f")
    assert page.locator("#find-bar").is_visible()
    assert page.evaluate("document.getSelection().toString()") == "the old furnace"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.locator("#source").is_hidden()


def test_find_is_left_to_the_browser_outside_the_pane(open_source: Callable[..., Page]) -> None:
    page = open_source("found", "one")
    page.focus("#question textarea")
    pressed = """() => !document.activeElement.dispatchEvent(new KeyboardEvent(
        'keydown', { key: 'f', ctrlKey: true, bubbles: true, cancelable: true }))"""
    assert page.evaluate(pressed) is False
    page.keyboard.type("n/p")
    assert page.locator("#question textarea").input_value() == "n/p"
    page.focus(".source-body")
    assert page.evaluate(pressed) is True


# The searched words and the hits.
HITS = (
    ("CAFE", ["Caf\u00e9", "CAFE\u0301\u0323", "cafe"]),
    ("two, the  old furnace", ["two, the old\nfurnace"]),
    ('"FURNACE', ["\u201cfurnace"]),
    ("not the", ["not the"]),
    ("stra\u00dfe", ["Stra\u00dfe"]),
    ("\U0001f600", ["\U0001f600"]),
    ("   ", []),
    ("", []),
)


def test_found_places_are_those_of_the_text(open_source: Callable[..., Page]) -> None:
    page = open_source("found")
    for words, expected in HITS:
        hits = page.evaluate(
            """async ([text, words]) => {
                const { Searchable } = await import("./pincite/assets/shared/search.js");
                const { starts, ends } = new Searchable(text).hits(words);
                return starts.map((start, index) => text.slice(start, ends[index]));
            }""",
            [FOUND, words],
        )
        assert hits == expected, words


def test_cited_places_are_marked_beside_the_scroll_bar(open_page: Callable[..., Page]) -> None:
    page = open_page()
    ask(page, "chromium").locator("a.cite[href^='#src/report/']").first.click()
    second = REPORT.split("\n\n")[1]
    page.locator("#source .tick").nth(1).wait_for()

    ticks = page.get_by_role("navigation", name="Cited places").get_by_role("link")
    assert [tick.get_attribute("aria-label") for tick in ticks.all()] == [
        "Cited place 1 of 2",
        "Cited place 2 of 2",
    ]
    opened = marked(page)[0]
    current = page.locator("#source .tick[aria-current]")
    assert current.count() == 1
    tops = [tick.bounding_box()["y"] for tick in ticks.all()]
    assert tops == sorted(set(tops))
    ticks.nth(0).click()
    page.locator(".passage", has_text="A report.").wait_for()
    assert opened in ("A report.", second)
    assert current.get_attribute("aria-label") == "Cited place 1 of 2"
    assert page.locator("#source .cited-line").inner_text() == "Cited place 1 of 2"


def test_the_keyboard_goes_from_one_cited_place_to_the_next(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    answer = ask(page, "chromium")
    answer.locator("a.cite[href^='#src/report/0-9']").first.click()
    second = REPORT.split("\n\n")[1]
    line = page.locator("#source .cited-line")

    assert (marked(page)[0], line.inner_text()) == ("A report.", "Cited place 1 of 2")
    for key, passage, place in (
        ("n", second, 2),
        ("n", "A report.", 1),
        ("p", second, 2),
        ("Alt+ArrowUp", "A report.", 1),
        ("Alt+ArrowDown", second, 2),
    ):
        page.keyboard.press(key)
        assert marked(page)[0] == passage
        assert line.inner_text() == f"Cited place {place} of 2"
        assert "passage" in page.evaluate("document.activeElement.className")
    button = page.get_by_role("button", name="Next cited place")
    button.focus()
    page.keyboard.press("Enter")
    assert marked(page)[0] == "A report."
    page.keyboard.press("Enter")
    assert marked(page)[0] == second
    assert button.evaluate("node => node === document.activeElement")

    reload(page)
    assert marked(page)[0] == second
    page.locator("#source .cited-line", has_text="Cited place 2 of 2").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('a.cite') !== null")


def test_what_was_found_is_marked_beside_the_scroll_bar(open_source: Callable[..., Page]) -> None:
    page = open_source("found")
    painted = """() => {
        const canvas = document.querySelector("#source .found-marks");
        const { data } = canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height);
        return data.some(Boolean);
    }"""
    assert page.evaluate(painted) is False
    page.focus(".source-body")
    page.keyboard.press("/")
    page.keyboard.type("furnace")
    page.wait_for_function(painted)
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => !({painted})()")


def test_what_is_copied_is_the_text_of_the_source(open_source: Callable[..., Page]) -> None:
    page = open_source("rows", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(
        "document.getSelection().selectAllChildren(document.querySelector('.source-text tbody'))"
    )
    page.keyboard.press("Control+c")

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == SOURCES["rows"].text


def test_the_tools_of_the_pane_stand_out_from_their_ground(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium").locator("a.cite[href^='#src/report/0-9']").first.click()
    marked(page)
    page.keyboard.press("/")
    page.keyboard.type("report")

    tools = (".cited-line", ".find-result", "#find-words", ".find-toggle")
    assert faint(page, *(f"#source {tool}" for tool in tools)) == {}


def test_the_pane_fits_a_phone(open_source: Callable[..., Page]) -> None:
    page = open_source("manual", "galena", size=(360, 740), has_touch=True)
    page.tap("#source .find-toggle")
    page.fill("#find-words", "roasted")
    assert page.locator("#source .find-result").inner_text() == "1 of 1"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for name in ("Next match", "Previous match", "Close the source"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box["x"] + box["width"] <= 360
        assert min(box["width"], box["height"]) >= 32
