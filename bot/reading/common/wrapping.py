"""Decides which lines belong together: hard-wrapped prose, or one paragraph per line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from .hyphenation import Spellings, is_cut
from .lines import Line, Stanza, split_stanzas
from .prose import is_decoration, list_marker, starts_afresh

_WIDTHS = range(40, 133)
"""Lengths at which people and programs wrap lines."""

_CONTINUED_SHARE = 0.3
"""The share of line breaks before a lower-case letter from which a text counts as wrapped.

In wrapped prose most breaks are of this kind, even in German with its capitals; lists, poems and
web pages with one paragraph per line have few."""

_FULL_SHARE = 0.8
"""A line this full, including the next word, was broken because of its width."""

_CUT = re.compile(r"[^\W_][-‐\u00ad][ \t]{0,20}\n[ \t]{0,99}[^\W\d_]")


def wrap_width(stanzas: Iterable[Stanza]) -> int | None:
    """Returns the width in characters at which a text is hard-wrapped, None if it is not."""
    breaks = [
        (len(line.text), not starts_afresh(following.text))
        for stanza in stanzas
        for line, following in pairwise(stanza)
        if not list_marker(following.text)
    ]
    wrapped = sorted(length for length, continues in breaks if continues and length in _WIDTHS)
    if not wrapped or len(wrapped) < _CONTINUED_SHARE * len(breaks):
        return None
    # Not the maximum: the longest line may belong to a table or hold a URL.
    return wrapped[int(0.95 * (len(wrapped) - 1))]


def split_paragraphs(stanza: Stanza, width: int | None) -> Iterator[Sequence[Line]]:
    """Yields the paragraphs of a stanza of a text wrapped at `width` (None: not wrapped)."""
    paragraph = [stanza[0]]
    for line, following in pairwise(stanza):
        if _continues(paragraph, line, following, width):
            paragraph.append(following)
        else:
            yield paragraph
            paragraph = [following]
    yield paragraph


def with_whole_words(text: str) -> str:
    """Returns a wrapped text with hyphenated words rejoined on the line where they start.

    The rest of each line stays in place, so that line numbers match the file.
    """
    if not _CUT.search(text):
        return text
    stanzas = list(split_stanzas(text))
    width = wrap_width(stanzas)
    if width is None:
        return text
    spellings = Spellings(line.text.strip() for stanza in stanzas for line in stanza)
    pieces: list[str] = []
    at = 0
    for stanza in stanzas:
        for paragraph in split_paragraphs(stanza, width):
            for line, following in pairwise(paragraph):
                word, *rest = following.text.split(maxsplit=1)
                # Don't empty a line: a blank line would split the paragraph.
                is_alone = not rest and following is not paragraph[-1]
                if is_alone or not is_cut(line.text.rstrip(), word) or starts_afresh(word):
                    continue
                before, between = spellings.joined(text[at : line.end].rstrip(), word)
                pieces += [before, between, word, "\n"]
                at = following.end - len(rest[0]) if rest else following.end
    return "".join([*pieces, text[at:]])


def _continues(paragraph: Sequence[Line], line: Line, following: Line, width: int | None) -> bool:
    """True if `following` continues the paragraph that ends with `line` so far.

    An indented line that starts with a capital or digit does not: it opens a new paragraph.
    """
    if list_marker(following.text) or is_decoration(following.text) or is_decoration(line.text):
        return False
    marker = list_marker(paragraph[0].text)
    if marker and following.indent > paragraph[0].indent:
        return True
    if width is None:
        return False
    if is_cut(line.text.rstrip(), following.text.lstrip()) and not starts_afresh(following.text):
        return True
    continues_sentence = not starts_afresh(following.text)
    if following.indent > line.indent + 1 and not continues_sentence:
        return False
    next_word = following.text.split(maxsplit=1)[0]
    is_full = len(line.text) + 1 + len(next_word) > _FULL_SHARE * width
    return is_full or (continues_sentence and len(line.text) > width // 2)
