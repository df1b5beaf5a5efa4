"""The lines of a PDF's pages as PDFium finds them, and what the file says about itself."""

from __future__ import annotations

import re
from ctypes import c_double
from dataclasses import dataclass
from math import hypot
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING

from ..errors import ReadError
from .parsing import parsing

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_LINE_BREAK = 0x0A
_HYPHEN_AT_LINE_END = 0x02
_UNSEEN = re.compile(r"[\x00-\x08\x0B-\x1F\x7F\uFFFE\uFFFF]")

# PDFium keeps global state: one thread at a time may use it.
_PDFIUM = Lock()


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page, with the size of its type and the height of its baseline in points."""

    text: str
    size: float
    baseline: float


Page = list[PageLine]


def extract_pages(data: bytes) -> tuple[list[Page], dict[str, str]]:
    """The lines of each page, and the document's properties by the names PDF gives them.

    Raises ReadError for a damaged or encrypted file.
    """
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD

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
            return [_lines(page.get_textpage()) for page in document], document.get_metadata_dict()
        finally:
            document.close()


def _lines(page: PdfTextPage) -> Page:
    from pypdfium2.raw import FPDFText_GetUnicode

    # One character at a time: the call for a range drops what lies beyond 16 bits.
    codes = [FPDFText_GetUnicode(page.raw, place) for place in range(page.count_chars())]
    lines, start = [], 0
    for end, code in enumerate([*codes, _LINE_BREAK]):
        if code in (_LINE_BREAK, _HYPHEN_AT_LINE_END):
            text = _visible(codes[start:end]) + ("-" if code == _HYPHEN_AT_LINE_END else "")
            if text:
                lines.append(PageLine(text, *_type_of(page, codes, start, end)))
            start = end + 1
    return lines


def _visible(codes: list[int]) -> str:
    """The characters of a line; PDFium may give a rare one as two surrogates, or as none."""
    text = "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return _UNSEEN.sub("", text).strip()


def _type_of(page: PdfTextPage, codes: list[int], start: int, end: int) -> tuple[float, float]:
    """Size and baseline of a line: the middle of three characters, so that a drop cap, a note's
    number or a word in another font decides nothing.
    """
    visible = [place for place in range(start, end) if not chr(codes[place]).isspace()]
    if not visible:
        return 0.0, 0.0
    sample = (visible[len(visible) * quarter // 4] for quarter in (1, 2, 3))
    sizes, baselines = zip(*(_measure(page, place) for place in sample), strict=True)
    return round(median(sizes) * 2) / 2, median(baselines)


def _measure(page: PdfTextPage, place: int) -> tuple[float, float]:
    from pypdfium2.raw import (
        FS_MATRIX,
        FPDFText_GetCharOrigin,
        FPDFText_GetFontSize,
        FPDFText_GetMatrix,
    )

    matrix, x, y = FS_MATRIX(), c_double(), c_double()
    FPDFText_GetMatrix(page.raw, place, matrix)
    FPDFText_GetCharOrigin(page.raw, place, x, y)
    return FPDFText_GetFontSize(page.raw, place) * hypot(matrix.c, matrix.d), y.value
