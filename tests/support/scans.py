"""Pages that were never text, for the tests of OCR, which need the program tesseract."""

from __future__ import annotations

import sys
from shutil import which

import pytest
from places import BENCH

sys.path.append(str(BENCH))

from written_documents.scan_builders import FONT, drawn, pdf, picture

needs_tesseract = pytest.mark.skipif(
    which("tesseract") is None, reason="tesseract is not installed: apt-get install tesseract-ocr"
)

__all__ = ["FONT", "drawn", "needs_tesseract", "pdf", "picture"]
