"""The log of gaps: one line of JSON for each remark, in the index folder, never edited.

A remark that is taken back or changed is followed by another with the same `id`; questions that
were dealt with are followed by a line that closes them. Who asked is written nowhere.
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

from ..display import json_line
from ..errors import IndexBusy, IndexUnwritable

KINDS: Final = ("unanswered", "down", "up", "withdrawn", "closed")
"""A question without an answer, a thumb, a thumb taken back, and a question dealt with."""

REASONS: Final = ("wrong passage", "incomplete", "out of date", "other")
"""Why an answer was not what was looked for."""

LONGEST_TEXT = 500

# Of what a browser gave back after a restart, anything may be claimed to be a path.
LONGEST_NAME = 1_000

KEPT = 10_000
KEPT_BYTES = 32_000_000

# The log is cut only once it is longer than it may be by this factor: not at every line.
SLACK = 1.1

# A line is never shorter, so that a small file need not be counted.
_SHORTEST_LINE = 60
_PATIENCE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the log.

    `time` is in ISO 8601, UTC; `kind` is one of KINDS. `id` names what was remarked on, so that a
    later remark takes its place; "" for what stands by itself. `passage_id`, `source_id` and
    `path` are those of the first citation, and `generation` is that which answered.
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
    """The file of an index folder; any thread and process may add to it."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        """The newest `kept` lines stay."""
        self._file = folder / "gaps.jsonl"
        self._kept = kept

    def add(self, *remarks: Remark) -> None:
        """Appends remarks in one piece; raises IndexBusy or IndexUnwritable."""
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
        """The remarks in the order of the log; lines that are none, such as a torn one, are left
        out.
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

    def standing(self) -> list[Remark]:
        """The remarks that hold: the last with each id, without what was taken back or closed."""
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
    """What questions have in common that differ in capitals and blanks only."""
    return " ".join(question.split()).casefold()


def closing(questions: Iterable[str], time: str) -> list[Remark]:
    """The lines that say that questions were dealt with."""
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
    """Whether a file ends within a line, as one does whose writer was killed."""
    if stream.seek(0, os.SEEK_END) == 0:
        return False
    stream.seek(-1, os.SEEK_END)
    return bool(stream.read(1) != b"\n")
