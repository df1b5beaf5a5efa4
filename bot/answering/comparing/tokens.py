"""Parses a sentence into tokens that are equal if the wording means the same.

A figure or date is one token in any spelling; other words are stems. Articles and relative pronouns
are left out, since sources differ in them without differing in meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from itertools import islice
from typing import NamedTuple, TypeAlias

from ...text.remembered import remembered
from ...text.sentences import sentences
from ...text.terms import STOP_WORDS, terms
from ...types import Span
from ..question.coverage import CAPITAL_NOUNS
from .values import Value, values

Key: TypeAlias = object

# Longer sentences are tables or hostile; the text beyond this limit is not compared.
MOST_TOKENS = 300
# "C5+1" and "COVID-19" are names; longer codes such as "PMC2752805" are not.
LONGEST_CODE = 8

ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,300}")
WORD = re.compile(
    r"(?:https?://|www\.)\S{1,300}"
    r"|(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![\w]))?"
    r"|[^\W_]+(?:[’'][^\W_]{1,20})*(?:[-+]\d\w*)*"
)
ABSENT = frozenset("a an the that which who whom whose".split())
# Words that reverse or qualify a statement, so that they must be equal in both statements.
STRONG = frozenset(
    "not no nor neither never none without cannot can could may might must shall should would "
    "will over under more most less least up only few all both before after except about nearly "
    "almost approximately roughly around circa reportedly allegedly".split()
)
LIGHT = frozenset(STOP_WORDS) - ABSENT - STRONG
PRONOUNS = frozenset("it he she they this these its his her their such".split())
TITLE_WORDS = (
    "mr mrs ms miss dr prof professor sir lord lady dame president chancellor minister premier "
    "senator governor general colonel captain king queen prince princess emperor pope bishop saint "
    "st secretary ambassador"
).split()
TITLES = frozenset(term for word in TITLE_WORDS for term in terms(word))
SPELLINGS = {
    long: short
    for short, names in {
        "km": "kilometre kilometer kms kilometres kilometers", "kg": "kilogram kilograms kgs",
        "m": "metre meter metres meters", "cm": "centimetre centimeter centimetres centimeters",
        "ft": "feet foot", "t": "ton tonne tons tonnes",
    }.items()
    for long in names.split()
}  # fmt: skip
NUMBERED = frozenset(
    term
    for word in "table figure fig chapter section page pages appendix annex volume vol box step "
    "equation eq note footnote article paragraph line".split()
    for term in terms(word)
)
NEGATED = re.compile(r"n['’]t$")
POSSESSIVE = re.compile(r"['’]s?$")
OPENS = re.compile(r"[?!•]\W*$|^\W*$")
# Words without a capital that may occur inside a name.
PARTICLES = frozenset("of and for at de da di du del della van von der den la le el al bin ibn y e "
                      "the".split())  # fmt: skip
ENDED = re.compile(r"[.!?]\W*$")


class Role(Enum):
    """The role of a token: a value, a content word, a word that reverses or qualifies, the rest."""

    VALUE = auto()
    WORD = auto()
    STRONG = auto()
    LIGHT = auto()


class Token(NamedTuple):
    """A word or value at `text[start:end]`; tokens with equal keys mean the same.

    `capital` is true for a capitalised word or a short one with digits. `opens` is true for a
    capitalised word where every word is, as at the start of a sentence.
    """

    key: Key
    role: Role
    start: int
    end: int
    value: Value | None = None
    capital: bool = False
    opens: bool = False

    @property
    def counts(self) -> bool:
        """Whether the token is evidence that two statements are about the same thing."""
        return self.role in (Role.VALUE, Role.WORD)


@dataclass(frozen=True)
class Wording:
    """A sentence and its tokens; `language` is that of its source, None if unknown."""

    text: str
    tokens: tuple[Token, ...]
    language: str | None = None

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """The keys of the tokens, in order."""
        return tuple(token.key for token in self.tokens)

    @cached_property
    def content(self) -> frozenset[Key]:
        """The keys of the words and values."""
        return frozenset(token.key for token in self.tokens if token.counts)

    @cached_property
    def words(self) -> frozenset[Key]:
        """The keys of the words alone."""
        return frozenset(token.key for token in self.tokens if token.role is Role.WORD)

    @cached_property
    def plain(self) -> frozenset[Key]:
        """The keys of the words without a capital, which cannot be names."""
        return frozenset(
            token.key for token in self.tokens if token.role is Role.WORD and not token.capital
        )

    @cached_property
    def has_title(self) -> bool:
        """Whether a title alone may refer to a person."""
        return any(token.key in TITLES for token in self.tokens)

    @cached_property
    def weight(self) -> int:
        """The number of tokens that are not prepositions, pronouns and the like."""
        return sum(token.role is not Role.LIGHT for token in self.tokens)

    @cached_property
    def refers_back(self) -> bool:
        """Whether the sentence's subject is a pronoun, which refers to the sentence before."""
        return bool(self.tokens) and self.tokens[0].key in PRONOUNS

    @cached_property
    def titled(self) -> bool:
        """Whether capitals reveal no names: in headings and languages that capitalise nouns."""
        words = [token for token in self.tokens if token.role is Role.WORD]
        if self.language in CAPITAL_NOUNS:
            return True
        if ENDED.search(self.text[-5:]):
            return False
        return len(words) > 3 and sum(token.capital for token in words) > 0.85 * len(words)


@dataclass(frozen=True)
class Sentence:
    """A sentence and its place in a text; it is parsed only when its wording is needed."""

    start: int
    end: int
    text: str
    language: str | None = None

    @cached_property
    def wording(self) -> Wording:
        """The parsed sentence."""
        return wording(self.text, self.language)


@remembered(1 << 9)
def read(text: str, language: str | None) -> tuple[Sentence, ...]:
    """Returns the sentences of a passage, and caches them, since popular passages recur often."""
    return tuple(
        Sentence(start, end, text[start:end], language)
        for start, end in sentences(text, 0, len(text), language)
    )


def wording(text: str, language: str | None = None) -> Wording:
    """Parses a sentence into tokens, up to a limit that no ordinary sentence reaches."""
    tokens: list[Token] = []
    at = 0
    addresses = [match.span() for match in islice(ADDRESS.finditer(text), MOST_TOKENS)]
    for value in islice(values(text), MOST_TOKENS):
        if any(start <= value.start < end for start, end in addresses):
            continue
        tokens += _words(text, at, value.start)
        tokens.append(Token(_key(value), Role.VALUE, value.start, value.end, value))
        at = value.end
        if len(tokens) >= MOST_TOKENS:
            break
    else:
        tokens += _words(text, at, len(text), MOST_TOKENS - len(tokens))
    return Wording(text, tuple(tokens[:MOST_TOKENS]), language)


def overlap(left: Collection[Key], right: Collection[Key]) -> float:
    """Returns the Jaccard index of two sets."""
    both = len(set(left) & set(right))
    union = len(left) + len(right) - both
    return both / union if union else 0.0


class ProperNames(Container[Key]):
    """Words that are always names: capitalised inside a sentence and never in lower case.

    The sentences, which may be an iterator, are read at the first look-up.
    """

    def __init__(self, sentences: Iterable[Wording]) -> None:
        self._sentences = sentences

    def __contains__(self, key: object) -> bool:
        return key in self._names

    @cached_property
    def _names(self) -> frozenset[Key]:
        inside: set[Key] = set()
        small: set[Key] = set()
        for sentence in self._sentences:
            for token in sentence.tokens:
                if token.role is not Role.WORD:
                    continue
                if not token.capital:
                    small.add(token.key)
                elif not token.opens and not sentence.titled:
                    inside.add(token.key)
        return frozenset(inside - small)


def runs(sentence: Wording, belongs: Callable[[Token], bool]) -> list[Span]:
    """Returns the longest spans of consecutive tokens that all belong."""
    found: list[Span] = []
    for at, token in enumerate(sentence.tokens):
        if not belongs(token):
            continue
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def is_name(sentence: Wording, at: int, known: Container[Key]) -> bool:
    """Whether a token of a sentence is a name or part of one."""
    token = sentence.tokens[at]
    if token.role is not Role.WORD or not token.capital:
        return False
    if sentence.titled:
        return token.key in known
    if not token.opens or token.key in known:
        return True
    return _goes_on(sentence, at) or is_acronym(sentence.text[token.start : token.end])


def is_label(sentence: Wording, at: int) -> bool:
    """Whether a value only numbers a part of a document, as in "Table 2"."""
    token = sentence.tokens[at]
    if token.role is not Role.VALUE or at == 0:
        return False
    label = sentence.tokens[at - 1]
    between = sentence.text[label.end : token.start]
    return label.key in NUMBERED and between in (" ", ". ", "\u00a0")


def is_acronym(word: str) -> bool:
    """Whether a word has at least two capitals."""
    return sum(map(str.isupper, word)) > 1


def _goes_on(sentence: Wording, at: int) -> bool:
    """Whether a capitalised word follows, with only blanks and particles between."""
    end = sentence.tokens[at].end
    for following in sentence.tokens[at + 1 : at + 4]:
        if not set(sentence.text[end : following.start]) <= set(" -\n\u00a0.") | set("the"):
            return False
        if following.role is Role.WORD and following.capital:
            return True
        if following.key not in PARTICLES or following.key in ("and", "for", "at"):
            return False
        end = following.end
    return False


def _key(value: Value) -> Key:
    # A bare year and a figure of four digits look the same.
    return ("number", value.number) if value.number is not None else (value.kind, *value.key)


def _words(text: str, start: int, end: int, most: int = MOST_TOKENS) -> list[Token]:
    tokens: list[Token] = []
    shouted = text.isupper()
    for match in WORD.finditer(text, start, end):
        found = _word(match[0], shouted)
        if found is not None:
            key, role, length, capital = found
            first = match.start()
            opens = capital and _opens(text[max(0, first - 3) : first])
            tokens.append(Token(key, role, first, first + length, None, capital, opens))
            if len(tokens) >= most:
                break
    return tokens


@remembered(1 << 10)
def _opens(before: str) -> bool:
    """Whether any word after these characters is capitalised, as at the start of a sentence."""
    return OPENS.search(before) is not None


@remembered(1 << 15)
def _word(word: str, shouted: bool) -> tuple[str, Role, int, bool] | None:
    """Returns a word's key, role, length without a possessive, and capital; None for an article."""
    if NEGATED.search(word):
        return "not", Role.STRONG, len(word), False
    word = POSSESSIVE.sub("", word)
    plain = word.replace(".", "")
    lower = plain.lower()
    # "US" and "IT" are not pronouns.
    if shouted or not (len(plain) > 1 and plain.isupper()):
        if lower in ABSENT:
            return None
        if lower in STRONG:
            return lower, Role.STRONG, len(word), False
        if lower in LIGHT:
            return lower, Role.LIGHT, len(word), False
    numbered = any(map(str.isdigit, word))
    # Longer words with digits are catalogue keys or addresses.
    capital = len(word) <= LONGEST_CODE if numbered else word[0].isupper()
    return SPELLINGS.get(lower) or stem(plain), Role.WORD, len(word), capital


def stem(word: str) -> str:
    """Returns the stem of a word as in the lexical index."""
    lower = word.lower()
    found = terms(lower[:60])
    return found[0] if found else unicodedata.normalize("NFKC", lower)[:60]
