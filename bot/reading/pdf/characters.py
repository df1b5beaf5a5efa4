"""The characters of a PDF page with their positions, and the lines they form."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from ctypes import c_double, c_ushort
from itertools import pairwise
from math import atan2, hypot, pi
from statistics import median
from typing import TYPE_CHECKING, Any

from .leftward import FIRST, in_order, is_leftward, with_rightward_runs
from .lines import LEFTWARD, PageLine, Part, goes_on, joined, turned, with_drop_caps

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_LINE_BREAK = 0x0A
_HYPHEN_AT_LINE_END = 0x02
_HYPHEN_IN_RANGES = 0xFFFE
_SURROGATES = range(0xD800, 0xE000)
_UNSEEN = re.compile(r"[\x00-\x08\x0B-\x1F\x7F\uFFFE\uFFFF]|\u00ad(?!\Z)")

_LIGATURES = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0xFB00, 0xFE00), *range(0xFE70, 0xFEFD))
}
"""Ligatures such as "fi" and Arabic presentation forms: glyphs that stand for ordinary letters."""

_ACCENTS = {
    0x60: "\u0300",
    0xB4: "\u0301",
    0x2C6: "\u0302",
    0x2DC: "\u0303",
    0xAF: "\u0304",
    0x2D8: "\u0306",
    0x2D9: "\u0307",
    0xA8: "\u0308",
    0x2DA: "\u030a",
    0x2DD: "\u030b",
    0x2C7: "\u030c",
    0xB8: "\u0327",
    0x2DB: "\u0328",
}
"""Accents that a file may draw over a letter as separate characters, and their combining forms."""

_UNPARTED = re.compile(r"\S+")
_FIGURES = re.compile(r"\d+(?:,\d+)*")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALL = 0.85
_RAISED_BY = 0.15
"""A raised character is at most this small relative to its line, and stands higher by at least
this share of its own size."""


_PARTS = 9
_OTHER_LEVEL = 0.8
_SAME_LINE = 0.5
_BLANK = 0x20

_SAMPLE = 25
_NEXT, _NEAR = 2, 150
_MOST_ACCENTS = 1_000
"""How many characters around an accent are searched for its letter, first closely, then widely;
and most accents of a page."""


def page_lines(page: PdfTextPage) -> tuple[list[PageLine], int]:
    """Returns the lines of a page in drawing order, and how they are turned.

    Lines that PDFium splits at a raised character are joined again.
    """
    signs = _Signs(page)
    lines: list[PageLine] = []
    for line in signs.lines():
        if lines and goes_on(lines[-1], line):
            lines[-1] = joined(lines[-1], line)
        else:
            lines.append(line)
    return with_drop_caps(lines), signs.turn


class _Signs:
    """The characters of a page in PDFium's order, with their positions."""

    def __init__(self, page: PdfTextPage) -> None:
        from pypdfium2 import raw

        self._pdfium, self._raw = raw, page.raw
        self._box, self._x, self._y = raw.FS_RECTF(), c_double(), c_double()
        self._codes = self._codes_of(page)
        self._signs = [_LIGATURES.get(code) or chr(code) for code in self._codes]
        self.turn = self._turn_of()
        self._combine_accents()

    def _codes_of(self, page: PdfTextPage) -> list[int]:
        """Returns the code of each character.

        Uses one call for all of them, unless some are beyond 16 bits.
        """
        count = page.count_chars()
        units = (c_ushort * (2 * count + 2))()
        written = self._pdfium.FPDFText_GetText(self._raw, 0, count, units) - 1 if count else 0
        codes: list[int] = units[: max(0, written)]
        unicode_of = self._pdfium.FPDFText_GetUnicode
        if len(codes) != count or any(code in _SURROGATES for code in set(codes)):
            return [unicode_of(self._raw, at) for at in range(count)]
        return [
            unicode_of(self._raw, at) if code == _HYPHEN_IN_RANGES else code
            for at, code in enumerate(codes)
        ]

    def lines(self) -> Iterator[PageLine]:
        """Yields the lines as PDFium splits them, split again where the text moves to another
        level.
        """
        start = 0
        for end, code in enumerate([*self._codes, _LINE_BREAK]):
            if code in (_LINE_BREAK, _HYPHEN_AT_LINE_END):
                levels = list(self._levels(start, end))
                for number, places in enumerate(levels, start=1):
                    is_cut = code == _HYPHEN_AT_LINE_END and number == len(levels)
                    if line := self._line(places, is_cut):
                        yield line
                start = end + 1

    def _levels(self, start: int, end: int) -> Iterator[range]:
        """Yields the ranges of a line, split where a word is more than a line higher or lower."""
        size, height = 0.0, 0.0
        is_first = True
        for at in range(start, end):
            if not self._signs[at].strip():
                is_first = True
            elif is_first:
                is_first = False
                own = self._place(at)[1]
                if size and abs(own - height) > _OTHER_LEVEL * size:
                    yield range(start, at)
                    start, size = at, 0.0
                size, height = size or self._measure(at)[0], own
        yield range(start, end)

    def _line(self, places: range, is_cut: bool) -> PageLine | None:
        text = self._text(places)
        if not text:
            return None
        seen = [at for at in places if self._signs[at].strip()]
        if not seen:
            return PageLine(text, 0.0, 0.0)
        size, baseline = self._type_of(seen)
        if any(map(str.isdigit, text)):
            self._raise_figures(places, size, baseline)
        words = self._words(seen)
        if is_cut and words:
            words[-1] = (*words[-1][:2], words[-1][2] + "-")
        text = " ".join(word for _, _, word in words)
        return PageLine(text, size, baseline).of_words(words) if text else None

    def _text(self, places: Sequence[int]) -> str:
        """Returns the visible text; PDFium may return a rare character as two surrogates, or not at
        all.
        """
        text = "".join(map(self._signs.__getitem__, places))
        if text.isprintable():
            return text.strip()
        paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        return _UNSEEN.sub("", paired).strip()

    def _type_of(self, seen: Sequence[int]) -> tuple[float, float]:
        """Returns the size and baseline of a line, from a sample of its characters.

        Sampling keeps drop caps, note numbers and words in other fonts from affecting the result.
        """
        sample = (seen[len(seen) * part // _PARTS] for part in range(1, _PARTS))
        sizes, baselines = zip(*map(self._measure, sample), strict=True)
        return round(sorted(sizes)[_PARTS * 2 // 3] * 2) / 2, median(baselines)

    def _raise_figures(self, places: range, size: float, baseline: float) -> None:
        """Replaces the digits of note numbers and powers with superscript digits, which no word
        contains.
        """
        text = "".join(sign[:1] or " " for sign in self._signs[places.start : places.stop])
        for figures in _FIGURES.finditer(text):
            at = end = places.start + figures.end()
            while at > places.start + figures.start():
                if self._place(at - 1)[1] <= baseline:
                    break
                own_size, own_baseline = self._measure(at - 1)
                is_raised = own_baseline > baseline + _RAISED_BY * own_size
                if not is_raised or own_size >= _SMALL * size:
                    break
                at -= 1
                self._signs[at] = self._signs[at].translate(_RAISED)
            if at < end and not text[: at - places.start].strip():
                self._signs[end - 1] += " "

    def _words(self, seen: Sequence[int]) -> list[Part]:
        """Returns the words separated by white space, with their left and right ends."""
        words = []
        for first, last in self._stretches(seen):
            places = self._in_order(range(first, last + 1))
            if text := self._text(places):
                one, other = self._ends(first), self._ends(last)
                words.append((min(one[0], other[0]), max(one[1], other[1]), text))
        return with_rightward_runs(words) if self.turn >= LEFTWARD else words

    def _stretches(self, seen: Sequence[int]) -> list[tuple[int, int]]:
        """Returns the indices of the first and last character of each word."""
        start, end = seen[0], seen[-1] + 1
        signs = self._signs[start:end]
        text = "".join(signs)
        if len(text) == len(signs) and all(signs):
            words = _UNPARTED.finditer(text)
            return [(start + word.start(), start + word.end() - 1) for word in words]
        parted = (at for at, pair in enumerate(pairwise(seen), 1) if self._are_parted(*pair))
        edges = [0, *parted, len(seen)]
        return [(seen[first], seen[last - 1]) for first, last in pairwise(edges)]

    def _in_order(self, places: range) -> Sequence[int]:
        """Returns the indices of a word's characters in reading order."""
        signs = self._signs[places.start : places.stop]
        if self.turn < LEFTWARD and (max(signs) < FIRST or not any(map(is_leftward, signs))):
            return places
        towards = 1 if self.turn >= LEFTWARD else -1
        along = [towards * self._place(at)[0] for at in places]
        return [places[at] for at in in_order(signs, along)]

    def _are_parted(self, one: int, other: int) -> bool:
        return other > one + 1 and any(map(str.isspace, self._signs[one + 1 : other]))

    def _combine_accents(self) -> None:
        """Puts accents that are drawn as separate characters on the letters below them."""
        accents = [at for at, code in enumerate(self._codes) if code in _ACCENTS]
        for at in accents[:_MOST_ACCENTS]:
            if (letter := self._letter_below(at)) is None:
                continue
            base = {"ı": "i", "ȷ": "j"}.get(self._signs[letter], self._signs[letter])
            combined = unicodedata.normalize("NFC", base + _ACCENTS[self._codes[at]])
            if len(combined) == 1:
                self._signs[letter], self._signs[at] = combined, ""
                if at and self._is_generated(at - 1):
                    self._signs[at - 1] = ""

    def _letter_below(self, accent: int) -> int | None:
        left, right = self._ends(accent)
        middle, height = (left + right) / 2, self._measure(accent)[1]
        # If PDFium inserts a blank beside an accent, its letter may be farther away.
        around = range(max(0, accent - 1), min(len(self._signs), accent + 2))
        reach = _NEAR if any(map(self._is_generated, around)) else _NEXT
        near = range(max(0, accent - reach), min(len(self._signs), accent + reach + 1))
        for at in sorted(near, key=lambda at: abs(at - accent)):
            if self._signs[at].isalpha():
                left, right = self._ends(at)
                if left <= middle <= right:
                    size, baseline = self._measure(at)
                    if abs(baseline - height) < _SAME_LINE * size:
                        return at
        return None

    def _is_generated(self, at: int) -> bool:
        is_generated = self._pdfium.FPDFText_IsGenerated
        return bool(self._codes[at] == _BLANK and is_generated(self._raw, at) == 1)

    def _ends(self, at: int) -> tuple[float, float]:
        """Returns the left and right end of a character, including its side bearings."""
        box = self._box
        self._pdfium.FPDFText_GetLooseCharBox(self._raw, at, box)
        left, right = box.left, box.right
        if self.turn:
            left, right = (
                turned(left, box.bottom, self.turn)[0],
                turned(right, box.top, self.turn)[0],
            )
        return min(left, right), max(left, right)

    def _measure(self, at: int) -> tuple[float, float]:
        """Returns the size of a character, and its height on the page."""
        matrix = self._matrix(at)
        size = self._pdfium.FPDFText_GetFontSize(self._raw, at) * hypot(matrix.c, matrix.d)
        return size, self._place(at)[1]

    def _place(self, at: int) -> tuple[float, float]:
        """Returns where a character starts along its line, and its height on the page."""
        self._pdfium.FPDFText_GetCharOrigin(self._raw, at, self._x, self._y)
        x, y = self._x.value, self._y.value
        return turned(x, y, self.turn) if self.turn else (x, y)

    def _turn_of(self) -> int:
        """Returns how most characters are turned: tables may be sideways, and Arabic runs
        leftwards.
        """
        seen = [at for at, sign in enumerate(self._signs) if sign.strip()]
        sample = seen[:: max(1, len(seen) // _SAMPLE)]
        matrices = map(self._matrix, sample)
        angles = Counter(round(atan2(each.b, each.a) * 2 / pi) % 4 for each in matrices)
        quarters = max(angles, key=lambda angle: (angles[angle], -angle), default=0)
        leftwards = sum(map(is_leftward, filter(str.isalpha, self._signs)))
        if not leftwards:
            return quarters
        letters = sum(self._signs[at].isalpha() for at in seen)
        return quarters + (LEFTWARD if 2 * leftwards > letters else 0)

    def _matrix(self, at: int) -> Any:
        matrix = self._pdfium.FS_MATRIX()
        self._pdfium.FPDFText_GetMatrix(self._raw, at, matrix)
        return matrix
