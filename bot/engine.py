"""The facade: open, sync, ask. The command line, the web app and programs call only this."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import reading
from .asking import Asker, Gate
from .errors import CorpusMissing, IndexMissing, UsageError
from .filtering import admitted
from .generations import erase_older, go_back, kept, trace, vector_rules
from .live import LiveIndex, is_source_id
from .ownership import Ownership, renamed
from .passages import PASSAGE_VERSION
from .settings import Settings
from .store import GenerationReader, Stamp, place_of, store_at
from .types import (
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

if TYPE_CHECKING:
    from .adding import Adder
    from .indexing import Copies, Corpus
    from .related import RelatedQuestions
    from .syncing import Syncer


class Engine:
    """A corpus, its index, and the questions that they answer.

    Every method may be called from any thread, and from several processes on one index: reading
    goes on while one of them writes. A generation that another process made is picked up by the
    next question.
    """

    def __init__(self, settings: Settings, encoder: Encoder | None = None) -> None:
        self.settings = settings
        self._asker = Asker(settings, encoder)
        self._encoder = self._asker.encoder
        self._store = store_at(settings.index, vector_rules(settings), settings.milvus_token)
        self._ownership = Ownership(settings, self._store.place, lambda: self._corpus)
        self._index = LiveIndex(self._store, self._stamp, self._ownership)
        self._suggested: tuple[int, tuple[str, ...]] = (0, ())

    # What reads and builds is imported by what needs it: a question from the shell needs neither.

    @cached_property
    def _corpus(self) -> Corpus:
        from .indexing import Corpus

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
        from .related import RelatedQuestions

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
        """The passages that answer a question, best first, and how sure that is.

        `k` asks for exactly so many passages as far as there are any; without it, up to
        `passages_shown` that are worth showing. `ignore_context` asks without the history.
        `only` restricts the question to some sources, as if there were no others; how rare a word
        is follows from all. Raises QuestionError, FilterError, IndexMissing, IndexMismatch,
        IndexDamaged or EncoderError.
        """
        question = self._asker.checked(question, k)
        turns = () if ignore_context else history
        return self._asker.ask(self.live(), question, turns, k, only)

    def find(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        ignore_context: bool = False,
        only: SourceFilter | None = None,
        order: Order = Order.RELEVANCE,
    ) -> Found:
        """All passages found for a question, by source, at most 50; the rest is as for `ask`.

        Of a passage of another source that says the same, nothing is left out. None are found for
        what asks nothing of the sources, nor for an overview of all of them.
        """
        question = self._asker.checked(question, None)
        turns = () if ignore_context else history
        return self._asker.find(self.live(), question, turns, only, order)

    def check_question(self, question: str, k: int | None = None) -> None:
        """Raises QuestionError, as `ask` would, for what needs no index to be refused."""
        self._asker.checked(question, k)

    def warm_up(self) -> None:
        """Loads the model and the index, so that the first question is as fast as the next."""
        self.live()
        self._asker.warm_up()

    def encode_questions(self, questions: Sequence[str]) -> Vectors:
        """The unit vectors of questions, shape (questions, dimension); raises EncoderError."""
        return np.stack([found.vector for found in self._encoder.encode_questions(questions)])

    def suggestions(self, count: int = 4) -> tuple[str, ...]:
        """Questions that the corpus answers: its own FAQ questions first, then its headings.

        At most `suggestions.MOST_SUGGESTIONS`.
        """
        from .suggestions import MOST_SUGGESTIONS, suggest

        generation = self.live()
        number, found = self._suggested
        # Kept, for every page asks for them.
        if number != generation.number:
            found = suggest(generation, MOST_SUGGESTIONS)
            self._suggested = generation.number, found
        return found[:count]

    def related(
        self, answer: Answer, count: int = 3, leave: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Up to `count` questions of the corpus near that of an answer, each of which it answers.

        None that are in `leave`, and none that the answer has quoted the answer to. The sources
        that answer them are those to which the question was restricted. Raises FilterError where
        these have gone, IndexMissing, IndexMismatch, IndexDamaged or EncoderError.
        """
        only = answer.filter.only if answer.filter else None
        generation, _ = self._asker.narrowed(self.live(), only)

        def is_answered(line: str) -> bool:
            found = self._asker.ask(generation, line, (), None)
            return found.verdict is Verdict.ANSWERED

        return self._related.near(generation, answer, count, leave, is_answered)

    # The index's life

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
        """Brings the index up to date with the corpus; `rebuild` takes nothing over.

        An index of no documents is begun only where it `may_be_empty`, for somebody to add some.

        Files whose path is in `leave`, which somebody is still writing, stay as they were indexed.
        Reading goes on with the live generation until the new one is whole, and on after that if
        `gate` rejects it. Once it answers, segments are merged where there are too many: that
        generation says the same under another number. Raises IndexBusy, IndexUnwritable,
        IndexMismatch, IndexDamaged, CorpusMissing, CorpusMismatch, CorpusEmpty, SyncCancelled,
        ReaderUnavailable, and what `gate` raises.
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
        """False when there is no index or the corpus has changed since; True otherwise."""
        try:
            return self.outstanding().is_nothing
        except IndexMissing:
            return False

    def outstanding(self) -> Outstanding:
        """What has changed in the corpus since it was indexed.

        Raises IndexMissing, IndexMismatch or IndexDamaged.
        """
        from .indexing import plan, to_read_again

        live = self.live()
        again = to_read_again(live.files(), live.manifest.stamp.ocr, self.settings.ocr)
        difference = plan(live.files(), self._corpus.fingerprints(), again)
        return Outstanding(
            difference.added, difference.changed, difference.removed, difference.renamed
        )

    def status(self) -> Status:
        """The live generation in numbers, without loading the model."""
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
            without_copy=self._asker.without_copy(manifest.stamp.encoder),
        )

    def generation(self) -> int:
        """The number of the generation that answers; raises IndexMissing or IndexDamaged."""
        return self._index.opened().number

    def is_built(self) -> bool:
        """Whether there is an index; raises IndexDamaged."""
        try:
            self.generation()
        except IndexMissing:
            return False
        return True

    def has_sources(self) -> bool:
        """Whether there is anything to answer from; raises IndexMissing or IndexDamaged."""
        return bool(self._index.opened().infos)

    def verify(self) -> Verification:
        """Re-hashes every file of the live generation and re-slices every passage."""
        from .verification import verify

        return verify(self._store, self._store.live())

    def check(self, passages: Sequence[CitedPassage]) -> QuoteCheck:
        """Compares cited passages with the live generation and with the files of the corpus.

        Nothing is taken from memory: the files are hashed anew. Raises CorpusMissing, and what
        reading the index raises. `pincite.verification.cited_passages` gives those of an answer.
        """
        from .verification import check

        return check(self._index.opened(), self._corpus, passages)

    def verify_deleted(self, source_id: str) -> Deletion:
        """Looks for a source in every generation on disk, by its whole id.

        Raises UsageError for anything else, which would be found nowhere, and IndexMissing or
        IndexDamaged.
        """
        if not is_source_id(source_id):
            raise UsageError(
                f"'{source_id}' is no whole id of a source, which has 16 digits from 0 to f. "
                "Answers and lists name it; see: pincite sources"
            )
        return trace(self._store, source_id)

    def rollback(self, number: int | None = None) -> Status:
        """Goes back to an earlier generation, by default the one before the live one.

        It serves until the next sync. Raises GenerationUnknown, IndexBusy, and IndexDamaged,
        IndexMismatch or CorpusMismatch for a generation that could not serve.
        """
        with self._store.writing():
            go_back(self._store, number, self._stamp(), self._ownership.require)
        return self.status()

    def erase_older(self) -> tuple[int, ...]:
        """Removes every generation but the live one, and from it what it only hides.

        Returns the numbers of those that were kept for `rollback`. Raises IndexBusy,
        IndexUnwritable, IndexMissing, IndexMismatch or IndexDamaged.
        """
        with self._store.writing():
            self._index.require_own()
            keep = self.settings.generations_kept
            self._store.tidied(self._index.opened(), keep, purge=True)
            return erase_older(self._store)

    def migrate_to(self, target: str) -> Status:
        """Copies the live generation into another index, which it is the live one of from then on.

        Nothing is embedded. `target` is a folder or an address, as for `--index`. Returns the
        state of that index. Raises UsageError, IndexBusy, IndexUnwritable, IndexUnreachable, and
        what reading this index raises.
        """
        from .migrating import migrate

        index, place = self.settings.index, Path(target)
        there = Engine(self.settings.model_copy(update={"index": place}), self._asker.encoder)
        corpus = renamed(self._index.opened().manifest.corpus, index, place)
        self._ownership.require_replaceable(there._store.corpus(), place, corpus)
        migrate(self._store, there._store, self.settings.generations_kept, corpus)
        return there.status()

    def export(self, target: Path) -> int:
        """Writes corpus and live generation into one file and returns its size in bytes.

        Raises UsageError when the index is not up to date with the corpus or `target` is there,
        and what reading the index raises.
        """
        from .portable import export, in_folder

        if not self.is_current():
            raise UsageError("the corpus has changed since it was indexed. Run: pincite index")
        folder = in_folder(self._store)
        with folder.writing():
            return export(folder.opened(folder.live()), self._corpus, target)

    def import_from(self, package: Path) -> Status:
        """Unpacks what `export` wrote into the corpus and index folders, which must be empty.

        Raises UsageError, PackageDamaged, IndexBusy or IndexUnwritable; then nothing is left.
        """
        from .portable import in_folder, unpack

        folder = in_folder(self._store)
        with folder.writing():
            unpack(package, self._corpus, folder.layout)
        return self.status()

    # Sources

    def sources(self, only: SourceFilter | None = None) -> tuple[SourceSummary, ...]:
        """The sources of the live generation, by path: all, or those that a filter admits.

        Raises FilterError, IndexMissing or IndexDamaged.
        """
        generation = self._index.opened()
        if not only:
            return generation.summaries()
        ids = admitted(only, generation.infos.values()).ids
        return tuple(found for found in generation.summaries() if found.info.id in ids)

    def applied(self, only: SourceFilter) -> AppliedFilter:
        """A filter as a question would be restricted by it; raises what `sources` does."""
        return admitted(only, self._index.opened().infos.values()).applied

    def source(self, source_id: str) -> Source:
        """A source with its text; an unambiguous beginning of its id will do.

        Raises SourceUnknown, and SourceGone for one that is known to have been removed or changed.
        """
        return self._index.source(source_id)

    def unread_pdfs(self) -> dict[str, CorpusFile]:
        """The PDFs that no source could be made of, such as scans, by the id each would have."""
        from .indexing import source_id

        return {
            source_id(file.sha256, ".pdf"): file
            for file in self._index.opened().manifest.unread
            if file.sha256 is not None and file.path.lower().endswith(".pdf")
        }

    def original(self, source_id: str) -> bytes:
        """The file of a source or of an unread PDF, proved to be what the index run found there.

        Raises FileChanged, and what `source` raises.
        """
        unread = self.unread_pdfs().get(source_id)
        if unread is not None and unread.sha256 is not None:
            return self._corpus.original((unread.path,), unread.sha256)
        info = self.source(source_id).info
        return self._corpus.original((info.path, *info.also_at), info.sha256)

    def passage(self, passage_id: str) -> Passage:
        """A passage by its whole id, checked against its source.

        Raises PassageUnknown, SourceGone for one whose source is known to have been removed or
        changed, and what reading the index raises.
        """
        return self._index.passage(passage_id)

    def require_corpus(self) -> None:
        """Raises CorpusMissing unless the corpus is there."""
        self._corpus.require()

    def make_corpus(self) -> None:
        """Makes the corpus folder where there is neither it nor an index.

        Raises CorpusMissing where there is an index, which would be emptied by the next sync, and
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
        """What in the corpus folder is no document, by path, each with the reason.

        Raises CorpusMissing.
        """
        return self._corpus.left_out()

    def corpus_files(self) -> dict[str, Path]:
        """Every file that the corpus consists of now, by its path for display."""
        return self._corpus.stored_files()

    def copies(self) -> Copies:
        """The documents that the corpus holds, for adding many: pass it to each call."""
        return self._adder.copies()

    def add_source(
        self, name: str, data: bytes, folders: Sequence[str] = (), copies: Copies | None = None
    ) -> str:
        """Stores a document, or an archive of some, under a safe name and returns its path.

        `folders` are those below the corpus that it is to lie in, outermost first; `copies` are the
        documents that are there, which are looked for without it. The index follows with the next
        sync. Raises ReadError when nothing in it can be read, SourceKnown for what the corpus holds
        already and UsageError when it cannot be stored: then nothing is.
        """
        return self._adder.add(name, data, folders, copies)

    def preview(self, name: str, data: bytes) -> tuple[Preview, ...]:
        """What would be read of a document, or of the files of an archive, if it were added.

        Nothing is stored. Raises ReadError when nothing in it can be read, ReaderUnavailable and
        EncoderError.
        """
        return self._adder.preview(name, data, self._known())

    def add_from_web(
        self, url: str, *, allow_private: bool = False, copies: Copies | None = None
    ) -> str:
        """Fetches a document, stores it as `add_source` does and returns its path.

        This alone reaches the network. Addresses that are not public are refused unless
        `allow_private`. Raises UsageError, SourceKnown, FetchError or ReadError.
        """
        return self._adder.add_from_web(url, allow_private=allow_private, copies=copies)

    def remove_source(self, source_id: str) -> tuple[str, ...]:
        """Deletes a source's files from the corpus and returns their paths.

        It answers until the next sync. Raises SourceUnknown, and UsageError for what is in an
        archive: then nothing is deleted.
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
        """The live generation, opened; raises IndexMismatch unless this encoder can search it."""
        return self._index.searchable()


def _ignore(_: SyncProgress) -> None:
    return None


def _never() -> bool:
    return False
