"""A corpus of any size with its index, as if it had been embedded: sentences of public sets, mixed.

The sentences of a passage begin as those of one place and end as those of another. Its vector is
the mean of theirs, with noise, and its word pieces are theirs. The whole sentences were embedded
by the real model, under whose name the index goes, so that real questions can be asked of it and
sources be added to it.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from question_sets import SETS

from bot.embedding.word_pieces import content_pieces
from bot.generations.keeping import vector_rules
from bot.indexing.build import source_id
from bot.settings import Settings
from bot.store import Change, Embedded, Entry, IndexLayout, Stamp
from bot.store.folder.embeddings import as_record
from bot.store.folder.local import LocalStore
from bot.store.tokens import Pieces, pack
from bot.text.passages import locator, passage_id
from bot.text.sentences import sentences
from bot.types import (
    Block,
    BlockKind,
    Encoded,
    Encoder,
    Passage,
    Source,
    SourceInfo,
    Spans,
    Vectors,
)

PASSAGES_OF_A_SOURCE = 50

# Sentences that stand together in a document, and so many such groups of it.
NEIGHBOURS = 5
MOST_OF_A_DOCUMENT = 4

# The length of the noise in a vector, beside 1 for the rest.
NOISE = 0.3

Codes: TypeAlias = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it was embedded: its vector, and its packed content pieces with their spans."""

    text: str
    vector: Vectors
    codes: Codes
    spans: Spans


def embedded_sentences(sets: Path, encoder: Encoder) -> list[list[Sentence]]:
    """Sentences of all documents of the sets, neighbours together, each as it was embedded."""
    found: list[list[str]] = []
    for read in SETS.values():
        for text in read(sets).files.values():
            spans = sentences(text, 0, len(text))
            fitting = [" ".join(text[start:end].split()) for start, end in spans
                       if 40 <= end - start <= 250]  # fmt: skip
            begins = range(0, len(fitting) - NEIGHBOURS + 1, NEIGHBOURS)
            found += [fitting[begin : begin + NEIGHBOURS] for begin in begins][:MOST_OF_A_DOCUMENT]
    encoded = encoder.encode([sentence for neighbours in found for sentence in neighbours])
    return [[_sentence(text, next(encoded)) for text in neighbours] for neighbours in found]


def _sentence(text: str, encoded: Encoded) -> Sentence:
    kept = content_pieces(text, encoded.spans)
    spans = np.asarray([encoded.spans[at] for at in kept], np.int32).reshape(-1, 2)
    return Sentence(text, encoded.vector, pack(encoded.tokens[kept]), spans)


class Grower:
    """Writes sources and their embeddings into a corpus and its index."""

    def __init__(self, folder: Path, pool: list[list[Sentence]], stamp: Stamp, seed: int) -> None:
        self._corpus = folder / "corpus"
        self._store = LocalStore(IndexLayout(folder / "index"), vector_rules(Settings()))
        self._pool = pool
        self._stamp = stamp
        self._random = np.random.default_rng(seed)
        self._run = seed

    def grow(self, passages: int) -> float:
        """Adds so many passages in one index run; the seconds that it took beyond embedding."""
        store = self._store
        with store.writing():
            before = store.opened(store.live())
            with store.log(self._stamp.encoder) as log:
                sources = range(passages // PASSAGES_OF_A_SOURCE)
                entries = [self._entry(log, number) for number in sources]
                change = Change(entries, (), before.manifest.unread, log)
                dimension = before.manifest.dimension
                began = time.perf_counter()
                with store.proposal(before, change, self._stamp, dimension) as proposal:
                    proposal.adopt(1)
            store.forget_embedded()
            store.collect_garbage(store.opened(store.live()), 1)
            return time.perf_counter() - began

    def _entry(self, log: Embedded, number: int) -> Entry:
        """A new source, whose passages are put into the log."""
        mixed = [self._mixed() for _ in range(PASSAGES_OF_A_SOURCE)]
        texts = [" ".join(sentence.text for sentence in chosen) for chosen in mixed]
        text = "\n\n".join(texts) + "\n"
        file = self._corpus / f"{self._run:03d}-{number:06d}.txt"
        file.write_text(text, encoding="utf-8")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        id_ = source_id(sha256, ".txt")
        path = f"{self._corpus.name}/{file.name}"
        info = SourceInfo(id_, path, f"Report {self._run}-{number}", None, None, None, None, None,
                          "txt", sha256)  # fmt: skip
        ends = [end - 2 for end in accumulate(len(one) + 2 for one in texts)]
        spans = [(end - len(one), end) for one, end in zip(texts, ends, strict=True)]
        blocks = tuple(Block(start, end, BlockKind.PARAGRAPH) for start, end in spans)
        source = Source(info, text, blocks)
        where = locator(source)
        passages = [
            Passage(passage_id(id_, start, end), id_, start, end, one, (), where(start, end))
            for one, (start, end) in zip(texts, spans, strict=True)
        ]
        keys = [hashlib.sha256(f"{id_} {start}".encode()).digest() for start, _ in spans]
        for key, chosen in zip(keys, mixed, strict=True):
            log.append(as_record(key, self._vector(chosen), _pieces(chosen)))
        return Entry(source, passages, keys)

    def _mixed(self) -> list[Sentence]:
        """Beginnings of neighbouring sentences, with ends of others that are neighbours."""
        one, other = self._random.integers(len(self._pool), size=2)
        ends = self._random.permutation(NEIGHBOURS)
        return [
            _joined(first, self._pool[other][end])
            for first, end in zip(self._pool[one], ends, strict=True)
        ]

    def _vector(self, chosen: list[Sentence]) -> Vectors:
        mean = _unit(np.sum([sentence.vector for sentence in chosen], axis=0))
        noise = _unit(self._random.standard_normal(len(mean), np.float32))
        return _unit(mean + NOISE * noise)


def _joined(one: Sentence, other: Sentence) -> Sentence:
    """The first half of a sentence and the second half of another."""
    cut, begin = _middle(one.text), _middle(other.text)
    firsts = one.spans[:, 1] <= cut
    seconds = other.spans[:, 0] >= begin
    spans = np.concatenate([one.spans[firsts], other.spans[seconds] + cut - begin])
    codes = np.concatenate([one.codes[firsts], other.codes[seconds]])
    return Sentence(one.text[:cut] + other.text[begin:], one.vector + other.vector, codes, spans)


def _middle(text: str) -> int:
    """The place of the blank nearest before the middle."""
    return max(0, text.rfind(" ", 0, len(text) // 2 + 1))


def _unit(vector: Vectors) -> Vectors:
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


def _pieces(chosen: list[Sentence]) -> Pieces:
    begins = accumulate((len(sentence.text) + 1 for sentence in chosen), initial=0)
    spans = [sentence.spans + begin for sentence, begin in zip(chosen, begins, strict=False)]
    return Pieces(np.concatenate([sentence.codes for sentence in chosen]), np.concatenate(spans))
