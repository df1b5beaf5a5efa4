"""Selects the earlier questions that give a question context, and detects follow-up wording."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..text.terms import terms
from ..types import CarriedTurn, Turn

# At most this many earlier questions are carried; each may depend on the one before it.
CARRIED_QUESTIONS = 3

# Longer questions are cut to this many characters.
CARRIED_CHARACTERS = 300

# Words that refer to something said before.
POINTERS = frozenset(
    "it its itself they them their theirs he him his she her hers this these those there then "
    "such both same ones else".split()
)
# Words that refer back only in some positions: "who said that?" but not "the mine that closed",
# "the former" but not "the former minister".
POINTS_HERE = re.compile(
    r"(?:^|\b(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would|of|in|on|at|to|for|"
    r"from|by|with|about|after|before|since|until|during|like|than|and|or|but|\w+ed)) that\b"
    r"|\bthat\W*$|\b(?:this|that|which|other|last|first) one\b|\bthe (?:former|latter)(?=\W*$| "
    r"(?:and|or|with|in|to|from|by|for|on|at|than|is|was|are|were|has|had|do|does|did)\b)",
    re.IGNORECASE,
)
# The possessive refers to a name in the question itself: "What did Tesla do with his patents?"
OWN_POSSESSIVE = re.compile(
    r"(?<=\S\s)([A-Z][\w'’-]*\b[^.?!;]*?)\b"
    r"(?:its|his|her|their|itself|himself|herself|themselves)\b"
)
# "Is it true that …", "what is it like …": this "it" points forward or to nothing.
EXPLETIVE = re.compile(
    r"\b(?:is|was|isn't|wasn't) (?:it|there|this) "
    r"(?:true|correct|right|a fact|possible|the case)\b(?: that\b)?"
    r"|\b(?:is|are|was|were|will|can|could) there\b"
    r"|\bit (?:is|was) (?:said|true|possible)\b(?: that\b)?"
    r"|\bthat (?=[\w' -]*\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might)\b)",
    re.IGNORECASE,
)
CONTINUES = re.compile(
    r"^\W*(?:and|but|or|so|also|then|what about|how about|what of|what else|who else|where else|"
    r"why(?: not)?\W*$|how(?: so| come)?\W*$|when\W*$|where\W*$|who\W*$|which(?: ones?)?\W*$)",
    re.IGNORECASE,
)


def carried(history: Sequence[Turn]) -> tuple[CarriedTurn, ...]:
    """Returns the last question, preceded by the questions that it depends on, oldest first."""
    found: list[CarriedTurn] = []
    for number in range(len(history) - 1, -1, -1):
        content = history[number].content.strip()[:CARRIED_CHARACTERS].rstrip()
        if history[number].role == "user" and content:
            found.append(CarriedTurn(number, content))
            if len(found) == CARRIED_QUESTIONS or not depends_on_context(content):
                break
    return tuple(reversed(found))


def depends_on_context(question: str) -> bool:
    """Whether a question refers back: it continues, uses a pronoun, or names almost nothing."""
    if CONTINUES.search(question):
        return True
    plain = OWN_POSSESSIVE.sub(r"\1", EXPLETIVE.sub(" ", question))
    if POINTS_HERE.search(plain):
        return True
    words = re.findall(r"[\w']+", plain.lower())
    if any(word in POINTERS for word in words):
        return True
    return len(set(terms(question))) <= 1
