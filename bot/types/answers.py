"""A question's way through the conversation to its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from .documents import Passage, SourceInfo, Span
from .filters import AppliedFilter

# Blanks and marks between two items of a list.
_LONGEST_MARK = 8


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class RankingEvidence:
    """What speaks for a passage as the answer to a question, each about in [0, 1].

    cosine                of question and passage, its title and headings included
    lexical               its BM25F score, as a share of the highest that the question allows
    interaction           how well the question's words are met, each counting by its rarity
    even_interaction      the same with all words counting alike
    sentence_cosine       of the question and the best sentence, in its context
    sentence_interaction  how well the question's words are met by the best sentence in its context
    question_cosine       of the question and the nearest question within the passage, if it has any

    `by_words` says that the encoder does not know the passage's language: then words are met by
    words alone, the cosines of sentences are what their words meet, and the first is 0.
    """

    cosine: float
    lexical: float
    interaction: float
    even_interaction: float
    sentence_cosine: float
    sentence_interaction: float
    question_cosine: float
    by_words: bool = False


@dataclass(frozen=True, slots=True)
class Relevance:
    """What a passage has to say to a question, read as one with it by the cross-encoder.

    `logit` tells without bounds whether the passage answers. `span` are the likeliest few words,
    as offsets into its text, and `chance` is how likely they begin and end there if it answers;
    None and 0 where it has no words.
    """

    logit: float
    span: Span | None = None
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `dense` is the cosine of passage and question, `lexical` the BM25F score. Hits are ranked by
    their `score` in [0, 1], which joins all the `evidence`; that is None for hits that were not
    read closely. `via` is the approved question that led to the passage, if one did. `relevance`
    is None for hits that were not read by the cross-encoder.
    """

    row: int
    passage: Passage
    dense: float
    lexical: float
    score: float
    evidence: RankingEvidence | None = None
    via: Hit | None = None
    relevance: Relevance | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered pointer to the exact passage of one source."""

    number: int
    passage_id: str
    source: SourceInfo
    start: int
    end: int
    locator: str
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage as an answer shows it.

    `citations` holds the number of its own citation first, then those of near-identical
    passages in other sources. `highlights` are spans of the source's text within the passage;
    `answer` is the span among them that names who, when, where or how many, if that was asked.
    `place` is where a reader of the original finds the highlights: "page 2" of a passage whose
    `locator` is "pages 1–2"; answers that were kept by earlier versions have "".
    `side` is what a comparison sets against another and this passage tells of, in the words of the
    question; "" for any other passage.
    `evidence` is what its rank rests on, None for a passage that was not read closely, and so is
    `relevance`, None for one that the cross-encoder did not read.
    """

    rank: int
    citations: tuple[int, ...]
    text: str
    score: float
    source: SourceInfo
    start: int
    end: int
    locator: str
    section: tuple[str, ...]
    highlights: tuple[Span, ...]
    answer: Span | None = None
    evidence: RankingEvidence | None = None
    relevance: Relevance | None = None
    place: str = ""
    side: str = ""

    def follows(self, before: Quote) -> bool:
        """Whether it comes right after another in its source, but for the mark of a list item."""
        gap = self.start - before.end
        return self.source.id == before.source.id and 0 <= gap <= _LONGEST_MARK


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """What one citation says where sources differ.

    `span` is the value in the source's text, and `sentence` the sentence that has it; answers that
    were kept by earlier versions have neither.
    """

    text: str
    citation: int
    span: Span | None = field(default=None, compare=False)
    sentence: Span | None = field(default=None, compare=False)


class ConflictKind(StrEnum):
    """What sources differ in. A name is that of a person, a place, an organisation or a thing."""

    FIGURE = "figure"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A thing for which the cited sources give different values of one kind.

    `about` says which: what a figure counts, or the statement with "…" in the value's place.
    """

    about: str
    values: tuple[ConflictValue, ...]
    kind: ConflictKind = ConflictKind.FIGURE


class Purpose(StrEnum):
    """What a question is for. A fact is whatever none of the others is."""

    FACT = "fact"
    LIST = "list"
    YES_OR_NO = "yes or no"
    COMPARISON = "comparison"
    OVERVIEW = "overview"
    DOCUMENT = "document"
    TALK = "talk"


class LineKind(StrEnum):
    """What the answer line is: a few words, an enumeration, or the one sentence that answers."""

    WORDS = "words"
    LIST = "list"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """The shortest thing that answers: a slice of one source's text, from `start` to `end`.

    `citations` are the numbers of the passages that say it, its own first; `agreeing` counts the
    sources among them, `differing` the sources that give another value for the same thing.
    """

    kind: LineKind
    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    agreeing: int = 1
    differing: int = 0


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the confidence rests on, in countable things.

    Of the question's `words` that carry meaning the first passages meet `words_met`; `missing` are
    names and words of the question that occur in no source. `latest` is the date of the latest
    source where the question names a later year.
    """

    words: int
    words_met: int
    missing: tuple[str, ...] = ()
    latest: str | None = None


class Talk(StrEnum):
    """What somebody wants who asks nothing of the sources."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    IDENTITY = "identity"
    HELP = "help"
    ADDING = "adding"
    HOLDINGS = "holdings"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Holding:
    """A source that a reply names."""

    source_id: str
    title: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What pincite says for itself where nothing is asked of the sources.

    `holdings` are sources that it has, at most a few of `sources` in all; `questions` are some that
    the sources answer.
    """

    talk: Talk
    sources: int = 0
    holdings: tuple[Holding, ...] = ()
    questions: tuple[str, ...] = ()


class Verdict(StrEnum):
    """Whether the sources answer a question: yes, perhaps, or no."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class CarriedTurn:
    """An earlier question that the answer leaned on; `turn` counts the history from 0."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall time of an answer's steps in milliseconds."""

    encode: float
    search: float
    total: float


@dataclass(frozen=True, slots=True)
class FoundCount:
    """How many passages were found for a question, in how many sources."""

    passages: int
    sources: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; `bot.contract` gives its JSON form.

    When the verdict is `UNANSWERED`, `quotes` are the closest passages and `notice` says so.
    `withheld` names passages that failed their check against the source and are not shown.
    `reworded` says what of the question was searched for in other words ("enviroment →
    environment"), and `unquoted` which phrases in quotes no passage has. `line` is the shortest
    thing that answers, where it is likely enough to be right. `purpose` is what the question is
    for: an overview's quotes are chosen to cover the topic, in the order of their sources. `reply`
    stands in the place of an answer where nothing is asked of the sources. `filter` says to which
    sources the question was restricted, None for all. `found` counts the passages that
    `Engine.find` lists for the question, None where there are none.

    A question that asks for several things has an answer for each in `parts`, in which a number
    means the same citation. Its own quotes are those of the parts that are answered; its verdict is
    `ANSWERED` where all parts are and `UNSURE` where some are, and its confidence is the lowest of
    theirs.
    """

    question: str
    verdict: Verdict
    confidence: float
    generation: int
    context: tuple[CarriedTurn, ...]
    quotes: tuple[Quote, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]
    timings: Timings
    notice: str | None = None
    withheld: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    unquoted: tuple[str, ...] = ()
    purpose: Purpose = Purpose.FACT
    line: AnswerLine | None = None
    grounds: Grounds | None = None
    reply: Reply | None = None
    filter: AppliedFilter | None = None
    found: FoundCount | None = None
    parts: tuple[AnsweredPart, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the quotes answer the question or may do so."""
        return self.verdict is not Verdict.UNANSWERED


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """A part of a question that asks for several things: its words there, and its own answer.

    The question of the answer is the part worded so that it can be asked alone, and what the part
    leaned on in the rest of the question is in the answer's context, as a turn after the history.
    """

    text: str
    answer: Answer
