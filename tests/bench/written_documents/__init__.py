"""Documents written for the tests, with what a reader must find in each.

Every module here has `documents()`, which gives those of one kind of format. A document shows one
feature, or one kind of fault that was once seen in a real file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import chain

MODULES = (
    "comments", "mail", "new_charts", "open_documents", "pdf", "pdf_tables", "scans", "sheets",
    "slides", "text", "web_pages", "word",
)  # fmt: skip
"""The modules of this package that write documents."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and what must arrive of it.

    `pieces` stand in the text to be searched, in this order, each on lines of its own or within
    one. `rows` are those of its tables: each column's label with the value in this row; all of a
    row stands on one line, as "label: value". `absent` are texts that must not be quoted: furniture
    and what is hidden. `notes` are words that a remark of the reader must have. `title`, `author`
    and `date` are compared where they are given; "" stands for none. `ocr` has the languages of a
    scan.
    """

    name: str
    suffix: str
    data: bytes
    pieces: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    absent: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    title: str | None = None
    author: str | None = None
    date: str | None = None
    ocr: str = ""


def written() -> Iterator[Written]:
    """All of them, module by module."""
    return chain.from_iterable(import_module(f"{__name__}.{name}").documents() for name in MODULES)
