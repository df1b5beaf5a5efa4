"""How the longer words of a text begin: had far sooner than what they mean, and enough to tell that
two texts cannot say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ...store.recent import Recent
from .tokens import ABSENT, LIGHT, TITLE_WORDS

# Of a text that says the same, nearly all words stand in the other, with other endings perhaps, or
# the initials of a name.
MOSTLY = 0.75
OF_A_NAME = 3

_Keys: TypeAlias = npt.NDArray[np.uint64]
_Bits: TypeAlias = npt.NDArray[np.uint64]

_BITS = 2048
# Texts whose outlines are kept, and so many that are looked at together.
_KEPT = 1 << 12
_AT_ONCE = 1 << 10
# Up to so many, Python takes less time than NumPy does to begin.
_FEW_CHARACTERS = 400

# Of 64 bits those that are left beside the number of a text.
_KEY_BITS = np.uint64(54)
_UNUSED_BITS = np.uint64(10)
# Knuth's multiplicative hashing, by 2 ** 64 over the golden ratio.
_MIXING = np.uint64(0x9E3779B97F4A7C15)

_LONGER = 4
# Of words that are no function words as a rule.
_LONG_WORD = re.compile(rf"[^\W_]{{{_LONGER},}}")
_WORD = re.compile(r"[^\W_]+")
_APART = {code: " " for code in range(128) if not chr(code).isalnum()}


@dataclass(frozen=True)
class Outline:
    """How the longer words of a text begin, in small letters, as a key for each, and a set of bits.

    Bits tell in no time that many words of one text are not in another; the keys tell the rest.
    """

    text: str
    keys: _Keys
    row: _Bits

    @cached_property
    def bits(self) -> int:
        """A bit for each key."""
        return int.from_bytes(self.row.tobytes(), "little")

    @cached_property
    def words(self) -> frozenset[int]:
        """The key of each beginning of a longer word."""
        return frozenset(self.keys.tolist())

    @cached_property
    def most_lacking(self) -> int:
        """How many of its words a text may lack that says the same."""
        return max(OF_A_NAME, int((1 - MOSTLY) * len(self.keys)))

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
    def _plain(self) -> frozenset[int]:
        """The keys of words that are written small, of no name, title or little word."""
        return frozenset(map(key, filter(str.islower, _beginnings(self.text)))) - _NOT_PLAIN

    @cached_property
    def _count(self) -> int:
        """How many words there are at most."""
        return len(_WORD.findall(self.text))


@dataclass(frozen=True, slots=True)
class Looks:
    """The outlines of several texts, which are compared with another one at once.

    `rows` has shape (texts, whole numbers of bits).
    """

    outlines: tuple[Outline, ...]
    rows: _Bits
    most_lacking: npt.NDArray[np.int64]

    def mostly_in(self, whole: Outline) -> list[int]:
        """Places of the texts all of which another may have."""
        lacking = np.bitwise_count(self.rows & ~whole.row).sum(axis=1)
        likely = np.flatnonzero(lacking <= self.most_lacking).tolist()
        return [at for at in likely if self.outlines[at].mostly_in(whole)]

    def having(self, part: Outline) -> list[int]:
        """Places of the texts that may have all of another."""
        lacking = np.bitwise_count(part.row & ~self.rows).sum(axis=1)
        likely = np.flatnonzero(lacking <= part.most_lacking).tolist()
        return [at for at in likely if part.mostly_in(self.outlines[at])]


# The same passages are looked at several times for one answer.
@lru_cache(maxsize=8)
def looks(texts: tuple[str, ...]) -> Looks:
    """The outlines of some texts as one."""
    found = outlines(texts)
    return Looks(
        tuple(found),
        np.array([one.row for one in found], dtype=np.uint64).reshape(len(found), _BITS // 64),
        np.array([one.most_lacking for one in found], dtype=np.int64),
    )


def alike(texts: Sequence[str], share: float) -> npt.NDArray[np.bool_]:
    """Which pairs of texts may share so much of their words, shape (texts, texts)."""
    looked = outlines(texts)
    sizes = np.array([len(one.keys) for one in looked], dtype=np.int64)
    keys = np.concatenate([np.empty(0, dtype=np.uint64), *(one.keys for one in looked)])
    _, columns, counts = np.unique(keys, return_inverse=True, return_counts=True)
    # What only one text has is shared with none, and in hostile texts is nearly all.
    shared = counts > 1
    places, columns = (
        found[shared[columns]] for found in (np.repeat(np.arange(len(looked)), sizes), columns)
    )
    has = np.zeros((len(looked), int(shared.sum())), dtype=np.float32)
    has[places, (shared.cumsum() - 1)[columns]] = 1
    smaller = np.minimum(sizes[:, np.newaxis], sizes)
    lacking = smaller - has @ has.T
    likely: npt.NDArray[np.bool_] = lacking <= np.maximum(OF_A_NAME, (1 - share) * smaller)
    np.fill_diagonal(likely, True)
    return likely


def outline(text: str) -> Outline:
    """The outline of a text."""
    return outlines([text])[0]


def outlines(texts: Sequence[str]) -> list[Outline]:
    """The outlines of some texts, which are had much sooner together than one by one.

    The latest are kept, as popular passages are compared often.
    """
    found = _latest.get(texts, lambda missing: dict(zip(missing, _outlined(missing), strict=True)))
    return [found[text] for text in texts]


_latest: Recent[str, Outline] = Recent(_KEPT)


@lru_cache(maxsize=1 << 14)
def key(word: str) -> int:
    """The key of a word of at least four letters, all of which it is for the first four."""
    mixed = 0
    for letter in word[:_LONGER]:
        mixed = (mixed * int(_MIXING) + ord(letter)) % 2**64
    return mixed * int(_MIXING) % 2**64 >> int(_UNUSED_BITS)


def _outlined(texts: Sequence[str]) -> Iterator[Outline]:
    if sum(map(len, texts)) <= _FEW_CHARACTERS:
        yield from map(_sketched_alone, texts)
        return
    for begin in range(0, len(texts), _AT_ONCE):
        some = texts[begin : begin + _AT_ONCE]
        yield from map(Outline, some, *_sketched(some))


def _sketched_alone(text: str) -> Outline:
    keys = sorted({key(word) for word in _beginnings(text.lower())})
    bits = 0
    for one in keys:
        bits |= 1 << one % _BITS
    row = np.frombuffer(bits.to_bytes(_BITS // 8, "little"), dtype="<u8")
    return Outline(text, np.array(keys, dtype=np.uint64), row)


def _sketched(texts: Sequence[str]) -> tuple[list[_Keys], list[_Bits]]:
    """For each text the keys of its longer words' beginnings, and their bits."""
    small = [text.lower() for text in texts]
    # No word reaches from a text into the next, or beyond the last.
    codes = _codes("\0".join((*small, "\0" * _LONGER)))
    ends = np.cumsum([len(text) + 1 for text in small])
    inside = _are_of_words(codes)
    begins = inside[: -_LONGER + 1].copy()
    begins[1:] &= ~inside[:-_LONGER]
    for further in range(1, _LONGER):
        begins &= inside[further : len(begins) + further]
    starts = np.flatnonzero(begins)
    keys = np.zeros(len(starts), dtype=np.uint64)
    for further in range(_LONGER):
        keys = keys * _MIXING + codes.take(starts + further)
    counts = np.diff(np.searchsorted(starts, ends), prepend=0)
    of_texts = np.repeat(np.arange(len(texts), dtype=np.uint64), counts)
    ordered = np.sort((of_texts << _KEY_BITS) | (keys * _MIXING >> _UNUSED_BITS))
    distinct = ordered[np.flatnonzero(np.diff(ordered, prepend=ordered[:1] + 1))]
    places = (distinct >> _KEY_BITS).astype(np.intp)
    distinct &= (1 << int(_KEY_BITS)) - 1
    bits = np.zeros((len(texts), _BITS), dtype=bool)
    bits[places, distinct & (_BITS - 1)] = True
    ends = np.searchsorted(places, np.arange(len(texts)), side="right").tolist()
    return (
        # Copies, or one text that is kept would keep all.
        [distinct[begin:end].copy() for begin, end in zip([0, *ends], ends, strict=False)],
        [row.copy() for row in np.packbits(bits, axis=1, bitorder="little").view("<u8")],
    )


_PLAIN = np.array([chr(code).isalnum() for code in range(128)])


_NOT_PLAIN = frozenset(map(key, (*TITLE_WORDS, *LIGHT, *ABSENT)))


def _codes(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _are_of_words(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Which characters are letters or digits."""
    inside = _PLAIN.take(codes, mode="clip")
    foreign = np.flatnonzero(codes >= len(_PLAIN))
    if len(foreign):
        seen, which = np.unique(codes[foreign], return_inverse=True)
        inside[foreign] = np.array([chr(code).isalnum() for code in seen.tolist()])[which]
    return inside


def _beginnings(text: str) -> list[str]:
    if text.isascii():  # as most texts are, which are taken apart much sooner
        return [word[:_LONGER] for word in text.translate(_APART).split() if len(word) >= _LONGER]
    return [word[:_LONGER] for word in _LONG_WORD.findall(text)]
