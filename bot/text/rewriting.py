"""Rewrites a question in the words of the corpus: corrects typos and expands acronyms.

Every change is reported in the answer. A common word (one that the encoder has as a whole word, or
that occurs in the corpus) is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .folding import folded
from .remembered import remembered
from .terms import ENGLISH, STOP_WORDS, terms

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Also matches empty quotes, so that the next quotation mark opens instead of closing.
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
_INTERROGATIVES = ("what", "when", "where", "which", "who", "why", "how")
# Real words that are one letter away from question words.
_NO_INTERROGATIVES = frozenset(("hat", "hen", "wen", "whew", "woo", "wow"))

_WHAT = re.compile(r"\W*what\b", re.IGNORECASE)
_FORM_TERMS = frozenset(
    terms("mean meaning stand short abbreviation acronym abbreviated full form name called")
)

# The shortest word to correct, and the number of letters that may be wrong in it.
SHORTEST = 5
LONG = 9


@dataclass(frozen=True)
class Words:
    """The vocabulary of the corpus.

    `acronyms` maps each short form to its long forms. `frequencies` has the number of passages that
    contain each lower-case word.
    """

    acronyms: Mapping[str, Sequence[str]]
    frequencies: Mapping[str, int]

    def likely_acronyms(self, written: Collection[str], asked: Collection[str]) -> list[str]:
        """Returns, in order, short forms that are among the words `written` of a question, or that
        have a long form beginning with one of the terms `asked`.
        """
        by_form, by_beginning = self._places
        places = {place for word in written for place in by_form.get(word, ())}
        places |= {place for term in asked for place in by_beginning.get(term, ())}
        shorts = list(self.acronyms) if places else []
        return [shorts[place] for place in sorted(places)]

    @cached_property
    def _places(self) -> tuple[Mapping[str, Sequence[int]], Mapping[str, Sequence[int]]]:
        """Returns the positions of acronyms, by spelling and by the first term of a long form."""
        by_form: dict[str, list[int]] = {}
        by_beginning: dict[str, list[int]] = {}
        for place, (short, longs) in enumerate(self.acronyms.items()):
            for form in _written_forms(short):
                by_form.setdefault(form, []).append(place)
            for term in {found[0] for long in longs if (found := _terms(long))}:
                by_beginning.setdefault(term, []).append(place)
        return by_form, by_beginning


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A question as it is searched for.

    `corrected` has only typos corrected; `text` also has the other forms of its acronyms. If the
    question only asks what an acronym means, both consist of its two forms. `changes` describes the
    changes for the reader. `phrases` must occur verbatim.
    """

    text: str
    corrected: str
    changes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


def rewrite_question(
    question: str,
    words: Words,
    occurs: Callable[[str], bool],
    is_common: Callable[[str], bool],
    language: str = ENGLISH,
) -> Phrasing:
    """Returns the form of a question that is searched for.

    `occurs` says whether the corpus has a term, and `is_common` whether a word belongs to the
    language in general. Words are analysed in `language`.
    """
    phrases = tuple(filter(None, map(str.strip, _QUOTED.findall(question))))
    quoted = {word for phrase in phrases for word in _WORD.findall(phrase)}
    changes: list[str] = []

    def corrected(match: re.Match[str]) -> str:
        word = match[0]
        if word in quoted or word.isupper() or word.lower() in words.frequencies:
            return word
        found = terms(word, language)
        if not found or any(map(occurs, found)):
            return word
        first = not _WORD.search(question, 0, match.start())
        better = _interrogative(word) if first else None
        if better is None and not is_common(word):
            better = _nearest(word, words.frequencies)
        if better is None:
            return word
        changes.append(f"{word} → {better}")
        return better

    right = _WORD.sub(corrected, question)
    forms = list(_other_forms(right, words))
    text = " ".join((right, *(long for _, long in forms)))
    changes += [f"{short} = {long}" for short, long in _once(forms)]
    if _asks_for_form(right, [short for short, _ in forms]):
        right = text = " ".join(f"{long} ({short})" for short, long in forms)
    return Phrasing(text, right, tuple(dict.fromkeys(changes)), phrases)


def contains(text: str, phrase: str) -> bool:
    """Whether a text has a phrase, ignoring case, spacing, quote style and signs in words."""
    return _plain(phrase) in _plain(text)


def _interrogative(word: str) -> str | None:
    """Returns the question word that a misspelled first word stands for: "wat", "waht"."""
    low = word.lower()
    meant = (
        known
        for known in _INTERROGATIVES
        if len(low) > 2
        and low not in _NO_INTERROGATIVES
        and OSA.distance(low, known) == 1
        and set(low) <= set(known)
    )
    return next(meant, None)


def _nearest(word: str, frequencies: Mapping[str, int]) -> str | None:
    """Returns the corpus word with the fewest letter changes, then the most frequent."""
    low = word.lower()
    if len(low) < SHORTEST:
        return None
    allowed = 2 if len(low) >= LONG else 1
    found = process.extract(
        low, frequencies.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=20
    )
    near = [(distance, -frequencies[known], known) for known, distance, _ in found
            if known[0] == low[0] and len(known) >= SHORTEST]  # fmt: skip
    if not near:
        return None
    _, _, meant = min(near)
    return meant.capitalize() if word[0].isupper() else meant


def _other_forms(question: str, words: Words) -> Iterable[tuple[str, str]]:
    """Returns additional forms to search for, each with the form in the question."""
    asked = terms(question)
    written = {word.replace(".", "") for word in re.findall(r"[\w&/.+-]+", question)}
    for short in words.likely_acronyms(written, asked):
        longs = words.acronyms[short]
        if not written.isdisjoint(_written_forms(short)):
            yield from ((short, long) for long in longs if not _follows(_terms(long), asked))
        else:
            for long in longs:
                if len(found := _terms(long)) > 1 and _follows(found, asked):
                    yield long, short
                    break


def _once(forms: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Removes pairs of forms that differ from another pair only in spelling."""
    kept: list[tuple[str, str]] = []
    for pair in forms:
        if not any(all(map(_is_spelled_like, pair, known)) for known in kept):
            kept.append(pair)
    return kept


def _is_spelled_like(one: str, other: str) -> bool:
    """Whether two forms have the same words, ignoring hyphens, plurals and abbreviated words:
    "inter-agency agreement", "Async Task Framework", "U.S. Geological Survey".
    """
    if _letters(one) == _letters(other):
        return True
    left, right = (re.findall(r"[\w.]+", form.casefold()) for form in (one, other))
    while left and right:
        first, second = left.pop(0), right.pop(0)
        if _abbreviates(first, [second, *right]):
            del right[: first.count(".") - 1]
        elif _abbreviates(second, [first, *left]):
            del left[: second.count(".") - 1]
        elif not _begins(first.rstrip("."), second.rstrip(".")):
            return False
    return not left and not right


def _letters(form: str) -> str:
    return re.sub(r"\W", "", form.casefold()).removesuffix("s")


def _abbreviates(short: str, words: Sequence[str]) -> bool:
    """Whether a word with full stops abbreviates some words: "u.s." for "united states"."""
    letters = short.replace(".", "")
    if len(letters) < 2 or len(letters) != short.count("."):
        return False
    return letters == "".join(word[0] for word in words[: len(letters)])


def _begins(one: str, other: str) -> bool:
    """Whether one word is a prefix of the other, or both are equal."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) >= SHORTEST or long.removesuffix("s") == short)


def _asks_for_form(question: str, forms: Sequence[str]) -> bool:
    """Whether the question only asks what an acronym means: "What does CMD mean?"."""
    named = {term for form in forms for term in _terms(form)}
    only = set(terms(question)) <= named | _FORM_TERMS
    return bool(forms) and only and _WHAT.match(question) is not None


def _written_forms(short: str) -> set[str]:
    """Returns the spellings of a short form: its own case, or any case if it is not a word.

    Full stops are removed, so that "U.S." and "US" are the same.
    """
    stem = short.removesuffix("s") if short[-2].isupper() else short
    stem = stem.replace(".", "")
    forms = {stem, f"{stem}s"}
    if stem.lower() not in STOP_WORDS and len(stem) > 2:
        forms |= {form.lower() for form in forms}
    return forms


@remembered(10_000)
def _terms(form: str) -> list[str]:
    return terms(form)


def _follows(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the terms of a part occur in the whole as a contiguous sequence."""
    width = len(part)
    return any(whole[at : at + width] == part for at in range(len(whole) - width + 1))


def _plain(text: str) -> str:
    return " ".join(folded(text).casefold().replace("’", "'").replace("‘", "'").split())
