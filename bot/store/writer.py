"""Writes a generation whole, from sources and passages that are already read and embedded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..types import CorpusFile, Passage, SkippedFile, Source, Vectors
from .catalog import write_catalog
from .layout import CATALOG, LEXICAL, SOURCE_LEXICAL, VECTORS, WORDS, IndexLayout
from .lexical import write_lexical
from .manifest import Manifest, Stamp, records_below
from .tokens import Pieces, write_pieces
from .vectors import write_vectors
from .words import write_words


@dataclass(frozen=True, slots=True)
class Contents:
    """What a generation holds; all but `files` and `sources` run in parallel, by row.

    `embedded` has the SHA-256 of each text that was embedded, the key to reuse its vector.
    """

    files: Sequence[CorpusFile]
    sources: Sequence[Source]
    passages: Sequence[Passage]
    embedded: Sequence[str]
    vectors: Vectors
    pieces: Sequence[Pieces]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A generation that is whole but not live; `folder` is where it is until it is adopted."""

    number: int
    folder: Path


class GenerationWriter:
    """Builds the next generation beside the live one and switches to it."""

    def __init__(self, layout: IndexLayout) -> None:
        self._layout = layout

    @contextmanager
    def candidate(self, contents: Contents, stamp: Stamp) -> Iterator[Candidate]:
        """Writes the next generation, which is gone after the block unless it was adopted.

        The caller holds the lock. Raises IndexUnwritable.
        """
        number = max(self._layout.numbers(), default=0) + 1
        with self._layout.building(number) as folder:
            with self._layout.changing():
                self._fill(folder, contents)
                Manifest(
                    generation=number,
                    created=datetime.now(UTC).isoformat(timespec="seconds"),
                    stamp=stamp,
                    sources=len(contents.sources),
                    passages=len(contents.passages),
                    dimension=contents.vectors.shape[1],
                    skipped=tuple(
                        SkippedFile(file.path, file.reason)
                        for file in contents.files
                        if file.reason is not None
                    ),
                    files=records_below(folder),
                ).write(folder)
            yield Candidate(number, folder)

    def adopt(self, candidate: Candidate, keep: int) -> None:
        """Switches to a candidate and collects all but the newest `keep` generations."""
        self._layout.name(candidate.folder, candidate.number)
        self._layout.switch(candidate.number)
        self._layout.collect(keep)

    def _fill(self, folder: Path, contents: Contents) -> None:
        write_catalog(
            folder / CATALOG,
            ((file.path, file.sha256, file.source_id, file.reason) for file in contents.files),
            contents.sources,
            zip(contents.passages, contents.embedded, strict=True),
        )
        write_vectors(contents.vectors, folder / VECTORS)
        write_pieces(contents.pieces, folder)
        titles = {source.info.id: source.info.title for source in contents.sources}
        headed = [(passage.text, " ".join(passage.section)) for passage in contents.passages]
        write_lexical(headed, folder / LEXICAL)
        write_lexical(_whole(contents, titles), folder / SOURCE_LEXICAL)
        write_words([*headed, *(("", title) for title in titles.values())], folder / WORDS)


def _whole(contents: Contents, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What can be cited of each source, and its title, in the order of their ids."""
    texts: dict[str, list[str]] = {id_: [] for id_ in sorted(titles)}
    for passage in contents.passages:
        texts[passage.source_id].append(passage.text)
    return ((" ".join(parts), titles[id_]) for id_, parts in texts.items())
