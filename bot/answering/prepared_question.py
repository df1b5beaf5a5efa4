"""Prepares a question: the queries to search with, and what evidence is measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..retrieval.follow_ups import carried, depends_on_context
from ..retrieval.queries import Query, prepare_query
from ..retrieval.ranking import logit
from ..retrieval.search import retrieve
from ..settings import Settings
from ..store import GenerationReader
from ..text.identifiers import Identifier, identifiers
from ..text.rewriting import Phrasing, rewrite_question
from ..text.terms import terms
from ..types import CarriedTurn, Encoder, Hit, Span, Turn
from .question.answer_types import AnswerType, asked_for
from .question.coverage import Name, names
from .question.language import language_among
from .spans.wanted import Sought, sought

# Weight of the query with acronyms spelled out; the question itself has weight 1.
OTHER_FORMS_WEIGHT = 0.2

# A question whose wording does not point back still depends on earlier questions if adding them
# improves the best passage by HELPED logits. COMPARED passages are read closely to decide.
HELPED = 1.0
COMPARED = 10


@dataclass(frozen=True, slots=True)
class PreparedQuestion:
    """A question that is ready to search with.

    `phrasing` is the rewritten question. `follow_up_turns` are the earlier questions that it
    depends on. `whole` is the question after those if its wording points back, else the question
    alone. `meaning` is what evidence is measured against: the question together with those it
    depends on. `words` has, for each content word, the places of its word pieces. `rarity` weighs
    the question's own terms. `identifiers` are the numbered things that it names, `kind` is the
    kind of thing that it asks for, and `sought` describes the few words that would answer it.
    `encoding` is the encoder's time in seconds.
    """

    phrasing: Phrasing
    follow_up_turns: tuple[CarriedTurn, ...]
    whole: str
    queries: tuple[Query, ...]
    meaning: Query
    names: tuple[Name, ...]
    words: tuple[tuple[int, ...], ...]
    rarity: Mapping[str, float]
    identifiers: tuple[Identifier, ...]
    kind: AnswerType | None
    sought: Sought | None
    encoding: float

    @property
    def language(self) -> str:
        """The language in which the question's words are analysed."""
        return self.meaning.language


def prepare(
    generation: GenerationReader,
    encoder: Encoder,
    settings: Settings,
    question: str,
    history: Sequence[Turn] = (),
    candidates: int = 0,
) -> PreparedQuestion:
    """Rewrites a question in the corpus' words, encodes it and weighs its words.

    The question is encoded alone and together with the earlier questions that it depends on.
    Meanwhile the search collects `candidates` (from the settings if 0), unless a quoted phrase
    selects the passages.
    """
    language = language_among(question, generation.languages)
    phrasing = rewrite_question(
        question,
        generation.words,
        occurs=generation.occurs,
        language=language,
        is_common=lambda word: encoder.count_tokens([word])[0] == 1,
    )
    candidates = candidates or settings.candidates
    own = phrasing.corrected
    follow_up_turns = _turns_that_fit(carried(history), own, encoder)
    together = _joined_text(follow_up_turns, own)
    forms = [(phrasing.text, OTHER_FORMS_WEIGHT)] if phrasing.text != own else []
    found = prepare_query(
        generation,
        encoder,
        [(own, 1.0), *forms, *([(together, 1.0)] if follow_up_turns else [])],
        candidates=0 if phrasing.phrases else candidates,
        language=language,
    )
    alone, last = found.queries[0], found.queries[-1]
    if follow_up_turns and _is_strange(generation, encoder, own, language):
        follow_up_turns, together = (), own
    elif follow_up_turns and not depends_on_context(question):
        gained = _best(generation, settings, last, candidates) - _best(
            generation, settings, alone, candidates
        )
        if gained < HELPED:
            follow_up_turns, together = (), own
    meaning = last if follow_up_turns else alone
    said = (own, *(turn.text for turn in reversed(follow_up_turns)))
    pieces = meaning.encoded.spans
    named = _own_figures(names(together, pieces, language), pieces, len(together) - len(own))
    return PreparedQuestion(
        phrasing=phrasing,
        follow_up_turns=follow_up_turns,
        whole=together if depends_on_context(question) else own,
        queries=tuple(found.queries[: 1 + len(forms) + bool(follow_up_turns)]),
        meaning=meaning,
        names=named,
        words=tuple(places for _, places in meaning.words),
        rarity={term: found.rarity[term] for term in set(alone.terms or meaning.terms)},
        identifiers=next(filter(None, map(identifiers, said)), ()),
        kind=asked_for(own),
        sought=sought(
            own,
            together,
            pieces,
            found.rarity,
            named,
            follow_up_turns[-1].text if follow_up_turns else "",
        ),
        encoding=found.encoding,
    )


def _is_strange(
    generation: GenerationReader, encoder: Encoder, question: str, language: str
) -> bool:
    """Whether neither the corpus nor the encoder knows any word of a question.

    Earlier questions don't explain "asdfgh".
    """
    words = [word for word in question.split() if terms(word, language)]
    return bool(words) and not any(
        any(map(generation.document_frequency, terms(word, language)))
        or encoder.count_tokens([word.strip(".,;:!?")])[0] == 1
        for word in words
    )


def _joined_text(follow_up_turns: Sequence[CarriedTurn], own: str) -> str:
    return " ".join((*(turn.text for turn in follow_up_turns), own))


def _turns_that_fit(
    follow_up_turns: tuple[CarriedTurn, ...], own: str, encoder: Encoder
) -> tuple[CarriedTurn, ...]:
    """Drops the oldest earlier questions until the encoder can read the rest with this one."""
    while (
        follow_up_turns
        and encoder.count_tokens([_joined_text(follow_up_turns, own)])[0] > encoder.max_tokens
    ):
        follow_up_turns = follow_up_turns[1:]
    return follow_up_turns


def _own_figures(found: Sequence[Name], pieces: Sequence[Span], start: int) -> tuple[Name, ...]:
    """Drops the names with figures from earlier questions if this question has figures itself.

    "and well 48?" is not about well 47. `start` is where this question begins.
    """
    earlier = [name for name in found if name.is_figure and pieces[name.pieces[0]][0] < start]
    if len(earlier) == sum(name.is_figure for name in found):
        return tuple(found)
    return tuple(name for name in found if name not in earlier)


def search(
    generation: GenerationReader,
    settings: Settings,
    asked: PreparedQuestion,
    candidates: int,
    phrases: Sequence[str] = (),
) -> list[Hit]:
    """Returns the passages found, best first; with `phrases`, only those that have all of them."""
    return retrieve(
        generation,
        asked.queries,
        dense_weight=settings.dense_weight,
        candidates=candidates,
        phrases=phrases,
        identifiers=asked.identifiers,
    )


def _best(generation: GenerationReader, settings: Settings, query: Query, candidates: int) -> float:
    """Returns the logit of the best passage for one query."""
    hits = retrieve(
        generation,
        [query],
        dense_weight=settings.dense_weight,
        candidates=candidates,
        closely=COMPARED,
    )
    return max((logit(hit.evidence) for hit in hits if hit.evidence), default=0.0)
