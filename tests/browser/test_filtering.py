"""The source filter in the page: its panel, its chips and its answers, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import Page, ask, intercept, reload, resize, violations
from filtered_corpus import FILES, HOSTILE, QUESTION
from programs_site import served
from word_encoder import MINERALS, WordEncoder, engine_over

import bot
from bot.web import build_app


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, quick_disk: None) -> bot.Engine:
    return engine_over(tmp_path_factory.mktemp("site"), FILES)


@pytest.fixture(scope="module")
def address(engine: bot.Engine) -> Iterator[str]:
    with served(build_app(engine)) as address:
        yield address


def opened_panel(page: Page) -> Any:
    page.click(".filter-toggle")
    panel = page.locator("#filter-panel")
    panel.wait_for(state="visible")
    return panel


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.locator("#filter-panel label", has_text=name).first.click()


def chips(page: Page) -> list[str]:
    found: list[str] = page.locator(".filter-chip").all_inner_texts()
    return found


def titles(answer: Any) -> set[str]:
    """Returns the titles of the sources that an answer quotes."""
    return set(answer.locator(".quote cite").all_text_contents())


def focused(page: Page) -> str:
    found: str = page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    )
    return found


def test_by_keyboard_alone(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.locator(".filter-toggle").wait_for()
    page.locator("#question textarea").focus()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "All passages"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Filter"
    assert page.get_attribute(".filter-toggle", "aria-expanded") == "false"

    page.keyboard.press("Enter")
    page.locator("#filter-panel:focus").wait_for()
    assert page.get_attribute(".filter-toggle", "aria-expanded") == "true"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert chips(page) == ["State Department"]
    page.locator(".filter-dates input").first.focus()
    page.keyboard.type("2024")
    page.keyboard.press("Escape")

    assert page.locator("#filter-panel:visible").count() == 0
    assert focused(page) == "Filter"
    assert chips(page) == ["State Department", "since 2024"]
    answer = ask(page, QUESTION)
    assert titles(answer) == {"State"}
    assert answer.locator(".remark").first.inner_text() == "Only: State Department, since 2024"

    page.locator(".filter-chip").first.focus()
    assert focused(page) == "Remove the filter State Department"
    page.keyboard.press("Enter")
    assert focused(page) == "Remove the filter since 2024"
    page.keyboard.press("Enter")
    assert (chips(page), focused(page)) == ([], "Filter")
    everywhere = ask(page, QUESTION)
    assert titles(everywhere) == {"State", "Diplomat", "Press", "undated"}
    assert everywhere.locator(".remark").count() == 0


def test_it_is_kept_for_the_tab_and_told_of_kept_answers(open_page: Callable[..., Page]) -> None:
    page = open_page()
    opened_panel(page)
    choose(page, "Diplomat")
    page.keyboard.press("Escape")
    assert titles(ask(page, QUESTION)) == {"Diplomat"}

    reload(page)
    page.locator(".answer").wait_for()

    assert chips(page) == ["The Diplomat"]
    assert page.locator(".answer .remark").inner_text() == "Only: The Diplomat"
    panel = opened_panel(page)
    assert panel.locator("label", has_text="The Diplomat").locator("input").is_checked()
    page.click("#start-over")
    assert chips(page) == ["The Diplomat"]
    # Another tab has its own filter.
    assert chips(open_page()) == []


def test_a_range_of_dates_says_how_many_sources_have_none(open_page: Callable[..., Page]) -> None:
    page = open_page()
    opened_panel(page)
    first, last = page.locator(".filter-dates input").all()
    first.fill("soon")
    last.fill("2022")
    last.press("Enter")
    assert first.get_attribute("aria-invalid") == "true"
    assert chips(page) == ["until 2022"]
    first.fill("2022-01")
    page.get_by_role("button", name="Close", exact=True).click()

    answer = ask(page, QUESTION)

    assert titles(answer) == {"Press"}
    assert answer.locator(".remark").all_inner_texts() == [
        "Only: since 2022-01, until 2022",
        "Sources left out because they have no date: 1",
    ]


def test_what_admits_nothing_is_told_in_the_place_of_an_answer(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    opened_panel(page)
    choose(page, "The Diplomat", "txt")
    page.keyboard.press("Escape")
    assert chips(page) == ["The Diplomat", "txt"]

    assert "No source meets the whole filter. Leave a part of it out." in (
        ask(page, QUESTION).inner_text()
    )

    page.locator(".filter-chip").last.click()
    assert titles(ask(page, QUESTION)) == {"Diplomat"}


def test_names_are_text_and_sources_are_chosen_by_title(open_page: Callable[..., Page]) -> None:
    page = open_page()
    panel = opened_panel(page)
    assert panel.locator("b").count() == 0
    choose(page, HOSTILE)
    assert chips(page) == [HOSTILE]
    panel.locator(".filter-source label", has_text="undated").click()
    page.keyboard.press("Escape")
    page.locator(".filter-chip").first.click()

    answer = ask(page, QUESTION)

    assert titles(answer) == {"undated"}
    assert answer.locator(".remark").inner_text() == "Only: undated"


def test_only_what_differs_is_offered(
    open_page: Callable[..., Page], tmp_path: Any, engine: bot.Engine
) -> None:
    page = open_page()
    panel = opened_panel(page)
    assert panel.locator("legend").all_inner_texts() == [
        *("Publisher", "Source", "File type", "Date"),
    ]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# Zinc\n\n## What is zinc?\n\nZinc is a blue metal.")
    alone = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(MINERALS))
    alone.sync()
    with served(build_app(alone)) as address:
        other = open_page(at=address)
        other.wait_for_load_state("networkidle")
        assert other.locator("#filter").count() == 1
        assert other.locator(".filter-toggle:visible").count() == 0


def test_long_lists_are_narrowed_by_what_is_typed(
    open_page: Callable[..., Page], tmp_path: Any
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(130):
        text = f"# {number:03}\n\n## What is zinc number {number}?\n\nZinc is a metal."
        (corpus / f"{number:03}.md").write_text(text)
    engine = bot.open(corpus, tmp_path / "index", encoder=WordEncoder(MINERALS))
    engine.sync()
    with served(build_app(engine)) as address:
        page = open_page(at=address)
        panel = opened_panel(page)
        assert panel.locator(".filter-source label").count() == 100
        assert panel.locator(".filter-more").inner_text() == "30 more: type a part of the name"
        panel.locator(".filter-field").fill("12")
        # 012, 112 and 120 to 129.
        assert panel.locator(".filter-source label").count() == 12
        assert panel.locator(".filter-more:visible").count() == 0
        panel.locator(".filter-field").fill("nothing")
        assert panel.locator(".filter-more").inner_text() == "Nothing has this name."


@pytest.mark.parametrize("size", [(1280, 800), (320, 640)])
def test_nothing_moves_when_it_comes_and_the_panel_fits(
    size: tuple[int, int], open_page: Callable[..., Page]
) -> None:
    page = open_page(size=size)
    held: list[Any] = []
    intercept(page, "**/pincite/filters?titles=false", lambda route: held.append(route))
    reload(page)
    page.locator(".example").first.wait_for()
    assert page.locator(".filter-toggle:visible").count() == 0
    before = page.locator("#question").bounding_box()
    held[0].continue_()
    page.locator(".filter-toggle").wait_for()
    assert page.locator("#question").bounding_box() == before
    opened_panel(page)
    choose(page, "State Department", "The Diplomat", "Press")
    box = page.locator("#filter-panel").bounding_box()
    page.keyboard.press("Escape")

    assert page.locator("#question").bounding_box() == before
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] >= 52
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert len(chips(page)) == 3


def test_axe_finds_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page()

    def look() -> None:
        for size in ((1280, 800), (320, 640)):
            resize(page, size)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert violations(page) == [], (size, scheme)

    opened_panel(page)
    choose(page, "State Department", "Diplomat")
    page.locator(".filter-dates input").first.fill("soon")
    page.locator(".filter-dates input").last.focus()
    look()
    assert page.locator("#filter-panel").is_visible()
    page.keyboard.press("Escape")
    ask(page, QUESTION)
    look()


@pytest.mark.parametrize(
    ("locale", "toggle", "line"),
    [
        ("de-DE", "Filter", "Nur: The Diplomat"),
        ("es-ES", "Filtro", "Solo: The Diplomat"),
        ("fr-FR", "Filtre", "Seulement : The Diplomat"),
        ("ru-RU", "Фильтр", "Только: The Diplomat"),
        ("zh-CN", "筛选", "仅限：The Diplomat"),
    ],
)
def test_it_speaks_the_language_of_its_reader(
    locale: str, toggle: str, line: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(locale=locale)
    opened_panel(page)
    choose(page, "The Diplomat")
    page.keyboard.press("Escape")
    assert page.locator(".filter-toggle").inner_text() == toggle
    assert ask(page, QUESTION).locator(".remark").inner_text() == line
