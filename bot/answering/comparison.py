"""Ranks the passages of a comparison: the best about each side, or of different sources, first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..retrieval.queries import rarity
from ..retrieval.search import in_context
from ..settings import Settings
from ..store import GenerationReader
from ..text.terms import terms
from ..types import Encoder, Hit
from .documents import named_documents
from .prepared_question import PreparedQuestion, prepare, search
from .question.coverage import coverage
from .question.sides import aspect_of, compares_sources, question_about, told_by
from .weighing import read_closely

# A passage covers a side if it has at least FITS of the side's distinguishing words, weighed by
# rarity. With less, but at least LEAST_FIT, it does so only if it covers no other side better.
FITS, LEAST_FIT = 0.6, 0.3

# A passage is labelled with a side if its highlights contain this share, weighed by rarity, of the
# words that distinguish the side.
LABELLED = 0.75

# The best passage of a side is the first with this share of the best coverage of its words.
NEARLY = 0.75

# How many of a side's hits are searched for a passage that covers it.
LOOKED_THROUGH = 20

# The best passage of each of the first SOURCES_FIRST sources comes first, if it is among the first
# AMONG hits.
SOURCES_FIRST, AMONG = 3, 8


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a comparison in the words of the question, and what the question asks about it.

    `words` is "" if the passage is the best one for the side but does not surely cover it.
    """

    words: str
    asked: PreparedQuestion


@dataclass(frozen=True, slots=True)
class Compared:
    """The hits of a comparison; those that cover its sides come first.

    `sides` has the side that each passage covers, by row. `covers_all_sides` is true if passages
    answer the question for every side. `lacks_side` is true if no passage covers one of the sides.
    """

    hits: Sequence[Hit]
    sides: Mapping[int, Side] = field(default_factory=dict)
    covers_all_sides: bool = False
    lacks_side: bool = False


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A hit, and its coverage of the words that distinguish a side."""

    hit: Hit
    fit: float


def compared(
    generation: GenerationReader,
    encoder: Encoder,
    settings: Settings,
    question: str,
    sides: Sequence[str],
    asked: PreparedQuestion,
    hits: Sequence[Hit],
) -> Compared:
    """Returns the hits of a comparison with the best about each side first.

    Each side has its own search, with what the question asks about both. Otherwise passages about
    one side would push out those about the other.
    """
    if not sides:
        return Compared(_by_source(hits) if compares_sources(question) else hits)
    aspect = aspect_of(question, sides)
    wanted = frozenset(terms(aspect)) | _shared(sides)
    about = prepare(generation, encoder, settings, aspect) if terms(aspect) else None
    own = [prepare(generation, encoder, settings, question_about(question, sides, side))
           for side in sides]  # fmt: skip
    found = [
        _fitting(generation, search(generation, settings, each, settings.candidates), sides, side)
        for each, side in zip(own, sides, strict=True)
    ]
    best = _apart(generation, sides, found, about or asked)
    told: dict[int, Side] = {}
    for side, each, fitting in zip(sides, own, best, strict=True):
        if fitting:
            known = told.get(fitting.hit.row)
            marking = asked if known else each
            if about and wanted & set(terms(fitting.hit.passage.text)):
                marking = about
            words = side if _is_named(generation, sides, side, fitting, marking) else ""
            if known and known.words and words:
                words = f"{known.words} / {words}"
            told[fitting.hit.row] = Side(words or (known.words if known else ""), marking)
    first = {fitting.hit.row: fitting.hit for fitting in best if fitting}
    others = [hit for hit in hits if hit.row not in first]
    return Compared(
        [*_ahead(first.values(), others), *others],
        told,
        covers_all_sides=all(
            fitting is not None
            and fitting.fit >= FITS
            and _tells(generation, told[fitting.hit.row].asked, fitting.hit, wanted)
            for fitting in best
        ),
        lacks_side=None in best,
    )


def _fitting(
    generation: GenerationReader, hits: Sequence[Hit], sides: Sequence[str], side: str
) -> list[_Fitting]:
    """Returns the hits that cover a side nearly as well as the best, and no other side better."""
    fits = [
        _fits(generation, hits[:LOOKED_THROUGH], one, _telling(sides, one))
        for one in (side, *(other for other in sides if other != side))
    ]
    own, *others = fits
    rather = [
        at
        for at, fit in enumerate(own)
        if fit >= LEAST_FIT and (fit >= FITS or all(fit >= other[at] for other in others))
    ]
    enough = min(FITS, NEARLY * max((own[at] for at in rather), default=0.0))
    return [_Fitting(hits[at], own[at]) for at in rather if own[at] >= enough]


def _apart(
    generation: GenerationReader,
    sides: Sequence[str],
    found: Sequence[Sequence[_Fitting]],
    asked: PreparedQuestion,
) -> list[_Fitting | None]:
    """Returns the best passage of each side.

    Two sides share a passage only if its highlights cover both. Otherwise the side that it covers
    less gets its next one.
    """
    best = [fitting[0] if fitting else None for fitting in found]
    one, other = best
    if one is None or other is None or one.hit.row != other.hit.row:
        return best
    marked = frozenset(terms(" ".join(_marked(generation, asked, one.hit))))
    tells = [coverage(_weights(generation, _telling(sides, side)), marked) for side in sides]
    if min(tells) < LEAST_FIT:
        less = int(tells[1] <= tells[0])
        rest = (each for each in found[less] if each.hit.row != one.hit.row)
        best[less] = next(rest, best[less])
    return best


def _fits(
    generation: GenerationReader, hits: Sequence[Hit], side: str, own: Collection[str]
) -> list[float]:
    """Returns the share of a side's distinguishing words that each hit has.

    It is 1 if the side names the hit's source.
    """
    weights = _weights(generation, own)
    named = named_documents(told_by(side), generation.infos.values())
    return [
        1.0
        if hit.passage.source_id in named
        else coverage(weights, frozenset(terms(in_context(generation, hit.passage))))
        for hit in hits
    ]


def _telling(sides: Sequence[str], side: str) -> frozenset[str]:
    """Returns the terms that distinguish a side from the others; all its terms if none does."""
    own = frozenset(terms(told_by(side)))
    others = {term for other in sides if other != side for term in terms(other)}
    return own - others or own


def _shared(sides: Sequence[str]) -> frozenset[str]:
    """Returns the terms that all sides share, such as the aspect in "A's rent and B's rent"."""
    each = [set(terms(side)) for side in sides]
    return frozenset(each[0].intersection(*each[1:]))


def _weights(generation: GenerationReader, own: Collection[str]) -> dict[str, float]:
    return rarity(own, generation.document_frequency, len(generation))


def _tells(
    generation: GenerationReader, asked: PreparedQuestion, hit: Hit, wanted: frozenset[str]
) -> bool:
    """Whether the highlights of a passage contain a word of what the question asks about."""
    return not wanted or any(
        wanted & set(terms(sentence)) for sentence in _marked(generation, asked, hit)
    )


def _is_named(
    generation: GenerationReader,
    sides: Sequence[str],
    side: str,
    fitting: _Fitting,
    asked: PreparedQuestion,
) -> bool:
    """Whether the highlights or the source of a passage name the side."""
    source = fitting.hit.passage.source_id
    if source in named_documents(told_by(side), generation.infos.values()):
        return True
    marked = frozenset(terms(" ".join(_marked(generation, asked, fitting.hit))))
    return coverage(_weights(generation, _telling(sides, side)), marked) >= LABELLED


def _marked(generation: GenerationReader, asked: PreparedQuestion, hit: Hit) -> list[str]:
    passage = hit.passage
    return [
        passage.text[start - passage.start : end - passage.start]
        for start, end in read_closely(generation, asked, hit).highlights
    ]


def _by_source(hits: Sequence[Hit]) -> list[Hit]:
    """Returns the hits with the best of each of the first sources ahead."""
    best: dict[str, Hit] = {}
    for hit in hits[:AMONG]:
        best.setdefault(hit.passage.source_id, hit)
    first = list(best.values())[:SOURCES_FIRST]
    others = [hit for hit in hits if hit not in first]
    return [*_ahead(first, others), *others]


def _ahead(first: Iterable[Hit], others: Sequence[Hit]) -> Iterator[Hit]:
    """Yields hits to place before others, raising their scores to at least those of the others."""
    least = max((hit.score for hit in others), default=0.0)
    for hit in first:
        yield replace(hit, score=max(least, hit.score))
