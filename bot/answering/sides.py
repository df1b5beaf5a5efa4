"""The sides of a comparison, told by its wording, in English: "A or B", "how A differs from B"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..terms import terms

# A side of more words is a whole question.
LONGEST_SIDE = 14

# A side of fewer terms may lack what it shares with the other: "in 2011 and 2013".
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
        # Two things, and what is asked of them.
        rf"^(?P<one>{_ONE})\s+(?:and|or)\s+(?P<other>{_ONE})\s*(?:[,:;—–]|\s-)\s*{_ASKS}",
        rf"[,:—–]\s*(?:at |in |on |for |from |with )?(?P<one>{_ONE})\s+or\s+"
        rf"(?:at |in |on |for |from |with )?(?P<other>{_ONE}){_END}",
        r"\b(?:at|in|on|for|from|with|to|of|is|are|was|were)\s+(?P<one>(?:(?!\b(?:at|in|on|for"
        r"|from|with|to|of|is|are|was|were|or)\b)[^?!;:,—–])+?)\s+or\s+"
        rf"(?:at |in |on |for |from |with |to )?(?P<other>{_ONE}){_END}",
    )
)
# What follows a side says in what the two are compared.
_ASPECT = re.compile(
    r"\s+(?:when|if|about|regarding|concerning|as to|in terms of|when it comes to|with regard to"
    r"|(?:on|in|by) (?:what|how|which|whether))\b.*$",
    re.IGNORECASE,
)
# Words that only say that things are compared, or which of them is asked for.
_FRAME = re.compile(
    r"\b(?:compared?|comparing|contrast|comparison|differ(?:s|ed|ent|ently|ences?)?|versus|vs"
    r"|against|agree|disagree|contradict(?:s|ions?)?|match|conflicts?|similar|same|each|both"
    r"|which|what(?:['’]?s)?|who|how|do|does|did|is|are|between|and|or|from|says?|tell|hav(?:e|ing)"
    r"|has|had|either|way|case|give|gives|exact(?:ly)?|one|two)\b|[?!:;,—–]",
    re.IGNORECASE,
)
_POINTS = re.compile(r"^(?:those|that|the ones?|these|this one|it)\b(?: of| in| at)?\s*", re.I)
_FIGURE = re.compile(r"\b\d[\d.,]*\b")
# A clause that asks for itself is no side.
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
# What is compared are sources, whatever stands beside them.
_SOURCES_DIFFER = re.compile(
    rf"\b{_DO}\s+(?:(?:the|these|those|all|both|different|various|two|three|of)\s+)*(?:\w+\s+)?"
    r"(?:sources|documents|docs|(?:news)?papers|articles|reports|texts|pages|files|accounts"
    r"|versions)\b"
    r"|\bwhat (?:is|was|has been) (?:reported|written|said)\b",
    re.IGNORECASE,
)


def sides_of(question: str) -> tuple[str, ...]:
    """The two things that a comparison sets side by side, in its words; none where it is not told
    what they are.
    """
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
    """What is asked of both sides, asked of one of them.

    One that only says in what it differs from another ("those of 2013") has the words of that.
    """
    words = side
    if len(terms(side)) < FEWEST_TERMS or _POINTS.match(side):
        others = " ".join(_FIGURE.sub(" ", other) for other in sides if other != side)
        words = f"{others} {_POINTS.sub('', side)}"
    return " ".join(f"{words} {aspect_of(question, sides)}".split())


def aspect_of(question: str, sides: Sequence[str]) -> str:
    """In what two sides are compared: the question without them and the words that compare."""
    text = " ".join(question.split())
    for side in sorted(sides, key=len, reverse=True):
        text = text.replace(side, " ")
    return " ".join(_FRAME.sub(" ", text).split())


def told_by(side: str) -> str:
    """A side without words that stand for any document, where it has others."""
    rest = _DOCUMENT_WORDS.sub(" ", side)
    return rest if terms(rest) else side


def compares_sources(question: str) -> bool:
    """Whether a comparison is of what different sources say."""
    return any(one.search(question) for one in (_OF_SOURCES, _SOURCES_DIFFER))


def _is_side(side: str) -> bool:
    return bool(terms(side)) and len(side.split()) <= LONGEST_SIDE and not _ASKS_ITSELF.search(side)
