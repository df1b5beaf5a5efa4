"""Extracts the lines of a PDF's pages and the metadata of the file with PDFium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from ...errors import ReadError
from ..common.parsing import parsing
from .characters import page_lines
from .lines import PageLine
from .ocr import Image, netpbm
from .remarks import Remark, remarks_of
from .rules import Rule, drawn_on
from .scans import ImageOf

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_DOTS_AN_INCH = 300
_POINTS_AN_INCH = 72
_MOST_DOTS = 25_000_000
"""Resolution at which pages are rendered for OCR, and most dots of a page."""

# PDFium has global state, so only one thread at a time may use it.
_PDFIUM = Lock()


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in drawing order, its rules and its annotations.

    `picture` is the share of the page covered by images.
    """

    lines: list[PageLine]
    rules: list[Rule]
    remarks: list[Remark]
    picture: float = 0.0


@dataclass(frozen=True, slots=True)
class Extracted:
    """The pages of a file, its properties by their PDF names, and its number of attachments."""

    pages: list[Page]
    properties: dict[str, str]
    attachments: int


def extracted(data: bytes) -> Extracted:
    """Returns what PDFium finds in a file.

    Raises ReadError for a damaged or encrypted file.
    """
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FORMTYPE_NONE, FPDF_ERR_PASSWORD

    with _PDFIUM, parsing("PDF"):
        try:
            document = PdfDocument(data)
        except PdfiumError as error:
            if error.err_code == FPDF_ERR_PASSWORD:
                raise ReadError(
                    "encrypted: remove the password in a PDF program and save the file again."
                ) from None
            raise
        try:
            if document.get_formtype() != FORMTYPE_NONE:
                document.init_forms()
            return Extracted(
                [_page(document, page) for page in document],
                document.get_metadata_dict(),
                document.count_attachments(),
            )
        finally:
            document.close()


def _page(document: PdfDocument, page: PdfPage) -> Page:
    lines, turn = page_lines(page.get_textpage())
    remarks = [remark.turned(turn) for remark in remarks_of(document, page)]
    drawn = drawn_on(page, turn)
    return Page(lines, drawn.rules, remarks, drawn.picture)


@contextmanager
def drawn_pages(data: bytes) -> Iterator[ImageOf]:
    """Yields a function that renders pages as printed, without annotations."""
    from pypdfium2 import PdfDocument

    with _PDFIUM, parsing("PDF"):
        document = PdfDocument(data)

    def image_of(number: int) -> Image:
        with _PDFIUM, parsing("PDF"):
            page = document[number]
            width, height = page.get_size()
            most = (_MOST_DOTS / max(1.0, width * height)) ** 0.5
            scale = min(_DOTS_AN_INCH / _POINTS_AN_INCH, most)
            drawn = page.render(
                scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False
            )
            dots = drawn.to_numpy()
            tall, wide = dots.shape[:2]
            return netpbm(wide, tall, dots.tobytes(), scale)

    try:
        yield image_of
    finally:
        with _PDFIUM:
            document.close()
