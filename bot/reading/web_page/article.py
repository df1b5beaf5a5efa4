"""Finds where the article of a saved web page starts, pauses and ends, and its title."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from ...types import BlockKind
from ..common.prose import ends_sentence
from .furniture import calls_to_action
from .lexicon import DATE_LINE, Furniture, Where
from .looks import Look

Reasons = list[str | None]
"""For each block, the reason why it is outside the article; None if it is inside."""

_BEFORE = "before the article"
_AFTER = "after the article"

_TITLE_REACH = 15
"""Number of blocks above the first paragraph in which to look for its title."""

_LONG_CHARACTERS = (200, 120, 80)
"""Lengths that exceed any teaser, in the order in which they are tried."""

_TITLE_WORDS = 4
_HEADINGS_IN_A_ROW = 2
_PROMOTION_CHARACTERS = 100


def find_title(looks: Sequence[Look], outside: Reasons) -> int | None:
    """Returns the index of the title among the lines above the first paragraph, or None.

    A likely title is repeated on the page, shares words with the text below and has several words.
    Of equally likely lines, the nearest is taken.
    """
    first = _first_paragraph(looks, outside)
    text = _words(look.text for look in looks[first : first + 2])

    def likelihood(place: int) -> float:
        words = _words([looks[place].text])
        echo = len(words & text) / max(1, len(words))
        is_wordy = len(looks[place].text.split()) >= _TITLE_WORDS
        return 2 * looks[place].is_repeated + echo + is_wordy / 2

    above = range(first - 1, max(-1, first - 1 - _TITLE_REACH), -1)
    return max((place for place in above if looks[place].is_title), key=likelihood, default=None)


def article_parts(looks: Sequence[Look]) -> Reasons:
    """Returns why blocks are outside the parts of the article, None for those inside.

    A part starts with running text too long for a teaser, or with a list of questions. It ends
    where a section of furniture starts, or at the end of the text. If no text is that long, shorter
    text is accepted.
    """
    lengths = [long for long in _LONG_CHARACTERS if any(_is_long(look, long) for look in looks)]
    # A list of questions alone is a part only if the page has no other text.
    attempts = (_parts(looks, long) for long in lengths or _LONG_CHARACTERS)
    return next((parts for parts in attempts if None in parts), [_BEFORE] * len(looks))


def furniture_of_page(looks: Sequence[Look], parts: Reasons, title: int | None) -> Reasons:
    """Returns why each block is furniture, given the parts of the article and its title."""
    reasons = list(parts)
    if title is not None:
        first = _first_paragraph(looks, parts)
        reasons[:title] = [reason or _BEFORE for reason in reasons[:title]]
        for place in range(title, first):
            stays = place == title or looks[place].is_sentence
            reasons[place] = None if stays else reasons[place]
    for place, look in enumerate(looks):
        if look.in_faq:
            continue
        if look.furniture and not (reasons[place] is None and _is_heading(looks, place)):
            reasons[place] = look.furniture.reason
        elif reasons[place] is None and place != title and _is_teaser(looks, place):
            reasons[place] = "teaser"
    for place, reason in _dangling(looks, reasons):
        reasons[place] = reason
    return reasons


def _words(texts: Iterable[str]) -> set[str]:
    """Returns the words of texts, without short words that titles and texts share by chance."""
    return {word for text in texts for word in re.findall(r"\w{4,}", text.casefold())}


def _first_paragraph(looks: Sequence[Look], outside: Reasons) -> int:
    inside = (place for place, reason in enumerate(outside) if reason is None)
    return next((place for place in inside if looks[place].is_sentence or looks[place].in_faq), 0)


def _parts(looks: Sequence[Look], long: int) -> Reasons:
    outside: Reasons = []
    state: str | None = _BEFORE
    section: Furniture | None = None
    last = max((place for place, look in enumerate(looks) if _is_long(look, long)), default=-1)
    for place, look in enumerate(looks):
        if look.furniture and _opens_section(look.furniture, state is None and place < last):
            section, state = look.furniture, look.furniture.reason
        elif state and _begins_part(looks, place, long):
            lead = _lead(looks, place, is_after_section=section is not None)
            outside[lead:] = [None] * (place - lead)
            section, state = None, None
        outside.append(state)
    return outside


def _opens_section(furniture: Furniture, is_amid_article: bool) -> bool:
    """True for the title of a furniture section; within an article, some may be headings."""
    may_be_heading = furniture.where is Where.AROUND_THE_ARTICLE
    return furniture.opens_section and not (is_amid_article and may_be_heading)


def _begins_part(looks: Sequence[Look], place: int, long: int) -> bool:
    look = looks[place]
    if look.in_faq or not look.is_good:
        return look.in_faq
    return _is_long(look, long) or (
        place > 0 and looks[place - 1].is_title and looks[place - 1].is_repeated
    )


def _is_long(look: Look, long: int) -> bool:
    return look.is_good and len(look.text) >= long


def _lead(looks: Sequence[Look], place: int, is_after_section: bool) -> int:
    """Returns where the part of the article that has its long paragraph at `place` starts.

    It includes the sentences just above and one or two headings above these. It continues upwards
    through such text and lists, unless a section of furniture precedes it.
    """
    lead = _above_headings(looks, _above_sentences(looks, place))
    while not is_after_section:
        text = lead
        while text > 0 and looks[text - 1].kind is BlockKind.LIST_ITEM:
            text -= 1
        above = _above_sentences(looks, text)
        if above == text or not any(look.is_good for look in looks[above:text]):
            break
        lead = _above_headings(looks, above)
    return lead


def _above_sentences(looks: Sequence[Look], place: int) -> int:
    while place > 0 and looks[place - 1].is_sentence:
        place -= 1
    return place


def _above_headings(looks: Sequence[Look], place: int) -> int:
    start = place
    while start > 0 and looks[start - 1].is_title and place - start < _HEADINGS_IN_A_ROW:
        start -= 1
    # A further line directly above, in the same stanza, shows that they end a menu.
    more = [start - 1] if 0 < start < place and looks[start - 1].is_title else []
    return place if any(looks[line].stanza == looks[start].stanza for line in more) else start


def _is_heading(looks: Sequence[Look], place: int) -> bool:
    """True if wording that is furniture elsewhere heads a paragraph of the article."""
    furniture = looks[place].furniture
    if furniture is None or furniture.where is not Where.AROUND_THE_ARTICLE:
        return False
    return any(look.is_sentence or look.in_faq for look in looks[place + 1 : place + 2])


def _is_teaser(looks: Sequence[Look], place: int) -> bool:
    """True for a headline above a date without text below it."""
    is_dated = any(look.furniture is DATE_LINE for look in looks[place + 1 : place + 2])
    return looks[place].is_title and is_dated and not _is_heading(looks, place + 1)


def _dangling(looks: Sequence[Look], reasons: Reasons) -> Iterator[tuple[int, str]]:
    """Yields the blocks after the last text of the article, and the reason for each."""
    promotions = _places(looks, lambda look: look.stanza, _is_promotion)
    menus = _places(looks, lambda look: look.kind, _is_menu)
    for place in range(len(looks) - 1, -1, -1):
        if reasons[place] is not None:
            continue
        if place in promotions:
            yield place, "promotion"
        elif place in menus or not _is_solid(looks[place]):
            yield place, _AFTER
        else:
            return


def _places(
    looks: Sequence[Look],
    key: Callable[[Look], object],
    is_wanted: Callable[[Sequence[Look]], bool],
) -> set[int]:
    """Returns the indices of groups of neighbours with the same `key` that `is_wanted` accepts."""
    places: set[int] = set()
    start = 0
    for _, group in groupby(looks, key=key):
        neighbours = list(group)
        if is_wanted(neighbours):
            places.update(range(start, start + len(neighbours)))
        start += len(neighbours)
    return places


def _is_solid(look: Look) -> bool:
    """True for a block that an article may plausibly end with."""
    solid = (BlockKind.TABLE, BlockKind.CODE, BlockKind.LIST_ITEM)
    return look.kind in solid or look.in_faq or look.is_sentence or ends_sentence(look.text)


def _is_menu(neighbours: Sequence[Look]) -> bool:
    """True for a list that contains furniture."""
    return neighbours[0].kind is BlockKind.LIST_ITEM and any(look.furniture for look in neighbours)


def _is_promotion(stanza: Sequence[Look]) -> bool:
    """True for a few short lines, at least one of which is a call to action."""
    return (
        len(stanza) > 1
        and all(len(look.text) < _PROMOTION_CHARACTERS for look in stanza)
        and not any(look.in_faq or look.kind is BlockKind.LIST_ITEM for look in stanza)
        and any(calls_to_action(look.text) for look in stanza)
    )
