"""The page in each language of the interface, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, ask, reload, serve_in_background
from catalogues import MESSAGES
from fake_answers import MINERALS, REPORT
from web_fakes import FakeEngine

from bot.web.rendering.languages import NAMES, language_of

LOCALES = {"de": "de-CH", "es": "es-MX", "fr": "fr-FR", "ru": "ru-KZ", "zh": "zh-CN"}

# Text nodes and accessible names in our own parts, without text by sources and readers.
_SAID = """() => {
    const foreign = "blockquote, cite, .details, bdi, q, th a, .file, .title, .source-text, "
        + "#source-title, .card-text, .question, .gap-said h3, kbd, [data-language], .wordmark";
    const said = new Set();
    const ours = "body > :not(script, gradio-app), #conversation";
    const shown = NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT;
    for (const root of document.querySelectorAll(ours)) {
        const walker = document.createTreeWalker(root, shown);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
            if (element.closest(foreign)) continue;
            if (node.nodeType === Node.TEXT_NODE) said.add(node.textContent.trim());
            else for (const name of ["aria-label", "title", "placeholder"]) {
                said.add(element.getAttribute(name)?.trim());
            }
        }
    }
    return [...said].filter(Boolean);
}"""


@pytest.fixture(scope="module")
def address(browser: Any) -> str:
    return serve_in_background(FakeEngine())


@pytest.fixture(params=LOCALES)
def page(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Page:
    """Opens a page on a phone whose browser uses a given language."""
    return open_page(locale=LOCALES[request.param], size=(360, 740))


def code_of(page: Page) -> str:
    return str(page.evaluate("document.documentElement.lang")).removesuffix("-CN")


def test_nothing_is_left_in_english_and_nothing_is_cut_off(page: Page) -> None:
    language = language_of(code_of(page))
    assert language.code != "en"
    said = set(page.evaluate(_SAID))
    assert page.locator("#question textarea").get_attribute("placeholder") == language.say(
        "Ask a question"
    )
    assert page.locator(".welcome h2").inner_text() == language.say("Ask your documents")
    ask(page, "How much chromium?")
    said |= set(page.evaluate(_SAID))
    ask(page, "What is the weather?")
    said |= set(page.evaluate(_SAID))
    for view in ("#history", "#sources", "#gaps", "#chat"):
        page.locator(f'#masthead nav [href="{view}"]').click()
        page.wait_for_timeout(300)
        said |= set(page.evaluate(_SAID))
        # In no language wider than the screen.
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("#conversation a.cite:visible").first.click()
    page.locator("#source .passage").first.wait_for()
    said |= set(page.evaluate(_SAID))

    same = {name for name in MESSAGES if language.page[name] == name}
    assert len(same) <= 12
    assert said & (MESSAGES - same) == set()
    assert language.say("Copy") in said
    assert language.say("The sources don't answer this.") in said


def test_quotes_are_never_translated(page: Page) -> None:
    answer = ask(page, "How much chromium?")

    quote = answer.locator("blockquote").first
    assert quote.inner_text() in f"{REPORT}\n{MINERALS}"
    assert quote.get_attribute("lang") == "en"
    language = language_of(code_of(page))
    assert language.say("Likely") in answer.locator(".summary").inner_text()
    # The engine's locators are translated to the language of the page.
    assert (
        f" · {language.translation_of('line 1')}"
        in f" · {answer.locator('.details').first.inner_text()}"
    )


def test_a_reader_chooses_another_language(open_page: Callable[..., Page]) -> None:
    page = open_page(locale="en-GB")
    assert code_of(page) == "en"
    ask(page, "How much chromium?")
    page.click("#languages summary")
    assert page.locator("#languages [aria-current=true]").inner_text() == "English"
    assert page.locator("#languages li").all_inner_texts() == list(NAMES.values())

    with page.expect_navigation():
        page.click("#languages [data-language=ru]")

    russian = language_of("ru")
    # The conversation continues, rendered again in the new language.
    page.locator("#conversation .copy").first.wait_for()
    assert code_of(page) == "ru"
    assert page.locator("#conversation .copy").first.get_attribute("title") == russian.say("Copy")
    assert page.locator("#conversation .confidence").inner_text() == russian.say("Likely")
    assert page.locator("#question textarea").get_attribute("placeholder") == russian.say(
        "Ask a question"
    )
    reload(page)
    page.locator("#conversation .copy").first.wait_for()
    assert code_of(page) == "ru"
