"""Comments of reviewers: blocks of their own after the text, which tell who comments on what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...types import COMMENTS, BlockKind
from .assembly import Piece
from .characters import one_line

_LOOKED_AT = 1_000
_LONGEST_ABOUT = 120
_LONGEST_NAME = 80
"""Characters of the text that a comment is about, which may be as long as the document, those of
it that are shown, and those of the name of the author.
"""


def comment_text(words: str, author: str = "", place: str = "", about: str = "") -> str:
    """A comment on a line, with its author, its place and the text that it is about."""
    author, place = (one_line(each[:_LOOKED_AT])[:_LONGEST_NAME] for each in (author, place))
    quoted = _shortened(one_line(about[:_LOOKED_AT]))
    by = f" by {author}" if author else ""
    on = ", ".join(filter(None, (place, f"“{quoted}”" if quoted else "")))
    return f"Comment{by}{f' on {on}' if on else ''}: {one_line(words)}"


def comment_pieces(comments: Sequence[Piece]) -> Iterator[Piece]:
    """Comments below their heading; nothing where there are none."""
    if comments:
        mark = comments[0].mark
        yield Piece(COMMENTS, BlockKind.HEADING, 1, mark, divides=mark is not None)
        yield from comments


@dataclass(slots=True)
class Ranges:
    """The texts that comments are about, gathered in the order of the document, by name."""

    about: dict[str, str] = field(default_factory=dict)
    _open: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether any text is still gathered."""
        return bool(self._open)

    def begin(self, name: str) -> None:
        """Begin with the text that a comment is about."""
        if name not in self.about:
            self._open[name] = ""

    def end(self, name: str) -> None:
        """End with the text that a comment is about."""
        if name in self._open:
            self.about[name] = self._open.pop(name)

    def add(self, text: str) -> None:
        """Add a text; of a long range no more is gathered than will be shown."""
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
