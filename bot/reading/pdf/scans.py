"""Scans: reads pages that are images with OCR, within its limits."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from ...errors import ReadError
from .layout import DISTINCT_SIZES
from .lines import PageLine
from .ocr import Image, Recognised, recognised

MOST_PAGES = 1_000
"""Most pages of one file that OCR reads."""

_AT_ONCE = 4
_SAME_SIZE = 0.5

ImageOf = Callable[[int], Image]
"""Returns the image of a page by its number, counted from 0; raises ReadError."""


@dataclass(frozen=True, slots=True)
class Ocr:
    """The OCR request: the `languages` to use, and a callback that receives the progress."""

    languages: str
    report_page: Callable[[int, int], None] = lambda done, total: None


@dataclass(frozen=True, slots=True)
class Scanned:
    """The result of OCR: lines and confidence in percent by page, and reasons for failed pages."""

    lines: dict[int, list[PageLine]] = field(default_factory=dict)
    sure: dict[int, int] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


def scanned(pages: Sequence[int], image_of: ImageOf, ocr: Ocr) -> Scanned:
    """Reads pages, several at a time; a page that fails does not stop the others."""
    found = Scanned()
    wanted = pages[:MOST_PAGES]
    for page in pages[MOST_PAGES:]:
        found.failed[page] = f"more than {MOST_PAGES:,} pages"

    def read(page: int) -> Recognised | str:
        try:
            return recognised(image_of(page), ocr.languages)
        except ReadError as error:
            return str(error)

    with ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1)) as readers:
        try:
            for done, (page, read_) in enumerate(
                zip(wanted, readers.map(read, wanted), strict=True), start=1
            ):
                if isinstance(read_, str):
                    found.failed[page] = read_
                elif read_.lines:
                    found.lines[page], found.sure[page] = read_.lines, read_.sure
                ocr.report_page(done, len(wanted))
        finally:
            readers.shutdown(cancel_futures=True)
    return replace(found, lines=_with_even_sizes(found.lines))


def _with_even_sizes(pages: Mapping[int, list[PageLine]]) -> dict[int, list[PageLine]]:
    """Returns the lines with similar type sizes merged, because sizes are measured from ink."""
    letters: dict[float, int] = defaultdict(int)
    for line in (line for page in pages.values() for line in page):
        letters[_rounded(line.size)] += len(line.text)
    size_of: dict[float, float] = {}
    for size in sorted(letters, key=lambda size: -letters[size]):
        near = (known for known in size_of.values() if _is_near(known, size))
        size_of[size] = min(near, key=lambda known: abs(known - size), default=size)
    return {
        number: [replace(line, size=size_of[_rounded(line.size)]) for line in page]
        for number, page in pages.items()
    }


def _rounded(size: float) -> float:
    return round(size / _SAME_SIZE) * _SAME_SIZE


def _is_near(size: float, other: float) -> bool:
    return max(size, other) < DISTINCT_SIZES * min(size, other)


def runs_of(pages: Sequence[int]) -> str:
    """Returns page numbers, counted from 0, as text that counts from 1: "3, 5–7"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    names = ((run[0] + 1, run[-1] + 1) for run in runs)
    return ", ".join(f"{one}–{other}" if other > one else f"{one}" for one, other in names)


def remarks_on(found: Scanned, page_count: int) -> Iterator[str]:
    """Yields remarks that name the pages read by OCR and those that it could not read."""
    if found.sure:
        least = min(found.sure.values())
        names = runs_of(sorted(found.sure))
        yield f"pages read by OCR: {names} of {page_count} (at least {least} % sure)"
    for reason in dict.fromkeys(found.failed.values()):
        pages = [page for page, why in sorted(found.failed.items()) if why == reason]
        yield f"pages that OCR could not read: {runs_of(pages)} of {page_count} ({reason})"
