"""Runs all axe rules on every view, in light and dark mode, on a desktop and a phone screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from browser import Page, ask, resize, serve_in_background, violations
from web_fakes import FakeEngine

from bot.types import Answer, AnsweredPart

Step = Callable[[Page], None]

PARTS = ("How much chromium is there", "what is nearly an answer", "chromium perhaps")


class Engine(FakeEngine):
    """Answers a question of several parts: one surely, one not at all, one with a caution."""

    def ask(self, question: str, **options: Any) -> Answer:
        found = super().ask(question, **options)
        if "several" not in question:
            return found
        return replace(
            found, parts=tuple(AnsweredPart(part, super(Engine, self).ask(part)) for part in PARTS)
        )


def answered(page: Page) -> None:
    ask(page, "How much chromium is there?")
    ask(page, "And what about chromium there?")
    page.locator(".bot-row:last-child .related").wait_for()


def pointed_at(page: Page) -> None:
    ask(page, "How much chromium is there?")
    point(page)


def point(page: Page) -> None:
    """Opens the card of a citation; the card closes when the page is resized."""
    page.mouse.move(0, 0)
    page.locator(".quote a.cite").first.hover()
    page.locator("#card").wait_for()


def keys(page: Page) -> None:
    ask(page, "How much chromium is there?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")


def refused(page: Page) -> None:
    answer = ask(page, "what is nearly an answer")
    assert answer.locator("details.row").count() == 2
    answer.locator("details.row summary").last.click()


def unsure(page: Page) -> None:
    assert ask(page, "How much chromium is there perhaps?").locator(".caution").count() == 1


def several(page: Page) -> None:
    answer = ask(page, "chromium and several other things")
    assert answer.locator(".part").count() == len(PARTS)


def failed(page: Page) -> None:
    ask(page, "an unacceptable question")


def source_open(page: Page) -> None:
    ask(page, "How much chromium is there?").locator("a.cite").first.click()
    page.locator("#source .passage").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("ore")


def checked(page: Page) -> None:
    answered(page)
    page.click("#check-quotes")
    page.locator("#check li details summary").first.click()


def history(page: Page) -> None:
    answered(page)
    page.click("nav a[data-view=history]")
    page.locator("#history li[data-conversation]").first.wait_for()
    page.locator("#history .menu summary").first.click()


def notebook(page: Page) -> None:
    answered(page)
    page.locator("#conversation .pin").first.click()
    page.locator("#conversation .pin.pinned").first.wait_for()
    page.click("nav a[data-view=notebook]")
    page.locator(".notebook-list li").first.wait_for()
    page.locator(".notebook-save summary").click()


def deletion(page: Page) -> None:
    history(page)
    page.click(".delete-all")


def sources(page: Page) -> None:
    page.click("nav a[data-view=sources]")
    page.locator("#collection tbody tr").first.wait_for()


def review(page: Page) -> None:
    sources(page)
    chosen = {"name": "a.zip", "mimeType": "application/zip", "buffer": b"PK"}
    page.set_input_files("#upload", [chosen])
    page.locator("#review button[value=add]:enabled").wait_for()


def removal(page: Page) -> None:
    sources(page)
    page.locator("#collection .remove").first.click()


def nothing(page: Page) -> None:
    """The page as it opens."""


VIEWS: tuple[Step, ...] = (
    nothing, answered, unsure, pointed_at, keys, refused, several, failed, source_open, checked,
    history, notebook, deletion, sources, review, removal,
)  # fmt: skip


@pytest.fixture(scope="module")
def address(browser: Any) -> str:
    return serve_in_background(Engine())


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(open_page: Callable[..., Page], view: Step) -> None:
    page = open_page()
    view(page)
    for size in ((1280, 800), (360, 740)):
        resize(page, size)
        if view is pointed_at:
            point(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(100)
            assert violations(page) == [], (size, scheme)
