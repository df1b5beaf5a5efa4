"""Recognises rows that a web page lays out without a table, as repeated groups of boxes."""

from __future__ import annotations

from ..common.parsing import Element

_BOXES = frozenset({"div", "section", "p"})
_CELLS = frozenset("div span p b strong em time dt dd".split())
_WITHIN = frozenset("a abbr b bdi br code em i s small span strong sub sup time u".split())
_MOST_CELLS = 6
_LONGEST_CELL = 100
_LONGEST_DESCRIPTION = 300
_TERMS = frozenset({"dt", "dd"})
_QUESTION_MARKS = ("?", "？", "؟")


def cells_of_record(element: Element) -> list[str] | None:
    """Returns the cells of a box that is a row like its neighbour, None for any other element.

    A question cannot be a cell: with the text after it, it forms a question and an answer.
    """
    if element.tag not in _BOXES or (shape := _shape(element)) is None:
        return None
    beside = (element.getprevious(), element.getnext())
    if not any(other is not None and _shape(other) == shape for other in beside):
        return None
    cells = [" ".join(child.text_content().split()) for child in element]
    if not all(cells) or any(cell.endswith(_QUESTION_MARKS) for cell in cells):
        return None
    return cells


def terms_of_list(element: Element) -> list[list[str]] | None:
    """Returns the rows of a definition list with short descriptions; None for any other element."""
    if element.tag != "dl" or any(each.tag not in _TERMS for each in element):
        return None
    rows: list[list[str]] = []
    for each in element:
        text = " ".join(each.text_content().split())
        is_short = 0 < len(text) <= _LONGEST_DESCRIPTION and not text.endswith(_QUESTION_MARKS)
        if not is_short or any(inner.tag not in _WITHIN for inner in each.iterdescendants()):
            return None
        if each.tag == "dt":
            rows.append([text])
        elif rows:
            rows[-1].append(text)
    return rows if rows and all(len(row) > 1 for row in rows) else None


def told(cells: list[str]) -> str:
    """Returns a row as a line; the first of two cells is the label of the second."""
    if len(cells) == 2 and not cells[0].endswith((".", "!", "…")):
        return f"{cells[0].rstrip(' :')}: {cells[1]}"
    return " | ".join(cells)


def _shape(element: Element) -> tuple[object, ...] | None:
    """Returns a key shared by rows of the same kind; None for anything but a row of short cells."""
    if not isinstance(element.tag, str) or not 2 <= len(element) <= _MOST_CELLS:
        return None
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        return None
    for child in element:
        within = child.iterdescendants() if isinstance(child.tag, str) else iter(())
        if child.tag not in _CELLS or any(each.tag not in _WITHIN for each in within):
            return None
        if len(child.text_content()) > _LONGEST_CELL:
            return None
    return (element.tag, element.get("class"), *(child.tag for child in element))
