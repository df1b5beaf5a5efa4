"""Reading: the bytes of one file become a Document, whatever its format."""

from __future__ import annotations

from ..types import Document
from .common.language import detect_language

READING_VERSION = 3
"""Raised whenever extraction changes, so that an index built before is known to be stale."""

SUFFIXES = frozenset(
    ".txt .text .md .markdown .html .htm .xhtml .pdf .docx .odt .rtf .pptx .odp .epub .xlsx .xlsm"
    " .ods .csv .tsv .json .jsonl .ndjson .eml .srt .vtt .ass .ssa".split()
)
"""The suffixes of the files that can be read, in lower case."""

PICTURES = frozenset(".png .jpg .jpeg .tif .tiff".split())
"""The suffixes of the pictures that can be read where OCR is set, in lower case."""

MAY_BE_SCANS = PICTURES | {".pdf"}
"""The file extensions that OCR may read, in lower case."""


def read(data: bytes, suffix: str, keep_boilerplate: bool = False, ocr: str = "") -> Document:
    """The document in `data`, the bytes of a file whose name ends in `suffix` (any case).

    `suffix` is KIND of `approved` for a file of approved questions, of which nothing but the
    questions is ever content. With `keep_boilerplate` no other block is marked as skipped. `ocr`
    names the languages, as in "eng+rus", in which pages without text and pictures are read. Raises
    ReadError, whose message says what is wrong with the file and what to do next, but not which
    file it is, and SettingsError where OCR is asked for and there is none.
    """
    from .pdf.ocr import require_ocr
    from .pdf.scans import Ocr
    from .registry import read_document

    if ocr:
        require_ocr(ocr)
    return read_document(data, suffix, keep_boilerplate, Ocr(ocr) if ocr else None)


__all__ = ["MAY_BE_SCANS", "PICTURES", "READING_VERSION", "SUFFIXES", "detect_language", "read"]
