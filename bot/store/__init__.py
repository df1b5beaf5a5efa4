"""Generations on disk: what is live, how the next one is written, and how one is read.

index/
├── CURRENT               the live generation, and the newest that ever was; replaced atomically
├── .lock                 held by the one writer, and released by the system if it dies
├── copies/               exported models that encode questions; recreated if missing
├── embedding/            texts embedded by the current run; the next run resumes a killed one
├── evaluations/          the last run of `pincite eval` for each question file
└── generations/000003/   (.building-000004 while it is written and judged)
    ├── manifest.json     the stamp, the counts, the segments and what of them was removed, and
    │                     the size and SHA-256 of every file
    └── segments/000002/  named after the generation that it was written for; hard-linked by later
        ├── catalog.sqlite   sources with their text, passages
        ├── vectors.faiss    one vector a passage, in the order of the passages
        ├── embeddings.bin   vectors and packed word pieces as they were embedded; places.npy
        │                    says which are whose
        ├── postings/        the passages that contain each term
        └── words.json       words and acronyms
"""

from .approximation import VectorRules
from .catalog import Entry
from .choosing import local_place, place_of, store_at
from .embeddings import EmbeddingLog
from .generation import Generation
from .layout import IndexLayout
from .local import LocalStore
from .manifest import Manifest, Stamp
from .protocols import Change, Embedded, GenerationReader, Proposal, Store
from .writer import Candidate, GenerationWriter

__all__ = [
    "Candidate",
    "Change",
    "Embedded",
    "EmbeddingLog",
    "Entry",
    "Generation",
    "GenerationReader",
    "GenerationWriter",
    "IndexLayout",
    "LocalStore",
    "Manifest",
    "Proposal",
    "Stamp",
    "Store",
    "VectorRules",
    "local_place",
    "place_of",
    "store_at",
]
