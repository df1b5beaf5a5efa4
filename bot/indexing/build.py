"""Carries out a plan: reads what changed, embeds what is new, and writes the next generation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TypeAlias

import numpy as np

from ..errors import ReadError, SyncCancelled
from ..interaction import content_pieces
from ..passages import PassageRules, split
from ..reading.bounded import reader
from ..store import Generation
from ..store.tokens import Pieces, pack
from ..store.writer import Contents
from ..types import (
    CorpusFile,
    Document,
    Encoded,
    Encoder,
    Passage,
    ProgressListener,
    Source,
    SourceInfo,
    SyncProgress,
    Vectors,
)
from .corpus import Corpus

Embedding: TypeAlias = tuple[Vectors, Pieces]

# Passages between two reports of progress.
REPORT_EVERY = 16

# Word pieces kept free in every passage for the headings that are embedded with it.
HEADING_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Built:
    """The contents of the next generation, how many passages were embedded, and remarks."""

    contents: Contents
    embedded: int
    notes: tuple[str, ...]


def build(
    corpus: Corpus,
    fingerprints: Mapping[str, str | None],
    previous: Generation | None,
    encoder: Encoder,
    *,
    passage_characters: int,
    keep_boilerplate: bool,
    progress: ProgressListener,
    cancelled: Callable[[], bool],
) -> Built:
    """Reads, splits and embeds the corpus, taking over from `previous` whatever did not change.

    A file that cannot be read is recorded with the reason and stops nothing. Raises SyncCancelled.
    """
    rules = PassageRules(passage_characters, encoder.max_tokens - HEADING_TOKENS)
    shelf = _Shelf(previous)
    files: list[CorpusFile] = []
    sources: dict[str, Source] = {}
    passages: dict[str, tuple[Passage, ...]] = {}
    notes: list[str] = []
    locations = corpus.files()
    for done, (path, sha256) in enumerate(fingerprints.items()):
        if cancelled():
            raise SyncCancelled("the index run was cancelled; the index in use is unchanged.")
        progress(SyncProgress("reading", done, len(fingerprints), path))
        file = locations.get(path)
        known = shelf.source(path, sha256)
        try:
            if known is not None:
                source, sha256 = known, known.info.sha256
            elif file is None:
                sha256 = None
                raise ReadError("it vanished while the corpus was being read")
            else:
                # What cannot be loaded now may be there, unchanged, at the next run.
                sha256 = None
                data = corpus.load(file)
                sha256 = hashlib.sha256(data).hexdigest()
                source, remarks = _read(data, path, sha256, keep_boilerplate)
                notes += [f"{path}: {remark}" for remark in remarks]
        except ReadError as error:
            files.append(CorpusFile(path, sha256, None, str(error)))
            continue
        files.append(CorpusFile(path, sha256, source.info.id, None))
        twin = sources.get(source.info.id)
        if twin is not None:
            # The same content under a second name is one source.
            also_at = (*twin.info.also_at, path)
            sources[twin.info.id] = replace(twin, info=replace(twin.info, also_at=also_at))
            continue
        sources[source.info.id] = source
        passages[source.info.id] = (
            shelf.passages(source) if known else split(source, rules, encoder.count_tokens)
        )
    progress(SyncProgress("reading", len(fingerprints), len(fingerprints)))

    rows = [passage for source_id in sources for passage in passages[source_id]]
    vectors, pieces, embedded = _embed(rows, shelf, encoder, progress, cancelled)
    keys = [_key(passage) for passage in rows]
    contents = Contents(files, list(sources.values()), rows, keys, vectors, pieces)
    return Built(contents, embedded, tuple(notes))


def embedded_text(passage: Passage, encoder: Encoder) -> str:
    """The text that stands for a passage in the vector space: its headings, then itself.

    The outermost headings go first when the encoder cannot read all of it; the passage never
    loses a word.
    """
    heading = list(passage.section)
    while heading:
        text = "\n".join((*heading, passage.text))
        if encoder.count_tokens([text])[0] <= encoder.max_tokens:
            return text
        heading.pop(0)
    return passage.text


def source_id(sha256: str, suffix: str) -> str:
    """An identifier that the same bytes of the same format always have."""
    return hashlib.sha256(f"{sha256}{suffix}".encode()).hexdigest()[:16]


class _Shelf:
    """What the previous generation has ready."""

    def __init__(self, previous: Generation | None) -> None:
        self._previous = previous
        self._files = previous.files() if previous else {}
        self._rows = previous.embedded_rows() if previous else {}

    def source(self, path: str, sha256: str | None) -> Source | None:
        """The source that this very file became, unless its bytes or its name changed."""
        file = self._files.get(path)
        if self._previous is None or sha256 is None or file is None or file.sha256 != sha256:
            return None
        if file.source_id is None:
            return None
        source = self._previous.source(file.source_id)
        if source.info.path != path:
            return None
        return replace(source, info=replace(source.info, also_at=()))

    def passages(self, source: Source) -> tuple[Passage, ...]:
        """The passages of a source that was taken over."""
        if self._previous is None:
            return ()
        return tuple(passage for _, passage, _ in self._previous.passages_of(source.info.id))

    def embedding(self, key: str) -> Embedding | None:
        """The vectors of a text that was embedded before, by its key."""
        row = self._rows.get(key)
        if self._previous is None or row is None:
            return None
        return self._previous.vectors([row])[0], self._previous.pieces(row)


def _read(
    data: bytes, path: str, sha256: str, keep_boilerplate: bool
) -> tuple[Source, tuple[str, ...]]:
    suffix = PurePosixPath(path).suffix.lower()
    document = reader.read(data, suffix, keep_boilerplate)
    return _source(document, path, suffix, sha256), document.notes


def _source(document: Document, path: str, suffix: str, sha256: str) -> Source:
    metadata = document.metadata
    info = SourceInfo(
        id=source_id(sha256, suffix),
        path=path,
        title=metadata.title or PurePosixPath(path).stem,
        publisher=metadata.publisher,
        author=metadata.author,
        date=metadata.date,
        url=metadata.url,
        language=metadata.language,
        format=suffix.removeprefix("."),
        sha256=sha256,
    )
    return Source(info, document.text, document.blocks, document.marks, document.first_line)


def _embed(
    passages: Sequence[Passage],
    shelf: _Shelf,
    encoder: Encoder,
    progress: ProgressListener,
    cancelled: Callable[[], bool],
) -> tuple[Vectors, list[Pieces], int]:
    """Vectors and word pieces by row, and how many passages had to be embedded."""
    known = {key: shelf.embedding(key) for key in map(_key, passages)}
    wanted = {_key(passage): passage for passage in passages if known[_key(passage)] is None}
    texts = [embedded_text(passage, encoder) for passage in wanted.values()]
    progress(SyncProgress("embedding", 0, len(wanted)))
    encoded = encoder.encode(texts)
    for done, (key, text, vectors) in enumerate(zip(wanted, texts, encoded, strict=True), start=1):
        known[key] = vectors.vector, _pieces(vectors, text, len(text) - len(wanted[key].text))
        if cancelled():
            raise SyncCancelled("the index run was cancelled; the index in use is unchanged.")
        if done % REPORT_EVERY == 0 or done == len(wanted):
            progress(SyncProgress("embedding", done, len(wanted)))
    found = [embedding for passage in passages if (embedding := known[_key(passage)])]
    stacked = np.empty((len(passages), encoder.dimension), dtype=np.float32)
    for row, (vector, _) in enumerate(found):
        stacked[row] = vector
    return stacked, [pieces for _, pieces in found], len(wanted)


def _key(passage: Passage) -> str:
    """What a passage's vectors depend on: its headings and its text."""
    return hashlib.sha256(json.dumps((*passage.section, passage.text)).encode()).hexdigest()


def _pieces(encoded: Encoded, text: str, heading: int) -> Pieces:
    """The content pieces of an embedded text, packed, with spans relative to its passage."""
    kept = content_pieces(text, encoded.spans)
    spans = np.asarray([encoded.spans[at] for at in kept], dtype=np.int32).reshape(-1, 2) - heading
    spans[spans[:, 0] < 0] = -1
    return Pieces(pack(encoded.tokens[kept]), spans)
