"""Every error that pincite raises on purpose, in one tree.

PinciteError                 anything below; its message says what is wrong and what to do next
├── UsageError               the request itself is wrong (exit code 2)
│   ├── SettingsError        an option, environment variable or pincite.toml entry
│   ├── CorpusMissing        the corpus folder does not exist
│   ├── CorpusMismatch       the index was built from another corpus
│   ├── QuestionError        a question that is empty, too long or malformed
│   ├── FilterError          a source filter with an unknown value, or that admits no source
│   ├── SourceUnknown        a source id or file that the index or corpus does not hold
│   │   └── SourceGone       a cited source that was removed or changed since
│   ├── FileChanged          the file of a source is missing or has changed
│   ├── SourceKnown          a document to add that the corpus already holds
│   ├── PassageUnknown       a passage id that the index does not hold
│   ├── GenerationUnknown    a generation that is not on disk (any more)
│   └── ReadOnly             a change requested in a read-only chat
├── CorpusEmpty              the corpus folder holds nothing that can be indexed
├── FetchError               a web document cannot be fetched, or must not be
├── ReadError                one file cannot be read; collected under "skipped", never fatal
├── ReaderUnavailable        no file can be read: the reading process does not start
├── EncoderError             the embedding model cannot be found, checked or loaded
├── StoreError               the index on disk
│   ├── IndexMissing         nothing has been built yet
│   ├── IndexMismatch        built by another model, format version or passage size
│   ├── IndexDamaged         a file of the generation is missing, truncated or altered
│   ├── IndexBusy            another process is writing
│   ├── IndexUnreachable     the server that holds the index does not answer
│   └── IndexUnwritable      the disk is full or not writable
├── PackageDamaged           an exported file was altered
├── AnswersWorse             a new generation answers the golden questions worse than the live one
├── SyncCancelled            the person who started an index run stopped it
└── ServeError               the chat cannot be served (port in use, missing password)
"""

from __future__ import annotations


class PinciteError(Exception):
    """Base of every deliberate error; `exit_code` is the exit status of the command line."""

    exit_code = 1


class UsageError(PinciteError):
    """The request itself is wrong."""

    exit_code = 2


class SettingsError(UsageError):
    """An option, environment variable or configuration entry is invalid."""


class CorpusMissing(UsageError):
    """The corpus folder does not exist or is not a folder."""


class CorpusMismatch(UsageError):
    """The index was built from another corpus than the one that it is used with."""


class QuestionError(UsageError):
    """A question is empty, too long or malformed."""


class FilterError(UsageError):
    """A source filter has an unknown value, is malformed, or admits no source."""


class SourceUnknown(UsageError):
    """No source has this id or name."""


class SourceGone(SourceUnknown):
    """A cited source is no longer in the index.

    `now` is the id of the source that has its place, None where it was removed.
    """

    def __init__(self, message: str, now: str | None) -> None:
        super().__init__(message)
        self.now = now


class FileChanged(UsageError):
    """The file of a source is missing, unreadable, or has changed since it was indexed."""


class SourceKnown(UsageError):
    """A document is not added, because the corpus already holds it at `path`."""

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


class PassageUnknown(UsageError):
    """No passage of the index has this id."""


class GenerationUnknown(UsageError):
    """No generation on disk has this number."""


class ReadOnly(UsageError):
    """A read-only chat was asked for a change."""


class CorpusEmpty(PinciteError):
    """The corpus folder holds nothing that can be indexed."""


class FetchError(PinciteError):
    """A web document cannot be fetched, or its address is not allowed."""


class ReadError(PinciteError):
    """One file cannot be read; the run goes on without it."""


class ReaderUnavailable(PinciteError):
    """The process that reads files does not start; no file is at fault."""


class EncoderError(PinciteError):
    """The embedding model cannot be found, checked or loaded."""


class StoreError(PinciteError):
    """The index on disk cannot be used as it is."""


class IndexMissing(StoreError):
    """No generation has been built yet."""


class IndexMismatch(StoreError):
    """The generation was built by another model, format or passage setting."""


class IndexDamaged(StoreError):
    """A file of the generation is missing, truncated or altered."""


class IndexBusy(StoreError):
    """Another process is writing the index."""


class IndexUnreachable(StoreError):
    """The server that holds the index does not answer, or the means to reach it are missing."""


class IndexUnwritable(StoreError):
    """The index folder cannot be written (full disk, missing permission)."""


class PackageDamaged(PinciteError):
    """A file to import is damaged or was altered; nothing was imported."""


class AnswersWorse(PinciteError):
    """A new generation was rejected: it answers the golden questions worse."""


class SyncCancelled(PinciteError):
    """An index run was stopped by its owner; the live generation is untouched."""


class ServeError(PinciteError):
    """The chat cannot be served."""
