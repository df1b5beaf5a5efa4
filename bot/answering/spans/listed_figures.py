"""Finds the figure in a list that belongs to what the question asks about.

"It holds 31 percent of the chromium, 20 percent of the lead and 12 percent of the zinc" gives each
thing its own figure. If only one of the figures stands beside a word of the question, it answers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ...text.terms import terms
from ...types import Passage, Span
from . import candidates as finding
from .candidates import Candidate
from .figures import figures
from .highlights import SentenceScore
from .wanted import Family, Sought

# At least this many clauses with a figure in the same unit are a list.
LISTED = 3

_PAUSE = re.compile(r"[,;:()–—](?=\s|$)(?:\s*(?:and|but)\b)?|\band\b")


def listed_figure(
    passage: Passage,
    sentences: Sequence[SentenceScore],
    sought: Sought,
    context: Collection[str] = (),
) -> Span | None:
    """Returns the figure in the best sentence of a passage, as offsets into the source.

    None if it is not the only figure beside a word of the question, or if the sentence lacks a
    name from the question. `context` are the terms of the passage's title and headings. The first
    figure of a list does not count: the words beside it may apply to the whole list.
    """
    best = max(sentences, key=lambda one: one.score, default=None)
    if best is None or sought.wanted.family is not Family.FIGURE:
        return None
    start, end = best.span[0] - passage.start, best.span[1] - passage.start
    text = passage.text[start:end]
    said = {*terms(text), *context}
    if not all(term in said for name in sought.names for term in name):
        return None
    clauses = _clauses(text)
    listed = [one for one in clauses if one[1] is not None]
    units = {figure.unit for _, figure in listed if figure}
    if len(listed) < LISTED or len(units) > 1 or not _fit(units, sought):
        return None
    beside = [figure for own, figure in listed[1:] if figure and _tells(own, sought, clauses)]
    if len(beside) != 1:
        return None
    return best.span[0] + beside[0].start, best.span[0] + beside[0].end


def _fit(units: Collection[object], sought: Sought) -> bool:
    wanted = sought.wanted.units
    return not wanted or any(unit in wanted for unit in units)


def _clauses(text: str) -> list[tuple[frozenset[str], Candidate | None]]:
    """Returns each clause's terms and its figure; None for the figure unless it has exactly one."""
    found = list(finding.placed(figures(text, ()), text, (), 0))
    ends = [match.start() for match in _PAUSE.finditer(text)]
    starts = [0, *(match.end() for match in _PAUSE.finditer(text))]
    clauses: list[tuple[frozenset[str], Candidate | None]] = []
    for start, end in zip(starts, [*ends, len(text)], strict=True):
        inside = [one for one in found if start <= one.start and one.end <= end]
        only = inside[0] if len(inside) == 1 else None
        clauses.append((frozenset(terms(text[start:end])), only))
    return clauses


def _tells(
    own: frozenset[str],
    sought: Sought,
    clauses: Sequence[tuple[frozenset[str], Candidate | None]],
) -> bool:
    """Whether a clause has a term of the question that no other clause has."""
    return any(sum(term in other for other, _ in clauses) == 1 for term in own & sought.own)
