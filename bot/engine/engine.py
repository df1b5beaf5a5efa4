"""The facade: open, sync, ask. The command line, the web app and programs use only this class."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .. import reading
from ..errors import CorpusMissing, IndexMissing, UsageError
from ..generations.keeping import erase_older, go_back, kept, trace, vector_rules
from ..generations.live import LiveIndex, is_source_id
from ..generations.ownership import Ownership, renamed
from ..retrieval.filtering import admitted
from ..settings import Settings
from ..store import GenerationReader, Stamp, place_of, store_at
from ..text.passages import PASSAGE_VERSION
from ..text.remembered import Recent
from ..types import (
    Answer,
    AppliedFilter,
    CitedPassage,
    CorpusFile,
    Deletion,
    Encoder,
    Found,
    Order,
    Outstanding,
    Passage,
    Preview,
    ProgressListener,
    QuoteCheck,
    Source,
    SourceFilter,
    SourceSummary,
    Status,
    SyncProgress,
    SyncReport,
    Turn,
    Vectors,
    Verdict,
    Verification,
)
from .asking import Asker, Gate

if TYPE_CHECKING:
    from ..corpus import Copies, Corpus
    from ..retrieval.related import RelatedQuestions
    from .adding import Adder
    from .syncing import Syncer


class Engine:
    """A corpus, its index, and the questions that they answer.

    Every method is safe to call from any thread, and several processes may share an index: readers
    continue while one process writes. The next question uses a generation that another process
    built.
    """

    def __init__(self, settings: Settings, encoder: Encoder | None = None) -> None:
        self.settings = settings
        self._asker = Asker(settings, encoder)
        self._encoder = self._asker.encoder
        self._store = store_at(settings.index, vector_rules(settings), settings.milvus_token)
        self._ownership = Ownership(settings, self._store.place, lambda: self._corpus)
        self._index = LiveIndex(self._store, self._stamp, self._ownership)
        self._suggested: Recent[int, tuple[str, ...]] = Recent(1)

    # Modules that read and build are imported where they are used: asking from the shell needs
    # neither.

    @cached_property
    def _corpus(self) -> Corpus:
        from ..corpus import Corpus

        largest = self.settings.max_file_megabytes * 1_000_000
        apart, reads_pictures = self.settings.index_places, bool(self.settings.ocr)
        return Corpus(self.settings.corpus, largest, apart, reads_pictures)

    @cached_property
    def _syncer(self) -> Syncer:
        from .syncing import Syncer

        return Syncer(self._corpus, self._store, self._index, self._asker, self._stamp)

    @cached_property
    def _adder(self) -> Adder:
        from .adding import Adder

        return Adder(self._corpus, self.settings, self._encoder, self.make_corpus)

    @cached_property
    def _related(self) -> RelatedQuestions:
        from ..retrieval.related import RelatedQuestions

        return RelatedQuestions(self._encoder)

    # Asking

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        k: int | None = None,
        ignore_context: bool = False,
        only: SourceFilter | None = None,
    ) -> Answer:
        """Returns the passages that answer a question, best first, with a confidence.

        `k` asks for that number of passages, if there are enough; without it, up to
        `passages_shown` that are worth showing. `ignore_context` ignores the history. `only`
        restricts the question to some sources, as if there were no others, except that word rarity
        is computed over all sources. Raises QuestionError, FilterError, IndexMissing,
        IndexMismatch, IndexDamaged or EncoderError.
        """
        question = self._asker.checked(question, k)
        turns = () if ignore_context else history
        generation = self.live()
        answer = self._asker.ask(generation, question, turns, k, only)
        self._index.finished(generation)
        return answer

    def find(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        ignore_context: bool = False,
        only: SourceFilter | None = None,
        order: Order = Order.RELEVANCE,
    ) -> Found:
        """Returns all passages found for a question, by source, at most 50; otherwise as `ask`.

        Passages of other sources that say the same are included. Returns none if the question asks
        nothing of the sources, or for an overview of all of them.
        """
        question = self._asker.checked(question, None)
        turns = () if ignore_context else history
        generation = self.live()
        found = self._asker.find(generation, question, turns, only, order)
        self._index.finished(generation)
        return found

    def check_question(self, question: str, k: int | None = None) -> None:
        """Raises QuestionError, as `ask` would, where that can be decided without an index."""
        self._asker.checked(question, k)

    def warm_up(self) -> None:
        """Loads the model and the index, so that the first question is as fast as later ones."""
        self.live()
        self._asker.warm_up()

    def encode_questions(self, questions: Sequence[str]) -> Vectors:
        """Returns unit vectors of questions, shape (questions, dimension); raises EncoderError."""
        return np.stack([found.vector for found in self._encoder.encode_questions(questions)])

    def suggestions(self, count: int = 4) -> tuple[str, ...]:
        """Returns questions that the corpus answers: its own FAQ questions first, then headings.

        At most `suggestions.MOST_SUGGESTIONS`.
        """
        from ..retrieval.suggestions import MOST_SUGGESTIONS, suggest

        generation = self.live()
        # Every page asks for them.
        found = self._suggested.get(
            [generation.number],
            lambda _: {generation.number: suggest(generation, MOST_SUGGESTIONS)},
        )
        return found[generation.number][:count]

    def related(
        self, answer: Answer, count: int = 3, leave: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Returns up to `count` answerable questions of the corpus that are close to an answer's.

        Leaves out the questions in `leave` and those whose answer is already quoted. Only sources
        that the question was restricted to may answer them. Raises FilterError if these no longer
        exist, IndexMissing, IndexMismatch, IndexDamaged or EncoderError.
        """
        only = answer.filter.only if answer.filter else None
        generation, _ = self._asker.narrowed(self.live(), only)

        def is_answered(line: str) -> bool:
            found = self._asker.ask(generation, line, (), None)
            return found.verdict is Verdict.ANSWERED

        return self._related.near(generation, answer, count, leave, is_answered)

    # The index: build, check, roll back, move

    def sync(
        self,
        *,
        rebuild: bool = False,
        may_be_empty: bool = False,
        leave: Collection[str] = (),
        gate: Gate | None = None,
        progress: ProgressListener | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> SyncReport:
        """Brings the index up to date with the corpus; `rebuild` reuses nothing.

        An index without documents is created only if it `may_be_empty`, so that documents can be
        added.

        Files whose path is in `leave` are still being written and stay as they were indexed. The
        live generation keeps answering until the new one is complete, and afterwards if `gate`
        rejects the new one. Once the new generation is live, segments are merged if there are too
        many; the merged generation has the same content and a new number. Raises IndexBusy,
        IndexUnwritable, IndexMismatch, IndexDamaged, CorpusMissing, CorpusMismatch, CorpusEmpty,
        SyncCancelled, ReaderUnavailable, and the errors of `gate`.
        """
        return self._syncer.sync(
            rebuild=rebuild,
            may_be_empty=may_be_empty,
            leave=leave,
            gate=gate,
            progress=progress or _ignore,
            cancelled=cancelled or _never,
        )

    def is_current(self) -> bool:
        """False if there is no index or the corpus has changed since it was built; else True."""
        try:
            return self.outstanding().is_nothing
        except IndexMissing:
            return False

    def outstanding(self) -> Outstanding:
        """Returns what has changed in the corpus since it was indexed.

        Raises IndexMissing, IndexMismatch or IndexDamaged.
        """
        from ..indexing import plan, to_read_again

        live = self.live()
        again = to_read_again(live.files(), live.manifest.stamp.ocr, self.settings.ocr)
        difference = plan(live.files(), self._corpus.fingerprints(), again)
        return Outstanding(
            difference.added, difference.changed, difference.removed, difference.renamed
        )

    def status(self) -> Status:
        """Returns statistics of the live generation without loading the model."""
        generation = self._index.opened()
        manifest = generation.manifest
        return Status(
            corpus=str(self.settings.corpus.absolute()),
            index=place_of(self.settings.index),
            generation=generation.number,
            created=manifest.created,
            model=manifest.stamp.model,
            sources=manifest.sources,
            passages=manifest.passages,
            bytes_on_disk=sum(record.bytes for record in manifest.files.values()),
            skipped=manifest.skipped,
            kept=kept(self._store),
            approximate=generation.approximate(),
            without_copy=self._asker.copy_fault(manifest.stamp.encoder),
        )

    def generation(self) -> int:
        """Returns the number of the live generation; raises IndexMissing or IndexDamaged."""
        return self._index.opened().number

    def is_built(self) -> bool:
        """Whether there is an index; raises IndexDamaged."""
        try:
            self.generation()
        except IndexMissing:
            return False
        return True

    def has_sources(self) -> bool:
        """Whether the index has any sources; raises IndexMissing or IndexDamaged."""
        return bool(self._index.opened().infos)

    def verify(self) -> Verification:
        """Rehashes every file of the live generation and compares every passage with its source."""
        from ..generations.verification import verify

        return verify(self._store, self._store.live())

    def check(self, passages: Sequence[CitedPassage]) -> QuoteCheck:
        """Compares cited passages with the live generation and with the files of the corpus.

        Uses no cached hashes: the files are hashed again. Raises CorpusMissing, and the errors of
        reading the index. `pincite.verification.cited_passages` returns those of an answer.
        """
        from ..generations.quote_checking import check

        return check(self._index.opened(), self._corpus, passages)

    def verify_deleted(self, source_id: str) -> Deletion:
        """Searches every generation on disk for a source, given its full id.

        Raises UsageError unless it is a full id, because a partial id would never be found, and
        IndexMissing or IndexDamaged.
        """
        if not is_source_id(source_id):
            raise UsageError(
                f"'{source_id}' is no whole id of a source, which has 16 digits from 0 to f. "
                "Answers and lists name it; see: pincite sources"
            )
        return trace(self._store, source_id)

    def rollback(self, number: int | None = None) -> Status:
        """Goes back to an earlier generation, by default the one before the live one.

        It stays live until the next sync. Raises GenerationUnknown, IndexBusy, and IndexDamaged,
        IndexMismatch or CorpusMismatch if the generation cannot be used.
        """
        with self._store.writing():
            go_back(self._store, number, self._stamp(), self._ownership.require)
        return self.status()

    def erase_older(self) -> tuple[int, ...]:
        """Removes every generation except the live one, and purges hidden sources from that.

        Returns the numbers of the generations that were kept for `rollback`. Raises IndexBusy,
        IndexUnwritable, IndexMissing, IndexMismatch or IndexDamaged.
        """
        with self._store.writing():
            self._index.require_own()
            keep = self.settings.generations_kept
            self._store.collect_garbage(self._index.opened(), keep, purge=True)
            return erase_older(self._store)

    def migrate_to(self, target: str) -> Status:
        """Copies the live generation into another index and makes it live there.

        Nothing is embedded. `target` is a folder or an address, as for `--index`. Returns the
        status of that index. Raises UsageError, IndexBusy, IndexUnwritable, IndexUnreachable, and
        the errors of reading this index.
        """
        from ..generations.migration import migrate

        index, place = self.settings.index, Path(target)
        there = Engine(self.settings.model_copy(update={"index": place}), self._asker.encoder)
        corpus = renamed(self._index.opened().manifest.corpus, index, place)
        self._ownership.require_replaceable(there._store.corpus(), place, corpus)
        migrate(self._store, there._store, self.settings.generations_kept, corpus)
        return there.status()

    def export(self, target: Path) -> int:
        """Writes corpus and live generation into one file and returns its size in bytes.

        Raises UsageError if the index is not up to date with the corpus or `target` exists, and the
        errors of reading the index.
        """
        from ..generations.portable import export, in_folder

        if not self.is_current():
            raise UsageError("the corpus has changed since it was indexed. Run: pincite index")
        folder = in_folder(self._store)
        with folder.writing():
            return export(folder.opened(folder.live()), self._corpus, target)

    def import_from(self, package: Path) -> Status:
        """Unpacks the output of `export` into the corpus and index folders, which must be empty.

        Raises UsageError, PackageDamaged, IndexBusy or IndexUnwritable, and then leaves nothing
        behind.
        """
        from ..generations.portable import in_folder, unpack

        folder = in_folder(self._store)
        with folder.writing():
            unpack(package, self._corpus, folder.layout)
        return self.status()

    # Sources

    def sources(self, only: SourceFilter | None = None) -> tuple[SourceSummary, ...]:
        """Returns the sources of the live generation, by path: all, or those that a filter admits.

        Raises FilterError, IndexMissing or IndexDamaged.
        """
        generation = self._index.opened()
        if not only:
            return generation.summaries()
        ids = admitted(only, generation.infos.values()).ids
        return tuple(found for found in generation.summaries() if found.info.id in ids)

    def applied(self, only: SourceFilter) -> AppliedFilter:
        """Returns a filter as it would apply to a question; raises the errors of `sources`."""
        return admitted(only, self._index.opened().infos.values()).applied

    def source(self, source_id: str) -> Source:
        """Returns a source with its text, given its id or an unambiguous prefix of the id.

        Raises SourceUnknown, and SourceGone if the source is known to have been removed or changed.
        """
        return self._index.source(source_id)

    def unread_pdfs(self) -> dict[str, CorpusFile]:
        """Returns the PDFs without usable text, such as scans, by the id that each would have."""
        from ..indexing import source_id

        return {
            source_id(file.sha256, ".pdf"): file
            for file in self._index.opened().manifest.unread
            if file.sha256 is not None and file.path.lower().endswith(".pdf")
        }

    def original(self, source_id: str) -> bytes:
        """Returns the file of a source or unread PDF, verified to be the file that was indexed.

        Raises FileChanged, and the errors of `source`.
        """
        unread = self.unread_pdfs().get(source_id)
        if unread is not None and unread.sha256 is not None:
            return self._corpus.original((unread.path,), unread.sha256)
        info = self.source(source_id).info
        return self._corpus.original((info.path, *info.also_at), info.sha256)

    def passage(self, passage_id: str) -> Passage:
        """Returns a passage by its full id, checked against its source.

        Raises PassageUnknown, SourceGone if its source is known to have been removed or changed,
        and the errors of reading the index.
        """
        return self._index.passage(passage_id)

    def require_corpus(self) -> None:
        """Raises CorpusMissing unless the corpus exists."""
        self._corpus.require()

    def make_corpus(self) -> None:
        """Creates the corpus folder if neither it nor an index exists.

        Raises CorpusMissing if there is an index, because the next sync would empty it, and
        UsageError.
        """
        corpus, index = self.settings.corpus, self._store.place
        if not corpus.exists() and self._store.numbers():
            raise CorpusMissing(
                f"the corpus {corpus} does not exist, but its index does: {index}. Put the folder "
                "back, or remove the index."
            )
        self._corpus.make()

    def left_out(self) -> dict[str, str]:
        """Returns the files of the corpus folder that are not documents, by path, with the reason.

        Raises CorpusMissing.
        """
        return self._corpus.left_out()

    def corpus_files(self) -> dict[str, Path]:
        """Returns every current file of the corpus by its display path."""
        return self._corpus.stored_files()

    def copies(self) -> Copies:
        """Returns an overview of the corpus documents; pass it to each call when adding many."""
        return self._adder.copies()

    def add_source(
        self, name: str, data: bytes, folders: Sequence[str] = (), copies: Copies | None = None
    ) -> str:
        """Stores a document or an archive of documents under a safe name and returns its path.

        `folders` are the folders below the corpus to store it in, outermost first. `copies` are the
        existing documents; without it, they are looked up. The next sync indexes the document.
        Raises ReadError if nothing in it can be read, SourceKnown if the corpus already holds it,
        and UsageError if it cannot be stored; in each case nothing is stored.
        """
        return self._adder.add(name, data, folders, copies)

    def preview(self, name: str, data: bytes) -> tuple[Preview, ...]:
        """Returns what would be read of a document, or of the files of an archive, if added.

        Nothing is stored. Raises ReadError if nothing in it can be read, ReaderUnavailable and
        EncoderError.
        """
        return self._adder.preview(name, data, self._known())

    def add_from_web(
        self, url: str, *, allow_private: bool = False, copies: Copies | None = None
    ) -> str:
        """Fetches a document, stores it as `add_source` does and returns its path.

        This is the only method that uses the network. Addresses that are not public are refused
        unless `allow_private`. Raises UsageError, SourceKnown, FetchError or ReadError.
        """
        return self._adder.add_from_web(url, allow_private=allow_private, copies=copies)

    def remove_source(self, source_id: str) -> tuple[str, ...]:
        """Deletes a source's files from the corpus and returns their paths.

        The source keeps answering until the next sync. Raises SourceUnknown, and UsageError for a
        file in an archive; then nothing is deleted.
        """
        info = self.source(source_id).info
        paths = (info.path, *info.also_at)
        self._corpus.remove(*paths)
        return paths

    def _known(self) -> Collection[str]:
        try:
            return self._index.opened().infos
        except IndexMissing:
            return ()

    def _stamp(self) -> Stamp:
        return Stamp(
            encoder=self._encoder.fingerprint,
            model=self.settings.model,
            reading=reading.READING_VERSION,
            keep_boilerplate=self.settings.keep_boilerplate,
            passages=PASSAGE_VERSION,
            passage_characters=self.settings.passage_characters,
            ocr=self.settings.ocr,
        )

    def live(self) -> GenerationReader:
        """Opens the live generation; raises IndexMismatch unless this encoder can search it."""
        return self._index.searchable()


def _ignore(_: SyncProgress) -> None:
    return None


def _never() -> bool:
    return False
