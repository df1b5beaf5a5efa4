"""Reads images of pages with OCR: PNG, JPEG and TIFF, with several pages if they have them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ReadError
from ...types import Document
from ..common.parsing import parsing
from ..pdf.ocr import Image, netpbm
from ..pdf.pages import Extracted, Page
from ..pdf.reader import document_of
from ..pdf.scans import Ocr, scanned

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_MOST_PIXELS = 120_000_000
_PIXELS_READ = 25_000_000
"""Most pixels of an image, and most pixels for OCR; larger images are scaled down."""

_MOST_PAGES = 5_000
_FEW_DOTS = 1_500
_LARGEST_GROWTH = 3
"""Pixels across an image that OCR needs, and most enlargement of a smaller image."""

_POINTS_ACROSS = 595
"""The width of A4 in points; only the relative size of type matters."""

_FORMATS = ("PNG", "JPEG", "TIFF")


def picture_reader(ocr: Ocr) -> Callable[[bytes], Document]:
    """Returns a reader of images; it raises ReadError for a damaged image or one without words."""
    return lambda data: _read(data, ocr)


def _read(data: bytes, ocr: Ocr) -> Document:
    with parsing("picture"), _opened(data) as picture:
        count = min(getattr(picture, "n_frames", 1), _MOST_PAGES)
        lock = Lock()

        def image_of(page: int) -> Image:
            with lock, parsing("picture"):
                picture.seek(page)
                return _image(picture)

        found = scanned(range(count), image_of, ocr)
    if not found.lines:
        raise ReadError(next(iter(found.failed.values()), "OCR found no words in it."))
    pages = [Page(found.lines.get(page, []), [], []) for page in range(count)]
    return document_of(Extracted(pages, {}, 0), found)


def _opened(data: bytes) -> Picture:
    import PIL.Image

    try:
        return PIL.Image.open(BytesIO(data), formats=_FORMATS)
    except PIL.Image.DecompressionBombError:
        raise _too_large() from None


def _too_large() -> ReadError:
    return ReadError(
        f"a picture of more than {_MOST_PIXELS // 1_000_000} million pixels. Make it smaller."
    )


def _image(picture: Picture) -> Image:
    from PIL import ImageOps

    width, height = picture.size
    if width * height > _MOST_PIXELS:
        raise _too_large()
    shrinking = min(1.0, (_PIXELS_READ / max(1, width * height)) ** 0.5)
    growing = min(_LARGEST_GROWTH, _FEW_DOTS / max(1, width))
    upright = _grey(ImageOps.exif_transpose(picture))
    factor = shrinking if shrinking < 1 else max(1.0, growing)
    if factor != 1:
        size = (max(1, int(upright.width * factor)), max(1, int(upright.height * factor)))
        upright = upright.resize(size)
    return netpbm(upright.width, upright.height, upright.tobytes(), upright.width / _POINTS_ACROSS)


def _grey(picture: Picture) -> Picture:
    """Returns the image in greyscale, with transparent areas shown as white paper."""
    import PIL.Image

    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, dtype=np.float64)
        least, most = float(values.min()), float(values.max())
        return PIL.Image.fromarray(
            ((values - least) / max(1.0, most - least) * 255).astype(np.uint8)
        )
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        see_through = picture.convert("RGBA")
        paper = PIL.Image.new("RGBA", see_through.size, "white")
        return PIL.Image.alpha_composite(paper, see_through).convert("L")
    return picture.convert("L")
