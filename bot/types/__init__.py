"""The values that pass from room to room: frozen, slotted, and importing nothing of ours.

All offsets are code points into the extracted text of a source, half-open: `text[start:end]`.
"""

from .answers import (
    Answer,
    CarriedTurn,
    Citation,
    Conflict,
    ConflictKind,
    ConflictValue,
    Hit,
    Quote,
    Timings,
    Turn,
)
from .documents import (
    Block,
    BlockKind,
    CorpusFile,
    Document,
    Mark,
    Metadata,
    Passage,
    SkippedFile,
    Source,
    SourceInfo,
    SourceSummary,
    Span,
)
from .encoding import Encoded, Encoder, Reranker, Spans, Vectors
from .exchanges import Exchange
from .outcomes import (
    Deletion,
    KeptGeneration,
    Outstanding,
    Preview,
    ProgressListener,
    Status,
    SyncProgress,
    SyncReport,
    Verification,
)

__all__ = [
    "Answer",
    "Block",
    "BlockKind",
    "CarriedTurn",
    "Citation",
    "Conflict",
    "ConflictKind",
    "ConflictValue",
    "CorpusFile",
    "Deletion",
    "Document",
    "Encoded",
    "Encoder",
    "Exchange",
    "Hit",
    "KeptGeneration",
    "Mark",
    "Metadata",
    "Outstanding",
    "Passage",
    "Preview",
    "ProgressListener",
    "Quote",
    "Reranker",
    "SkippedFile",
    "Source",
    "SourceInfo",
    "SourceSummary",
    "Span",
    "Spans",
    "Status",
    "SyncProgress",
    "SyncReport",
    "Timings",
    "Turn",
    "Vectors",
    "Verification",
]
