"""Recognises the quoted mails and the signature in a mail.

A forwarded mail does not count as quoted, nor does a question that is answered right below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...types import Block, BlockKind
from ..common.lines import Line, split_lines, trim
from ..common.prose import ends_question
from ..formats.plain_text import split_blocks
from .headers import MOST_HEADERS, repeats_headers
from .wording import begins_attribution, ends_attribution, is_original, passes_on

QUOTED = "quoted mail"
SIGNATURE = "signature"

LONGEST_QUESTION = 300
"""Most characters of a quoted paragraph that is kept because of the answer below it."""

_QUESTION_REACH = 3
_FEWEST_LETTERS = 12
_VISIBLE = re.compile(r"\S")
_MARKS = re.compile(r"(?:>[ \t]?){1,50}")
_SIGNATURE = "-- "


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a mail answers or forwards another mail, judged by its headers."""

    answers: bool
    forwards: bool


@dataclass(slots=True)
class _Line:
    """A line of a mail: its text, whether it is quoted, and the reason to skip it, if any."""

    text: str
    is_quoted: bool
    reason: str | None = None
    bare: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.bare if self.is_quoted else self.text).strip()


def split_mail(text: str, turn: Turn) -> tuple[str, tuple[Block, ...]]:
    """Returns the text of a plain text mail and its blocks.

    Blocks that are not the mail's own words are marked as skipped.
    """
    read = _keep_questions(_judged(text, turn))
    while read and not read[-1].text:
        read.pop()
    offset = next((at for at, line in enumerate(read) if line.text), 0)
    whole = "\n".join(line.text for line in read[offset:])
    lines = split_lines(whole)
    reasons = [line.reason for line in read[offset:]] or [None]
    masked = "\n".join(
        _VISIBLE.sub(" ", line.text) if reason else line.text
        for line, reason in zip(lines, reasons, strict=True)
    )
    own, _ = split_blocks(masked)
    blocks = sorted([*own, *_runs(whole, lines, reasons)], key=lambda block: block.start)
    return whole, keep_a_mere_quote(blocks)


def unfolded(text: str, deletes_blank: bool) -> str:
    """Joins the soft line breaks of a text in the format "flowed" (RFC 3676)."""
    joined: list[str] = []
    above: tuple[str, bool] = ("", False)
    for line in text.split("\n"):
        marks = re.match(r">*", line)
        depth = marks.group() if marks else ""
        words = line[len(depth) :].removeprefix(" ")
        flows = words.endswith(" ") and words != _SIGNATURE
        shown = words.removesuffix(" ") if flows and deletes_blank else words
        if joined and above == (depth, True) and words != _SIGNATURE:
            joined[-1] += shown
        else:
            joined.append(f"{depth} {shown}" if depth else shown)
        above = (depth, flows)
    return "\n".join(joined)


def keep_a_mere_quote(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Returns `blocks`, but keeps the quotes if there is nothing else.

    Such a mail was forwarded for the sake of its quotes.
    """
    if any(block.skipped is None for block in blocks):
        return tuple(blocks)
    return tuple(
        replace(block, skipped=None) if block.skipped == QUOTED else block for block in blocks
    )


def answered(said: Sequence[str], is_between: bool) -> int | None:
    """Returns the index of the quoted paragraph that the text right below answers, or None.

    This is the last paragraph that asks a question. Between other quotes, it is the last paragraph
    even if it asks nothing.
    """
    for place in range(len(said) - 1, max(-1, len(said) - 1 - _QUESTION_REACH), -1):
        if ends_question(said[place]) and len(said[place]) <= LONGEST_QUESTION:
            return place
    is_told = is_between and _FEWEST_LETTERS <= len(said[-1]) <= LONGEST_QUESTION
    return len(said) - 1 if is_told else None


def _judged(text: str, turn: Turn) -> list[_Line]:
    """Returns the lines of a mail with reasons to skip them.

    Forwarded lines lose their quotation marks.
    """
    lines: list[_Line] = []
    is_below = is_signed = is_passed_on = False
    sources = text.split("\n")
    for at, source in enumerate(sources):
        marks = _MARKS.match(source)
        bare = source[marks.end() :] if marks else source
        is_other = is_original(source) or _begins_headers(sources, at)
        begins = passes_on(source) and not (marks and turn.answers)
        if begins or (marks and turn.forwards) or (is_other and not turn.answers):
            is_passed_on, is_below = True, False
        is_below = is_below or (is_other and not is_passed_on)
        if is_passed_on:
            lines.append(_Line(bare, False))
            continue
        is_quoted = is_below or marks is not None
        is_signed = not is_quoted and (is_signed or source.rstrip() == _SIGNATURE.rstrip())
        reason = QUOTED if is_quoted else SIGNATURE if is_signed else None
        lines.append(_Line(source, is_quoted, reason, bare))
        if marks and not is_below:
            for above in _attribution(lines, len(lines) - 1):
                lines[above].reason = QUOTED
    return lines


def _begins_headers(lines: Sequence[str], at: int) -> bool:
    """Whether the headers of another mail begin at a line, with a blank or a rule above it."""
    above = lines[at - 1].strip() if at else "-"
    is_apart = not above.strip("_-*") or is_original(above)
    return at > 0 and is_apart and repeats_headers(lines[at : at + MOST_HEADERS])


def _attribution(lines: Sequence[_Line], place: int) -> Sequence[int]:
    """Returns the one or two lines above the quote at `place` that name its author."""
    last = place - 1
    while last >= 0 and lines[last].reason is None and lines[last].is_blank and place - last < 3:
        last -= 1
    if last < 0 or lines[last].reason or not ends_attribution(lines[last].text):
        return ()
    for first in (last, last - 1):
        if first >= 0 and not lines[first].reason and begins_attribution(lines[first].text):
            return range(first, last + 1)
    return ()


def _keep_questions(lines: Sequence[_Line]) -> list[_Line]:
    """Returns `lines`, with the question quoted right above an answer turned into ordinary text."""
    runs = list(_quoted_runs(lines))
    kept: dict[int, tuple[int, str]] = {}
    for run in runs:
        below = next((line for line in lines[run[-1].stop :] if not line.is_blank), None)
        if below is None or below.reason is not None:
            continue
        said = [" ".join(lines[at].bare.strip() for at in paragraph) for paragraph in run]
        place = answered(said, is_between=len(runs) > 1)
        if place is not None:
            kept[run[place].start] = (run[place].stop, said[place])
    read: list[_Line] = []
    at = 0
    while at < len(lines):
        if at in kept:
            at, words = kept[at]
            read += [_Line(words, False), _Line("", False)]
        else:
            read.append(lines[at])
            at += 1
    return read


def _quoted_runs(lines: Sequence[_Line]) -> Iterator[list[range]]:
    """Yields groups of quoted paragraphs, separated by the mail's own text."""
    run: list[range] = []
    start: int | None = None
    for at, line in enumerate([*lines, _Line("", False)]):
        is_part = line.is_quoted and line.text.startswith(">") and not line.is_blank
        if start is not None and not is_part:
            run.append(range(start, at))
            start = None
        elif start is None and is_part:
            start = at
        if run and not line.is_quoted and not line.is_blank:
            yield run
            run = []
    if run:
        yield run


def _runs(text: str, lines: Sequence[Line], reasons: Sequence[str | None]) -> list[Block]:
    """Returns one block for each run of lines with the same reason and no blank line."""
    runs: list[Block] = []
    reason_above: str | None = None
    for line, reason in zip(lines, reasons, strict=True):
        if reason and not line.is_blank:
            start, end = trim(text, line.start, line.end)
            if reason == reason_above:
                start = runs.pop().start
            runs.append(Block(start, end, BlockKind.PARAGRAPH, skipped=reason))
        reason_above = None if line.is_blank else reason
    return runs
