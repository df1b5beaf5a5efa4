"""Adds documents to the corpus: files, the files of folders, and web addresses."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

from ..corpus import (
    FORMATS,
    Copies,
    ListedFile,
    archive_suffix,
    is_read,
    is_unread,
    suffix_of,
    unread,
    walk,
)
from ..engine import Engine
from ..errors import FetchError, ReadError, SourceKnown, UsageError
from ..text.terminal_escaping import one_line
from .context import say, with_call_options

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Added:
    """The outcome for one document: its path in the corpus, or the reason why it has none.

    A `known` document is not copied because the corpus already holds it at that path. One that is
    `left out` of a folder is not copied because the corpus would leave it out too.
    """

    given: str
    path: str | None = None
    reason: str | None = None
    outcome: Literal["added", "known", "left out", "refused"] = "added"


def add_all(engine: Engine, wanted: Sequence[str], *, allow_private: bool) -> Iterator[Added]:
    """Adds one document after another. A document that cannot be added does not stop the rest."""
    copies = engine.copies()
    fetched = partial(engine.add_from_web, allow_private=allow_private, copies=copies)
    for given in wanted:
        if _ADDRESS.match(given):
            yield _added(given, partial(fetched, given))
            continue
        for found in _found(given, engine):
            if found.left_out is not None:
                yield Added(found.path, reason=found.left_out, outcome="left out")
            else:
                yield _added(found.path, partial(_copied, found, engine, copies))


def show_added(added: Added) -> None:
    """Prints one line with the outcome for a document."""
    if added.path is None:
        say(f"{added.outcome:<9} {one_line(added.given)}: {one_line(added.reason or '')}")
    elif added.outcome == "known":
        say(f"{'known':<9} {one_line(added.given)}, as {one_line(added.path)}")
    else:
        say(f"{'added':<9} {one_line(added.path)}")


def show_what_next(outcomes: Sequence[Added]) -> None:
    """Prints the supported formats if a file had another one, and how to index what was added."""
    if any(is_unread(added.reason) for added in outcomes):
        say(f"Formats that are read: {FORMATS}")
    if any(added.outcome == "added" for added in outcomes):
        say(with_call_options("To answer from what was added, run: pincite index"))


def _added(given: str, add: Callable[[], str]) -> Added:
    try:
        return Added(given, add())
    except SourceKnown as error:
        return Added(given, error.path, outcome="known")
    except (UsageError, FetchError, ReadError) as error:
        reason = str(error).removeprefix(f"{given}: ")
        return Added(given, reason=reason, outcome="refused")


def _found(given: str, engine: Engine) -> Iterator[ListedFile]:
    """Yields a file itself, or everything below a folder in order. Links are left out."""
    if not Path(given).is_dir():
        yield ListedFile(Path(given).name, given, None)
        return
    for found in walk(given, engine.settings.index_places):
        is_link = found.left_out is None and Path(found.path).is_symlink()
        yield replace(found, left_out="a link. Add what it leads to") if is_link else found


def _copied(found: ListedFile, engine: Engine, copies: Copies) -> str:
    file = Path(found.path)
    suffix = archive_suffix(file.name) or suffix_of(file.name)
    if not is_read(suffix, bool(engine.settings.ocr)) and file.exists():
        raise UsageError(f"{file}: {unread(suffix)}")
    folders = PurePosixPath(found.relative).parts[:-1]
    return engine.add_source(file.name, _content(file, engine), folders, copies)


def _content(file: Path, engine: Engine) -> bytes:
    """Returns the bytes of a regular file within the size limit; raises UsageError."""
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
