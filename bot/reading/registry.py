"""Maps file extensions to readers. Importing this module imports every parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..errors import ReadError
from ..types import BlockKind, Document
from . import PICTURES, SUFFIXES
from .common.decoding import empty
from .common.language import detect_language
from .formats.approved import KIND, read_approved
from .formats.delimited import read_csv, read_tsv
from .formats.epub import read_epub
from .formats.markdown import read_markdown
from .formats.pictures import picture_reader
from .formats.plain_text import read_plain_text
from .formats.rtf import read_rtf
from .formats.structured import read_json, read_json_lines
from .formats.subtitles import read_ass, read_srt, read_ssa, read_vtt
from .mail.reader import read_mail
from .office.docx import read_docx
from .office.odt import read_odt
from .office.pptx import read_pptx
from .office.spreadsheets import read_xlsx
from .pdf.reader import pdf_reader, read_pdf
from .pdf.scans import Ocr
from .web_page.html import read_html

_ROWS_OF_A_SAMPLE = 200

READERS: Mapping[str, Callable[[bytes], Document]] = {
    ".txt": read_plain_text,
    ".text": read_plain_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".srt": read_srt,
    ".vtt": read_vtt,
    ".ass": read_ass,
    ".ssa": read_ssa,
    ".pptx": read_pptx,
    ".epub": read_epub,
    ".rtf": read_rtf,
    ".odt": read_odt,
    ".odp": read_odt,
    ".ods": read_odt,
    ".eml": read_mail,
}


def read_document(
    data: bytes, suffix: str, keep_boilerplate: bool, ocr: Ocr | None = None
) -> Document:
    """Reads a document; see `bot.reading.read`."""
    if suffix == KIND:
        return _with_language(read_approved(data))
    reader = _reader(suffix.lower(), ocr)
    if reader is None:
        raise ReadError(f"no reader for '{suffix}'. Convert it to {', '.join(sorted(SUFFIXES))}.")
    document = reader(data)
    if not document.blocks:
        raise empty()
    if keep_boilerplate:
        blocks = tuple(replace(block, skipped=None) for block in document.blocks)
        document = replace(document, blocks=blocks)
    return document if document.metadata.language else _with_language(document)


def _reader(suffix: str, ocr: Ocr | None) -> Callable[[bytes], Document] | None:
    if ocr and suffix == ".pdf":
        return pdf_reader(ocr)
    return picture_reader(ocr) if ocr and suffix in PICTURES else READERS.get(suffix)


def _with_language(document: Document) -> Document:
    prose, tables = list[str](), list[str]()
    for block in document.blocks:
        if not block.skipped:
            words = document.text[block.start : block.end]
            (tables if block.kind is BlockKind.TABLE else prose).append(words)
    # Every row of a table repeats the header, so count each word of the tables once.
    once = dict.fromkeys(word for row in tables[:_ROWS_OF_A_SAMPLE] for word in row.split())
    language = detect_language("\n".join([*prose, " ".join(once)]))
    return replace(document, metadata=replace(document.metadata, language=language))
