"""Splits the source of rich text into main text, secondary text and hidden text.

striprtf returns only plain text and drops notes. This module rewrites the source with private-use
characters around table cells, and without hidden or deleted text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from ..common.left_out import DELETED, HIDDEN

CELL, ROW_ENDS, FLAGS_END, ROW_BEGINS, NOTE_BEGINS = "\ue000\ue001\ue002\ue003\ue004"
SIGNS = frozenset((CELL, ROW_ENDS, FLAGS_END, ROW_BEGINS, NOTE_BEGINS))
BELOW, ACROSS, OWN = "v", "h", "-"
"""Whether a cell merges with the one above, with the one to its left, or with neither."""

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|(\\'[0-9a-fA-F]{2})|(\\[^a-zA-Z])|([{}])|([^\\{}]+|\\)",
    re.DOTALL,
)
_BESIDE = frozenset("header headerl headerr headerf footer footerl footerr footerf shptxt".split())
_TEXT_OF_ITS_OWN = frozenset({"par", "line", "tab", "sect", "page", "cell", "row", "u"})
_MOST_CELLS = 1_000


@dataclass(frozen=True, slots=True)
class _State:
    """The settings within a group; `sink` is the output that receives its text."""

    sink: str = "main"
    is_hidden: bool = False
    is_deleted: bool = False


@dataclass(slots=True)
class Sources:
    """The sources of the main text, the secondary text, the notes and the comments.

    Also counts what was left out. A comment starts with the name of its author, which ends with
    `CELL`.
    """

    parts: dict[str, list[str]] = field(
        default_factory=lambda: {"main": [], "beside": [], "notes": [], "comments": []}
    )
    left_out: Counter[str] = field(default_factory=Counter)
    notes: int = 0

    def source(self, name: str) -> str:
        """Returns one of the sources."""
        return "".join(self.parts[name])


def taken_apart(source: str) -> Sources:
    """Splits a source into its parts."""
    return _Scan().run(source)


class _Scan:
    """A single pass over a source."""

    def __init__(self) -> None:
        self.sources = Sources()
        self.state = _State()
        self.stack: list[_State] = []
        self.flags: list[str] = []
        self.flag = OWN
        self.is_in_row = False
        self.was_left_out: str | None = None
        self.is_author_told = False

    def run(self, source: str) -> Sources:
        for match in _TOKEN.finditer(source):
            word, number, code, sign, brace, text = match.groups()
            if brace:
                self._brace(brace)
            elif word:
                self._word(word, number, match.group())
            elif code or sign == "\\~" or (text and text.strip("\r\n")):
                self._text(match.group())
            else:
                self._write(match.group())
        return self.sources

    def _brace(self, brace: str) -> None:
        if brace == "{":
            self._write(brace)
            self.stack.append(self.state)
            return
        sink = self.state.sink
        self.state = self.stack.pop() if self.stack else _State()
        if sink != self.state.sink:
            self.sources.parts[sink].append("\\par}")
        self._write(brace)

    def _word(self, word: str, number: str | None, written: str) -> None:
        if word == "footnote":
            self.sources.notes += 1
            self._write(f"[{self.sources.notes}]")
            self._aside("notes", f"{{\\pard\\plain{_sign(NOTE_BEGINS)}")
        elif word in _BESIDE:
            self._aside("beside", "{\\pard\\plain\\par ")
        elif word == "pntext":
            return  # the number of a list item, which striprtf would drop
        elif word in ("v", "deleted"):
            is_on = number != "0"
            if word == "v":
                self.state = replace(self.state, is_hidden=is_on)
            else:
                self.state = replace(self.state, is_deleted=is_on)
        elif word == "plain":
            self.state = replace(self.state, is_hidden=False, is_deleted=False)
            self._write(written)
        elif word == "atnauthor":
            self.is_author_told = True
            self._aside("comments", f"{{\\pard\\plain{_sign(NOTE_BEGINS)}")
        elif word == "annotation":
            begins = "" if self.is_author_told else _sign(NOTE_BEGINS)
            self.is_author_told = False
            self._aside("comments", f"{{\\pard\\plain{begins}{_sign(CELL)}")
        elif not self._table_word(word):
            if word in _TEXT_OF_ITS_OWN and self._is_left_out() and word == "u":
                self._text("")
            else:
                self._write(written)

    def _table_word(self, word: str) -> bool:
        """Handles a table keyword by writing table characters; returns False for other keywords."""
        if word == "trowd":
            self.flags, self.flag = [], OWN
            if not self.is_in_row:
                self.is_in_row = True
                self._write(_sign(ROW_BEGINS))
        elif word == "clvmrg":
            self.flag = BELOW
        elif word == "clmrg":
            self.flag = ACROSS
        elif word == "cellx":
            if len(self.flags) < _MOST_CELLS:
                self.flags.append(self.flag)
            self.flag = OWN
        elif word == "cell":
            self._write(_sign(CELL))
        elif word == "row":
            self.is_in_row = False
            self._write(f"{_sign(ROW_ENDS)}{{{''.join(self.flags)}}}{_sign(FLAGS_END)}\\par ")
        else:
            return False
        return True

    def _aside(self, sink: str, opening: str) -> None:
        """Redirects the rest of the group to `sink`, unless it is already redirected."""
        if self.state.sink == "main":
            self.state = replace(self.state, sink=sink)
            self.sources.parts[sink].append(opening)

    def _text(self, written: str) -> None:
        reason = self._is_left_out()
        if reason is None:
            self.was_left_out = None
            self._write(written)
        elif reason != self.was_left_out:
            self.was_left_out = reason
            self.sources.left_out[reason] += 1

    def _is_left_out(self) -> str | None:
        return DELETED if self.state.is_deleted else HIDDEN if self.state.is_hidden else None

    def _write(self, written: str) -> None:
        self.sources.parts[self.state.sink].append(written)


def _sign(sign: str) -> str:
    """Returns a character written by its number, which no code page or font changes."""
    return f"{{\\uc0\\u{ord(sign) - 0x10000} }}"
