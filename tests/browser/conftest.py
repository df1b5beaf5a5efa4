"""The chat of the fake engine in a browser, and both hands on its keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser import Page, serve_in_background
from keyboard import BOX, SCREEN, Keyboard, Open
from web_fakes import FakeEngine


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    """The fake engine; files with an engine of their own define it again."""
    return FakeEngine()


@pytest.fixture(scope="module")
def address(browser: Any, engine: FakeEngine) -> str:
    """The address of the chat that `open_page` opens."""
    return serve_in_background(engine)


@pytest.fixture
def own(browser: Any) -> tuple[FakeEngine, str]:
    """A separate chat for each test that changes the sources."""
    engine = FakeEngine()
    return engine, serve_in_background(engine)


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
