"""Finds figures, dates and names in which cited sources differ although their statements match.

Two sentences of different sources are aligned. If nearly everything in them is the same, values of
one kind at the same place that can't both be true are a conflict. If they match more loosely,
figures are compared only if they have the same unit and count the same thing, and dates or names
only if the sentences differ in nothing else.

Statements about different subjects don't conflict: sentences that differ in a name or an ordinal
number and in something else, or in a date and a figure ("12 in 2022, 15 in 2023").
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from ...types import Citation, Conflict, ConflictKind, ConflictValue, Span
from .alignment import Comparison, Difference, compare, may_match, value_span
from .paraphrases import counted, may_differ, paraphrase_differences
from .prefilter import alike
from .relevance import QuestionNames, bears_on_question, may_bear
from .tokens import ProperNames, Sentence, Wording, overlap, read

# The share of a statement that must match for a difference within it to be a conflict.
NEARLY_SAME = 0.75
# The number of words and values two statements must share, unless their surroundings match too.
SHARED = 2
# Word overlap from which two sentences are compared at all, and from which they are the same.
LIKELY = 0.3
HARDLY_LIKELY = 0.15
SAME_SENTENCE = 0.6
# These bound the time of an answer whose passages all resemble each other.
MOST_LOOKED_AT = 600
MOST_STATEMENTS = 200
MOST_PAIRS = 300
EXCERPT = 40


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a cited passage, whether the answer highlights it, and its neighbours."""

    citation: Citation
    sentence: Sentence
    highlighted: bool
    sentence_before: Sentence | None = None
    sentence_after: Sentence | None = None

    @property
    def wording(self) -> Wording:
        """The sentence's parsed wording."""
        return self.sentence.wording

    @property
    def before(self) -> Wording | None:
        """The wording of the sentence before."""
        return self.sentence_before.wording if self.sentence_before else None

    @property
    def after(self) -> Wording | None:
        """The wording of the sentence after."""
        return self.sentence_after.wording if self.sentence_after else None


@dataclass(frozen=True, slots=True)
class _Said:
    """One wording and all the statements with it."""

    statements: tuple[Statement, ...]

    @property
    def wording(self) -> Wording:
        return self.statements[0].wording

    @property
    def sources(self) -> frozenset[str]:
        return frozenset(statement.citation.source.id for statement in self.statements)

    @property
    def highlighted(self) -> bool:
        return any(statement.highlighted for statement in self.statements)


@dataclass(frozen=True, slots=True)
class _Found:
    """A difference between the statements of two wordings, which are given by their indices."""

    left: int
    right: int
    difference: Difference


def statements(
    citation: Citation, text: str, highlights: Sequence[Span], language: str | None
) -> list[Statement]:
    """Returns the sentences of a cited passage; highlights are spans of its source."""
    sentences = read(text, None if language == "en" else language)
    found = []
    for at, sentence in enumerate(sentences):
        start, end = citation.start + sentence.start, citation.start + sentence.end
        found.append(
            Statement(
                citation,
                sentence,
                any(a < end and start < b for a, b in highlights),
                sentences[at - 1] if at else None,
                sentences[at + 1] if at + 1 < len(sentences) else None,
            )
        )
    return found


def conflicts(
    candidates: Sequence[Statement], question: str, rarity: Mapping[str, float]
) -> list[Conflict]:
    """Returns the conflicts that matter for the question; `rarity` weighs its terms."""
    said = _by_wording(_alike(candidates))
    known = ProperNames(one.wording for one in candidates)
    asked = QuestionNames.of(question, rarity)
    found = [
        _Found(left, right, difference)
        for left, right in _pairs(said)
        for difference in _differing(said, left, right, known, asked)
    ]
    return _merged(found, said)


def _alike(candidates: Sequence[Statement]) -> list[Statement]:
    """Prefilters the statements that may share enough with a statement of another source."""
    saying: dict[str, set[str]] = {}
    for one in candidates:
        # Each text is compared once, however many sources repeat it.
        saying.setdefault(one.sentence.text, set()).add(one.citation.source.id)
    texts = list(saying)[:MOST_LOOKED_AT]
    pairs = alike(texts, HARDLY_LIKELY)
    first = np.array([min(saying[text]) for text in texts])
    several = np.array([len(saying[text]) > 1 for text in texts], dtype=bool)
    pairs &= (first[:, np.newaxis] != first) | several[:, np.newaxis] | several
    likely = {texts[at] for at in np.flatnonzero(pairs.any(axis=1)).tolist()}
    return [one for one in candidates if one.sentence.text in likely]


def _by_wording(candidates: Sequence[Statement]) -> list[_Said]:
    """Groups statements by wording, since many sources may share one."""
    groups: dict[tuple[object, ...], list[Statement]] = {}
    for statement in candidates:
        if statement.wording.content:
            groups.setdefault(statement.wording.keys, []).append(statement)
    return [_Said(tuple(group)) for group in islice(groups.values(), MOST_STATEMENTS)]


def _pairs(said: Sequence[_Said]) -> list[tuple[int, int]]:
    """Returns pairs of wordings of different sources that share words, the closest first."""
    contents = [one.wording.content for one in said]
    sources = [one.sources for one in said]
    likely = []
    for left, right in combinations(range(len(said)), 2):
        common = len(contents[left] & contents[right])
        share = common / min(len(contents[left]), len(contents[right]))
        if share >= LIKELY and len(sources[left] | sources[right]) > 1:
            likely.append((-share, left, right))
    return [(left, right) for _, left, right in sorted(likely)[:MOST_PAIRS]]


def _differing(
    said: Sequence[_Said], left: int, right: int, known: Container[object], asked: QuestionNames
) -> Iterator[Difference]:
    """Yields the differences between two wordings that matter for the question."""
    one, other = said[left], said[right]
    lit = one.highlighted + other.highlighted
    if not may_bear(one.wording, other.wording, asked, highlighted=lit):
        return
    if not (
        may_match(one.wording, other.wording, NEARLY_SAME) or may_differ(one.wording, other.wording)
    ):
        return
    comparison = compare(one.wording, other.wording, known)
    found = list(
        _strict(comparison) or paraphrase_differences(one.wording, other.wording, comparison, known)
    )
    if not found or _agreed(said, one, other, known):
        return
    shared = max(comparison.matched, len(one.wording.content & other.wording.content))
    if not _together(one, other, shared, known):
        return
    first = any(said.citation.number == 1 for said in one.statements + other.statements)
    for difference in found:
        if bears_on_question(
            one.wording, other.wording, difference, asked, highlighted=lit, first=first
        ):
            yield difference


def _agreed(said: Sequence[_Said], left: _Said, right: _Said, known: Container[object]) -> bool:
    """Whether the sources of one wording also state the other: two similar things, no conflict."""
    return _say(said, right.sources, left, known) or _say(said, left.sources, right, known)


def _say(
    said: Sequence[_Said], sources: frozenset[str], what: _Said, known: Container[object]
) -> bool:
    saying = set(what.sources)
    for other in said:
        if overlap(other.wording.content, what.wording.content) >= SAME_SENTENCE:
            compared = compare(other.wording, what.wording, known)
            if not compared.differences and compared.share >= NEARLY_SAME:
                saying |= other.sources
    return sources <= saying


def _strict(comparison: Comparison) -> Sequence[Difference]:
    """Returns the differences between two sentences that are otherwise the same."""
    found = comparison.differences
    if not found or comparison.replaced or comparison.share < NEARLY_SAME:
        return ()
    return () if _other_subject(found) else found


def _together(left: _Said, right: _Said, matched: int, known: Container[object]) -> bool:
    """Whether the sources of two wordings use them about the same subject."""
    return any(
        one.citation.source.id != other.citation.source.id
        and _same_context(one, other, matched, known)
        for one in left.statements
        for other in right.statements
    )


def _other_subject(differences: Sequence[Difference]) -> bool:
    kinds = {difference.kind for difference in differences}
    identifying = sum(difference.identifies for difference in differences)
    return len(differences) > 1 and (
        identifying > 0 or {ConflictKind.DATE, ConflictKind.FIGURE} <= kinds
    )


def _same_context(
    left: Statement, right: Statement, matched: int, known: Container[object]
) -> bool:
    """Whether two statements are about the same subject, judging by their surroundings."""
    before = _neighbours(left.before, right.before, known)
    after = _neighbours(left.after, right.after, known)
    if before is False:
        return False
    if matched >= SHARED and not left.wording.refers_back:
        return True
    if before:
        return True
    at_edge = left.before is None or right.before is None
    return at_edge and (bool(after) or matched >= SHARED)


def _neighbours(
    left: Wording | None, right: Wording | None, known: Container[object]
) -> bool | None:
    """Whether neighbouring sentences are the same.

    Returns False if they name different subjects, and None if they are inconclusive.
    """
    if left is None or right is None:
        return None
    if overlap(left.content, right.content) < LIKELY:
        return None
    compared = compare(left, right, known)
    if compared.share >= NEARLY_SAME and any(one.identifies for one in compared.differences):
        return False
    return True if compared.share >= SAME_SENTENCE else None


def _about(sentence: Wording, difference: Difference) -> str:
    """Returns what the values are about: what a figure counts, else the words around them."""
    if difference.about:
        return difference.about
    if difference.kind is ConflictKind.FIGURE:
        thing, _ = counted(sentence, difference.left[1] - 1)
        if thing:
            return thing
    start, end = value_span(sentence, difference.left, difference.kind)
    before, after = sentence.text[:start], sentence.text[end:]
    if len(before) > EXCERPT:
        before = "… " + before[-EXCERPT:].partition(" ")[2]
    if len(after) > EXCERPT:
        after = after[:EXCERPT].rpartition(" ")[0] + " …"
    return " ".join(f"{before}…{after}".split())


def _merged(found: Sequence[_Found], said: Sequence[_Said]) -> list[Conflict]:
    """Merges values that differ from one another at the same place into one conflict."""
    home: dict[tuple[int, Span], int] = {}
    members: dict[int, list[tuple[int, Span]]] = {}
    kinds: dict[int, tuple[ConflictKind, str]] = {}
    for number, one in enumerate(found):
        ends = (one.left, one.difference.left), (one.right, one.difference.right)
        homes = sorted({home[end] for end in ends if end in home}) or [number]
        joined = members.setdefault(homes[0], [])
        kinds.setdefault(
            homes[0], (one.difference.kind, _about(said[one.left].wording, one.difference))
        )
        for other in homes[1:]:
            joined += members.pop(other)
            kinds.pop(other)
        joined += [end for end in ends if end not in joined]
        home.update(dict.fromkeys(joined, homes[0]))
    return [
        Conflict(about, _values(places, said, kind), kind)
        for places, (kind, about) in zip(members.values(), kinds.values(), strict=True)
    ]


def _values(
    places: Sequence[tuple[int, Span]], said: Sequence[_Said], kind: ConflictKind
) -> tuple[ConflictValue, ...]:
    values: dict[ConflictValue, None] = {}
    for at, span in places:
        for statement in said[at].statements:
            start, end = value_span(statement.wording, span, kind)
            text = " ".join(statement.wording.text[start:end].split())
            citation, sentence = statement.citation, statement.sentence
            first = citation.start + sentence.start
            value = ConflictValue(
                text,
                citation.number,
                (first + start, first + end),
                (first, citation.start + sentence.end),
            )
            values.setdefault(value)
    return tuple(sorted(values, key=lambda value: value.citation))
