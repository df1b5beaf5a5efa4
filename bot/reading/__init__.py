"""Reading: turns the bytes of one file into a Document, whatever the format."""

from __future__ import annotations

from ..types import Document
from .common.language import detect_language

READING_VERSION = 3
"""Increased whenever extraction changes, so that older indexes are recognised as stale."""

SUFFIXES = frozenset(
    ".txt .text .md .markdown .html .htm .xhtml .pdf .docx .odt .rtf .pptx .odp .epub .xlsx .xlsm"
    " .ods .csv .tsv .json .jsonl .ndjson .eml .srt .vtt .ass .ssa".split()
)
"""File extensions that can be read, in lower case."""

PICTURES = frozenset(".png .jpg .jpeg .tif .tiff".split())
"""Extensions of the images that can be read when OCR is configured, in lower case."""

MAY_BE_SCANS = PICTURES | {".pdf"}
"""The file extensions that OCR may read, in lower case."""


def read(data: bytes, suffix: str, keep_boilerplate: bool = False, ocr: str = "") -> Document:
    """Returns the document in `data`, the bytes of a file whose name ends in `suffix` (any case).

    `suffix` is KIND of `approved` for a file of approved questions; only its questions ever become
    content. With `keep_boilerplate`, no other block is marked as skipped. `ocr` names the OCR
    languages, such as "eng+rus", for images and for pages without text. Raises ReadError, whose
    message says what is wrong with the file and what to do next, but does not name the file. Raises
    SettingsError when OCR is requested but not available.
    """
    from .pdf.ocr import require_ocr
    from .pdf.scans import Ocr
    from .registry import read_document

    if ocr:
        require_ocr(ocr)
    return read_document(data, suffix, keep_boilerplate, Ocr(ocr) if ocr else None)


__all__ = ["MAY_BE_SCANS", "PICTURES", "READING_VERSION", "SUFFIXES", "detect_language", "read"]
