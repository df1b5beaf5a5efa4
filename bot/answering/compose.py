"""Puts an answer together from what the other modules of this room find out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..conversation import Lean, lean
from ..phrasing import Phrasing, phrased
from ..queries import Query, prepared
from ..reranking import reranked
from ..retrieval import compared, retrieve
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
    Vectors,
)
from .answer_spans import answer_span
from .answer_types import CLOSED, AnswerType, asked_for
from .citing import faults, lit, numbered, quotes_of
from .confidence import (
    COMPANY,
    COSINES,
    INTERACTIONS,
    LEXICAL_SCORES,
    Evidence,
    confidence,
    standing,
)
from .conflicts import conflicts, statements
from .corroboration import corroborate, supporting
from .evidence import Name, names, unmet
from .highlights import candidate_sentences, highlighted, score_sentences
from .redirection import redirected, vouched

# The first passages decide whether the sources answer.
DECIDED_BY = 3

# Share of the score for a question with its acronyms spelled out, beside 1 for the question.
OTHER_FORMS_WEIGHT = 0.2

# Without an explicit --k, passages that score less than this share of the first are left out.
WORTH_SHOWING = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready to search with.

    `phrasing` is how it is searched for. `meaning` is what evidence is measured against: for a
    question that leans on an earlier one, both together. `rarity` weighs the question's own
    terms, and `kind` is the kind of thing that it asks for. `encoding` is how many seconds the
    encoder took.
    """

    phrasing: Phrasing
    queries: tuple[Query, ...]
    meaning: Query
    names: tuple[Name, ...]
    rarity: Mapping[str, float]
    kind: AnswerType | None
    encoding: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage read closely: its sentences that answer, and within them the few words that do
    where the question asks for a thing of a known kind.

    `meaning` is how well the words of the question are met by its best sentence; `lacking` tells
    whether that sentence names no date or figure though one is asked for.
    """

    highlights: tuple[Span, ...]
    span: Span | None
    meaning: float
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
    leading = [hit for hit, _ in first[:DECIDED_BY]]
    evidence += vouched(generation, asked.meaning, asked.names, hits, leading)
    certainty = max(map(confidence, evidence), default=0.0)
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
    answered = bool(quotes) and certainty >= settings.threshold
    differing = tuple(conflicts(found, question, asked.rarity)) if answered else ()
    ended = time.perf_counter()
    return Answer(
        question=question,
        answered=answered,
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
    return Asked(
        phrasing=phrasing,
        queries=tuple(found.queries[: len(texts)]),
        meaning=meaning,
        names=names(together, meaning.encoded.spans),
        rarity={term: found.rarity[term] for term in set(own_terms)},
        kind=asked_for(own),
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
            late_interaction=settings.late_interaction,
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
    compared(generation, asked.meaning, [group[0].row for group in groups])
    readings = [read_closely(generation, asked, group[0]) for group in groups]
    supported = [
        group + supporting(group, reading.highlights, hits)
        for group, reading in zip(groups, readings, strict=True)
    ]
    return supported, readings


def read_closely(generation: GenerationReader, asked: Asked, hit: Hit) -> Reading:
    """What a passage has to say to the question."""
    passage = hit.passage
    info = generation.infos[passage.source_id]
    meeting = compared(generation, asked.meaning, [hit.row])[hit.row]
    scores = score_sentences(
        passage,
        candidate_sentences(passage, info.language),
        meeting.cosines,
        meeting.spans,
        asked.meaning.piece_weights,
        asked.rarity,
        asked.kind,
    )
    span = answer_span(passage, scores, asked.kind, asked.rarity) if asked.kind else None
    top = max(scores, key=lambda score: score.score, default=None)
    return Reading(
        highlights=highlighted(scores, span),
        span=span,
        meaning=top.meaning if top else 0.0,
        lacking=asked.kind in CLOSED and not (top and top.names),
    )


def _unmet(generation: GenerationReader, asked: Asked, hit: Hit, cosines: Vectors) -> float:
    """How far a name or figure of the question is from anything in a passage."""
    if not asked.names:
        return 0.0
    passage = hit.passage
    title = generation.infos[passage.source_id].title
    said = " ".join((passage.text, *passage.section, title))
    return unmet(asked.names, cosines, set(terms(said)))


def weigh(
    generation: GenerationReader,
    asked: Asked,
    hits: Sequence[Hit],
    first: Sequence[tuple[Hit, Reading]],
) -> list[Evidence]:
    """The evidence for the first passages, each set off against all that were found."""
    # The first may all stand behind it: what repeats one is found as well as that.
    company = {hit.row: hit for hit in (*hits[:COMPANY], *(hit for hit, _ in first))}
    rows = list(company)
    vectors = generation.vectors(rows)
    cosines = dict(zip(rows, (vectors @ asked.meaning.encoded.vector).tolist(), strict=True))
    met = compared(generation, asked.meaning, rows)
    interactions = [met[row].score for row in rows]
    lexical = [hit.lexical for hit in company.values()]
    return [
        Evidence(
            cosine=max(0.0, cosines[hit.row]),
            sentence_interaction=reading.meaning,
            lacking=float(reading.lacking),
            unmet=_unmet(generation, asked, hit, met[hit.row].cosines),
            cosine_standing=standing(cosines[hit.row], [*cosines.values()], COSINES),
            lexical_standing=standing(hit.lexical, lexical, LEXICAL_SCORES),
            interaction_standing=standing(met[hit.row].score, interactions, INTERACTIONS),
        )
        for hit, reading in first
    ]
