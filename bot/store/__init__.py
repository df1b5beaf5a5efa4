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

from .choosing import local_place, place_of, store_at
from .folder.approximation import VectorRules
from .folder.catalog import Entry
from .folder.embeddings import EmbeddingLog
from .folder.generation import Generation
from .folder.layout import IndexLayout
from .folder.local import LocalStore
from .folder.manifest import Manifest, Stamp
from .folder.writer import Candidate, GenerationWriter
from .protocols import Change, Embedded, GenerationReader, Proposal, Store

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
