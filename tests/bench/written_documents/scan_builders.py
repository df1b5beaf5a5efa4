"""Pages that were never text: words drawn as pictures, and PDFs and image files of them."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DOTS_AN_INCH = 200
FONT = font_manager.findfont("DejaVu Sans")


def drawn(
    paragraphs: Sequence[str],
    *,
    heading: str = "",
    foot: str = "",
    columns: int = 1,
    turn: int = 0,
) -> Image.Image:
    """A sheet of A4 with paragraphs in lines of about 70 letters, turned by `turn` degrees."""
    width, height = (int(size / 72 * DOTS_AN_INCH) for size in A4)
    sheet = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(sheet)
    body, large = (ImageFont.truetype(FONT, size) for size in (30, 52))
    top = 150
    if heading:
        pen.text((150, top), heading, font=large, fill=0)
        top += 120
    step = (width - 200) // columns
    for number, paragraph in enumerate(paragraphs):
        left = 150 + step * (number % columns)
        at = top
        for line in textwrap.wrap(paragraph, 74 // columns):
            pen.text((left, at), line, font=body, fill=0)
            at += 46
        if columns == 1:
            top = at + 50
    pen.text((150, height - 150), foot, font=body, fill=0)
    return sheet.rotate(turn, expand=True, fillcolor=255)


def picture(sheet: Image.Image, kind: str, *more: Image.Image) -> bytes:
    """A picture file; a TIFF has the other sheets as further pages."""
    stream = io.BytesIO()
    rest = {"save_all": True, "append_images": more} if more else {}
    sheet.save(stream, kind, **rest)
    return stream.getvalue()


def pdf(*pages: Image.Image | str, strips: int = 1, over: str = "") -> bytes:
    """A PDF of sheets, each a picture in so many strips, and of pages of text; `over` is written
    upon the sheets as text.
    """
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True)
    width, height = A4
    for page in pages:
        if isinstance(page, str):
            for number, line in enumerate(textwrap.wrap(page, 80)):
                canvas.drawString(60, height - 80 - 14 * number, line)
        else:
            tall = page.height // strips
            for strip in range(strips):
                part = page.crop((0, strip * tall, page.width, (strip + 1) * tall))
                bottom = height - (strip + 1) * height / strips
                canvas.drawImage(ImageReader(part), 0, bottom, width, height / strips)
            if over:
                canvas.drawString(60, 30, over)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()
