"""PDF: characters become lines, lines become paragraphs and tables.

In: the bytes of a PDF. Out: a `Document` with a locator for each page. Open `reader` first; `scans`
reads scanned pages, and `ocr` calls tesseract.
"""
