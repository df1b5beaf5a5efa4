"""The passages of a comparison: first the best about each of its sides, or of different sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..queries import rarity
from ..retrieval import in_context
from ..settings import Settings
from ..store import GenerationReader
from ..terms import terms
from ..types import Encoder, Hit
from .asked import Asked, prepare, search
from .documents import named_documents
from .evidence import coverage
from .sides import aspect_of, compares_sources, question_about, told_by
from .weighing import read_closely

# A passage tells of a side where it has so much of the rarity of its words; of a passage with less,
# and at least so much, it must not have more of the other side.
FITS, LEAST_FIT = 0.6, 0.3

# A passage has the name of a side above it where what is marked in it has so much of the rarity of
# the words that tell the side from others.
LABELLED = 0.75

# The best passage of a side is the first with such a share of what any of them has of its words.
NEARLY = 0.75

# So many passages found for a side are looked through for one that tells of it.
LOOKED_THROUGH = 20

# Sources that are compared with each other come first, each with its best passage: so many, if it
# is among so many of the first.
SOURCES_FIRST, AMONG = 3, 8


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a comparison in the words of the question, and what is asked of it.

    The words are "" where the passage is the best about the side and does not surely tell of it.
    """

    words: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class Compared:
    """The hits of a comparison, those first that tell of its sides.

    `sides` has by row what a passage tells of. `is_told` says that passages tell of every side
    what is asked of them, and `lacks_side` that none tells of one.
    """

    hits: Sequence[Hit]
    sides: Mapping[int, Side] = field(default_factory=dict)
    is_told: bool = False
    lacks_side: bool = False


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A hit, and how much it has of what tells a side from others."""

    hit: Hit
    fit: float


def compared(
    generation: GenerationReader,
    encoder: Encoder,
    settings: Settings,
    question: str,
    sides: Sequence[str],
    asked: Asked,
    hits: Sequence[Hit],
) -> Compared:
    """The hits of a comparison with the best about each side first.

    Each side is searched for by itself, with what is asked of both: passages about one of them
    would else bury the other.
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
        is_told=all(
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
    """The hits that tell of a side nearly as well as any, and of no other side better."""
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
    asked: Asked,
) -> list[_Fitting | None]:
    """The best passage of each side. Two sides have one in common only where what is marked in it
    tells of both; otherwise the side it tells less of has its next one.
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
    """How much of what tells a side from others each hit has; all where the side names its
    source.
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
    """The terms of a side that tell it from the others; all of them where none does."""
    own = frozenset(terms(told_by(side)))
    others = {term for other in sides if other != side for term in terms(other)}
    return own - others or own


def _shared(sides: Sequence[str]) -> frozenset[str]:
    """The terms that all sides have, as what is compared of them has in "A's rent and B's rent"."""
    each = [set(terms(side)) for side in sides]
    return frozenset(each[0].intersection(*each[1:]))


def _weights(generation: GenerationReader, own: Collection[str]) -> dict[str, float]:
    return rarity(own, generation.document_frequency, len(generation))


def _tells(generation: GenerationReader, asked: Asked, hit: Hit, wanted: frozenset[str]) -> bool:
    """Whether the sentences of a passage that are marked have a word of what is asked."""
    return not wanted or any(
        wanted & set(terms(sentence)) for sentence in _marked(generation, asked, hit)
    )


def _is_named(
    generation: GenerationReader,
    sides: Sequence[str],
    side: str,
    fitting: _Fitting,
    asked: Asked,
) -> bool:
    """Whether what is marked in a passage names the side; the source may, too."""
    source = fitting.hit.passage.source_id
    if source in named_documents(told_by(side), generation.infos.values()):
        return True
    marked = frozenset(terms(" ".join(_marked(generation, asked, fitting.hit))))
    return coverage(_weights(generation, _telling(sides, side)), marked) >= LABELLED


def _marked(generation: GenerationReader, asked: Asked, hit: Hit) -> list[str]:
    passage = hit.passage
    return [
        passage.text[start - passage.start : end - passage.start]
        for start, end in read_closely(generation, asked, hit).highlights
    ]


def _by_source(hits: Sequence[Hit]) -> list[Hit]:
    """The hits with the best of each of the first sources ahead."""
    best: dict[str, Hit] = {}
    for hit in hits[:AMONG]:
        best.setdefault(hit.passage.source_id, hit)
    first = list(best.values())[:SOURCES_FIRST]
    others = [hit for hit in hits if hit not in first]
    return [*_ahead(first, others), *others]


def _ahead(first: Iterable[Hit], others: Sequence[Hit]) -> Iterator[Hit]:
    """Hits with scores no lower than those of the others, which they stand before."""
    least = max((hit.score for hit in others), default=0.0)
    for hit in first:
        yield replace(hit, score=max(least, hit.score))
