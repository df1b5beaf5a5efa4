"""From a folder of documents to a generation: scan, plan, read, split, embed, write."""

from .build import build
from .corpus import Corpus
from .outcome import report
from .plan import Plan, plan

__all__ = ["Corpus", "Plan", "build", "plan", "report"]
