"""Prepares a question for search: looks up its words while the encoder computes its vectors."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ..embedding.word_pieces import ContentWord, content_words, piece_weights
from ..store import GenerationReader
from ..text.folding import folded
from ..text.terms import ENGLISH, terms, words
from ..types import Encoded, Encoder, Vectors
from .late_interaction import Match

_BESIDE = ThreadPoolExecutor(thread_name_prefix="words")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The passages that a query finds by its words, with their BM25, and by its vector."""

    matching: Mapping[int, float]
    nearest: Sequence[int]


@dataclass(frozen=True, slots=True)
class Query:
    """A text to search with: its vectors, its analysed terms, and its share of the score.

    `piece_weights` are the weights of its word pieces, and `rarity` is the rarity of each distinct
    term. Its words are analysed in `language`; `words` are the words that carry meaning. The
    encoder knows the languages `known`, or all if that is None. `proposal` and `matches` cache
    results for the one generation that the query searches.
    """

    encoded: Encoded
    terms: tuple[str, ...]
    piece_weights: Vectors
    rarity: tuple[float, ...]
    weight: float = 1.0
    language: str = ENGLISH
    words: tuple[ContentWord, ...] = ()
    known: frozenset[str] | None = None
    proposal: Proposal | None = field(default=None, compare=False, repr=False)
    matches: dict[int, Match] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The queries of some texts, the rarity of each term, and the encoder's time in seconds."""

    queries: list[Query]
    rarity: dict[str, float]
    encoding: float


def prepare_query(
    generation: GenerationReader,
    encoder: Encoder,
    texts: Sequence[tuple[str, float]],
    *,
    candidates: int,
    language: str = ENGLISH,
) -> Prepared:
    """Prepares weighted texts for search.

    Each looks up at most `candidates` passages; with 0, the lookup is left for later. The texts are
    in `language`. Passages in other languages are searched for the forms that their analysis gives.
    """
    texts = [(folded(text), weight) for text, weight in texts]
    others = [one for one in generation.languages if one != language]
    analysed = [tuple(terms(text, language)) for text, _ in texts]
    forms = forms_in([text for text, _ in texts], language, others)
    searched = [_with_forms(found, forms) for found in analysed] if candidates else []
    # The model computes outside Python, so the lookup runs at the same time.
    looking_up = _BESIDE.submit(_looked_up, generation, analysed, forms, searched, candidates)
    began = time.perf_counter()
    encoded = encoder.encode_questions([text for text, _ in texts])
    encoding = time.perf_counter() - began
    near = [
        [row for row, _ in generation.nearest(found.vector, candidates, alone=looking_up.done())]
        for found, _ in zip(encoded, searched, strict=False)
    ]
    rare, matching = looking_up.result()
    proposals = [Proposal(*found) for found in zip(matching, near, strict=True)]
    queries = []
    for at, ((text, weight), vectors, found) in enumerate(
        zip(texts, encoded, analysed, strict=True)
    ):
        content = tuple(content_words(text, vectors.spans, language))
        queries.append(
            Query(
                vectors,
                found,
                piece_weights(content, len(vectors.spans), rare),
                tuple(rare[term] for term in dict.fromkeys(found)),
                weight,
                language,
                content,
                encoder.languages,
                proposals[at] if at < len(proposals) else None,
            )
        )
    return Prepared(queries, rare, encoding)


def forms_in(texts: Sequence[str], language: str, others: Sequence[str]) -> dict[str, set[str]]:
    """Maps each term of some texts to the terms of its word in the passages' other languages."""
    found: dict[str, set[str]] = {}
    for text in texts if others else ():
        own = dict(words(text, language))
        for other in others:
            for span, forms in words(text, other):
                for term in own.get(span, ()):
                    found.setdefault(term, set()).update(forms)
    return found


def _with_forms(found: Sequence[str], forms: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    every = (form for term in found for form in (term, *sorted(forms.get(term, ()))))
    return tuple(every if not forms else dict.fromkeys(every))


def propose_rows(generation: GenerationReader, query: Query, candidates: int) -> Proposal:
    """Returns what a query finds; searches only if it has not done so before."""
    return query.proposal or Proposal(
        dict(generation.matching(query.terms, candidates)),
        [row for row, _ in generation.nearest(query.encoded.vector, candidates)],
    )


def rarity(
    terms: Collection[str], document_frequency: Callable[[str], int], documents: int
) -> dict[str, float]:
    """Returns the inverse document frequency of each term, as BM25 defines it (Robertson and
    Zaragoza 2009); a term that no passage has weighs most.
    """
    weights = {}
    for term in terms:
        frequency = document_frequency(term)
        weights[term] = math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
    return weights


def _looked_up(
    generation: GenerationReader,
    analysed: Sequence[Sequence[str]],
    forms: Mapping[str, Collection[str]],
    searched: Sequence[Sequence[str]],
    candidates: int,
) -> tuple[dict[str, float], list[dict[int, float]]]:
    """Returns the rarity of all terms and the matches of each searched text.

    Also caches the passages that match.
    """
    distinct = {term for found in analysed for term in found}

    def frequency(term: str) -> int:
        return max(map(generation.document_frequency, {term, *forms.get(term, ())}))

    rare = rarity(distinct, frequency, len(generation))
    matching = [dict(generation.matching(found, candidates)) for found in searched]
    generation.passages(sorted({row for found in matching for row in found}))
    return rare, matching
