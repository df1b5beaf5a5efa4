"""Scans, which OCR reads: PDFs and pictures. There are none where tesseract is missing."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import which

from . import Written
from .scan_builders import drawn, pdf, picture

_KILN = (
    "The kiln at Brenna burned for eleven days and took forty cords of birch. It was opened on the "
    "last evening of September, before all the potters of the valley."
)
_WELL = (
    "The well behind the school is thirty metres deep, and its water has the taste of iron. Nobody "
    "knows who dug it, though the oldest map of the village shows it."
)
_ROAD = (
    "The road to the pass is closed from November to May, and a horn is blown before the plough."
)


def documents() -> Iterator[Written]:
    """All scans."""
    if which("tesseract") is None:
        return
    yield Written(
        "a scan with a heading",
        ".pdf",
        pdf(drawn([_KILN, _WELL], heading="Kilns and Wells")),
        pieces=("Kilns and Wells", _KILN, _WELL),
        notes=("pages read by OCR: 1 of 1",),
        title="Kilns and Wells",
        ocr="eng",
    )
    yield Written(
        "a scan between pages of text",
        ".pdf",
        pdf(_KILN, drawn([_WELL]), _ROAD),
        pieces=(_KILN, _WELL, _ROAD),
        notes=("pages read by OCR: 2 of 3",),
        ocr="eng",
    )
    yield Written(
        "a scan in strips",
        ".pdf",
        pdf(drawn([_WELL]), strips=9),
        pieces=(_WELL,),
        ocr="eng",
    )
    yield Written(
        "a scan in two columns",
        ".pdf",
        pdf(drawn([_KILN, _WELL], columns=2)),
        pieces=(_KILN, _WELL),
        ocr="eng",
    )
    yield Written(
        "a scan that lies upside down",
        ".pdf",
        pdf(drawn([_KILN, _ROAD], turn=180)),
        pieces=(_KILN, _ROAD),
        ocr="eng",
    )
    running = [drawn([text], foot=f"Annals of the valley, page {number}") for number, text in
               enumerate((_KILN, _WELL, _ROAD), start=12)]  # fmt: skip
    yield Written(
        "scans with a running footer",
        ".pdf",
        pdf(*running),
        pieces=(_KILN, _WELL, _ROAD),
        absent=("page 13", "page 14"),
        ocr="eng",
    )
    for suffix, kind in ((".png", "PNG"), (".jpg", "JPEG")):
        yield Written(
            "a picture of a page",
            suffix,
            picture(drawn([_ROAD]), kind),
            pieces=(_ROAD,),
            ocr="eng",
        )
    yield Written(
        "a picture of two pages",
        ".tiff",
        picture(drawn([_KILN]), "TIFF", drawn([_WELL])),
        pieces=(_KILN, _WELL),
        ocr="eng",
    )
