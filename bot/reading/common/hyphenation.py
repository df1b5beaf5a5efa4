"""Rejoins words that are hyphenated at line ends.

Whether the hyphen belongs to the word is decided by other spellings in the text, then by a word
list: two common words whose compound is not listed are two words. In doubt, the hyphen stays,
followed by a soft hyphen, so that both readings are found (see `bot.text.terms`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

from .language import likeliest_language

UNDECIDED = "-\u00ad"
"""Separates the parts of what may be one word or two."""

SOFT_HYPHEN = "\u00ad"

_CUT = re.compile(r"[^\W_][-‐\u00ad]\Z")
_BEFORE = re.compile(r"(?:[^\W_]+[-’'])*[^\W\d_]+\Z")
_AFTER = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"[/@_\\]|\w\.\w")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
_LONGEST = 100
_JOINS = frozenset(
    "and or nor to bis und oder et ou y o e en of och og eller ja tai i lub и или та та".split()
)
"""Words that can follow the first half of "pre- and post-war"."""

_CLITICS = {
    "ru": frozenset("то либо нибудь таки ка".split()),
    "fr": frozenset("ci là il elle ils elles on je tu nous vous moi toi lui même".split()),
}
"""Words that are attached to the previous word by a hyphen, by language."""

_CLOSED = frozenset(("de", "nl", "sv", "da", "nb", "nn", "fi", "hu", "et", "is"))
"""Languages that write compounds as one word."""

_LISTED = frozenset(("ar", "de", "en", "es", "eu", "fa", "fr", "it", "lv", "nl", "pt", "ru"))
_SAMPLE_CHARACTERS = 4_000
_COMMON = 1_000
"""The frequency from which two words count as common; their compound, if it were one word, would
be in the word list as well."""

_SHORTEST_FIRST, _SHORTEST_SECOND = 2, 3


def is_cut(line: str, following: str) -> bool:
    """Whether `line` ends within a word or compound that `following` continues."""
    return _CUT.search(line[-2:]) is not None and following[:1].isalnum()


class Spellings:
    """The spellings of words in a text, without the words cut by line ends."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._counted: Counter[str] = Counter()
        sample: list[str] = []
        room = _SAMPLE_CHARACTERS
        goes_on = False
        for line in lines:
            words = _WORD.findall(line.casefold())
            is_cut_off = _CUT.search(line[-2:]) is not None
            whole = words[goes_on : len(words) - is_cut_off]
            self._counted.update(whole)
            for word in whole:
                if "-" in word:
                    self._counted.update(word.split("-"))
            goes_on = is_cut_off
            if room > 0:
                sample.append(line)
                room -= len(line)
        self._sample = "\n".join(sample)

    def joined(self, line: str, following: str) -> tuple[str, str]:
        """Returns `line` as it reads before `following`, and the separator between them."""
        if not is_cut(line, following):
            return line, _between_lines(line, following)
        stem, hyphen = line[:-1], line[-1]
        before, after = _BEFORE.search(stem[-_LONGEST:]), _AFTER.match(following[:_LONGEST])
        if hyphen == SOFT_HYPHEN:
            return stem, ""
        if before is None or after is None or _ADDRESS.search(stem[-_LONGEST:].split()[-1]):
            return line, ""
        if after[0] in _JOINS:
            return line, " "
        is_name = after[0][0].isupper() and not (before[0].isupper() and len(before[0]) > 1)
        between = self._between(before[0].casefold(), after[0].casefold(), is_name)
        return stem, hyphen if between == "-" else between

    def as_one(self, lines: Iterable[str]) -> str:
        """Joins the lines into one."""
        text = ""
        for line in lines:
            text, between = self.joined(text, line) if text else ("", "")
            text += between + line
        return text

    def _between(self, before: str, after: str, is_name: bool) -> str:
        """Returns the separator between the parts of a word: nothing, a hyphen, or `UNDECIDED`."""
        last = re.split(r"[-’']", before)[-1]
        whole, hyphened = self._counted[last + after], self._counted[f"{before}-{after}"]
        if whole != hyphened:
            return "" if whole > hyphened else "-"
        if is_name:
            return "-"
        listed = self._listed
        if last + after in listed:
            return ""
        if after in _CLITICS.get(self._language, ()) and self._knows(last):
            return "-"
        if len(last) < _SHORTEST_FIRST or len(after) < _SHORTEST_SECOND:
            return ""
        if self._language in _CLOSED or not (self._knows(last) and self._knows(after)):
            return ""
        return "-" if min(listed.get(last, 0), listed.get(after, 0)) >= _COMMON else UNDECIDED

    def _knows(self, word: str) -> bool:
        return word in self._listed or self._counted[word] > 0

    @cached_property
    def _language(self) -> str:
        return likeliest_language(self._sample)[0]

    @cached_property
    def _listed(self) -> Mapping[str, int]:
        return _word_list(self._language) if self._language in _LISTED else {}


def _between_lines(line: str, following: str) -> str:
    return "" if _UNSPACED.search(line[-1:]) and _UNSPACED.match(following) else " "


@lru_cache(maxsize=2)
def _word_list(language: str) -> Mapping[str, int]:
    """Returns the words of a language with their frequencies."""
    from spellchecker import SpellChecker

    words: Mapping[str, int] = SpellChecker(language=language).word_frequency.dictionary
    return words
