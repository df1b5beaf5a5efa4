"""Prints lines for a person at a terminal: wrapped to its width, with styles instead of marks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ..text.terminal_escaping import printable
from .context import say

# On a narrower terminal, lines are longer than its width.
_LEAST_WIDTH = 20


class Look(Enum):
    """The look of a piece; the values are rich styles that suit any colours of a terminal."""

    PLAIN = ""
    SENTENCE = "underline"
    WORDS = "bold underline"
    ASIDE = "dim"
    NOTICE = "bold"
    MARK = "none"  # omitted on a terminal: it replaces a style where there are none


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line; its text may be hostile."""

    text: str
    look: Look = Look.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """A line of output.

    When a terminal wraps it, the next lines start below its text, to the right of the label.
    """

    pieces: tuple[Piece, ...] = ()
    label: str = ""


def show(lines: Iterable[Line]) -> None:
    """Prints the lines.

    On a terminal with styles they are wrapped and have styles instead of marks. Elsewhere they are
    printed as they are.
    """
    if _has_styles():
        _show_styled(lines)
        return
    for line in lines:
        say(line.label + "".join(piece.text for piece in line.pieces))


def _has_styles() -> bool:
    is_simple = os.environ.get("TERM", "") in ("", "dumb", "unknown")
    return sys.stdout.isatty() and not is_simple and not os.environ.get("NO_COLOR")


def _show_styled(lines: Iterable[Line]) -> None:
    from rich.console import Console
    from rich.text import Text

    from .wrapping import line_starts

    console = Console(file=sys.stdout, force_terminal=True, highlight=False)
    for line in lines:
        beside = " " * len(line.label) if len(line.label) <= console.width // 3 else "    "
        width = max(console.width - len(beside), _LEAST_WIDTH)
        # rich never parses markup in a string given to Text.
        whole = Text()
        for piece in line.pieces:
            if piece.look is not Look.MARK:
                whole.append(printable(piece.text), style=piece.look.value)
        before = line.label
        for paragraph in whole.split("\n", allow_blank=True):
            paragraph.expand_tabs(8)
            for part in paragraph.divide(line_starts(paragraph.plain, width)):
                shown = Text(before) + part
                shown.rstrip()
                console.print(shown, soft_wrap=True)
                before = beside
