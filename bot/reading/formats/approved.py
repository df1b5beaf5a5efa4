"""Approved questions: a file in the corpus that maps questions to the passages that answer them.

Each line is a JSON object. The document holds the question, which is searched, and below it the
JSON line, which is not: it identifies the passage to show instead of the question.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

from ...errors import ReadError
from ...types import Block, BlockKind, Document, Mark, Metadata, Source
from ..common.characters import one_line
from ..common.decoding import decode

FILE_NAME: Final = "approved-questions.jsonl"

KIND: Final = "approved questions"
"""Replaces the suffix for such a file, which has its own reader."""

_SKIPPED = "approved passage"
_NAMED_BAD_LINES = 5


@dataclass(frozen=True, slots=True)
class ApprovedQuestion:
    """A question and the passage that a person approved as its answer.

    `source` is the path and `sha256` the hash of the source's bytes on the day `approved`. The
    passage is identified by its offsets `start` and `end` in the text and by its own SHA-256,
    because the file must not keep the words of a removed source.
    """

    question: str
    source: str
    sha256: str
    start: int
    end: int
    passage_sha256: str
    approved: str


def is_approved_questions(path: str) -> bool:
    """Whether a corpus path, which starts with the name of the folder, is this file."""
    folder, _, rest = path.partition("/")
    return bool(folder) and rest == FILE_NAME


def sha256_of(passage: str) -> str:
    """Returns the SHA-256 that identifies the words of a passage."""
    return hashlib.sha256(passage.encode()).hexdigest()


def line_of(approved: ApprovedQuestion) -> str:
    """Returns an approved question as a line of the file, without the newline."""
    return json.dumps(asdict(approved), ensure_ascii=False)


def parsed(line: str) -> ApprovedQuestion | None:
    """Returns the approved question in a line; None if the line is invalid."""
    try:
        value = json.loads(line)
        found = ApprovedQuestion(**{name: value[name] for name in ApprovedQuestion.__slots__})
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    texts = (found.question, found.source, found.sha256, found.passage_sha256, found.approved)
    if not all(isinstance(text, str) for text in texts) or not one_line(found.question):
        return None
    places = (found.start, found.end)
    if not all(type(place) is int for place in places) or not 0 <= found.start < found.end:
        return None
    return found


def read_approved(data: bytes) -> Document:
    """Returns the document of a file of approved questions; invalid lines are noted.

    Raises ReadError if no line is valid.
    """
    decoded = decode(data)
    parts: list[str] = []
    blocks: list[Block] = []
    marks: list[Mark] = []
    bad = []
    length = 0
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        approved = parsed(line)
        if approved is None:
            bad.append(number)
            continue
        marks.append(Mark(length, f"line {number}"))
        for text, skipped in ((one_line(approved.question), None), (line.strip(), _SKIPPED)):
            end = length + len(text)
            blocks.append(Block(length, end, BlockKind.PARAGRAPH, skipped=skipped))
            parts.append(text)
            length = end + 2
    if not blocks:
        raise ReadError("no line of it is an approved question. Approve one under Gaps.")
    metadata = Metadata(title="Approved questions")
    notes = [f"line {number} is no approved question" for number in bad[:_NAMED_BAD_LINES]]
    text = "\n\n".join(parts)
    return Document(text, metadata, tuple(blocks), tuple(marks), notes=(*decoded.notes, *notes))


def approved_at(source: Source, place: int) -> ApprovedQuestion | None:
    """Returns the approved question at an offset of the text that `read_approved` made."""
    below = (block for block in source.blocks if block.skipped == _SKIPPED and block.end > place)
    block = next(below, None)
    return parsed(source.text[block.start : block.end]) if block else None
