"""Finds the sides of a comparison in its English wording: "A or B", "how A differs from B"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...text.terms import terms

# A longer text is a whole question rather than a side.
LONGEST_SIDE = 14

# A side with fewer terms may lack words that it shares with the other: "in 2011 and 2013".
FEWEST_TERMS = 2

_ONE = r"[^?!;:,—–]+?"
_END = r"(?=\s*(?:[?!;:,—–]|\.(?:\s|$)|\s-\s|$))"
_ASKS = (
    r"(?:which|who|whose|what(?:['’]?s)?|how|where|when|is|are|do|does|did|can|the same|same"
    r"|differences?|compared?)\b"
)
_SAY = (
    r"(?:says?|said|writes?|wrote|reports?|reported|tells?|told|claims?|gives?|demands?|offers?"
    r"|wants?|thinks?)"
)
_ALIKE = (
    r"(?:each|both|all|really|also|ever|actually|differ|different|disagree|agree|contradict|match"
    r"|conflict|diverge|vary|compare|the same|same|similar|alike|identical|equal|consistent"
    r"|at odds|share|overlap|have|has|give|say|tell|mean|use|treat|handle|report|want|need|cost"
    r"|get|count|stack|relate)"
)
_DO = r"(?:do|does|did|is|are|was|were|have|has)"
_BETWEEN = (
    r"(?:differences?|disagreements?|contradictions?|discrepanc(?:y|ies)|conflicts?|gap|contrast"
    r"|similarit(?:y|ies)|inconsistenc(?:y|ies)|comparison|distinction|distinguish(?:es)?|choose)"
)
_COMPARE = r"\b(?:compare|contrast|comparing|comparison(?: of)?)(?: and contrast)?\b:?\s+"
_WORDINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_BETWEEN} between (?P<one>{_ONE}) and (?P<other>{_ONE}){_END}",
        rf"{_COMPARE}(?P<one>{_ONE})\s+(?:with|against|versus|vs\.?)\s+(?P<other>{_ONE}){_END}",
        rf"{_COMPARE}(?P<one>{_ONE})\s+(?:and|or)\s+(?P<other>{_ONE}){_END}",
        rf"{_COMPARE}(?P<one>{_ONE})\s+to\s+(?P<other>{_ONE}){_END}",
        rf"\b{_DO}\s+(?P<one>{_ONE})\s+(?:differ|deviate|diverge|different|distinct)\s+from\s+"
        rf"(?P<other>{_ONE}){_END}",
        rf"\b(?:what|how) {_DO} (?P<one>{_ONE}) {_SAY}\b.*?\b(?:and|but) (?:what|how) {_DO}"
        rf" (?P<other>{_ONE}) {_SAY}\b",
        rf"\bwhat (?P<one>{_ONE}) {_SAY}\b.*?\b(?:and|but|with|to) what (?P<other>{_ONE}) {_SAY}\b",
        rf"(?:^|[:;,—–]\s*)(?P<one>{_ONE})\s+(?:vs\.?|versus|against|as opposed to"
        rf"|compared (?:to|with))\s+(?P<other>{_ONE}){_END}",
        rf"\bboth (?P<one>{_ONE}) and (?P<other>{_ONE})\s+(?:are|were|is|was|have|had|{_SAY})\b",
        rf"\b{_DO}\s+(?P<one>{_ONE})\s+and\s+(?P<other>{_ONE})\s+(?:{_ALIKE})\b",
        # Two things, and what the question asks about them.
        rf"^(?P<one>{_ONE})\s+(?:and|or)\s+(?P<other>{_ONE})\s*(?:[,:;—–]|\s-)\s*{_ASKS}",
        rf"[,:—–]\s*(?:at |in |on |for |from |with )?(?P<one>{_ONE})\s+or\s+"
        rf"(?:at |in |on |for |from |with )?(?P<other>{_ONE}){_END}",
        r"\b(?:at|in|on|for|from|with|to|of|is|are|was|were)\s+(?P<one>(?:(?!\b(?:at|in|on|for"
        r"|from|with|to|of|is|are|was|were|or)\b)[^?!;:,—–])+?)\s+or\s+"
        rf"(?:at |in |on |for |from |with |to )?(?P<other>{_ONE}){_END}",
    )
)
# Text after a side that says in which respect the two are compared.
_ASPECT = re.compile(
    r"\s+(?:when|if|about|regarding|concerning|as to|in terms of|when it comes to|with regard to"
    r"|(?:on|in|by) (?:what|how|which|whether))\b.*$",
    re.IGNORECASE,
)
# Words that only express a comparison or ask for one of the things.
_FRAME = re.compile(
    r"\b(?:compared?|comparing|contrast|comparison|differ(?:s|ed|ent|ently|ences?)?|versus|vs"
    r"|against|agree|disagree|contradict(?:s|ions?)?|match|conflicts?|similar|same|each|both"
    r"|which|what(?:['’]?s)?|who|how|do|does|did|is|are|between|and|or|from|says?|tell|hav(?:e|ing)"
    r"|has|had|either|way|case|give|gives|exact(?:ly)?|one|two)\b|[?!:;,—–]",
    re.IGNORECASE,
)
_POINTS = re.compile(r"^(?:those|that|the ones?|these|this one|it)\b(?: of| in| at)?\s*", re.I)
_FIGURE = re.compile(r"\b\d[\d.,]*\b")
# A clause with a question of its own is not a side.
_ASKS_ITSELF = re.compile(
    rf"^(?:how|which|when|where|who|why)\b|\b(?:what|how|which|when|where|who|why) {_DO}\b",
    re.IGNORECASE,
)
_MARKS = " \t\"'“”?.!,;:"

_DOCUMENTS = (
    r"(?:sources?|documents?|docs?|(?:news)?papers?|articles?|reports?|texts?|pages?|files?"
    r"|accounts?|versions)"
)
_DOCUMENT_WORDS = re.compile(
    rf"\b(?:{_DOCUMENTS}|piece|manual|guide|chapter|story|authors?|writers?)\b", re.IGNORECASE
)
_OF_SOURCES = re.compile(
    rf"\b(?:the|two|both|these|those|different|various|all|every|each)\s+(?:\w+\s+)?{_DOCUMENTS}\b"
    r"|\b(?:sources|documents|texts)\b",
    re.IGNORECASE,
)
# Wordings that compare sources, whatever else they mention.
_SOURCES_DIFFER = re.compile(
    rf"\b{_DO}\s+(?:(?:the|these|those|all|both|different|various|two|three|of)\s+)*(?:\w+\s+)?"
    r"(?:sources|documents|docs|(?:news)?papers|articles|reports|texts|pages|files|accounts"
    r"|versions)\b"
    r"|\bwhat (?:is|was|has been) (?:reported|written|said)\b",
    re.IGNORECASE,
)


def sides_of(question: str) -> tuple[str, ...]:
    """Returns the two things that a question compares, in its words; empty if they are unclear."""
    text = " ".join(question.split())
    if _SOURCES_DIFFER.search(text):
        return ()
    for pattern in _WORDINGS:
        if match := pattern.search(text):
            pair = match["one"].strip(_MARKS), _ASPECT.sub("", match["other"]).strip(_MARKS)
            if all(map(_is_side, pair)) and set(terms(pair[0])) != set(terms(pair[1])):
                return pair
    return ()


def question_about(question: str, sides: Sequence[str], side: str) -> str:
    """Turns a question about both sides into a question about one of them.

    A side that only states its difference ("those of 2013") takes the words of the other.
    """
    words = side
    if len(terms(side)) < FEWEST_TERMS or _POINTS.match(side):
        others = " ".join(_FIGURE.sub(" ", other) for other in sides if other != side)
        words = f"{others} {_POINTS.sub('', side)}"
    return " ".join(f"{words} {aspect_of(question, sides)}".split())


def aspect_of(question: str, sides: Sequence[str]) -> str:
    """Returns the respect in which two sides are compared.

    That is the question without the sides and without the words that express a comparison.
    """
    text = " ".join(question.split())
    for side in sorted(sides, key=len, reverse=True):
        text = text.replace(side, " ")
    return " ".join(_FRAME.sub(" ", text).split())


def told_by(side: str) -> str:
    """Returns a side without words that fit any document, unless it has no others."""
    rest = _DOCUMENT_WORDS.sub(" ", side)
    return rest if terms(rest) else side


def compares_sources(question: str) -> bool:
    """Whether a comparison is about what different sources say."""
    return any(one.search(question) for one in (_OF_SOURCES, _SOURCES_DIFFER))


def _is_side(side: str) -> bool:
    return bool(terms(side)) and len(side.split()) <= LONGEST_SIDE and not _ASKS_ITSELF.search(side)
