"""Normalizes British spellings to American ones, in the index and in questions.

A rule may produce a word that does not exist ("promise" becomes "promize"). Both sides change
alike, so that this is harmless as long as two different words do not become one.
"""

from __future__ import annotations

import re

from .remembered import remembered

# Endings and stems of lower-case words, British to American.
_RULES = tuple(
    (re.compile(british), rewritten)
    for british, rewritten in (
        (r"(\w{3,30})is(e|es|ed|er|ers|ing|able|ations?|ational|ationally)", r"\1iz\2"),
        (r"(\w{2,30})ys(e|es|ed|er|ers|ing)", r"\1yz\2"),
        (
            r"(\w{3,30})our"
            r"(s|ed|er|ers|ing|able|al|ful|hood|hoods|ite|ites|less|y|iz(?:e|es|ed|er|ers|ing))?",
            r"\1or\2",
        ),
        (r"(\w{2,30}[tb])re(s)?", r"\1er\2"),
        (r"(\w{2,30}[tb])red", r"\1ered"),
        (r"(\w{3,30})ogue(s)?", r"\1og\2"),
        (r"(\w{3,30})ogu(ed|ing)", r"\1og\2"),
        (r"(def|off|lic|pret)ence(s|d)?", r"\1ense\2"),
        # Only after two syllables: "travelled" becomes "traveled", but "filled" stays apart from
        # "filed".
        (r"(\w{0,30}[aeiou]\w{1,9}[aeiou])ll(ed|ing|er|ers)", r"\1l\2"),
        (r"programme(s|d)?", r"program\1"),
        (r"aluminium", r"aluminum"),
        (r"sulph(\w+)", r"sulf\1"),
        (r"(an|h|p|leuk|isch)ae(\w+)", r"\1e\2"),
        (r"grey(s)?", r"gray\1"),
        (r"judgement(s)?", r"judgment\1"),
    )
)


_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,60}(?![^\W\d_])")


def american(text: str) -> str:
    """Returns a lower-case text with British spellings replaced by American ones."""
    return _WORD.sub(lambda word: _rewritten(word[0]), text)


@remembered(50_000)
def _rewritten(word: str) -> str:
    before = None
    while word != before:
        before = word
        for british, rewritten in _RULES:
            if match := british.fullmatch(word):
                word = match.expand(rewritten)
    return word
