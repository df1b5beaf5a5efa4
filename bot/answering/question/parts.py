"""Splits a question that asks for several things: "When was it launched, and by whom?"

A question is split only between clauses that each ask something, or where one clause completes the
others. Names and lists stay together, and so do dependent clauses: "the man who chaired it and
who …".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...types import Span
from .clauses import Clause, Form, read_clause
from .part_patterns import CLAUSE_END, FRAME, MARKED, OPENING, QUOTED, SENTENCE_END, SETTING

# A question with more parts, or a longer one, is answered as a whole.
MOST_PARTS = 6
LONGEST = 600

_ADDING = frozenset(("and", "&", "but", "also", "plus", "as", ";"))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question: its span, its clause, and the setting.

    The setting is text before all clauses of the sentence that applies to each of them
    ("In Kazakhstan, ").
    """

    span: Span
    clause: Clause
    setting: str = ""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence's span and its parts; it has no parts if it asks nothing."""

    span: Span
    parts: tuple[Part, ...]


def parts_of(question: str) -> tuple[Part, ...]:
    """Returns the parts of a question in order; empty unless there are several."""
    if len(question) > LONGEST:
        return ()
    plain = QUOTED.sub(lambda match: "x" * len(match[0]), question)
    found = [
        part
        for sentence in _joined([_read(plain, question, span) for span in _sentences(plain)])
        for part in sentence.parts
    ]
    return tuple(found) if 1 < len(found) <= MOST_PARTS else ()


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for match in SENTENCE_END.finditer(text):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _joined(sentences: Sequence[_Sentence]) -> Iterator[_Sentence]:
    """Yields the sentences that ask, extended by the other sentences.

    A sentence that does not ask joins the next one that does, or at the end the last one.
    """
    start: int | None = None
    asking: list[_Sentence] = []
    for one in sentences:
        first = one.span[0] if start is None else start
        if not one.parts:
            start = first
            continue
        asking.append(_widened(one, 0, (first, one.parts[0].span[1])) if start is not None else one)
        start = None
    if start is not None and asking:
        last = asking[-1]
        end = sentences[-1].span[1]
        asking[-1] = _widened(last, -1, (last.parts[-1].span[0], end))
    yield from asking


def _widened(sentence: _Sentence, which: int, span: Span) -> _Sentence:
    parts = list(sentence.parts)
    parts[which] = Part(span, parts[which].clause, parts[which].setting)
    return _Sentence(sentence.span, tuple(parts))


def _read(plain: str, text: str, span: Span) -> _Sentence:
    """Parses a sentence into the clauses that are parts; `plain` masks quoted text."""
    start, end = span
    while end > start and plain[end - 1] in " \t\n?.!,;":
        end -= 1
    for pattern in (MARKED, OPENING):
        if match := pattern.match(plain, start, end):
            start = match.end()
    begin = start
    setting = SETTING.match(plain, start, end)
    if setting and not read_clause(plain[setting.end() : end], is_first=False):
        setting = None
    if setting:
        begin = setting.end()
    framed = FRAME.match(plain, begin, end)
    if framed:
        begin = framed.end()
    spans = _split(plain, (begin, end), is_framed=bool(framed))
    found = [read_clause(text[a:b], is_first=not at) for at, (a, b) in enumerate(spans)]
    clauses = [clause for clause in found if clause is not None]
    has_verb = any(clause.form is not Form.BARE for clause in clauses)
    if len(clauses) < len(spans) or (len(spans) > 1 and not has_verb):
        whole = read_clause(plain[begin:end], is_first=True)
        if whole is None or whole.form is Form.STATED:
            return _Sentence(span, ())
        spans, clauses = [(begin, end)], [whole]
    told = text[start : setting.end()] if setting else ""
    if told:
        spans[0] = start, spans[0][1]
    return _Sentence(
        span, tuple(Part(one, clause, told) for one, clause in zip(spans, clauses, strict=True))
    )


def _split(plain: str, span: Span, *, is_framed: bool) -> list[Span]:
    """Splits a sentence into clauses that each ask something."""
    begin, end = span
    joints = [
        match
        for match in CLAUSE_END.finditer(plain, begin, end)
        if read_clause(plain[match.end() : end], is_first=False)
    ]
    ends = [*(match.start() for match in joints), end]
    spans: list[Span] = []
    for at, joint in enumerate(joints):
        before = read_clause(plain[begin : joint.start()], is_first=not spans)
        after = read_clause(plain[joint.end() : ends[at + 1]], is_first=False)
        is_listed = at + 1 < len(joints) and _adds(joints[at + 1][0])
        if before and after and _splits(before, joint[0], after, is_framed, is_listed):
            spans.append((begin, joint.start()))
            begin = joint.end()
    return [*spans, (begin, end)]


def _adds(joint: str) -> bool:
    """Whether the joint between two clauses adds the second one.

    After a comma alone, "who …" may describe the name before it.
    """
    return bool(_ADDING & {*joint.replace(";", " ; ").split()})


def _splits(before: Clause, joint: str, after: Clause, is_framed: bool, is_listed: bool) -> bool:
    """Whether two clauses each ask something of their own.

    `is_framed` means that they follow "tell me" or the like. `is_listed` means that another clause
    follows after an "and".
    """
    if before.form is Form.BARE:
        return after.form is Form.BARE or after.form is (
            Form.STATED if is_framed else Form.INVERTED
        )
    if not before.is_whole or (before.form is Form.STATED and not is_framed):
        return False
    if after.form is Form.INVERTED:
        return bool(after.asking) or (after.is_whole and _adds(joint))
    if before.nests and (not is_framed or after.may_join):
        return False
    if after.form is Form.STATED:
        return is_framed
    if not after.may_join or _adds(joint):
        return after.form is not Form.COMMAND
    last = before.text.split()[-1]
    return last.islower() and (is_listed or last.endswith("ed") or last in ("it", "them"))
