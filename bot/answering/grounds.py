"""Explains the confidence in an answer with counts and words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from ..retrieval.filtering import days_of
from ..retrieval.search import in_context, matched
from ..store import GenerationReader
from ..text.terms import ENGLISH, terms
from ..types import Grounds, Hit, Vectors
from .prepared_question import PreparedQuestion
from .weighing import DECIDED_BY

# Word pieces whose best match has at least this cosine mean much the same.
MET = 0.6

MISSING_NAMED = 3

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[^\W_][\w'’.-]*[^\W_]|[^\W_]")


def grounds(
    generation: GenerationReader, asked: PreparedQuestion, groups: Sequence[tuple[Hit, ...]]
) -> Grounds:
    """Counts the question's words that the first passages match, and finds words no source has."""
    first = [group[0] for group in groups[:DECIDED_BY]]
    matches = matched(generation, asked.meaning, [hit.row for hit in first]).values()
    met = sum(any(_is_met(places, match.cosines) for match in matches) for places in asked.words)
    question = asked.phrasing.corrected
    shown = {hit.passage.source_id for hit in first}
    return Grounds(
        len(asked.words),
        met,
        missing(generation, question, asked.language),
        latest(generation, question, shown),
    )


def missing(
    generation: GenerationReader, question: str, language: str = ENGLISH
) -> tuple[str, ...]:
    """Returns words of a question that occur in no passage, title, heading or publisher's name.

    Names and figures come first.
    """
    words = dict.fromkeys(match[0] for match in _WORD.finditer(question))

    def forms(word: str) -> set[str]:
        return {form for one in generation.languages for form in _forms(word, one)}

    unknown = [
        word
        for word in words
        if terms(word, language) and not any(map(generation.occurs, forms(word)))
    ]
    if unknown:
        published = _published(generation)
        unknown = [word for word in unknown if published.isdisjoint(forms(word))]
    unknown.sort(key=lambda word: word[:1].islower())
    return tuple(unknown[:MISSING_NAMED])


def _forms(word: str, language: str) -> set[str]:
    """Returns the terms of a word and of its possible singular.

    Stemming alone gives "buses" and "bus" different terms.
    """
    endings = [ending for ending in ("s", "es") if word.endswith(ending)]
    shortened = (term for end in endings for term in terms(word.removesuffix(end), language))
    return {*terms(word, language), *shortened}


def _published(generation: GenerationReader) -> set[str]:
    """Returns the terms of the names of publishers and authors."""
    infos = generation.infos.values()
    names = {name for info in infos for name in (info.publisher, info.author) if name}
    return {term for name in names for term in terms(name)}


def latest(generation: GenerationReader, question: str, shown: Collection[str] = ()) -> str | None:
    """Returns the date of the latest source if the question names a later year, else None.

    Also None if a source that is shown has no date, since that source may be later.
    """
    if any(generation.infos[source_id].date is None for source_id in shown):
        return None
    years = [int(match[0]) for match in _YEAR.finditer(question)]
    dated = [
        (days, info.date)
        for info in generation.infos.values()
        if info.date and (days := days_of(info.date))
    ]
    if not years or not dated:
        return None
    (_, last), written = max(dated, key=lambda pair: (pair[0][1], pair[0][0], pair[1]))
    return written if max(years) > last.year else None


def has_all_words(
    generation: GenerationReader, asked: PreparedQuestion, hits: Iterable[Hit]
) -> bool:
    """Whether one passage, with its title and headings, has every term of a topic."""
    return bool(asked.rarity) and any(
        asked.rarity.keys() <= set(terms(in_context(generation, hit.passage), asked.language))
        for hit in hits
    )


def _is_met(places: Sequence[int], cosines: Vectors) -> bool:
    return bool(cosines.size) and float(cosines[list(places)].max(axis=1).mean()) >= MET
