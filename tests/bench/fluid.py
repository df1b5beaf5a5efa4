"""How long the page is busy at a time in a conversation of two hundred questions.

    python tests/bench/fluid.py [--rounds 5]

Somebody types and scrolls in a headless Chromium, in a long conversation and in one of a single
question. The longest task of each round is printed, in milliseconds; 0 is below 50. The first round
of the long conversation lays out what is scrolled past for the first time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from browser import Page, ask, context_in, launched_browser, serve_in_background
from long_conversation import COUNT, KEEP
from web_fakes import FakeEngine

_WATCH = """() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    }).observe({ type: "longtask" });
}"""


def main() -> None:
    """Prints the rounds of both conversations."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    address = serve_in_background(FakeEngine())
    with launched_browser() as browser:
        for name, count in (("one question", 1), (f"{COUNT} questions", COUNT)):
            page = _conversation(browser, address, count)
            page.evaluate(_WATCH)
            ways = [(-1500, 1500)[number % 2] for number in range(arguments.rounds)]
            print(f"{name}:", *(round(longest_task(page, pixels)) for pixels in ways))


def _conversation(browser: Any, address: str, count: int) -> Page:
    page = context_in(browser, viewport={"width": 1280, "height": 800}).new_page()
    page.goto(address)
    page.wait_for_selector(".example")
    ask(page, "How much chromium is there?")
    if count > 1:
        ask(page, "hostile")
        page.evaluate(KEEP, count)
        page.reload()
        page.wait_for_function(
            "count => document.querySelectorAll('#conversation .question').length === count",
            arg=count,
        )
    page.wait_for_timeout(1000)
    return page


def longest_task(page: Page, pixels: int) -> float:
    """The longest task, in milliseconds, while somebody types and scrolls by so much at a time."""
    page.evaluate("longest = 0")
    page.locator("#question textarea").press_sequentially("How much is there?", delay=20)
    page.locator("#conversation [role=log]").hover()
    for _ in range(40):
        page.mouse.wheel(0, pixels)
        page.wait_for_timeout(30)
    page.wait_for_timeout(200)
    longest: float = page.evaluate("longest")
    return longest


if __name__ == "__main__":
    main()
