"""The lines of a PDF's pages as PDFium finds them, and what the file says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from ..errors import ReadError
from .parsing import parsing
from .pdf_characters import page_lines
from .pdf_lines import PageLine
from .pdf_remarks import Remark, remarks_of
from .pdf_rules import Rule, picture_share, rules_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

# PDFium keeps global state: one thread at a time may use it.
_PDFIUM = Lock()


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in the order in which they are drawn, the rules that it draws, and what
    was added to it. `picture` is the share of the page that its largest picture takes up.
    """

    lines: list[PageLine]
    rules: list[Rule]
    remarks: list[Remark]
    picture: float = 0.0


def extract_pages(data: bytes) -> tuple[list[Page], dict[str, str]]:
    """The pages, and the document's properties by the names PDF gives them.

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
            return [_page(document, page) for page in document], document.get_metadata_dict()
        finally:
            document.close()


def _page(document: PdfDocument, page: PdfPage) -> Page:
    lines, turn = page_lines(page.get_textpage())
    remarks = [remark.turned(turn) for remark in remarks_of(document, page)]
    return Page(lines, rules_of(page, turn) if lines else [], remarks, picture_share(page))
