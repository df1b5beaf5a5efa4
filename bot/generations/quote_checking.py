"""Compares quotes with the current sources, in the index and on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Protocol

from ..store import GenerationReader
from ..types import CheckedPassage, CitedPassage, QuoteCheck, SourceInfo, Span, Version

if TYPE_CHECKING:
    from ..corpus import Corpus

_TEXTS_HELD = 8


class _Quoted(Protocol):
    """A quote of an answer, which may come from a file."""

    @property
    def citations(self) -> Sequence[int]: ...
    @property
    def text(self) -> str: ...
    @property
    def source(self) -> SourceInfo: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def locator(self) -> str: ...


class _Cited(Protocol):
    """A citation of an answer, which may come from a file."""

    @property
    def number(self) -> int: ...
    @property
    def source(self) -> SourceInfo: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def locator(self) -> str: ...


def cited_passages(
    quotes: Iterable[_Quoted], citations: Iterable[_Cited]
) -> tuple[CitedPassage, ...]:
    """Returns the passages of an answer by number: its quotes, and further cited passages."""
    quoted = [
        # An answer gives every quote a citation of its own.
        CitedPassage(
            each.citations[0] if each.citations else 0,
            *(each.source, each.start, each.end, each.locator, each.text),
        )
        for each in quotes
    ]
    places = {(each.number, each.source.id, each.start, each.end) for each in quoted}
    others = [
        CitedPassage(each.number, each.source, each.start, each.end, each.locator, None)
        for each in citations
        if (each.number, each.source.id, each.start, each.end) not in places
    ]
    return tuple(sorted((*quoted, *others), key=lambda passage: passage.number))


def check(
    generation: GenerationReader, corpus: Corpus, passages: Sequence[CitedPassage]
) -> QuoteCheck:
    """Compares every passage with the generation, and hashes the files of its source again.

    Raises CorpusMissing, and what reading the index raises.
    """
    files = _Files(corpus)
    # Cached, because reading a text hashes it, and quotes of one source are often adjacent.
    text_of = lru_cache(_TEXTS_HELD)(generation.text)
    checked = (_checked(generation.infos, text_of, files, passage) for passage in passages)
    return QuoteCheck(generation.number, tuple(checked))


def _checked(
    infos: Mapping[str, SourceInfo],
    text_of: Callable[[str], str],
    files: _Files,
    passage: CitedPassage,
) -> CheckedPassage:
    cited = passage.source
    live = infos.get(cited.id)
    if live is not None and live.sha256 != cited.sha256:
        live = None
    stored, sha256 = files.version(cited, _paths(cited, live))
    if live is not None:
        in_place = _is_in_place(text_of(live.id), passage)
        return CheckedPassage(passage, Version.CITED, stored, in_place, sha256)
    successor = _successor(infos, cited)
    if successor is None:
        return CheckedPassage(passage, Version.NONE, stored, False, sha256)
    again = _span(text_of(successor.id), passage.text)
    return CheckedPassage(passage, Version.OTHER, stored, False, sha256, successor.id, again)


def _is_in_place(text: str, passage: CitedPassage) -> bool:
    start, end = passage.start, passage.end
    if passage.text is None:
        return 0 <= start < end <= len(text)
    return 0 <= start <= end and text[start:end] == passage.text


def _successor(infos: Mapping[str, SourceInfo], cited: SourceInfo) -> SourceInfo | None:
    """Returns the source that now has a path of a removed source, None if there is none."""
    paths = set(_paths(cited))
    return next((info for info in infos.values() if paths & set(_paths(info))), None)


def _span(text: str, words: str | None) -> Span | None:
    start = text.find(words) if words else -1
    return None if start < 0 else (start, start + len(words or ""))


def _paths(*infos: SourceInfo | None) -> Iterator[str]:
    for info in infos:
        if info is not None:
            yield from (info.path, *info.also_at)


class _Files:
    """The current files of the corpus, each hashed only if needed and at most once."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._places = corpus.files()
        self._hashed: dict[str, str | None] = {}

    def version(self, cited: SourceInfo, paths: Iterable[str]) -> tuple[Version, str | None]:
        """Returns which version of a source the corpus has, and the SHA-256 of that version.

        A file that was moved is found by its content.
        """
        there = [self._sha256(path) for path in dict.fromkeys(paths) if path in self._places]
        if cited.sha256 in there or cited.sha256 in self._everywhere:
            return Version.CITED, cited.sha256
        if not there:
            return Version.NONE, None
        return Version.OTHER, next((sha256 for sha256 in there if sha256 is not None), None)

    def _sha256(self, path: str) -> str | None:
        if path not in self._hashed:
            self._hashed[path] = self._corpus.fingerprint(self._places[path])
        return self._hashed[path]

    @cached_property
    def _everywhere(self) -> frozenset[str | None]:
        return frozenset(self._corpus.fingerprints().values())
