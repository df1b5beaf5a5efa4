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
    "it its itself they them their theirs he him his she her hers this that these those there "
    "then such former latter both same one ones else another".split()
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
    plain = EXPLETIVE.sub(" ", question)
    words = re.findall(r"[\w']+", plain.lower())
    if any(word in POINTERS for word in words):
        return True
    return len(set(terms(question))) <= 1
