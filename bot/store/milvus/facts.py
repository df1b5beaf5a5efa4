"""The facts about a whole generation in Milvus: its manifest, lengths and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import IndexMismatch
from ...types import CorpusFile
from ..folder.approximation import Approximation
from ..folder.manifest import FileRecord, Manifest, SegmentRecord, Stamp, sealed
from ..folder.words import Tally
from .connection import Connection, Row
from .packing import packed, unpacked
from .schema import NOTHING, Parts
from .statistics import Lengths

FORMAT = 3

# The format before manifests named the corpus; it is still readable.
_READ_TOO = 2

# Parts of the word list in one row.
PARTS_A_ROW = 256

# The only segment in a manifest here; its files are collections.
SEGMENT = "collections"

MANIFEST, LENGTHS, ADOPTED = "manifest", "lengths", "adopted"


class Facts:
    """The collection of facts of one generation."""

    def __init__(self, connection: Connection, parts: Parts) -> None:
        self._connection = connection
        self._name = parts.facts

    def write(self, manifest: Manifest, lengths: Lengths, words: Tally) -> None:
        """Writes all facts, the manifest last; raises IndexUnwritable."""
        content = {
            "frequencies": dict(sorted(words.frequencies.items())),
            "acronyms": {short: longs for short, longs in sorted(words.acronyms.items()) if longs},
        }
        self._connection.insert(self._name, [self._row(LENGTHS, asdict(lengths))])
        self._connection.insert(self._name, self._in_rows("words", packed(content)))
        described = {"format": FORMAT, **asdict(manifest)}
        described["sha256"] = sealed(described)
        self._connection.insert(self._name, [self._row(MANIFEST, described)])

    def adopt(self) -> None:
        """Records that the generation went live."""
        self._connection.insert(self._name, [self._row(ADOPTED, True)], replacing=True)

    def is_adopted(self) -> bool:
        """Whether the generation was ever live."""
        return bool(self._connection.get(self._name, [ADOPTED], ["name"]))

    def manifest(self) -> Manifest:
        """The manifest; raises IndexDamaged, or IndexMismatch for another format."""
        content = self._value(MANIFEST)
        try:
            if content["format"] not in (FORMAT, _READ_TOO):
                raise IndexMismatch(
                    f"{self._connection.address}: {self._name} was written by another version of "
                    "pincite. Run: pincite index --rebuild"
                )
            if content.pop("sha256") != sealed(content):
                raise ValueError("it was altered")
            del content["format"]
            content["stamp"] = Stamp(**content["stamp"])
            content["unread"] = tuple(CorpusFile(**file) for file in content["unread"])
            content["segments"] = tuple(map(_segment, content["segments"]))
            return Manifest(**content)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._connection.damaged(f"the manifest in {self._name}: {error}") from error

    def corpus(self) -> str:
        """Returns the corpus name in a manifest of any format; "" if it has none."""
        content = self._value(MANIFEST)
        return str(content.get("corpus", "")) if isinstance(content, dict) else ""

    def lengths(self) -> Lengths:
        """Returns the total lengths of all searched fields; raises IndexDamaged."""
        try:
            return Lengths(**self._value(LENGTHS))
        except TypeError as error:
            raise self._connection.damaged(f"the lengths in {self._name}: {error}") from error

    def words(self) -> Tally:
        """The words of the corpus; raises IndexDamaged."""
        rows = self._connection.query(self._name, 'name like "words %"', ["name", "content"])
        parts = [part for row in sorted(rows, key=_name) for part in row["content"]]
        return Tally.read(_ascii("".join(parts)), Path(self._name))

    def _value(self, name: str) -> Any:
        rows = self._connection.get(self._name, [name], ["name", "content"])
        try:
            return unpacked(rows[0]["content"])
        except (IndexError, ValueError) as error:
            raise self._connection.damaged(f"{self._name} has no {name}") from error

    def _row(self, name: str, value: Any) -> Row:
        return {"name": name, "content": packed(value), **NOTHING}

    def _in_rows(self, name: str, parts: list[str]) -> Iterator[Row]:
        for number, begin in enumerate(range(0, len(parts), PARTS_A_ROW)):
            content = parts[begin : begin + PARTS_A_ROW]
            yield {"name": f"{name} {number:06d}", "content": content, **NOTHING}


def _segment(entry: dict[str, Any]) -> SegmentRecord:
    files = {name: FileRecord(**record) for name, record in entry["files"].items()}
    found = entry["approximation"]
    approximation = Approximation(**found) if found else None
    return SegmentRecord(entry["name"], tuple(entry["removed"]), files, approximation)


def _name(row: Row) -> str:
    return str(row["name"])


def _ascii(text: str) -> bytes:
    """Returns JSON text with all non-ASCII characters escaped, as words are parsed."""
    import json

    return json.dumps(json.loads(text), ensure_ascii=True).encode("ascii")
