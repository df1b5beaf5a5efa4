"""Conversations as files for other programs: Markdown, JSON and bibliographies."""

from .bibliography import Reference, references
from .formats import FORMATS, Format, exported

__all__ = ["FORMATS", "Format", "Reference", "exported", "references"]
