"""Exports conversations and notebooks as documents, JSON and bibliographies."""

from .bibliography import Reference, references
from .formats import FORMATS, Format, exported
from .notebook import NOTEBOOK_FORMATS
from .styles import STYLES

__all__ = [
    "FORMATS",
    "NOTEBOOK_FORMATS",
    "STYLES",
    "Format",
    "Reference",
    "exported",
    "references",
]
