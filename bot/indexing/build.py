"""Carries out a plan: reads what changed, embeds what is new, and writes the next generation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from .. import reading
from ..errors import ReadError, SyncCancelled
from ..passages import PassageRules, split
from ..store import Generation
from ..store.writer import Contents
from ..types import (
    CorpusFile,
    Document,
    Encoder,
    Passage,
    ProgressListener,
    Source,
    SourceInfo,
    SyncProgress,
    Vectors,
)
from .corpus import Corpus

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
                raise ReadError("it vanished while the corpus was being read")
            else:
                source, remarks = _read(corpus, path, file, keep_boilerplate)
                sha256 = source.info.sha256
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
    titles = {source_id: source.info.title for source_id, source in sources.items()}
    texts = [embedded_text(passage, titles[passage.source_id], encoder) for passage in rows]
    keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    vectors, embedded = _embed(texts, keys, shelf, encoder, progress, cancelled)
    contents = Contents(files, list(sources.values()), rows, keys, vectors)
    return Built(contents, embedded, tuple(notes))


def embedded_text(passage: Passage, title: str, encoder: Encoder) -> str:
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

    def vectors(self, keys: list[str]) -> Mapping[str, Vectors]:
        """The vectors that are known, by the SHA-256 of the text that was embedded."""
        known = [key for key in dict.fromkeys(keys) if key in self._rows]
        if self._previous is None or not known:
            return {}
        found = self._previous.vectors([self._rows[key] for key in known])
        return dict(zip(known, found, strict=True))


def _read(
    corpus: Corpus, path: str, file: Path, keep_boilerplate: bool
) -> tuple[Source, tuple[str, ...]]:
    data = corpus.load(file)
    suffix = file.suffix.lower()
    document = reading.read(data, suffix, keep_boilerplate=keep_boilerplate)
    sha256 = hashlib.sha256(data).hexdigest()
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
    return Source(info, document.text, document.blocks, document.page_starts, document.first_line)


def _embed(
    texts: list[str],
    keys: list[str],
    shelf: _Shelf,
    encoder: Encoder,
    progress: ProgressListener,
    cancelled: Callable[[], bool],
) -> tuple[Vectors, int]:
    known = shelf.vectors(keys)
    wanted = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}

    def report(done: int) -> None:
        if cancelled():
            raise SyncCancelled("the index run was cancelled; the index in use is unchanged.")
        progress(SyncProgress("embedding", done, len(wanted)))

    fresh: Mapping[str, Vectors] = {}
    if wanted:
        report(0)
        encoded = encoder.encode(list(wanted.values()), report)
        fresh = dict(zip(wanted, encoded, strict=True))
    vectors = np.empty((len(keys), encoder.dimension), dtype=np.float32)
    for row, key in enumerate(keys):
        vectors[row] = known[key] if key in known else fresh[key]
    return vectors, len(wanted)
