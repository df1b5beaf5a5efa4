"""A question made ready: how it is searched for, and what evidence is measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..conversation import carried, depends_on_context
from ..identifiers import Identifier, identifiers
from ..phrasing import Phrasing, phrased
from ..queries import Query, prepared
from ..ranking import logit
from ..retrieval import retrieve
from ..settings import Settings
from ..store import GenerationReader
from ..terms import terms
from ..types import CarriedTurn, Encoder, Hit, Span, Turn
from .answer_types import AnswerType, asked_for
from .asked_language import language_among
from .evidence import Name, names
from .wanted import Sought, sought

# Share of the score for a question with its acronyms spelled out, beside 1 for the question.
OTHER_FORMS_WEIGHT = 0.2

# By how much the best passage for a question together with the ones before it must be better, as
# a logit, than the best for the question alone, for the question to lean on them though its
# wording does not say so; and how many passages are read closely to tell.
HELPED = 1.0
COMPARED = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready to search with.

    `phrasing` is how it is searched for, and `leans` are the earlier questions that it leans on;
    `whole` is it after them where its wording points back, else it alone.
    `meaning` is what evidence is measured against: for a question that leans on others, all
    together; `words` has the places of the word pieces of each of its words that carries meaning.
    `rarity` weighs the question's own terms, `identifiers` are the numbered things that it names,
    `kind` is the kind of thing that it asks for, and `sought` tells of the few words that would
    answer it. `encoding` is how many seconds the encoder took.
    """

    phrasing: Phrasing
    leans: tuple[CarriedTurn, ...]
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
        """As which language the words of the question are analysed."""
        return self.meaning.language


def prepare(
    generation: GenerationReader,
    encoder: Encoder,
    settings: Settings,
    question: str,
    history: Sequence[Turn] = (),
    candidates: int = 0,
) -> Asked:
    """Puts a question into the corpus' words, encodes it, alone and together with the questions
    before it that it leans on, and weighs its words.

    So many `candidates` are looked for meanwhile, as many as the settings say if it is 0, unless
    a quoted phrase says which are any.
    """
    language = language_among(question, generation.languages)
    phrasing = phrased(
        question,
        generation.words,
        occurs=generation.occurs,
        language=language,
        is_common=lambda word: encoder.count_tokens([word])[0] == 1,
    )
    candidates = candidates or settings.candidates
    own = phrasing.corrected
    leans = _fitting(carried(history), own, encoder)
    together = _together(leans, own)
    forms = [(phrasing.text, OTHER_FORMS_WEIGHT)] if phrasing.text != own else []
    found = prepared(
        generation,
        encoder,
        [(own, 1.0), *forms, *([(together, 1.0)] if leans else [])],
        candidates=0 if phrasing.phrases else candidates,
        language=language,
    )
    alone, last = found.queries[0], found.queries[-1]
    if leans and _is_strange(generation, encoder, own, language):
        leans, together = (), own
    elif leans and not depends_on_context(question):
        gained = _best(generation, settings, last, candidates) - _best(
            generation, settings, alone, candidates
        )
        if gained < HELPED:
            leans, together = (), own
    meaning = last if leans else alone
    said = (own, *(turn.text for turn in reversed(leans)))
    pieces = meaning.encoded.spans
    named = _own_figures(names(together, pieces, language), pieces, len(together) - len(own))
    return Asked(
        phrasing=phrasing,
        leans=leans,
        whole=together if depends_on_context(question) else own,
        queries=tuple(found.queries[: 1 + len(forms) + bool(leans)]),
        meaning=meaning,
        names=named,
        words=tuple(places for _, places in meaning.words),
        rarity={term: found.rarity[term] for term in set(alone.terms or meaning.terms)},
        identifiers=next(filter(None, map(identifiers, said)), ()),
        kind=asked_for(own),
        sought=sought(own, together, pieces, found.rarity, named, leans[-1].text if leans else ""),
        encoding=found.encoding,
    )


def _is_strange(
    generation: GenerationReader, encoder: Encoder, question: str, language: str
) -> bool:
    """Whether a question has words of which neither the corpus nor the encoder knows one: what was
    asked before does not explain "asdfgh".
    """
    words = [word for word in question.split() if terms(word, language)]
    return bool(words) and not any(
        any(map(generation.document_frequency, terms(word, language)))
        or encoder.count_tokens([word.strip(".,;:!?")])[0] == 1
        for word in words
    )


def _together(leans: Sequence[CarriedTurn], own: str) -> str:
    return " ".join((*(turn.text for turn in leans), own))


def _fitting(leans: tuple[CarriedTurn, ...], own: str, encoder: Encoder) -> tuple[CarriedTurn, ...]:
    """The last of the earlier questions that the encoder reads whole together with this one."""
    while leans and encoder.count_tokens([_together(leans, own)])[0] > encoder.max_tokens:
        leans = leans[1:]
    return leans


def _own_figures(found: Sequence[Name], pieces: Sequence[Span], start: int) -> tuple[Name, ...]:
    """Names without the figures of earlier questions, where this one, which starts there, has
    figures itself: "and well 48?" is not about well 47.
    """
    earlier = [name for name in found if name.is_figure and pieces[name.pieces[0]][0] < start]
    if len(earlier) == sum(name.is_figure for name in found):
        return tuple(found)
    return tuple(name for name in found if name not in earlier)


def search(
    generation: GenerationReader,
    settings: Settings,
    asked: Asked,
    candidates: int,
    phrases: Sequence[str] = (),
) -> list[Hit]:
    """The passages found, best first; with `phrases`, only those that have all of them."""
    return retrieve(
        generation,
        asked.queries,
        dense_weight=settings.dense_weight,
        candidates=candidates,
        phrases=phrases,
        identifiers=asked.identifiers,
    )


def _best(generation: GenerationReader, settings: Settings, query: Query, candidates: int) -> float:
    """The logit of the best passage for one query."""
    hits = retrieve(
        generation,
        [query],
        dense_weight=settings.dense_weight,
        candidates=candidates,
        closely=COMPARED,
    )
    return max((logit(hit.evidence) for hit in hits if hit.evidence), default=0.0)
