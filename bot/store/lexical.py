"""BM25 over passages in tantivy, with the heading path as a second, weaker field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

from ..errors import IndexDamaged
from ..terms import ANALYZER_NAME, analyzer
from .layout import REPAIR

TEXT, HEADING, ROW = "text", "heading", "row"

# A word in the headings above a passage says less about it than one of its own.
HEADING_BOOST = 0.3

WRITER_MEMORY_BYTES = 64_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in (TEXT, HEADING):
        builder.add_text_field(
            field, stored=False, tokenizer_name=ANALYZER_NAME, index_option="freq"
        )
    builder.add_integer_field(ROW, stored=False, indexed=False, fast=True)
    return builder.build()


def write_lexical(passages: Iterable[tuple[str, str]], folder: Path) -> None:
    """Indexes (text, heading path) pairs; a pair's place is its passage's row. Raises OSError."""
    folder.mkdir()
    try:
        index = tantivy.Index(_schema(), path=str(folder))
        index.register_tokenizer(ANALYZER_NAME, analyzer())
        # One thread keeps rows in order, so that equal scores tie the same way each time.
        writer = index.writer(heap_size=WRITER_MEMORY_BYTES, num_threads=1)
        for row, (text, heading) in enumerate(passages):
            writer.add_document(tantivy.Document(text=text, heading=heading, row=row))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:  # how tantivy reports a failed write
        raise OSError(f"tantivy cannot write {folder.name}: {error}") from error
    for leftover in folder.glob(".*.lock"):
        leftover.unlink()


class LexicalIndex:
    """The BM25 side of one generation."""

    def __init__(self, folder: Path) -> None:
        try:
            self._index = tantivy.Index.open(str(folder))
            self._index.register_tokenizer(ANALYZER_NAME, analyzer())
            self._schema = self._index.schema
            self._searcher = self._index.searcher()
        except (ValueError, OSError) as error:
            raise IndexDamaged(f"{folder} is not a readable tantivy index. {REPAIR}") from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, terms: Sequence[str], count: int) -> list[tuple[int, float]]:
        """Rows and BM25 scores of the best passages for analysed terms, any of which may match."""
        if not terms or not len(self):
            return []
        clauses = []
        for term in dict.fromkeys(terms):
            text = tantivy.Query.term_query(self._schema, TEXT, term, index_option="freq")
            heading = tantivy.Query.term_query(self._schema, HEADING, term, index_option="freq")
            clauses += [
                (tantivy.Occur.Should, text),
                (tantivy.Occur.Should, tantivy.Query.boost_query(heading, HEADING_BOOST)),
            ]
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), count).hits
        rows = self._searcher.fast_field_values(ROW, [address for _, address in hits])
        return [(int(row or 0), float(score)) for row, (score, _) in zip(rows, hits, strict=True)]

    def document_frequency(self, term: str) -> int:
        """In how many passages the term occurs, headings not counted."""
        return int(self._searcher.doc_freq(TEXT, term))
