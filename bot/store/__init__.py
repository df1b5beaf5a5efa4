"""Generations on disk: what is live, how the next one is written, and how one is read.

index/
├── CURRENT               the number of the live generation, replaced atomically
├── .lock                 held by the one writer, and released by the system if it dies
├── evaluations/          the last run of `pincite eval` for each question file
└── generations/000003/   (.building-000004 while it is written and judged)
    ├── manifest.json     the stamp, the counts and the size and SHA-256 of every file
    ├── catalog.sqlite    files, sources with their text, passages
    ├── vectors.faiss     one vector a passage, in the order of the passages
    └── lexical/          the tantivy index over the same passages
"""

from .generation import Generation
from .layout import IndexLayout
from .manifest import Manifest, Stamp
from .writer import Candidate, GenerationWriter

__all__ = ["Candidate", "Generation", "GenerationWriter", "IndexLayout", "Manifest", "Stamp"]
