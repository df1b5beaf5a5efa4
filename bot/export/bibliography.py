"""Turns the quotes of a conversation into references, and writes these in three common formats."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as percent_encoded

from ..text.terminal_escaping import printable
from ..types import Exchange, PinnedQuote, Quote, SourceInfo

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_WEB_SCHEMES = ("http://", "https://")

# Characters that LaTeX reads as a command, a group, a comment or mathematics. Braces get a command
# of their own because BibTeX counts them even after a backslash.
_LATEX = {
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&%#_"},
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A quoted passage with everything needed to cite and check it.

    `accessed` is the day on which it was quoted, YYYY-MM-DD.
    """

    key: str
    source: SourceInfo
    locator: str
    section: tuple[str, ...]
    text: str
    accessed: str

    @property
    def url(self) -> str | None:
        """The web address of the original, None if it has none."""
        url = self.source.url or ""
        return url if url.lower().startswith(_WEB_SCHEMES) else None

    @property
    def note(self) -> str:
        """The location of the quote, and the file that it was checked against."""
        where = flat(" › ".join((self.locator, *self.section)))
        return f"{where}. File {flat(self.source.path)}, SHA-256 {self.source.sha256}."


def references(exchanges: Iterable[Exchange]) -> list[Reference]:
    """Returns one reference for each passage that answered, in order of first appearance."""
    found: dict[str, Reference] = {}
    for exchange in exchanges:
        answer = exchange.answer
        for quote in answer.quotes if answer and answer.answered else ():
            reference = _reference(quote, exchange.asked[:10])
            found.setdefault(reference.key, reference)
    return list(found.values())


def pinned(quotes: Iterable[PinnedQuote]) -> list[Reference]:
    """Returns one reference for each quote of a notebook, in its order."""
    return [
        Reference(
            key=f"{quote.source.id}-{quote.start}-{quote.end}",
            source=quote.source,
            locator=quote.locator,
            section=quote.section,
            text=quote.text,
            accessed=quote.accessed,
        )
        for quote in quotes
    ]


def csl_json(cited: Sequence[Reference]) -> str:
    """Returns CSL-JSON 1.0, which Zotero and pandoc read."""
    return json.dumps([csl_item(reference) for reference in cited], ensure_ascii=False, indent=2)


def csl_item(reference: Reference) -> dict[str, Any]:
    """Returns a reference as a CSL-JSON item."""
    source = reference.source
    item: dict[str, Any] = {
        "id": reference.key,
        "type": "webpage" if reference.url else "document",
        "title": flat(source.title),
        "author": [{"literal": flat(source.author)}] if source.author else None,
        "publisher": source.publisher and flat(source.publisher),
        "issued": _csl_date(source.date),
        "accessed": _csl_date(reference.accessed),
        "URL": reference.url,
        "language": source.language,
        "abstract": reference.text,
        "note": reference.note,
    }
    return {name: value for name, value in item.items() if value is not None}


def bibtex(cited: Sequence[Reference]) -> str:
    """Returns BibTeX with BibLaTeX's `@online`. Text of a source is escaped from LaTeX commands."""
    return "\n".join(_bibtex(reference) for reference in cited)


def ris(cited: Sequence[Reference]) -> str:
    """Returns RIS with CRLF line ends, as the format requires."""
    return "".join(_ris(reference) for reference in cited)


def flat(text: str) -> str:
    """Returns a text on one line, with control characters escaped."""
    return " ".join(printable(text).split())


def _reference(quote: Quote, day: str) -> Reference:
    return Reference(
        key=f"{quote.source.id}-{quote.start}-{quote.end}",
        source=quote.source,
        locator=quote.locator,
        section=quote.section,
        text=quote.text,
        accessed=day,
    )


def _csl_date(text: str | None) -> dict[str, Any] | None:
    match = _DATE.match(text or "")
    if match is None:
        return None
    return {"date-parts": [[int(part) for part in match.groups() if part]]}


def _bibtex(reference: Reference) -> str:
    source = reference.source
    fields = {
        "title": f"{{{_latex(source.title)}}}",
        "author": f"{{{_latex(source.author)}}}" if source.author else None,
        "organization": source.publisher and _latex(source.publisher),
        "date": source.date if _DATE.fullmatch(source.date or "") else None,
        # The address stays as it is, except for characters that would end the field.
        "url": reference.url and percent_encoded(reference.url, safe="%/:=&?#+!$,;'@()*[]~"),
        "urldate": reference.accessed,
        "langid": source.language and _latex(source.language),
        "note": _latex(reference.note),
        "annotation": _latex(reference.text),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    kind = "online" if reference.url else "misc"
    return "\n".join((f"@{kind}{{{reference.key},", *lines, "}", ""))


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in flat(text))


def _ris(reference: Reference) -> str:
    source = reference.source
    date = _DATE.match(source.date or "")
    fields = [
        ("TY", "ELEC" if reference.url else "GEN"),
        ("ID", reference.key),
        ("TI", source.title),
        ("AU", source.author),
        ("PB", source.publisher),
        ("PY", date and date[1]),
        ("DA", date and "/".join(part or "" for part in (*date.groups(), ""))),
        ("UR", reference.url),
        ("Y2", reference.accessed.replace("-", "/")),
        ("LA", source.language),
        ("N1", reference.note),
        ("AB", reference.text),
    ]
    lines = [f"{tag}  - {flat(text)}\r\n" for tag, text in fields if text]
    return "".join((*lines, "ER  - \r\n\r\n"))
