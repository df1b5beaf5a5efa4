"""The report of an index run."""

from __future__ import annotations

from collections.abc import Mapping

from ..corpus.archives import FORMATS, is_unread
from ..types import CorpusFile, SkippedFile, SyncReport
from .plan import Plan


def report(
    number: int,
    difference: Plan,
    files: Mapping[str, CorpusFile],
    passages: int,
    embedded: int,
    notes: tuple[str, ...],
) -> SyncReport:
    """Returns the outcome by path; an unreadable file counts only as skipped."""
    skipped = {
        path: SkippedFile(path, file.reason)
        for path, file in sorted(files.items())
        if file.reason is not None
    }
    news = (*difference.added, *difference.changed)
    if any(path in skipped and is_unread(skipped[path].reason) for path in news):
        notes += (f"formats that are read: {FORMATS}",)
    return SyncReport(
        generation=number,
        added=tuple(path for path in difference.added if path not in skipped),
        changed=tuple(path for path in difference.changed if path not in skipped),
        removed=difference.removed,
        renamed=tuple(pair for pair in difference.renamed if pair[1] not in skipped),
        unchanged=tuple(path for path in difference.unchanged if path not in skipped),
        skipped=tuple(skipped.values()),
        passages=passages,
        embedded=embedded,
        notes=notes,
    )
