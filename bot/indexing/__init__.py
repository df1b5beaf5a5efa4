"""Builds a generation from a folder of documents: scan, plan, read, split, embed, write."""

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
from .build import Built, build, passage_rules, source_id
from .copies import Copies
from .corpus import Corpus
from .fetching import fetch
from .outcome import report
from .pace import paced
from .plan import Plan, left_alone, plan, to_read_again
from .preview import preview
from .walking import Found, walk

__all__ = [
    "EXPORT_BEGINS_WITH",
    "FORMATS",
    "Built",
    "Copies",
    "Corpus",
    "Found",
    "Plan",
    "addable",
    "archive_suffix",
    "build",
    "fetch",
    "is_read",
    "is_unread",
    "left_alone",
    "paced",
    "passage_rules",
    "plan",
    "preview",
    "report",
    "source_id",
    "suffix_of",
    "to_read_again",
    "unread",
    "walk",
]
