"""Opens a served chat in Firefox, with the same calls as Chromium.

Playwright speaks WebDriver BiDi to the system's Firefox, so no other one is downloaded. Some calls
do not work: `get_by_label` may crash Firefox 153 on this page, `page.url` does not follow the
browser's history back, and `fill` triggers no change event.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from browser import context_in

_NAMES = ("firefox-esr", "firefox")
# A mouse with a fine pointer that can hover, in Firefox's numbering. A server may have no mouse.
_MOUSE = 2 + 4
_PREFERENCES = {
    # The browser itself must not look up anything either.
    "network.dns.disabled": True,
    # A page may read the clipboard without a click on "Paste".
    "dom.events.testing.asyncClipboard": True,
    "ui.allPointerCapabilities": _MOUSE,
    "ui.primaryPointerCapabilities": _MOUSE,
}
# Values of the Firefox preference for the colour scheme reported to pages.
_COLOURS = {"dark": 0, "light": 1}


class FirefoxProfile:
    """A profile that is replaced after each test."""

    def __init__(self, browser: Any, failed: list[str]) -> None:
        self._browser = browser
        self._failed = failed
        self._context: Any = None

    @property
    def context(self) -> Any:
        """The profile; it records failed requests of its pages."""
        if self._context is None:
            # Firefox 153 cannot emulate media features.
            self._context = context_in(self._browser, color_scheme="null")
            self._context.on("requestfailed", self._note)
        return self._context

    def _note(self, request: Any) -> None:
        # A stream that ends with its page has not failed.
        if request.failure != "NS_BINDING_ABORTED":
            self._failed.append(f"{request.failure} for {request.url}")

    def forget(self) -> None:
        """Discards the profile."""
        self._context.close()
        self._context = None


class Firefox:
    """A headless Firefox for each colour scheme, launched on first use."""

    def __init__(self, playwright: Any, program: str) -> None:
        self._playwright = playwright
        self._program = program
        self._profiles: dict[str, FirefoxProfile] = {}
        self.failed: list[str] = []

    def profile(self, *, colours: str = "light") -> FirefoxProfile:
        """Returns the profile of a test that sees pages in light or dark colours."""
        if colours not in self._profiles:
            override = {"layout.css.prefers-color-scheme.content-override": _COLOURS[colours]}
            launched = self._playwright.firefox.launch(
                channel="moz-firefox",
                executable_path=self._program,
                firefox_user_prefs=_PREFERENCES | override,
            )
            self._profiles[colours] = FirefoxProfile(launched, self.failed)
        return self._profiles[colours]


@contextmanager
def launched_firefox() -> Iterator[Firefox]:
    """Launches headless Firefox, and leaves no process behind.

    Without Firefox the test is skipped, except in CI, where it fails.
    """
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    try:
        import websockets  # noqa: F401 - the relay runs in a process of its own
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        message = "No Firefox: apt-get install firefox-esr, and pip install playwright websockets."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        yield Firefox(playwright, _relayed(program, Path(folder)))


def _relayed(program: str, folder: Path) -> str:
    """Writes a program that runs Firefox behind the relay and takes the same arguments."""
    relay = Path(__file__).with_name("firefox_relay.py")
    command = shlex.join([sys.executable, str(relay), program])
    script = folder / "firefox"
    script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    script.chmod(0o700)
    return str(script)
