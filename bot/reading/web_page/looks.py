"""The features of text blocks that show which of them are page furniture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...types import Block, BlockKind
from ..common.prose import ends_sentence, is_title_like, is_truncated
from ..common.questions import is_question
from .furniture import recognise
from .lexicon import BYLINE, DATE_LINE, Furniture

_GOOD_CHARACTERS = 80
"""A block this long that ends a sentence is a paragraph of running text."""

_SENTENCE_BY_LENGTH = 200
"""A block this long is running text, whatever its ending."""

_SENTENCE_CHARACTERS = 30
_TITLE_CHARACTERS = 20
_SHORT_ANSWER = 60
_FAQ_REACH = 4
"""Most blocks from one question to the next of the same list."""


@dataclass(frozen=True, slots=True)
class Look:
    """The features of a block: its wording, its neighbours and its repetitions.

    `stanza` numbers the groups of blocks between blank lines. `is_repeated` is true for a possible
    title that occurs again, `in_faq` for a question in a list of questions and for its answer,
    `asks` for a single question.
    """

    text: str
    kind: BlockKind
    stanza: int
    furniture: Furniture | None
    is_repeated: bool
    in_faq: bool
    asks: bool

    def says(self, reason: str) -> bool:
        """True for furniture of the given kind."""
        return self.furniture is not None and self.furniture.reason == reason

    @property
    def is_sentence(self) -> bool:
        """True for running text, however short, that is neither cut off nor furniture."""
        if self.furniture or is_truncated(self.text):
            return False
        is_ended = ends_sentence(self.text) or self.text.endswith(":")
        if len(self.text) >= _SENTENCE_BY_LENGTH:
            return True
        return is_ended and len(self.text) >= _SENTENCE_CHARACTERS

    @property
    def is_cut_off(self) -> bool:
        """True for running text that breaks off, as a teaser does."""
        return len(self.text) >= _SENTENCE_CHARACTERS and is_truncated(self.text)

    @property
    def is_good(self) -> bool:
        """True for a paragraph of running text."""
        return self.is_sentence and len(self.text) >= _GOOD_CHARACTERS

    @property
    def is_title(self) -> bool:
        """True for a line that may be a title or heading."""
        if self.furniture or self.in_faq or self.kind is BlockKind.LIST_ITEM:
            return False
        return is_title_like(self.text.rstrip(":"))


def look_at(text: str, blocks: Sequence[Block]) -> list[Look]:
    """Returns the features of each block, in order."""
    texts = [text[block.start : block.end] for block in blocks]
    furniture = [
        None if block.kind in (BlockKind.TABLE, BlockKind.CODE) else recognise(part)
        for block, part in zip(blocks, texts, strict=True)
    ]
    likenesses = [likeness(part) for part in texts]
    counts = Counter(likenesses)
    in_faq = _in_faq(texts, furniture)
    return [
        Look(
            text=texts[index],
            kind=block.kind,
            stanza=stanza,
            furniture=furniture[index],
            is_repeated=len(texts[index]) >= _TITLE_CHARACTERS and counts[likenesses[index]] > 1,
            in_faq=index in in_faq,
            asks=furniture[index] is None and is_question(texts[index]),
        )
        for index, (block, stanza) in enumerate(zip(blocks, _stanzas(text, blocks), strict=True))
    ]


def likeness(text: str) -> str:
    """Returns the letters and digits of a text, to compare copies of a line."""
    return "".join(filter(str.isalnum, text.casefold()))


def _stanzas(text: str, blocks: Sequence[Block]) -> Iterator[int]:
    stanza, end = 0, 0
    for block in blocks:
        stanza += text.count("\n", end, block.start) > 1
        end = block.end
        yield stanza


def _in_faq(texts: Sequence[str], furniture: Sequence[Furniture | None]) -> set[int]:
    """Returns the indices of questions in a list of questions, and of their answers.

    An answer between two questions may have any wording, as long as it does not break off.
    """
    asked = [
        place
        for place in range(len(texts) - 1)
        if not furniture[place]
        and is_question(texts[place])
        and _may_answer(texts[place + 1], furniture[place + 1])
    ]
    close = [pair for pair in pairwise(asked) if pair[1] - pair[0] <= _FAQ_REACH]
    told = {place for pair in close for place in pair}
    if not any(_is_answer(texts[place + 1]) for place in told):
        return set()
    return {place + offset for place in told for offset in (0, 1)}


def _may_answer(text: str, furniture: Furniture | None) -> bool:
    if furniture in (DATE_LINE, BYLINE) or is_truncated(text) or is_question(text):
        return False
    return ends_sentence(text) or furniture is None or len(text) <= _SHORT_ANSWER


def _is_answer(text: str) -> bool:
    return ends_sentence(text) and not is_truncated(text) and not is_question(text)
