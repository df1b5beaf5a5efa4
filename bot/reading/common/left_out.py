"""Describes what readers leave out of Office documents, for the owner of the index.

Each description is a template for a count; the catalogues of the interface translate it.
"""

from __future__ import annotations

from collections.abc import Mapping

DELETED = "tracked deletions that are left out: {}"
HIDDEN = "hidden texts that are left out: {}"
COMMENTS = "comments of reviewers, read and marked as comments: {}"
PLACEHOLDERS = "empty form fields that are left out: {}"
SYMBOLS = "signs of symbol fonts that are left out: {}"
REPETITIONS = "repetitions of rows that are left out: {}"
UNREADABLE_DOCUMENTS = "embedded documents that cannot be read: {}"
MISSING_PARTS = "embedded parts that are missing: {}"
FILES = "embedded files that are not read: {}"
FORMULAS = "formulas without a stored value, shown as they are written: {}"


def remarks(counts: Mapping[str, int]) -> list[str]:
    """Returns a remark with the count for each kind of omission that occurred."""
    return [what.format(count) for what, count in counts.items() if count]
