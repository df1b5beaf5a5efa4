"""Rewords the parts of a question so that each can be asked alone.

"When was the dialogue launched and who chaired it?" has the parts "When was the dialogue launched?"
and "Who chaired the dialogue?". There is no guessing: an ambiguous pronoun stays, and the part is
asked as a follow-up to the one before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...retrieval.follow_ups import EXPLETIVE
from .clauses import Clause, Form, is_verb_at, read_clause, tokens
from .part_patterns import (
    ASKS_FIRST,
    AUXILIARIES,
    DETERMINERS,
    MANY,
    PERSONS,
    PREPOSITIONS,
    PRONOUNS,
    THING,
)
from .parts import Part

# A pronoun hardly ever stands for a longer phrase.
LONGEST_THING = 9

_MARKS = " \t\n?.!,;:"
_NOUN = re.compile(
    r"(?:\w+\s+)?(?:what|which|whose|how many|how much)\s+(?:other\s+)?(?P<noun>\S.*)",
    re.IGNORECASE,
)
_POSSESSIVES = frozenset(("its", "their", "theirs", "his", "her", "hers"))
_PLURAL = re.compile(r"[a-z]{2}(?<![siu])s(?:['’]s)?$|\band\b")


@dataclass(frozen=True, slots=True)
class Worded:
    """A part of a question, reworded to be asked alone.

    `text` is its text in the original question, and `question` is the reworded question.
    `stands_for` pairs each replaced pronoun with its replacement. `about` is the context that the
    part may depend on: the topic of the part before it, or the earlier parts if it points back to
    one of them. `is_dependent` is true if its own words are not enough: it has a pronoun or no
    verb.
    """

    text: str
    question: str
    stands_for: tuple[tuple[str, str], ...] = ()
    about: tuple[str, ...] = ()
    is_dependent: bool = False


@dataclass(frozen=True, slots=True)
class _Things:
    """The things that a clause names: its subject, others, and the noun of its interrogative.

    `is_done_by_noun` is true if this noun is the subject: "which organisation released it".
    """

    subject: str = ""
    others: tuple[str, ...] = ()
    noun: str = ""
    is_done_by_noun: bool = False

    @property
    def only(self) -> str:
        """The one thing that it names; "" if there are more or none."""
        noun = self.noun if self.is_done_by_noun else ""
        found = [*filter(None, (self.subject, *self.others, noun))]
        return found[0] if len(found) == 1 else ""


def worded(question: str, parts: Sequence[Part]) -> tuple[Worded, ...]:
    """Returns the parts in order, each reworded."""
    found: list[Worded] = []
    things = _Things()
    for at, part in enumerate(parts):
        clause = _completed(parts, at)
        own = clause.text.strip(_MARKS)
        text = question[slice(*part.span)].strip(_MARKS)
        if clause is part.clause and not at:
            own = text
        resolved, stands_for = _resolved(own, things)
        setting = part.setting if at else ""
        points = clause.form is Form.BARE or _has_pronoun(resolved)
        topic = "" if points else things.only or things.subject
        about = (topic,) if topic else tuple(one.question for one in found)
        is_dependent = part.clause.form is Form.BARE or _has_pronoun(part.clause.text)
        found.append(Worded(text, _asked(f"{setting}{resolved}"), stands_for, about, is_dependent))
        named = _things(read_clause(resolved, is_first=True) or clause)
        things = named if named.subject or named.others else replace(things, noun=named.noun)
    return tuple(found)


def _asked(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip(_MARKS)}?"


def _completed(parts: Sequence[Part], at: int) -> Clause:
    """Returns a clause with the words that it shares with another, in question order."""
    clause = parts[at].clause
    if clause.form is Form.BARE:
        following = [part.clause for part in parts[at:] if part.clause.form is not Form.BARE]
        if all(part.clause.form is Form.BARE for part in parts[:at]) and following:
            return _with_tail(clause, _direct(following[0]))
        before = next(
            part.clause for part in reversed(parts[:at]) if part.clause.form is not Form.BARE
        )
        return _lent(clause, before)
    if clause.form is Form.SUBJECT and not clause.rest and at + 1 < len(parts):
        following_one = parts[at + 1].clause
        if following_one.form is Form.SUBJECT and clause.verb not in AUXILIARIES:
            return replace(clause, rest=following_one.rest)
    return _direct(clause)


def _lent(bare: Clause, before: Clause) -> Clause:
    """Adds the verb of the clause before to a clause without one, unless the words don't fit."""
    if before.form is not Form.INVERTED:
        return bare
    noun = _noun(bare.asking)
    if not noun:
        of_noun = f" {_noun(before.asking)}".rstrip()
        return _with_tail(bare, replace(before, rest=before.rest + of_noun))
    return _with_tail(bare, before) if _noun(before.asking) else bare


def _with_tail(bare: Clause, lender: Clause) -> Clause:
    return replace(lender, asking=f"{bare.asking.strip()} ")


def _direct(clause: Clause) -> Clause:
    """Returns a clause in question order: "when it was held" becomes "when was it held"."""
    asks = ASKS_FIRST.match(clause.asking)
    if clause.form is not Form.STATED or clause.verb.lower() not in AUXILIARIES or not asks:
        return clause
    between = clause.asking[asks.end() :].strip()
    return replace(
        clause,
        form=Form.INVERTED,
        asking=f"{asks[0]} ",
        rest=f" {between}{clause.rest}",
    )


def _noun(asking: str) -> str:
    match = _NOUN.match(asking.strip())
    return match["noun"] if match else ""


def _things(clause: Clause) -> _Things:
    found = tokens(clause.rest)
    noun = _noun(clause.asking)
    is_done_by_noun = bool(noun) and clause.form is Form.SUBJECT
    ends_in_noun = clause.form is Form.INVERTED or clause.verb.lower() in AUXILIARIES
    end = _subject_end(found) if ends_in_noun else 0
    subject = _thing(clause.rest[: found[end - 1].end()]) if end else ""
    others = tuple(_named(clause.rest, found, end))
    return _Things(subject, others, noun, is_done_by_noun)


def _subject_end(found: Sequence[re.Match[str]]) -> int:
    """Counts the words of the phrase after an auxiliary."""
    is_name = bool(found) and not found[0][0].islower() and found[0][0].lower() not in DETERMINERS
    for at in range(1, len(found)):
        word, before = found[at][0], found[at - 1][0].lower()
        begins_anew = word.lower() in DETERMINERS and before not in PREPOSITIONS | {"and", "or"}
        ends_name = is_name and word.islower() and word not in PREPOSITIONS | {"and"}
        ends_name = ends_name and before not in PREPOSITIONS | DETERMINERS
        if is_verb_at(found, at) or begins_anew or ends_name or word.lower() in AUXILIARIES:
            return at
    return len(found)


def _named(text: str, found: Sequence[re.Match[str]], start: int) -> list[str]:
    """Returns the phrases after a place that begin with a determiner or a capital."""
    phrases: list[str] = []
    begin: int | None = None
    for at in range(start, len(found) + 1):
        word = found[at][0] if at < len(found) else ""
        opens = bool(word) and (not word.islower() or word in DETERMINERS)
        ends = at == len(found) or is_verb_at(found, at)
        if begin is not None and ends:
            phrases.append(_thing(text[found[begin].start() : found[at - 1].end()]))
            begin = None
        elif begin is None and opens:
            begin = at
    return [*filter(None, phrases)]


def _thing(text: str) -> str:
    """Returns a phrase that names something; "" for a pronoun or a long phrase."""
    words = text.split()
    while words and words[-1].lower() in PREPOSITIONS | {"and"}:
        words.pop()
    is_pronoun = len(words) == 1 and words[0].lower() in PRONOUNS
    return "" if is_pronoun or len(words) > LONGEST_THING else " ".join(words)


def _resolved(text: str, things: _Things) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Replaces the pronouns of a clause by what they stand for, if that is clear."""
    plain = EXPLETIVE.sub(lambda match: "x" * len(match[0]), text)
    found = tokens(plain)
    stands_for: dict[str, str] = {}
    pieces: list[str] = []
    done = 0
    for at, one in enumerate(found):
        word = one[0].lower()
        is_subject = at > 0 and found[at - 1][0].lower() in AUXILIARIES
        meant = _meant(word, things, is_subject=is_subject)
        if word in PERSONS and not meant:
            return text, ()
        taken = {thing for known, thing in stands_for.items() if _kind(known) is not _kind(word)}
        if not meant or meant in taken:
            continue
        stands_for[word] = meant
        ends_noun = at + 1 == len(found) or found[at + 1][0].lower() in PREPOSITIONS
        is_possessive = word in _POSSESSIVES and not (word == "her" and ends_noun)
        pieces += [text[done : one.start()], _genitive(meant) if is_possessive else meant]
        done = one.end()
    return "".join((*pieces, text[done:])), tuple(stands_for.items())


def _kind(word: str) -> frozenset[str] | None:
    return next((kind for kind in (PERSONS, MANY, THING) if word in kind), None)


def _meant(word: str, things: _Things, *, is_subject: bool) -> str:
    """Returns what a pronoun stands for; "" if that is unclear or the word is not a pronoun."""
    noun = f"the {things.noun}" if things.noun else ""
    if word in PERSONS:
        return noun if things.is_done_by_noun else things.subject
    if word in MANY:
        own = things.subject if is_subject else things.only
        ordered = (own, noun) if is_subject else (noun, own)
        return next((one for one in ordered if _PLURAL.search(one)), "")
    if word in THING:
        return (things.subject or things.only) if is_subject or word == "its" else things.only
    return ""


def _genitive(thing: str) -> str:
    return f"{thing}'" if thing.endswith("s") else f"{thing}'s"


def _has_pronoun(text: str) -> bool:
    plain = EXPLETIVE.sub(" ", text)
    return any(_kind(one[0].lower()) is not None for one in tokens(plain))
