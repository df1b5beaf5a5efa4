"""Scans: the lines of pages that are pictures, read by OCR as far as its bounds allow."""

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
"""Pages of one file that are read by OCR."""

_AT_ONCE = 4
_SAME_SIZE = 0.5

ImageOf = Callable[[int], Image]
"""The image of a page, by its number from 0; raises ReadError."""


@dataclass(frozen=True, slots=True)
class Ocr:
    """What is asked of OCR: the `languages` of its setting, and a call of `report_page` a page."""

    languages: str
    report_page: Callable[[int, int], None] = lambda done, total: None


@dataclass(frozen=True, slots=True)
class Scanned:
    """What OCR found: lines by the number of their page, how sure it is of each page in percent,
    and the pages that it could not read, with the reason.
    """

    lines: dict[int, list[PageLine]] = field(default_factory=dict)
    sure: dict[int, int] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


def scanned(pages: Sequence[int], image_of: ImageOf, ocr: Ocr) -> Scanned:
    """Reads pages, several at a time; one that fails stops no other."""
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
    """The lines, in as few sizes of type as can be told apart: each is measured by its ink."""
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
    """The numbers of pages, counted from 0, as people count them: "3, 5–7"."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    names = ((run[0] + 1, run[-1] + 1) for run in runs)
    return ", ".join(f"{one}–{other}" if other > one else f"{one}" for one, other in names)


def remarks_on(found: Scanned, page_count: int) -> Iterator[str]:
    """Remarks that name the pages that were read by OCR, and those that could not be."""
    if found.sure:
        least = min(found.sure.values())
        names = runs_of(sorted(found.sure))
        yield f"pages read by OCR: {names} of {page_count} (at least {least} % sure)"
    for reason in dict.fromkeys(found.failed.values()):
        pages = [page for page, why in sorted(found.failed.items()) if why == reason]
        yield f"pages that OCR could not read: {runs_of(pages)} of {page_count} ({reason})"
