"""Writes a notebook as a document: quotes with footnotes, the reader's notes, a bibliography."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..types import PinnedQuote
from .bibliography import Reference, flat, pinned
from .markdown import literal, quoted
from .styles import bibliography
from .word import word_document

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Notebook:
    """The plain texts that an export writes; `notes` are the footnotes, one for each quote."""

    title: str
    exported: str
    quotes: Sequence[PinnedQuote]
    notes: Sequence[str]
    bibliography_title: str
    bibliography: Sequence[str]


@dataclass(frozen=True, slots=True)
class NotebookFormat:
    """A file format: its extension, media type and writer."""

    suffix: str
    media_type: str
    write: Callable[[Notebook], bytes]


def notebook(
    quotes: Sequence[PinnedQuote], day: str, style: str, language: str, say: Say = str.format
) -> Notebook:
    """Returns a notebook with its bibliography in one of the `STYLES`.

    `day` is the day of the export, YYYY-MM-DD. `say` fills values into an English message, or into
    its translation to the language with the code `language`. Raises KeyError for an unknown style.
    """
    cited = pinned(quotes)
    return Notebook(
        title=say("Notebook"),
        exported=say("Exported from pincite on {day}.", day=day),
        quotes=quotes,
        notes=[_footnote(reference, say) for reference in cited],
        bibliography_title=say("Bibliography"),
        bibliography=bibliography(cited, style, language),
    )


def _footnote(reference: Reference, say: Say) -> str:
    """Returns the origin of a quote: author, title, publisher, date, location, address and file."""
    source = reference.source
    where = " › ".join((reference.locator, *reference.section))
    accessed = say("accessed {day}", day=reference.accessed)
    details = (source.author, source.title, source.publisher, source.date, where, reference.url)
    described = ", ".join(flat(item) for item in (*details, accessed) if item)
    file = say("File {path}, SHA-256 {sha256}", path=flat(source.path), sha256=source.sha256)
    return flat(f"{described}. {file}.")


def _markdown(book: Notebook) -> bytes:
    return "\n".join(_markdown_lines(book)).encode("utf-8", "replace")


def _markdown_lines(book: Notebook) -> Iterator[str]:
    yield from (f"# {literal(flat(book.title))}", "", literal(flat(book.exported)), "")
    for number, quote in enumerate(book.quotes, start=1):
        lines = [literal(line.strip()) for line in quote.text.split("\n")]
        yield from quoted([*lines[:-1], f"{lines[-1]}[^{number}]"])
        yield ""
        for paragraph in quote.note.split("\n"):
            if paragraph.strip():
                yield from (literal(flat(paragraph)), "")
    for number, note in enumerate(book.notes, start=1):
        yield from (f"[^{number}]: {literal(note)}", "")
    if book.bibliography:
        yield from (f"## {literal(flat(book.bibliography_title))}", "")
        yield from (f"- {literal(flat(entry))}" for entry in book.bibliography)
        yield ""


def _word(book: Notebook) -> bytes:
    entries = [
        (quote.text, note, quote.note) for quote, note in zip(book.quotes, book.notes, strict=True)
    ]
    return word_document(
        book.title, book.exported, entries, book.bibliography_title, book.bibliography
    )


NOTEBOOK_FORMATS: Mapping[str, NotebookFormat] = {
    "markdown": NotebookFormat(".md", "text/markdown; charset=utf-8", _markdown),
    "word": NotebookFormat(
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _word,
    ),
}
