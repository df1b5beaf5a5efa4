"""The one analysis of text into terms, shared by the lexical index, coverage and highlights."""

from __future__ import annotations

import re
from functools import cache

import tantivy

from .folding import folded
from .spelling import american

# Function words carry no evidence. The words that questions are made of ("what", "how many")
# are listed too: they are rare in statements, so that BM25 would prize them most of all.
STOP_WORDS = (
    "a about also am an and any are as at be because been being but by can could did do does "
    "doing done each either else ever for from had has have having he her here hers him his how i "
    "if in into is it its itself just let may me might mine more most much must my neither nor not "
    "of on or ought our ours out over own please same shall she should so some such tell than that "
    "the their theirs them then there these they this those through to too under until up upon "
    "very was we were what whatever when where whether which while who whom whose why will with "
    "would yes you your yours many s t ll re ve d m "
    "don doesn didn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn"
).split()

DOTTED_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}")

# A hyphen and a soft one: nobody knows whether they join two words or cut one.
_UNDECIDED = re.compile("([^\\W_]{1,60})-\u00ad([^\\W_]{1,60})")


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """Lower-cased, ASCII-folded, English-stemmed words without stop words."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for token_filter in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.custom_stopword(list(STOP_WORDS)),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(token_filter)
    return builder.build()


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeats included.

    "U.S." and "US" are one term, and so are British and American spellings. What may be one word or
    two counts as both.
    """
    text = folded(_UNDECIDED.sub(r"\1\2 \1 \2", text))
    joined = DOTTED_ACRONYM.sub(lambda match: match[0].replace(".", ""), text)
    return list(analyzer().analyze(american(joined.lower())))
