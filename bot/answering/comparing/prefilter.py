"""A cheap test that rules out most pairs of texts before they are compared word by word.

The outline of a text is the set of the first four letters of its longer words. Two texts cannot say
the same where too many beginnings of one are missing in the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ...text.remembered import remembered
from .tokens import ABSENT, LIGHT, TITLE_WORDS

# Of a text that says the same, nearly all words stand in the other, with other endings perhaps, or
# the initials of a name.
MOSTLY = 0.75
OF_A_NAME = 3
BEGINNING = 4

# Words of four letters and more, which are no function words as a rule.
_LONG_WORD = re.compile(rf"[^\W_]{{{BEGINNING},}}")
_WORD = re.compile(r"[^\W_]+")
_NOT_PLAIN = frozenset(word[:BEGINNING] for word in (*TITLE_WORDS, *LIGHT, *ABSENT))


@dataclass(frozen=True)
class Outline:
    """How the longer words of a text begin."""

    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        """The beginnings, in small letters."""
        return frozenset(_beginnings(self.text.lower()))

    @cached_property
    def most_lacking(self) -> int:
        """The number of its words that a text may lack and still say the same."""
        return max(OF_A_NAME, int((1 - MOSTLY) * len(self.words)))

    def mostly_in(self, whole: Outline) -> bool:
        """Whether another text may have all that this one says."""
        return len(self.words - whole.words) <= self.most_lacking

    def shares(self, other: Outline, share: float) -> bool:
        """Whether the shorter of two texts may share this part of its words with the other."""
        size = min(len(self.words), len(other.words))
        return size - len(self.words & other.words) <= max(OF_A_NAME, (1 - share) * size)

    def may_match(self, other: Outline, share: float) -> bool:
        """Whether this share of two sentences can match but for values and names."""
        return all(
            len(one._plain - another.words) <= max(OF_A_NAME, one._count - share * one._count)
            for one, another in ((self, other), (other, self))
        )

    @cached_property
    def _plain(self) -> frozenset[str]:
        """The beginnings of words that are written small, of no name, title or little word."""
        return frozenset(filter(str.islower, _beginnings(self.text))) - _NOT_PLAIN

    @cached_property
    def _count(self) -> int:
        """The number of words, at most."""
        return len(_WORD.findall(self.text))


@remembered(1 << 12)
def outline(text: str) -> Outline:
    """The outline of a text; those of popular passages are compared often."""
    return Outline(text)


def alike(texts: Sequence[str], share: float) -> npt.NDArray[np.bool_]:
    """Which pairs of texts may share this part of their words, shape (texts, texts)."""
    words = [outline(text).words for text in texts]
    # Most words of hostile texts occur in one text alone, which shares them with no other.
    counts = Counter(word for own in words for word in own)
    columns = {word: at for at, word in enumerate(w for w, n in counts.items() if n > 1)}
    has = np.zeros((len(texts), len(columns)), dtype=np.float32)
    for row, own in zip(has, words, strict=True):
        row[[columns[word] for word in own if word in columns]] = 1
    sizes = np.array([len(own) for own in words], dtype=np.int64)
    smaller = np.minimum(sizes[:, np.newaxis], sizes)
    lacking = smaller - has @ has.T
    likely: npt.NDArray[np.bool_] = lacking <= np.maximum(OF_A_NAME, (1 - share) * smaller)
    np.fill_diagonal(likely, True)
    return likely


def _beginnings(text: str) -> list[str]:
    return [word[:BEGINNING] for word in _LONG_WORD.findall(text)]
