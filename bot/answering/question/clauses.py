"""Parses the clauses of a question: the form of each, and what it is about.

Word order and a list of verbs decide, in English. An uncertain clause has no form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from .part_patterns import (
    ASKS,
    ASKS_FIRST,
    ASKS_WHETHER,
    ASKS_WHETHER_FIRST,
    AUXILIARIES,
    BASE_FORMS,
    CIRCUMSTANCES,
    COMMANDS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    VERBS,
    WANT_VERB,
)

# Most words between "which" and the verb, or after "which" without a verb.
LONGEST_NOUN = 6

_TOKEN = re.compile(
    r"n['’]t\b|['’](?:s|re|d|ll)\b|[^\W_](?:[\w.+&/-]*[\w+])?(?:['’](?!s\b)\w+)*\.?"
)
_TAKE_NOUN = frozenset(("what", "which", "whose", "many", "much", "other"))
_DEFINITE = DETERMINERS - {"all", "any", "some", "each", "every"}
_DEGREES = frozenset(
    "many much long often far large big old high deep wide tall fast heavy important strong great "
    "small likely close dependent rich soon late early hard easy expensive exactly well".split()
)


class Form(Enum):
    """How a clause asks.

    INVERTED  the verb before the subject: "when was it launched", "does it have zinc"
    SUBJECT   the interrogative is the subject: "who chaired it", "which is the largest"
    BARE      without a verb: "how much lead", "by whom"
    STATED    in the order of a statement: "when it was launched"
    COMMAND   "list its members"
    """

    INVERTED = auto()
    SUBJECT = auto()
    BARE = auto()
    STATED = auto()
    COMMAND = auto()


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause, split by its form.

    `asking` is the interrogative phrase with its noun ("how much lead"), `verb` the auxiliary or
    verb after it, and `rest` the remaining text. All three are slices that add up to the clause.
    `is_whole` is false if something is missing: "when did Fernandez" lacks a verb. `may_join` is
    true if the text could also be a relative clause: "who is", "which leads". `nests` is true if
    it contains another clause.
    """

    form: Form
    asking: str
    verb: str
    rest: str
    is_whole: bool
    may_join: bool = False
    nests: bool = False

    @property
    def text(self) -> str:
        """The whole clause."""
        return self.asking + self.verb + self.rest


def read_clause(text: str, *, is_first: bool) -> Clause | None:
    """Parses a clause; None if it has no known form. The first one may begin with a capital."""
    match = (ASKS_FIRST if is_first else ASKS).match(text)
    if match is None or match[0].isupper():
        return _without_word(text, is_first=is_first)
    found = [*_TOKEN.finditer(text, match.end())]
    *leading, word = match[0].lower().split()
    at = _verb_at(word, found)
    if at is None:
        if not _may_be_bare(word, bool(leading), found):
            return None
        return Clause(Form.BARE, text, "", "", is_whole=False, may_join=word == "which")
    verb = found[at]
    parts = text[: verb.start()], text[verb.start() : verb.end()], text[verb.end() :]
    nests = RELATIVES.search(parts[2]) is not None or RELATIVES.search(parts[0], match.end())
    noun, after = [one[0] for one in found[:at]], [one[0].lower() for one in found[at + 1 :]]
    form, is_whole, may_join = _formed(word, noun, verb[0].lower(), after)
    return Clause(form, *parts, is_whole=is_whole, may_join=may_join, nests=bool(nests))


def tokens(text: str) -> list[re.Match[str]]:
    """Returns the words of a clause; a genitive ending belongs to its word."""
    return list(_TOKEN.finditer(text))


def is_verb_at(found: Sequence[re.Match[str]], at: int) -> bool:
    """Whether a word within a clause is a verb, judging by the words before it."""
    before = found[at - 1][0].lower() if at else ""
    is_noun = before in PREPOSITIONS or before in DETERMINERS
    return not is_noun and found[at][0].islower() and _is_verb(found[at][0])


def _without_word(text: str, *, is_first: bool) -> Clause | None:
    """Parses a clause without an interrogative: a yes-or-no question or a command to list."""
    asks = (ASKS_WHETHER_FIRST if is_first else ASKS_WHETHER).match(text)
    if asks:
        first = _TOKEN.match(text)
        end = first.end() if first else 0
        nests = RELATIVES.search(text, end) is not None
        is_whole = len(_TOKEN.findall(text, end)) > 1
        return Clause(Form.INVERTED, "", text[:end], text[end:], is_whole=is_whole, nests=nests)
    if is_first and COMMANDS.match(text):
        return Clause(Form.COMMAND, "", "", text, is_whole=True, nests=True)
    return None


def _verb_at(word: str, found: Sequence[re.Match[str]]) -> int | None:
    """Returns the place of the clause's auxiliary or verb."""
    words = [one[0].lower() for one in found]
    for at, one in enumerate(words):
        before = words[at - 1] if at else word
        if before in PREPOSITIONS or before in DETERMINERS:
            continue
        if one in AUXILIARIES:
            return at
        # "How much lead", "which share"; but "what happened".
        is_noun = before in _TAKE_NOUN and not (before == "what" and _is_finite(one))
        goes_on = words[at + 1 : at + 2] and words[at + 1] in AUXILIARIES
        if not is_noun and not goes_on and _is_verb(one) and found[at][0].islower():
            return at
    return None


def _may_be_bare(word: str, is_led: bool, found: Sequence[re.Match[str]]) -> bool:
    """Whether words without a verb ask about the clause before them."""
    if not found:
        return word in CIRCUMSTANCES or is_led
    first = found[0][0].lower()
    if word == "how":
        return first in ("many", "much") and 1 < len(found) <= LONGEST_NOUN
    takes_noun = word in ("what", "which") and len(found) <= LONGEST_NOUN
    return takes_noun and first not in PRONOUNS | DETERMINERS and found[0][0].islower()


def _formed(
    word: str, noun: Sequence[str], verb: str, after: Sequence[str]
) -> tuple[Form, bool, bool]:
    """Returns the form of a clause with a verb, whether it is whole, and if it may be relative."""
    is_auxiliary, wants_verb = verb in AUXILIARIES, verb in WANT_VERB
    is_person = word in ("who", "whom", "whose") or (word == "which" and not noun)
    is_joined = not noun and not is_auxiliary and word in CIRCUMSTANCES
    if is_joined or (noun and not _takes(word, noun, is_auxiliary=is_auxiliary)):
        form = Form.STATED
    elif is_auxiliary and (wants_verb or not is_person):
        form = Form.INVERTED
    else:
        form = Form.SUBJECT
    if wants_verb:
        is_whole = any(map(_is_verb, after if is_person else after[1:]))
    else:
        is_whole = bool(after) or not is_auxiliary or form is Form.STATED
    return form, is_whole, is_person and form is Form.SUBJECT


def _takes(word: str, noun: Sequence[str], *, is_auxiliary: bool) -> bool:
    """Whether the words before the verb belong to the interrogative and are not a subject."""
    first = noun[0]
    if len(noun) > LONGEST_NOUN or first.lower() in PRONOUNS | _DEFINITE:
        return False
    if word == "how":
        return first.lower() in _DEGREES
    return word in _TAKE_NOUN and (is_auxiliary or not noun[-1][0].isupper())


def _is_finite(word: str) -> bool:
    """Whether a word after "what" is surely a verb: "happened", "causes", but not "share"."""
    return word in VERBS and not word.endswith("ing") and word not in BASE_FORMS


def _is_verb(word: str) -> bool:
    return (word in VERBS and not word.endswith("ing")) or (word.endswith("ed") and len(word) > 4)
