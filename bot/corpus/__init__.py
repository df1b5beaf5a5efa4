"""The corpus folder: which files belong to it, and how documents come and go.

In: a folder, uploaded bytes, archives or a web address. Out: the files to read, with fingerprints.
Open `folder` first; `archives` makes the files within an archive look like files of the folder.
"""

from .archives import (
    EXPORT_BEGINS_WITH,
    FORMATS,
    addable,
    archive_suffix,
    is_read,
    is_unread,
    suffix_of,
    unread,
)
from .duplicates import Copies
from .folder import Corpus
from .listing import ListedFile, walk
from .web_fetch import fetch

__all__ = [
    "EXPORT_BEGINS_WITH",
    "FORMATS",
    "Copies",
    "Corpus",
    "ListedFile",
    "addable",
    "archive_suffix",
    "fetch",
    "is_read",
    "is_unread",
    "suffix_of",
    "unread",
    "walk",
]
