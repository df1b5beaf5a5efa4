"""Which earlier turns a question leans on: decided by its wording, without a language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .showing import REFUSAL
from .terms import terms
from .types import CarriedTurn, Turn

# Shares of the score, beside 1 for the question itself.
USER_TURN_WEIGHT = 0.2
ANSWER_TURN_WEIGHT = 0.4

# Only the beginning of a long answer is carried: it is the passage that was ranked first.
CARRIED_CHARACTERS = 1_000

# Words that point to something said before.
POINTERS = frozenset(
    "it its itself they them their theirs he him his she her hers this these those there then "
    "such both same ones else".split()
)
# Words that do so in their place only: "who said that?" but not "the mine that closed", "the
# former" but not "the former minister".
POINTS_HERE = re.compile(
    r"(?:^|\b(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would|of|in|on|at|to|for|"
    r"from|by|with|about|after|before|since|until|during|like|than|and|or|but|\w+ed)) that\b"
    r"|\bthat\W*$|\b(?:this|that|which|other|last|first) one\b|\bthe (?:former|latter)(?=\W*$| "
    r"(?:and|or|with|in|to|from|by|for|on|at|than|is|was|are|were|has|had|do|does|did)\b)",
    re.IGNORECASE,
)
# A name in the question itself, whose these are: "What did Tesla do with his patents?"
OWN_POSSESSIVE = re.compile(
    r"(?<=\S\s)([A-Z][\w'’-]*\b[^.?!;]*?)\b"
    r"(?:its|his|her|their|itself|himself|herself|themselves)\b"
)
# "Is it true that …", "what is it like …": here the word points forward or to nothing.
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


@dataclass(frozen=True, slots=True)
class Lean:
    """An earlier turn to search with beside the question, and its share of the score."""

    carried: CarriedTurn
    weight: float


def lean(question: str, history: Sequence[Turn]) -> list[Lean]:
    """The last user turn and the last answer, if the question cannot stand on its own.

    Where the last answer is a refusal there is none: an older one is about another question.
    """
    if not history or not depends_on_context(question):
        return []
    leans = []
    for role, weight in (("user", USER_TURN_WEIGHT), ("assistant", ANSWER_TURN_WEIGHT)):
        for number in range(len(history) - 1, -1, -1):
            content = history[number].content.strip()
            if history[number].role == role and content:
                if not content.startswith(REFUSAL):
                    text = content[:CARRIED_CHARACTERS]
                    leans.append(Lean(CarriedTurn(number, text), weight))
                break
    return sorted(leans, key=lambda item: item.carried.turn)


def depends_on_context(question: str) -> bool:
    """Whether a question points back: it continues, uses a pronoun, or names hardly anything."""
    if CONTINUES.search(question):
        return True
    plain = OWN_POSSESSIVE.sub(r"\1", EXPLETIVE.sub(" ", question))
    if POINTS_HERE.search(plain):
        return True
    words = re.findall(r"[\w']+", plain.lower())
    if any(word in POINTERS for word in words):
        return True
    return len(set(terms(question))) <= 1
