"""A question in the words of the corpus: slips of the pen put right, acronyms with their long form.

Nothing is guessed silently: what was changed is part of the answer, and a word that is anybody's
word (one that the encoder knows whole, or that the corpus has) is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .folding import folded
from .terms import ENGLISH, STOP_WORDS, terms

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Also quotes around nothing, so that the next one opens and does not close.
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")
_INTERROGATIVES = ("what", "when", "where", "which", "who", "why", "how")
# Words of their own that are one letter away from these.
_NO_INTERROGATIVES = frozenset(("hat", "hen", "wen", "whew", "woo", "wow"))

_WHAT = re.compile(r"\W*what\b", re.IGNORECASE)
_FORM_TERMS = frozenset(
    terms("mean meaning stand short abbreviation acronym abbreviated full form name called")
)

# Letters that a word needs, and that may be wrong in it.
SHORTEST = 5
LONG = 9


@dataclass(frozen=True)
class Words:
    """What the corpus says of its own words.

    `acronyms` holds each short form with its long forms; `frequencies` in how many passages each
    lower-case word stands.
    """

    acronyms: Mapping[str, Sequence[str]]
    frequencies: Mapping[str, int]

    def likely_acronyms(self, written: Collection[str], asked: Collection[str]) -> list[str]:
        """Short forms, in order, that are among the words `written` of a question, or of which a
        long form begins with one of the terms `asked`.
        """
        by_form, by_beginning = self._places
        places = {place for word in written for place in by_form.get(word, ())}
        places |= {place for term in asked for place in by_beginning.get(term, ())}
        shorts = list(self.acronyms) if places else []
        return [shorts[place] for place in sorted(places)]

    @cached_property
    def _places(self) -> tuple[Mapping[str, Sequence[int]], Mapping[str, Sequence[int]]]:
        """Where acronyms stand among all, by how they are written and by a long form's first
        term.
        """
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

    `corrected` has slips put right and nothing else; `text` also has the other forms of its
    acronyms. Where what an acronym means is all that is asked, both are its two forms alone.
    `changes` names what was done, in words for the reader. `phrases` must occur as they stand.
    """

    text: str
    corrected: str
    changes: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


def phrased(
    question: str,
    words: Words,
    occurs: Callable[[str], bool],
    is_common: Callable[[str], bool],
    language: str = ENGLISH,
) -> Phrasing:
    """How a question is searched for.

    `occurs` tells whether the corpus has a term, `is_common` whether a word is one of the
    language, known without the corpus; words are analysed as those of `language`.
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
    """Whether a text has a phrase as it stands, but for case, spacing, the form of quotes and signs
    within words.
    """
    return _plain(phrase) in _plain(text)


def _interrogative(word: str) -> str | None:
    """The question word that the first word of a question was meant to be: "wat", "waht"."""
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
    """The word of the corpus that was meant: the fewest letters away, then the most frequent."""
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
    """Forms to search for beside those in the question, each with the one that it stands for."""
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
    """The forms without those that only spell another pair of them otherwise."""
    kept: list[tuple[str, str]] = []
    for pair in forms:
        if not any(all(map(_is_spelled_like, pair, known)) for known in kept):
            kept.append(pair)
    return kept


def _is_spelled_like(one: str, other: str) -> bool:
    """Whether two forms have the same words, but for hyphens, plurals and shortened words:
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
    """Whether a word with full stops has the first letters of words: "u.s." of "united states"."""
    letters = short.replace(".", "")
    if len(letters) < 2 or len(letters) != short.count("."):
        return False
    return letters == "".join(word[0] for word in words[: len(letters)])


def _begins(one: str, other: str) -> bool:
    """Whether one of two words is the beginning of the other, or both are the same word."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) >= SHORTEST or long.removesuffix("s") == short)


def _asks_for_form(question: str, forms: Sequence[str]) -> bool:
    """Whether all that is asked is what acronyms are: "What does CMD mean?"."""
    named = {term for form in forms for term in _terms(form)}
    only = set(terms(question)) <= named | _FORM_TERMS
    return bool(forms) and only and _WHAT.match(question) is not None


def _written_forms(short: str) -> set[str]:
    """How a short form may be written: in its own case or, if it is no word, in any.

    Without full stops: "U.S." and "US" are one.
    """
    stem = short.removesuffix("s") if short[-2].isupper() else short
    stem = stem.replace(".", "")
    forms = {stem, f"{stem}s"}
    if stem.lower() not in STOP_WORDS and len(stem) > 2:
        forms |= {form.lower() for form in forms}
    return forms


@lru_cache(maxsize=10_000)
def _terms(form: str) -> list[str]:
    return terms(form)


def _follows(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the terms of a part stand in the whole, side by side."""
    width = len(part)
    return any(whole[at : at + width] == part for at in range(len(whole) - width + 1))


def _plain(text: str) -> str:
    return " ".join(folded(text).casefold().replace("’", "'").replace("‘", "'").split())
