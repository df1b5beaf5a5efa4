"""The JSON form of answers: version 2, a contract with the programs that read it.

An answer is one object:

    version      2; raised when a field changes its meaning or is removed
    id           the id that a batch line gave, else null
    question     as asked
    verdict      "answered"; "unsure" when the passages may not answer; or "unanswered" when the
                 sources don't: `passages` are then the closest ones
    answered     true unless the verdict is "unanswered"
    confidence   in [0, 1]; two thresholds in it decide on the verdict
    generation   the number of the index generation that answered
    context      earlier questions used as context: {turn, text}
    passages     quotes by rank, which follows the scores but in a list, comparison or overview:
                 {rank, citations, text, score, source, start, end, locator, place, ocr, side,
                 section, highlights, answer, evidence}; `side` is the side of a comparison that it
                 tells of, as the question names it, or ""; `place` is where the highlights are, and
                 `locator` where the passage is; `ocr` is how sure OCR is of what it read there, in
                 percent, else null; `answer` is the span of the few words that say who, when, where
                 or how many, else null; `evidence` has {value, weighed} by name: what the rank
                 rests on, and what each adds to the logit of the score; offsets are code points
                 into the extracted text, which `pincite sources --text ID` prints
    citations    {number, passage, source, start, end, locator, ocr, section}: what each number
                 points to, those of corroborating passages included; `passage` is the id by which
                 the passage can be read again
    conflicts    {about, values: [{text, citation, span, sentence}], kind}; kind is "figure", "date"
                 or "name"; `span` is where the value stands in the source's text, and `sentence`
                 the sentence around it
    notice       why there is no answer and what to do, else null
    reworded     how the question was reworded for search: typos corrected, acronyms expanded
    unquoted     quoted phrases that no passage contains verbatim
    withheld     faults of passages that failed their check and are not shown
    purpose      what the question is for: "fact", "list", "yes or no", "comparison", "overview",
                 "document" or "talk"; the passages of an overview are chosen to cover the topic
    line         the shortest slice that answers: {kind, text, source, start, end, citations,
                 agreeing, differing}, else null; kind is "words", "list" or
                 "sentence", `agreeing` and `differing` count sources
    grounds      {words, words_met, missing, latest}: how many of the question's words the passages
                 meet, words that occur in no source, and the date of the latest source where the
                 question names a later year; null if no passage was searched
    reply        {talk, sources, holdings, questions} where nothing is asked of the sources, else
                 null
    filter       to which sources the question was restricted, else null: {source, publisher, since,
                 until, language, type} as they were asked for, `admitted` for how many sources were
                 searched, and `undated` for how many were left out because they have no date
    found        {passages, sources}: how many passages were found in how many sources, as `find`
                 lists them, at most 50 passages; null where there are none
    parts        the parts of a question that asks for several things, else empty: each has `text`,
                 its words in the question, and the fields of an answer but `version`, `id`,
                 `parts` and `timings_ms`; its `question` is worded so that it can be asked alone,
                 and a turn of its `context` after the history is the question itself. Numbers of
                 citations mean the same in all parts. Of the whole question the verdict is
                 "unsure" where only some parts are answered, and `notice` names the others; the
                 confidence is the lowest of the parts, and the passages are those of the parts
                 that are answered
    timings_ms   {encode, search, total}

A batch line or request that cannot be answered gives {version, id, error} instead.

Programs that ask for more than answers get:

    a passage    {version, id, text, source, start, end, locator, ocr, section}
    a source     {version, source, text}; `source` is its description, as everywhere
    all found    {version, question, verdict, answered, generation, context, filter, reworded,
                 unquoted, withheld, order, passages, is_cut, sources}: `passages` counts them,
                 `is_cut` says that there are more, `order` is "relevance", "date" or "title", and
                 `sources` are {source, passages: [{rank, passage, text, score, start, end, locator,
                 ocr, section, highlights}]}; the other fields are those of the answer
    the sources  {version, generation, filter, sources}: each its description with {passages,
                 characters, skipped_blocks}; `filter` as above
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ..errors import FilterError, QuestionError
from ..retrieval.ranking import contributions
from ..types import (
    Answer,
    AppliedFilter,
    Citation,
    Found,
    FoundPassage,
    Passage,
    Quote,
    RankingEvidence,
    Relevance,
    Source,
    SourceFilter,
    SourceInfo,
    SourceSummary,
    Turn,
    ocr_of,
)

VERSION = 2

SCORE_DIGITS = 4


def answer_json(answer: Answer, id_: Any = None) -> dict[str, Any]:
    """Returns an answer in the JSON form of the contract."""
    return {
        "version": VERSION,
        "id": id_,
        **_told_json(answer),
        "parts": [{"text": part.text, **_told_json(part.answer)} for part in answer.parts],
        "timings_ms": {name: round(value, 1) for name, value in asdict(answer.timings).items()},
    }


def _told_json(answer: Answer) -> dict[str, Any]:
    """Returns the fields that an answer shares with the answer to a part."""
    return {
        "question": answer.question,
        "verdict": answer.verdict.value,
        "answered": answer.answered,
        "confidence": round(answer.confidence, SCORE_DIGITS),
        "generation": answer.generation,
        "context": [asdict(turn) for turn in answer.context],
        "passages": [_quote_json(quote) for quote in answer.quotes],
        "citations": [_citation_json(citation) for citation in answer.citations],
        "conflicts": [asdict(conflict) for conflict in answer.conflicts],
        "notice": answer.notice,
        "withheld": list(answer.withheld),
        "reworded": list(answer.reworded),
        "unquoted": list(answer.unquoted),
        "purpose": answer.purpose.value,
        "line": _line_json(answer),
        "grounds": None if answer.grounds is None else asdict(answer.grounds),
        "reply": None if answer.reply is None else asdict(answer.reply),
        "filter": None if answer.filter is None else _applied_json(answer.filter),
        "found": None if answer.found is None else asdict(answer.found),
    }


def found_json(found: Found) -> dict[str, Any]:
    """Returns all passages found for a question."""
    answer = answer_json(found.answer)
    kept = ("question", "verdict", "answered", "generation", "context", "filter", "reworded")
    return {
        "version": VERSION,
        **{name: answer[name] for name in (*kept, "unquoted")},
        "withheld": list(found.withheld),
        "order": found.order.value,
        "passages": found.passages,
        "is_cut": found.is_cut,
        "sources": [
            {
                "source": source_json(each.source),
                "passages": [_found_json(passage) for passage in each.passages],
            }
            for each in found.sources
        ],
    }


def filter_json(only: SourceFilter) -> dict[str, Any]:
    """Returns a source filter in the form that programs send."""
    return {
        "source": list(only.sources),
        "publisher": list(only.publishers),
        "since": only.since,
        "until": only.until,
        "language": list(only.languages),
        "type": list(only.types),
    }


def error_json(message: str, id_: Any = None) -> dict[str, Any]:
    """Returns the object that replaces an answer when a question fails."""
    return {"version": VERSION, "id": id_, "error": message}


def source_json(info: SourceInfo) -> dict[str, Any]:
    """Returns the description of a source."""
    return {**asdict(info), "also_at": list(info.also_at)}


def source_text_json(source: Source) -> dict[str, Any]:
    """Returns a source with its text; all offsets point into this text."""
    return {"version": VERSION, "source": source_json(source.info), "text": source.text}


def sources_json(
    generation: int, summaries: Iterable[SourceSummary], applied: AppliedFilter | None = None
) -> dict[str, Any]:
    """Returns all sources of a generation, or those that a filter admits."""
    return {
        "version": VERSION,
        "generation": generation,
        "filter": None if applied is None else _applied_json(applied),
        "sources": [
            {
                **source_json(summary.info),
                "passages": summary.passages,
                "characters": summary.characters,
                "skipped_blocks": summary.skipped_blocks,
            }
            for summary in summaries
        ],
    }


def passage_json(passage: Passage, info: SourceInfo) -> dict[str, Any]:
    """Returns a passage with the description of its source."""
    return {
        "version": VERSION,
        "id": passage.id,
        "text": passage.text,
        "source": source_json(info),
        "start": passage.start,
        "end": passage.end,
        "locator": passage.locator,
        "ocr": ocr_of(passage.locator)[1],
        "section": list(passage.section),
    }


def filter_from_json(value: Any) -> SourceFilter | None:
    """Parses the output of `filter_json`; every field is optional.

    Raises FilterError for anything else.
    """
    if value is None:
        return None
    known = filter_json(SourceFilter())
    if not isinstance(value, dict) or not value.keys() <= known.keys():
        raise FilterError(f"the filter must be an object with some of {', '.join(known)}.")
    for name, empty in known.items():
        found = value.get(name)
        is_day = empty is None
        listed = [found] if is_day else found
        if found is not None and not (
            isinstance(listed, list) and all(isinstance(item, str) for item in listed)
        ):
            kind = "a text" if is_day else "a list of texts"
            raise FilterError(f"'{name}' of the filter must be {kind}.")

    def texts(name: str) -> tuple[str, ...]:
        return tuple(map(_well_formed, value.get(name) or ()))

    return SourceFilter(
        texts("source"),
        texts("publisher"),
        value.get("since"),
        value.get("until"),
        texts("language"),
        texts("type"),
    )


def filter_from_text(text: str) -> SourceFilter | None:
    """Parses a filter from JSON text; an empty text means no filter. Raises FilterError."""
    try:
        return filter_from_json(json.loads(text)) if text else None
    except (ValueError, RecursionError):
        raise FilterError("the filter must be a JSON object, in a text.") from None


def turns_from_json(value: Any) -> list[Turn]:
    """Parses the history of a question; raises QuestionError unless it is a list of turns."""
    if not isinstance(value, list):
        raise QuestionError('the history must be a list of {"role": …, "content": …} objects.')
    turns = []
    for number, item in enumerate(value):
        role = item.get("role") if isinstance(item, dict) else None
        content = item.get("content") if isinstance(item, dict) else None
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise QuestionError(
                f'turn {number} of the history needs "role": "user" or "assistant" and '
                '"content": a text.'
            )
        # As in questions, a lone surrogate must not reach the tokenizer.
        turns.append(Turn(role, _well_formed(content)))
    return turns


def _line_json(answer: Answer) -> dict[str, Any] | None:
    line = answer.line
    if line is None:
        return None
    source_of = {citation.number: citation.source.id for citation in answer.citations}
    return {**asdict(line), "source": source_of[line.citations[0]]}


def _well_formed(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _applied_json(applied: AppliedFilter) -> dict[str, Any]:
    counts = {"admitted": applied.admitted, "undated": applied.undated}
    return {**filter_json(applied.only), **counts}


def _quote_json(quote: Quote) -> dict[str, Any]:
    return {
        "rank": quote.rank,
        "citations": list(quote.citations),
        "text": quote.text,
        "score": round(quote.score, SCORE_DIGITS),
        "source": source_json(quote.source),
        "start": quote.start,
        "end": quote.end,
        "locator": quote.locator,
        "place": quote.place or quote.locator,
        "ocr": ocr_of(quote.locator)[1],
        "side": quote.side,
        "section": list(quote.section),
        "highlights": [list(span) for span in quote.highlights],
        "answer": None if quote.answer is None else list(quote.answer),
        "evidence": _evidence_json(quote.evidence, quote.relevance),
    }


def _found_json(passage: FoundPassage) -> dict[str, Any]:
    return {
        "rank": passage.rank,
        "passage": passage.passage_id,
        "text": passage.text,
        "score": round(passage.score, SCORE_DIGITS),
        "start": passage.start,
        "end": passage.end,
        "locator": passage.locator,
        "ocr": ocr_of(passage.locator)[1],
        "section": list(passage.section),
        "highlights": [list(span) for span in passage.highlights],
    }


def _evidence_json(
    evidence: RankingEvidence | None, relevance: Relevance | None
) -> dict[str, dict[str, float]] | None:
    if evidence is None:
        return None
    return {
        name: {"value": round(value, SCORE_DIGITS), "weighed": round(weighed, SCORE_DIGITS)}
        for name, (value, weighed) in contributions(evidence, relevance).items()
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "passage": citation.passage_id,
        "source": source_json(citation.source),
        "start": citation.start,
        "end": citation.end,
        "locator": citation.locator,
        "ocr": ocr_of(citation.locator)[1],
        "section": list(citation.section),
    }
