"""Builds an answer: runs the steps of the other modules in order."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..retrieval.follow_ups import depends_on_context
from ..settings import Settings
from ..store import GenerationReader
from ..text.terms import terms
from ..types import (
    Answer,
    AppliedFilter,
    Citation,
    Conflict,
    Encoder,
    Hit,
    Purpose,
    Quote,
    SourceFilter,
    Span,
    Talk,
    Timings,
    Turn,
    Verdict,
)
from .answer_line import answer_line
from .asides import asides_below
from .citing import highlights_of, number_citations, quotes_of
from .comparing.conflicts import Statement, conflicts, statements
from .comparison import Compared, compared
from .confidence import CERTAIN, LIKELY, confidence, verdict
from .continuing import with_rest_of_list
from .documents import Documents, Named, may_name
from .grounds import grounds, has_all_words
from .prepared_question import PreparedQuestion, prepare, search
from .question.document_patterns import OPENS
from .question.purpose_model import PurposeModel
from .question.purposes import LONGEST, ClassifiedQuestion, classify_purpose
from .question.sides import aspect_of
from .redirection import replace_approved
from .second_look import SecondLook
from .selecting import Searched, Selected, counted, selected, worth_showing
from .spans.highlights import holds
from .talk import replied, talk_of, without_talk
from .trust import ENOUGH, sentence_chance, sentence_evidence
from .weighing import DECIDED_BY, is_foreign, read_closely, weigh

# No single passage answers a topic, so the cross-encoder does not rerank for these purposes.
_NOT_LOOKED_AT_AGAIN = (Purpose.OVERVIEW, Purpose.COMPARISON)

# Number of passages to show in a comparison.
COMPARED_PASSAGES = 12


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer, the generation that was searched (all of its sources or some), and the results.

    `searched` is None if the input asked nothing of the sources.
    """

    answer: Answer
    generation: GenerationReader
    searched: Searched | None


def compose_answer(
    generation: GenerationReader,
    encoder: Encoder,
    settings: Settings,
    question: str,
    history: Sequence[Turn],
    k: int | None,
    second: SecondLook | None = None,
) -> Composed:
    """Answers a question from one generation, and keeps the search results behind the answer."""
    if talk := talk_of(question):
        return Composed(_talked(generation, question, talk), generation, None)
    classified = _classify(encoder, question, history)
    composing = partial(
        _composed, encoder=encoder, settings=settings, history=history, k=k, second=second
    )
    if named := _named(generation, classified, question):
        found = composing(
            generation.narrowed(named.ids), question, _within(classified, named, question)
        )
        if found.answer.answered:
            restricted = replace(found.answer, filter=_restricted(generation, named.ids))
            return replace(found, answer=restricted)
    if classified.purpose is Purpose.DOCUMENT:
        classified = ClassifiedQuestion(Purpose.DOCUMENT, question)
    return composing(generation, question, classified)


def _composed(
    generation: GenerationReader,
    question: str,
    classified: ClassifiedQuestion,
    *,
    encoder: Encoder,
    settings: Settings,
    history: Sequence[Turn],
    k: int | None,
    second: SecondLook | None,
) -> Composed:
    began = time.perf_counter()
    count = k or settings.passages_shown
    if classified.purpose is Purpose.COMPARISON and k is None:
        count = max(count, COMPARED_PASSAGES)
    searched = _searched(
        generation, encoder, settings, question, classified, history, count, second
    )
    searched_at = time.perf_counter()
    found, withheld = selected(generation, searched, max(count, DECIDED_BY))
    certainty = _certainty(generation, settings, searched, found)
    shown = found if classified.purpose is Purpose.OVERVIEW else worth_showing(found, count, k)
    if classified.purpose is Purpose.LIST:
        shown = with_rest_of_list(generation, shown, count)
    citations = number_citations(generation, shown.groups)
    quotes = quotes_of(
        generation,
        shown.groups,
        citations,
        [(reading.highlights, reading.span) for reading in shown.readings],
        searched.sides,
    )
    judged = verdict(certainty, settings) if quotes else Verdict.UNANSWERED
    asked = searched.asked
    differing: Sequence[Conflict] = ()
    if asked and judged is not Verdict.UNANSWERED:
        differing = conflicts(_said(shown, quotes, citations), question, asked.rarity)
    encoding = asked.encoding if asked else 0.0
    ended = time.perf_counter()
    answer = Answer(
        question=question,
        verdict=judged,
        confidence=certainty,
        generation=generation.number,
        context=asked.follow_up_turns if asked else (),
        quotes=quotes,
        citations=citations,
        conflicts=tuple(differing),
        timings=Timings(
            encode=1000 * encoding,
            search=1000 * (searched_at - began - encoding),
            total=1000 * (ended - began),
        ),
        withheld=withheld,
        reworded=asked.phrasing.changes if asked else (),
        unquoted=searched.unquoted,
        purpose=classified.purpose,
        line=answer_line(
            classified.purpose,
            asked,
            judged,
            _likely_sentence(searched, found),
            quotes,
            citations,
            differing,
        ),
        grounds=grounds(generation, asked, shown.groups) if asked else None,
        found=counted(searched.hits),
    )
    return Composed(answer, generation, searched)


def _talked(generation: GenerationReader, question: str, talk: Talk) -> Answer:
    """Builds a reply to small talk, which asks nothing of the sources."""
    return Answer(
        question=question,
        verdict=Verdict.UNANSWERED,
        confidence=0.0,
        generation=generation.number,
        context=(),
        quotes=(),
        citations=(),
        conflicts=(),
        timings=Timings(encode=0.0, search=0.0, total=0.0),
        purpose=Purpose.TALK,
        reply=replied(generation, talk),
    )


def _classify(encoder: Encoder, question: str, history: Sequence[Turn]) -> ClassifiedQuestion:
    """Classifies the purpose of a question.

    "Tell me more about that" after another question counts as a request for a fact.
    """
    is_known = encoder.fingerprint == PurposeModel.shipped().encoder and len(question) <= LONGEST
    # The encoder caches this encoding, and the search uses it again.
    (encoded,) = encoder.encode_questions([question]) if is_known else (None,)
    found = classify_purpose(question, encoded.vector if encoded else None)
    has_earlier = any(turn.role == "user" for turn in history)
    is_left_open = found.purpose is not Purpose.OVERVIEW and not found.topic
    if is_left_open or (found.points_back and has_earlier):
        return (
            replace(found, topic=question)
            if is_left_open
            else ClassifiedQuestion(Purpose.FACT, question)
        )
    return found


def _named(
    generation: GenerationReader, classified: ClassifiedQuestion, question: str
) -> Named | None:
    """Returns the documents that a question names, and what it asks of them."""
    is_certain = classified.purpose is Purpose.DOCUMENT
    # Most questions name none, and checking every document of a large corpus takes time.
    may = is_certain or (len(question) <= LONGEST and may_name(question))
    if classified.purpose is Purpose.COMPARISON or not may:
        return None
    topic = "" if classified.topic == question else classified.topic
    documents = Documents(generation.infos.values())
    return documents.asked_of(question, classified.document, topic, is_certain=is_certain)


def _within(classified: ClassifiedQuestion, named: Named, question: str) -> ClassifiedQuestion:
    """Returns the purpose of a question to the documents it names; by default an overview."""
    is_open = classified.purpose in (Purpose.DOCUMENT, Purpose.OVERVIEW) or OPENS.match(question)
    if not named.rest and is_open:
        return ClassifiedQuestion(Purpose.OVERVIEW, "")
    if not named.rest or named.rest == classified.topic:
        return classified
    is_fact = classified.purpose is Purpose.FACT
    return ClassifiedQuestion(Purpose.DOCUMENT if is_fact else classified.purpose, named.rest)


def _restricted(generation: GenerationReader, source_ids: Collection[str]) -> AppliedFilter:
    """Returns a filter with the documents that a question named."""
    ids = tuple(sorted(source_ids, key=lambda id_: generation.infos[id_].title))
    titles = tuple(generation.infos[id_].title for id_ in ids)
    return AppliedFilter(SourceFilter(sources=ids), len(ids), 0, titles)


def _searched(
    generation: GenerationReader,
    encoder: Encoder,
    settings: Settings,
    question: str,
    classified: ClassifiedQuestion,
    history: Sequence[Turn],
    count: int,
    second: SecondLook | None,
) -> Searched:
    if not classified.topic:
        return Searched(classified, None, (), (), covers_all_sides=True)
    candidates = max(settings.candidates, count)
    topic = classified.topic
    # A topic of one or two words is not an incomplete question.
    is_follow_up = topic == question or depends_on_context(question)
    # If the question names two sides, "they" means these.
    is_follow_up = is_follow_up and not (
        classified.sides and terms(aspect_of(question, classified.sides))
    )
    earlier = without_talk(history) if is_follow_up else ()
    asked = prepare(generation, encoder, settings, topic, earlier, candidates)
    hits, unquoted = _retrieved(generation, asked, settings, candidates)
    if second is not None and classified.purpose not in _NOT_LOOKED_AT_AGAIN:
        hits = second(generation, asked, hits)
    hits = asides_below(generation, hits)
    found = Compared(hits)
    if classified.purpose is Purpose.COMPARISON:
        found = compared(generation, encoder, settings, question, classified.sides, asked, hits)
    return Searched(
        classified,
        asked,
        found.hits,
        unquoted,
        found.covers_all_sides,
        found.lacks_side,
        found.sides,
    )


def _retrieved(
    generation: GenerationReader, asked: PreparedQuestion, settings: Settings, candidates: int
) -> tuple[list[Hit], tuple[str, ...]]:
    """Returns the passages found, and the quoted phrases that no passage contains.

    If there are such phrases, the search runs again without quotation marks.
    """
    phrases = [phrase for phrase in asked.phrasing.phrases if terms(phrase, asked.language)]

    def found(wanted: Sequence[str]) -> list[Hit]:
        hits = search(generation, settings, asked, candidates, wanted)
        return replace_approved(generation, hits, asked.meaning.encoded.vector, wanted)

    hits = found(phrases)
    if hits or not phrases:
        return hits, ()
    return found(()), tuple(phrases)


def _certainty(
    generation: GenerationReader, settings: Settings, searched: Searched, found: Selected
) -> float:
    """Returns the probability that the passages answer.

    For a topic, a passage with all its words is enough. For a comparison, passages that cover all
    sides are enough; if one side has no passage, the answer is at most likely.
    """
    asked = searched.asked
    if asked is None:
        return CERTAIN if found.groups else 0.0
    if is_foreign(generation, asked):
        return 0.0
    first = found.first(DECIDED_BY)
    decisive = [
        (group[0], reading) for group, reading in zip(first.groups, first.readings, strict=True)
    ]
    is_complete = searched.covers_all_sides
    if searched.classified.purpose is Purpose.OVERVIEW:
        best = searched.hits[:DECIDED_BY]
        decisive = [(hit, read_closely(generation, asked, hit)) for hit in best]
        is_complete = has_all_words(generation, asked, best)
    evidence = weigh(generation, asked, decisive)
    certainty = confidence(evidence) if evidence else 0.0
    if searched.lacks_side:
        certainty = min(certainty, LIKELY)
    return max(certainty, settings.sure_threshold) if is_complete and evidence else certainty


def _likely_sentence(searched: Searched, found: Selected) -> Span | None:
    """Returns the best sentence of the first passage, if it is likely enough to answer.

    Without the cross-encoder, that means the sentence contains the answer span.
    """
    if not found.groups or not (best := found.readings[0].best):
        return None
    hit, reading = found.groups[0][0], found.readings[0]
    if evidence := sentence_evidence(hit, reading, searched.hits):
        return best.span if sentence_chance(evidence) >= ENOUGH else None
    return best.span if reading.span and holds(best.span, reading.span) else None


def _said(
    shown: Selected, quotes: Sequence[Quote], citations: Sequence[Citation]
) -> list[Statement]:
    """Returns the sentences of all cited passages."""
    texts = {hit.passage.id: hit.passage.text for group in shown.groups for hit in group}
    return [
        statement
        for citation in citations
        for statement in statements(
            citation,
            texts[citation.passage_id],
            highlights_of(quotes, citation),
            citation.source.language,
        )
    ]
