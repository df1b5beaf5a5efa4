"""Analyses text into terms, in the same way for the lexical index, coverage and highlights.

The script of a word is recognised by its letters, and most scripts have one analysis. Words in
Latin letters are analysed in the language of their text: English unless another is given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeAlias

import tantivy

from ..types.documents import SourceInfo, Span
from .folding import folded, folded_with_places
from .remembered import remembered
from .spelling import american

# Function words are not evidence. Question words ("what", "how many") are listed too: they are rare
# in statements, so BM25 would weight them most.
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

# A hyphen and a soft hyphen: the pair may join two words or break one.
_UNDECIDED = re.compile("([^\\W_]{1,60})-\u00ad([^\\W_]{1,60})")

ENGLISH = "en"

# Languages in Latin letters with a Snowball stemmer, and those with a stop word list.
_STEMMED = {
    "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_WITHOUT_STOP_WORDS = ("ro", "tr")

# Scripts with a stemmer for one of their languages. It changes words of the other languages little,
# and in the same way in question and text.
_SCRIPTS = (
    ("\u0370", "\u03ff", "greek"),
    ("\u0400", "\u04ff", "russian"),
    ("\u0600", "\u06ff", "arabic"),
    ("\u0b80", "\u0bff", "tamil"),
)

# Scripts without spaces between words: single characters and pairs of neighbours are terms.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"([{_UNSPACED}]+)")
_WORD = re.compile(rf"[^\W{_UNSPACED}]+|[{_UNSPACED}]+")

# The span of a word in a text, and its terms.
Word: TypeAlias = tuple[Span, tuple[str, ...]]


def analysed(language: str | None) -> str:
    """Returns the language in which words in Latin letters are analysed."""
    code = (language or ENGLISH).lower().replace("_", "-").partition("-")[0]
    return code if code in _STEMMED else ENGLISH


def analysed_languages(infos: Iterable[SourceInfo]) -> tuple[str, ...]:
    """Returns the analysis languages of some sources, the most frequent first."""
    counts = Counter(analysed(info.language) for info in infos)
    return tuple(language for language, _ in sorted(counts.items(), key=lambda one: (-one[1], one)))


@cache
def analyzer(language: str = ENGLISH) -> tantivy.TextAnalyzer:
    """Returns an analyzer: lower-case, stemmed, no stop words, letters folded to ASCII."""
    filters = [tantivy.Filter.remove_long(60), tantivy.Filter.lowercase()]
    if language == ENGLISH:
        filters += [
            tantivy.Filter.ascii_fold(),
            tantivy.Filter.custom_stopword(list(STOP_WORDS)),
            tantivy.Filter.stemmer("english"),
        ]
    else:
        name = _STEMMED[language]
        if language not in _WITHOUT_STOP_WORDS:
            filters.append(tantivy.Filter.stopword(name))
        filters += [tantivy.Filter.stemmer(name), tantivy.Filter.ascii_fold()]
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for token_filter in filters:
        builder = builder.filter(token_filter)
    return builder.build()


def terms(text: str, language: str | None = None) -> list[str]:
    """Returns the terms of a text in order, including repeats.

    "U.S." and "US" are one term, and so are British and American spellings. Text that may be one
    word or two yields both readings. `language` is that of the text; for a question, pass that of
    the texts it is compared with.
    """
    code = analysed(language)
    if not text.isascii():
        text = folded(_UNDECIDED.sub(r"\1\2 \1 \2", text))
    joined = DOTTED_ACRONYM.sub(lambda match: match[0].replace(".", ""), text)
    lowered = _lowered(joined, code)
    if text.isascii():
        return _spaced(lowered, code)
    # Every second part is a run of characters from a script without spaces.
    parts = _RUN.split(lowered)
    return [
        term
        for at, part in enumerate(parts)
        for term in (_unspaced(part) if at % 2 else _spaced(part, code))
    ]


def words(text: str, language: str | None = None) -> Iterator[Word]:
    """Yields the words of a text that have terms: the span of each, and its terms.

    In scripts without spaces, each pair of neighbours counts as a word.
    """
    code = analysed(language)
    searched, places = folded_with_places(text)
    for match in _WORD.finditer(searched):
        start, end = match.span()
        if _RUN.match(match[0]) and end - start > 2:
            for at in range(start, end - 1):
                yield (places[at], places[at + 2]), (searched[at : at + 2],)
        elif found := _of_word(match[0], code):
            yield (places[start], places[end]), found


def _lowered(text: str, code: str) -> str:
    # Turkish distinguishes a dotted and a dotless i.
    return (text.replace("İ", "i").replace("I", "ı") if code == "tr" else text).lower()


def _spaced(text: str, code: str) -> list[str]:
    """Returns the terms of a lower-case text with spaces between words."""
    found = analyzer(code).analyze(american(text) if code == ENGLISH else text)
    if text.isascii():
        return list(found)
    return [term for word in found for term in ((word,) if word.isascii() else _stemmed(word))]


def _unspaced(run: str) -> list[str]:
    """Returns the characters of a text without spaces, and each pair of neighbours."""
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]


@remembered(1 << 14)
def _of_word(word: str, code: str) -> tuple[str, ...]:
    return tuple(terms(word, code))


def _stemmed(word: str) -> list[str]:
    for first, last, stemmer in _SCRIPTS:
        if first <= word[0] <= last:
            return list(_script_analyzer(stemmer).analyze(word))
    return [word]


@cache
def _script_analyzer(name: str) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    if name == "russian":
        builder = builder.filter(tantivy.Filter.stopword(name))
    return builder.filter(tantivy.Filter.stemmer(name)).build()
