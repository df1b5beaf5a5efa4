"""Carries out a plan: reads changed files, and embeds passages without vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np

from ..corpus.archives import suffix_of
from ..corpus.folder import Corpus, Place
from ..embedding.word_pieces import content_pieces
from ..errors import ReadError, SyncCancelled
from ..reading import MAY_BE_SCANS
from ..reading.formats.approved import KIND as APPROVED_QUESTIONS
from ..reading.formats.approved import is_approved_questions
from ..reading.sandbox.bounded import reader
from ..store import Change, Embedded, Entry, GenerationReader
from ..store.folder.embeddings import as_record
from ..store.tokens import Pieces, pack
from ..text.folding import folded, folded_with_places
from ..text.passages import PassageRules, context, split
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
)
from .plan import to_read_again

# The number of passages between two progress reports.
REPORT_EVERY = 16

# The number of passages that are sorted by length in word pieces before embedding. Passages of
# similar length share a batch of the model, so that little computation goes into padding (5 to 8 %,
# against 26 to 31 % when sorted by characters, 256 at a time). The limit keeps the passages of one
# source close to each other on disk.
BY_LENGTH = 1024

# Word pieces reserved in every passage for the headings that are embedded with it.
HEADING_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Built:
    """The changes, all files of the corpus, the number of passages embedded, remarks, and the files
    that were read again with the same result (`same`).
    """

    change: Change
    files: Mapping[str, CorpusFile]
    embedded: int
    notes: tuple[str, ...]
    same: Set[str]


def build(
    corpus: Corpus,
    fingerprints: Mapping[str, str | None],
    previous: GenerationReader | None,
    encoder: Encoder,
    log: Embedded,
    *,
    passage_characters: int,
    keep_boilerplate: bool,
    ocr: str,
    progress: ProgressListener,
    cancelled: Callable[[], bool],
) -> Built:
    """Reads, splits and embeds the parts of the corpus that `previous` lacks in their current form.

    A file that cannot be read is recorded with the reason and does not stop the run. Raises
    SyncCancelled or IndexUnwritable.
    """
    found = _read_all(corpus, fingerprints, previous, keep_boilerplate, ocr, progress, cancelled)
    rules = passage_rules(passage_characters, encoder)
    entries = []
    for source in found.sources:
        _stop_if(cancelled)
        passages = split(source, rules, encoder.count_tokens)
        title = source.info.title
        entries.append(Entry(source, passages, [_key(title, passage) for passage in passages]))
    removed = set(found.removed)
    again = list(previous.rewritten_with(removed)) if previous else []
    entries += again
    removed |= {entry.source.info.id for entry in again}
    embedded = _embed(entries, previous, encoder, log, progress, cancelled)
    unread = [file for file in found.files.values() if file.reason is not None]
    change = Change(entries, removed, unread, log)
    return Built(change, found.files, embedded, found.notes, found.same)


def passage_rules(passage_characters: int, encoder: Encoder) -> PassageRules:
    """Returns the limits of a passage, leaving room for the headings that are embedded with it."""
    return PassageRules(passage_characters, encoder.max_tokens - HEADING_TOKENS)


def embedded_text(title: str, passage: Passage, encoder: Encoder) -> str:
    """Returns the text that is embedded for a passage: its context, then the passage.

    If the encoder cannot read all of it, the outermost heading is left out first and the title
    last. The passage itself is never shortened.
    """
    above = list(context(title, passage.section))
    outermost = 1 if above[:1] == [title] else 0
    while above:
        text = "\n".join((*above, passage.text))
        if encoder.count_tokens([text])[0] <= encoder.max_tokens:
            return text
        above.pop(min(outermost, len(above) - 1))
    return passage.text


def source_id(sha256: str, suffix: str) -> str:
    """Returns an identifier that depends only on the file's bytes and format."""
    return hashlib.sha256(f"{sha256}{suffix}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Found:
    """The scanned corpus.

    `files` holds every file, and `sources` those that are new or changed. `removed` holds the ids
    of sources of the previous generation that are gone or changed. `notes` holds remarks, and
    `same` the files that were read again with the same result.
    """

    files: Mapping[str, CorpusFile]
    sources: Sequence[Source]
    removed: Set[str]
    notes: tuple[str, ...]
    same: Set[str]


def _read_all(
    corpus: Corpus,
    fingerprints: Mapping[str, str | None],
    previous: GenerationReader | None,
    keep_boilerplate: bool,
    ocr: str,
    progress: ProgressListener,
    cancelled: Callable[[], bool],
) -> _Found:
    before = previous.files() if previous else {}
    known = previous.infos if previous else {}
    again = to_read_again(before, previous.manifest.stamp.ocr, ocr) if previous else frozenset()
    locations = corpus.files()
    files: dict[str, CorpusFile] = {}
    infos: dict[str, SourceInfo] = {}
    read: dict[str, Source] = {}
    notes: list[str] = []
    for done, (path, sha256) in enumerate(fingerprints.items()):
        _stop_if(cancelled)
        progress(SyncProgress("reading", done, len(fingerprints), path))
        earlier = before.get(path)
        is_known = path not in again
        if is_known and sha256 and earlier and earlier.reason and earlier.sha256 == sha256:
            files[path] = earlier
            continue
        id_ = source_id(sha256, _kind_of(path)) if sha256 else ""
        if is_known and id_ in known and known[id_].path == path:
            info = known[id_]
            infos.setdefault(id_, replace(info, also_at=()) if info.also_at else info)
        elif id_ not in infos:
            # A file that cannot be loaded now may be readable, and unchanged, at the next run.
            sha256 = None
            try:
                data = corpus.load(_located(path, locations))
                sha256 = hashlib.sha256(data).hexdigest()

                def report_page(page: int, pages: int, path: str = path, done: int = done) -> None:
                    _stop_if(cancelled)
                    at = f"{path}, page {page} of {pages}"
                    progress(SyncProgress("reading", done, len(fingerprints), at))

                source, remarks = read_source(
                    data, path, sha256, keep_boilerplate, ocr, report_page
                )
            except ReadError as error:
                files[path] = CorpusFile(path, sha256, None, str(error))
                continue
            id_ = source.info.id
            if id_ not in infos:
                infos[id_], read[id_] = source.info, source
            notes += [f"{path}: {remark}" for remark in remarks]
        files[path] = CorpusFile(path, sha256, id_, None)
        if infos[id_].path != path:
            # The same content under a second name is the same source.
            infos[id_] = replace(infos[id_], also_at=(*infos[id_].also_at, path))
    progress(SyncProgress("reading", len(fingerprints), len(fingerprints)))
    sources: list[Source] = []
    kept = set[str]()
    for id_, info in sorted(infos.items(), key=lambda item: item[1].path):
        new = replace(read[id_], info=info) if id_ in read else None
        is_as_before = known.get(id_) == info
        if is_as_before and new and previous:
            is_as_before = previous.source(id_) == new
        if is_as_before:
            kept.add(id_)
        elif new:
            sources.append(new)
        elif previous:
            sources.append(replace(previous.source(id_), info=info))
    removed = known.keys() - kept
    same = {
        path
        for path in again & files.keys()
        if files[path] == before[path] and files[path].source_id not in removed
    }
    return _Found(files, sources, removed, tuple(notes), same)


def _located(path: str, locations: Mapping[str, Place]) -> Place:
    if path not in locations:
        raise ReadError("it vanished while the corpus was being read")
    return locations[path]


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise SyncCancelled("the index run was cancelled; the index in use is unchanged.")


def read_source(
    data: bytes,
    path: str,
    sha256: str,
    keep_boilerplate: bool,
    ocr: str = "",
    report_page: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Source, tuple[str, ...]]:
    """Reads a document as a source, with remarks; raises ReadError or ReaderUnavailable."""
    document = read_document(data, path, keep_boilerplate, ocr, report_page)
    return source_of(document, path, sha256), document.notes


def read_document(
    data: bytes,
    path: str,
    keep_boilerplate: bool,
    ocr: str = "",
    report_page: Callable[[int, int], None] = lambda done, total: None,
) -> Document:
    """Reads a document; raises ReadError or ReaderUnavailable."""
    kind = _kind_of(path)
    if ocr and kind in MAY_BE_SCANS:
        return reader.read(data, kind, keep_boilerplate, ocr, report_page)
    return reader.read(data, kind, keep_boilerplate)


def _kind_of(path: str) -> str:
    """Returns the format of a file: its extension, or that of approved questions."""
    return APPROVED_QUESTIONS if is_approved_questions(path) else suffix_of(path)


def source_of(document: Document, path: str, sha256: str) -> Source:
    """Turns a document into a source."""
    metadata = document.metadata
    info = SourceInfo(
        id=source_id(sha256, _kind_of(path)),
        path=path,
        title=metadata.title or PurePosixPath(path).stem,
        publisher=metadata.publisher,
        author=metadata.author,
        date=metadata.date,
        url=metadata.url,
        language=metadata.language,
        format=suffix_of(path).removeprefix("."),
        sha256=sha256,
    )
    return Source(info, document.text, document.blocks, document.marks, document.first_line)


def _embed(
    entries: Sequence[Entry],
    previous: GenerationReader | None,
    encoder: Encoder,
    log: Embedded,
    progress: ProgressListener,
    cancelled: Callable[[], bool],
) -> int:
    """Adds the vectors of all passages to the log; returns the number of passages embedded."""
    passages = {
        key: (entry.source.info.title, passage)
        for entry in entries
        for key, passage in zip(entry.keys, entry.passages, strict=True)
    }
    log.keep_if(passages)
    if previous is not None:
        for record in previous.records([key for key in passages if key not in log]):
            log.append(record)
    wanted = [
        (key, embedded_text(title, passage, encoder), passage)
        for key, (title, passage) in passages.items()
        if key not in log
    ]
    progress(SyncProgress("embedding", 0, len(wanted)))
    done = 0
    for share in log.shares([key for key, _, _ in wanted]):
        _stop_if(cancelled)
        here = [item for item in wanted if item[0] in share]
        for begin in range(0, len(here), BY_LENGTH):
            _stop_if(cancelled)
            window = here[begin : begin + BY_LENGTH]
            counts = encoder.count_tokens([text for _, text, _ in window])
            order = sorted(range(len(window)), key=lambda at: -counts[at])
            here[begin : begin + BY_LENGTH] = [window[at] for at in order]
        encoded = encoder.encode([folded(text) for _, text, _ in here])
        for (key, text, passage), vectors in zip(here, encoded, strict=True):
            done += 1
            heading = len(text) - len(passage.text)
            log.append(as_record(key, vectors.vector, _pieces(vectors, text, heading)))
            _stop_if(cancelled)
            if done % REPORT_EVERY == 0 or done == len(wanted):
                progress(SyncProgress("embedding", done, len(wanted)))
    return done


def _key(title: str, passage: Passage) -> bytes:
    """Returns a hash of the input to a passage's vectors: its context and its text."""
    content = (*context(title, passage.section), passage.text)
    return hashlib.sha256(json.dumps(content).encode()).digest()


def _pieces(encoded: Encoded, text: str, heading: int) -> Pieces:
    """Returns the packed content pieces of an embedded text, with spans relative to its passage."""
    searched, places = folded_with_places(text)
    kept = content_pieces(searched, encoded.spans)
    found = [[places[end] for end in encoded.spans[at]] for at in kept]
    spans = np.asarray(found, dtype=np.int32).reshape(-1, 2) - heading
    spans[spans[:, 0] < 0] = -1
    return Pieces(pack(encoded.tokens[kept]), spans)
