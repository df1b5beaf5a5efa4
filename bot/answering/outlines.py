"""How the longer words of a text begin: had far sooner than what they mean, and enough to tell that
two texts cannot say the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .wording import ABSENT, LIGHT, TITLE_WORDS

# Of a text that says the same, nearly all words stand in the other, with other endings perhaps, or
# the initials of a name.
MOSTLY = 0.75
OF_A_NAME = 3

_BITS = tuple(1 << place for place in range(512))

_LONGER = 4
# Of words that are no function words as a rule.
_LONG_WORD = re.compile(rf"[^\W_]{{{_LONGER},}}")
_WORD = re.compile(r"[^\W_]+")
_APART = {code: " " for code in range(128) if not chr(code).isalnum()}
_NOT_PLAIN = frozenset(word[:_LONGER] for word in (*TITLE_WORDS, *LIGHT, *ABSENT))


@dataclass(frozen=True)
class Outline:
    """The beginnings of the longer words of a text, in small letters, and a set of bits, one or
    none for each.

    Bits tell in no time that many words of one text are not in another; the words tell the rest.
    At most `most_lacking` words may be lacking in a text that says the same.
    """

    text: str
    words: frozenset[str]
    bits: int
    most_lacking: int

    def mostly_in(self, whole: Outline) -> bool:
        """Whether another text may have all that this one says."""
        return (self.bits & ~whole.bits).bit_count() <= self.most_lacking and (
            len(self.words - whole.words) <= self.most_lacking
        )

    def shares(self, other: Outline, share: float) -> bool:
        """Whether the shorter of two texts may share so much of its words with the other."""
        size = min(len(self.words), len(other.words))
        return size - len(self.words & other.words) <= max(OF_A_NAME, (1 - share) * size)

    def may_match(self, other: Outline, share: float) -> bool:
        """Whether so large a share of two sentences can match but for values and names."""
        return all(
            len(one._plain - another.words) <= max(OF_A_NAME, one._count - share * one._count)
            for one, another in ((self, other), (other, self))
        )

    @cached_property
    def _plain(self) -> frozenset[str]:
        """Of the beginnings those that are written small, of no name, title or little word."""
        return frozenset(filter(str.islower, _beginnings(self.text))) - _NOT_PLAIN

    @cached_property
    def _count(self) -> int:
        """How many words there are at most."""
        return len(_WORD.findall(self.text))


@lru_cache(maxsize=1 << 12)
def outline(text: str) -> Outline:
    """The outline of a text; the latest are kept, as popular passages are compared often."""
    words = frozenset(_beginnings(text.lower()))
    bits = 0
    for word in words:
        bits |= _BITS[hash(word) % len(_BITS)]
    return Outline(text, words, bits, max(OF_A_NAME, int((1 - MOSTLY) * len(words))))


def _beginnings(text: str) -> list[str]:
    if text.isascii():  # as most texts are, which are taken apart much sooner
        return [word[:_LONGER] for word in text.translate(_APART).split() if len(word) >= _LONGER]
    return [word[:_LONGER] for word in _LONG_WORD.findall(text)]
