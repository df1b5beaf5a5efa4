"""From a folder of documents to a generation: scan, plan, read, split, embed, write."""

from .build import build
from .corpus import Corpus
from .fetching import fetch
from .outcome import report
from .plan import Plan, left_alone, plan

__all__ = ["Corpus", "Plan", "build", "fetch", "left_alone", "plan", "report"]
