"""Writes a generation into collections of its own: what is new, and copies of what stays.

Every passage that stays is read from the generation before and inserted again, with its vector and
terms, under its row in the new one; its word pieces stay where they are. A generation costs about
what its passages take, however little has changed, and embeds nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ...terms import terms
from ...types import Passage
from ..approximation import Approximation, VectorRules
from ..catalog import Entry
from ..embeddings import parsed
from ..manifest import FileRecord, Manifest, SegmentRecord, Stamp
from ..protocols import Change
from ..words import Tally
from . import schema
from .connection import Connection, Row
from .embedded import EmbeddedRecords
from .facts import SEGMENT, Facts
from .generation import MilvusGeneration
from .packing import coded
from .rows import LISTED, WHOLE, WRITTEN, Digest, passage_row, source_row
from .schema import Parts
from .statistics import Spool, Statistics, mean_of

# New passages whose records are fetched at once; they take about 15 kB each.
EMBEDDED_AT_ONCE = 500

# Neither lists nor recall are known of an index that Milvus chooses.
CHOSEN_BY_MILVUS = Approximation(lists=0, probes=0, recall=0.0, questions=0)

# The fields of a term, in the order in which they are hashed.
COUNTED = ("term", "number", "texts", "headings", "sources", "titles")


@dataclass(frozen=True, slots=True)
class _Part:
    """A source of the new generation: one that is new, or where it was in the one before."""

    path: str
    title: str
    passages: int
    entry: Entry | None
    id: str
    first_row: int


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
    with Spool() as spool:
        rows = _passages(ordered, embedded, before, statistics, spool)
        connection.insert(parts.passages, _hashed(rows, digests["passages"]))
        sources = _sources(ordered, before, statistics, spool)
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
    )
    for name in (parts.passages, parts.sources, parts.terms):
        connection.finish(name)
    Facts(connection, parts).write(manifest, statistics.lengths(), words)
    connection.finish(parts.facts)
    return manifest


def _ordered(before: MilvusGeneration | None, change: Change) -> list[_Part]:
    """All sources of the new generation, by path."""
    found = [
        _Part(info.path, info.title, len(entry.passages), entry, info.id, 0)
        for entry in change.entries
        for info in (entry.source.info,)
    ]
    if before is not None:
        removed = set(change.removed)
        for id_, (first_row, passages) in before.places.items():
            if id_ not in removed:
                info = before.infos[id_]
                found.append(_Part(info.path, info.title, passages, None, id_, first_row))
    return sorted(found, key=lambda part: part.path)


def _passages(
    ordered: Sequence[_Part],
    embedded: EmbeddedRecords,
    before: MilvusGeneration | None,
    statistics: Statistics,
    spool: Spool,
) -> Iterator[Row]:
    """The rows of all passages; what is counted of them on the way is spooled by source."""
    row = 0
    for part in ordered:
        counts: Counter[str] = Counter()
        for found in _rows_of(part, embedded, before):
            found["row"] = row
            row += 1
            words, headings = found["terms"].split(), found["headings"].split()
            statistics.count_passage(words, headings)
            counts.update(words)
            yield found
        title = list(map(coded, terms(part.title))) if part.passages else []
        spool.add(statistics.count_source(counts, title))


def _rows_of(
    part: _Part, embedded: EmbeddedRecords, before: MilvusGeneration | None
) -> Iterator[Row]:
    """The rows of one source's passages, be they new or those of before."""
    if part.entry is not None:
        entry = part.entry
        for begin in range(0, len(entry.passages), EMBEDDED_AT_ONCE):
            keys = entry.keys[begin : begin + EMBEDDED_AT_ONCE]
            passages = entry.passages[begin : begin + EMBEDDED_AT_ONCE]
            records = embedded.records(set(keys))
            for passage, key in zip(passages, keys, strict=True):
                yield passage_row(0, passage, key, parsed(records[key])[0])
    elif before is not None:
        name = before.parts.passages
        end = part.first_row + part.passages
        yield from before.connection.between(name, "row", part.first_row, end, WHOLE[1:])


def _sources(
    ordered: Sequence[_Part],
    before: MilvusGeneration | None,
    statistics: Statistics,
    spool: Spool,
) -> Iterator[Row]:
    """The rows of all sources, weighted by the lengths of all."""
    text_mean = mean_of(statistics.text_length, len(ordered))
    title_mean = mean_of(statistics.title_length, len(ordered))
    first_row = 0
    for place, (part, counted) in enumerate(zip(ordered, spool, strict=True)):
        if part.entry is not None:
            row = source_row(part.entry.source, place, first_row, part.passages)
        else:
            row = _copied(before, part.id) | {"place": place, "first_row": first_row}
        yield row | {"weights": counted.weights(text_mean, title_mean)}
        first_row += part.passages


def _copied(before: MilvusGeneration | None, id_: str) -> Row:
    rows = before.connection.get(before.parts.sources, [id_], WRITTEN) if before else []
    if before is not None and not rows:
        raise before.connection.damaged(f"{before.parts.sources} lacks {id_}")
    return {field: rows[0][field] for field in (*LISTED, "content")}


def _words(before: MilvusGeneration | None, change: Change) -> Tally:
    """The words of the generation before, without those of what is removed and with the new."""
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
