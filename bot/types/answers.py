"""The values between a question and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from .documents import Passage, SourceInfo, Span
from .filters import AppliedFilter

# The longest gap between two list items: spaces and a bullet or number.
_LONGEST_MARK = 8


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class RankingEvidence:
    """The evidence that a passage answers a question. Each value is roughly in [0, 1].

    cosine                between the question and the passage with its title and headings
    lexical               the BM25F score as a share of the highest score the question allows
    interaction           how well the passage matches the question's words, weighted by rarity
    even_interaction      the same with equal weights
    sentence_cosine       between the question and the best sentence in its context
    sentence_interaction  how well the best sentence, in its context, matches the question's words
    question_cosine       between the question and the nearest question within the passage, if any

    `by_words` means that the encoder does not know the passage's language. Then words are matched
    literally, the sentence cosines are shares of matched words, and `cosine` is 0.
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
    """How the cross-encoder judges a passage when it reads it together with the question.

    `logit` is unbounded: the higher, the more likely the passage answers. `span` is the most likely
    short answer, as offsets into the passage's text. `chance` is the probability of that span,
    given that the passage answers. A passage without words has None and 0.
    """

    logit: float
    span: Span | None = None
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `dense` is the cosine of passage and question, `lexical` the BM25F score. Hits are ranked by
    `score`, which combines all the `evidence` and is in [0, 1]. `evidence` is None for hits that
    were not scored in detail. `via` is the approved question that led to the passage, if any.
    `relevance` is None for hits that the cross-encoder did not read.
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
    """A numbered reference to an exact passage of one source."""

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

    `citations` holds the number of its own citation first, then those of near-identical passages in
    other sources. `highlights` are spans of the source's text within the passage. `answer` is the
    one that states who, when, where or how many, if the question asks for that. `place` is the
    location of the highlights in the original: "page 2" for a passage whose `locator` is "pages
    1–2". It is "" in answers kept by earlier versions. `side` is the side of a comparison that this
    passage is about, in the words of the question; "" for any other passage. `evidence` is the
    basis of its rank, None for a passage that was not scored in detail. `relevance` is None for a
    passage that the cross-encoder did not read.
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
        """Whether this quote directly follows another in its source, ignoring a list marker."""
        gap = self.start - before.end
        return self.source.id == before.source.id and 0 <= gap <= _LONGEST_MARK


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """The value that one citation gives where sources differ.

    `span` is the value in the source's text, and `sentence` the sentence that contains it. Answers
    kept by earlier versions have neither.
    """

    text: str
    citation: int
    span: Span | None = field(default=None, compare=False)
    sentence: Span | None = field(default=None, compare=False)


class ConflictKind(StrEnum):
    """The kind of value in which sources differ.

    A name is the name of a person, a place, an organisation or a thing.
    """

    FIGURE = "figure"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Different values of one kind that the cited sources give for the same thing.

    `about` names the thing: what a figure counts, or the statement with "…" in the value's place.
    """

    about: str
    values: tuple[ConflictValue, ...]
    kind: ConflictKind = ConflictKind.FIGURE


class Purpose(StrEnum):
    """The purpose of a question. A question with none of the other purposes is a FACT."""

    FACT = "fact"
    LIST = "list"
    YES_OR_NO = "yes or no"
    COMPARISON = "comparison"
    OVERVIEW = "overview"
    DOCUMENT = "document"
    TALK = "talk"


class LineKind(StrEnum):
    """The form of the answer line: a few words, a list, or the one sentence that answers."""

    WORDS = "words"
    LIST = "list"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """The shortest answer: a slice of one source's text, from `start` to `end`.

    `citations` are the numbers of the passages that say it, its own first. `agreeing` counts the
    sources among them; `differing` counts the sources that give another value for the same thing.
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
    """The countable basis of the confidence.

    `words` counts the content words of the question, and `words_met` those that the first passages
    match. `missing` are names and words of the question that occur in no source. `latest` is the
    date of the latest source, set if the question names a later year.
    """

    words: int
    words_met: int
    missing: tuple[str, ...] = ()
    latest: str | None = None


class Talk(StrEnum):
    """The kinds of message that ask nothing of the sources."""

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
    """A source that a reply lists."""

    source_id: str
    title: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """pincite's own reply to a message that asks nothing of the sources.

    `holdings` are a few of its sources, and `sources` counts all of them. `questions` are examples
    of questions that the sources answer.
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
    """An earlier question used as context for this one; `turn` is its index in the history."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall-clock times of the steps of an answer, in milliseconds."""

    encode: float
    search: float
    total: float


@dataclass(frozen=True, slots=True)
class FoundCount:
    """The number of passages found for a question, and the number of sources they are in."""

    passages: int
    sources: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; `bot.export.answer_json` gives its JSON form.

    When the verdict is `UNANSWERED`, `quotes` are the closest passages and `notice` says so.
    `withheld` names passages that failed their check against the source and are not shown.
    `reworded` lists the rewordings used in the search ("enviroment → environment"). `unquoted`
    lists quoted phrases of the question that no passage contains. `line` is the shortest answer,
    set if it is likely enough to be right. `purpose` is the purpose of the question: the quotes of
    an overview are chosen to cover the topic and are in the order of their sources. `reply`
    replaces the answer if the message asks nothing of the sources. `filter` is the restriction to
    some sources, None for all. `found` counts the passages that `Engine.find` lists for the
    question, None if there are none.

    A question that asks for several things has one answer for each in `parts`, and a number means
    the same citation in all of them. Its own quotes are those of the answered parts. Its verdict is
    `ANSWERED` if all parts are answered and `UNSURE` if only some are. Its confidence is the lowest
    of the parts.
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
        """Whether the quotes answer the question or may answer it."""
        return self.verdict is not Verdict.UNANSWERED


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """One part of a question that asks for several things: its words, and its own answer.

    The question of the answer is the part reworded so that it can stand alone. What it takes from
    the rest of the question is in the answer's context, as a turn after the history.
    """

    text: str
    answer: Answer
