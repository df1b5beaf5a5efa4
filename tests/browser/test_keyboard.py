"""Every function of the page works with the keyboard alone, and the focus is never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from browser import Page, intercept, marked, reload, serve_in_background
from keyboard import Keyboard
from web_fakes import FakeEngine

import bot
from bot.gaps import GapLog

BOX = "#question textarea"
SENTENCE = "It holds 30.07 percent of the world's chromium."
PASSAGE = f"The region is rich in ores 𝔸𝔹. {SENTENCE}"
SECOND = "The countries hold 31 percent of the chromium. It was released in 2023."

SCREEN, PHONE = (1280, 800), (360, 740)

Open = Callable[..., Keyboard]


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def address(browser: Any, engine: FakeEngine) -> str:
    return serve_in_background(engine)


everywhere = pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])


@pytest.fixture
def size() -> tuple[int, int]:
    return SCREEN


@pytest.fixture
def open_keyboard(open_page: Callable[..., Page], size: tuple[int, int]) -> Open:
    """Opens a page that is used by keyboard only."""

    def open_keyboard(path: str = "/", **options: Any) -> Keyboard:
        return Keyboard(open_page(path, size=size, **options))

    return open_keyboard


@pytest.fixture
def keyboard(open_keyboard: Open) -> Keyboard:
    keyboard = open_keyboard()
    keyboard.wait_at(BOX)
    return keyboard


@pytest.fixture
def own(browser: Any) -> tuple[FakeEngine, str]:
    """A separate chat for each test that changes the sources."""
    engine = FakeEngine()
    return engine, serve_in_background(engine)


def answered(keyboard: Keyboard, count: int) -> None:
    """Waits for the last of `count` answers, and for the related questions under it."""
    script = "count => document.querySelectorAll('.answer, .fault').length === count"
    keyboard.page.wait_for_function(script, arg=count)
    keyboard.page.locator(".bot-row:last-child .related button").first.wait_for()


def ask(keyboard: Keyboard, question: str = "How much chromium is there?") -> None:
    """Asks in the box; the focus stays there."""
    count = keyboard.page.locator(".answer, .fault").count()
    keyboard.type(question)
    keyboard.press("Enter")
    answered(keyboard, count + 1)
    keyboard.wait_at(BOX)


def turn_to(keyboard: Keyboard, view: str) -> None:
    """Opens a view by its link in the masthead; the focus stays there."""
    link = f"#masthead [data-view={view}]"
    keyboard.tab_to(link, "Shift+Tab")
    keyboard.press("Enter")
    keyboard.wait_at(link)
    if view == "sources":
        keyboard.page.locator("#collection tbody a").first.wait_for()


# The conversation


@everywhere
def test_from_a_question_into_its_source_and_back(keyboard: Keyboard) -> None:
    page = keyboard.page
    ask(keyboard)
    keyboard.press("Escape", "n", "n", "p", "n", "n")
    chip = "#conversation .conflict + * a.cite, #conversation .quote a.cite"
    keyboard.wait_at(chip)
    page.locator("#card").wait_for()
    keyboard.press("Tab")
    keyboard.wait_at("#card a")
    keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    keyboard.wait_at(chip)

    keyboard.press("Enter")
    assert marked(page) == (PASSAGE, SENTENCE)
    keyboard.wait_at("#source .passage")
    keyboard.press("/")
    keyboard.type("geology")
    result = page.locator("#source .find-result")
    assert result.inner_text() == "1 of 120"
    keyboard.press("Enter")
    assert result.inner_text() == "2 of 120"
    keyboard.press("Shift+Enter")
    assert result.inner_text() == "1 of 120"
    keyboard.press("Escape")
    keyboard.wait_at(".source-body")
    keyboard.press("Escape")
    assert page.locator("#source").is_hidden()
    keyboard.wait_at(chip)
    keyboard.press("/")
    keyboard.wait_at(BOX)


@everywhere
def test_from_one_cited_place_to_the_next(keyboard: Keyboard) -> None:
    page = keyboard.page
    ask(keyboard)
    keyboard.press("Escape", "n")
    keyboard.tab_to(".also a.cite")
    keyboard.press("Enter")
    line = page.locator("#source .cited-line")
    line.get_by_text("Cited place 1 of 2").wait_for()
    keyboard.press("n")
    assert (marked(page)[0], line.inner_text()) == (SECOND, "Cited place 2 of 2")
    keyboard.tab_to(".cited-step[data-step='-1']", "Shift+Tab")
    keyboard.press("Enter")
    assert (marked(page)[0], line.inner_text()) == ("A report.", "Cited place 1 of 2")
    keyboard.tab_to("#source .close", "Shift+Tab")
    keyboard.press("Enter")
    assert page.locator("#source").is_hidden()
    keyboard.wait_at(".also a.cite")


def test_a_step_to_the_only_cited_place(keyboard: Keyboard) -> None:
    ask(keyboard)
    turn_to(keyboard, "sources")
    keyboard.tab_to("#collection tbody a")
    keyboard.press("Enter")
    keyboard.wait_at("#source h2")
    keyboard.tab_to(".cited-step[data-step='1']")
    keyboard.press("Enter")
    # There is no next place, and a disabled button cannot have the focus.
    keyboard.wait_at("#source .passage")
    assert marked(keyboard.page) == (PASSAGE, SENTENCE)


@everywhere
def test_a_deep_link_is_read_and_left(open_keyboard: Open) -> None:
    keyboard = open_keyboard("/#src/report/0-9")
    keyboard.wait_at("#source .passage")
    assert marked(keyboard.page) == ("A report.", "")
    keyboard.press("Escape")
    keyboard.wait_at(BOX)
    assert keyboard.page.url.endswith("/")


def test_a_citation_that_is_folded_up_again(keyboard: Keyboard) -> None:
    page = keyboard.page
    ask(keyboard, "What is the weather like?")
    keyboard.tab_to("details.row summary", "Shift+Tab")
    keyboard.press("Enter")
    keyboard.tab_to("details.row a.cite")
    keyboard.press("Enter")
    keyboard.wait_at("#source .passage")
    reload(page)
    keyboard.wait_at("#source .passage")
    page.locator("details.row summary").first.wait_for()
    assert page.locator("details.row[open]").count() == 0
    keyboard.press("Escape")
    keyboard.wait_at(BOX)

    ask(keyboard)
    # Step back from the first citation of this answer, past those in closed folds.
    keyboard.press("Escape", "n", "p")
    last = page.locator("#conversation a.cite:visible").last
    assert last.evaluate("node => node === document.activeElement")


def test_a_source_is_left_for_another_view(keyboard: Keyboard) -> None:
    ask(keyboard)
    keyboard.press("Escape", "n", "Enter")
    keyboard.wait_at("#source .passage")
    turn_to(keyboard, "history")
    assert keyboard.page.locator("#source").is_hidden()


@pytest.mark.parametrize("is_offered", [True, False], ids=["clipboard", "no clipboard"])
def test_a_quote_is_copied(open_keyboard: Open, is_offered: bool) -> None:
    keyboard = open_keyboard(permissions=["clipboard-read", "clipboard-write"])
    page = keyboard.page
    keyboard.wait_at(BOX)
    if not is_offered:
        # Simulate a page without HTTPS under a name that is not local.
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    ask(keyboard)
    keyboard.press("Escape", "n")
    keyboard.tab_to(".copy")
    keyboard.press("Enter")
    page.locator("#done.shown", has_text="Copied").wait_for()
    keyboard.look()
    keyboard.wait_at(".copy")
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"“{SENTENCE}”\n— Minerals")


@everywhere
def test_a_thumb_down_with_its_reason(keyboard: Keyboard, engine: FakeEngine) -> None:
    page = keyboard.page
    down = ".thumb[data-verdict=down]"
    ask(keyboard)
    keyboard.tab_to(down, "Shift+Tab")
    keyboard.press("Enter")
    keyboard.wait_at("#why input")
    keyboard.press("Escape")
    keyboard.wait_at(f"{down}[aria-pressed=false]")
    keyboard.press("Enter", "Space", "ArrowDown")
    keyboard.tab_to("#why-text")
    keyboard.type("It is 2026.")
    keyboard.tab_to("#why .primary")
    keyboard.press("Enter")
    page.locator(f"{down}[aria-pressed=true]").wait_for()
    keyboard.look()
    keyboard.wait_at(down)
    last = list(GapLog(engine.settings.index).remarks())[-1]
    assert (last.kind, last.reason, last.text) == ("down", "incomplete", "It is 2026.")


@everywhere
def test_offered_questions_context_and_a_new_conversation(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.tab_to("#conversation .example", "Shift+Tab")
    keyboard.press("Enter")
    answered(keyboard, 1)
    keyboard.look()
    keyboard.wait_at(BOX)
    keyboard.tab_to(".related button", "Shift+Tab")
    keyboard.press("Enter")
    answered(keyboard, 2)
    keyboard.wait_at(BOX)

    keyboard.type("And how much chromium?")
    keyboard.tab_to("#question .submit-button")
    keyboard.press("Enter")
    answered(keyboard, 3)
    keyboard.look()
    keyboard.tab_to(".ask-alone", "Shift+Tab")
    keyboard.press("Enter")
    answered(keyboard, 4)
    assert page.locator(".ask-alone:visible").count() == 0
    keyboard.look()
    keyboard.wait_at(BOX)
    keyboard.tab_to("#start-over")
    keyboard.press("Enter")
    page.locator(".welcome").wait_for()
    keyboard.wait_at(BOX)


@everywhere
def test_the_list_of_keys(keyboard: Keyboard, size: tuple[int, int]) -> None:
    keyboard.press("Escape", "?")
    keyboard.wait_at("#keys button")
    keyboard.tab_to("#keys input", "Shift+Tab")
    keyboard.press("Space", "Space", "Escape")
    if size == SCREEN:
        keyboard.tab_to("#show-keys", "Shift+Tab")
        keyboard.press("Enter")
        keyboard.wait_at("#keys button")
        keyboard.press("Enter")
        keyboard.wait_at("#show-keys")


# The other views


@everywhere
def test_conversations_are_opened_saved_and_deleted(keyboard: Keyboard) -> None:
    page = keyboard.page
    for question in ("chromium one", "chromium two", "chromium three"):
        ask(keyboard, question)
        keyboard.tab_to("#start-over")
        keyboard.press("Enter")
        page.locator(".welcome").wait_for()
        keyboard.wait_at(BOX)
    turn_to(keyboard, "history")
    titles = page.locator("#history ol a")
    titles.nth(2).wait_for()
    keyboard.tab_to("#history .menu summary")
    keyboard.press("Enter")
    keyboard.tab_to("#history [data-save=json]")
    with page.expect_download():
        page.keyboard.press("Enter")
    keyboard.look()
    keyboard.wait_at("#history summary")
    keyboard.tab_to("[aria-label='Delete chromium three']")
    keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('#history ol a').length === 2")
    keyboard.wait_at(".undo button")
    assert titles.all_inner_texts() == ["chromium two", "chromium one"]

    keyboard.tab_to("#history ol a")
    keyboard.press("Enter")
    page.locator(".question", has_text="chromium two").wait_for()
    keyboard.look()
    keyboard.wait_at(BOX)
    turn_to(keyboard, "history")
    keyboard.tab_to(".delete-all")
    keyboard.press("Enter")
    keyboard.wait_at("#confirm-deletion [value=keep]")
    keyboard.tab_to("#confirm-deletion [value=delete]")
    keyboard.press("Enter")
    page.locator(".history-empty").wait_for()
    keyboard.wait_at("#history-title")


def test_a_conversation_is_saved_from_the_masthead(keyboard: Keyboard) -> None:
    ask(keyboard)
    keyboard.tab_to("#save summary", "Shift+Tab")
    keyboard.press("Enter")
    keyboard.tab_to("#save [data-save=ris]")
    with keyboard.page.expect_download():
        keyboard.page.keyboard.press("Enter")
    keyboard.look()
    keyboard.wait_at("#save summary")


@everywhere
def test_sources_are_opened_added_and_removed(
    open_keyboard: Open, own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    keyboard = open_keyboard(at=at)
    page = keyboard.page
    # Listen from the start: without a listener, a file chooser does not open.
    page.on("filechooser", lambda _: None)
    keyboard.wait_at(BOX)
    turn_to(keyboard, "sources")
    page.locator("#collection tbody tr").first.wait_for()
    keyboard.tab_to("#collection tbody a")
    keyboard.press("Enter")
    keyboard.wait_at("#source h2")
    keyboard.press("Escape")
    keyboard.wait_at("#collection tbody a[href^='#src/minerals/']")

    keyboard.tab_to("#upload", "Shift+Tab")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([{"name": "new.md", "mimeType": "", "buffer": b"New text."}])
    page.locator("#review button[value=add]:enabled").wait_for()
    keyboard.tab_to("#review button[value=add]")
    keyboard.press("Enter")
    page.locator(".run-text", has_text="1 added").wait_for()
    page.locator("#collection tbody tr").nth(3).wait_for()
    keyboard.look()
    keyboard.wait_at("#upload")

    keyboard.tab_to("[aria-label='Remove new']")
    keyboard.press("Enter")
    keyboard.wait_at("#confirm-removal [value=keep]")
    keyboard.press("Enter")
    keyboard.wait_at("[aria-label='Remove new']")
    keyboard.press("Enter")
    keyboard.tab_to("#confirm-removal [value=remove]")
    keyboard.press("Enter")
    page.locator(".run-text", has_text="1 removed").wait_for()
    page.wait_for_function("() => document.querySelectorAll('#collection tbody tr').length === 3")
    keyboard.look()
    keyboard.wait_at("#collection .table-frame")
    assert sorted(engine.answering) == ["hostile", "minerals", "report"]


def test_the_index_is_rebuilt_stopped_and_updated(
    open_keyboard: Open, own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    engine.current = False
    engine.pause.set()
    keyboard = open_keyboard("/#sources", at=at)
    page = keyboard.page
    page.locator(".update").wait_for()
    keyboard.tab_to(".rebuild")
    # The start button is disabled during a run, and the stop button disappears at its end.
    keyboard.page.keyboard.press("Enter")
    keyboard.wait_at(".run .stop")
    keyboard.page.keyboard.press("Enter")
    page.locator(".run-text", has_text="Stopped.").wait_for()
    keyboard.wait_at(".rebuild")
    keyboard.tab_to(".update")
    keyboard.page.keyboard.press("Enter")
    keyboard.wait_at(".run .stop")
    engine.pause.clear()
    page.locator(".run-text", has_text="3 unchanged").wait_for()
    keyboard.wait_at(".rebuild")


def test_a_list_that_is_filled_anew_keeps_the_focus(
    open_keyboard: Open, own: tuple[FakeEngine, str]
) -> None:
    engine, at = own
    engine.pause.set()
    keyboard = open_keyboard("/#sources", at=at)
    keyboard.page.locator("#collection tbody tr").first.wait_for()
    keyboard.tab_to(".rebuild")
    keyboard.page.keyboard.press("Enter")
    keyboard.wait_at(".run .stop")
    keyboard.tab_to("[aria-label='Remove A report']")
    engine.pause.clear()
    keyboard.page.locator(".run-text", has_text="3 unchanged").wait_for()
    keyboard.page.wait_for_load_state("networkidle")
    keyboard.look()
    keyboard.wait_at("[aria-label='Remove A report']")


@pytest.fixture
def gaps_address(
    write: Callable[[Mapping[str, str]], None], corpus: Any, tmp_path: Any, encoder: Any
) -> str:
    """A chat whose engine finds passages."""
    write(
        {
            "rail.txt": "Uranium leaves the valley by rail every week.\n",
            "pits.md": "# Pits\n\nThe copper dialogue was launched in the hills.\n",
        }
    )
    engine = bot.open(corpus, tmp_path / "index", encoder=encoder)
    engine.sync()
    fake: Any = SimpleNamespace(as_engine=engine, settings=engine.settings)
    return serve_in_background(fake)


def test_gaps_are_closed_with_a_passage(open_keyboard: Open, gaps_address: str) -> None:
    keyboard = open_keyboard(at=gaps_address)
    page = keyboard.page
    keyboard.wait_at(BOX)
    for question in ("zinc and lead?", "chromium?"):
        keyboard.type(question)
        keyboard.press("Enter")
        page.locator(".question", has_text=question).wait_for()
        page.locator(".bot-row:last-child .refusal").wait_for()
    turn_to(keyboard, "gaps")
    page.locator(".gap").nth(1).wait_for()
    keyboard.tab_to(".gaps-save summary")
    keyboard.press("Enter")
    keyboard.tab_to("[data-gaps=json]")
    with page.expect_download():
        page.keyboard.press("Enter")
    keyboard.look()
    keyboard.wait_at(".gaps-save summary")

    attach = "[aria-label='Attach a passage: zinc and lead?']"
    keyboard.tab_to(attach)
    keyboard.press("Enter")
    keyboard.wait_at("#attach-words")
    keyboard.press("Escape")
    keyboard.wait_at(attach)
    keyboard.press("Enter")
    keyboard.press("Control+a")
    keyboard.type("uranium by rail")
    keyboard.press("Enter")
    page.locator("#attach cite", has_text="rail, line 1").wait_for()
    keyboard.tab_to(".attach-passages input")
    keyboard.press("Space")
    keyboard.tab_to(".attach-save")
    intercept(page, "**/gaps/approve", lambda route: route.abort())
    page.keyboard.press("Enter")
    page.locator(".attach-fault").wait_for()
    keyboard.wait_at(".attach-save")
    page.unroute("**/gaps/approve")
    page.keyboard.press("Enter")
    page.locator(".gaps-note", has_text="Approved.").wait_for()
    page.wait_for_function("() => document.querySelectorAll('.gap').length === 1")
    keyboard.wait_at(".gaps-list button")

    keyboard.tab_to("[aria-label='Ask in the chat: chromium?']")
    keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.answer').length === 3")
    keyboard.look()
    keyboard.wait_at(BOX)


# Around the page


def read_a_source(keyboard: Keyboard) -> None:
    keyboard.press("Escape", "n", "Enter")
    keyboard.wait_at("#source .passage")


@everywhere
def test_the_focus_goes_around_the_page_and_is_held_nowhere(keyboard: Keyboard) -> None:
    ask(keyboard, "What is the weather like?")
    ask(keyboard)
    keyboard.tab_to(".answer .pin", "Shift+Tab")
    keyboard.press("Enter")
    keyboard.page.locator(".pin.pinned").wait_for()
    for view in ("history", "notebook", "sources", "gaps", "chat"):
        turn_to(keyboard, view)
        inside = f"main#{view} li a, main:visible tbody a, .gap"
        if view != "chat":
            keyboard.page.locator(inside).locator("visible=true").first.wait_for()
        assert keyboard.lap("Tab") == []
        assert keyboard.lap("Shift+Tab") == []
    keyboard.tab_to(BOX)
    read_a_source(keyboard)
    if keyboard.page.viewport_size["width"] > 900:
        assert keyboard.lap("Tab") == []
        assert keyboard.lap("Shift+Tab") == []


def test_a_mark_beside_the_scroll_bar_keeps_the_focus(keyboard: Keyboard) -> None:
    ask(keyboard)
    read_a_source(keyboard)
    keyboard.tab_to(".tick")

    # The marks are redrawn at their new position.
    keyboard.page.set_viewport_size({"width": 1280, "height": 500})
    keyboard.page.wait_for_timeout(500)

    keyboard.wait_at(".tick")


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_what_lies_under_the_drawer_closes_it(keyboard: Keyboard) -> None:
    ask(keyboard)
    read_a_source(keyboard)
    keyboard.tab_to(BOX)
    assert keyboard.page.locator("#source").is_hidden()
