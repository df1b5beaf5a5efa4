"""Names under which documents are stored, whatever name they come with."""

from __future__ import annotations

import unicodedata

from ..errors import UsageError
from .archives import FORMATS, archive_suffix, is_read, suffix_of, unread
from .walking import NOT_A_SOURCE

LONGEST_NAME_BYTES = 200


def ending(name: str) -> str:
    """How a name says what a file is (".txt", ".tar.gz"), in lower case, or ""."""
    return archive_suffix(name) or suffix_of(name)


def safe_name(name: str) -> str:
    """The last part of an uploaded name without anything that a file system or shell may read.

    Raises UsageError for that of a file that is not read.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    suffix = ending(last)
    # Whether pictures are read is for those to say that add one.
    if not is_read(suffix, reads_pictures=True):
        raise UsageError(f"{last!r}: {unread(suffix)}. Formats that are read: {FORMATS}.")
    kept = safe_stem(last[: -len(suffix)])
    if f"{kept}{suffix}".lower() == NOT_A_SOURCE.lower():
        kept = f"{kept}-source"
    return f"{kept or 'document'}{suffix}"


def safe_stem(name: str) -> str:
    """A name without its ending, or that of a folder, in the same way; it may be empty."""
    kept = "".join(sign if sign.isalnum() or sign in "-_ ()+&," else "-" for sign in name)
    kept = kept.strip(" -.")
    while len(kept.encode()) > LONGEST_NAME_BYTES:
        kept = kept[:-1]
    return kept
