"""Numbers the lists in OpenDocument files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..common.parsing import Element
from .docx_styles import written
from .open_names import STYLE, TEXT, Styles, count

_LARGEST = 100_000
_KINDS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}


@dataclass(slots=True)
class Lists:
    """The open lists, outermost first, and the last number of each finished list by name."""

    styles: Styles
    names: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    ended: dict[str, int] = field(default_factory=dict)

    def enter(self, element: Element) -> None:
        """Opens a list within the current one."""
        name = element.get(TEXT + "style-name") or (self.names[-1] if self.names else "")
        self.names.append(name)
        goes_on = element.get(TEXT + "continue-numbering") == "true" or element.get(
            TEXT + "continue-list"
        )
        level = self._levels().get(len(self.names))
        start = 1 if level is None else count(level, TEXT + "start-value", _LARGEST)
        self.counts.append(self.ended.get(name, start - 1) if goes_on else start - 1)

    def leave(self) -> None:
        """Closes the innermost list."""
        self.ended[self.names.pop()] = self.counts.pop()

    def marker(self, item: Element) -> str:
        """Returns the marker of an item: "3.1. ", or "- " in a list without numbers."""
        if item.tag == TEXT + "list-header":
            return ""
        self.counts[-1] += 1
        self.counts[-1] = count(item, TEXT + "start-value", _LARGEST, self.counts[-1])
        levels = self._levels()
        level = levels.get(len(self.names))
        kind = None if level is None else _KINDS.get(level.get(STYLE + "num-format") or "")
        if level is None or kind is None:
            return "- "
        shown = min(count(level, TEXT + "display-levels", 10), len(self.counts))
        numbers = []
        for depth in range(len(self.counts) - shown, len(self.counts)):
            upper = levels.get(depth + 1)
            named = "1" if upper is None else upper.get(STYLE + "num-format") or ""
            if named in _KINDS:
                numbers.append(written(self.counts[depth], _KINDS[named]))
        before, after = (level.get(STYLE + end) or "" for end in ("num-prefix", "num-suffix"))
        return f"{before}{'.'.join(numbers)}{after} "

    def _levels(self) -> Mapping[int, Element]:
        return self.styles.lists.get(self.names[-1], {})
