"""Adding documents to the corpus: files, the files of folders, and addresses of the web."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from ..display import one_line
from ..engine import Engine
from ..errors import FetchError, ReadError, SourceKnown, UsageError
from ..indexing import ADDABLE, FORMATS, archive_suffix, is_unread, suffix_of, unread, walk
from .context import hinted, say

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one document: its path in the corpus, or the reason why it has none.

    It was not copied where it is `known`: the corpus holds it at that path already.
    """

    given: str
    path: str | None = None
    reason: str | None = None
    known: bool = False


@dataclass(frozen=True, slots=True)
class _Document:
    """A file to copy, and the folders below the one that was given that it lies in."""

    file: str
    folders: tuple[str, ...] = ()


def add_all(engine: Engine, wanted: Sequence[str], *, allow_private: bool) -> Iterator[Added]:
    """Adds one document after another; one that cannot be added stops nothing."""
    for given in wanted:
        if _ADDRESS.match(given):
            yield _added(given, partial(engine.add_from_web, given, allow_private=allow_private))
            continue
        for document in _documents(given, engine):
            yield _added(document.file, partial(_copied, document, engine))


def show_added(added: Added) -> None:
    """One line: what became of a document."""
    if added.path is None:
        say(f"{'refused':<9} {one_line(added.given)}: {one_line(added.reason or '')}")
    elif added.known:
        say(f"{'known':<9} {one_line(added.given)}, as {one_line(added.path)}")
    else:
        say(f"{'added':<9} {one_line(added.path)}")


def show_what_next(outcomes: Sequence[Added]) -> None:
    """What can be added, where something was of no such kind, and how to answer from the rest."""
    if any(is_unread(added.reason) for added in outcomes):
        say(f"Formats that are read: {FORMATS}")
    if any(added.path is not None and not added.known for added in outcomes):
        say(hinted("To answer from what was added, run: pincite index"))


def _added(given: str, add: Callable[[], str]) -> Added:
    try:
        return Added(given, add())
    except SourceKnown as error:
        return Added(given, error.path, known=True)
    except (UsageError, FetchError, ReadError) as error:
        return Added(given, reason=str(error).removeprefix(f"{given}: "))


def _documents(given: str, engine: Engine) -> list[_Document]:
    """A file itself; of a folder all files below it, in order, but those that are no documents."""
    if not Path(given).is_dir():
        return [_Document(given)]
    return [
        _Document(found.path, PurePosixPath(found.relative).parts[:-1])
        for found in walk(given, engine.settings.index_places)
        if found.left_out is None and not Path(found.path).is_symlink()
    ]


def _copied(document: _Document, engine: Engine) -> str:
    file = Path(document.file)
    suffix = archive_suffix(file.name) or suffix_of(file.name)
    if suffix not in ADDABLE and file.exists():
        raise UsageError(f"{file}: {unread(suffix)}")
    return engine.add_source(file.name, _content(file, engine), document.folders)


def _content(file: Path, engine: Engine) -> bytes:
    """The bytes of a regular file of a bearable size; raises UsageError."""
    limit = engine.settings.max_file_megabytes
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{file}: not a regular file. Give a file, a folder or an address.")
        if status.st_size > limit * 1_000_000:
            raise UsageError(
                f"{file}: larger than {limit} MB. Split it or raise max_file_megabytes."
            )
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}.") from error
