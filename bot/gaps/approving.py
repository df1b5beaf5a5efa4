"""Reads and changes the file of approved questions in the corpus."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from filelock import FileLock, Timeout

from ..answering.redirection import approved_source
from ..errors import IndexBusy, UsageError
from ..reading.formats.approved import (
    FILE_NAME,
    ApprovedQuestion,
    is_approved_questions,
    line_of,
    parsed,
    sha256_of,
)
from ..types import SourceInfo
from .log import same

if TYPE_CHECKING:
    from ..engine import Engine

_PATIENCE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class ApprovedState:
    """An approved question with its source and passage; both are None if the passage is gone."""

    approved: ApprovedQuestion
    source: SourceInfo | None
    passage: str | None

    @property
    def state(self) -> Literal["answers", "gone"]:
        """Whether the passage can still be quoted."""
        return "gone" if self.source is None else "answers"


def approve(engine: Engine, question: str, passage_id: str) -> ApprovedQuestion:
    """Records that a passage answers a question, replacing an earlier entry for the question.

    It takes effect at the next sync. Raises QuestionError, PassageUnknown, SourceGone, UsageError,
    CorpusMissing, IndexBusy, and what reading the index raises.
    """
    engine.check_question(question)
    passage = engine.passage(passage_id)
    info = engine.source(passage.source_id).info
    if is_approved_questions(info.path):
        raise UsageError("an approved question is no passage of a document. Choose another.")
    approved = ApprovedQuestion(
        question=" ".join(question.split()),
        source=info.path,
        sha256=info.sha256,
        start=passage.start,
        end=passage.end,
        passage_sha256=sha256_of(passage.text),
        approved=datetime.now(UTC).date().isoformat(),
    )
    line = line_of(approved)
    # A line that cannot be parsed again would be lost silently at the next run.
    if parsed(line) is None:
        raise UsageError("the question has no words that can be kept. Write it in other words.")
    _rewrite(engine, lambda lines: [*_without(lines, approved.question), line])
    return approved


def withdraw(engine: Engine, question: str) -> None:
    """Removes a question, and the file with its last line; raises as `approve`."""
    _rewrite(engine, lambda lines: _without(lines, question))


def approved_questions(engine: Engine) -> list[ApprovedState]:
    """Returns the questions in the file, latest first."""
    found = [one for line in _lines(_file(engine)) if (one := parsed(line)) is not None]
    if not found:
        return []
    infos = [summary.info for summary in engine.sources()]

    def text_of(source_id: str) -> str:
        return engine.source(source_id).text

    standing = []
    for one in reversed(found):
        source = approved_source(infos, text_of, one)
        passage = text_of(source.id)[one.start : one.end] if source else None
        standing.append(ApprovedState(one, source, passage))
    return standing


def _file(engine: Engine) -> Path:
    return engine.settings.corpus / FILE_NAME


def _without(lines: list[str], question: str) -> list[str]:
    """Returns the lines without those of a question; lines that are not approved questions stay."""
    gone = same(question)
    kept = []
    for line in lines:
        approved = parsed(line)
        if approved is None or same(approved.question) != gone:
            kept.append(line)
    return kept


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file.name} in the corpus cannot be read: {error}. Mend it.") from error
    return [line for line in text.split("\n") if line.strip()]


def _rewrite(engine: Engine, changed: Callable[[list[str]], list[str]]) -> None:
    engine.require_corpus()
    file = _file(engine)
    # Hidden, so that a sync does not take the temporary file for a document.
    beside = file.with_name(f".{file.name}.next")
    try:
        engine.settings.notes.mkdir(parents=True, exist_ok=True)
        with FileLock(engine.settings.notes / "approved.lock", timeout=_PATIENCE_SECONDS):
            lines = changed(_lines(file))
            if not lines:
                file.unlink(missing_ok=True)
                return
            with beside.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write("".join(f"{line}\n" for line in lines))
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(file)
    except Timeout:
        raise IndexBusy(f"{file.name} is being written. Try again in a moment.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{file.name} cannot be stored in the corpus: {reason}.") from error
