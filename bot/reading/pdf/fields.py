"""Places annotations in the text: a value beside its label, a note below its subject."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..common.comments import comment_text
from .lines import PageLine
from .remarks import Kind, Remark

_FAR = 400.0
_ABOVE = 30.0
_SLACK = 4.0
"""In points: most distance of a label to the side of a field and above it, and most overlap."""

_BLANK = re.compile(r"_{3,}|\.{5,}|…{2,}")
"""A blank to fill in within the text of a form."""

_TICKED = {"yes": "☒", "no": "☐"}
_ENDS_LABEL = (":", "?", "=", "#", "：")
_ASKS = (*_ENDS_LABEL, "_", "…", "....")


def with_remarks(
    lines: Sequence[PageLine], remarks: Sequence[Remark]
) -> tuple[list[PageLine], Mapping[int, list[PageLine]]]:
    """Returns the lines of a page with form values filled in, and the other annotations as lines.

    The latter are keyed by the index of the line that they follow; -1 stands for the top.
    """
    filled: dict[int, dict[int, list[Remark]]] = defaultdict(lambda: defaultdict(list))
    others: dict[int, list[PageLine]] = defaultdict(list)
    parts = [line.parts for line in lines] if remarks else []
    for remark in sorted(remarks, key=lambda each: (-each.top, each.left)):
        label = None if remark.kind is Kind.COMMENT else _label(parts, remark)
        if label is not None:
            filled[label[0]][label[1]].append(remark)
        elif text := _alone(remark):
            place = _above(lines, remark)
            size = lines[place].size if lines else 0.0
            line = PageLine(text, size, remark.top - size, remark.left, remark.right)
            others[place].append(replace(line, is_added=True))
    return [_filled(line, filled.get(at)) for at, line in enumerate(lines)], others


def _label(lines: Sequence[Sequence[PageLine]], remark: Remark) -> tuple[int, int] | None:
    """Returns the indices of the line and of its part that stands beside a field, or above it."""
    beside: list[tuple[float, int, int]] = []
    above: list[tuple[float, int, int]] = []
    for at, parts in enumerate(lines):
        baseline = parts[0].baseline
        is_level = remark.bottom - _SLACK <= baseline <= remark.top
        distance = baseline - remark.top
        if not is_level and not 0 <= distance <= _ABOVE:
            continue
        for number, part in enumerate(parts):
            if is_level and (gap := _gap(part, remark)) is not None:
                beside.append((gap, at, number))
            elif not is_level and part.left < remark.right and part.right > remark.left:
                above.append((distance, at, number))
    if remark.kind is Kind.TEXT:
        above.clear()
    found = min(beside, default=None) or min(above, default=None)
    return None if found is None else found[1:]


def _gap(label: PageLine, remark: Remark) -> float | None:
    """Returns the distance of a label on the same level from a field; None if it cannot be one."""
    gap = remark.left - label.right
    if _BLANK.search(label.text) and label.left < remark.left and remark.right < label.right:
        return 0.0
    if remark.kind is Kind.CHOICE:
        gap = max(gap, label.left - remark.right)
    elif remark.kind is Kind.TEXT and not label.text.endswith(_ASKS):
        return None
    return max(0.0, gap) if -_SLACK <= gap <= _FAR else None


def _filled(line: PageLine, remarks: Mapping[int, Sequence[Remark]] | None) -> PageLine:
    if remarks is None:
        return line
    texts = [
        _with_values(part.text, remarks.get(number, ())) for number, part in enumerate(line.parts)
    ]
    return replace(line, text=" ".join(texts), words=(), is_added=True)


def _with_values(label: str, remarks: Iterable[Remark]) -> str:
    for remark in remarks:
        value = " ".join(remark.text.split())
        if not value:
            continue
        if remark.kind is not Kind.CHOICE and _BLANK.search(label):
            label = _BLANK.sub(value.replace("\\", r"\\"), label, count=1)
            continue
        asked = label.rstrip().rstrip("_…").rstrip() or label
        between = " " if asked.endswith(_ENDS_LABEL) else ": "
        label = f"{asked}{between}{value}"
        if remark.kind is Kind.CHOICE:
            label = f"{_TICKED[remark.text]} {label}"
    return label


def _alone(remark: Remark) -> str:
    """Returns the text of an annotation without a label."""
    text = " ".join(remark.text.split())
    if not text or remark.kind is Kind.TEXT:
        return text
    if remark.kind is Kind.COMMENT:
        return comment_text(text, remark.name)
    return f"{remark.name}: {text}" if remark.name else text


def _above(lines: Sequence[PageLine], remark: Remark) -> int:
    """Returns the index of the lowest line above an annotation, preferably one that overlaps it."""
    higher = [at for at, line in enumerate(lines) if line.baseline >= remark.bottom]
    beside = [
        at for at in higher if lines[at].left < remark.right and lines[at].right > remark.left
    ]
    return min(beside or higher, key=lambda at: (lines[at].baseline, -at), default=-1)
