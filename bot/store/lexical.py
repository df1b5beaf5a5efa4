"""BM25 in tantivy, over a text and, weaker, over the headings above it.

Texts are analysed before they are handed over, so that a term is one thing everywhere
(`bot.terms`). The same index serves passages and whole sources.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from weakref import finalize

import tantivy

from ..errors import IndexDamaged
from ..terms import terms as analysed
from .layout import REPAIR

TEXT, HEADING, ROW = "text", "heading", "row"

# A word in the headings above a passage says less about it than one of its own.
HEADING_BOOST = 0.3

WRITER_MEMORY_BYTES = 64_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field, option in ((TEXT, "position"), (HEADING, "freq")):
        builder.add_text_field(
            field, stored=False, tokenizer_name="whitespace", index_option=option
        )
    builder.add_integer_field(ROW, stored=False, indexed=False, fast=True)
    return builder.build()


def write_lexical(documents: Iterable[tuple[str, str]], folder: Path) -> None:
    """Indexes (text, headings) pairs; a pair's place is its row. Raises OSError."""
    folder.mkdir()
    try:
        index = tantivy.Index(_schema(), path=str(folder))
        # One thread keeps rows in order, so that equal scores tie the same way each time.
        writer = index.writer(heap_size=WRITER_MEMORY_BYTES, num_threads=1)
        for row, (text, heading) in enumerate(documents):
            fields = {TEXT: " ".join(analysed(text)), HEADING: " ".join(analysed(heading))}
            writer.add_document(tantivy.Document(**fields, row=row))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:  # how tantivy reports a failed write
        raise OSError(f"tantivy cannot write {folder.name}: {error}") from error
    for leftover in folder.glob(".*.lock"):
        leftover.unlink()


class LexicalIndex:
    """The BM25 side of one generation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._reading():
            self._index = tantivy.Index.open(str(self._lockable()))
            self._schema = self._index.schema
            self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, terms: Sequence[str], count: int, phrases: Sequence[Sequence[str]] = ()
    ) -> list[tuple[int, float]]:
        """Rows and BM25 scores of the best matches of any of the terms, but of all `phrases`."""
        if not terms or not len(self):
            return []
        clauses = [
            (tantivy.Occur.Should, query)
            for term in dict.fromkeys(terms)
            for query in (self._term(term), self._heading(term))
        ]
        clauses += [(tantivy.Occur.Must, self._phrase(phrase)) for phrase in phrases if phrase]
        with self._reading():
            hits = self._searcher.search(tantivy.Query.boolean_query(clauses), count).hits
            values = self._searcher.fast_field_values(ROW, [address for _, address in hits])
            rows = [int(value or 0) for value in values]
            if not all(0 <= row < len(self) for row in rows):
                raise ValueError("a row that no passage has")
        return [(row, float(score)) for row, (score, _) in zip(rows, hits, strict=True)]

    def rows(self) -> set[int]:
        """The rows of all entries."""
        everything = tantivy.Query.all_query()
        with self._reading():
            hits = self._searcher.search(everything, max(1, len(self))).hits
            values = self._searcher.fast_field_values(ROW, [address for _, address in hits])
            return {int(value or 0) for value in values}

    def document_frequency(self, term: str) -> int:
        """In how many documents the term occurs, headings not counted."""
        with self._reading():
            return int(self._searcher.doc_freq(TEXT, term))

    def occurs(self, term: str) -> bool:
        """Whether the term is in any document or in its headings."""
        with self._reading():
            return any(self._searcher.doc_freq(field, term) for field in (TEXT, HEADING))

    def _term(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, TEXT, term, index_option="freq")

    def _heading(self, term: str) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, HEADING, term, index_option="freq")
        return tantivy.Query.boost_query(query, HEADING_BOOST)

    def _phrase(self, words: Sequence[str]) -> tantivy.Query:
        if len(words) == 1:
            return self._term(words[0])
        return tantivy.Query.phrase_query(self._schema, TEXT, list(words))

    def _lockable(self) -> Path:
        """The folder, or links to its files: tantivy writes a lock file even to read."""
        if os.access(self._folder, os.W_OK):
            return self._folder
        links = Path(mkdtemp(prefix="pincite-"))
        finalize(self, shutil.rmtree, links, ignore_errors=True)
        for file in self._folder.iterdir():
            (links / file.name).symlink_to(file.absolute())
        return links

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            raise self._damaged() from error
        except BaseException as error:
            # How tantivy meets altered files; the class cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            raise self._damaged() from error

    def _damaged(self) -> IndexDamaged:
        return IndexDamaged(f"{self._folder} is not a readable tantivy index. {REPAIR}")
