"""A served chat and a browser to look at it with."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from web_fakes import FakeEngine

from bot.web import serve

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def launched_browser() -> Iterator[Any]:
    """A headless Chromium; without one the test is skipped, except in CI, where it fails."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        message = "No browser: apt-get install chromium, and pip install playwright."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


def serve_in_background(engine: FakeEngine, **options: Any) -> str:
    """The address of a chat that is served until the tests end."""
    ready = threading.Event()
    addresses: list[str] = []

    def on_ready(address: str) -> None:
        addresses.append(address)
        ready.set()

    def run() -> None:
        serve(engine.as_engine, host="127.0.0.1", port=0, on_ready=on_ready, **options)

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(60), "The chat was not served within a minute."
    return addresses[0]
