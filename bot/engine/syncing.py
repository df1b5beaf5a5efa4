"""Runs one index update: detects changes in the corpus and builds the next live generation."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from ..corpus import FORMATS, Corpus
from ..errors import (
    CorpusEmpty,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    SyncCancelled,
)
from ..generations.live import LiveIndex
from ..generations.ownership import corpus_name
from ..indexing import Built, build, keep_previous, paced, plan, report, to_read_again
from ..reading.pdf.ocr import require_ocr
from ..store import Embedded, GenerationReader, Proposal, Stamp, Store
from ..types import ProgressListener, SyncProgress, SyncReport
from .asking import Asker, Gate

# Seconds between checks whether another machine has finished writing.
ASKED_EVERY = 2.0


class Syncer:
    """Brings an index up to date with its corpus."""

    def __init__(
        self,
        corpus: Corpus,
        store: Store,
        index: LiveIndex,
        asker: Asker,
        stamp: Callable[[], Stamp],
    ) -> None:
        """`stamp` returns the stamp that the index must have; it may load the model."""
        self._corpus = corpus
        self._store = store
        self._index = index
        self._asker = asker
        self._encoder = asker.encoder
        self._settings = asker.settings
        self._stamp = stamp

    def sync(
        self,
        *,
        rebuild: bool,
        leave: Collection[str],
        gate: Gate | None,
        progress: ProgressListener,
        cancelled: Callable[[], bool],
        may_be_empty: bool = False,
    ) -> SyncReport:
        """Implements `Engine.sync`."""
        self._corpus.require()
        if self._settings.ocr:
            require_ocr(self._settings.ocr)
        progress = paced(progress)
        while True:
            try:
                with self._store.writing():
                    return self._synced(
                        rebuild, leave, gate, progress, cancelled, may_be_empty=may_be_empty
                    )
            except IndexBusy:
                if not self._store.is_shared:
                    raise
            # Another machine is writing: help it embed, then check what remains.
            self._embed_along(rebuild, leave, progress, cancelled)
            self._wait(cancelled)

    def _synced(
        self,
        rebuild: bool,
        leave: Collection[str],
        gate: Gate | None,
        progress: ProgressListener,
        cancelled: Callable[[], bool],
        *,
        may_be_empty: bool,
    ) -> SyncReport:
        """Runs one update; the caller holds the lock."""
        self._index.require_own()
        previous = None if rebuild else self._index.previous()
        before = previous.files() if previous else {}
        fingerprints = keep_previous(self._corpus.fingerprints(), before, leave)
        ocr = self._settings.ocr
        again = to_read_again(before, previous.manifest.stamp.ocr, ocr) if previous else frozenset()
        difference = plan(before, fingerprints, again)
        if previous is not None and difference.is_empty:
            self._store.forget_embedded()
            remarks = self._asker.keep_copy()
            return report(previous.number, difference, before, len(previous), 0, remarks)
        is_first = previous is None and not self._store.numbers()
        if is_first and not fingerprints and not may_be_empty:
            raise CorpusEmpty(
                f"{self._settings.corpus} holds no documents. Put files ({FORMATS}) into it, then "
                "run: pincite index"
            )
        # The copy may also compute passages.
        notes = self._asker.keep_copy(anew=rebuild)
        with self._store.log(self._encoder.fingerprint) as log:
            built = self._built(fingerprints, previous, log, progress, cancelled)
            progress(SyncProgress("writing", 0, 1))
            stamp, dimension = self._stamp(), self._encoder.dimension
            change = replace(built.change, corpus=self._corpus_name())
            with self._store.proposal(previous, change, stamp, dimension) as candidate:
                remarks = self._judged(gate, candidate) if gate else ()
                candidate.adopt(self._settings.generations_kept)
        progress(SyncProgress("writing", 1, 1))
        try:
            self._store.forget_embedded()
            kept = self._settings.generations_kept
            number = self._store.collect_garbage(self._index.opened(), kept)
        except IndexUnwritable as error:
            # The update itself is complete here.
            number = candidate.number
            remarks += (f"segments are merged another time: {error}",)
        passages = candidate.passages
        difference = difference.without(built.same)
        if again and previous is not None:
            before_it = previous.manifest.stamp.ocr
            notes += (
                _told_of_ocr(before_it or "off", ocr or "off", len(again), len(again - built.same)),
            )
        notes += built.notes + remarks
        return report(number, difference, built.files, passages, built.embedded, notes)

    def _built(
        self,
        fingerprints: Mapping[str, str | None],
        previous: GenerationReader | None,
        log: Embedded,
        progress: ProgressListener,
        cancelled: Callable[[], bool],
    ) -> Built:
        return build(
            self._corpus,
            fingerprints,
            previous,
            self._encoder,
            log,
            passage_characters=self._settings.passage_characters,
            keep_boilerplate=self._settings.keep_boilerplate,
            ocr=self._settings.ocr,
            progress=progress,
            cancelled=cancelled,
        )

    def _corpus_name(self) -> str:
        return corpus_name(self._settings.corpus, self._settings.index)

    def _embed_along(
        self,
        rebuild: bool,
        leave: Collection[str],
        progress: ProgressListener,
        cancelled: Callable[[], bool],
    ) -> None:
        """Embeds new texts of the corpus that no other machine has claimed."""
        previous = None if rebuild else self._index.previous()
        before = previous.files() if previous else {}
        fingerprints = keep_previous(self._corpus.fingerprints(), before, leave)
        ocr = self._settings.ocr
        again = to_read_again(before, previous.manifest.stamp.ocr, ocr) if previous else frozenset()
        if rebuild or not plan(before, fingerprints, again).is_empty:
            with self._store.log(self._encoder.fingerprint) as log:
                self._built(fingerprints, previous, log, progress, cancelled)

    def _wait(self, cancelled: Callable[[], bool]) -> None:
        if cancelled():
            raise SyncCancelled("the index run was cancelled; the index in use is unchanged.")
        time.sleep(ASKED_EVERY)

    def _judged(self, gate: Gate, candidate: Proposal) -> tuple[str, ...]:
        new = candidate.opened()
        try:
            live: GenerationReader | None = self._store.opened(self._store.live())
        except (IndexMissing, IndexDamaged, IndexMismatch):
            live = None
        return self._asker.run_gate(gate, live, new)


def _told_of_ocr(before: str, now: str, files: int, others: int) -> str:
    """Says that a changed OCR setting made the sync read files again, as text may vanish."""
    return (
        f"ocr was {before} and is {now}: PDFs and pictures read again: {files:,}; with another "
        f"outcome: {others:,}"
    )
