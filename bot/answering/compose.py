"""Puts an answer together from what the other modules of this room find out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..conversation import Lean, lean
from ..interaction import content_words
from ..matching import Match
from ..phrasing import Phrasing, phrased
from ..queries import Query, prepared
from ..ranking import logit
from ..reranking import reranked
from ..retrieval import matched, retrieve
from ..settings import Settings
from ..store import GenerationReader
from ..terms import terms
from ..types import (
    Answer,
    Encoder,
    Hit,
    Reranker,
    Span,
    Timings,
    Turn,
    Verdict,
)
from .answer_spans import answer_span
from .answer_types import CLOSED, AnswerType, asked_for
from .citing import faults, lit, numbered, quotes_of
from .confidence import LONGEST, Evidence, background, confidence, verdict
from .conflicts import conflicts, statements
from .corroboration import corroborate, supporting
from .evidence import Name, least_met, names, unmet
from .highlights import highlighted, score_sentences
from .redirection import redirected
from .wanted import Sought, sought

# The first passages decide whether the sources answer.
DECIDED_BY = 3

# From so many terms on, a question of which no passage has any is in another language.
FOREIGN_TERMS = 4

# Share of the score for a question with its acronyms spelled out, beside 1 for the question.
OTHER_FORMS_WEIGHT = 0.2

# Without an explicit --k, passages that score less than this share of the first are left out.
WORTH_SHOWING = 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready to search with.

    `phrasing` is how it is searched for. `meaning` is what evidence is measured against: for a
    question that leans on an earlier one, both together; `words` has the places of the word pieces
    of each of its words that carries meaning. `rarity` weighs the question's own
    terms, `kind` is the kind of thing that it asks for, and `sought` tells of the few words that
    would answer it. `encoding` is how many seconds the encoder took.
    """

    phrasing: Phrasing
    queries: tuple[Query, ...]
    meaning: Query
    names: tuple[Name, ...]
    words: tuple[tuple[int, ...], ...]
    rarity: Mapping[str, float]
    kind: AnswerType | None
    sought: Sought | None
    encoding: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage read closely: its sentences that answer, and within them the few words that do
    where the question asks for a thing of a known kind.

    `lacking` tells whether none of its sentences names a date or figure though one is asked for.
    """

    highlights: tuple[Span, ...]
    span: Span | None
    lacking: bool


def answer(
    generation: GenerationReader,
    encoder: Encoder,
    settings: Settings,
    question: str,
    history: Sequence[Turn],
    k: int | None,
    reranker: Reranker | None = None,
) -> Answer:
    """The answer of one generation to one question."""
    began = time.perf_counter()
    leans = lean(question, history)
    count = k or settings.passages_shown
    candidates = max(settings.candidates, count)
    asked = prepare(generation, encoder, question, leans, candidates)
    hits, unquoted = _retrieved(generation, asked, settings, candidates)
    if reranker is not None:
        hits = reranked(hits, asked.phrasing.corrected, reranker)
    searched = time.perf_counter()

    withheld: dict[str, str] = {}
    while True:
        # How many passages are shown must not change whether there is an answer.
        groups, readings = _read(generation, asked, hits, max(count, DECIDED_BY))
        wrong = faults(generation, [hit for group in groups for hit in group])
        if not wrong:
            break
        withheld |= wrong
        hits = [hit for hit in hits if hit.passage.id not in wrong]
    first = [(group[0], reading) for group, reading in zip(groups, readings, strict=True)]
    evidence = weigh(generation, asked, hits, first[:DECIDED_BY])
    certainty = confidence(evidence) if evidence and not _is_foreign(generation, asked) else 0.0
    groups = groups[:count]
    if k is None and groups:
        floor = WORTH_SHOWING * groups[0][0].score
        groups = [group for group in groups if group[0].score >= floor]
    readings = readings[: len(groups)]
    citations = numbered(generation, groups)
    quotes = quotes_of(
        groups, citations, [(reading.highlights, reading.span) for reading in readings]
    )
    texts = {hit.passage.id: hit.passage.text for group in groups for hit in group}
    found = [
        statement
        for citation in citations
        for statement in statements(
            citation, texts[citation.passage_id], lit(quotes, citation), citation.source.language
        )
    ]
    judged = verdict(certainty, settings) if quotes else Verdict.UNANSWERED
    answers = judged is not Verdict.UNANSWERED
    differing = tuple(conflicts(found, question, asked.rarity)) if answers else ()
    ended = time.perf_counter()
    return Answer(
        question=question,
        verdict=judged,
        confidence=certainty,
        generation=generation.number,
        context=tuple(item.carried for item in leans),
        quotes=quotes,
        citations=citations,
        conflicts=differing,
        timings=Timings(
            encode=1000 * asked.encoding,
            search=1000 * (searched - began - asked.encoding),
            total=1000 * (ended - began),
        ),
        withheld=tuple(dict.fromkeys(withheld.values())),
        reworded=asked.phrasing.changes,
        unquoted=unquoted,
    )


def prepare(
    generation: GenerationReader,
    encoder: Encoder,
    question: str,
    leans: Sequence[Lean],
    candidates: int = 0,
) -> Asked:
    """Puts a question into the corpus' words, encodes it with the turns that it leans on, and
    weighs its words.

    So many `candidates` are looked for meanwhile, unless a quoted phrase says which are any.
    """
    phrasing = phrased(
        question,
        generation.words,
        occurs=generation.occurs,
        is_common=lambda word: encoder.count_tokens([word])[0] == 1,
    )
    own = phrasing.corrected
    # The last question gives one that depends on it its subject.
    together = " ".join((*(item.carried.text for item in leans[:1]), own))
    texts = [(own, 1.0), *((item.carried.text, item.weight) for item in leans)]
    if phrasing.text != own:
        texts.append((phrasing.text, OTHER_FORMS_WEIGHT))
    found = prepared(
        generation,
        encoder,
        texts,
        candidates=0 if phrasing.phrases else candidates,
        beyond=[together] if leans else [],
    )
    meaning = found.queries[-1] if leans else found.queries[0]
    own_terms = found.queries[0].terms or meaning.terms
    named = names(together, meaning.encoded.spans)
    return Asked(
        phrasing=phrasing,
        queries=tuple(found.queries[: len(texts)]),
        meaning=meaning,
        names=named,
        words=tuple(pieces for _, pieces in content_words(together, meaning.encoded.spans)),
        rarity={term: found.rarity[term] for term in set(own_terms)},
        kind=asked_for(own),
        sought=sought(own, together, meaning.encoded.spans, found.rarity, named),
        encoding=found.encoding,
    )


def _retrieved(
    generation: GenerationReader, asked: Asked, settings: Settings, candidates: int
) -> tuple[list[Hit], tuple[str, ...]]:
    """The passages found, and the quoted phrases that no passage has: without those it is
    searched as if they were not quoted.
    """
    phrases = [(phrase, terms(phrase)) for phrase in asked.phrasing.phrases if terms(phrase)]

    def found(wanted: Sequence[tuple[str, Sequence[str]]]) -> list[Hit]:
        hits = retrieve(
            generation,
            asked.queries,
            dense_weight=settings.dense_weight,
            candidates=candidates,
            phrases=wanted,
        )
        vector = asked.meaning.encoded.vector
        return redirected(generation, hits, vector, [phrase for phrase, _ in wanted])

    hits = found(phrases)
    if hits or not phrases:
        return hits, ()
    return found(()), tuple(phrase for phrase, _ in phrases)


def _read(
    generation: GenerationReader, asked: Asked, hits: Sequence[Hit], count: int
) -> tuple[list[tuple[Hit, ...]], list[Reading]]:
    """The first `count` passages, each with those that say the same, and what each has to say."""
    groups = corroborate(hits, count)
    readings = [read_closely(generation, asked, group[0]) for group in groups]
    supported = [
        group + supporting(group, reading.highlights, hits)
        for group, reading in zip(groups, readings, strict=True)
    ]
    return supported, readings


def read_closely(generation: GenerationReader, asked: Asked, hit: Hit) -> Reading:
    """What a passage has to say to the question."""
    passage = hit.passage
    match = matched(generation, asked.meaning, [hit.row])[hit.row]
    scores = score_sentences(passage, match, asked.rarity, asked.kind)
    span = None
    if asked.sought:
        title = generation.infos[passage.source_id].title
        context = terms(" ".join((*passage.section, title)))
        span = answer_span(passage, scores, asked.sought, match.cosines, match.spans, context)
    top = max(scores, key=lambda score: score.score, default=None)
    return Reading(
        highlights=highlighted(scores, span),
        span=span,
        lacking=asked.kind in CLOSED and not (top and top.names),
    )


def weigh(
    generation: GenerationReader,
    asked: Asked,
    hits: Sequence[Hit],
    first: Sequence[tuple[Hit, Reading]],
) -> Evidence | None:
    """What speaks for the first passages as an answer, set off against all that were found; None
    where nothing was found.

    A passage to which an approved question led is judged by that question, too: it was approved
    because the passage itself was not found.
    """
    judged = [hit for hit, _ in first] + [hit.via for hit, _ in first if hit.via]
    evidence = [hit.evidence for hit in judged if hit.evidence]
    if not evidence:
        return None
    mean, spread = background(hits)
    best = max(map(logit, evidence))
    matches = matched(generation, asked.meaning, [hit.row for hit in judged])
    return Evidence(
        rank_logit=best,
        standing=(best - mean) / spread,
        sentence_cosine=max(found.sentence_cosine for found in evidence),
        least_met=max(least_met(asked.words, match) for match in matches.values()),
        length=float(min(LONGEST, len(asked.words))),
        unmet=min(_unmet(generation, asked, hit, matches) for hit, _ in first),
        lacking=float(all(reading.lacking for _, reading in first)),
    )


def _is_foreign(generation: GenerationReader, asked: Asked) -> bool:
    """Whether a question has nothing in common with the corpus, as one in another language."""
    terms = asked.rarity
    return len(terms) >= FOREIGN_TERMS and not any(map(generation.document_frequency, terms))


def _unmet(
    generation: GenerationReader, asked: Asked, hit: Hit, matches: Mapping[int, Match]
) -> float:
    """How far a name or figure of the question is from anything in a passage, or in the approved
    question that led to it.
    """
    if not asked.names:
        return 0.0
    judged = (hit, hit.via) if hit.via else (hit,)
    title = generation.infos[hit.passage.source_id].title
    said = " ".join((*(one.passage.text for one in judged), *hit.passage.section, title))
    known = set(terms(said))
    return min(unmet(asked.names, matches[one.row].cosines, known) for one in judged)
