"""Hands on a keyboard: every key that is pressed must leave the focus where it can be seen."""

from __future__ import annotations

import time
from typing import Any

Page = Any
Focus = dict[str, Any]

PATIENCE_SECONDS = 30

# What has the focus, by a name to tell it by; whether it can be seen; and whether it looks other
# than without the focus. For a hidden file chooser its label is looked at, which is what is drawn.
# Whether a selector tells it, and its number in a lap, come along, for every call takes its time.
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
    """Works a page by keys alone, and looks after each of them where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """One key after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.look()

    def type(self, text: str) -> None:
        """Letters into the field that has the focus."""
        self.page.keyboard.type(text)
        self.look()

    def look(self) -> str:
        """The name of what has the focus, once it was seen that it has it."""
        name: str = self._seen(self._focus())["name"]
        return name

    def _focus(self, selector: str = "*") -> Focus:
        focus: Focus = self.page.evaluate(_FOCUS, selector)
        return focus

    def _seen(self, focus: Focus, selector: str = "*") -> Focus:
        """What has the focus now, once it is seen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        # It may be on its way: a drawer slides in, a reply is waited for.
        while not focus["isSeen"] and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
            focus = self._focus(selector)
        assert focus["isSeen"], f"The focus is on {focus['name']}, which is not to be seen."
        assert focus["isMarked"], f"{focus['name']} looks the same without the focus."
        return focus

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        """Tab until something has the focus."""
        seen = []
        is_there = self.is_at(selector)
        while not is_there:
            self.page.keyboard.press(key)
            focus = self._seen(self._focus(selector), selector)
            is_there = focus["isThere"]
            seen.append(focus["name"])
            assert len(seen) < 100, f"No {selector} on the way: {seen}"

    def is_at(self, selector: str) -> bool:
        """Whether what a selector tells has the focus."""
        found: bool = self.page.evaluate("it => document.activeElement.matches(it)", selector)
        return found

    def wait_at(self, selector: str) -> None:
        """Wait until it has it."""
        self.page.wait_for_function("it => document.activeElement.matches(it)", arg=selector)
        self.look()

    def lap(self, key: str = "Tab") -> list[str]:
        """Go once around the page; what can be stopped at and was not, which should be nothing.

        Between its last element and its first a browser stops at its own controls: the one moment
        in which nothing of the page has the focus.
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
