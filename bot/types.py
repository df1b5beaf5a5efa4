"""The values that pass from room to room: frozen, slotted, and importing nothing of ours.

All offsets are code points into the extracted text of a source, half-open: `text[start:end]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Vectors: TypeAlias = npt.NDArray[np.float32]
Span: TypeAlias = tuple[int, int]
Spans: TypeAlias = npt.NDArray[np.int32]


class BlockKind(StrEnum):
    """What a block of a document is to its readers."""

    HEADING = "heading"
    QUESTION = "question"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A structural unit of a document: a slice of its text without the blank lines around it.

    `level` is the depth of a heading (1 is the top) and 0 for everything else. `skipped` names
    the reason why the block is boilerplate (a menu, a teaser, a date line); None means content.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The name of a place in the original, which holds from `start` to the next mark.

    "page 3", "slide 2", "sheet Mines, row 7", "00:01:02", "/mines/0/name". `divides` is set for
    one that its readers see as a break in the document, such as a page.
    """

    start: int
    name: str
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says about itself; None where it does not say."""

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of one file.

    `blocks` are in reading order, never overlap and cover every visible character of `text`.
    `marks` name the places of the original by which it is cited, in the order of the text; none
    where lines or paragraphs do.
    `first_line` is the line of the file on which `text` begins, None where lines mean nothing.
    `notes` are remarks for the person who runs the index, such as a guessed encoding.
    """

    text: str
    metadata: Metadata
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...] = ()
    first_line: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source without its text: what lists, citations and JSON show.

    `id` is derived from the file's content, `path` starts with the name of the corpus folder,
    `sha256` is that of the file's bytes and `also_at` lists further files of the same content.
    """

    id: str
    path: str
    title: str
    publisher: str | None
    author: str | None
    date: str | None
    url: str | None
    language: str | None
    format: str
    sha256: str
    also_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A document of the corpus: its description, its extracted text and that text's blocks."""

    info: SourceInfo
    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...] = ()
    first_line: int | None = None


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source as lists show it, with the size of what can be cited and of what was skipped."""

    info: SourceInfo
    passages: int
    characters: int
    skipped_blocks: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a source that can be cited: `source.text[start:end] == text`, always.

    `section` is the path of headings above it, outermost first; `locator` is where a reader
    of the original finds it ("page 3", "lines 14–18", "paragraphs 2–4").
    """

    id: str
    source_id: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    locator: str


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file of the corpus: the source it became, or the reason why it was skipped.

    `sha256` is that of its bytes, None when they could not be had.
    """

    path: str
    sha256: str | None
    source_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file of the corpus that could not be read, and why, in words that say what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question.

    `dense` is the cosine of passage and question, `lexical` the BM25 score, `interaction` how
    well the question's words are met by words of the passage, in [0, 1] and 0 for hits that were
    not compared so closely. `score` in [0, 1] joins them; by it hits are ranked.
    """

    row: int
    passage: Passage
    dense: float
    lexical: float
    interaction: float
    score: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


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


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """What one citation says where sources differ."""

    text: str
    citation: int


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


@dataclass(frozen=True, slots=True)
class CarriedTurn:
    """An earlier turn that the answer leaned on; `turn` counts the history from 0."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall time of an answer's steps in milliseconds."""

    encode: float
    search: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; `bot.contract` gives its JSON form.

    When `answered` is false, `quotes` are the closest passages and `notice` says so.
    `withheld` names passages that failed their check against the source and are not shown.
    `reworded` says what of the question was searched for in other words ("enviroment →
    environment"), and `unquoted` which phrases in quotes no passage has.
    """

    question: str
    answered: bool
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


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A step of an index run: `done` of `total` units of `stage`, now at `item`."""

    stage: Literal["reading", "embedding", "writing"]
    done: int
    total: int
    item: str = ""


ProgressListener: TypeAlias = Callable[[SyncProgress], None]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What an index run changed; the lists hold paths as `SourceInfo.path` gives them."""

    generation: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    unchanged: tuple[str, ...]
    skipped: tuple[SkippedFile, ...]
    passages: int
    embedded: int
    notes: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """True when the corpus had not changed since the last run."""
        return not (self.added or self.changed or self.removed or self.renamed)


@dataclass(frozen=True, slots=True)
class KeptGeneration:
    """A generation on disk; one that is not live answers nothing, but can be gone back to.

    `created` is in ISO 8601, UTC, None for one whose manifest cannot be read. `bytes_on_disk`
    leaves out the files that it shares with the live one.
    """

    number: int
    created: str | None
    bytes_on_disk: int
    is_live: bool


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the index, without loading the model.

    `bytes_on_disk` counts the files of the live generation; `created` is in ISO 8601, UTC. `kept`
    has every generation on disk, oldest first.
    """

    generation: int
    created: str
    model: str
    sources: int
    passages: int
    bytes_on_disk: int
    skipped: tuple[SkippedFile, ...] = ()
    kept: tuple[KeptGeneration, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of re-hashing every file and re-slicing every passage of a generation."""

    generation: int
    files: int
    sources: int
    passages: int
    faults: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Deletion:
    """Where a source is found that is said to have been removed.

    `remains` says where the live generation finds it, in words; nothing means that no question can
    reach it. `hidden_in` are segments of the live generation that still have it on disk, where
    nothing looks for it; `kept_in` are the other generations that have it. `rows` counts the
    passages that were looked through. Where all are empty, nothing tells a source that is gone
    from one that never was.
    """

    source_id: str
    generation: int
    rows: int
    remains: tuple[str, ...]
    kept_in: tuple[int, ...]
    hidden_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text in vector space.

    `vector` has unit length and shape (dimension,). `tokens` holds one unit vector a word piece,
    shape (pieces, token dimension), and `spans` where each piece stands in the text; a model
    without word pieces leaves both empty.
    """

    vector: Vectors
    tokens: Vectors
    spans: tuple[Span, ...]


class Reranker(Protocol):
    """Reads a question together with passages."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, in [0, 1]."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors that can be compared by their inner product."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights: equal fingerprints give comparable vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a text's vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Word pieces that are read of a text, special ones not counted."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        ...

    def encode(self, texts: Sequence[str]) -> Iterator[Encoded]:
        """Passages, one after another in the order of `texts`."""
        ...

    def encode_questions(self, questions: Sequence[str]) -> list[Encoded]:
        """Questions, which some models prompt in another way than passages."""
        ...
