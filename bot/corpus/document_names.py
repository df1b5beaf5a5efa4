"""Safe names for stored documents, whatever their original names."""

from __future__ import annotations

import unicodedata

from ..errors import UsageError
from .archives import FORMATS, archive_suffix, is_read, suffix_of, unread
from .listing import NOT_A_SOURCE

LONGEST_NAME_BYTES = 200


def ending(name: str) -> str:
    """Returns the extension of a name (".txt", ".tar.gz") in lower case, or ""."""
    return archive_suffix(name) or suffix_of(name)


def safe_name(name: str) -> str:
    """Returns the last part of an uploaded name, without characters special to file systems or
    shells.

    Raises UsageError for a file format that is not read.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    suffix = ending(last)
    # Pictures pass here: the callers that add one check whether OCR is set.
    if not is_read(suffix, reads_pictures=True):
        raise UsageError(f"{last!r}: {unread(suffix)}. Formats that are read: {FORMATS}.")
    kept = safe_stem(last[: -len(suffix)])
    if f"{kept}{suffix}".lower() == NOT_A_SOURCE.lower():
        kept = f"{kept}-source"
    return f"{kept or 'document'}{suffix}"


def safe_stem(name: str) -> str:
    """Cleans a name without its extension, or a folder name, in the same way; may return ""."""
    kept = "".join(sign if sign.isalnum() or sign in "-_ ()+&," else "-" for sign in name)
    kept = kept.strip(" -.")
    while len(kept.encode()) > LONGEST_NAME_BYTES:
        kept = kept[:-1]
    return kept
