"""One index run: from what has changed in the corpus to a generation that answers."""

from __future__ import annotations

from collections.abc import Callable, Collection

from . import reading
from .asking import Asker, Gate
from .errors import CorpusEmpty, IndexDamaged, IndexMismatch, IndexMissing, IndexUnwritable
from .generations import tidy, vector_rules
from .indexing import Corpus, build, left_alone, plan, report
from .live import LiveIndex
from .store import Candidate, EmbeddingLog, Generation, GenerationWriter, IndexLayout, Stamp
from .types import ProgressListener, SyncProgress, SyncReport


class Syncer:
    """Brings an index up to date with its corpus."""

    def __init__(
        self,
        corpus: Corpus,
        layout: IndexLayout,
        index: LiveIndex,
        asker: Asker,
        stamp: Callable[[], Stamp],
    ) -> None:
        """`stamp` says with what the index is to be searched; it may load the model."""
        self._corpus = corpus
        self._layout = layout
        self._index = index
        self._asker = asker
        self._encoder = asker.encoder
        self._settings = asker.settings
        self._rules = vector_rules(asker.settings)
        self._stamp = stamp

    def sync(
        self,
        *,
        rebuild: bool,
        leave: Collection[str],
        gate: Gate | None,
        progress: ProgressListener,
        cancelled: Callable[[], bool],
    ) -> SyncReport:
        """What `Engine.sync` says."""
        self._corpus.require()
        with self._layout.writing():
            previous = None if rebuild else self._index.previous()
            before = previous.files() if previous else {}
            fingerprints = left_alone(self._corpus.fingerprints(), before, leave)
            difference = plan(before, fingerprints)
            if previous is not None and difference.is_empty:
                self._layout.forget_embedded()
                return report(previous.number, difference, before, len(previous), 0, ())
            if not fingerprints and previous is None and not self._layout.numbers():
                raise CorpusEmpty(
                    f"{self._settings.corpus} holds no documents. Put files "
                    f"({', '.join(sorted(reading.SUFFIXES))}) into it, then run: pincite index"
                )
            with EmbeddingLog(self._layout, self._encoder.fingerprint) as log:
                built = build(
                    self._corpus,
                    fingerprints,
                    previous,
                    self._encoder,
                    log,
                    passage_characters=self._settings.passage_characters,
                    keep_boilerplate=self._settings.keep_boilerplate,
                    progress=progress,
                    cancelled=cancelled,
                )
                progress(SyncProgress("writing", 0, 1))
                writer = GenerationWriter(self._layout, self._rules)
                stamp, dimension = self._stamp(), self._encoder.dimension
                with writer.candidate(previous, built.change, stamp, dimension) as candidate:
                    remarks = self._judged(gate, candidate) if gate else ()
                    writer.adopt(candidate, self._settings.generations_kept)
            progress(SyncProgress("writing", 1, 1))
            try:
                self._layout.forget_embedded()
                kept = self._settings.generations_kept
                number = tidy(self._layout, self._rules, self._index.opened(), kept)
            except IndexUnwritable as error:
                # The change itself is done.
                number = candidate.number
                remarks += (f"segments are merged another time: {error}",)
        passages = candidate.passages
        notes = built.notes + remarks
        return report(number, difference, built.files, passages, built.embedded, notes)

    def _judged(self, gate: Gate, candidate: Candidate) -> tuple[str, ...]:
        new = Generation(self._layout, candidate.number, candidate.folder)
        try:
            live: Generation | None = Generation(self._layout, self._layout.live())
        except (IndexMissing, IndexDamaged, IndexMismatch):
            live = None
        return self._asker.judged(gate, live, new)
