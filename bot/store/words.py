"""What a generation knows of the words of its corpus, as JSON: frequencies and acronyms."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

from ..acronyms import definitions
from ..errors import IndexDamaged
from ..phrasing import Words
from .layout import REPAIR, WORDS

_WORD = re.compile(r"[^\W\d_]{3,40}")

# Of an acronym that sources define differently, the long forms that most of them give.
LONG_FORMS = 2


def write_words(passages: Iterable[tuple[str, str]], file: Path) -> None:
    """Writes the words of (text, headings) pairs; raises OSError."""
    frequencies: Counter[str] = Counter()
    acronyms: dict[str, Counter[str]] = {}
    for text, headings in passages:
        frequencies.update({word.lower() for word in _WORD.findall(f"{text} {headings}")})
        for short, long in definitions(text):
            acronyms.setdefault(short, Counter())[long] += 1
    content = {
        "frequencies": dict(sorted(frequencies.items())),
        "acronyms": {short: _commonest(longs) for short, longs in sorted(acronyms.items())},
    }
    file.write_text(json.dumps(content, ensure_ascii=True), encoding="ascii")


class WordList:
    """The words of one generation, read when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / WORDS

    @cached_property
    def words(self) -> Words:
        """Frequencies and acronyms; raises IndexDamaged."""
        try:
            content = json.loads(self._file.read_text("ascii"))
            frequencies = {str(word): int(count) for word, count in content["frequencies"].items()}
            acronyms = {str(short): tuple(map(str, longs))
                        for short, longs in content["acronyms"].items()}  # fmt: skip
            _check(frequencies, acronyms)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError,
                RecursionError) as error:  # fmt: skip
            raise IndexDamaged(f"{self._file} is damaged ({error}). {REPAIR}") from error
        return Words(acronyms, frequencies)


def _check(frequencies: Mapping[str, int], acronyms: Mapping[str, Sequence[str]]) -> None:
    """Raises ValueError for words that no text has: half a character, an acronym of one letter."""
    for word in (*frequencies, *acronyms, *chain.from_iterable(acronyms.values())):
        word.encode()
    if any(len(short) < 2 for short in acronyms):
        raise ValueError("an acronym of one letter")


def _commonest(longs: Counter[str]) -> list[str]:
    """The long forms that stand most often; those that differ only in case are one."""
    merged: dict[str, tuple[int, str]] = {}
    for long, count in sorted(longs.items()):
        before, first = merged.get(long.casefold(), (0, long))
        merged[long.casefold()] = before + count, first
    ranked = sorted(merged.values(), key=lambda item: (-item[0], item[1]))
    return [long for _, long in ranked[:LONG_FORMS]]
