"""From a corpus to the next generation: plan, read, split, embed, write.

In: a corpus and the generation before. Out: a new generation, and a report of what changed.
Open `build` first; `plan` decides what is read again.
"""

from .build import Built, build, passage_rules, source_id
from .plan import Plan, keep_previous, plan, to_read_again
from .preview import preview
from .progress import paced
from .report import report

__all__ = [
    "Built",
    "Plan",
    "build",
    "keep_previous",
    "paced",
    "passage_rules",
    "plan",
    "preview",
    "report",
    "source_id",
    "to_read_again",
]
