"""Groups the lines of a PDF's pages into paragraphs, headings and list items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from ..common.hyphenation import is_cut
from ..common.metadata import clean
from ..common.prose import ends_sentence, is_decoration, is_title_like, list_marker, starts_afresh
from .furniture import Running
from .layout import Layout, is_set_apart
from .lines import PageLine

_CLOSE_HEADING = 1.8
"""Most distance between lines of one heading, in sizes of their type."""

_HEADING_CHARACTERS = 240
"""Most characters of a heading; longer text in large type is a poster."""

_FEWEST_OF_STANZA = 3
_EVEN_SHARE = 0.8
_EVEN_LINES = 0.75
"""Fewest lines between white space that show the width of their column, and the shares of its
width and of its lines by which most lines must be nearly as long as the longest."""

_INDENT = 0.8
_HANGING = 0.3
_SAME_LEFT = 3.0
"""In sizes of the type: the indent of a paragraph's first line, the hanging indent of a list
item, and how far apart lines of a column may start."""

_FULL_SHARE = 0.95
_LONG_SHARE = 0.5
"""Shares of the width of a column. A line above the first, including the next word, was broken
because of its width; a line below the second ends a paragraph."""

_CELL_GAP = 2.0
_FAR_CUT = 3.0
_SMALL_PRINT = 0.92
_LONE_CHARACTERS = 40
_SENTENCES_SHARE = 0.7

RUNNING = "running header"
"""The reason for skipping a running header, a running footer or a page number."""


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, each with its page number, counted from 0.

    `level` is the heading level or 0; `skipped` says why it is furniture. `is_apart` means that the
    layout separates it from the next paragraph. `is_kept` marks text outside the text flow: an
    annotation or the words of a running header.
    """

    lines: list[PageLine]
    pages: list[int]
    level: int = 0
    skipped: str | None = None
    is_apart: bool = True
    is_kept: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is ordinary text, which may continue in another line."""
        return not (self.level or self.skipped or self.is_kept or self.lines[0].rows)


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A page: its lines, the furniture among them, and added lines by the index of the line that
    they follow.
    """

    lines: Sequence[PageLine]
    running: Mapping[int, Running]
    added: Mapping[int, Sequence[PageLine]]


def paragraphs_of(pages: Sequence[LaidOut], layout: Layout) -> list[Paragraph]:
    """Returns the paragraphs of all pages in reading order; one may span two pages."""
    found: list[Paragraph] = []
    for number, page in enumerate(pages):
        paragraphs = list(_on_page(number, page, layout))
        _carry_over(found, paragraphs, layout)
        found += paragraphs
    return found


def _on_page(number: int, page: LaidOut, layout: Layout) -> Iterator[Paragraph]:
    edges = _right_edges(page.lines, layout)
    added = _added(number, page, -1)
    last: Paragraph | None = None
    for place, line in enumerate(page.lines):
        running = page.running.get(place)
        if last is not None:
            if running is None and _belongs(last, line, edges[place - 1], layout):
                last.lines.append(line)
                last.pages.append(number)
                added += _added(number, page, place)
                continue
            last.is_apart = running is not None or is_set_apart(
                last.lines[-1], line, layout.spacing
            )
            yield last
        yield from added
        *complete, last = _begun(number, line, running, layout)
        yield from complete
        added = _added(number, page, place)
    if last is not None:
        yield last
    yield from added


def _added(number: int, page: LaidOut, place: int) -> list[Paragraph]:
    return [Paragraph([line], [number], is_kept=True) for line in page.added.get(place, ())]


def _belongs(paragraph: Paragraph, line: PageLine, edge: float, layout: Layout) -> bool:
    """True if the line continues the paragraph or heading above it."""
    level = layout.levels.get(line.size, 0)
    if line.rows or paragraph.lines[0].rows:
        return False
    if level or paragraph.level:
        return level == paragraph.level and _is_one_heading(paragraph, line)
    if not paragraph.is_text or line.is_added:
        return False
    above = paragraph.lines[-1]
    is_apart = is_set_apart(above, line, layout.spacing)
    if is_apart and not starts_afresh(line.text) and not ends_sentence(above.text):
        # A line in another font or smaller type may still belong to the paragraph.
        is_apart = is_set_apart(above, replace(line, size=above.size), layout.spacing)
    return _continues(paragraph, line, edge, is_apart, layout)


def _begun(
    number: int, line: PageLine, running: Running | None, layout: Layout
) -> Iterator[Paragraph]:
    """Yields the paragraphs of a single line; words and a page number make two."""
    if running is None:
        level = 0 if line.is_added or line.rows else layout.levels.get(line.size, 0)
        yield Paragraph([line], [number], level, is_kept=line.is_added)
        return
    before = line.text[: running.start].strip()
    own = line.text[running.start : running.end].strip()
    after = line.text[running.end :].strip()
    for text, skipped in ((before, None), (own, RUNNING), (after, None)):
        if text:
            # Words that are kept do not join a paragraph.
            yield Paragraph(
                [replace(line, text=text, words=())],
                [number],
                skipped=skipped,
                is_kept=skipped is None,
            )


def _is_one_heading(heading: Paragraph, line: PageLine) -> bool:
    above = heading.lines[-1]
    distance = above.baseline - line.baseline
    length = sum(len(each.text) + 1 for each in heading.lines) + len(line.text)
    return 0 <= distance <= _CLOSE_HEADING * line.size and length <= _HEADING_CHARACTERS


def _right_edges(page: Sequence[PageLine], layout: Layout) -> list[float]:
    """Returns for each line the right edge of its column, from the lines around it or its page."""
    columns: dict[tuple[float, int], float] = defaultdict(float)
    for line in page:
        for near in _near_lefts(line):
            columns[line.size, near] = max(columns[line.size, near], line.right)
    edges: list[float] = []
    stanza: list[PageLine] = []

    def close() -> None:
        shows = _shows_width(stanza)
        widest = max(line.right for line in stanza)
        for line in stanza:
            near = max(columns[line.size, key] for key in _near_lefts(line))
            edges.append(widest if shows else near)
        stanza.clear()

    for line in page:
        if stanza and (
            is_set_apart(stanza[-1], line, layout.spacing) or _is_jump(stanza[-1], line)
        ):
            close()
        stanza.append(line)
    if stanza:
        close()
    return edges


def _shows_width(stanza: Sequence[PageLine]) -> bool:
    """Whether the lines are of nearly equal width, as in a narrow column."""
    if len(stanza) < _FEWEST_OF_STANZA:
        return False
    widest = max(line.right for line in stanza)
    full = sum(_share(line, widest) > _EVEN_SHARE for line in stanza[:-1])
    return full >= _EVEN_LINES * (len(stanza) - 1)


def _near_lefts(line: PageLine) -> range:
    step = max(1.0, _SAME_LEFT * line.size)
    at = int(line.left // step)
    return range(at, at + 2) if line.left % step > step / 2 else range(at - 1, at + 1)


def _is_jump(line: PageLine, following: PageLine) -> bool:
    """True if `following` starts another column, higher up."""
    return following.baseline > line.baseline + line.size / 2


def _continues(
    paragraph: Paragraph, following: PageLine, edge: float, is_apart: bool, layout: Layout
) -> bool:
    """True if `following` continues the paragraph, whose column reaches to `edge`."""
    first, line = paragraph.lines[0], paragraph.lines[-1]
    if _is_jump(line, following):
        return _goes_over(paragraph, following, edge, are_sentences=False)
    if is_apart:
        far = line.baseline - following.baseline > _FAR_CUT * line.size
        return not far and line.size == following.size and _is_cut_word(line, following)
    if list_marker(following.text) or is_decoration(following.text) or is_decoration(line.text):
        return False
    if _is_cut_word(line, following):
        return True
    if _is_row(line) and _is_row(following):
        return False
    is_item = bool(list_marker(first.text))
    if is_item and following.left > first.left + _HANGING * line.size:
        return True
    goes_on = not starts_afresh(following.text)
    if not goes_on and following.left > line.left + _INDENT * line.size:
        return False
    is_full = _is_full(line, following, edge)
    if not layout.is_wrapped or _is_row(line):
        return goes_on and is_full and not ends_sentence(line.text)
    return is_full or (goes_on and _share(line, edge) > _LONG_SHARE)


def _is_cut_word(line: PageLine, following: PageLine) -> bool:
    return is_cut(line.text, following.text) and not following.text[0].isupper()


def _is_row(line: PageLine) -> bool:
    """True if a line looks like cells side by side, not like a widely spaced line."""
    return any(
        following.left - part.right > _CELL_GAP * line.size
        for part, following in pairwise(line.parts)
    )


def _is_full(line: PageLine, following: PageLine, edge: float) -> bool:
    """True if the first word of `following` did not fit into the line."""
    letter = (following.right - following.left) / max(1, len(following.text))
    word = len(following.text.split(maxsplit=1)[0]) + 1
    return line.right + word * letter > line.left + _FULL_SHARE * (edge - line.left)


def _share(line: PageLine, edge: float) -> float:
    return (line.right - line.left) / max(1.0, edge - line.left)


def _goes_over(paragraph: Paragraph, following: PageLine, edge: float, are_sentences: bool) -> bool:
    """True if a paragraph continues at the top of the next column or page.

    `are_sentences` means that the other paragraphs there end as sentences, so that a line without
    an end is incomplete.
    """
    line = paragraph.lines[-1]
    if line.size != following.size or list_marker(following.text) or _is_row(following):
        return False
    if _is_cut_word(line, following):
        return True
    if ends_sentence(line.text) or line.text.endswith(":") or is_decoration(line.text):
        return False
    length = sum(len(each.text) for each in paragraph.lines)
    if not starts_afresh(following.text):
        return length >= _LONE_CHARACTERS or _is_full(line, following, edge)
    return (
        are_sentences
        and length >= _LONE_CHARACTERS
        and (ends_sentence(following.text) or _is_full(line, following, edge))
    )


def _carry_over(found: list[Paragraph], page: list[Paragraph], layout: Layout) -> None:
    """Joins the last paragraph with the first of the next page if it continues there.

    Text below it on its page, such as notes, is then moved before it.
    """
    first = next((at for at, each in enumerate(page) if not (each.skipped or each.is_kept)), None)
    last = len(found) - 1
    if first is None:
        return
    before = page[first].pages[0] - 1
    while last >= 0 and not found[last].level and _is_below(found[last], layout):
        last -= 1
        if last >= 0 and found[last].pages[-1] < before:
            return  # the paragraphs are ordered by the page on which they end
    if last < 0:
        return
    if _is_one_table(found[last], page[first]):
        found[last].lines += page[first].lines
        found[last].pages += page[first].pages
        del page[first]
        found.append(found.pop(last))
        return
    if not (page[first].is_text and found[last].is_text):
        return
    begun, rest = found[last], page[first]
    if begun.pages[0] != begun.pages[-1] or begun.pages[-1] != rest.pages[0] - 1:
        return
    # Paragraphs of ordinary text are ordered by the page on which they start.
    texts = takewhile(lambda each: each.pages[-1] >= before, reversed(found))
    on_page = [each for each in texts if each.pages[0] == before and each.is_text]
    ended = sum(ends_sentence(each.lines[-1].text) for each in on_page if each is not begun)
    are_sentences = ended > 0 and ended >= _SENTENCES_SHARE * (len(on_page) - 1)
    edge = max(line.right for each in on_page for line in each.lines)
    if not _goes_over(begun, rest.lines[0], edge, are_sentences):
        return
    begun.lines += rest.lines
    begun.pages += rest.pages
    begun.is_apart = rest.is_apart
    del page[first]
    found.append(found.pop(last))


def _is_one_table(begun: Paragraph, rest: Paragraph) -> bool:
    """Whether a table continues on the next page, with as many columns in the same place."""
    one, other = begun.lines[-1], rest.lines[0]
    if not (one.rows and other.rows) or begun.pages[-1] != rest.pages[0] - 1:
        return False
    is_below = abs(one.left - other.left) < _SAME_LEFT * one.size
    return is_below and len(one.rows[0]) == len(other.rows[0])


def _is_below(paragraph: Paragraph, layout: Layout) -> bool:
    """Whether it may stand below the text of a page: furniture, annotations and small print."""
    if paragraph.lines[0].rows:
        return False
    return not paragraph.is_text or paragraph.lines[0].size < _SMALL_PRINT * layout.body


def is_heading(paragraph: Paragraph) -> bool:
    """Whether a paragraph in large type is a heading."""
    text = " ".join(line.text for line in paragraph.lines)
    return len(text) <= _HEADING_CHARACTERS and is_title_like(clean(text) or "")
