"""Takes documents into the corpus, from memory or from the web, and looks into them before."""

from __future__ import annotations

from collections.abc import Collection

from .indexing import Corpus, archive_suffix, fetch, passage_rules, preview, suffix_of
from .reading.bounded import reader
from .settings import Settings
from .types import Encoder, Preview


class Adder:
    """What `Engine` says of adding."""

    def __init__(self, corpus: Corpus, settings: Settings, encoder: Encoder) -> None:
        self._corpus = corpus
        self._settings = settings
        self._encoder = encoder
        self._max_file_bytes = settings.max_file_megabytes * 1_000_000

    def add(self, name: str, data: bytes) -> str:
        """What `Engine.add_source` says."""
        if archive_suffix(name):
            self._corpus.check_archive(name, data)
        else:
            reader.read(data, suffix_of(name))
        return f"{self._settings.corpus.resolve().name}/{self._corpus.add(name, data).name}"

    def add_from_web(self, url: str, *, allow_private: bool) -> str:
        """What `Engine.add_from_web` says."""
        fetched = fetch(url, max_bytes=self._max_file_bytes, allow_private=allow_private)
        return self.add(fetched.name, fetched.data)

    def preview(self, name: str, data: bytes, known: Collection[str]) -> tuple[Preview, ...]:
        """What `Engine.preview` says; `known` are the ids of the sources that are there."""
        return preview(
            name,
            data,
            max_file_bytes=self._max_file_bytes,
            rules=passage_rules(self._settings.passage_characters, self._encoder),
            count_tokens=self._encoder.count_tokens,
            keep_boilerplate=self._settings.keep_boilerplate,
            known=known,
        )
