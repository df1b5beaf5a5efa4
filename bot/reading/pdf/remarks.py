"""Reads the annotations of a PDF: values of form fields, text boxes and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ctypes import POINTER, cast, create_string_buffer
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from ..common.characters import storable
from .lines import turned

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_MOST_ON_A_PAGE = 2_000
_LONGEST = 100_000
"""Most annotations of a page, and most bytes of one."""

_HIDDEN = 0x02
_NOT_VIEWED = 0x20
_PASSWORD = 1 << 13

_TAG = re.compile(r"<[^<>]{0,1000}>")


class Kind(Enum):
    """The kind of an annotation, as a reader of the page sees it."""

    FIELD = "a value of a form"
    CHOICE = "a box to tick"
    TEXT = "text written upon the page"
    COMMENT = "a comment of somebody on the page"


@dataclass(frozen=True, slots=True)
class Remark:
    """An annotation with its position in points.

    `name` is the name of the field or the author of the comment, or an empty string. The text of a
    checkbox is "yes" or "no".
    """

    kind: Kind
    text: str
    name: str
    left: float
    bottom: float
    right: float
    top: float

    def turned(self, turn: int) -> Remark:
        """Returns the annotation in the coordinates of turned lines."""
        one = turned(self.left, self.bottom, turn)
        other = turned(self.right, self.top, turn)
        (left, right), (bottom, top) = map(sorted, zip(one, other, strict=True))
        return replace(self, left=left, bottom=bottom, right=right, top=top)


def remarks_of(document: PdfDocument, page: PdfPage) -> list[Remark]:
    """Returns the visible annotations with text, in the order of the file."""
    from pypdfium2.raw import FPDFPage_CloseAnnot, FPDFPage_GetAnnot, FPDFPage_GetAnnotCount

    remarks = []
    for number in range(min(FPDFPage_GetAnnotCount(page.raw), _MOST_ON_A_PAGE)):
        annotation = FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            remark = _remark(document, annotation)
        finally:
            FPDFPage_CloseAnnot(annotation)
        if remark and remark.text:
            remarks.append(remark)
    return remarks


def _remark(document: PdfDocument, annotation: Any) -> Remark | None:
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetSubtype(annotation)
    place = raw.FS_RECTF()
    if raw.FPDFAnnot_GetFlags(annotation) & (_HIDDEN | _NOT_VIEWED):
        return None
    if kind in (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP):
        return None
    raw.FPDFAnnot_GetRect(annotation, place)
    rectangle = (place.left, place.bottom, place.right, place.top)
    if kind == raw.FPDF_ANNOT_WIDGET:
        return _field(document, annotation, rectangle)
    text = _string(annotation, b"Contents") or _TAG.sub(" ", _string(annotation, b"RC"))
    if kind == raw.FPDF_ANNOT_FREETEXT:
        return Remark(Kind.TEXT, text.strip(), "", *rectangle)
    author = " ".join(_string(annotation, b"T").split())
    return Remark(Kind.COMMENT, " ".join(text.split()), author, *rectangle)


def _field(
    document: PdfDocument, annotation: Any, rectangle: tuple[float, float, float, float]
) -> Remark | None:
    from pypdfium2 import raw

    if document.formenv is None:
        return None
    form = document.formenv.raw
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    name = _wide(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    name = name or _wide(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        is_ticked = raw.FPDFAnnot_IsChecked(form, annotation)
        return Remark(Kind.CHOICE, "yes" if is_ticked else "no", name, *rectangle)
    value = ""
    if kind in (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        value = ", ".join(_chosen(form, annotation))
    elif kind != raw.FPDF_FORMFIELD_TEXTFIELD:
        return None
    if raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        return None  # a password shows as dots
    value = value or _wide(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    return Remark(Kind.FIELD, value.strip(), name, *rectangle)


def _chosen(form: Any, annotation: Any) -> Iterator[str]:
    """Yields the labels of the selected options of a list."""
    from pypdfium2 import raw

    count = min(raw.FPDFAnnot_GetOptionCount(form, annotation), _MOST_ON_A_PAGE)
    for at in range(count):
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, at):
            yield _wide(raw.FPDFAnnot_GetOptionLabel, form, annotation, at)


def _string(annotation: Any, key: bytes) -> str:
    from pypdfium2.raw import FPDFAnnot_GetStringValue

    return _wide(FPDFAnnot_GetStringValue, annotation, key)


def _wide(call: Any, *arguments: Any) -> str:
    """Returns the UTF-16 text from a PDFium function, which is first called for the size."""
    from pypdfium2.raw import FPDF_WCHAR

    size = min(int(call(*arguments, None, 0)), _LONGEST)
    if size <= 2:
        return ""
    buffer = create_string_buffer(size)
    call(*arguments, cast(buffer, POINTER(FPDF_WCHAR)), size)
    return storable(buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0"))
