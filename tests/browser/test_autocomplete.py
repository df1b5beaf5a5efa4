"""Completions of the question box, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import Page, ask, intercept, reload, resize, violations
from programs_site import served
from word_encoder import MINERALS, WordEncoder, engine_over

import bot
from bot.retrieval.suggestions import MOST_SUGGESTIONS
from bot.web import build_app

BOX = "#question textarea"
HOSTILE = "What is <b>bold</b> $x$ &amp; lead?"
FILES = {
    "faq.md": "# Minerals FAQ\n\n## What is zinc used for?\n\nZinc protects steel from rust.\n\n"
    "## Où trouve-t-on du plomb à Évian?\n\nLead is found there.\n\n"
    "## What is &lt;b&gt;bold&lt;/b&gt; $x$ &amp;amp; lead?\n\nLead is heavy.\n",
    "copper.md": "# Copper report\n\nCopper is red.\n\n## Is copper red?\n\nCopper is red, yes.\n",
    "ore.md": "---\ntitle: Report on <i>ores</i>\n---\n\nOres are dug up.\n\n"
    "## 锌矿在哪里？\n\nZinc is in the east.\n",
    **{
        f"q{number}.md": f"# Q{number}\n\n## Does chromium rust in year {number}?\n\nChromium does"
        f" not rust in {number}.\n"
        for number in range(8)
    },
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, quick_disk: None) -> bot.Engine:
    return engine_over(tmp_path_factory.mktemp("site"), FILES)


@pytest.fixture(scope="module")
def address(engine: bot.Engine) -> Iterator[str]:
    with served(build_app(engine)) as address:
        yield address


def typed(page: Page, text: str) -> list[str]:
    """Returns the options offered for a text in the box."""
    page.fill(BOX, "")
    page.locator(BOX).press_sequentially(text)
    # Wait for one more request: the first options wait for their reply.
    page.wait_for_function("async () => { await fetch('pincite/completions'); return true; }")
    return offered(page)


def offered(page: Page) -> list[str]:
    found: list[str] = page.locator("#completions:visible li bdi").all_inner_texts()
    return found


def chips(page: Page) -> list[str]:
    found: list[str] = page.locator(".filter-chip").all_inner_texts()
    return found


def test_what_fits_is_offered(open_page: Callable[..., Page]) -> None:
    page = open_page()

    # At least two letters are needed; there are at most six options.
    assert typed(page, "c") == []
    assert typed(page, ' "-9 ') == []
    assert len(typed(page, "chromium")) == 6
    # Matches at the beginning of any word, ignoring order, case and accents.
    assert typed(page, "ZIN") == ["What is zinc used for?"]
    assert typed(page, "used zinc") == ["What is zinc used for?"]
    assert typed(page, "inc") == []
    assert typed(page, "zinc lead") == []
    assert typed(page, "ou trouve t on du plomb a evian") == ["Où trouve-t-on du plomb à Évian?"]
    # In scripts without spaces, any character may begin a word.
    assert typed(page, "矿在") == ["锌矿在哪里？"]
    # Some options are always titles; those that begin with the words come first.
    assert typed(page, "copper") == ["Is copper red?", "Copper report"]
    assert typed(page, "re") == ["Is copper red?", "Report on <i>ores</i>", "Copper report"]
    # The typed text itself is not offered.
    assert typed(page, "what is zinc used for?") == []
    assert typed(page, "bold") == [HOSTILE]
    assert page.locator("#completions b, #completions i").count() == 0


def test_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page()
    box = page.locator(BOX)
    assert box.get_attribute("aria-autocomplete") == "list"
    assert box.get_attribute("aria-controls") == "completions"
    assert typed(page, "copper") == ["Is copper red?", "Copper report"]
    assert page.locator("#completions-line").inner_text() == "2 suggestions"
    assert box.get_attribute("aria-activedescendant") is None

    # From the text through the options and back, in both directions.
    places = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        places.append(box.get_attribute("aria-activedescendant"))
    assert places == ["completion-0", "completion-1", None, "completion-1", "completion-0"]
    assert page.locator("#completions [aria-selected=true]").inner_text() == "Is copper red?"

    # Enter chooses an option and does not send.
    page.keyboard.press("Enter")
    assert box.input_value() == "Is copper red?"
    assert offered(page) == []
    assert page.locator("#completions-line").inner_text() == ""
    assert page.locator(".user-row").count() == 0
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    assert page.locator(".user-row .question").all_inner_texts() == ["Is copper red?"]

    # Escape closes the list, and only then leaves the box.
    typed(page, "copper")
    page.keyboard.press("Escape")
    assert offered(page) == []
    assert box.input_value() == "copper"
    assert box.evaluate("box => box === document.activeElement")
    page.keyboard.press("Escape")
    assert not box.evaluate("box => box === document.activeElement")

    # Tab leaves the box without choosing an option.
    typed(page, "copper")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert (offered(page), box.input_value()) == ([], "copper")
    assert not box.evaluate("box => box === document.activeElement")


def test_who_types_and_sends_is_not_disturbed(open_page: Callable[..., Page]) -> None:
    page = open_page()
    assert typed(page, "What is zinc") == ["What is zinc used for?"]
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    assert page.locator(".user-row .question").all_inner_texts() == ["What is zinc"]
    assert offered(page) == []
    # During composition, the input method handles Enter and arrows, and its text is not matched
    # yet.
    typed(page, "copper")
    compose = """(box, options) => box.dispatchEvent(
        new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...options }))"""
    box = page.locator(BOX)
    assert box.evaluate(compose, {"key": "ArrowDown", "isComposing": True})
    assert box.get_attribute("aria-activedescendant") is None
    session = page.context.new_cdp_session(page)
    page.fill(BOX, "")
    session.send(
        "Input.imeSetComposition", {"text": "zinc", "selectionStart": 4, "selectionEnd": 4}
    )
    assert box.input_value() == "zinc"
    assert offered(page) == []
    session.send("Input.insertText", {"text": "zinc"})
    page.locator("#completions:visible").wait_for()
    assert offered(page) == ["What is zinc used for?"]


def test_a_title_restricts_what_is_asked_next(open_page: Callable[..., Page]) -> None:
    page = open_page(size=(390, 740))
    assert typed(page, "minerals f") == ["Minerals FAQ"]
    assert page.locator("#completions .completion-kind").inner_text() == "Only this source"
    page.locator("#completions li").click()

    assert chips(page) == ["Minerals FAQ"]
    assert page.input_value(BOX) == ""
    assert page.locator(BOX).evaluate("box => box === document.activeElement")
    answer = ask(page, "What is zinc?")
    assert answer.locator(".remark").inner_text() == "Only: Minerals FAQ"
    page.locator(".filter-chip").click()
    assert chips(page) == []


def test_it_is_fetched_once_a_generation_and_fits_a_phone(
    open_page: Callable[..., Page], engine: bot.Engine
) -> None:
    page = open_page(size=(320, 640))
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))

    def fetched() -> int:
        return sum(url.endswith("/pincite/completions") for url in asked)

    reload(page)
    page.locator(".example").first.wait_for()
    page.locator(BOX).focus()
    page.locator(BOX).press_sequentially("chromium in")
    page.locator("#completions:visible").wait_for()
    assert fetched() == 1

    box = page.locator("#completions").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320 - box["x"]
    assert box["y"] + box["height"] <= page.locator("#question").bounding_box()["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    file = engine.settings.corpus / "new.md"
    file.write_text("# New\n\n## Is uranium new?\n\nUranium is new.\n")
    engine.sync()
    try:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.locator("#state", has_text="Generation").wait_for()
        page.fill(BOX, "")
        page.locator(BOX).press_sequentially("uranium")
        page.locator("#completions:visible").wait_for()
        assert offered(page) == ["Is uranium new?"]
        assert fetched() == 2
    finally:
        file.unlink()
        engine.sync()


def test_a_server_that_does_not_answer_takes_nothing_away(open_page: Callable[..., Page]) -> None:
    page = open_page()
    intercept(page, "**/pincite/completions", lambda route: route.abort())
    reload(page)
    page.locator(".example").first.wait_for()
    page.locator(BOX).press_sequentially("copper")
    page.keyboard.press("Enter")
    page.locator(".answer").wait_for()
    assert offered(page) == []


def test_axe_finds_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page(color_scheme="dark")
    assert typed(page, "copper") == ["Is copper red?", "Copper report"]
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    resize(page, (360, 640))
    page.emulate_media(color_scheme="light")
    assert page.locator("#completions").is_visible()
    assert violations(page) == []


def test_suggestions_are_bounded_and_come_from_one_source_after_another(
    engine: bot.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = engine.suggestions(MOST_SUGGESTIONS)
    assert len(whole) == 4 + 8 + 1
    assert engine.suggestions(2) == whole[:2]
    assert whole[:3] == ("Is copper red?", "What is zinc used for?", "锌矿在哪里？")
    # Further questions of one source come after those of all other sources.
    assert whole.index("Où trouve-t-on du plomb à Évian?") == 11
    monkeypatch.setattr("bot.retrieval.suggestions.SOURCES_READ", 2)
    monkeypatch.setattr("bot.retrieval.suggestions.MOST_SUGGESTIONS", 3)
    fresh = bot.open(engine.settings.corpus, engine.settings.index, encoder=WordEncoder(MINERALS))
    assert fresh.suggestions(100) == (
        "Is copper red?",
        "What is zinc used for?",
        "Où trouve-t-on du plomb à Évian?",
    )


def test_sources_of_one_title_are_told_apart_and_a_single_one_is_not_offered(
    open_page: Callable[..., Page], tmp_path: Any
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# Zinc\n\n## What is zinc?\n\nZinc is a blue metal.")
    alone = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(MINERALS))
    alone.sync()
    with served(build_app(alone)) as address:
        page = open_page(at=address)
        assert typed(page, "zinc") == ["What is zinc?"]
