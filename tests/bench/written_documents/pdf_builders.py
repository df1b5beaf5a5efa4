"""Builders of the PDFs that are written for the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

Drawing = Callable[[Canvas], None]

TypeLine = tuple[float, float, float, str]
"""Left end, height of the baseline and size of the type in points, and the words."""

_LEFT, _TOP, _LEADING, _SIZE = 72, 720, 14, 11


def file(pages: Iterable[Sequence[TypeLine] | Drawing], **properties: str) -> bytes:
    """A PDF with these pages: lines in Helvetica, or whatever is drawn."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    for name, value in properties.items():
        getattr(canvas, f"set{name.title()}")(value)
    for page in pages:
        if callable(page):
            page(canvas)
        else:
            draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def body(lines: Iterable[str], top: float = _TOP, left: float = _LEFT) -> list[TypeLine]:
    """Lines of running text, one below the other."""
    return [(left, top - number * _LEADING, _SIZE, line) for number, line in enumerate(lines)]


def draw(canvas: Canvas, lines: Iterable[TypeLine]) -> None:
    """Draws lines in Helvetica."""
    for left, height, size, words in lines:
        canvas.setFont("Helvetica", size)
        canvas.drawString(left, height, words)
