"""Finds the documents that a question names: by title, file, publisher, host or kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from ..reading.formats.approved import is_approved_questions
from ..text.remembered import remembered
from ..text.terms import terms
from ..types import SourceInfo, Span
from .question.document_patterns import (
    BEGINNING,
    ENDING,
    EXTENDED,
    GENERIC,
    KIND,
    KINDS,
    OPENING,
    QUOTATION_MARKS,
    QUOTED,
    SAYS,
    SAYS_NOTHING,
    SEGMENT,
    TITLE_PARTS,
    WORD,
)
from .question.purpose_patterns import ASKS_FOR_FACT

# The share of a question's name for a document, weighed by rarity, that its description must have.
NAMED = 0.7

# The share of a title's words that makes a phrase in quotation marks that title.
TITLED = 0.8

# A name that fits more than this share of the documents, or more than MOST, names none of them.
TELLING, MOST = 0.5, 10

# A title of at least this many words is found anywhere in a question about a document.
FEWEST_OF_TITLE = 3

# Most words after the kind that may belong to the name of a document.
LONGEST_EXTENSION = 12

# Most mentions of document kinds to examine in a question, since each costs a search.
MOST_KINDS = 4

# Splits hosts and paths, and drops parts that many documents share.
_APART = re.compile(r"[/_.-]|\b(?:https?|www|com|org|net|html?|pdf|docx|md|txt)\b")


@dataclass(frozen=True, slots=True)
class Named:
    """The ids of the documents that a question names, and what else it asks; "" for nothing."""

    ids: frozenset[str]
    rest: str


def may_name(question: str) -> bool:
    """Whether a question has a word for a document, or a phrase in quotation marks."""
    return bool(KIND.search(question) or QUOTED.search(question))


def named_documents(name: str, infos: Iterable[SourceInfo]) -> frozenset[str]:
    """Returns the ids of the sources that a name fits best; empty if it fits none, or half."""
    return Documents(infos).named(name)


class Documents:
    """The documents of a corpus, by the words of their titles, paths, publishers and addresses."""

    def __init__(self, infos: Iterable[SourceInfo]) -> None:
        self._infos = [info for info in infos if not is_approved_questions(info.path)]
        self._described = {info.id: _described(info) for info in self._infos}

    def asked_of(
        self, question: str, document: str, topic: str, *, is_certain: bool
    ) -> Named | None:
        """Returns the documents that a question names, and what it asks of them; None for none.

        `document` is the question's name for them, and `topic` what it asks of them, "" if
        unknown. Without `is_certain` the question may not mean a document: only a title in
        quotation marks then counts, or a kind of document with a name whose every word fits.
        """
        if document not in ("", question) and (ids := self.named(document)):
            return Named(ids, topic or _left(self._others(document, ids)))
        for name, span, is_within in self._told(question, is_certain=is_certain):
            if ids := self.named(name):
                return Named(ids, _rest(question, span, is_within=is_within))
        return None

    def named(self, name: str) -> frozenset[str]:
        """Returns the ids of the sources that a name fits best; empty if it fits none, or half.

        Each word is weighed by how few sources have it in their description. A kind of document,
        such as "article", counts only if several sources fit or the name has no other words.
        """
        asked = _words(name)
        plain = asked - KINDS or asked
        published = self._published(asked)
        among = published or self._described
        counts = {term: sum(term in own for own in among.values()) for term in plain}
        weights = {term: 1 / count for term, count in counts.items() if count}
        # A word that no document has does not choose between them, but lowers the fit.
        total = sum(weights.values()) + (len(plain) - len(weights)) / 2
        if not weights:
            return frozenset()
        fits = {
            id_: (sum(weights[term] for term in weights.keys() & own), len(asked & KINDS & own))
            for id_, own in among.items()
        }
        best, kinds = max(fits.values())
        found = frozenset(
            id_ for id_, (fit, of_kind) in fits.items() if fit >= best - 1e-9 and of_kind == kinds
        )
        figures = {term for term in asked if any(map(str.isdigit, term))}
        has_figures = all(figures <= among[id_] for id_ in found)
        is_telling = len(found) <= max(1, min(MOST, TELLING * len(self._described)))
        is_named = published or best >= NAMED * total
        return found if is_named and has_figures and is_telling else frozenset()

    def _published(self, asked: frozenset[str]) -> dict[str, frozenset[str]]:
        """Returns the documents of a publisher whose full name is among some terms."""
        return {
            info.id: self._described[info.id]
            for info in self._infos
            for own in map(_words, re.split(r"[();,]", info.publisher or ""))
            if own and own <= asked
        }

    def _told(self, question: str, *, is_certain: bool) -> Iterator[tuple[str, Span, bool]]:
        """Yields the parts of a question that may name a document, likeliest first.

        Each comes with its span, and with whether the question is about the document's content.
        """
        for match in QUOTED.finditer(question):
            if self._is_title(match["name"]):
                yield match["name"], match.span(), bool(match["within"])
        if is_certain or KIND.search(question):
            for part in filter(_is_long, self._parts()):
                if (at := question.casefold().find(part.casefold())) >= 0:
                    yield part, (at, at + len(part)), False
        for match in islice(KIND.finditer(question), MOST_KINDS):
            yield from self._of_kind(question, match, GENERIC if not is_certain else KINDS)
        segment = SEGMENT.match(question) if is_certain else None
        if segment and self._having(segment["name"], KINDS):
            yield segment["name"], segment.span(), True

    def _is_title(self, name: str) -> bool:
        """Whether a name has nearly all words of a title, and no others."""
        words = _words(name)
        return bool(words) and any(
            words <= own and len(words) >= TITLED * len(own) for own in map(_words, self._parts())
        )

    def _parts(self) -> Iterator[str]:
        """Yields all titles, and the parts of titles with a colon or a dash."""
        for info in self._infos:
            parts = [part for part in TITLE_PARTS.split(info.title) if part.strip()]
            yield from (info.title, *(part for part in parts if part != info.title))

    def _of_kind(
        self, question: str, kind: re.Match[str], free: frozenset[str]
    ) -> Iterator[tuple[str, Span, bool]]:
        """Yields the names around a kind of document: "the gazette article on trams"."""
        before = question[: kind.start()]
        opening = OPENING.search(before) or BEGINNING.search(before)
        if opening is None:
            return
        for end in self._ends(question, kind.end()):
            name = f"{opening['name']}{question[kind.start() : end]}"
            is_apart = ENDING.match(question, end) is not None
            having = self._having(name, free)
            if opening["within"] and end == kind.end():
                having = having or len(self._published(_words(name)))
            # "The report" alone is a name if it stands apart: "in the report, who ...".
            is_alone = is_apart and bool(opening["within"]) and having == 1
            has_name = bool(_words(name) - KINDS) or is_alone
            if having and has_name and (is_apart or opening.re is OPENING):
                is_within = bool(opening["within"]) or opening.re is BEGINNING
                yield name, (opening.start(), end), is_within

    def _ends(self, question: str, at: int) -> list[int]:
        """Returns the possible ends of a document's name after its kind, farthest first."""
        extension = EXTENDED.match(question, at)
        if not extension:
            return [at]
        ending = ENDING.search(question, extension.end())
        last = ending.start() if ending else len(question)
        words = list(WORD.finditer(question, extension.end(), last))[:LONGEST_EXTENSION]
        return [*(word.end() for word in reversed(words)), at]

    def _having(self, name: str, free: frozenset[str]) -> int:
        """Counts the documents that have every word of a name, except for the `free` words."""
        asked = _words(name)
        plain = asked - free or asked
        return sum(plain <= own for own in self._described.values()) if plain else 0

    def _others(self, name: str, ids: Iterable[str]) -> str:
        """Returns the words of a name that none of the documents has."""
        known = KINDS.union(*(self._described[id_] for id_ in ids))
        return " ".join(word for word in WORD.findall(name) if set(terms(word)) - known)


def _rest(question: str, span: Span, *, is_within: bool) -> str:
    """Returns what a question asks of a document that it names at a span."""
    start, end = span
    before, after = question[:start].strip(), question[end:].strip()
    rest = _left(f"{before} {after}")
    # A name between other words stays there: the sentence needs it.
    is_ended = ENDING.match(question, end) is not None
    is_apart = (is_ended and (is_within or not before)) or (is_within and not before)
    if is_apart or SAYS.match(after) or not (rest or ASKS_FOR_FACT.search(question)):
        return rest
    return QUOTATION_MARKS.sub("", question)


def _is_long(title: str) -> bool:
    return len(title.split()) >= FEWEST_OF_TITLE


def _left(text: str) -> str:
    """Returns what a text asks for; "" if it has nothing to search for."""
    return text.strip(" \t,;:.?!-–—") if terms(SAYS_NOTHING.sub(" ", text)) else ""


def _described(info: SourceInfo) -> frozenset[str]:
    address = urlsplit(info.url or "")
    return _words(" ".join((info.title, info.path, info.publisher or "", address.netloc,
                            address.path)))  # fmt: skip


@remembered(1 << 14)
def _words(text: str) -> frozenset[str]:
    return frozenset(terms(_APART.sub(" ", text)))
