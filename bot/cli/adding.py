"""Adding documents to the corpus: files, the files of folders, and addresses of the web."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..engine import Engine
from ..errors import FetchError, ReadError, UsageError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one document: its path in the corpus, or the reason why it has none."""

    given: str
    path: str | None = None
    reason: str | None = None


def add_all(engine: Engine, wanted: Sequence[str], *, allow_private: bool) -> Iterator[Added]:
    """Adds one document after another; one that cannot be added stops nothing."""
    for given in wanted:
        for document in [given] if _ADDRESS.match(given) else _files(given):
            try:
                if document == given and _ADDRESS.match(given):
                    path = engine.add_from_web(given, allow_private=allow_private)
                else:
                    file = Path(document)
                    path = engine.add_source(file.name, _content(file, engine))
                yield Added(document, path)
            except (UsageError, FetchError, ReadError) as error:
                yield Added(document, reason=str(error).removeprefix(f"{document}: "))


def _files(given: str) -> list[str]:
    """A file itself; of a folder all files below it, in order, without hidden ones and links."""
    folder = Path(given)
    if not folder.is_dir():
        return [given]
    return [
        str(file)
        for file in sorted(folder.rglob("*"))
        if not file.is_dir()
        and not file.is_symlink()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]


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
