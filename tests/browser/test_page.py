"""The chat as a person meets it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, ask, faint, marked, reload, resize, serve_in_background, wait_until_still
from fake_answers import HOSTILE, MINERALS
from web_fakes import FakeEngine

from bot.errors import SourceGone
from bot.web.rendering.escaping import named

WORDS = "30.07 percent"
SENTENCE = f"It holds {WORDS} of the world's chromium."
PASSAGE = f"The region is rich in ores 𝔸𝔹. {SENTENCE}"


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def address(browser: Any, engine: FakeEngine) -> str:
    return serve_in_background(engine)


def test_an_answer_and_its_source(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "How much chromium is there?")

    # The sentence that answers is seen, the rest of the passage on request.
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


def test_a_refusal_is_not_an_answer(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "What is the weather like?")

    assert answer.locator(".refusal strong").inner_text() == "The sources don't answer this."
    assert answer.locator("blockquote").is_hidden()
    answer.locator("summary").click()
    assert answer.locator("blockquote").is_visible()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["screen", "phone"])
def test_each_closest_passage_is_a_row_that_opens_it(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page(size=size)
    answer = ask(page, "What is nearly an answer?")
    lines = answer.locator("details.row > summary")
    passages = answer.locator("details.row blockquote")

    assert [line[:30] for line in lines.all_text_contents()] == [
        "Filler paragraph about geology",
        HOSTILE[:30],
    ]
    for number in (0, 1):
        line = lines.nth(number)
        sentence = line.locator(".sentence")
        assert sentence.evaluate(
            "node => node.getBoundingClientRect().height"
            " < 3 * parseFloat(getComputedStyle(node).lineHeight)"
        )
        assert passages.nth(number).is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert answer.locator(":is(script, img, b)").count() == 0

    lines.nth(1).click()
    assert passages.nth(1).evaluate("node => node.textContent") == HOSTILE
    assert [passages.nth(number).is_visible() for number in (0, 1)] == [False, True]
    lines.nth(0).focus()
    page.keyboard.press("Enter")
    assert [passages.nth(number).is_visible() for number in (0, 1)] == [True, True]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('details.row[open] a.cite')")


def test_an_unsure_answer_is_cautioned_in_one_line(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "How much chromium is there perhaps?")
    caution = answer.locator(".caution")

    assert caution.inner_text().strip() == "This probably answers your question."
    # On a phone the thumbs stand below it.
    for width, lines in ((1280, 1), (360, 2)):
        resize(page, (width, 800))
        height = "node => node.getBoundingClientRect().height"
        line_height = "node => parseFloat(getComputedStyle(node).lineHeight)"
        assert caution.evaluate(height) < (lines + 1) * caution.evaluate(line_height), width
        box, below = caution.bounding_box(), answer.locator(".quote").first.bounding_box()
        assert box["y"] + box["height"] <= below["y"], width
    assert answer.locator("mark strong").count() == 0
    assert answer.locator("mark").count() > 0


def test_a_conversation_goes_on_and_starts_over(
    open_page: Callable[..., Page], engine: FakeEngine
) -> None:
    page = open_page()
    page.locator(".example", has_text="hostile").wait_for()
    page.locator(".example", has_text="chromium").click()
    page.locator(".answer").wait_for()
    second = ask(page, "And what about chromium there?")
    assert "About: " in second.inner_text()
    top = page.locator("#conversation .question").last.bounding_box()["y"]
    assert 52 <= top <= 110

    second.locator(".ask-alone").click()
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 3")
    assert "asked on its own" in page.locator("#conversation .question").last.inner_text()
    assert page.locator(".answer").last.locator(".context").count() == 0

    page.click("#start-over")
    page.locator(".welcome").wait_for()
    ask(page, "chromium again")
    assert engine.histories[-1] == ()


def test_the_keyboard_alone_asks_again_without_what_was_carried(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium")
    button = ask(page, "And what about chromium there?").locator(".ask-alone")
    button.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert button.evaluate("node => node.matches(':focus-visible')")
    assert button.evaluate("node => getComputedStyle(node).outlineWidth") == "2px"

    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 3")
    assert page.locator(".ask-alone:visible").count() == 0
    box = page.locator("#question textarea")
    assert box.evaluate("node => node === document.activeElement")


def test_the_words_that_answer_stand_out_without_colour(open_page: Callable[..., Page]) -> None:
    page = open_page()
    answer = ask(page, "chromium")

    def look(selector: str) -> tuple[str, str]:
        return tuple(
            answer.locator(selector).first.evaluate(
                "node => [getComputedStyle(node).fontWeight,"
                " getComputedStyle(node).textDecorationLine]"
            )
        )

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert (look("mark"), look("mark strong")) == (("400", "none"), ("700", "underline"))
    page.emulate_media(media="print", color_scheme="light")
    assert (look("mark"), look("mark strong")) == (("400", "underline"), ("700", "none"))


def test_a_reload_loses_neither_the_conversation_nor_what_is_typed(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    ask(page, "chromium")
    page.fill("#question textarea", "half a thought")
    reload(page)

    page.locator(".answer").wait_for()
    assert page.locator("#question textarea").input_value() == "half a thought"
    ask(page, "And more chromium")
    reload(page)
    page.locator(".answer .context").wait_for()
    assert page.locator("#question textarea").input_value() == ""
    assert open_page().locator(".answer").count() == 0


def test_errors_are_shown_in_place_of_an_answer(open_page: Callable[..., Page]) -> None:
    page = open_page()
    fault = ask(page, "An unacceptable question")

    assert "The question is <b>not</b> valid. Ask another." in fault.inner_text()
    assert ask(page, "chromium").locator(".quote").count() == 2


def test_a_slow_answer_shows_its_question_at_once(
    open_page: Callable[..., Page], engine: FakeEngine
) -> None:
    engine.slow.clear()
    page = open_page()
    page.fill("#question textarea", "A slow question about chromium")
    page.press("#question textarea", "Enter")

    page.locator(".pending").wait_for()
    assert page.locator("#question textarea").input_value() == ""
    page.fill("#question textarea", "half a thought")
    engine.slow.set()
    page.locator(".answer").wait_for()
    assert page.locator("#question textarea").input_value() == "half a thought"


def test_the_page_says_that_the_model_is_loading(
    browser: Any, open_page: Callable[..., Page]
) -> None:
    engine = FakeEngine()
    engine.loaded.clear()
    page = open_page(at=serve_in_background(engine))

    page.locator("#state", has_text="Loading the model…").wait_for()
    engine.loaded.set()
    page.wait_for_function("() => document.querySelector('#state').textContent === ''")


def test_a_quote_is_copied_as_text_with_its_source(open_page: Callable[..., Page]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    answer = ask(page, "chromium")
    answer.locator(".copy").first.click()
    page.locator("#done.shown", has_text="Copied").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{SENTENCE}”\n— Minerals <b>&amp;</b> more, The Geological Review")
    # What is only a sign can be hit, and has a name.
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


@pytest.fixture
def own(browser: Any) -> tuple[FakeEngine, str]:
    """A chat of a test's own, for tests that change the sources."""
    engine = FakeEngine()
    return engine, serve_in_background(engine)


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

    # As when another tab is left for this one.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    page.locator("#source-title", has_text="Removed since it was cited").wait_for()
    assert page.locator(".source-fault").inner_text() == "Ores was removed."
    assert page.locator("#source .passage").count() == 0
    assert chip.get_attribute("data-outcome") == "removed"
    # Whoever types is not interrupted.
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
