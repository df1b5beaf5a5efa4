"""Serves a chat, and opens it in a browser."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from typing import Any

import pytest
from web_fakes import FakeEngine

from bot.web import serve

Page = Any

# A busy machine takes long to load a page.
PATIENCE_MILLISECONDS = 60_000

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # The browser itself must not look up anything either.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@contextmanager
def launched_browser(wrapped: Callable[[str], str] = str) -> Iterator[Any]:
    """Launches a headless Chromium; without one, skips the test or, in CI, fails it.

    `wrapped` may return another program, which runs the browser with the arguments it gets.
    """
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
        browser = playwright.chromium.launch(executable_path=wrapped(program), args=_ARGUMENTS)
        yield browser
        browser.close()


def context_in(browser: Any, **options: Any) -> Any:
    """Returns a browser profile with a timeout long enough for busy machines."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return context


class Profile:
    """A browser profile. Its tests share the HTTP cache but no other state.

    Loading the page takes twice as long without the cache.
    """

    def __init__(self, browser: Any, options: dict[str, Any]) -> None:
        self.context = context_in(browser, **options)
        # Chromium closes the window with its last page, and opening a new window takes as long as
        # loading the page. This page keeps the window open.
        self._kept = self.context.new_cdp_session(self.context.new_page())

    def forget(self) -> None:
        """Deletes stored data and permissions of pages, but not the HTTP cache."""
        self.context.clear_permissions()
        kept = {"origin": "*", "storageTypes": "cookies,local_storage,indexeddb"}
        self._kept.send("Storage.clearDataForOrigin", kept)


class Browser:
    """A headless Chromium, launched on first use, with its profiles."""

    def __init__(self) -> None:
        self._launched: Any = None
        self._end = ExitStack()
        self._profiles: dict[str, Profile] = {}

    def launch(self) -> None:
        """Launches it if it is not running."""
        if self._launched is None:
            self._launched = self._end.enter_context(launched_browser())

    def profile(self, **options: Any) -> Profile:
        """Returns the profile with these options; equal options share one."""
        key = repr(sorted(options.items()))
        if key not in self._profiles:
            self._profiles[key] = Profile(self._launched, options)
        return self._profiles[key]

    def close(self) -> None:
        """Ends it if it is running."""
        self._end.close()
        self._launched = None
        self._profiles.clear()


def serve_in_background(engine: FakeEngine, **options: Any) -> str:
    """Serves a chat until the tests end; returns its address."""
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


def ask(page: Page, question: str) -> Any:
    """Types a question, sends it with Enter and returns the answer."""
    before = page.locator(".answer, .fault").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function(
        "before => document.querySelectorAll('.answer, .fault').length > before", arg=before
    )
    return page.locator(".answer, .fault").last


def intercept(page: Page, pattern: str, handler: Callable[[Any], Any], **options: Any) -> None:
    """Like `page.route`, but takes effect before this returns.

    Chromium reports success before an open page applies the route, so its next request may get
    through.
    """
    intercepted: list[Any] = []

    def note(route: Any) -> None:
        intercepted.append(route)
        route.fulfill(json={})

    page.route(re.compile(r"\?is-intercepted$"), note)
    page.route(pattern, handler, **options)
    while not intercepted and page.url != "about:blank":
        page.evaluate("async () => { await fetch('pincite/state?is-intercepted'); }")


def wait_until_still(page: Page) -> None:
    """Waits until all animations have finished."""
    page.wait_for_function(
        """() => document.getAnimations().every(
            one => one.playState !== "running" || one.effect.getTiming().iterations === Infinity
        )"""
    )


def speak(page: Page, locale: str) -> None:
    """Makes the browser request a language in this tab, like a browser with that locale."""
    session = page.context.new_cdp_session(page)
    program = page.evaluate("navigator.userAgent")
    session.send("Emulation.setLocaleOverride", {"locale": locale})
    session.send("Emulation.setUserAgentOverride", {"userAgent": program, "acceptLanguage": locale})


def resize(page: Page, size: tuple[int, int]) -> None:
    """Sets the viewport size, and waits until the page has its new layout."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function(
        """async ([width, height]) => {
            await new Promise(requestAnimationFrame);
            return innerWidth === width && innerHeight === height;
        }""",
        arg=size,
    )


def reload(page: Page) -> None:
    """Reloads the page when the network is idle."""
    page.wait_for_load_state("networkidle")
    # Gradio reports an interrupted stream as an error.
    page.evaluate("console.error = () => undefined")
    page.reload()


def violations(page: Page) -> list[tuple[str, str, list[Any]]]:
    """Returns the violations that axe finds in the current page, by all its rules."""
    wait_until_still(page)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        (each["id"], each["help"], [node["target"] for node in each["nodes"]])
        for each in found["violations"]
    ]


def marked(page: Page) -> tuple[str, str]:
    """Returns the texts of the passage and of its highlights, as shown in the source pane."""
    page.locator("#source .passage:visible").first.wait_for()
    joined = "nodes => nodes.map(node => node.textContent).join('')"
    return (
        page.locator("#source .passage").evaluate_all(joined),
        page.locator("#source mark").evaluate_all(joined),
    )


def faint(page: Page, *selectors: str) -> dict[str, float]:
    """Returns selectors whose text has too little contrast, with the contrast and the colours."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wait_until_still(page)
        for selector in selectors:
            contrast = page.locator(selector).first.evaluate(CONTRAST)
            if contrast < 4.5:
                found[f"{selector} in {scheme} colours"] = contrast
    return found


# WCAG 2 contrast of an element's text against the backgrounds below it.
CONTRAST = """element => {
    const parse = colour => colour.match(/[\\d.]+/g).map(Number);
    const over = ([r, g, b, a = 1], [x, y, z]) =>
        [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
    const light = colour => colour.slice(0, 3)
        .map(part => part / 255)
        .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const layers = [];
    let opacity = 1;
    for (let node = element; node; node = node.parentElement) {
        const style = getComputedStyle(node);
        layers.push(parse(style.backgroundColor));
        opacity *= Number(style.opacity);
    }
    const ground = layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
    const [r, g, b] = parse(getComputedStyle(element).color);
    const ink = over([r, g, b, opacity], ground);
    const [dark, bright] = [light(ink), light(ground)].sort((one, two) => one - two);
    return (bright + 0.05) / (dark + 0.05);
}"""
