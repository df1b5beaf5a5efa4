"""Finds the captions of a PDF's tables: the line above a table that names it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from ...types import CAPTION_LEVEL, Block, BlockKind
from ..common.prose import HEADING_CHARACTERS, is_title_like

_TABLE = re.compile(
    r"(?:table|tab\.|tabelle|tableau|tabla|tabella|tabela|tabel|tabell|taulukko|таблица|табл\."
    r"|exhibit|表)\s*(?:\d|[IVX]+\b|[A-Z]\b)",
    re.IGNORECASE,
)
_LONGEST = 2 * HEADING_CHARACTERS


def with_captions(text: str, blocks: Sequence[Block], others: Collection[int]) -> list[Block]:
    """Returns the blocks with table captions marked as headings.

    `others` lists the starts of blocks that cannot be captions.
    """
    marked = list(blocks)
    for at, (above, below) in enumerate(pairwise(blocks)):
        is_above = below.kind is BlockKind.TABLE and above.start not in others
        if is_above and not above.skipped and _is_caption(text[above.start : above.end], above):
            marked[at] = replace(above, kind=BlockKind.HEADING, level=CAPTION_LEVEL)
    return marked


def _is_caption(text: str, block: Block) -> bool:
    """Whether a block says "Table 3. Fees of the harbour", or resembles a title and is not a
    heading.
    """
    if _TABLE.match(text):
        return len(text) <= _LONGEST
    return block.kind is BlockKind.PARAGRAPH and is_title_like(text)
