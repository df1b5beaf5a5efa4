"""The owner's desk: what is noted while people ask, and what is made of it."""

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

# Whoever asks in the meantime waits for no more than these.
ENCODED_AT_ONCE = 16

_log = logging.getLogger(__name__)


class GapDesk:
    """Gaps of one engine's index; any thread may use it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._file = GapLog(engine.settings.notes)
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """Whether anything is collected at all."""
        return self._engine.settings.collect_gaps

    def watching(self, ask: Callable[..., Answer]) -> Callable[..., Answer]:
        """The same as `ask`, and notes what was not answered.

        What some sources alone don't answer is no gap: others may. Of a question with several parts
        it is those that are not answered.
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
                    # Not a reason to keep an answer from whoever asked.
                    _log.warning("A gap could not be noted.", exc_info=True)
            return answer

        return asking

    def judge(
        self, tab: str, exchange: Exchange, verdict: str, reason: str | None, text: str | None
    ) -> None:
        """Notes what somebody thinks of an answer; "none" takes back what was thought before.

        Raises UsageError for what is no verdict, IndexBusy or IndexUnwritable.
        """
        self.require_open()
        if verdict not in VERDICTS:
            raise UsageError(f"a verdict is one of {', '.join(VERDICTS)}.")
        if reason is not None and (reason not in REASONS or verdict != "down"):
            raise UsageError(f"a reason belongs to a thumb down: {', '.join(REASONS)}.")
        if exchange.answer is None:
            raise UsageError("there is no answer to judge: asking it ended with an error.")
        # The name of a tab is a secret, and cannot be found out from this.
        id_ = hashlib.sha256(f"{tab}\n{exchange.asked}\n{exchange.question}".encode()).hexdigest()
        kind = "withdrawn" if verdict == "none" else verdict
        said = (text or "").strip()[:LONGEST_TEXT] if verdict == "down" else ""
        self._file.add(
            self._remark(kind, exchange.question, exchange.answer, id_[:16], reason, said or None)
        )

    def clusters(self) -> list[Cluster]:
        """The gaps that are open, alike questions together; raises what the encoder raises."""
        self.require_open()
        asked = asked_before(self._file.standing())
        return clustered(asked, self._encoded([one.question for one in asked]))

    def thumbs(self) -> dict[str, int]:
        """How many thumbs stand, up and down."""
        kinds = [remark.kind for remark in self._file.standing()]
        return {kind: kinds.count(kind) for kind in ("up", "down")}

    def close(self, questions: Sequence[str]) -> None:
        """Notes that questions were dealt with; asked in vain again, they come back."""
        self.require_open()
        self._file.add(*closing(map(self._cut, questions), _now()))

    def require_open(self) -> None:
        """Raises UsageError when nothing is collected."""
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
        """The vectors of questions, each encoded once."""
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
