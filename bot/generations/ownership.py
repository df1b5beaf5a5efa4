"""Checks which corpus an index belongs to: the one that it was built from.

An index on this machine stores the path of its corpus relative to itself, so that both can be moved
or copied together. An index on a server stores the folder name and a hash of its place on its
machine. If the names differ, content decides: a folder that holds the indexed files is that corpus,
wherever it is.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CorpusMismatch
from ..settings import Settings, index_beside
from ..store import GenerationReader, local_place

if TYPE_CHECKING:
    from ..corpus import Corpus

# Files to compare by content if names do not decide.
SAMPLED = 16


def corpus_name(corpus: Path, index: Path) -> str:
    """Returns the name that an index stores for its corpus."""
    folder, place = corpus.resolve(), local_place(index)
    if place is not None:
        return Path(os.path.relpath(folder, place.resolve())).as_posix()
    where = f"{socket.gethostname()}\0{folder}".encode("utf-8", "surrogateescape")
    return f"{folder.name}#{hashlib.sha256(where).hexdigest()[:12]}"


def renamed(name: str, index: Path, target: Path) -> str:
    """Returns the name that a copy of an index at `target` stores for the corpus that `index` calls
    `name`; "" means unknown.
    """
    place = local_place(index)
    if name and place is not None:
        return corpus_name(place.resolve() / name, target)
    return name if local_place(target) is None else ""


class Ownership:
    """Checks whether an index belongs to the configured corpus."""

    def __init__(self, settings: Settings, place: str, corpus: Callable[[], Corpus]) -> None:
        """`place` is the location of the index, for messages."""
        self._settings = settings
        self._folder = settings.corpus
        self._place = place
        self._corpus = corpus

    def require_for_reading(self, generation: GenerationReader) -> None:
        """Raises CorpusMismatch for the index of another corpus.

        Accepts an index that was named without a corpus, because the index itself records its
        contents, and an index whose corpus no longer exists.
        """
        is_index_alone = self._settings.names_index and not self._settings.names_corpus
        if not is_index_alone and self._folder.exists():
            self.require(generation)

    def require(self, generation: GenerationReader) -> None:
        """Raises CorpusMismatch for the index of another corpus, and CorpusMissing."""
        name = generation.manifest.corpus
        if self._folder.is_dir() and name == self._own_name():
            return
        self._corpus().require()
        if generation.infos and not self._holds_what_was_indexed(generation):
            raise self._mismatch(name)

    def require_named(self, name: str) -> None:
        """As `require`, for an index that cannot be opened; `name` is its stored corpus name."""
        if name and name != self._own_name():
            raise self._mismatch(name)

    def require_replaceable(self, name: str, index: Path, corpus: str) -> None:
        """Raises CorpusMismatch unless an index whose corpus is `name` may be replaced by one whose
        corpus is `corpus`.
        """
        if name and name != corpus:
            raise CorpusMismatch(
                f"{index} is the index of {_shown(name, index)}, which would be replaced. Name "
                "another place, or remove that index first."
            )

    def _own_name(self) -> str:
        return corpus_name(self._folder, self._settings.index)

    def _holds_what_was_indexed(self, generation: GenerationReader) -> bool:
        """Whether at least half of a sample of the indexed files exist, byte for byte."""
        before = {
            _below(path): file.sha256
            for path, file in generation.files().items()
            if file.sha256 is not None
        }
        now = {_below(path): place for path, place in self._corpus().files().items()}
        names = sorted(before)
        sample = {names[len(names) * place // SAMPLED] for place in range(SAMPLED) if names}
        same = sum(
            name in now and self._corpus().fingerprint(now[name]) == before[name] for name in sample
        )
        return 2 * same >= len(sample)

    def _mismatch(self, name: str) -> CorpusMismatch:
        options = ["--corpus", str(self._folder)]
        if self._settings.index == index_beside(self._folder):
            options += ["--index", str(_free(self._folder))]
        built_from = _shown(name, self._settings.index)
        return CorpusMismatch(
            f"the index {self._place} was built from {built_from}, not from {self._folder}. "
            f"To make one of {self._folder}, run: pincite {shlex.join(options)} index"
        )


def _below(path: str) -> str:
    """Returns a display path without the corpus folder's name, which may have changed."""
    return path.partition("/")[2]


def _shown(name: str, index: Path) -> str:
    if not name:
        return "other files"
    place = local_place(index)
    if place is None:
        return f"a folder '{name.rpartition('#')[0]}'"
    return os.path.relpath(place.resolve() / name)


def _free(corpus: Path) -> Path:
    """Returns an unused path beside a corpus."""
    first = index_beside(corpus)
    number, place = 2, first
    while place.exists():
        place = first.with_name(f"{first.name}-{number}")
        number += 1
    return place
