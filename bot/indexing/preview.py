"""Shows what would be read and skipped in a document, before it is added to the corpus."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import islice

from ..corpus.archives import Archive, archive_suffix
from ..errors import ReadError
from ..text.passages import PassageRules, split
from ..types import Preview
from .build import read_document, source_of

# The number of files of an archive that are previewed; the rest are only counted.
ARCHIVE_FILES = 50


def preview(
    name: str,
    data: bytes,
    *,
    max_file_bytes: int,
    rules: PassageRules,
    count_tokens: Callable[[Sequence[str]], list[int]],
    keep_boilerplate: bool,
    known: Collection[str],
    ocr: str = "",
) -> tuple[Preview, ...]:
    """Returns a preview of a document, or of each file in an archive up to `ARCHIVE_FILES`.

    `known` are the ids of existing sources. The preview of an unreadable file in an archive has the
    reason; for a single document ReadError is raised.
    """

    def of(path: str, content: bytes) -> Preview:
        sha256 = hashlib.sha256(content).hexdigest()
        document = read_document(content, path, keep_boilerplate, ocr)
        source = source_of(document, path, sha256)
        skipped = Counter(block.skipped for block in source.blocks if block.skipped)
        return Preview(
            name=path,
            title=source.info.title,
            language=source.info.language,
            characters=len(source.text),
            passages=len(split(source, rules, count_tokens)),
            skipped=tuple(sorted(skipped.items())),
            notes=document.notes,
            is_known=source.info.id in known,
            date_from=document.metadata.date_from,
        )

    suffix = archive_suffix(name)
    if suffix is None:
        return (of(name, data),)
    found = []
    entries = Archive(suffix, data, max_file_bytes, bool(ocr)).entries()
    for entry, read in islice(entries, ARCHIVE_FILES):
        path = f"{name}/{entry.name}"
        try:
            if entry.flaw is not None:
                raise ReadError(entry.flaw)
            found.append(of(path, read()))
        except ReadError as error:
            found.append(Preview(name=path, reason=str(error)))
    more = sum(1 for _ in entries)
    if more:
        found.append(Preview(name=name, notes=(f"{more} more files are not looked into here",)))
    return tuple(found)
