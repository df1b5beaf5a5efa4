"""The log of gaps: a file in the index folder with one JSON line per remark.

Lines are appended and never edited; only the oldest are trimmed. A later remark with the same `id`
replaces or withdraws an earlier one. A "closed" line marks a question as dealt with. The log does
not record who asked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from ..errors import IndexBusy, IndexUnwritable
from ..text.terminal_escaping import json_line

KINDS: Final = ("unanswered", "down", "up", "withdrawn", "closed")
"""An unanswered question, a thumb down or up, a withdrawn thumb, and a question dealt with."""

REASONS: Final = ("wrong passage", "incomplete", "out of date", "other")
"""The reasons for a thumb down."""

LONGEST_TEXT = 500

# A browser may send anything as a path when it restores a conversation after a restart.
LONGEST_NAME = 1_000

KEPT = 10_000
KEPT_BYTES = 32_000_000

# The log is trimmed only when it exceeds its limit by this factor, so that not every line rewrites
# it.
SLACK = 1.1

# The minimum length of a line. A file too small to exceed the limit is not counted.
_SHORTEST_LINE = 60
_PATIENCE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the log.

    `time` is in ISO 8601, UTC; `kind` is one of KINDS. A later remark with the same `id` replaces
    this one; "" is for a remark that nothing replaces. `passage_id`, `source_id` and `path` are
    those of the first citation, and `generation` is the one that answered.
    """

    time: str
    question: str
    kind: str
    id: str = ""
    reason: str | None = None
    text: str | None = None
    generation: int | None = None
    passage_id: str | None = None
    source_id: str | None = None
    path: str | None = None


class GapLog:
    """The log file of an index folder. Any thread or process may append to it."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        """Keeps the newest `kept` lines."""
        self._file = folder / "gaps.jsonl"
        self._kept = kept

    def add(self, *remarks: Remark) -> None:
        """Appends remarks in one write; raises IndexBusy or IndexUnwritable."""
        lines = b"".join(json_line(_present(remark)).encode() + b"\n" for remark in remarks)
        with self._writing():
            with self._file.open("a+b") as stream:
                if _is_torn(stream):
                    lines = b"\n" + lines
                stream.write(lines)
                size = stream.tell()
            if size > min(SLACK * KEPT_BYTES, SLACK * self._kept * _SHORTEST_LINE):
                self._cut()

    def remarks(self) -> Iterator[Remark]:
        """Yields the remarks in the order of the log, without lines that cannot be parsed, such as
        one that was cut off by a crash.
        """
        try:
            lines = self._file.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        except OSError as error:
            raise self._unwritable(error) from error
        for line in lines:
            remark = _remark(line)
            if remark is not None:
                yield remark

    def remarks_in_force(self) -> list[Remark]:
        """Returns the remarks in force: the last for each id, without withdrawn and closed ones."""
        held: dict[str, Remark] = {}
        ids: dict[str, list[str]] = {}
        for number, remark in enumerate(self.remarks()):
            question = same(remark.question)
            if remark.kind == "closed":
                for id_ in ids.pop(question, ()):
                    held.pop(id_, None)
                continue
            held.pop(remark.id, None)
            if remark.kind != "withdrawn":
                id_ = remark.id or f"line {number}"
                held[id_] = remark
                ids.setdefault(question, []).append(id_)
        return list(held.values())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._file.with_suffix(".lock"), timeout=_PATIENCE_SECONDS):
                yield
        except Timeout:
            raise IndexBusy(f"{self._file} is being written. Try again in a moment.") from None
        except OSError as error:
            raise self._unwritable(error) from error

    def _cut(self) -> None:
        lines = [line for line in self._file.read_bytes().split(b"\n") if line]
        if len(lines) <= SLACK * self._kept and sum(map(len, lines)) <= SLACK * KEPT_BYTES:
            return
        kept = lines[-self._kept :]
        size = sum(map(len, kept))
        while size > KEPT_BYTES:
            size -= len(kept.pop(0))
        beside = self._file.with_suffix(".next")
        beside.write_bytes(b"".join(line + b"\n" for line in kept))
        beside.replace(self._file)

    def _unwritable(self, error: OSError) -> IndexUnwritable:
        reason = error.strerror or str(error)
        return IndexUnwritable(
            f"{self._file} cannot be used: {reason}. Check its permissions and the space left."
        )


def same(question: str) -> str:
    """Normalises a question, so that case and whitespace make no difference."""
    return " ".join(question.split()).casefold()


def closing(questions: Iterable[str], time: str) -> list[Remark]:
    """Returns the log lines that mark questions as dealt with."""
    return [Remark(time, question, "closed") for question in questions]


def _present(remark: Remark) -> dict[str, Any]:
    return {name: value for name, value in asdict(remark).items() if value not in (None, "")}


def _remark(line: bytes) -> Remark | None:
    try:
        value = json.loads(line)
        known = {field.name: value[field.name] for field in fields(Remark) if field.name in value}
        remark = Remark(**known)
    except (ValueError, TypeError, RecursionError):
        return None
    texts = (remark.time, remark.question, remark.kind, remark.id)
    beside = (remark.reason, remark.text, remark.passage_id, remark.source_id, remark.path)
    if not all(isinstance(text, str) for text in texts) or remark.kind not in KINDS:
        return None
    if not all(text is None or isinstance(text, str) for text in beside):
        return None
    return remark if remark.generation is None or isinstance(remark.generation, int) else None


def _is_torn(stream: Any) -> bool:
    """Whether a file ends within a line, because its writer was killed."""
    if stream.seek(0, os.SEEK_END) == 0:
        return False
    stream.seek(-1, os.SEEK_END)
    return bool(stream.read(1) != b"\n")
