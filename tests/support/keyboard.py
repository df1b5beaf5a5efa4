"""Works a page with the keyboard, and checks that the focus stays visible after every key."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

Page = Any
Focus = dict[str, Any]

PATIENCE_SECONDS = 30

# Returns the name of the focused element, whether it is visible, and whether the focus changes its
# look. For a hidden file chooser it checks the label, which is what is drawn. It also returns
# whether the element matches the selector, and its number in a lap, because every call is slow.
_FOCUS = """selector => {
    const node = document.activeElement;
    const name = [node.tagName.toLowerCase(), node.id, ...node.classList].join(" ")
        + ` “${(node.getAttribute("aria-label") ?? node.textContent).trim().slice(0, 40)}”`;
    const about = { name, isThere: node.matches(selector), stop: node.dataset.stop ?? "" };
    if (node === document.body) return { ...about, isAway: true, isSeen: false, isMarked: false };
    const drawn = node.type === "file" ? node.labels[0] : node;
    const isInView = [...drawn.getClientRects()].some(({ left, top, right, bottom }) => {
        const [x, y] = [
            (Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
            (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2,
        ];
        const there = document.elementFromPoint(x, y);
        return right > left && bottom > top && there
            && (drawn.contains(there) || [...node.labels ?? []].some(one => one.contains(there)));
    });
    const isSeen = isInView && drawn.checkVisibility({ opacityProperty: true });
    const around = [drawn, ...node.labels ?? []];
    for (let each = drawn.parentElement; each && around.length < 6; each = each.parentElement) {
        around.push(each);
    }
    const styles = () => around.map(each => {
        const style = getComputedStyle(each);
        const outline = style.outlineStyle === "none" ? "" : style.outlineWidth;
        return [outline, style.borderColor, style.boxShadow, style.backgroundColor].join();
    }).join(";");
    const focused = styles();
    node.blur();
    const isMarked = styles() !== focused;
    node.focus({ preventScroll: true });
    return { ...about, isAway: false, isSeen, isMarked };
}"""


class Keyboard:
    """Works a page with keys only, and checks the focus after each of them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Presses one key after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.look()

    def type(self, text: str) -> None:
        """Types text into the focused field."""
        self.page.keyboard.type(text)
        self.look()

    def look(self) -> str:
        """Returns the name of the focused element, after checking that it is visible."""
        name: str = self._seen(self._focus())["name"]
        return name

    def _focus(self, selector: str = "*") -> Focus:
        focus: Focus = self.page.evaluate(_FOCUS, selector)
        return focus

    def _seen(self, focus: Focus, selector: str = "*") -> Focus:
        """Returns the focus once it is visible."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        # It may not be visible yet: a drawer slides in, a reply is pending.
        while not focus["isSeen"] and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
            focus = self._focus(selector)
        assert focus["isSeen"], f"The focus is on {focus['name']}, which is not to be seen."
        assert focus["isMarked"], f"{focus['name']} looks the same without the focus."
        return focus

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        """Presses Tab until the focus is on the selector."""
        seen = []
        is_there = self.is_at(selector)
        while not is_there:
            self.page.keyboard.press(key)
            focus = self._seen(self._focus(selector), selector)
            is_there = focus["isThere"]
            seen.append(focus["name"])
            assert len(seen) < 100, f"No {selector} on the way: {seen}"

    def is_at(self, selector: str) -> bool:
        """Whether the focused element matches a selector."""
        found: bool = self.page.evaluate("it => document.activeElement.matches(it)", selector)
        return found

    def wait_at(self, selector: str) -> None:
        """Waits until the focused element matches a selector."""
        self.page.wait_for_function("it => document.activeElement.matches(it)", arg=selector)
        self.look()

    def lap(self, key: str = "Tab") -> list[str]:
        """Goes once around the page; returns the stops that were missed, which should be none.

        Between the page's last element and its first, a browser stops at its own controls. That is
        the only moment in which no element of the page has the focus.
        """
        self.page.evaluate(_NUMBER)
        reached: list[str] = []
        away = 0
        while not away or reached.count(reached[0]) < 2:
            assert len(reached) < 200, f"A trap: {reached}"
            self.page.keyboard.press(key)
            focus = self._focus()
            if focus["isAway"]:
                away += 1
                assert away == 1, f"Away from the page twice in a lap: {reached}"
                continue
            reached.append(self._seen(focus)["stop"])
        missed = "reached => stops.filter((_, at) => !reached.includes(String(at))).map(nameOf)"
        found: list[str] = self.page.evaluate(missed, reached)
        return found


_NUMBER = """() => {
    globalThis.nameOf = node => node.outerHTML.slice(0, 120);
    const all = document.querySelectorAll(
        "a[href], button:enabled, input:enabled, textarea:enabled, summary, [tabindex='0']");
    globalThis.stops = [...all].filter(node => {
        const drawn = node.type === "file" ? node.labels[0] : node;
        return node.tabIndex >= 0 && drawn.checkVisibility({ visibilityProperty: true });
    });
    stops.forEach((node, at) => { node.dataset.stop = at; });
}"""


BOX = "#question textarea"
SCREEN, PHONE = (1280, 800), (360, 740)

Open = Callable[..., Keyboard]

everywhere = pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])


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
