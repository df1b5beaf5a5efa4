"""Separates article and furniture in web pages that were saved as text.

Marks nothing without evidence that a text is a saved page, so that notes, minutes, poems and lists
stay whole. With some evidence, marks blocks whose wording alone shows furniture; with plenty, also
marks the surroundings of the article. The features are those of boilerpipe (Kohlschütter et al.
2010) and jusText (Pomikálek 2011): length, final punctuation, cut-off ends, repetition and
neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from itertools import pairwise

from ...types import Block, BlockKind
from .article import Reasons, article_parts, find_title, furniture_of_page
from .lexicon import DATE_LINE, Where
from .looks import Look, likeness

_SOME = 3
_PLENTY = 5


class _Evidence(Enum):
    """How likely a text is to be a saved web page."""

    NONE = "none"
    SOME = "what is furniture by its wording is marked"
    PLENTY = "what surrounds the article is marked as well"


def mark_furniture(blocks: Sequence[Block], looks: Sequence[Look]) -> tuple[Block, ...]:
    """Returns `blocks` with page furniture marked as skipped and the title as a heading."""
    evidence = _evidence(looks)
    if evidence is _Evidence.NONE:
        return tuple(blocks)
    parts = article_parts(looks)
    title = find_title(looks, parts) if None in parts else None
    if evidence is _Evidence.PLENTY and None in parts:
        reasons = furniture_of_page(looks, parts, title)
    else:
        reasons = [_reason(look, Where.ANYWHERE) for look in looks]
    marked = [
        replace(block, skipped=block.skipped or reason)
        for block, reason in zip(blocks, _with_repeats(looks, reasons, title), strict=True)
    ]
    if title is not None:
        marked[title] = replace(marked[title], kind=BlockKind.HEADING, level=1)
    return tuple(marked)


def _reason(look: Look, *places: Where) -> str | None:
    if look.furniture is None or look.in_faq:
        return None
    return look.furniture.reason if look.furniture.where in places else None


def _with_repeats(looks: Sequence[Look], reasons: Reasons, title: int | None) -> Reasons:
    """Returns `reasons` with further copies of the title marked as such."""
    if title is None:
        return reasons
    likeness_of_title = likeness(looks[title].text)
    return [
        "repeated title" if place != title and likeness(look.text) == likeness_of_title else reason
        for place, (look, reason) in enumerate(zip(looks, reasons, strict=True))
    ]


def _evidence(looks: Sequence[Look]) -> _Evidence:
    """Returns the evidence for a saved web page; each kind of furniture counts once.

    Policies and terms of use also mention cookies, copyright and contacts. Such kinds only support
    rarer kinds and prove nothing alone.
    """
    kinds = {look.furniture for look in looks if look.furniture}
    rare = sum(kind.evidence for kind in kinds if kind.evidence > 1)
    repeated = any(look.is_repeated and look.is_title for look in looks)
    dated = sum(
        look.is_title and following.furniture is DATE_LINE for look, following in pairwise(looks)
    )
    cut_off = sum(look.is_cut_off for look in looks)
    total = sum(kind.evidence for kind in kinds) + repeated + (dated > 1) + (cut_off > 1)
    if rare and total >= _PLENTY:
        return _Evidence.PLENTY
    return _Evidence.SOME if rare >= _SOME else _Evidence.NONE
