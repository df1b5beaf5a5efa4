"""The pages of PDFs in the source pane: drawing, marks over their words, and navigation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import Page, intercept, violations
from pages_view import BOXES, INK, REPORT, as_pages, current, hash_of, near, sentence_hash
from pdf_files import in_jpeg_2000, long_report, pdf, scanned, turned, with_script
from programs_site import served
from word_encoder import MINERALS, WordEncoder

import bot
from bot.web import build_app


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, quick_disk: None) -> bot.Engine:
    folder = tmp_path_factory.mktemp("site")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "faq.md").write_text("# Zinc\n\n## What is zinc?\n\nZinc is a metal.")
    (corpus / "report.pdf").write_bytes(pdf(REPORT))
    (corpus / "turned.pdf").write_bytes(turned(pdf(REPORT[1:])))
    (corpus / "long.pdf").write_bytes(long_report())
    (corpus / "hostile.pdf").write_bytes(
        with_script(pdf([[(700, 11, "Opened, this file asks for another one.")]]))
    )
    (corpus / "changed.pdf").write_bytes(pdf([[(700, 11, "Lead is a metal that will change.")]]))
    (corpus / "archived.pdf").write_bytes(in_jpeg_2000())
    (corpus / "scan.pdf").write_bytes(scanned())
    engine = bot.open(corpus, folder / "index", encoder=WordEncoder(MINERALS))
    report = engine.sync()
    assert [file.path for file in report.skipped] == ["corpus/archived.pdf", "corpus/scan.pdf"]
    return engine


@pytest.fixture(scope="module")
def address(engine: bot.Engine) -> Iterator[str]:
    with served(build_app(engine)) as address:
        yield address


def wait_for_page(page: Page, number: int) -> None:
    page.wait_for_function(
        """number => document.querySelector('.page-number').value === number
            && document.querySelector(`.pdf-page.drawn[data-number="${number}"]`)""",
        arg=str(number),
    )


DARK_UNDER = """mark => {
    const canvas = mark.parentElement.querySelector('canvas');
    const [frame, box] = [canvas, mark].map(each => each.getBoundingClientRect());
    const scale = canvas.width / frame.width;
    const { data } = canvas.getContext('2d').getImageData(
        (box.left - frame.left) * scale, (box.top - frame.top) * scale,
        box.width * scale, box.height * scale,
    );
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) dark += data[at] < 128;
    return dark / (data.length / 4);
}"""


@pytest.mark.parametrize("name", ["report.pdf", "turned.pdf"])
def test_the_sentence_is_marked_where_it_is_printed(
    open_page: Callable[..., Page], engine: bot.Engine, name: str
) -> None:
    page = as_pages(open_page(sentence_hash(engine, name)))
    page.locator(".pdf-page i.lit").first.wait_for()

    assert page.locator(".source-pages").is_visible()
    assert not page.locator(".source-body").is_visible()
    number = 2 if name == "report.pdf" else 1
    assert current(page) == str(number)
    assert page.locator(".page-total").inner_text() == ("/ 3" if number == 2 else "/ 2")
    canvas = page.locator(f".pdf-page[data-number='{number}'] canvas")
    assert 0.002 < canvas.evaluate(INK) < 0.1
    lines = ["It is dug from the hill by the", "river and mel-", "ted with coke for a whole day."]
    marks, printed = page.evaluate(BOXES, ["lit", lines])
    assert len(marks) == 3
    assert all(map(near, marks, printed)), (marks, printed)
    answer, said = page.evaluate(BOXES, ["said", ["with coke"]])
    assert len(answer) == 1
    assert near(answer[0], said[0])
    # The picture matches the text layer: there is print under every mark.
    for mark in page.locator("i.lit").all():
        assert 0.03 < mark.evaluate(DARK_UNDER) < 0.6
    assert page.locator(".page-note").inner_text() == ""
    marked = page.locator("i.lit").first.bounding_box()
    frame = page.locator(".source-pages").bounding_box()
    assert frame["y"] < marked["y"] < frame["y"] + frame["height"] / 2


def test_the_later_of_two_is_marked(open_page: Callable[..., Page], engine: bot.Engine) -> None:
    text = engine.source(hash_of(engine, "report.pdf").split("/")[2]).text
    first = text.index("Then it is sold.")
    last = text.rindex("Then it is sold.")
    assert last > first
    source = hash_of(engine, "report.pdf").split("/")[2]
    page = as_pages(open_page(f"/#src/{source}/{last}-{last + 16}/{last}-{last + 16}"))
    page.locator("i.lit").first.wait_for()
    place = page.locator("i.lit").evaluate("mark => parseFloat(mark.style.top)")
    assert 100 * (842 - 300 - 11) / 842 - 1 < place < 100 * (842 - 300) / 842


def test_the_choice_is_remembered(open_page: Callable[..., Page], engine: bot.Engine) -> None:
    page = open_page(sentence_hash(engine))
    page.locator("#source .passage").first.wait_for()
    pressed = ".view-choice [aria-pressed=true]"
    assert page.locator(pressed).inner_text() == "Text"
    # Readers of the text load none of it.
    loaded = "performance.getEntriesByType('resource').map(each => each.name)"
    assert not [name for name in page.evaluate(loaded) if re.search("pdfjs|/file$", name)]
    as_pages(page)
    assert page.locator(pressed).inner_text() == "Pages"

    again = open_page(sentence_hash(engine))
    again.locator("i.lit").first.wait_for()
    assert again.locator(pressed).inner_text() == "Pages"
    again.goto(again.url.partition("#")[0] + hash_of(engine, "faq.md")[1:])
    again.locator("#source .source-text .part").first.wait_for()
    assert not again.locator(".view-tools").is_visible()
    again.goto(again.url.partition("#")[0] + sentence_hash(engine)[1:])
    again.locator("i.lit").first.wait_for()
    again.keyboard.press("v")
    again.locator("#source mark").first.wait_for()
    assert again.locator("#source mark").first.is_visible()
    assert again.evaluate("localStorage.getItem('pincite.source-view')") == "text"


def test_keys_and_buttons_go_through_the_pages(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = as_pages(open_page(hash_of(engine, "report.pdf")))
    wait_for_page(page, 1)
    previous, following = page.locator(".page-step").all()
    assert (previous.is_disabled(), following.is_disabled()) == (True, False)
    page.locator(".source-pages").focus()
    page.keyboard.press("ArrowRight")
    wait_for_page(page, 2)
    page.keyboard.press("ArrowRight")
    wait_for_page(page, 3)
    assert (previous.is_disabled(), following.is_disabled()) == (False, True)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    wait_for_page(page, 2)
    following.click()
    wait_for_page(page, 3)
    previous.click()
    wait_for_page(page, 2)
    page.fill(".page-number", "1")
    # In the field an arrow moves the cursor.
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    wait_for_page(page, 1)
    page.fill(".page-number", "99")
    page.keyboard.press("Enter")
    wait_for_page(page, 3)
    page.fill(".page-number", "none")
    page.keyboard.press("Tab")
    assert current(page) == "3"


def test_pages_are_drawn_larger(open_page: Callable[..., Page], engine: bot.Engine) -> None:
    page = as_pages(open_page(sentence_hash(engine)))
    page.locator("i.lit").first.wait_for()
    smaller, larger = page.locator(".page-zoom").all()
    assert smaller.is_disabled()
    frame = page.locator(".source-pages")
    width = page.locator(".pdf-page").first.bounding_box()["width"]
    fits = "frame => frame.scrollWidth <= frame.clientWidth"
    assert frame.evaluate(fits)
    before = page.locator(".pdf-page.drawn[data-number='2'] canvas").get_attribute("width")
    frame.focus()
    page.keyboard.press("+")
    page.wait_for_function(
        """before => document.querySelector('[data-number="2"] canvas').width > before * 1.3""",
        arg=int(before or 0),
    )
    assert page.locator(".pdf-page").first.bounding_box()["width"] == pytest.approx(
        width * 1.5, rel=0.05
    )
    assert not frame.evaluate(fits)
    # The current place is kept, with its marks over the words.
    assert current(page) == "2"
    marks, printed = page.evaluate(BOXES, ["said", ["with coke"]])
    assert near(marks[0], printed[0])
    # Now the arrows go across the page.
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.source-pages').scrollLeft > 0")
    assert current(page) == "2"
    larger.click()
    larger.click()
    # The button is disabled, and the pages have the focus.
    assert larger.is_disabled()
    assert frame.evaluate("frame => frame === document.activeElement")
    for _ in range(3):
        page.keyboard.press("-")
    assert smaller.is_disabled()


def test_only_what_is_near_is_drawn(open_page: Callable[..., Page], engine: bot.Engine) -> None:
    text = "of gold no 352836."
    page = as_pages(open_page(hash_of(engine, "long.pdf", text, text)))
    page.locator("i.lit").first.wait_for()
    wait_for_page(page, 595)
    assert page.locator(".pdf-page").count() == 1000
    assert page.locator(".pdf-page canvas").count() < 12
    mark = page.locator("i.lit").bounding_box()
    frame = page.locator(".source-pages").bounding_box()
    assert frame["y"] <= mark["y"] < frame["y"] + frame["height"] / 2
    page.locator(".source-pages").focus()
    page.keyboard.press("End")
    wait_for_page(page, 1000)
    assert page.locator("[data-number='595'] canvas").count() == 0
    assert page.locator(".pdf-page canvas").count() < 12
    page.keyboard.press("Home")
    wait_for_page(page, 1)
    # A held key moves through the pages as fast as they can scroll.
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    wait_for_page(page, 41)


def test_another_passage_of_the_source_is_marked_on_its_page(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = as_pages(open_page(sentence_hash(engine)))
    page.locator("i.lit").first.wait_for()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.evaluate(
        "hash => location.hash = hash",
        hash_of(engine, "report.pdf", "The last page ends here.", "The last page")[1:],
    )
    wait_for_page(page, 3)
    page.locator("[data-number='3'] i.lit").wait_for()
    assert page.locator("[data-number='2'] i").count() == 0
    assert [url for url in requested if "/file" in url] == []


def test_what_is_not_on_the_page_is_said(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = open_page(sentence_hash(engine))
    page.locator("#source .passage").first.wait_for()
    other = pdf([REPORT[0], [(700, 11, "A page in other words.")], REPORT[2]])
    intercept(page, "**/file", lambda route: route.fulfill(body=other))
    as_pages(page)
    note = page.locator(".page-note")
    page.wait_for_function("() => document.querySelector('.page-note').textContent !== ''")
    page.locator("[data-number='2'].drawn").wait_for()
    page.wait_for_function(
        "() => document.querySelector('.page-note').textContent.includes('marked')"
    )
    assert note.inner_text() == "The passage could not be marked on this page."
    assert page.locator(".pdf-page i.lit").count() == 0


def test_a_file_that_has_changed_is_not_shown(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    where = hash_of(engine, "changed.pdf", "Lead is a metal")
    page = open_page(where)
    page.locator("#source .passage").first.wait_for()
    file = engine.settings.corpus / "changed.pdf"
    before = file.read_bytes()
    file.write_bytes(pdf([[(700, 11, "A secret that nobody has indexed.")]]))
    try:
        page.click(".view-choice [data-view=pages]")
        page.wait_for_function(
            "() => document.querySelector('.page-note').textContent.includes('gone')"
        )
        assert page.locator(".page-note").inner_text() == (
            "The file of this source is gone or has changed since it was indexed. Update the index."
        )
        assert page.locator(".pdf-page").count() == 0
        assert not page.locator(".page-tools").is_visible()
    finally:
        file.write_bytes(before)
    page.click(".view-choice [data-view=text]")
    assert page.locator("#source .passage").first.is_visible()
    assert page.locator(".page-note").inner_text() == ""
    # Once the server is back, so are the pages.
    as_pages(page)


def test_a_damaged_file_is_said_to_be_so(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = open_page(sentence_hash(engine))
    page.locator("#source .passage").first.wait_for()
    intercept(page, "**/file", lambda route: route.fulfill(body=b"%PDF-1.7 and nothing else"))
    page.click(".view-choice [data-view=pages]")
    page.wait_for_function("() => document.querySelector('.page-note').textContent.includes('PDF')")
    assert page.locator(".page-note").inner_text() == "This PDF cannot be drawn."


def test_a_hostile_file_runs_nothing_and_asks_for_nothing(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = open_page(hash_of(engine, "hostile.pdf"))
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    as_pages(page)
    page.wait_for_timeout(300)
    assert dialogs == []
    assert page.locator(".pdf-page a").count() == 0


def test_a_scan_is_shown_from_the_list_of_what_was_skipped(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = open_page("/#sources")
    page.click(".skipped a >> text=scan.pdf")
    wait_for_page(page, 1)
    assert page.locator("#source-title").inner_text() == "scan.pdf"
    assert "no text layer" in page.locator(".source-meta").inner_text()
    # A black square of 200 by 200 in 620 by 877, compressed with CCITT.
    ink = page.locator(".pdf-page canvas").evaluate(INK)
    assert ink == pytest.approx(200 * 200 / (620 * 877), rel=0.05)
    page.click(".skipped a >> text=archived.pdf")
    page.locator("#source-title", has_text="archived.pdf").wait_for()
    wait_for_page(page, 1)
    ink = page.locator(".pdf-page canvas").evaluate(INK)
    assert ink == pytest.approx(200 * 200 / (620 * 877), rel=0.05)
    assert not page.locator(".view-choice").is_visible()
    assert not page.locator(".find-toggle").is_visible()
    page.locator(".source-pages").focus()
    for key in ("v", "/"):
        page.keyboard.press(key)
        assert page.locator(".source-pages").is_visible()
        assert not page.locator("#find-bar").is_visible()
    # None of that counts as the reader's choice.
    assert page.evaluate("localStorage.getItem('pincite.source-view')") is None
    page.evaluate("hash => location.hash = hash", sentence_hash(engine)[1:])
    page.locator("#source .passage").first.wait_for()
    assert page.locator(".view-choice").is_visible()


def test_find_leads_to_the_text(open_page: Callable[..., Page], engine: bot.Engine) -> None:
    page = as_pages(open_page(sentence_hash(engine)))
    page.locator(".source-pages").focus()
    page.keyboard.press("/")
    page.keyboard.type("last page")
    page.wait_for_function("() => document.querySelector('.find-result').textContent === '1 of 1'")
    assert page.locator(".source-body").is_visible()
    # It applies this time only; the stored choice stays.
    assert page.evaluate("localStorage.getItem('pincite.source-view')") == "pages"
    page.click(".view-choice [data-view=pages]")
    assert page.locator(".source-pages").is_visible()
    assert not page.locator("#find-bar").is_visible()


def test_pages_are_shown_below_a_path(open_page: Callable[..., Page], engine: bot.Engine) -> None:
    settings = engine.settings.model_copy(update={"root_path": "/docs"})
    below = bot.Engine(settings, WordEncoder(MINERALS))
    with served(build_app(below)) as address:
        page = open_page(f"/docs{sentence_hash(engine)}", at=address)
        as_pages(page).locator("i.lit").first.wait_for()
        assert (
            page.locator(".page-file")
            .evaluate("link => link.href")
            .startswith(f"{address}/docs/pincite/sources/")
        )


def test_the_file_is_saved_under_its_name(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = open_page(sentence_hash(engine))
    with page.expect_download() as started:
        page.click(".page-file")
    assert started.value.suggested_filename == "report.pdf"
    assert Path(started.value.path()).read_bytes() == pdf(REPORT)


@pytest.mark.parametrize("size", [(1280, 800), (320, 640)], ids=["screen", "phone"])
def test_axe_finds_nothing(
    open_page: Callable[..., Page], engine: bot.Engine, size: tuple[int, int]
) -> None:
    page = as_pages(open_page(sentence_hash(engine), size=size))
    page.locator("i.lit").first.wait_for()
    page.mouse.move(0, 0)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], scheme
    # Nothing is cut off at the side, and no page is wider than the pane.
    for place in (".view-tools", ".source-pages"):
        assert page.locator(place).evaluate("each => each.scrollWidth <= each.clientWidth"), place
