"""Finds where the lines of a text begin on a terminal of a given width, changing no character.

rich breaks lines only at spaces, which Chinese and Japanese rarely have.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells, get_character_cell_size

# A line must not begin with closing or continuing marks, nor end with opening ones.
_CLOSING = frozenset("、。，．！？；：）」』】〉》〕｝］”’…—～・ー々,.!?;:)]}%")
_OPENING = frozenset("（「『【〈《〔｛［“‘([{")
# Spaces that must not break, and characters that join their neighbours into one sign.
_JOINING = frozenset("\u00a0\u202f\u2060\u200d")


def line_starts(text: str, width: int) -> list[int]:
    """Returns the offsets at which lines begin, except the first; trailing spaces may overhang.

    `text` has no newline. `width` is in columns, of which a Chinese character takes two. Text
    without a break that is wider than a line is cut.
    """
    starts: list[int] = []
    column = 0
    for start, unit in _units(text):
        wide = cell_len(unit.rstrip())
        if column + wide <= width:
            column += cell_len(unit)
            continue
        if column:
            starts.append(start)
        column = cell_len(unit)
        if wide > width:
            at = start
            for piece in chop_cells(unit.rstrip(), width)[:-1]:
                at += len(piece)
                starts.append(at)
            column = cell_len(text[at : start + len(unit)])
    return starts


def _units(text: str) -> Iterator[tuple[int, str]]:
    """Yields unbreakable units, each with its start offset and the spaces after it."""
    start = 0
    for at in range(1, len(text)):
        if _may_break(text[at - 1], text[at]):
            yield start, text[start:at]
            start = at
    if text:
        yield start, text[start:]


def _may_break(before: str, after: str) -> bool:
    if {before, after} & _JOINING or after.isspace():
        return False
    if before.isspace():
        return True
    if before in _OPENING or after in _CLOSING:
        return False
    widths = get_character_cell_size(before), get_character_cell_size(after)
    # Combining accents have width 0 and stay with their letter.
    return 2 in widths and widths[1] > 0
