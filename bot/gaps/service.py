"""Collects unanswered questions and feedback, and groups them for the owner."""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import PinciteError, UsageError
from ..types import Answer, Exchange, Vectors
from .clusters import MOST_QUESTIONS, Cluster, asked_before, clustered
from .log import LONGEST_NAME, LONGEST_TEXT, REASONS, GapLog, Remark, closing

if TYPE_CHECKING:
    from ..engine import Engine

VERDICTS = ("up", "down", "none")

# A question asked in the meantime waits for at most this many encodings.
ENCODED_AT_ONCE = 16

_log = logging.getLogger(__name__)


class GapService:
    """The gaps of one engine's index; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file = GapLog(engine.settings.notes)
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """Whether gaps are collected."""
        return self._engine.settings.collect_gaps

    def recording_gaps(self, ask: Callable[..., Answer]) -> Callable[..., Answer]:
        """Wraps `ask` so that unanswered questions are recorded.

        A question restricted to some sources is not recorded, because other sources may answer it.
        Of a question with several parts, the unanswered parts are recorded.
        """

        def asking(question: str, **options: Any) -> Answer:
            answer = ask(question, **options)
            asked = {part.answer.question: part.answer for part in answer.parts}
            gaps = [
                self._remark("unanswered", text, found)
                for text, found in (asked or {question: answer}).items()
                if not (found.answered or found.reply or found.filter)
            ]
            if self.is_open and gaps:
                try:
                    self._file.add(*gaps)
                except PinciteError:
                    # The answer must be returned even if the gap cannot be recorded.
                    _log.warning("A gap could not be noted.", exc_info=True)
            return answer

        return asking

    def judge(
        self, tab: str, exchange: Exchange, verdict: str, reason: str | None, text: str | None
    ) -> None:
        """Records feedback on an answer; "none" withdraws earlier feedback.

        Raises UsageError for an unknown verdict, IndexBusy or IndexUnwritable.
        """
        self.require_open()
        if verdict not in VERDICTS:
            raise UsageError(f"a verdict is one of {', '.join(VERDICTS)}.")
        if reason is not None and (reason not in REASONS or verdict != "down"):
            raise UsageError(f"a reason belongs to a thumb down: {', '.join(REASONS)}.")
        if exchange.answer is None:
            raise UsageError("there is no answer to judge: asking it ended with an error.")
        # The name of a tab is a secret, and the hash does not reveal it.
        id_ = hashlib.sha256(f"{tab}\n{exchange.asked}\n{exchange.question}".encode()).hexdigest()
        kind = "withdrawn" if verdict == "none" else verdict
        said = (text or "").strip()[:LONGEST_TEXT] if verdict == "down" else ""
        self._file.add(
            self._remark(kind, exchange.question, exchange.answer, id_[:16], reason, said or None)
        )

    def clusters(self) -> list[Cluster]:
        """Returns the open gaps, similar questions together; raises what the encoder raises."""
        self.require_open()
        asked = asked_before(self._file.remarks_in_force())
        return clustered(asked, self._encoded([one.question for one in asked]))

    def thumbs(self) -> dict[str, int]:
        """Returns the numbers of current thumbs, up and down."""
        kinds = [remark.kind for remark in self._file.remarks_in_force()]
        return {kind: kinds.count(kind) for kind in ("up", "down")}

    def close(self, questions: Sequence[str]) -> None:
        """Marks questions as dealt with. They return if they go unanswered again."""
        self.require_open()
        self._file.add(*closing(map(self._cut, questions), _now()))

    def require_open(self) -> None:
        """Raises UsageError if gaps are not collected."""
        if not self.is_open:
            raise UsageError("nothing is collected here: the setting collect_gaps is false.")

    def _remark(
        self,
        kind: str,
        question: str,
        answer: Answer,
        id_: str = "",
        reason: str | None = None,
        text: str | None = None,
    ) -> Remark:
        first = answer.citations[0] if answer.citations else None
        return Remark(
            time=_now(),
            question=self._cut(question),
            kind=kind,
            id=id_,
            reason=reason,
            text=text,
            generation=answer.generation,
            passage_id=first.passage_id[:LONGEST_NAME] if first else None,
            source_id=first.source.id[:LONGEST_NAME] if first else None,
            path=first.source.path[:LONGEST_NAME] if first else None,
        )

    def _cut(self, question: str) -> str:
        return question.strip()[: self._engine.settings.max_question_characters]

    def _encoded(self, questions: Sequence[str]) -> Vectors:
        """Returns the vectors of questions, encoding only those that are not cached."""
        with self._lock:
            wanted = [question for question in questions if question not in self._vectors]
            for begin in range(0, len(wanted), ENCODED_AT_ONCE):
                some = wanted[begin : begin + ENCODED_AT_ONCE]
                self._vectors.update(zip(some, self._engine.encode_questions(some), strict=True))
            found = [self._vectors[question] for question in questions]
            while len(self._vectors) > 2 * MOST_QUESTIONS:
                self._vectors.popitem(last=False)
        return np.stack(found) if found else np.empty((0, 0), dtype=np.float32)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
