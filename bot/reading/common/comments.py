"""Turns review comments into blocks after the text that name the author and the subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...types import COMMENTS, BlockKind
from .assembly import Piece
from .characters import one_line

_LOOKED_AT = 1_000
_LONGEST_ABOUT = 120
_LONGEST_NAME = 80
"""Most characters of the commented text that are read, since it may be a whole document; most
that are shown; and most that are shown of the author's name."""


def comment_text(words: str, author: str = "", place: str = "", about: str = "") -> str:
    """Returns a comment as one line, with its author, its place and the text it is about."""
    author, place = (one_line(each[:_LOOKED_AT])[:_LONGEST_NAME] for each in (author, place))
    quoted = _shortened(one_line(about[:_LOOKED_AT]))
    by = f" by {author}" if author else ""
    on = ", ".join(filter(None, (place, f"“{quoted}”" if quoted else "")))
    return f"Comment{by}{f' on {on}' if on else ''}: {one_line(words)}"


def comment_pieces(comments: Sequence[Piece]) -> Iterator[Piece]:
    """Yields the comments below a heading; nothing if there are none."""
    if comments:
        mark = comments[0].mark
        yield Piece(COMMENTS, BlockKind.HEADING, 1, mark, divides=mark is not None)
        yield from comments


@dataclass(slots=True)
class Ranges:
    """Collects the texts that comments refer to, by name, in document order."""

    about: dict[str, str] = field(default_factory=dict)
    _open: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether any range is still being collected."""
        return bool(self._open)

    def begin(self, name: str) -> None:
        """Starts the range that a comment refers to."""
        if name not in self.about:
            self._open[name] = ""

    def end(self, name: str) -> None:
        """Ends the range that a comment refers to."""
        if name in self._open:
            self.about[name] = self._open.pop(name)

    def add(self, text: str) -> None:
        """Adds text to the open ranges; a long range stops once it has enough to show."""
        if not text:
            return
        for name in list(self._open):
            gathered = self._open[name] + text[: 2 * _LONGEST_ABOUT]
            self._open[name] = gathered
            if len(gathered) > 2 * _LONGEST_ABOUT:
                self.end(name)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_ABOUT:
        return text
    whole, _, _ = text[:_LONGEST_ABOUT].rpartition(" ")
    return f"{whole or text[:_LONGEST_ABOUT]} …"
