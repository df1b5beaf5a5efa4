"""Explains citations whose source was removed or changed."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from threading import RLock

from ..errors import PinciteError, SourceGone
from ..store import GenerationReader, Store
from ..text.terminal_escaping import one_line
from ..types import SourceInfo

# Sources and passages to remember from generations that are no longer on disk.
REMEMBERED = 10_000
PASSAGES_REMEMBERED = 100_000


class FormerSources:
    """Sources that this engine has seen disappear, and those in the generations kept on disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: OrderedDict[str, SourceInfo] = OrderedDict()
        self._passages: OrderedDict[str, str] = OrderedDict()
        self._read: set[int] = set()
        self._lock = RLock()

    def remember(self, before: GenerationReader, after: GenerationReader) -> None:
        """Remembers the sources of one generation that the next one lacks."""
        with self._lock:
            for source_id in before.infos.keys() - after.infos.keys():
                self._seen[source_id] = before.infos[source_id]
                self._remember_passages(before, source_id)
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)

    def explained(self, source_id: str, live: GenerationReader) -> SourceGone | None:
        """Returns whether a source was removed or changed; None for an unknown source."""
        self._read_kept(live)
        info = self._seen.get(source_id)
        if info is None:
            return None
        paths = {info.path, *info.also_at}
        now = next(
            (other for other in live.infos.values() if paths & {other.path, *other.also_at}), None
        )
        what = f"{one_line(info.title)} ({one_line(info.path)})"
        if now is None:
            return SourceGone(f"{what} was removed from the corpus after it was cited.", None)
        return SourceGone(
            f"{what} has changed since it was cited; what was quoted may not be in it now.", now.id
        )

    def passage_explained(self, passage_id: str, live: GenerationReader) -> SourceGone | None:
        """Returns what happened to the source of a passage; None for an unknown passage."""
        self._read_kept(live)
        source_id = self._passages.get(passage_id)
        if source_id is None or source_id in live.infos:
            return None
        return self.explained(source_id, live)

    def _remember_passages(self, before: GenerationReader, source_id: str) -> None:
        # An unreadable old generation must not keep the next one from answering.
        with suppress(PinciteError):
            self._passages.update(dict.fromkeys(before.passage_ids(source_id), source_id))
        while len(self._passages) > PASSAGES_REMEMBERED:
            self._passages.popitem(last=False)

    def _read_kept(self, live: GenerationReader) -> None:
        """Remembers, once each, the sources of generations on disk that the live one lacks."""
        with self._lock:
            for number in self._store.numbers():
                if number in self._read or number == live.number:
                    continue
                self._read.add(number)
                try:
                    self.remember(self._store.opened(number), live)
                except PinciteError:
                    continue  # skip an unreadable generation
