"""Patterns of document names: "the page on trams", "according to the minutes", quoted titles."""

from __future__ import annotations

import re

from ...text.terms import terms

_GENERIC = (
    "document doc article page webpage report guide chapter section post blog piece story dispatch"
    " text entry wiki column handbook"
)
_KINDS = (
    f"{_GENERIC} manual faq faqs review paper study brochure leaflet booklet memo minutes protocol"
    " transcript agreement contract lease glossary policy statement brief essay interview"
    " newsletter bulletin pdf"
)
KINDS = frozenset(terms(_KINDS))
"""The terms of words that name a kind of document."""

GENERIC = frozenset(terms(_GENERIC))
"""Those of them that fit any document, whatever its title is."""

KIND = re.compile(
    rf"\b(?:blog post|fact sheet|{'|'.join(_KINDS.replace(' post', '').split())})\b", re.IGNORECASE
)

WORD = re.compile(r"\w[\w'’.+-]*\w|\w")

_WITHIN = (
    r"(?:\b(?P<within>in|inside|from|per|according to|as per|going by|based on"
    r"|as (?:stated|written|described|said) in)\s+)?"
)
_THE = r"(?:the|this|that|our|your|my|its|their)\b"
# Words that don't occur before the kind in the name of a document.
_VERBAL = (
    r"(?:is|are|was|were|has|have|had|do|does|did|can|could|will|would|should|must|may|i|you|we"
    r"|they|he|she|it|who|what|which|when|where|why|how)\b"
)

QUOTED = re.compile(
    rf"{_WITHIN}(?:\b{_THE}\s+\w+\s+)?[\"“”„«»](?P<name>[^\"“”„«»]{{3,200}})[\"“”„«»]",
    re.IGNORECASE,
)
QUOTATION_MARKS = re.compile(r"[\"“”„«»]")

# The text before the kind of a document, and the words between: "according to the leave ...".
OPENING = re.compile(
    rf"{_WITHIN}\b{_THE}\s+(?P<name>(?:(?!{_THE}|{_VERBAL})[^\s,;:?!—]+\s+){{0,6}})$", re.IGNORECASE
)
BEGINNING = re.compile(
    rf"^\W*(?P<within>)(?P<name>(?:(?!{_VERBAL})[^\s,;:?!—]+\s+){{0,6}})$", re.IGNORECASE
)
EXTENDED = re.compile(
    r"\s+(?:on|about|of|for|from|by|in|regarding|concerning|titled|called|headed)\s+",
    re.IGNORECASE,
)
ENDING = re.compile(r"\s*(?:[,;:?!—]|\s[-–]\s|$)")

# The part of a question that may be a bare name: before a colon, a comma or a dash.
SEGMENT = re.compile(
    rf"^\W*{_WITHIN}(?:the\s+)?(?P<name>[^,:;?]{{3,90}}?)(?=\s*(?:[,:;?]|\s[-–—]\s|$))",
    re.IGNORECASE,
)

TITLE_PARTS = re.compile(r"\s*(?::\s|\s[-–—|]\s|[()])\s*")

# Verbs after the name of a document in the middle of a question: "what does ... say about".
SAYS = re.compile(
    r"(?:says?|said|tells?|mentions?|writes?|wrote|states?)(?: me| us)?(?: anything| something)?"
    r" (?:about|on|of|regarding)\b",
    re.IGNORECASE,
)

# Commands that ask for the document itself.
OPENS = re.compile(
    r"^\W*(?:please )?(?:open|show|display|read|view|pull up|bring up)\b", re.IGNORECASE
)

# Words of a question about a document that ask only for its content.
SAYS_NOTHING = re.compile(
    r"\b(?:please|pls|plz|open|show|display|read|view|see|find|give|tell|want|need|like|would|could"
    r"|can|you|i|we|me|us|my|to|the|this|that|it|its|a|an|of|on|in|about|for|from|with|what|whats"
    r"|what['’]s|how|is|are|was|were|do|does|did|has|have|all|say|says|said|tell|tells|write"
    r"|writes|contain|contains|cover|covers|deal|deals|state|states|mention|mentions|there|inside"
    r"|written|content|contents|main|points?|summary|summari[sz]e|overview|gist|describe|explain"
    r"|mainly|mostly|really|and|at|all|whole|entire|short|brief|briefly|roughly|words|few"
    r"|anything|something|everything|go|take|pull|bring|up|look|just|now|here|let)\b",
    re.IGNORECASE,
)
