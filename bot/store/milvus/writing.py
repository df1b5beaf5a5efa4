"""Writes a generation into its own collections: new sources, and copies of unchanged ones.

Every unchanged passage is read from the previous generation and inserted again, with its vector and
terms, under its new row; its word pieces stay where they are. A generation therefore costs about as
much as its passages take, even for a small change, but embeds nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from ...types import Passage
from ..folder.approximation import Approximation, VectorRules
from ..folder.catalog import Entry
from ..folder.embeddings import parsed
from ..folder.manifest import FileRecord, Manifest, SegmentRecord, Stamp
from ..folder.words import Tally
from ..protocols import Change
from . import schema
from .connection import ROWS_PER_CALL, SOURCES_PER_CALL, Connection, Row
from .embedded import EmbeddedRecords
from .facts import SEGMENT, Facts
from .generation import MilvusGeneration
from .rows import WHOLE, WRITTEN, Digest, passage_row, source_row
from .schema import NOTHING, Parts
from .statistics import Statistics

# New passages whose records are fetched per call; they take about 15 kB each.
EMBEDDED_AT_ONCE = 500

# Milvus chooses the index, so lists and recall are unknown.
CHOSEN_BY_MILVUS = Approximation(lists=0, probes=0, recall=0.0, questions=0)

# The fields of a term, in the order in which they are hashed.
COUNTED = ("term", "texts")


@dataclass(frozen=True, slots=True)
class _Part:
    """A source of the new generation: a new one, or its place in the previous generation."""

    path: str
    passages: int
    entry: Entry | None
    first_row: int = 0
    place: int = 0


def write(
    connection: Connection,
    parts: Parts,
    embedded: EmbeddedRecords,
    before: MilvusGeneration | None,
    change: Change,
    stamp: Stamp,
    dimension: int,
    number: int,
    rules: VectorRules,
) -> Manifest:
    """Writes all collections of a generation and returns its manifest; raises IndexUnwritable."""
    ordered = _ordered(before, change)
    total = sum(part.passages for part in ordered)
    is_exact = total <= rules.exact_up_to
    connection.create(parts.passages, schema.passages(dimension, is_exact=is_exact))
    for name, define in (
        (parts.sources, schema.sources),
        (parts.terms, schema.terms),
        (parts.facts, schema.facts),
    ):
        connection.create(name, define)
    words = _words(before, change)
    statistics = Statistics()
    digests = {
        "passages": Digest(WHOLE),
        "sources": Digest(WRITTEN),
        "terms": Digest(COUNTED),
    }
    rows = _passages(ordered, embedded, before, statistics)
    connection.insert(parts.passages, _hashed(rows, digests["passages"]))
    sources = _sources(ordered, before)
    connection.insert(parts.sources, _hashed(sources, digests["sources"]))
    connection.insert(parts.terms, _hashed(statistics.rows(), digests["terms"]))
    files = {name: FileRecord(digest.bytes, digest.hexdigest()) for name, digest in digests.items()}
    manifest = Manifest(
        generation=number,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        stamp=stamp,
        sources=len(ordered),
        passages=total,
        dimension=dimension,
        unread=tuple(change.unread),
        segments=(SegmentRecord(SEGMENT, (), files, None if is_exact else CHOSEN_BY_MILVUS),),
        corpus=change.corpus,
    )
    for name in (parts.passages, parts.sources, parts.terms):
        connection.finish(name)
    Facts(connection, parts).write(manifest, statistics.lengths(), words)
    connection.finish(parts.facts)
    return manifest


def _ordered(before: MilvusGeneration | None, change: Change) -> list[_Part]:
    """All sources of the new generation, by path."""
    found = [
        _Part(info.path, len(entry.passages), entry)
        for entry in change.entries
        for info in (entry.source.info,)
    ]
    if before is not None:
        removed = set(change.removed)
        for place, (id_, (first_row, passages)) in enumerate(before.places.items()):
            if id_ not in removed:
                info = before.infos[id_]
                found.append(_Part(info.path, passages, None, first_row, place))
    return sorted(found, key=lambda part: part.path)


def _passages(
    ordered: Sequence[_Part],
    embedded: EmbeddedRecords,
    before: MilvusGeneration | None,
    statistics: Statistics,
) -> Iterator[Row]:
    """Yields the rows of all passages and counts them."""
    kept = [(part.first_row, part.passages) for part in ordered if part.entry is None]
    copies = _copies(before, before.parts.passages, "row", kept, WHOLE) if before else iter(())
    row = 0
    for part in ordered:
        entry = part.entry
        rows = _new(entry, embedded) if entry else islice(copies, part.passages)
        for found in rows:
            words, context = found["terms"].split(), found["context"].split()
            statistics.count_passage(words, context)
            yield {**found, "row": row}
            row += 1


def _new(entry: Entry, embedded: EmbeddedRecords) -> Iterator[Row]:
    """Yields the rows of a new source."""
    for begin in range(0, len(entry.passages), EMBEDDED_AT_ONCE):
        keys = entry.keys[begin : begin + EMBEDDED_AT_ONCE]
        passages = entry.passages[begin : begin + EMBEDDED_AT_ONCE]
        records = embedded.records(set(keys))
        for passage, key in zip(passages, keys, strict=True):
            yield passage_row(0, entry.source.info, passage, key, parsed(records[key])[0])


def _sources(ordered: Sequence[_Part], before: MilvusGeneration | None) -> Iterator[Row]:
    """The rows of all sources."""
    kept = [(part.place, 1) for part in ordered if part.entry is None]
    copies = _copies(before, before.parts.sources, "place", kept, WRITTEN) if before else iter(())
    first_row = 0
    for place, part in enumerate(ordered):
        if part.entry is not None:
            row = source_row(part.entry.source, place, first_row, part.passages)
        else:
            row = next(copies) | {"place": place, "first_row": first_row, **NOTHING}
        yield row
        first_row += part.passages


def _copies(
    before: MilvusGeneration,
    name: str,
    field: str,
    kept: Iterable[tuple[int, int]],
    fields: Sequence[str],
) -> Iterator[Row]:
    """Yields the unchanged rows of the previous generation, in as few calls as possible.

    `kept` has, for each unchanged part, its first number in `field`, ascending, and its length.
    """
    ranges: list[tuple[int, int]] = []
    for first, count in kept:
        if ranges and ranges[-1][1] == first:
            ranges[-1] = ranges[-1][0], first + count
        elif count:
            ranges.append((first, first + count))
    at_once = SOURCES_PER_CALL if field == "place" else ROWS_PER_CALL
    others = [other for other in fields if other != field]
    for first, end in ranges:
        for row in before.connection.between(name, field, first, end, others, at_once):
            yield {known: row[known] for known in fields}


def _words(before: MilvusGeneration | None, change: Change) -> Tally:
    """Returns the previous generation's words, minus removed sources, plus new ones."""
    words = before.tally() if before else Tally()
    if before is not None:
        gone = Tally()
        for id_ in change.removed:
            rows = [passage for _, passage in before.passages_of(id_)]
            _count(gone, before.infos[id_].title, rows)
        words.take_away(gone)
    for entry in change.entries:
        _count(words, entry.source.info.title, entry.passages)
    return words


def _count(words: Tally, title: str, passages: Iterable[Passage]) -> None:
    words.count("", title)
    for passage in passages:
        words.count(passage.text, " ".join(passage.section))


def _hashed(rows: Iterator[Row], digest: Digest) -> Iterator[Row]:
    for row in rows:
        digest.add(row)
        yield row
