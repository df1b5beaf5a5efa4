"""The words of a segment as JSON: frequencies and acronyms."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from ...errors import IndexDamaged
from ...text.acronyms import definitions
from ...text.folding import folded
from ...text.rewriting import Words
from .layout import REPAIR, WORDS

_WORD = re.compile(r"[^\W\d_]{3,40}")

# For an acronym with several definitions, keep this many of the most frequent long forms.
LONG_FORMS = 2


@dataclass(slots=True)
class Tally:
    """The number of passages that contain each word and each long form of each acronym."""

    frequencies: Counter[str] = field(default_factory=Counter)
    acronyms: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, text: str, headings: str) -> None:
        """Counts the words of a passage and its headings."""
        words = _WORD.findall(folded(f"{text} {headings}"))
        self.frequencies.update({word.lower() for word in words})
        for short, long in definitions(text):
            self.acronyms.setdefault(short, Counter())[long] += 1

    def add(self, other: Tally) -> None:
        """Adds the counts of another tally."""
        self.frequencies.update(other.frequencies)
        for short, longs in other.acronyms.items():
            self.acronyms.setdefault(short, Counter()).update(longs)

    def take_away(self, other: Tally) -> None:
        """Subtracts the counts of another tally, which were added before."""
        self.frequencies -= other.frequencies
        for short, longs in other.acronyms.items():
            self.acronyms[short] = self.acronyms.get(short, Counter()) - longs

    def words(self) -> Words:
        """Returns the counts in the form that query rewriting uses."""
        acronyms = {short: _commonest(longs) for short, longs in self.acronyms.items() if longs}
        return Words(dict(sorted(acronyms.items())), dict(sorted(self.frequencies.items())))

    def write(self, folder: Path) -> None:
        """Writes all counts; raises OSError."""
        content = {
            "frequencies": dict(sorted(self.frequencies.items())),
            "acronyms": {short: longs for short, longs in sorted(self.acronyms.items()) if longs},
        }
        text = json.dumps(content, ensure_ascii=True, sort_keys=True)
        (folder / WORDS).write_text(text, encoding="ascii")

    @classmethod
    def read(cls, written: bytes, file: Path) -> Tally:
        """Parses written counts; `file` is for error messages. Raises IndexDamaged."""
        try:
            content = json.loads(written.decode("ascii"))
            found = cls(
                _counter(content["frequencies"]),
                {str(short): _counter(longs) for short, longs in content["acronyms"].items()},
            )
            _check(found.frequencies, found.acronyms)
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError,
                RecursionError) as error:  # fmt: skip
            raise IndexDamaged(f"{file} is damaged ({error}). {REPAIR}") from error
        return found


def _counter(counts: Mapping[str, object]) -> Counter[str]:
    """Parses counts; raises ValueError for an invalid count."""
    found = Counter[str]()
    for word, count in counts.items():
        if not isinstance(count, int):
            raise ValueError(f"{count!r} is no count")
        found[word] = count
    return found


def _check(frequencies: Mapping[str, int], acronyms: Mapping[str, Mapping[str, int]]) -> None:
    """Raises ValueError for impossible words: a lone surrogate, an acronym of one letter."""
    for word in (*frequencies, *acronyms, *chain.from_iterable(acronyms.values())):
        word.encode()
    if any(len(short) < 2 for short in acronyms):
        raise ValueError("an acronym of one letter")


def _commonest(longs: Mapping[str, int]) -> tuple[str, ...]:
    """Returns the most frequent long forms, ignoring case differences."""
    merged: dict[str, tuple[int, str]] = {}
    for long, count in sorted(longs.items()):
        before, first = merged.get(long.casefold(), (0, long))
        merged[long.casefold()] = before + count, first
    ranked = sorted(merged.values(), key=lambda item: (-item[0], item[1]))
    return tuple(long for _, long in ranked[:LONG_FORMS])
