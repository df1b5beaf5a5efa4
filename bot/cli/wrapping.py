"""Where the lines of a text begin on a terminal of some width; it changes no character.

rich breaks lines at blanks alone, which Chinese and Japanese hardly have.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells, get_character_cell_size

# No line begins with what closes or goes on, and none ends with what opens.
_CLOSING = frozenset("、。，．！？；：）」』】〉》〕｝］”’…—～・ー々,.!?;:)]}%")
_OPENING = frozenset("（「『【〈《〔｛［“‘([{")
# Blanks that join, and what makes one sign of the characters around it.
_JOINING = frozenset("\u00a0\u202f\u2060\u200d")


def line_starts(text: str, width: int) -> list[int]:
    """The offsets at which a line begins, but the first; blanks that end a line may hang over.

    `text` has no newline; `width` is in columns, of which a Chinese character takes two. What has
    no place to break and is wider than a line is cut.
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
    """What no line may break, each with the blanks behind it and the offset where it begins."""
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
    # Nothing is parted from the accents upon it, which are no column wide.
    return 2 in widths and widths[1] > 0
