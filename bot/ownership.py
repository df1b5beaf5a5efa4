"""Whose index it is: each index belongs to the corpus that it was built from.

An index names its corpus as seen from where it lies, so that the two can be moved or copied
together. Where the names differ, content decides: a folder that holds the files which were indexed
is that corpus, wherever it has gone.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import CorpusMismatch
from .settings import Settings, index_beside
from .store import GenerationReader, is_folder

if TYPE_CHECKING:
    from .indexing import Corpus

# Files that are compared by content where names do not tell whose index it is.
SAMPLED = 16


def corpus_name(corpus: Path, index: Path) -> str:
    """How an index names its corpus: the way there from a folder, the folder's name on a server."""
    folder = corpus.resolve()
    if not is_folder(index):
        return folder.name
    return Path(os.path.relpath(folder, index.resolve())).as_posix()


def renamed(name: str, index: Path, target: Path) -> str:
    """How a copy of an index at `target` names the corpus that `index` calls `name`; "" unknown."""
    if not name or not is_folder(index):
        return name if not is_folder(target) else ""
    return corpus_name(index.resolve() / name, target)


def require_own(
    place: str, generation: GenerationReader, settings: Settings, corpus: Callable[[], Corpus]
) -> None:
    """Raises CorpusMissing, or CorpusMismatch unless the index at `place` is of this corpus.

    An index that was named without a corpus is taken as it is, for it says itself what it holds.
    """
    folder, name = settings.corpus, generation.manifest.corpus
    if not settings.names_corpus and (settings.names_index or not folder.exists()):
        return
    if folder.is_dir() and name == corpus_name(folder, settings.index):
        return
    corpus().require()
    if not generation.infos or _is_same(generation, corpus()):
        return
    options = ["--corpus", str(folder)]
    if settings.index == index_beside(folder):
        options += ["--index", str(_free(folder))]
    raise CorpusMismatch(
        f"the index {place} was built from {_shown(name, settings.index)}, not from {folder}. "
        f"To make one of {folder}, run: pincite {shlex.join(options)} index"
    )


def _is_same(generation: GenerationReader, corpus: Corpus) -> bool:
    """Whether half of a sample of the smaller of the two is in the other, byte for byte."""
    before = {_below(path): file.sha256 for path, file in generation.files().items()}
    now = {_below(path): place for path, place in corpus.files().items()}
    fewer: Mapping[str, object] = now if len(now) < len(before) else before
    names = sorted(fewer)
    sample = {names[len(names) * place // SAMPLED] for place in range(SAMPLED)} if names else set()
    same = sum(
        before[name] is not None and corpus.fingerprint(now[name]) == before[name]
        for name in sample & before.keys() & now.keys()
    )
    return 2 * same >= len(sample) > 0


def _below(path: str) -> str:
    """A path for display without the name of the corpus folder, which may have changed."""
    return path.partition("/")[2]


def _shown(name: str, index: Path) -> str:
    if not name:
        return "other files"
    if not is_folder(index):
        return f"a folder '{name}'"
    return os.path.relpath(index.resolve() / name)


def _free(corpus: Path) -> Path:
    """A place beside a corpus where there is nothing yet."""
    first = index_beside(corpus)
    number, place = 2, first
    while place.exists():
        place = first.with_name(f"{first.name}-{number}")
        number += 1
    return place
