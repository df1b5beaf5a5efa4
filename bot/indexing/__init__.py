"""From a folder of documents to a generation: scan, plan, read, split, embed, write."""

from .archives import archive_suffix, suffix_of
from .build import Built, build, passage_rules
from .corpus import ADDABLE, Corpus
from .fetching import fetch
from .outcome import report
from .pace import paced
from .plan import Plan, left_alone, plan
from .preview import preview

__all__ = [
    "ADDABLE",
    "Built",
    "Corpus",
    "Plan",
    "archive_suffix",
    "build",
    "fetch",
    "left_alone",
    "paced",
    "passage_rules",
    "plan",
    "preview",
    "report",
    "suffix_of",
]
