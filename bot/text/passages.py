"""Splits a source's text into passages that can be cited, with pure functions.

A section's blocks are packed towards a target length and never exceed the encoder's limit. Passages
end at sentence ends; only a sentence longer than the encoder's window is cut, at a blank if there
is one. A question and its answer stay together. Nothing is truncated or rewritten: a passage is a
slice.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..types import CAPTION_LEVEL, Block, BlockKind, Passage, Source, Span, ocr_of, read_by_ocr
from .sentences import lines, sentences, trimmed

PASSAGE_VERSION = 5

# A passage may exceed its target by this factor to avoid leaving a short remainder.
STRETCH = 1.25

# Real prose of this length always exceeds the encoder's window. A line of encoded data is one word
# piece, whatever its length, so it needs this limit.
LONGEST_CHARACTERS = 4_000

LINE_END = re.compile("\n")

# A word in a title, as opposed to the numbers and codes in file names.
NAMED = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])|[\u3040-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class PassageRules:
    """Target length in characters and hard limit in word pieces."""

    characters: int
    tokens: int


TokenCounter = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class _Atom:
    """The smallest unit that is not cut: a sentence, a list item's sentence, a table row."""

    start: int
    end: int
    tokens: int
    opens_block: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """Adjacent content blocks under one heading.

    `section` is the path of headings above the run. `question` is set for a question with its
    answer: the first block is the question, and the parts of a long answer have it in their path.
    """

    section: tuple[str, ...]
    blocks: tuple[Block, ...]
    question: str | None


def split(source: Source, rules: PassageRules, count_tokens: TokenCounter) -> tuple[Passage, ...]:
    """Returns the passages of a source in reading order."""
    runs = list(_runs(source))
    pieces = [list(_pieces(source, run)) for run in runs]
    counts = iter(count_tokens([source.text[a:b] for run in pieces for a, b, _ in run]))
    locate = locator(source)
    passages = []
    for run, run_pieces in zip(runs, pieces, strict=True):
        atoms = [
            atom
            for start, end, opens in run_pieces
            for atom in _fitted(
                source.text, _Atom(start, end, next(counts), opens), rules.tokens, count_tokens
            )
        ]
        spans = _pack_pair(atoms, rules) if run.question else _pack(atoms, rules)
        for number, (start, end) in enumerate(spans):
            continues = run.question is not None and number > 0
            passages.append(
                Passage(
                    id=passage_id(source.info.id, start, end),
                    source_id=source.info.id,
                    start=start,
                    end=end,
                    text=source.text[start:end],
                    section=(*run.section, run.question or "") if continues else run.section,
                    locator=locate(start, end),
                )
            )
    return tuple(passages)


def passage_id(source_id: str, start: int, end: int) -> str:
    """Returns an identifier that is stable for the same slice of the same content."""
    return hashlib.sha256(f"{source_id}:{start}:{end}".encode()).hexdigest()[:16]


def context(title: str, section: Sequence[str]) -> tuple[str, ...]:
    """Returns the text that is searched with a passage: the title and the headings above it.

    Leaves out repetitions and a title without words, such as the file name "0017_4fa2".
    """
    known = (title, *section) if NAMED.search(title) else section
    return tuple(dict.fromkeys(known))


def _runs(source: Source) -> Iterator[_Run]:
    """Groups content blocks; a heading, a skipped block or a new question ends a group.

    A heading that repeats the title is left out of the path. Headings without text below them form
    their own group. The caption of a table applies to its rows.
    """
    text, blocks = source.text, source.blocks
    bare = set(_bare_headings(blocks))
    path: list[tuple[int, str]] = []
    group: list[Block] = []
    section: tuple[str, ...] = ()
    question: str | None = None
    is_above_bare = False
    for place, block in enumerate(blocks):
        is_bare = place in bare
        ends_group = block.skipped is not None or block.kind in (
            BlockKind.HEADING,
            BlockKind.QUESTION,
        )
        is_caption_over = block.kind is not BlockKind.TABLE and _is_caption(path)
        if is_caption_over or ((ends_group or is_above_bare) and not (is_bare and is_above_bare)):
            if group:
                yield _Run(section, tuple(group), question)
            group, question = [], None
        if block.skipped is not None:
            continue
        is_above_bare = is_bare
        if is_caption_over:
            path.pop()
        if block.level:
            while path and path[-1][0] >= block.level:
                path.pop()
        if not group:
            section = tuple(name for _, name in path if name != source.info.title)
        if block.level:
            path.append((block.level, text[block.start : block.end]))
        if block.kind is BlockKind.QUESTION:
            question = text[block.start : block.end]
        if block.kind is not BlockKind.HEADING or is_bare:
            group.append(block)
    if group:
        yield _Run(section, tuple(group), question)


def _bare_headings(blocks: Sequence[Block]) -> Iterator[int]:
    """Yields the indices of headings without text before the next one of the same or a higher
    level.
    """
    deepest = 0  # the level up to which a heading has text below it
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        if block.skipped is not None:
            continue
        if block.kind is not BlockKind.HEADING:
            deepest = CAPTION_LEVEL
        elif block.level > deepest:
            yield place
        if block.level:
            deepest = min(deepest, block.level - 1)


def _is_caption(path: Sequence[tuple[int, str]]) -> bool:
    return bool(path) and path[-1][0] == CAPTION_LEVEL


def _pieces(source: Source, run: _Run) -> Iterator[tuple[int, int, bool]]:
    """Yields spans of sentences, table rows or code lines, and whether each opens a block."""
    for block in run.blocks:
        by_line = block.kind in (BlockKind.TABLE, BlockKind.CODE)
        if by_line:
            spans = lines(source.text, block.start, block.end)
        else:
            spans = sentences(source.text, block.start, block.end, source.info.language)
        for number, (start, end) in enumerate(spans):
            yield start, end, number == 0


def _fitted(text: str, atom: _Atom, limit: int, count_tokens: TokenCounter) -> Iterator[_Atom]:
    """Yields the atom, or its parts if it exceeds the encoder's limit."""
    if atom.tokens <= limit and atom.end - atom.start <= LONGEST_CHARACTERS:
        yield atom
        return
    parts = _short(text, _halves(text, atom.start, atom.end))
    counts = count_tokens([text[start:end] for start, end in parts])
    opens = atom.opens_block
    for (start, end), tokens in zip(parts, counts, strict=True):
        yield from _fitted(text, _Atom(start, end, tokens, opens), limit, count_tokens)
        opens = False


def _short(text: str, spans: Sequence[Span]) -> list[Span]:
    """Halves spans until none is extremely long, because counting word pieces takes time."""
    short: list[Span] = []
    waiting = list(reversed(spans))
    while waiting:
        start, end = waiting.pop()
        if end - start <= LONGEST_CHARACTERS:
            short.append((start, end))
        else:
            waiting += reversed(_halves(text, start, end))
    return short


def _halves(text: str, start: int, end: int) -> list[Span]:
    middle = _cut(text, start, end)
    halves = (trimmed(text, start, middle), trimmed(text, middle, end))
    return [(first, last) for first, last in halves if first < last]


def _cut(text: str, start: int, end: int) -> int:
    """Returns where to halve an over-long sentence: a clause end near its middle, a blank, or
    anywhere.
    """
    middle, quarter = (start + end) // 2, (end - start) // 4
    # Search only near the middle, or a line of a megabyte would take minutes.
    reach = min((end - start) // 2, LONGEST_CHARACTERS)
    near = range(max(start + 1, middle - reach), min(end - 1, middle + reach + 1))
    blanks = [at for at in near if text[at].isspace()]
    clauses = [at for at in blanks if text[at - 1] in ",;:" and abs(at - middle) <= quarter]
    return min(clauses or blanks or [middle], key=lambda at: abs(at - middle))


def _pack_pair(atoms: Sequence[_Atom], rules: PassageRules) -> list[Span]:
    """Packs a question with its answer into one passage if the encoder can read it whole.

    A longer answer is packed like any text; its first part stays with the question.
    """
    tokens = sum(atom.tokens for atom in atoms)
    question, *answer = _paragraphs(atoms)
    asked = sum(atom.tokens for atom in question)
    if tokens <= rules.tokens or not answer:
        return [(atoms[0].start, atoms[-1].end)] if tokens <= rules.tokens else _pack(atoms, rules)
    if asked > rules.tokens // 2 or asked + answer[0][0].tokens > rules.tokens:
        return _pack(atoms, rules)
    room = replace(rules, tokens=rules.tokens - asked)
    (_, first_end), *rest = _pack([atom for part in answer for atom in part], room)
    return [(question[0].start, first_end), *rest]


def _pack(atoms: Sequence[_Atom], rules: PassageRules) -> list[Span]:
    """Joins atoms towards the target length, breaking between paragraphs if one ends nearby.

    Whole paragraphs are joined while they fit. A paragraph too long for one passage is divided into
    parts of nearly equal length, so that no short remainder is left.
    """
    parts: list[list[_Atom]] = []
    for paragraph in _paragraphs(atoms):
        for part in _divide(paragraph, rules):
            if parts and _joinable(parts[-1], part, rules):
                parts[-1] = [*parts[-1], *part]
            else:
                parts.append(part)
    return [(part[0].start, part[-1].end) for part in parts]


def _paragraphs(atoms: Sequence[_Atom]) -> list[list[_Atom]]:
    starts = [at for at, atom in enumerate(atoms) if atom.opens_block or at == 0]
    return [list(atoms[a:b]) for a, b in pairwise([*starts, len(atoms)])]


def _joinable(left: Sequence[_Atom], right: Sequence[_Atom], rules: PassageRules) -> bool:
    return right[0].opens_block and _fits([*left, *right], rules, rules.characters)


def _fits(atoms: Sequence[_Atom], rules: PassageRules, characters: float) -> bool:
    length = atoms[-1].end - atoms[0].start
    return length <= characters and sum(atom.tokens for atom in atoms) <= rules.tokens


def _divide(paragraph: list[_Atom], rules: PassageRules) -> list[list[_Atom]]:
    if _fits(paragraph, rules, rules.characters * STRETCH):
        return [paragraph]
    length = paragraph[-1].end - paragraph[0].start
    wanted = max(2, -(-length // rules.characters)) if len(paragraph) > 1 else 1
    target = 0.0
    parts: list[list[_Atom]] = []
    for atom in paragraph:
        if parts and _nearer_inside(parts[-1], atom, target, rules):
            parts[-1].append(atom)
        else:
            # Redistribute the rest, or a short remainder would be left at the end.
            target = (paragraph[-1].end - atom.start) / max(1, wanted - len(parts))
            parts.append([atom])
    return parts


def _nearer_inside(part: Sequence[_Atom], atom: _Atom, target: float, rules: PassageRules) -> bool:
    """Whether adding the atom brings the part closer to its target length."""
    if not _fits([*part, atom], rules, rules.characters * STRETCH):
        return False
    without = part[-1].end - part[0].start
    return abs(atom.end - part[0].start - target) <= abs(without - target)


def locator(source: Source) -> Callable[[int, int], str]:
    """Returns a function that locates a span in the original: by marks, line or paragraph."""
    if source.marks:
        starts = [mark.start for mark in source.marks]
        names = [mark.name for mark in source.marks]
        return lambda start, end: _spanned(names, *_places(starts, start, end))
    if source.first_line is not None:
        first = source.first_line - 1
        starts = [0, *(line.end() for line in LINE_END.finditer(source.text))]
        return lambda start, end: _numbered("line", starts, start, end, first)
    blocks = [block.start for block in source.blocks if block.skipped is None] or [0]
    return lambda start, end: _numbered("paragraph", blocks, start, end)


def _numbered(unit: str, starts: Sequence[int], start: int, end: int, offset: int = 0) -> str:
    first, last = _places(starts, start, end)
    return _between(f"{unit} {first + offset}", f"{unit} {last + offset}")


def _places(starts: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """Returns the numbers, from 1, of the units in which a span begins and ends."""
    return max(1, bisect_right(starts, start)), max(1, bisect_right(starts, end - 1))


def _spanned(names: Sequence[str], first: int, last: int) -> str:
    """Describes a range of places; its OCR confidence is the lowest among them."""
    places = [ocr_of(name) for name in names[first - 1 : last]]
    place = _between(places[0][0], places[-1][0])
    sure = [sureness for _, sureness in places if sureness is not None]
    return read_by_ocr(place, min(sure)) if sure else place


def _between(first: str, last: str) -> str:
    """Joins two places: "page 2" and "page 4" give "pages 2–4"; JSON pointers have no units."""
    if first == last:
        return first
    unit, _, number = first.rpartition(" ")
    ending = last.removeprefix(f"{unit} ")
    if unit and "/" not in unit and number.isdigit() and ending != last and ending.isdigit():
        return f"{unit}s {number}–{ending}"
    return f"{first}–{last}"
