"""Opens the live generation of an index once and replaces it when a newer one goes live."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from ..errors import IndexDamaged, IndexMismatch, IndexMissing, PassageUnknown, SourceUnknown
from ..store import GenerationReader, Stamp, Store
from ..store.folder.layout import REPAIR
from ..text.remembered import forget_texts
from ..text.terminal_escaping import one_line
from ..types import Passage, Source
from .ownership import Ownership
from .removed_sources import FormerSources


class LiveIndex:
    """Provides the live generation; safe to use from any thread."""

    def __init__(
        self,
        store: Store,
        wanted: Callable[[], Stamp],
        ownership: Ownership,
    ) -> None:
        """`wanted` returns the stamp that a searchable generation needs. `ownership` checks that a
        generation belongs to the corpus in use.
        """
        self._store = store
        self._wanted = wanted
        self._ownership = ownership
        self._former = FormerSources(store)
        self._generation: GenerationReader | None = None
        self._lock = Lock()

    def opened(self) -> GenerationReader:
        """Returns the live generation, even if another process switches or collects meanwhile."""
        number = self._store.live()
        with self._lock:
            while self._generation is None or self._generation.number != number:
                try:
                    before = self._generation
                    opened = self._store.opened(number, before)
                    self._ownership.require_for_reading(opened)
                    self._generation = opened
                    if before is not None:
                        self._former.remember(before, self._generation)
                        forget_texts()
                except IndexDamaged:
                    newer = self._store.live()
                    if newer == number:
                        raise
                    number = newer
            return self._generation

    def searchable(self) -> GenerationReader:
        """Returns the live generation; raises IndexMismatch unless its stamp is the wanted one."""
        generation = self.opened()
        built, wanted = generation.manifest.stamp, self._wanted()
        difference = built.difference(wanted)
        if built.encoder != wanted.encoder and built.model == wanted.model:
            difference = (
                f"model '{built.model}' had other files when it was built, or another backend"
            )
        if difference is not None:
            raise IndexMismatch(f"{generation.place}: {difference}. {REPAIR}")
        return generation

    def finished(self, generation: GenerationReader) -> None:
        """Forgets texts again if a question went on with a generation that was replaced.

        It may have filled the caches after they were emptied.
        """
        with self._lock:
            is_live = self._generation is generation
        if not is_live:
            forget_texts()

    def require_own(self) -> None:
        """Raises CorpusMismatch if the index was built from another corpus than the one in use.

        If the index cannot be opened, checks the corpus name that it records, if it has one. Such
        an index is about to be rebuilt.
        """
        try:
            generation = self.opened()
        except IndexMissing:
            return
        except (IndexDamaged, IndexMismatch):
            self._ownership.require_named(self._store.corpus())
        else:
            self._ownership.require(generation)

    def previous(self) -> GenerationReader | None:
        """Returns the generation that a new one can build on; None without an index."""
        try:
            return self.searchable()
        except IndexMissing:
            return None

    def source(self, source_id: str) -> Source:
        """Returns a source by id or unambiguous id prefix; raises SourceUnknown or SourceGone."""
        generation = self.opened()
        if source_id in generation.infos:
            return generation.source(source_id)
        gone = self._former.explained(source_id, generation) if is_source_id(source_id) else None
        if gone is not None:
            raise gone
        matches = [known for known in generation.infos if known.startswith(source_id)]
        if not source_id or len(matches) != 1:
            raise SourceUnknown(
                f"'{source_id}' is the id of no source, or the beginning of several. "
                "See: pincite sources"
            )
        return generation.source(matches[0])

    def passage(self, passage_id: str) -> Passage:
        """Returns a passage after checking it against its source.

        Raises PassageUnknown, SourceGone if its source was removed or changed, and IndexDamaged if
        the passage does not match the slice of its source.
        """
        generation = self.opened()
        # SQLite cannot look up a lone surrogate.
        is_whole = is_source_id(passage_id)
        passage = generation.passage(passage_id) if is_whole else None
        if passage is None:
            gone = self._former.passage_explained(passage_id, generation) if is_whole else None
            raise gone or PassageUnknown(
                f"no passage has the id '{one_line(passage_id)}'. Answers name those of their "
                "citations; after a change of settings ask again."
            )
        text = generation.text(passage.source_id)
        if text[passage.start : passage.end] != passage.text:
            path = generation.infos[passage.source_id].path
            raise IndexDamaged(f"{path}, {passage.locator}: differs from its source. {REPAIR}")
        return passage


def is_source_id(text: str) -> bool:
    """Whether a text is a full source id; passage ids have the same form."""
    return len(text) == 16 and set(text) <= set("0123456789abcdef")
