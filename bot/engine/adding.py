"""Adds documents to the corpus, from memory or from the web, and previews them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from ..corpus import Copies, Corpus, archive_suffix, fetch, suffix_of
from ..errors import SourceKnown
from ..indexing import passage_rules, preview
from ..reading.sandbox.bounded import reader
from ..settings import Settings
from ..types import Encoder, Preview


class Adder:
    """Adds documents to the corpus for `Engine`."""

    def __init__(
        self,
        corpus: Corpus,
        settings: Settings,
        encoder: Encoder,
        make_corpus: Callable[[], object],
    ) -> None:
        """`make_corpus` creates the corpus folder if needed."""
        self._make_corpus = make_corpus
        self._corpus = corpus
        self._settings = settings
        self._encoder = encoder
        self._max_file_bytes = settings.max_file_megabytes * 1_000_000

    def copies(self) -> Copies:
        """Implements `Engine.copies`."""
        return Copies(self._corpus)

    def add(
        self, name: str, data: bytes, folders: Sequence[str] = (), copies: Copies | None = None
    ) -> str:
        """Implements `Engine.add_source`."""
        copies = copies or self.copies()
        known = copies.path_of(name, data)
        if known is not None:
            message = f"{name}: the corpus holds this document already, as {known}."
            raise SourceKnown(message, known)
        if archive_suffix(name):
            self._corpus.check_archive(name, data)
        else:
            reader.read(data, suffix_of(name), ocr=self._settings.ocr)
        self._make_corpus()
        stored = self._corpus.add(name, data, folders)
        path = self._corpus.shown(stored)
        copies.note(path, stored, data)
        return path

    def add_from_web(self, url: str, *, allow_private: bool, copies: Copies | None) -> str:
        """Implements `Engine.add_from_web`."""
        fetched = fetch(url, max_bytes=self._max_file_bytes, allow_private=allow_private)
        return self.add(fetched.name, fetched.data, copies=copies)

    def preview(self, name: str, data: bytes, known: Collection[str]) -> tuple[Preview, ...]:
        """Implements `Engine.preview`; `known` holds the ids of existing sources."""
        return preview(
            name,
            data,
            max_file_bytes=self._max_file_bytes,
            rules=passage_rules(self._settings.passage_characters, self._encoder),
            count_tokens=self._encoder.count_tokens,
            keep_boilerplate=self._settings.keep_boilerplate,
            known=known,
            ocr=self._settings.ocr,
        )
