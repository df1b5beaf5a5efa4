"""How long large documents of each kind take to read, and how much memory.

    python tests/bench/reading_speed.py --work FOLDER [--only NAME] [--times 3] [--package FOLDER]

The documents are written by `large_documents.py` and kept in the folder. Each is read in a process
of its own. Prints processor seconds, the least of the runs, milliseconds for each page or row, how
many times as long as the plain work of the library it takes (PDFium's own text, the `csv` module,
openpyxl's cells, the XML parser's words), and the peak of memory. `--package` reads with the
package in another folder, such as an earlier version.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from time import process_time
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Kind:
    """A document by the name of its writer, its pages or rows, and the plain work that reads it."""

    writer: str
    suffix: str
    count: int
    unit: str
    plain: Callable[[bytes], object]


def main() -> None:
    """Writes the documents that are not there, reads each and prints a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--only", metavar="NAME", choices=KINDS)
    parser.add_argument("--times", type=int, default=3, help="how often each is read (3)")
    parser.add_argument("--package", type=Path, default=ROOT, metavar="FOLDER")
    parser.add_argument("--read", metavar="NAME", choices=KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        sys.path.insert(0, str(options.package.resolve()))
        _read(KINDS[options.read], options.work / options.read, options.times)
        return
    options.work.mkdir(parents=True, exist_ok=True)
    print("| | seconds | ms for each | times the plain work | peak MB |\n|---|---|---|---|---|")
    for name, kind in KINDS.items():
        if options.only in (None, name):
            _write(kind, options.work / name)
            told = _run("--read", name, "--work", options.work, "--times", options.times,
                        "--package", options.package)  # fmt: skip
            print(f"| {name} | {told} |", flush=True)


def _write(kind: Kind, file: Path) -> None:
    if not file.exists():
        sys.path.insert(0, str(Path(__file__).parent))
        import large_documents

        file.write_bytes(getattr(large_documents, kind.writer)())


def _run(*options: object) -> str:
    command = [sys.executable, __file__, *map(str, options)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _read(kind: Kind, file: Path, times: int) -> None:
    """Prints the figures of one document."""
    from bot.reading import read

    data = file.read_bytes()
    read(b"Nothing but a line of text.", ".txt")
    seconds = min(_seconds(lambda: read(data, kind.suffix)) for _ in range(times))
    peak = _peak_megabytes()
    plain = min(_seconds(lambda: kind.plain(data)) for _ in range(times))
    each = f"{1000 * seconds / kind.count:.3g} a {kind.unit}"
    print(f"{seconds:.2f} | {each} | {seconds / plain:.1f} | {peak:.0f}")


def _seconds(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start


def _peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _pdf(data: bytes) -> object:
    from pypdfium2 import PdfDocument

    return [page.get_textpage().get_text_range() for page in PdfDocument(data)]


def _csv(data: bytes) -> object:
    import csv

    return list(csv.reader(StringIO(data.decode(), newline="")))


def _docx(data: bytes) -> object:
    import docx

    return "".join(docx.Document(BytesIO(data)).element.itertext())


def _xlsx(data: bytes) -> object:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(data), read_only=True)
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def _pptx(data: bytes) -> object:
    import pptx

    slides = pptx.Presentation(BytesIO(data)).slides
    return ["".join(slide.element.itertext()) for slide in slides]


def _html(data: bytes) -> object:
    from lxml.html import document_fromstring

    return "".join(document_fromstring(data).itertext())


def _epub(data: bytes) -> object:
    with ZipFile(BytesIO(data)) as archive:
        return [_html(archive.read(name)) for name in archive.namelist() if "xhtml" in name]


def _eml(data: bytes) -> object:
    from email import message_from_bytes

    return [part.get_payload(decode=True) for part in message_from_bytes(data).walk()]


def _markdown(data: bytes) -> object:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").parse(data.decode())


KINDS: Mapping[str, Kind] = {
    "PDF, text": Kind("pdf_of_text", ".pdf", 200, "page", _pdf),
    "PDF, ruled tables": Kind("pdf_of_ruled_tables", ".pdf", 200, "page", _pdf),
    "PDF, tables without rules": Kind("pdf_of_plain_tables", ".pdf", 200, "page", _pdf),
    "CSV": Kind("csv_table", ".csv", 60_000, "row", _csv),
    "Word, table": Kind("word_table", ".docx", 6_000, "row", _docx),
    "Word, text": Kind("word_text", ".docx", 3_000, "paragraph", _docx),
    "Excel": Kind("workbook", ".xlsx", 60_000, "row", _xlsx),
    "slides": Kind("slides", ".pptx", 200, "slide", _pptx),
    "Markdown": Kind("markdown", ".md", 6_000, "paragraph or row", _markdown),
    "web page, table": Kind("page_with_table", ".html", 10_000, "row", _html),
    "web page, text": Kind("page_of_text", ".html", 3_000, "paragraph", _html),
    "mail": Kind("mail", ".eml", 6_500, "paragraph or row", _eml),
    "EPUB": Kind("book", ".epub", 3_000, "paragraph", _epub),
}
"""By the name that the table has."""


if __name__ == "__main__":
    main()
